"""Consents at a facility's desk, on pages: recorded, seen, withdrawn, asked again on; each leaves its record."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import msgspec
import pytest
import pytest_asyncio

from kaihoken.access import Limit, Limits
from kaihoken.consent import Actor, Care, Giving, Held, Item, Means, check_consents
from kaihoken.coverage.facility import FacilitySettingsChange
from kaihoken.people import sandbox_facility
from kaihoken.web import LANGUAGES, Language, path_in

from .people import Site, a_site, fields_of, send, with_card
from .test_own_pages import person
from .test_people_pages import code_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORKER = {
    "insurer_number": "01139906",
    "symbol": "99000001",
    "number": "1001",
    "branch": "00",
    "birthdate": "1985-05-05",
}
WIFE = {"reference_number": "P-00001", "birthdate": "昭和62年8月20日"}
NOBODY = {**WORKER, "number": "7777777"}
CARD = {"issuer": "CN=架空利用者証明用認証局,O=Kaihoken Demo,C=JP", "serial": "99001001"}
AT_HOME = {**CARD, "care": "home", "item-limit": "yes", "item-medicine": "yes"}
DESK, CARD_PAGE = "/desk/consents", "/desk/consents/card"


@pytest_asyncio.fixture(loop_scope="module")
async def desk(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with site.browser() as http:
        await with_card(http, "staff")
        yield http


async def patient_page(http: httpx.AsyncClient, **patient: str) -> httpx.Response:
    return await send(http, await http.get(DESK), DESK, **patient)


async def by_card(http: httpx.AsyncClient, **said: str) -> httpx.Response:
    return await send(http, await http.get(CARD_PAGE), CARD_PAGE, **said)


async def records_since(site: Site, size: int) -> list[tuple[str, dict[str, object]]]:
    log = site.machine.committer.log
    found = []
    for batch in await log.batches(size, await log.size()):
        for place in range(len(batch.leaves)):
            entry = await log.record(batch.seq, place)
            found.append((entry.kind, msgspec.json.decode(entry.body)))
    return found


async def held_by(site: Site, key: str) -> list[Held]:
    return await site.machine.consent_book.of_person(person(site, key))


def withdrawals(page: httpx.Response) -> int:
    return page.text.count('action="/desk/consents/withdraw"')


async def test_spoken_words_are_kept_once_with_who_wrote_them_down(
    site: Site, desk: httpx.AsyncClient
) -> None:
    account = site.session(desk).account_id
    page = await patient_page(desk, **WIFE)
    assert "「限度額の情報を見てもよいですか」" in page.text
    size = await site.machine.committer.log.size()

    told = await send(desk, page, "/desk/consents/spoken")
    assert told.status_code == 200
    assert "同意を記録しました" in told.text
    assert "記録: 受付 みどり" in told.text.replace("\u3000", " ")
    assert "/desk/consents/spoken" not in told.text, "asked once"
    assert "その照会のときだけ" in told.text
    assert withdrawals(told) == 0
    (kept,) = await held_by(site, "wife")
    assert (kept.grant.means, kept.grant.staff, kept.grant.items) == (Means.SPOKEN, account, {Item.LIMIT})
    (given,) = [body for kind, body in await records_since(site, size) if kind == "consent.given"]
    assert (given["client"], given["by"]) == (account, sandbox_facility())
    assert given["key"] == site.session(desk).authenticator_id

    await send(desk, page, "/desk/consents/spoken")  # Back, and once more
    assert len(await held_by(site, "wife")) == 1
    assert [told async for told in check_consents(site.machine.store)] == []


async def test_without_a_card_nobody_is_told_whether_there_is_such_a_patient(
    site: Site, desk: httpx.AsyncClient
) -> None:
    page = await patient_page(desk, **NOBODY)
    assert page.status_code == 200
    assert "この番号で、ここに残っている同意はありません" in page.text
    size = await site.machine.committer.log.size()

    refused = await send(desk, page, "/desk/consents/spoken")

    assert (refused.status_code, code_of(refused)) == (404, "consent.nobody")
    assert [kind for kind, _ in await records_since(site, size)] == ["consent.refused", "consent.seen"]


async def test_a_card_keeps_what_outlives_the_question_and_says_for_how_long(
    site: Site, desk: httpx.AsyncClient
) -> None:
    form = await desk.get(CARD_PAGE)
    for care, life in (("outpatient", "24時間"), ("home", "診療が続くあいだ"), ("online", "毎回")):
        assert re.search(rf'value="{care}".*?{life}', form.text), care
    assert "checked" not in form.text

    day = await by_card(desk, **CARD, care="outpatient", **{"item-medicine": "yes", "item-limit": "yes"})
    assert "同意を記録しました" in day.text
    assert "11月21日（土） 9:30 まで" in day.text
    once = await by_card(desk, **CARD, care="outpatient", **{"item-limit": "yes"})
    assert "残した同意はありません" in once.text
    every = await by_card(desk, **CARD, care="online", **{"item-medicine": "yes"})
    assert "11月20日（金） 23:59 まで" in every.text
    grants = [held.grant for held in await held_by(site, "worker")]
    assert {(grant.care, grant.items) for grant in grants} == {
        (Care.OUTPATIENT, frozenset({Item.MEDICINE})),
        (Care.ONLINE, frozenset({Item.MEDICINE})),
    }


async def test_while_care_lasts_it_is_asked_again_without_the_card_until_withdrawn(
    site: Site, desk: httpx.AsyncClient
) -> None:
    await by_card(desk, **AT_HOME)
    page = await patient_page(desk, **WORKER)
    size = await site.machine.committer.log.size()
    answer = await send(desk, page, "/desk/consents/ask", care="home")
    assert answer.status_code == 200
    assert 'class="verdict verdict-valid"' in answer.text
    assert "同意にもとづく再照会" in answer.text
    assert "架空　一郎" in answer.text
    (asked,) = [body for kind, body in await records_since(site, size) if kind == "eligibility.answer"]
    assert (asked["carrier"], asked["kind"]) == ("page", "standing")
    assert asked["client"] == site.session(desk).account_id

    for _ in range(withdrawals(page)):
        page = await send(desk, page, "/desk/consents/withdraw")
        assert "同意を取り消しました" in page.text
    assert withdrawals(page) == 0
    assert "本人が取り消しました" in page.text
    token = site.session(desk).form_token("/desk/consents/ask")
    over = await desk.post("/desk/consents/ask", data={**WORKER, "care": "home", "token": token})
    assert (over.status_code, code_of(over)) == (409, "consent.none-standing")


async def test_the_patient_sees_which_facility_asked_again(site: Site, desk: httpx.AsyncClient) -> None:
    await by_card(desk, **AT_HOME)
    page = await patient_page(desk, **WORKER)
    await send(desk, page, "/desk/consents/ask", care="home")
    async with site.browser() as http:
        await with_card(http, "worker")
        seen = await http.get("/me/seen")

    assert "訪問・オンライン診療の同意による再照会" in seen.text
    assert sandbox_facility() in seen.text


async def test_what_stands_here_is_listed_without_names_and_what_stands_elsewhere_is_not(
    site: Site, desk: httpx.AsyncClient
) -> None:
    giving = Giving(
        facility="1310112345",
        care=Care.HOME,
        items=frozenset({Item.OPERATION}),
        means=Means.HOME,
        examined_on=site.clock.today(),
    )
    (elsewhere,) = await site.machine.consent_book.give(
        person(site, "child"), giving, Actor("clinic", "1310112345", "key")
    )
    await by_card(desk, **AT_HOME)

    page = await desk.get(DESK)

    assert "訪問診療など" in page.text
    assert "手術情報" not in page.text
    assert "架空　一郎" not in page.text
    token = site.session(desk).form_token("/desk/consents/withdraw")
    form = {**WORKER, "consent": elsewhere.consent.hex(), "item": "operation", "token": token}
    refused = await desk.post("/desk/consents/withdraw", data=form)
    assert (refused.status_code, code_of(refused)) == (404, "consent.unknown")
    assert not [held for held in await held_by(site, "child") if held.ends]


async def test_of_many_that_stand_the_newest_are_shown_and_no_other_is_told_as_seen(
    site: Site, desk: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await by_card(desk, **AT_HOME)
    site.clock.at += timedelta(seconds=1)
    await by_card(desk, **{**AT_HOME, "care": "online"})
    monkeypatch.setattr("kaihoken.hub.pages.desk.MOST_STANDING", 1)
    size = await site.machine.committer.log.size()

    page = await desk.get(DESK)

    assert page.text.count('<li class="look">') == 1
    assert "オンライン診療など" in page.text
    assert "新しいものから 1 件までを示しています" in page.text
    ((_, record),) = await records_since(site, size)
    assert record["consents"] == 1


@pytest.mark.parametrize("form", ["", "/spoken", "/withdraw", "/ask"])
async def test_faults_are_told_at_their_fields_and_nothing_is_done(
    site: Site, desk: httpx.AsyncClient, form: str
) -> None:
    size = await site.machine.committer.log.size()
    token = site.session(desk).form_token(f"{DESK}{form}")
    wrong = {**WORKER, "insurer_number": "12", "birthdate": "1985-02-30", "token": token}

    page = await desk.post(f"{DESK}{form}", data=wrong)

    assert page.status_code == 422
    assert 'id="field-insurer_number-error"' in page.text
    assert 'id="field-birthdate-error"' in page.text
    assert 'value="1985-02-30"' in page.text
    assert {kind for kind, _ in await records_since(site, size)} == {"consent.seen"}


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"issuer": ""}, "field-issuer-error"),
        ({"issuer": "nobody"}, "field-issuer-error"),
        ({"serial": "x1"}, "field-serial-error"),
        ({"care": ""}, "choice-care-error"),
        ({"item-medicine": "", "item-limit": ""}, "choice-items-error"),
        ({"care": "emergency"}, "choice-items-error"),
        ({"examined_on": "2025-01-01"}, "field-examined_on-error"),
    ],
)
async def test_a_fault_of_the_card_form_is_told_at_its_field(
    desk: httpx.AsyncClient, said: dict[str, str], error: str
) -> None:
    page = await by_card(desk, **{**AT_HOME, **said})

    assert page.status_code == 422
    assert f'id="{error}"' in page.text


async def test_an_item_that_is_not_used_here_is_named_as_the_form_names_it(
    site: Site, desk: httpx.AsyncClient
) -> None:
    facilities, manager = site.machine.facilities, Actor("demo-clinic", sandbox_facility(), "key-1")
    await facilities.change(FacilitySettingsChange(items={Item.TEST: False}), manager)
    page = await by_card(desk, **AT_HOME, **{"item-test": "yes"})
    await facilities.change(FacilitySettingsChange(items={Item.TEST: True}), manager)

    assert page.status_code == 422
    (said,) = re.findall(r'id="choice-items-error">(.*?)</p>', page.text, re.S)
    assert "この施設は 検査 の同意を利用しない設定です" in said


async def test_a_care_that_is_none_and_a_card_that_is_nobodys_are_told(desk: httpx.AsyncClient) -> None:
    nobody = await by_card(desk, **{**AT_HOME, "serial": "1"})
    assert (nobody.status_code, code_of(nobody)) == (404, "consent.nobody")
    assert 'value="1"' in nobody.text, "what was typed is kept"
    strange = await by_card(desk, **{**AT_HOME, "care": "spa"})
    assert strange.status_code == 422


async def test_too_many_patients_who_are_nobody_pause_the_desk_and_too_many_pages_who_reads_them(
    site: Site, tmp_path_factory: pytest.TempPathFactory
) -> None:
    once_a_minute = {"count": 1, "seconds": 60}
    few = Limits(not_found=Limit(**once_a_minute, burst=2), person=Limit(**once_a_minute, burst=9))
    async with a_site(tmp_path_factory.mktemp("few"), limits=few) as narrow, narrow.browser() as http:
        await with_card(http, "staff")
        codes = [code_of(await patient_page(http, **NOBODY)) for _ in range(4)]
        size = await narrow.machine.committer.log.size()
        page = await http.get(DESK)
        assert (page.status_code, code_of(page)) == (429, "access.too-many-requests")
        assert page.headers["retry-after"] == "60"
        assert await narrow.machine.committer.log.size() == size

    assert codes == ["", "", "access.not-found-burst", "access.not-found-burst"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_answer_can_be_read_in_another_language(
    desk: httpx.AsyncClient, language: Language
) -> None:
    await by_card(desk, **AT_HOME)
    page = await send(desk, await desk.get(path_in(language, DESK)), DESK, **WORKER)
    answer = await desk.post(
        path_in(language, "/desk/consents/ask"),
        data={**fields_of(page, "/desk/consents/ask"), "care": "home"},
    )

    assert (page.status_code, answer.status_code) == (200, 200)
    for other in LANGUAGES:
        if other != language:
            same = await desk.post(path_in(other, DESK), data=fields_of(page, DESK))
            assert (same.status_code, path_in(other, "/desk/consents/withdraw") in same.text) == (200, True)
            again = await desk.post(
                path_in(other, "/desk/consents/ask"), data=fields_of(answer, "/desk/consents/ask")
            )
            assert again.status_code == 200
