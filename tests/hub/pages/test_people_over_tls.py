"""The pages of people on a production store behind TLS: cookies bound to host and TLS, one origin, no demonstration."""

from pathlib import Path

import httpx
import pytest

from kaihoken.access.people import Accounts, Role
from kaihoken.clock import FixedClock
from kaihoken.hub.application import HubApplication
from kaihoken.hub.machine import running
from kaihoken.hub.pages.card_wallet import CardWallet
from kaihoken.hub.pages.people import PeoplePages
from kaihoken.hub.pages.site import ROWS, with_people
from kaihoken.hub.settings import HubSettings
from kaihoken.problems import Problem
from kaihoken.store import FileKeys, create_store

from ...access.people.passkeys import SoftPasskey
from .desk import NOW
from .people import enrol, sign_in
from .test_people_pages import code_of

URL = "https://hub.example"
FORM = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


async def settings_in(folder: Path, public_url: str = URL) -> HubSettings:
    clock = FixedClock(NOW)
    FileKeys.create(folder / "keys", clock)
    await (await create_store(folder / "store", purpose="production", clock=clock)).close()
    return HubSettings(
        store=str(folder / "store"), keys=str(folder / "keys"), public_url=public_url, people=True
    )


async def test_people_sign_in_over_tls_with_cookies_bound_to_it(tmp_path: Path) -> None:
    settings, clock = await settings_in(tmp_path), FixedClock(NOW)
    application = HubApplication(lambda: running(settings, FileKeys(tmp_path / "keys"), clock), with_people)
    async with application.opened() as machine:
        _, code = await Accounts(machine.store, machine.committer, clock).invite(
            None, Role.OPERATOR, "", "", "運用"
        )
        transport = httpx.ASGITransport(app=application)
        passkey = SoftPasskey("hub.example", URL)
        async with httpx.AsyncClient(
            transport=transport, base_url=URL, headers=FORM, follow_redirects=True
        ) as http:
            front = await http.get("/")
            assert str(front.url) == f"{URL}/sign-in"
            assert 'class="demo"' not in front.text
            assert "sign-in/card" not in front.text
            await enrol(http, code, passkey)
            home = await sign_in(http, passkey)
            assert str(home.url) == f"{URL}/me"
            assert set(http.cookies) == {"__Host-kaihoken", "__Host-kaihoken-visit"}
            (began,) = [answer for answer in home.history if answer.request.method == "POST"]
            cookie = began.headers["set-cookie"]
            assert cookie.startswith("__Host-kaihoken=")
            assert "; Secure" in cookie
            for other in ({"Host": "127.0.0.1"}, {"Host": "evil.example"}):
                assert (await http.get("/sign-in", headers=other)).status_code == 403
            foreign = {"Sec-Fetch-Site": "", "Origin": "http://hub.example"}
            assert (await http.post("/sign-out", data={}, headers=foreign)).status_code == 403
            for nothing in ("/nothing", "/me/nothing"):
                missing = await http.get(nothing)
                assert (missing.status_code, code_of(missing)) == (404, "hub.no-such-page")
                assert "openapi" not in missing.text, "that is for programs"
            assert (await http.get("/nothing", headers={"Accept": "application/json"})).json()[
                "code"
            ] == "hub.path"


async def test_no_pages_without_tls_and_no_virtual_card_on_a_production_store(tmp_path: Path) -> None:
    settings, clock = await settings_in(tmp_path, "http://hub.example"), FixedClock(NOW)
    async with running(settings, FileKeys(tmp_path / "keys"), clock) as machine:
        with pytest.raises(Problem, match=r"hub.pages-need-tls"):
            with_people(machine)
        with pytest.raises(Problem, match=r"access.demo-key"):
            PeoplePages(machine, URL, ROWS, CardWallet((), ()))


async def test_what_a_visit_costs_is_told_to_everybody_without_a_cookie(tmp_path: Path) -> None:
    settings, clock = await settings_in(tmp_path), FixedClock(NOW)
    application = HubApplication(lambda: running(settings, FileKeys(tmp_path / "keys"), clock), with_people)
    form = {"birthdate": "1985-04-02", "amount": "291", "unit": "points"}
    async with application.opened():
        transport = httpx.ASGITransport(app=application)
        async with httpx.AsyncClient(transport=transport, base_url=URL, headers=FORM) as http:
            answered = await http.post("/en/pay", data=form)
            assert "870 yen" in answered.text
            assert not http.cookies
            foreign = {"Sec-Fetch-Site": "", "Origin": "http://hub.example"}
            assert (await http.post("/pay", data=form, headers=foreign)).status_code == 403
