"""The pages of people in a real browser: passkeys with Chromium's virtual authenticator, and nobody is kept out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from kaihoken.access.people import Role

from ...authenticators import a_browser_with_an_authenticator, nobody_is_kept_out
from .people import Site, served_site
from .test_own_pages import consented

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

FACILITY = "1310112345"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    async with served_site(tmp_path_factory.mktemp("site")) as made:
        await consented(made, "worker")
        yield made


async def accept(site: Site, page: Page, role: Role = Role.MANAGER, name: str = "青空 花子") -> str:
    """Take an invitation up with the browser's authenticator; the account's id."""
    place = FACILITY if role in (Role.STAFF, Role.MANAGER) else ""
    account, code = await site.accounts.invite(None, role, place, "", name)
    await page.goto(f"{site.address}/invitation")
    await page.get_by_label("招待コード").fill(code)
    await page.get_by_role("button", name="次へ").click()
    await page.get_by_role("button", name="パスキーを作る").click()
    await page.get_by_role("button", name="パスキーでサインイン").wait_for()
    return account.account_id


async def sign_in(page: Page) -> None:
    await page.get_by_role("button", name="パスキーでサインイン").click()
    await page.get_by_role("heading", name="青空 花子 さん").wait_for()


async def test_a_passkey_is_made_signs_in_and_signs_in_again(browser: Browser, site: Site) -> None:
    async with a_browser_with_an_authenticator(browser) as (page, _, _):
        await accept(site, page)
        await sign_in(page)
        await page.get_by_role("button", name="サインアウト").click()
        await page.goto(f"{site.address}/me")
        assert page.url.endswith("/sign-in")
        await sign_in(page)


@pytest.mark.parametrize("language", ["", "/easy", "/en"])
async def test_no_page_keeps_anybody_out(browser: Browser, site: Site, language: str) -> None:
    async with a_browser_with_an_authenticator(browser) as (page, _, _):
        await accept(site, page)
        for path in ("/sign-in", "/invitation"):
            await page.goto(f"{site.address}{language}{path}")
            await nobody_is_kept_out(page)
        await page.goto(f"{site.address}/sign-in")
        await sign_in(page)
        for path in ("/me", "/me/devices", "/me/confirm", "/me/nothing"):
            await page.goto(f"{site.address}{language}{path}")
            await nobody_is_kept_out(page)


async def test_an_authenticator_that_verifies_nobody_makes_no_passkey(browser: Browser, site: Site) -> None:
    async with a_browser_with_an_authenticator(browser, verified=False) as (page, _, _):
        account, code = await site.accounts.invite(None, Role.MANAGER, FACILITY, "", "青空 花子")
        await page.goto(f"{site.address}/invitation")
        await page.get_by_label("招待コード").fill(code)
        await page.get_by_role("button", name="次へ").click()
        await page.get_by_role("button", name="パスキーを作る").click()
        await page.get_by_text("パスキーを使えませんでした").wait_for()

    assert await site.accounts.authenticators_of(account.account_id) == []


async def test_a_passkey_that_the_hub_does_not_know_opens_nothing(browser: Browser, site: Site) -> None:
    async with a_browser_with_an_authenticator(browser) as (page, _, _):
        account_id = await accept(site, page)
        await site.accounts.disable(None, account_id)
        await page.get_by_role("button", name="パスキーでサインイン").click()
        await page.get_by_text("サインインできませんでした").wait_for()
        await nobody_is_kept_out(page)


async def test_without_an_authenticator_the_page_says_so_and_nothing_is_sent(
    browser: Browser, site: Site
) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    devtools = await context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")  # and no authenticator
    await page.goto(f"{site.address}/sign-in")
    size = await site.machine.committer.log.size()
    await page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error()); }")

    await page.get_by_role("button", name="パスキーでサインイン").click()
    await page.get_by_text("パスキーを使えませんでした").wait_for()

    assert await site.machine.committer.log.size() == size
    await context.close()


async def test_devices_are_managed_with_the_keyboard_and_the_mouse(browser: Browser, site: Site) -> None:
    async with a_browser_with_an_authenticator(browser) as (page, devtools, _):
        await accept(site, page)
        await sign_in(page)
        await page.get_by_role("link", name="サインインに使うもの").click()
        await devtools.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "usb",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                }
            },
        )
        await page.locator("#field-name").fill("鍵")
        await page.get_by_role("button", name="この端末のパスキーを作る").click()
        await page.get_by_role("heading", name="鍵").wait_for()
        await nobody_is_kept_out(page)
        await page.get_by_role("button", name="鍵 を外す").click()
        await page.get_by_role("heading", name="鍵").wait_for(state="detached")


async def test_without_scripts_the_pages_say_what_a_passkey_needs(browser: Browser, site: Site) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    _, code = await site.accounts.invite(None, Role.STAFF, FACILITY, "", "青空 花子")
    await page.goto(f"{site.address}/sign-in")
    assert "JavaScriptが必要です" in await page.locator("main").inner_text()

    await page.get_by_role("link", name="招待コードをもらった方はこちら").click()
    await page.get_by_label("招待コード").fill(code)
    await page.get_by_role("button", name="次へ").click()

    assert await page.get_by_text("青空 花子 さん").count() == 1
    await context.close()


PAGES_OF = {
    "worker": ("/me", "/me/coverage", "/me/seen", "/me/consents", "/me/proxies", "/me/confirm"),
    "mother": ("/me/proxies",),
    "staff": ("/desk/consents", "/desk/consents/card"),
    "manager": ("/desk/settings", "/staff", "/log/own"),
    "officer": ("/proxies",),
    "operator": ("/staff", "/log", "/receipt"),
}


@pytest.mark.parametrize("language", ["", "/easy", "/en"])
@pytest.mark.parametrize("who", PAGES_OF)
async def test_no_page_of_any_role_keeps_anybody_out(
    browser: Browser, site: Site, who: str, language: str
) -> None:
    context = await browser.new_context(java_script_enabled=True)
    page = await context.new_page()
    await page.goto(f"{site.address}/sign-in")
    await page.locator(f"button[value='{who}']").click()  # one click, with a virtual card
    await page.wait_for_url("**/me")

    for path in PAGES_OF[who]:
        await page.goto(f"{site.address}{language}{path}")
        await nobody_is_kept_out(page)
    await context.close()


WORKER = {
    "insurer_number": "01139906",
    "symbol": "99000001",
    "number": "1001",
    "branch": "00",
    "birthdate": "1985-05-05",
}


@asynccontextmanager
async def without_and_with_scripts(
    browser: Browser, site: Site, card: str
) -> AsyncIterator[tuple[Page, Page]]:
    """Two pages of one session: the first without scripts, the second with those by which it is looked at."""
    context = await browser.new_context(java_script_enabled=False)
    scripted = await browser.new_context()
    page = await context.new_page()
    await page.goto(f"{site.address}/sign-in")
    await page.locator(f"button[value='{card}']").click()
    await scripted.add_cookies([{**cookie} for cookie in await context.cookies()])
    try:
        yield page, await scripted.new_page()
    finally:
        await context.close()
        await scripted.close()


@pytest.mark.parametrize("language", ["", "/easy", "/en"])
async def test_a_receptionist_without_scripts_records_asks_again_and_withdraws(
    browser: Browser, site: Site, language: str
) -> None:
    async def patient(on: Page) -> None:
        await on.goto(f"{site.address}{language}/desk/consents")
        for name, text in WORKER.items():
            await on.locator(f"#field-{name}").fill(text)
        await on.locator("form.question button.first").click()

    async with without_and_with_scripts(browser, site, "staff") as (page, other):
        await page.goto(f"{site.address}{language}/desk/consents/card")
        await page.locator("#field-issuer").fill("CN=架空利用者証明用認証局,O=Kaihoken Demo,C=JP")
        await page.locator("#field-serial").fill("99001001")
        await page.locator("input[value='home']").check()
        await page.locator("input[name='item-medicine']").check()
        await page.locator("form.form button.first").click()
        await page.locator("section.verdict-valid").wait_for()
        await patient(page)
        await page.locator("button[name='care']").click()
        assert "架空　一郎" in await page.locator("main").inner_text()
        await patient(page)
        await page.locator("form[action$='/withdraw'] button").first.click()
        await page.locator("section.verdict-valid").wait_for()

        await patient(other)
        await nobody_is_kept_out(other)
        await other.locator("form[action$='/spoken'] button").click()
        await nobody_is_kept_out(other)


@pytest.mark.parametrize("language", ["", "/easy", "/en"])
async def test_a_manager_without_scripts_changes_a_setting(
    browser: Browser, site: Site, language: str
) -> None:
    async with without_and_with_scripts(browser, site, "manager") as (page, other):
        for on, item in ((page, "operation"), (other, "diagnosis")):
            await on.goto(f"{site.address}{language}/desk/settings")
            await on.locator(f"form:has([value='{item}']) button").click()
            await on.locator(".comparison mark").wait_for()
        await nobody_is_kept_out(other)
        await page.locator("form[action$='/change'] button").click()
        await page.locator("section.verdict-valid").wait_for()

        prescriptions = page.locator("form:has([value='prescriptions'])")
        await prescriptions.locator("input[type='radio']:not(:checked)").first.check()
        await prescriptions.locator("button").click()
        await page.locator("main a.button").click()
        assert page.url.endswith(f"{language}/desk/settings")
        await page.locator("form:has([value='operation']) button").click()  # as it was, for the next language
        await page.locator("form[action$='/change'] button").click()
        await page.locator("section.verdict-valid").wait_for()


@pytest.mark.parametrize("path", ["/me/coverage", "/me/seen", "/me/consents", "/me/proxies"])
async def test_paper_holds_what_is_shown_and_nothing_to_press(
    browser: Browser, site: Site, path: str
) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(f"{site.address}/sign-in")
    await page.locator("button[value='worker']").click()
    await page.wait_for_url("**/me")
    await page.goto(f"{site.address}{path}")

    await page.emulate_media(media="print")

    assert await page.locator("main a:visible, button:visible, input:visible, form:visible").count() == 0
    assert await page.locator("main h1:visible, main h2:visible").count() > 0
    await context.close()
