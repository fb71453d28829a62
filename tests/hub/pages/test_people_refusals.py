"""Each refusal that somebody's session can meet, provoked over HTTP (tests/access/refusals.yaml names them all)."""

import re
from datetime import timedelta

import httpx
import pytest

from kaihoken.access.people import Role, may
from kaihoken.access.people.account import MOST_AUTHENTICATORS
from kaihoken.demo.people import READY
from kaihoken.hub.pages.site import ROWS
from kaihoken.people import sandbox_people
from kaihoken.problems import catalogue

from ...access.people.passkeys import SoftPasskey
from .people import Site, a_passkey, enrol, fields_of, send, sign_in, with_card
from .test_people_pages import code_of, somebody

pytestmark = pytest.mark.asyncio(loop_scope="module")


def person(site: Site, key: str) -> str:
    """The id of a person of the sandbox."""
    found = next(one for one in sandbox_people(site.clock.today()) if one.link == f"sandbox-{key}")
    return found.person_id.hex()


def refused(page: httpx.Response, code: str) -> None:
    """The page tells this problem and no other, with its status."""
    assert (code_of(page), page.status_code) == (code, catalogue()[code].status)


def marked(page: httpx.Response, code: str, field: str) -> None:
    """The form comes again, with the problem's words at that field."""
    assert page.status_code == catalogue()[code].status
    assert f'id="field-{field}-error"' in page.text
    assert catalogue()[code].title_ja in page.text


async def adding(http: httpx.AsyncClient, passkey: SoftPasskey, /, **changes: str) -> httpx.Response:
    """Take that passkey in, on the page of devices."""
    fields = fields_of(await http.get("/me/devices"), "/me/devices/add")
    brought = passkey.created(fields["challenge"], **changes)
    return await http.post("/me/devices/add", data={**fields, "name": "鍵", "answer": brought})


# Accounts.


async def test_a_person_with_an_account_is_not_given_another(site: Site) -> None:
    async with site.browser() as http:
        await with_card(http, "operator")
        page = await http.get("/staff")
        answer = await send(
            http, page, "/staff/invite", role="patient", name="名前", person=person(site, "worker")
        )

    refused(answer, "access.account-exists")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"role": "auditor", "organisation": "9910000007"}, "organisation"),
        ({"role": "patient", "person": "me"}, "person"),
        ({"role": "auditor", "person": "ab" * 16}, "person"),
    ],
)
async def test_what_cannot_be_an_account_is_told_at_its_field(
    site: Site, wrong: dict[str, str], field: str
) -> None:
    async with site.browser() as http:
        await with_card(http, "operator")
        page = await http.get("/staff")
        form = {"role": "auditor", "name": "名前", **wrong}
        marked(await send(http, page, "/staff/invite", **form), "access.account-invalid", field)


async def test_nobody_is_disabled_or_invited_again_who_is_not_there(site: Site) -> None:
    async with site.browser() as http:
        await with_card(http, "operator")
        session = site.session(http)
        for path in ("/staff/disable", "/staff/invite-again"):
            for account in ("", "00" * 16):
                form = {"token": session.form_token(path), "account": account}
                refused(await http.post(path, data=form), "access.account-unknown")


async def test_who_was_disabled_is_not_invited_again(site: Site) -> None:
    account, _ = await somebody(site)
    await site.accounts.disable(None, account.account_id)
    async with site.browser() as http:
        await with_card(http, "operator")
        form = {"token": site.session(http).form_token("/staff/invite-again"), "account": account.account_id}
        refused(await http.post("/staff/invite-again", data=form), "access.account-unknown")


@pytest.mark.parametrize("path", ["/staff/disable", "/staff/invite-again"])
async def test_a_manager_reaches_into_no_other_house_and_does_not_disable_themselves(
    site: Site, path: str
) -> None:
    elsewhere, _ = await somebody(site)
    async with site.browser() as http:
        await with_card(http, "manager")
        session = site.session(http)
        for account in (elsewhere.account_id, session.account_id):
            if path == "/staff/invite-again" and account == session.account_id:
                continue
            form = {"token": session.form_token(path), "account": account}
            refused(await http.post(path, data=form), "access.right-missing")


# Authenticators and invitations.


async def test_a_passkey_of_somebody_else_is_not_taken_in(site: Site) -> None:
    _, theirs = await somebody(site)
    _, own = await somebody(site)
    async with site.browser() as http:
        await sign_in(http, own)
        refused(await adding(http, theirs), "access.authenticator-taken")


@pytest.mark.parametrize("path", ["/me/devices/rename", "/me/devices/remove"])
async def test_nobody_touches_anothers_authenticator(site: Site, path: str) -> None:
    _, theirs = await somebody(site)
    _, own = await somebody(site)
    async with site.browser() as http:
        await sign_in(http, own)
        form = {"token": site.session(http).form_token(path), "device": theirs.passkey_id, "name": "鍵"}
        refused(await http.post(path, data=form), "access.authenticator-unknown")


async def test_so_many_authenticators_and_no_more(site: Site) -> None:
    _, own = await somebody(site)
    async with site.browser() as http:
        await sign_in(http, own)
        for _ in range(MOST_AUTHENTICATORS - 1):
            assert (await adding(http, a_passkey())).status_code == 200
        refused(await adding(http, a_passkey()), "access.authenticators-many")


@pytest.mark.parametrize(
    "changes", [{"origin": "https://evil.example"}, {"type": "webauthn.get"}, {"challenge": "AAAA"}]
)
async def test_a_passkey_that_was_made_for_something_else_is_not_taken_in(
    site: Site, changes: dict[str, str]
) -> None:
    _, own = await somebody(site)
    async with site.browser() as http:
        await sign_in(http, own)
        refused(await adding(http, a_passkey(), **changes), "access.passkey-refused")


async def test_a_code_opens_once_and_says_nothing_of_why_it_does_not(site: Site) -> None:
    account, code = await site.accounts.invite(None, Role.AUDITOR, "", "", "監査")
    async with site.browser() as http, site.browser() as other:
        waiting = await send(other, await other.get("/invitation"), "/invitation", code=code)
        assert (await enrol(http, code, a_passkey())).status_code == 200
        fields = fields_of(waiting, "/invitation/passkey")
        late = a_passkey().created(fields["challenge"])
        used = await other.post("/invitation/passkey", data={**fields, "name": "鍵", "answer": late})
        refused(used, "access.invitation-refused")
        again = await site.accounts.invite_again(None, account.account_id)
        await site.accounts.disable(None, account.account_id)
        for one in (again, "2222-2222-2222-2222-2222", ""):
            unknown = await other.post("/invitation/passkey", data={**fields, "code": one})
            refused(unknown, "access.invitation-refused")
            assert unknown.text.replace(one or "\0", "") == used.text.replace(code, "")


# Signing in.


async def test_a_challenge_serves_once_soon_here_and_for_what_it_was_made(site: Site) -> None:
    _, passkey = await somebody(site)
    async with site.browser() as http, site.browser() as other:
        await other.get("/sign-in")

        async def answered(sent_by: httpx.AsyncClient, challenge: str) -> httpx.Response:
            token = fields_of(await sent_by.get("/sign-in"), "/sign-in")["token"]
            form = {"token": token, "challenge": challenge, "answer": passkey.answer(challenge)}
            return await sent_by.post("/sign-in", data=form)

        async def fresh() -> str:
            return fields_of(await http.get("/sign-in"), "/sign-in")["challenge"]

        elsewhere = await fresh()
        refused(await answered(other, elsewhere), "access.challenge-ended")
        refused(await answered(http, elsewhere), "access.challenge-ended")  # used up by the attempt
        old = await fresh()
        site.ticks.pass_seconds(180)
        refused(await answered(http, old), "access.challenge-ended")
        refused(await answered(http, "AAAA"), "access.challenge-ended")
        invited = (await site.accounts.invite(None, Role.AUDITOR, "", "", "監査"))[1]
        page = await send(http, await http.get("/invitation"), "/invitation", code=invited)
        to_enrol = fields_of(page, "/invitation/passkey")["challenge"]
        refused(await answered(http, to_enrol), "access.challenge-ended")
        good = await fresh()
        assert str((await answered(http, good)).url).endswith("/me")
        refused(await answered(other, good), "access.challenge-ended")  # replayed


async def test_every_refusal_before_the_proof_reads_alike(site: Site) -> None:
    account, gone = await somebody(site)
    await site.accounts.disable(None, account.account_id)
    removed_of, keeps = await somebody(site)
    removed = a_passkey()
    _, forged = await somebody(site)
    forged.key = a_passkey().key
    elsewhere = await somebody(site)
    elsewhere[1].origin = "https://evil.example"
    async with site.browser() as http:
        await sign_in(http, keeps)
        await adding(http, removed)
        form = {"token": site.session(http).form_token("/me/devices/remove"), "device": removed.passkey_id}
        await http.post("/me/devices/remove", data=form)
    assert removed_of.account_id
    pages = []
    for passkey in (a_passkey(), gone, removed, forged, elsewhere[1]):
        async with site.browser() as http:
            page = await sign_in(http, passkey)
            refused(page, "access.sign-in-refused")
            pages.append(page.text)
    assert len(set(pages)) == 1


async def test_a_card_that_is_not_in_the_wallet_opens_nothing(site: Site) -> None:
    async with site.browser() as http:
        refused(await with_card(http, "nobody"), "access.sign-in-refused")


async def test_a_fresh_proof_is_ones_own(site: Site) -> None:
    _, own = await somebody(site)
    _, theirs = await somebody(site)
    async with site.browser() as http:
        await sign_in(http, own)
        fields = fields_of(await http.get("/me/confirm"), "/me/confirm")
        form = {**fields, "answer": theirs.answer(fields["challenge"])}
        refused(await http.post("/me/confirm", data=form), "access.sign-in-refused")


async def test_a_touch_alone_signs_nobody_in_and_is_no_fresh_proof(site: Site) -> None:
    _, own = await somebody(site)
    async with site.browser() as http:
        await sign_in(http, own)
        own.verifies = False
        fields = fields_of(await http.get("/me/confirm"), "/me/confirm")
        form = {**fields, "answer": own.answer(fields["challenge"])}
        refused(await http.post("/me/confirm", data=form), "access.passkey-unverified")
        refused(
            await adding(http, SoftPasskey(own.rp_id, own.origin, verifies=False)),
            "access.passkey-unverified",
        )
    async with site.browser() as http:
        refused(await sign_in(http, own), "access.passkey-unverified")
        assert str((await http.get("/me")).url).endswith("/sign-in")


# Sessions.


@pytest.mark.parametrize("over", ["idle", "absolute", "signed out", "disabled", "its authenticator removed"])
async def test_a_session_that_is_over_does_nothing_more(site: Site, over: str) -> None:
    account, own = await somebody(site)
    other = a_passkey()
    async with site.browser() as http, site.browser() as second:
        await sign_in(http, own)
        await adding(http, other)
        session = site.session(http)
        cookie = http.cookies["kaihoken-local"]
        form = {"token": session.form_token("/me/devices/rename"), "device": own.passkey_id, "name": "鍵"}
        if over == "idle":
            site.ticks.pass_seconds(15 * 60)
        elif over == "absolute":
            for _ in range(12 * 60 // 10 + 1):
                site.ticks.pass_seconds(10 * 60)
                await http.get("/me")
        elif over == "signed out":
            await send(http, await http.get("/me"), "/sign-out")
        elif over == "disabled":
            await with_card(second, "operator")
            token = site.session(second).form_token("/staff/disable")
            await second.post("/staff/disable", data={"token": token, "account": account.account_id})
        else:
            await sign_in(second, other)
            token = site.session(second).form_token("/me/devices/remove")
            await second.post("/me/devices/remove", data={"token": token, "device": own.passkey_id})
        http.cookies.set("kaihoken-local", cookie, domain="127.0.0.1")

        refused(await http.post("/me/devices/rename", data=form), "access.sign-in-required")
        assert str((await http.get("/me")).url).endswith("/sign-in")


@pytest.mark.parametrize("name", [one.name for one in READY])
async def test_every_page_lets_one_sign_out(site: Site, name: str) -> None:
    async with site.browser() as http:
        await with_card(http, name)
        account = await site.accounts.account(site.session(http).account_id)
        assert account is not None
        pages = [
            row.path
            for row in ROWS
            if row.method == "GET"
            and row.needs == "somebody"
            and (row.right is None or may(account.role, row.right))
            and "." not in row.path
        ]
        assert len(pages) >= 3
        for path in pages:
            assert fields_of(await http.get(path), "/sign-out")["token"], path


# Proxies.


async def giving(site: Site, until: timedelta, *scopes: str) -> str:
    """`late` lets the mother act; the id of the proxy."""
    async with site.browser() as mother, site.browser() as late:
        await with_card(mother, "mother")
        await with_card(late, "late")
        wanted = {
            "agent": site.session(mother).account_id,
            "last_day": (site.clock.today() + until).isoformat(),
            **{f"scope-{scope}": "yes" for scope in scopes},
        }
        before = await late.get("/me/proxies")
        given = await send(late, before, "/me/proxies/give", **wanted)
        (new,) = proxies_on(given) - proxies_on(before)
        return new


def proxies_on(page: httpx.Response) -> set[str]:
    return set(re.findall(r'name="proxy" value="([0-9a-f]{32})"', page.text))


async def acting(site: Site, path: str, proxy: str, name: str = "mother") -> httpx.Response:
    async with site.browser() as http:
        await with_card(http, name)
        return await http.post(path, data={"token": site.session(http).form_token(path), "proxy": proxy})


async def test_a_proxy_reaches_no_further_than_it_was_given(site: Site) -> None:
    proxy = await giving(site, timedelta(days=3), "coverage")

    assert (await acting(site, "/me/coverage", proxy)).status_code == 200
    for path in ("/me/seen", "/me/consents"):
        refused(await acting(site, path, proxy), "access.proxy-refused")
    refused(await acting(site, "/me/coverage", proxy, "worker"), "access.proxy-refused")
    refused(await acting(site, "/me/coverage", "00" * 16), "access.proxy-refused")
    refused(await acting(site, "/me/proxies/revoke", proxy, "worker"), "access.proxy-refused")
    refused(await acting(site, "/me/proxies/revoke", "00" * 16), "access.proxy-refused")


async def test_a_proxy_that_is_over_opens_nothing(site: Site) -> None:
    ended, taken_back = (
        await giving(site, timedelta(days=1), "coverage"),
        await giving(site, timedelta(days=9), "coverage"),
    )
    await acting(site, "/me/proxies/revoke", taken_back, "late")
    refused(await acting(site, "/me/coverage", taken_back), "access.proxy-refused")
    assert (await acting(site, "/me/coverage", ended)).status_code == 200
    before = site.clock.at
    site.clock.at += timedelta(days=2)
    try:
        refused(await acting(site, "/me/coverage", ended), "access.proxy-refused")
    finally:
        site.clock.at = before


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"agent": "00" * 16}, "agent"),
        ({"last_day": "2020-01-01"}, "last_day"),
        ({"last_day": ""}, "last_day"),
        ({"scope-coverage": ""}, "scopes"),
    ],
)
async def test_a_proxy_that_cannot_be_given_is_told_at_its_field(
    site: Site, wrong: dict[str, str], field: str
) -> None:
    async with site.browser() as mother, site.browser() as late:
        await with_card(mother, "mother")
        await with_card(late, "late")
        wanted = {
            "agent": site.session(mother).account_id,
            "scope-coverage": "yes",
            "last_day": "2027-01-31",
            **wrong,
        }
        page = await send(late, await late.get("/me/proxies"), "/me/proxies/give", **wanted)
        if field == "scopes":
            assert page.status_code == catalogue()["access.proxy-invalid"].status
            assert catalogue()["access.proxy-invalid"].title_ja in page.text
            assert page.text.count('aria-describedby="choice-scopes-error"') == 3
        else:
            marked(page, "access.proxy-invalid", field)
