"""SIGKILL beside people who make passkeys and sign in: what was acknowledged is there, and nothing opens twice."""

import asyncio
from pathlib import Path

import httpx
import pytest

from kaihoken.access.people import Accounts, Role, check_accounts
from kaihoken.audit import Committer, FileWitness, KindReader, Log
from kaihoken.clock import SystemClock
from kaihoken.store import FileKeys, open_store

from ...access.people.passkeys import SoftPasskey
from ..process import HubProcess, make_hub
from .people import fields_of
from .test_people_pages import code_of

pytestmark = pytest.mark.process

URL = "https://hub.example"
KILLED = (httpx.NetworkError, httpx.RemoteProtocolError)


class Browser:
    """One browser that reaches the hub as behind a proxy that ends TLS."""

    def __init__(self, hub: HubProcess) -> None:
        self.cookies: dict[str, str] = {}
        self._http = httpx.AsyncClient(
            base_url=hub.url,
            headers={"Host": "hub.example", "Sec-Fetch-Site": "same-origin", "Accept": "text/html"},
            timeout=None,
        )

    async def ask(self, path: str, form: dict[str, str] | None = None) -> httpx.Response:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        method = "GET" if form is None else "POST"
        answer = await self._http.request(method, path, data=form, headers={"Cookie": cookie})
        for said in answer.headers.get_list("set-cookie"):
            name, _, rest = said.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer

    async def enrol(self, code: str, passkey: SoftPasskey) -> httpx.Response:
        form = fields_of(await self.ask("/invitation"), "/invitation")
        opened = await self.ask("/invitation", {**form, "code": code})
        if opened.status_code != 200:
            return opened
        fields = fields_of(opened, "/invitation/passkey")
        created = passkey.created(fields["challenge"])
        return await self.ask("/invitation/passkey", {**fields, "name": "スマホ", "answer": created})

    async def sign_in(self, passkey: SoftPasskey) -> tuple[httpx.Response, dict[str, str]]:
        """The answer, and the form that was sent."""
        fields = fields_of(await self.ask("/sign-in"), "/sign-in")
        form = {**fields, "answer": passkey.answer(fields["challenge"])}
        return await self.ask("/sign-in", form), form


def a_hub(folder: Path) -> HubProcess:
    hub = make_hub(folder)
    hub.settings = f'people = true\npublic_url = "{URL}"\n'
    return hub


async def invited(folder: Path, count: int) -> list[str]:
    """The codes of so many operators, made with the hub at rest."""
    store = await open_store(folder / "store")
    clock, witness = SystemClock(), FileWitness(folder / "witness.jsonl")
    committer = await Committer.open(store, FileKeys(folder / "keys"), clock, witness, tick_seconds=None)
    try:
        accounts = Accounts(store, committer, clock)
        return [
            (await accounts.invite(None, Role.OPERATOR, "", "", f"運用 {each}"))[1] for each in range(count)
        ]
    finally:
        await committer.close()
        await store.close()


async def findings_and_sign_ins(folder: Path) -> tuple[list[object], int]:
    store = await open_store(folder / "store", read_only=True)
    try:
        found: list[object] = [told async for told in check_accounts(store)]
        log = await Log.open(store)
        batches = KindReader(log, "session.began").batches(0, await log.size())
        return found, sum([len(entries or ()) async for _, entries in batches])
    finally:
        await store.close()


def test_a_passkey_and_a_sign_in_that_were_acknowledged_are_there_and_neither_opens_twice(
    tmp_path: Path,
) -> None:
    hub = a_hub(tmp_path)
    (code,) = asyncio.run(invited(tmp_path, 1))
    passkey = SoftPasskey("hub.example", URL)

    async def first_life() -> None:
        assert (await Browser(hub).enrol(code, passkey)).status_code == 303
        hub.kill()

    async def second_life() -> tuple[Browser, dict[str, str], dict[str, str]]:
        again = await Browser(hub).enrol(code, SoftPasskey("hub.example", URL))
        assert (again.status_code, code_of(again) or "invitation") == (403, "invitation")
        assert "この招待コードは使えません" in again.text
        browser = Browser(hub)
        waiting = fields_of(await browser.ask("/sign-in"), "/sign-in")
        began, form = await browser.sign_in(passkey)
        assert (began.status_code, began.headers["location"]) == (303, "/me")
        assert (await browser.ask("/me")).status_code == 200
        hub.kill()
        return browser, form, waiting

    async def third_life(browser: Browser, form: dict[str, str], waiting: dict[str, str]) -> None:
        later = Browser(hub)
        later.cookies = browser.cookies
        gone = await later.ask("/me")
        assert (gone.status_code, gone.headers["location"]) == (303, "/sign-in"), (
            "a session ends with its hub"
        )
        assert code_of(await later.ask("/sign-in", form)) == "access.form-refused"
        token = fields_of(await later.ask("/sign-in"), "/sign-in")["token"]
        replayed = await later.ask("/sign-in", {**form, "token": token})
        assert (replayed.status_code, code_of(replayed)) == (409, "access.challenge-ended")
        late = {**waiting, "token": token, "answer": passkey.answer(waiting["challenge"])}
        assert code_of(await later.ask("/sign-in", late)) == "access.challenge-ended"
        assert (await later.ask("/me")).status_code == 303
        assert (await later.sign_in(passkey))[0].headers["location"] == "/me"

    with hub.alive():
        asyncio.run(first_life())
    with hub.alive():
        left = asyncio.run(second_life())
    with hub.alive():
        asyncio.run(third_life(*left))
    assert asyncio.run(findings_and_sign_ins(tmp_path)) == ([], 2)


@pytest.mark.parametrize("acknowledged", [1, 4])
def test_killed_among_registrations_each_is_there_or_can_be_made_again(
    tmp_path: Path, acknowledged: int
) -> None:
    hub, count = a_hub(tmp_path), 8
    codes = asyncio.run(invited(tmp_path, count))
    passkeys = [SoftPasskey("hub.example", URL) for _ in codes]
    told: set[int] = set()

    async def registering() -> None:
        enough = asyncio.Event()

        async def one(which: int) -> None:
            try:
                answer = await Browser(hub).enrol(codes[which], passkeys[which])
            except KILLED:
                return
            assert answer.status_code == 303, answer.text
            told.add(which)
            if len(told) >= acknowledged:
                enough.set()

        async def kill() -> None:
            await enough.wait()
            hub.kill()

        async with asyncio.timeout(300), asyncio.TaskGroup() as work:
            work.create_task(kill())
            for which in range(count):
                work.create_task(one(which))

    async def afterwards() -> None:
        for which in range(count):
            there = (await Browser(hub).sign_in(passkeys[which]))[0].status_code == 303
            assert there or which not in told, "acknowledged, and gone"
            again = await Browser(hub).enrol(codes[which], SoftPasskey("hub.example", URL))
            assert again.status_code == (403 if there else 303), "either the passkey opens, or the code does"

    with hub.alive():
        asyncio.run(registering())
    assert len(told) >= acknowledged
    with hub.alive():
        asyncio.run(afterwards())
    found, _ = asyncio.run(findings_and_sign_ins(tmp_path))
    assert found == []
