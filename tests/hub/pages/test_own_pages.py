"""What a patient sees of themselves and of whom they act for, and what staff, operators and auditors do on pages."""

import csv
import io
import json
import re

import msgspec
import pytest

from kaihoken.access import Client, Kind
from kaihoken.access.people import Role, account_table
from kaihoken.audit import Entry
from kaihoken.consent import Actor, Care, Giving, Item, Means
from kaihoken.demo.people import READY
from kaihoken.hub.pages.own import _plain
from kaihoken.people import sandbox_facility, sandbox_people
from kaihoken.problems import catalogue

from .people import Site, a_passkey, enrol, fields_of, send, sign_in, with_card
from .test_people_pages import code_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

CLINIC = sandbox_facility()


def person(site: Site, key: str) -> bytes:
    return next(one.person_id for one in sandbox_people(site.clock.today()) if one.link == f"sandbox-{key}")


async def newest_record(site: Site) -> tuple[str, dict[str, object]]:
    committer = site.machine.committer
    entry = await committer.log.record(committer.committed_seq, 0)
    return entry.kind, msgspec.json.decode(entry.body)


@pytest.mark.parametrize("name", [one.name for one in READY])
async def test_everybody_of_the_demonstration_is_one_click_away(site: Site, name: str) -> None:
    async with site.browser() as http:
        home = await with_card(http, name)

        assert str(home.url).endswith("/me")
        for path in ("/me/confirm", "/me/devices"):
            assert (await http.get(path)).status_code == 200
        page = await http.get("/me/confirm")
        assert str((await send(http, page, "/me/confirm/card")).url).endswith("/me")


async def test_my_coverage_stands_in_plain_words_and_on_record(site: Site) -> None:
    async with site.browser() as http:
        await with_card(http, "worker")
        page = await http.get("/me/coverage")

    assert "保険が使えます" in page.text
    assert "全国健康保険協会" in page.text
    assert "3割" in page.text
    kind, record = await newest_record(site)
    assert kind == "person.own-view"
    assert sorted(record) == ["account", "at", "fields", "person", "proxy"]
    assert record["person"] == person(site, "worker").hex()


async def test_who_looked_shows_the_clinic_and_what_it_saw(site: Site) -> None:
    async with site.browser() as http:
        await http.post("/answer", data={"case": "valid"})
        await with_card(http, "worker")
        page = await http.get("/me/seen")
        looks = (await http.get("/me/seen.json")).json()
        written = (await http.get("/me/seen.csv")).text.lstrip("\ufeff")
        table = list(csv.reader(io.StringIO(written)))

    assert "保険証の記号・番号での資格確認" in page.text
    assert "9910000000" in page.text
    asked = next(look for look in looks if look["how"] == "number")
    assert {"name", "insurer", "number"} <= set(asked["fields"])
    assert table[0] == ["at", "who", "code", "how", "fields", "record"]
    assert len(table) > 1


async def test_nobody_sees_who_looked_at_somebody_else(site: Site) -> None:
    async with site.browser() as http:
        await http.post("/answer", data={"case": "valid"})
        await with_card(http, "late")
        looks = (await http.get("/me/seen.json")).json()

    assert [look for look in looks if look["how"] == "number"] == []


async def test_a_parent_sees_the_childs_coverage_by_proxy_and_both_stand_on_record(site: Site) -> None:
    async with site.browser() as http:
        await with_card(http, "mother")
        page = await http.get("/me/proxies")
        fields = fields_of(page, "/me/coverage")
        shown = await send(http, page, "/me/coverage")
        kind, record = await newest_record(site)
        assert (await send(http, page, "/me/seen")).status_code == 200
        looks = await send(http, page, "/me/seen")
        assert '<span class="seen-field">だれが見たか</span>' in looks.text, "who reads this list for another"

        refused = await http.post("/me/coverage", data={**fields, "proxy": "nothing"})
        assert (refused.status_code, code_of(refused)) == (403, "access.proxy-refused")

    assert "代理で見ています" in shown.text
    assert "子ども医療費助成" in shown.text
    assert kind == "person.own-view"
    assert record["person"] == person(site, "child").hex()
    assert record["proxy"] == fields["proxy"]


async def consented(site: Site, key: str) -> None:
    giving = Giving(
        facility="9910000000",
        care=Care.OUTPATIENT,
        items=frozenset({Item.MEDICINE, Item.HEALTH_CHECKUP}),
        means=Means.CARD,
        examined_on=site.clock.today(),
    )
    await site.machine.consent_book.give(person(site, key), giving, Actor("clinic", "9910000000", "key"))


async def test_my_consents_are_seen_and_withdrawn_item_by_item(site: Site) -> None:
    await consented(site, "worker")
    async with site.browser() as http:
        await with_card(http, "worker")
        page = await http.get("/me/consents")
        assert page.text.count('action="/me/consents/withdraw"') == 2
        after = await send(http, page, "/me/consents/withdraw")
        assert after.text.count('action="/me/consents/withdraw"') == 1

        fields = fields_of(page, "/me/consents/withdraw")
        for wrong in ({"consent": "xy"}, {"consent": "00"}, {"consent": "00" * 16}, {"item": "everything"}):
            refused = await http.post("/me/consents/withdraw", data={**fields, **wrong})
            assert code_of(refused) == "consent.unknown"


async def test_who_looked_at_a_facilitys_desk_is_told_as_the_facility_and_not_by_an_account(
    site: Site,
) -> None:
    await consented(site, "worker")
    numbers = {"insurer_number": "01139906", "symbol": "99000001", "number": "1001", "branch": "00"}
    async with site.browser() as desk, site.browser() as http:
        await with_card(desk, "staff")
        await send(
            desk, await desk.get("/desk/consents"), "/desk/consents", **numbers, birthdate="1985-05-05"
        )
        await with_card(http, "worker")
        seen = (await http.get("/me/seen")).text

        assert f"<p><b>{CLINIC}</b></p>" in seen
        assert site.session(desk).account_id not in seen


async def test_a_proxy_withdraws_with_a_fresh_proof_alone(site: Site) -> None:
    await consented(site, "child")
    async with site.browser() as http:
        await with_card(http, "mother")
        page = await send(http, await http.get("/me/proxies"), "/me/consents")
        site.ticks.pass_seconds(5 * 60)
        refused = await send(http, page, "/me/consents/withdraw")
        assert code_of(refused) == "access.proof-old"
        await send(http, await http.get("/me/confirm"), "/me/confirm/card")
        done = await send(http, page, "/me/consents/withdraw")
        assert done.status_code == 200
        english = await http.post("/en/me/consents", data=fields_of(done, "/me/consents"))
        assert (english.status_code, '<html lang="en">' in english.text) == (200, True), "in another language"
        kind, record = await newest_record(site)
    assert kind == "consent.seen"
    assert record["key"] != ""


async def test_nobody_withdraws_anothers_consent(site: Site) -> None:
    await consented(site, "child")
    held = await site.machine.consent_book.of_person(person(site, "child"))
    async with site.browser() as http:
        await with_card(http, "late")
        token = site.session(http).form_token("/me/consents/withdraw")
        form = {"token": token, "consent": held[-1].grant.consent.hex(), "item": "medicine"}
        refused = await http.post("/me/consents/withdraw", data=form)

    assert code_of(refused) == "consent.unknown"


async def test_somebody_lets_another_act_and_ends_it(site: Site) -> None:
    async with site.browser() as mother, site.browser() as late:
        await with_card(mother, "mother")
        agent = site.session(mother).account_id
        await with_card(late, "late")
        page = await late.get("/me/proxies")
        assert "同意を見る・取り消す" in page.text, "nobody gives a consent for another, and no word says so"
        wanted = {"agent": agent, "scope-coverage": "yes", "last_day": "2027-01-31"}
        for wrong, field in (({"agent": "x"}, "agent"), ({"last_day": "soon"}, "last_day")):
            refused = await send(late, page, "/me/proxies/give", **{**wanted, **wrong})
            assert (refused.status_code, f'id="field-{field}-error"' in refused.text) == (422, True)
        page = await send(late, page, "/me/proxies/give", **wanted)
        assert "架空 花子" in page.text
        assert re.search(r'id="(proxy-revoke-[0-9a-f]{32})" aria-labelledby="\1 given-1"', page.text)
        assert '<h3 id="given-1">架空 花子</h3>' in page.text
        assert (await mother.get("/me/proxies")).text.count('action="/me/coverage"') == 2
        page = await send(late, page, "/me/proxies/revoke")
        assert "終わりました" in page.text
        assert (await mother.get("/me/proxies")).text.count('action="/me/coverage"') == 1


async def test_an_officer_records_sees_and_ends_a_proxy_by_its_document(site: Site) -> None:
    child = person(site, "child").hex()
    async with site.browser() as http, site.browser() as worker:
        await with_card(worker, "worker")
        await with_card(http, "officer")
        page = await http.get("/proxies")
        wanted = {
            "person": child,
            "agent": site.session(worker).account_id,
            "basis": "parent",
            "scope-coverage": "yes",
            "last_day": "2099-01-01",
            "document": "戸籍 2",
        }
        for wrong, field in (({"person": "1"}, "person"), ({"document": " "}, "document")):
            refused = await send(http, page, "/proxies/give", **{**wanted, **wrong})
            assert (refused.status_code, f'id="field-{field}-error"' in refused.text) == (422, True)
        await send(http, page, "/proxies/give", **wanted)
        found = await send(http, await http.get("/proxies"), "/proxies", person=child)
        assert "戸籍 2" in found.text
        kind, record = await newest_record(site)
        assert (kind, record["person"]) == ("proxy.seen", child)
        elsewhere = person(site, "late-elderly-two-tenths").hex()
        for action, more, field in (
            ("/proxies", {}, "find-person"),
            ("/proxies/give", wanted, "field-person"),
        ):
            refused = await send(http, page, action, **{**more, "person": elsewhere})
            assert refused.status_code == 422
            assert re.findall(r'id="([a-z-]+)-error"', refused.text) == [field], "in the form that was sent"
            assert re.search(rf'id="{field}"[^>]*value="{elsewhere}"', refused.text), (
                "and what was typed is kept"
            )
        await send(http, found, "/proxies/revoke")
        assert "終わりました" in (await send(http, await http.get("/proxies"), "/proxies", person=child)).text


async def test_a_manager_invites_again_and_disables(site: Site) -> None:
    async with site.browser() as http:
        await with_card(http, "manager")
        page = await http.get("/staff")
        for wrong in ({"role": "emperor", "name": "名前"}, {"role": "staff", "name": ""}):
            refused = await send(http, page, "/staff/invite", **wrong)
            assert refused.status_code == 422
        forbidden = await send(http, page, "/staff/invite", role="operator", name="名前")
        assert (forbidden.status_code, code_of(forbidden)) == (403, "access.right-missing")
        invited = await send(http, page, "/staff/invite", role="staff", name="新人 さくら")
        assert "新人 さくら さんの招待コードです" in invited.text
        again = await send(http, invited, "/staff/invite-again")
        assert "さんの招待コードです" in again.text
        gone = await send(http, again, "/staff/disable")
        assert "停止" in gone.text


async def test_an_operator_finds_those_of_an_organisation_and_a_patient_and_that_is_on_record(
    site: Site,
) -> None:
    (account,) = await account_table.accounts_of_person(site.machine.store, person(site, "worker").hex())
    (manager,) = (
        one
        for one in await site.accounts.accounts_of(CLINIC)
        if one.role is Role.MANAGER and one.status == "active"
    )
    async with site.browser() as http:
        await with_card(http, "operator")
        page = await http.get("/staff")
        assert account.name not in page.text
        assert manager.name in (await send(http, page, "/staff", wanted=CLINIC)).text
        in_full_width = CLINIC.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
        assert manager.name in (await send(http, page, "/staff", wanted=in_full_width)).text
        patient = await send(http, page, "/staff", wanted=account.person)
        assert account.name in patient.text
        kind, record = await newest_record(site)
        assert (kind, record["person"]) == ("account.seen", account.person)
        nobody = await send(http, page, "/staff", wanted="0" * 32)
        assert "この番号の利用者はいません" in nobody.text
        for none in (" ", "12"):
            empty = await send(http, page, "/staff", wanted=none)
            assert (empty.status_code, 'id="field-wanted-error"' in empty.text) == (422, True)
    async with site.browser() as http:
        await with_card(http, "worker")
        looks = (await http.get("/me/seen")).text
        assert "利用者の登録（アカウント）を見ました" in looks, "the patient is told"
        assert '<span class="seen-field">だれが見たか</span>' not in looks, (
            "one's own reading of this list fills it not"
        )
    async with site.browser() as http:
        await with_card(http, "manager")
        form = {"token": site.session(http).form_token("/staff"), "wanted": account.person}
        assert code_of(await http.post("/staff", data=form)) == "access.right-missing"


async def test_an_auditor_searches_the_log_and_that_is_on_record(site: Site) -> None:
    async with site.browser() as http:
        await with_card(http, "auditor")
        page = await http.get("/log")
        by_person = await send(http, page, "/log", person=person(site, "child").hex())
        kind, record = await newest_record(site)
        assert (kind, record["person"]) == ("log.searched", person(site, "child").hex())
        assert "proxy.given" in by_person.text
        by_kind = await send(http, page, "/log", kind="proxy.given")
        assert "proxy.given" in by_kind.text
        wrong = await send(http, page, "/log", kind="nothing")
        assert wrong.status_code == catalogue()["audit.nothing_says_so"].status
        assert '<p class="wrong" role="alert">' in wrong.text


async def test_a_manager_sees_the_log_of_the_own_organisation(site: Site) -> None:
    async with site.browser() as http:
        await http.post("/answer", data={"case": "valid"})
        await with_card(http, "manager")
        page = await http.get("/log/own")

    assert "eligibility.answer" in page.text
    assert "session.began" in page.text, "who of the own people signed in"
    assert "proxy.given" not in page.text


async def test_a_supervisor_sees_what_the_programs_of_the_insurer_registered_and_no_others(
    site: Site,
) -> None:
    for code in ("01139906", "06139901"):
        client = Client(f"of-{code}", Kind.INSURER, code, "保険者", (), frozenset())
        site.machine.gate.registry.put(client)
        registered = msgspec.json.encode({"client": client.client_id, "people": []})
        await site.machine.committer.commit([Entry("coverage.registration", registered)])
    _, code = await site.accounts.invite(None, Role.SUPERVISOR, "01139906", "", "管理者")
    passkey = a_passkey()
    async with site.browser() as http:
        await enrol(http, code, passkey)
        await sign_in(http, passkey)
        page = (await http.get("/log/own")).text

    assert ("of-01139906" in page, "of-06139901" in page) == (True, False)
    kind, record = await newest_record(site)
    assert (kind, sorted(record)) == ("log.searched", ["account", "client", "facility", "kind", "person"])


async def test_a_receipt_is_verified_and_a_forged_one_is_not(site: Site) -> None:
    committer = site.machine.committer
    receipt = (await committer.log.receipt(committer.committed_seq, 0)).decode()
    forged = json.loads(receipt)
    async with site.browser() as http:
        await with_card(http, "operator")
        page = await http.get("/receipt")
        held = await send(http, page, "/receipt", receipt=receipt)
        assert "この受領証は正しいものです" in held.text
        forged["record"] = str(forged.get("record", "")) + "x"
        refused = await send(http, page, "/receipt", receipt=json.dumps(forged))
        assert "この受領証は正しいものです" not in refused.text
        assert refused.status_code >= 400


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
async def test_no_cell_is_taken_for_a_formula(text: str) -> None:
    assert _plain(text) == f"'{text}"
    assert _plain("青空") == "青空"


async def test_my_record_is_a_file_in_my_own_words_and_on_record(site: Site) -> None:
    async with site.browser() as http:
        await with_card(http, "worker")
        page = await http.get("/me/coverage")
        assert 'href="/me/coverage.json"' in page.text
        file = await http.get("/me/coverage.json")
        kind, record = await newest_record(site)
        english = (await http.get("/en/me/coverage.json")).json()

    assert file.headers["content-disposition"] == 'attachment; filename="kaihoken-coverage-2026-11-20.json"'
    assert file.headers["cache-control"] == "no-store"
    mine = file.json()
    assert (mine["covered"], mine["share_percent"], mine["coverage"]["number"]) == (True, 30, "1001")
    assert mine["said"] != english["said"]
    assert (kind, record["person"]) == ("person.own-view", person(site, "worker").hex())


@pytest.mark.parametrize("key", ["left-job", "pending", "special-expense", "welfare-without-ticket"])
async def test_no_file_tells_its_person_a_reason(site: Site, key: str) -> None:
    account, code = await site.accounts.invite(None, Role.PATIENT, "", person(site, key).hex(), "本人")
    passkey = a_passkey()
    async with site.browser() as http:
        await enrol(http, code, passkey)
        await sign_in(http, passkey)
        file = await http.get("/me/coverage.json")
    await site.accounts.disable(None, account.account_id)

    names = {"on", "name", "birthdate", "covered", "said", "share_percent", "coverage", "subsidies"}
    assert set(file.json()) == names
    assert [
        word
        for word in ("喪失", "無効", "生活保護", "滞納", "医療扶助", "ended", "welfare")
        if word in file.text
    ] == []


async def test_what_an_auditor_found_is_a_file_and_taking_it_is_on_record(site: Site) -> None:
    async with site.browser() as http:
        await with_card(http, "auditor")
        found = await send(http, await http.get("/log"), "/log", kind="proxy.given")
        size = await site.machine.committer.log.size()
        file = await send(http, found, "/log/export")

    assert "attachment" in file.headers["content-disposition"]
    records = file.json()
    assert {one["kind"] for one in records} == {"proxy.given"}
    assert all(one["sound"] and one["body"]["person"] and one["record"] in found.text for one in records)
    assert await site.machine.committer.log.size() == size + 1
    kind, record = await newest_record(site)
    assert (kind, record["kind"]) == ("log.exported", "proxy.given")


async def test_a_manager_takes_the_log_of_the_own_organisation_and_no_other(site: Site) -> None:
    async with site.browser() as http:
        await http.post("/answer", data={"case": "valid"})
        await with_card(http, "manager")
        records = (await http.get("/log/own.json")).json()

    assert {one["body"]["by"] for one in records if one["kind"] == "eligibility.answer"} == {"9910000000"}
    assert (await newest_record(site))[0] == "log.exported"


async def test_who_acts_for_a_child_knows_which_and_that_is_on_record(site: Site) -> None:
    wanted = {"basis": "parent", "scope-coverage": "yes", "last_day": "2030-01-01", "document": "戸籍 3"}
    async with site.browser() as http, site.browser() as officer:
        await with_card(http, "mother")
        await with_card(officer, "officer")
        whose = {"person": person(site, "child").hex(), "agent": site.session(http).account_id}
        form = await officer.get("/proxies")
        await send(officer, form, "/proxies/give", **wanted, **whose)
        page = await http.get("/me/proxies")
    kind, record = await newest_record(site)

    assert "架空　空" in page.text
    assert (kind, record["fields"], record["person"]) == (
        "person.own-view",
        ["name"],
        person(site, "child").hex(),
    )
