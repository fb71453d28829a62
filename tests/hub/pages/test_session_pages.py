"""One's own sessions over HTTP: who sees which, what ends them, and who ends none."""

import re
from datetime import timedelta

import httpx
import pytest
from playwright.async_api import Browser, expect

from kaihoken.web.days import time_in_words

from ...authenticators import nobody_is_kept_out
from .people import Site, a_passkey, enrol, send, served_site, sign_in
from .test_people_pages import code_of, somebody
from .test_people_refusals import adding

LISTS = ("/me/sessions", "/me/sessions/others")


def named_on(page: httpx.Response) -> list[str]:
    """The sessions that a page lets one end."""
    return re.findall(r'name="session" value="([0-9a-f]{32})"', page.text)


async def is_signed_in(http: httpx.AsyncClient) -> bool:
    return (await http.get("/me")).url.path == "/me"


async def last_records(site: Site, count: int) -> list[tuple[str, bytes]]:
    log = site.machine.committer.log
    records = [
        await log.record(batch.seq, place)
        for batch in await log.batches(0, await log.size())
        for place in range(len(batch.leaves))
    ]
    return [(one.kind, one.body) for one in records[-count:]]


@pytest.mark.asyncio(loop_scope="module")
async def test_somebody_sees_their_sessions_and_ends_one(site: Site) -> None:
    account, passkey = await somebody(site)
    async with site.browser() as here, site.browser() as there, site.browser() as third:
        await sign_in(there, passkey)
        site.ticks.pass_seconds(60)
        await sign_in(third, passkey)
        site.ticks.pass_seconds(60)
        await sign_in(here, passkey)
        page = await here.get("/me/sessions")
        assert page.text.count('class="device browser"') == 3
        assert page.text.count("このブラウザー") == 1
        assert page.text.count("<span>パスキー</span>") == 3
        now = site.clock.now()
        for began in (now, now - timedelta(minutes=1), now - timedelta(minutes=2)):
            assert page.text.count(f"{time_in_words(began)} から") == 1
        assert named_on(page) == [site.session(third).session_id, site.session(there).session_id]
        for secret in (here.cookies["kaihoken-local"], site.session(here).digest.hex(), "127.0.0.1"):
            assert secret not in page.text

        after = await send(here, page, "/me/sessions/end", session=site.session(there).session_id)

        assert (after.status_code, after.url.path) == (200, "/me/sessions")
        assert named_on(after) == [site.session(third).session_id]
        assert [await is_signed_in(one) for one in (here, there, third)] == [True, False, True]
        ((kind, body),) = await last_records(site, 1)
        assert kind == "session.ended"
        assert account.account_id.encode() in body


@pytest.mark.asyncio(loop_scope="module")
async def test_all_others_end_at_once(site: Site) -> None:
    _, passkey = await somebody(site)
    _, of_another = await somebody(site)
    async with site.browser() as here, site.browser() as one, site.browser() as two, site.browser() as theirs:
        for http, key in ((one, passkey), (two, passkey), (theirs, of_another), (here, passkey)):
            await sign_in(http, key)

        after = await send(here, await here.get("/me/sessions"), "/me/sessions/end-others")

        assert after.url.path == "/me/sessions"
        assert "ほかにサインイン中のブラウザーはありません" in after.text
        assert 'action="/me/sessions/end' not in after.text
        assert [await is_signed_in(http) for http in (here, one, two, theirs)] == [True, False, False, True]
        assert [kind for kind, _ in await last_records(site, 3)] == [
            "session.began",
            "session.ended",
            "session.ended",
        ]


@pytest.mark.asyncio(loop_scope="module")
async def test_this_one_too_can_be_ended(site: Site) -> None:
    _, passkey = await somebody(site)
    async with site.browser() as here:
        await sign_in(here, passkey)
        session = site.session(here)
        form = {"token": session.form_token("/me/sessions/end"), "session": session.session_id}

        left = await here.post("/me/sessions/end", data=form)

        assert left.url.path == "/sign-in"
        assert here.cookies.get("kaihoken-local", domain="127.0.0.1") is None


@pytest.mark.asyncio(loop_scope="module")
async def test_nobody_ends_anothers_session(site: Site) -> None:
    _, own = await somebody(site)
    _, of_another = await somebody(site)
    async with site.browser() as here, site.browser() as theirs:
        await sign_in(here, own)
        await sign_in(theirs, of_another)
        size = await site.machine.committer.log.size()
        told = set()
        for name in (site.session(theirs).session_id, theirs.cookies["kaihoken-local"], "0" * 32, ""):
            form = {"token": site.session(here).form_token("/me/sessions/end"), "session": name}
            refused = await here.post("/me/sessions/end", data=form)
            assert (refused.status_code, code_of(refused)) == (404, "access.session-unknown")
            told.add(refused.text)

        assert len(told) == 1, "anothers reads like nobodys"
        assert await is_signed_in(theirs)
        assert await site.machine.committer.log.size() == size


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("path", ["/me/sessions/end", "/me/sessions/end-others"])
async def test_no_session_ends_without_the_token_of_its_form_or_without_a_sign_in(
    site: Site, path: str
) -> None:
    _, passkey = await somebody(site)
    async with site.browser() as here, site.browser() as there, site.browser() as nobody:
        await sign_in(here, passkey)
        await sign_in(there, passkey)
        form = {"session": site.session(there).session_id}
        good = site.session(here).form_token(path)
        for token in ("", site.session(here).form_token("/sign-out"), site.session(there).form_token(path)):
            refused = await here.post(path, data={**form, "token": token})
            assert (refused.status_code, code_of(refused)) == (403, "access.form-refused")
        for sent in ({**form, "token": good}, form):
            refused = await nobody.post(path, data=sent)
            assert (refused.status_code, code_of(refused)) == (401, "access.sign-in-required")
        elsewhere = await here.post(
            path, data={**form, "token": good}, headers={"Sec-Fetch-Site": "cross-site"}
        )
        assert (elsewhere.status_code, code_of(elsewhere)) == (403, "hub.other-origin")

        assert [await is_signed_in(one) for one in (here, there)] == [True, True]


@pytest.mark.asyncio(loop_scope="module")
async def test_after_a_new_passkey_the_other_sessions_are_offered_to_be_ended(site: Site) -> None:
    _, passkey = await somebody(site)
    async with site.browser() as here, site.browser() as there:
        await sign_in(here, passkey)
        assert (await adding(here, a_passkey())).url.path == "/me/devices", "nothing to ask"
        await sign_in(there, passkey)

        asked = await adding(here, a_passkey())

        assert asked.url.path == "/me/sessions/others"
        assert asked.text.count('class="device browser"') == 1
        assert '<a class="button" href="/me/devices">' in asked.text, "leaving them is as large a button"
        assert await is_signed_in(there)
        await send(here, asked, "/me/sessions/end-others")
        assert [await is_signed_in(one) for one in (here, there)] == [True, False]
        assert (await here.get("/me/sessions/others")).url.path == "/me/devices", "nothing is left to ask"


@pytest.mark.asyncio(loop_scope="module")
async def test_a_removed_passkey_ends_the_other_sessions_whatever_began_them(site: Site) -> None:
    _, passkey = await somebody(site)
    removed = a_passkey()
    async with site.browser() as here, site.browser() as there:
        await sign_in(here, passkey)
        await adding(here, removed)
        await sign_in(there, passkey)

        page = await here.get("/me/devices")
        await send(here, page, "/me/devices/remove", device=removed.passkey_id)

        assert [await is_signed_in(one) for one in (here, there)] == [True, False]


@pytest.mark.asyncio(loop_scope="module")
async def test_who_lost_everything_begins_anew_and_nothing_old_runs_on(site: Site) -> None:
    account, stolen = await somebody(site)
    async with site.browser() as thief, site.browser() as here:
        await sign_in(thief, stolen)
        code = await site.accounts.invite_again(None, account.account_id)

        assert (await enrol(here, code, a_passkey())).url.path == "/sign-in"

        assert not await is_signed_in(thief)


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("language", ["", "/easy", "/en"])
async def test_without_scripts_sessions_are_seen_and_ended_and_nobody_is_kept_out(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, language: str
) -> None:
    async with served_site(tmp_path_factory.mktemp("served")) as served:
        contexts = [await browser.new_context(java_script_enabled=plain) for plain in (False, True, True)]
        plain, scripted, third = [await context.new_page() for context in contexts]
        for page in (third, scripted, plain):
            await page.goto(f"{served.address}/sign-in")
            await page.locator("button[value='worker']").click()
            await page.wait_for_url("**/me")

        for path in LISTS:
            await scripted.goto(f"{served.address}{language}{path}")
            await nobody_is_kept_out(scripted)
        await plain.goto(f"{served.address}{language}/me/sessions")
        await plain.locator("form[action$='/me/sessions/end'] button").first.click()
        await expect(plain.locator("li.device")).to_have_count(2)
        await plain.goto(f"{served.address}{language}/me/sessions/others")
        await plain.locator("form[action$='/end-others'] button").click()
        await expect(plain.locator("li.device")).to_have_count(1)

        await third.goto(f"{served.address}/me")
        await scripted.goto(f"{served.address}/me")

        assert [page.url.endswith("/sign-in") for page in (third, scripted)] == [True, True]
        for context in contexts:
            await context.close()
