"""The pages of people without a browser: who comes where, what every form takes, and what every page bears."""

import json
import logging
import re
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import httpx
import pytest

from kaihoken.access.people import Account, Role, may
from kaihoken.access.people.account_table import accounts_of_person
from kaihoken.hub.pages.people import Row
from kaihoken.hub.pages.site import ROWS
from kaihoken.web import LANGUAGES, Language, path_in

from ...access.people.passkeys import SoftPasskey
from .people import Site, a_passkey, enrol, fields_of, send, sign_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

FORMS = [row for row in ROWS if row.method == "POST"]
FACILITY, INSURER = "1310112345", "01130012"
PLACES = {Role.STAFF: FACILITY, Role.MANAGER: FACILITY, Role.OFFICER: INSURER, Role.SUPERVISOR: INSURER}
GUARDED = [row for row in ROWS if row.needs != "anybody"]
BY_RIGHT = [row for row in ROWS if row.right is not None]


def named(row: Row) -> str:
    return f"{row.method} {row.path}"


async def somebody(site: Site, role: Role = Role.MANAGER) -> tuple[Account, SoftPasskey]:
    """Somebody who was invited and accepted on the pages."""
    place = (
        FACILITY
        if role in (Role.STAFF, Role.MANAGER)
        else "01130012"
        if role in (Role.OFFICER, Role.SUPERVISOR)
        else ""
    )
    person = "ab" * 16 if role in (Role.PATIENT, Role.PARTICIPANT) else ""
    if person:
        for account in await site_accounts_of_person(site, person):
            await site.accounts.disable(None, account.account_id)
    account, code = await site.accounts.invite(None, role, place, person, "青空 花子")
    passkey = a_passkey()
    async with site.browser() as http:
        done = await enrol(http, code, passkey)
    assert done.status_code == 200
    assert str(done.url).endswith("/sign-in")
    return account, passkey


async def site_accounts_of_person(site: Site, person: str) -> list[Account]:
    return await accounts_of_person(site.machine.store, person)


async def test_from_an_invitation_to_ones_own_page_and_out_again(site: Site) -> None:
    _, passkey = await somebody(site)
    async with site.browser() as http:
        home = await sign_in(http, passkey)
        assert home.status_code == 200
        assert "青空 花子 さん" in home.text

        left = await send(http, home, "/sign-out")
        assert str(left.url).endswith("/sign-in")
        assert str((await http.get("/me")).url).endswith("/sign-in")


@pytest.mark.parametrize("row", FORMS, ids=lambda row: row.path)
async def test_no_form_is_taken_from_elsewhere(site: Site, row: Row) -> None:
    _, passkey = await somebody(site)
    size = await site.machine.committer.log.size()
    async with site.browser() as http:
        await sign_in(http, passkey)
        for headers in (
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Sec-Fetch-Site": "", "Origin": "http://evil.example"},
        ):
            refused = await http.post(row.path, data={"token": "x"}, headers=headers)
            assert (refused.status_code, code_of(refused)) == (403, "hub.other-origin")
    assert await site.machine.committer.log.size() == size + 1  # the sign-in


@pytest.mark.parametrize("row", FORMS, ids=lambda row: row.path)
async def test_no_form_is_taken_without_its_own_token(site: Site, row: Row) -> None:
    who = next(role for role in Role if row.right is None or may(role, row.right))
    _, passkey = await somebody(site, who)
    async with site.browser() as http, site.browser() as other:
        await sign_in(http, passkey)
        _, second = await somebody(site)
        home = await sign_in(other, second)
        foreign = fields_of(home, "/sign-out")["token"]
        for token in ("", "x", "é" * 40, foreign):
            refused = await http.post(row.path, data={"token": token})
            assert (refused.status_code, code_of(refused)) == (403, "access.form-refused"), token
        no_form = {"content-type": "application/json"}
        assert (await http.post(row.path, content=b"{}", headers=no_form)).status_code == 415


@pytest.mark.parametrize("row", GUARDED, ids=named)
async def test_who_has_not_signed_in_comes_nowhere(site: Site, row: Row) -> None:
    async with site.browser() as http:
        http.follow_redirects = False
        answer = await http.request(
            row.method, row.path, data={"token": "x"} if row.method == "POST" else None
        )

    if row.method == "GET":
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    else:
        assert (answer.status_code, code_of(answer)) == (401, "access.sign-in-required")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("row", BY_RIGHT, ids=named)
async def test_each_page_takes_its_right(site: Site, row: Row, role: Role) -> None:
    assert row.right is not None
    if may(role, row.right):
        return
    _, passkey = await somebody(site, role)
    async with site.browser() as http:
        await sign_in(http, passkey)
        refused = await http.request(
            row.method, row.path, data={"token": "x"} if row.method == "POST" else None
        )

    assert (refused.status_code, code_of(refused)) == (403, "access.right-missing")


@pytest.mark.parametrize("row", [row for row in ROWS if row.fresh], ids=named)
async def test_what_is_dangerous_takes_a_fresh_proof(site: Site, row: Row) -> None:
    who = next(role for role in Role if row.right is None or may(role, row.right))
    _, passkey = await somebody(site, who)
    async with site.browser() as http:
        await sign_in(http, passkey)
        session = site.session(http)
        form = {"token": session.form_token(row.path)} if row.method == "POST" else None
        site.ticks.pass_seconds(5 * 60)
        size = await site.machine.committer.log.size()
        refused = await http.request(row.method, row.path, data=form)
        assert (refused.status_code, code_of(refused)) == (403, "access.proof-old")
        assert await site.machine.committer.log.size() == size, "nothing is done and nothing told"

        page = await http.get("/me/confirm")
        fields = fields_of(page, "/me/confirm")
        back = await http.post("/me/confirm", data={**fields, "answer": passkey.answer(fields["challenge"])})
        assert back.status_code == 200
        assert row.path.startswith(back.url.path), "back where they were"
        again = await http.request(row.method, row.path, data=form)
        assert code_of(again) != "access.proof-old"


def code_of(page: httpx.Response) -> str:
    """The code of the problem that a page tells."""
    found = re.search(r'class="quiet">.*?<code>([a-z.-]+)</code></p>', page.text, re.S)
    return found[1].rpartition(">")[2] if found else ""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/sign-in", "/invitation"])
async def test_every_page_bears_its_headers_and_its_language(
    site: Site, path: str, language: Language
) -> None:
    async with site.browser() as http:
        page = await http.get(path_in(language, path))

    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert 'class="demo"' in page.text
    scripts = re.findall(r'<script[^>]* src="/static/[0-9a-f]{16}/([^"]+)"', page.text)
    assert scripts == ["web/copy.js", "web/passkey.js"], "where passkeys are made nobody else's script runs"


async def test_cookies_are_of_this_host_alone_and_no_script_reads_them(site: Site) -> None:
    _, passkey = await somebody(site)
    async with site.browser() as http:
        first = await http.get("/sign-in")
        http.follow_redirects = False
        fields = fields_of(first, "/sign-in")
        began = await http.post("/sign-in", data={**fields, "answer": passkey.answer(fields["challenge"])})

    for cookie in (first.headers["set-cookie"], began.headers["set-cookie"]):
        assert "; HttpOnly" in cookie
        assert "; SameSite=Strict" in cookie
        assert "; Path=/" in cookie
        assert "Domain" not in cookie
        assert "Expires" not in cookie


async def test_who_is_refused_on_a_page_is_told_to_the_operators_log_by_account(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    account, passkey = await somebody(site, Role.STAFF)
    async with site.browser() as http:
        await sign_in(http, passkey)
        with caplog.at_level(logging.INFO, "kaihoken.gate"):
            assert (await http.get("/staff")).status_code == 403
            assert (await http.post("/sign-out", data={"token": "x"})).status_code == 403

    said = [json.loads(record.getMessage()) for record in caplog.records if record.name == "kaihoken.gate"]
    assert said == [
        {
            "event": "refused",
            "route": route,
            "account": account.account_id,
            "problem": problem,
        }
        for route, problem in (("/staff", "access.right-missing"), ("/sign-out", "access.form-refused"))
    ]


FORGET = '"cache", "storage"'
"""No cookies: those of other sites of the domain would go with them."""


async def test_a_browser_forgets_when_somebody_signs_out_and_when_a_session_has_ended(site: Site) -> None:
    account, passkey = await somebody(site)
    async with site.browser() as http:
        home = await sign_in(http, passkey)
        assert "clear-site-data" not in home.headers, "who is signed in keeps what they have"
        http.follow_redirects = False
        left = await send(http, home, "/sign-out")
        assert left.headers.get_list("clear-site-data") == [FORGET]
        assert any("Max-Age=0" in said for said in left.headers.get_list("set-cookie"))

        http.follow_redirects = True
        await sign_in(http, passkey)
        http.follow_redirects = False
        await site.accounts.disable(None, account.account_id)
        ended = await http.get("/me")
        assert (ended.status_code, ended.headers["clear-site-data"]) == (303, FORGET)
        assert http.cookies.get("kaihoken-local", domain="127.0.0.1") is None
        assert "clear-site-data" not in (await http.get("/me")).headers, "once"


async def test_who_signs_in_where_a_session_had_ended_stays_signed_in(site: Site) -> None:
    _, passkey = await somebody(site)
    async with site.browser() as http:
        first = await http.get("/sign-in")
        http.cookies.set("kaihoken-local", "of-a-session-that-ended", domain="127.0.0.1")
        fields = fields_of(first, "/sign-in")
        http.follow_redirects = False
        began = await http.post("/sign-in", data={**fields, "answer": passkey.answer(fields["challenge"])})
        assert "clear-site-data" not in began.headers
        assert (await http.get("/me")).status_code == 200


async def test_a_sign_in_gives_a_new_cookie_and_none_that_was_planted_opens_anything(site: Site) -> None:
    _, passkey = await somebody(site)
    async with site.browser() as http:
        await sign_in(http, passkey)
        planted = http.cookies["kaihoken-local"]
        home = await http.get("/me")
        await send(http, home, "/sign-out")
        http.cookies.set("kaihoken-local", planted, domain="127.0.0.1")
        assert str((await http.get("/me")).url).endswith("/sign-in")
        await sign_in(http, passkey)
        assert http.cookies.get("kaihoken-local", domain="127.0.0.1") != planted


async def test_a_fresh_proof_gives_a_new_cookie_and_the_one_before_opens_nothing(site: Site) -> None:
    _, passkey = await somebody(site)
    async with site.browser() as http, site.browser() as thief:
        await sign_in(http, passkey)
        before = http.cookies["kaihoken-local"]
        fields = fields_of(await http.get("/me/confirm"), "/me/confirm")
        home = await http.post("/me/confirm", data={**fields, "answer": passkey.answer(fields["challenge"])})
        assert home.url.path == "/me"
        (cookie,) = home.history[0].headers.get_list("set-cookie")
        assert before not in cookie
        assert "; HttpOnly" in cookie

        thief.cookies.set("kaihoken-local", before, domain="127.0.0.1")
        assert (await thief.get("/me")).url.path == "/sign-in"
        assert (await http.get("/me")).url.path == "/me"


async def test_who_is_shut_out_while_their_form_arrives_does_nothing_with_it(site: Site) -> None:
    account, passkey = await somebody(site)
    async with site.browser() as http:
        await sign_in(http, passkey)
        token = site.session(http).form_token("/me/devices/rename")
        form = urlencode({"token": token, "device": passkey.passkey_id, "name": "鍵"}).encode()

        async def slowly() -> AsyncIterator[bytes]:
            yield form[:9]
            await site.accounts.disable(None, account.account_id)
            yield form[9:]

        head = {"content-type": "application/x-www-form-urlencoded"}
        refused = await http.post("/me/devices/rename", content=slowly(), headers=head)

    assert (refused.status_code, code_of(refused)) == (401, "access.sign-in-required")
    (one,) = await site.accounts.authenticators_of(account.account_id)
    assert one.name == "わたしのスマホ"


async def test_a_wrong_code_is_told_at_its_field_and_says_nothing_else(site: Site) -> None:
    async with site.browser() as http:
        page = await send(http, await http.get("/en/invitation"), "/invitation", code="ABCD-EFGH")

    assert page.status_code == 403
    assert 'id="field-code-error"' in page.text
    assert 'value="ABCD-EFGH"' in page.text


async def test_devices_are_added_named_and_removed(site: Site) -> None:
    account, passkey = await somebody(site)
    other = a_passkey()
    async with site.browser() as http:
        await sign_in(http, passkey)
        page = await http.get("/me/devices")
        fields = fields_of(page, "/me/devices/add")
        page = await http.post(
            "/me/devices/add", data={**fields, "name": "台所", "answer": other.created(fields["challenge"])}
        )
        assert "台所" in page.text
        page = await send(http, page, "/me/devices/rename", device=other.passkey_id, name="居間")
        assert "居間" in page.text
        page = await send(http, page, "/me/devices/remove", device=other.passkey_id)
        assert "居間" not in page.text
        assert "/me/devices/remove" not in page.text, "the last one stays"
        form = {"token": site.session(http).form_token("/me/devices/remove"), "device": passkey.passkey_id}
        refused = await http.post("/me/devices/remove", data=form)
        assert (refused.status_code, code_of(refused)) == (409, "access.authenticator-last")
    assert account.account_id


async def test_a_passkey_that_verified_nobody_is_told_so_and_opens_nothing(site: Site) -> None:
    _, passkey = await somebody(site)
    passkey.verifies = False
    async with site.browser() as http:
        refused = await sign_in(http, passkey)
        assert (refused.status_code, code_of(refused)) == (403, "access.passkey-unverified")
        assert str((await http.get("/me")).url).endswith("/sign-in")
        _, code = await site.accounts.invite(None, Role.STAFF, FACILITY, "", "青空 花子")
        assert code_of(await enrol(http, code, passkey)) == "access.passkey-unverified"


async def test_another_host_name_reaches_no_page(site: Site) -> None:
    async with site.browser() as http:
        refused = await http.get("/sign-in", headers={"Host": "evil.example"})

    assert refused.status_code == 403


async def test_nothing_is_done_by_following_a_link(site: Site) -> None:
    shown = {row.path for row in ROWS if row.method == "GET"}
    done = [row.path for row in FORMS if row.path not in shown]
    assert len(done) > 10
    async with site.browser() as http:
        for path in done:
            assert (await http.get(path)).status_code == 405, path


async def test_what_is_not_a_page_or_not_done_with_it_is_said(site: Site) -> None:
    async with site.browser() as http:
        assert (await http.delete("/sign-in")).status_code == 405
        assert (await http.get("/me/nothing")).status_code == 404
        head = await http.head("/sign-in")
        assert (head.status_code, head.content) == (200, b"")


async def test_disabling_somebody_ends_what_they_see_at_the_next_request(site: Site) -> None:
    account, passkey = await somebody(site)
    async with site.browser() as http:
        await sign_in(http, passkey)
        await site.accounts.disable(None, account.account_id)

        assert str((await http.get("/me")).url).endswith("/sign-in")
