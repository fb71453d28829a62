"""The desk of careers: who comes in, names after their record and by role, and nowhere else."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape
from pathlib import Path

import httpx
import pytest
from icalendar import Calendar

from kaihoken.access.people import Right, Role, may
from kaihoken.clock import FixedClock
from kaihoken.planner.desk import Desk, careers_desk
from kaihoken.planner.desk.site import ROWS, Row
from kaihoken.problems import Problem
from kaihoken.store import FileKeys, create_store
from kaihoken.web import LANGUAGES, Language, path_in
from kaihoken.workforce.careers import OpenedBook, Opener, opened_book

from ..access.people.passkeys import SoftPasskey
from ..workforce.careers.builders import SHORT_ALWAYS
from ..workforce.careers.desk import CANARIES, CLOCK, NAME, REASON, a_career, bytes_under, records_of

URL = "http://localhost:8012"
KEEPER = Opener("0a" * 16, Role.COORDINATOR)
FROM_HERE = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


class Ticks:
    now = 0

    def __call__(self) -> int:
        return self.now


class House:
    """A desk over a new book with one participant, and browsers that come to it."""

    def __init__(self, opened: OpenedBook, folder: Path, participant: str) -> None:
        self.opened = opened
        self.folder = folder
        self.participant = participant
        self.ticks = Ticks()
        self.desk = Desk(opened, CLOCK, URL, SHORT_ALWAYS, self.ticks)
        self.application = careers_desk(self.desk)

    def browser(self) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app=self.application)
        return httpx.AsyncClient(transport=transport, base_url=URL, headers=FROM_HERE, follow_redirects=True)

    @asynccontextmanager
    async def somebody(self, role: Role) -> AsyncIterator["Browser"]:
        """A browser in which somebody of that role has signed in, as people do: invitation, passkey, sign-in."""
        organisation = {Role.STAFF: "1310112345", Role.MANAGER: "1310112345"}.get(role, "")
        if role in (Role.OFFICER, Role.SUPERVISOR):
            organisation = "01139906"
        person = {Role.PARTICIPANT: self.participant, Role.PATIENT: "ab" * 16}.get(role, "")
        account, code = await self.desk.accounts.invite(None, role, organisation, person, "青空 花子")
        passkey = SoftPasskey("localhost", URL, holder=account.account_id)
        async with self.browser() as http:
            browser = Browser(http, passkey, account.account_id)
            asked = await browser.post("/invitation", code=code)
            made = passkey.created(challenge_in(asked.text))
            await browser.post("/invitation/passkey", page=asked.text, code=code, name="端末", answer=made)
            await browser.prove("/sign-in")
            yield browser

    async def kinds(self) -> list[str]:
        return [kind for kind, _ in await records_of(self.opened.store)]


class Browser:
    def __init__(self, http: httpx.AsyncClient, passkey: SoftPasskey, account: str) -> None:
        self.http = http
        self.passkey = passkey
        self.account = account

    async def get(self, path: str) -> httpx.Response:
        return await self.http.get(path)

    async def post(self, path: str, page: str | None = None, **fields: str) -> httpx.Response:
        """Sends the form of that path with its hidden fields, from a page that has it."""
        if page is None:
            page = (await self.http.get(path)).text
        return await self.http.post(path, data={**hidden_in(page, path), **fields})

    async def prove(self, path: str) -> httpx.Response:
        page = (await self.http.get(path)).text
        return await self.post(path, page=page, answer=self.passkey.answer(challenge_in(page)))

    async def open(self, participant: str, reason: str = REASON) -> httpx.Response:
        wish = await self.post("/people", participant=participant)
        return await self.post("/people/open", page=wish.text, reason=reason)


def hidden_in(page: str, path: str) -> dict[str, str]:
    form = re.search(rf'<form[^>]*action="{re.escape(path)}".*?</form>', page, re.DOTALL)
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form[0]) if form else []
    return {name: unescape(value) for name, value in found}


def challenge_in(page: str) -> str:
    found = re.search(r'name="challenge" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def said(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


@asynccontextmanager
async def a_house(folder: Path) -> AsyncIterator[House]:
    store = await create_store(folder / "store", purpose="demo", clock=CLOCK)
    await store.close()
    FileKeys.create(folder / "keys", CLOCK)
    async with opened_book(str(folder / "store"), folder / "keys", CLOCK) as opened:
        kept = await opened.book.keep(KEEPER, a_career())
        yield House(opened, folder, kept.participant)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(tmp_path) as house:
        yield house


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.path}")
async def test_who_has_not_signed_in_sees_and_does_nothing(house: House, row: Row) -> None:
    async with house.browser() as http:
        answer = await http.request(row.method, row.path, data={"participant": house.participant})

    if row.needs == "somebody":
        assert answer.status_code == (200 if row.method == "GET" else 401)
        assert str(answer.url).endswith("/sign-in" if row.method == "GET" else row.path)
    assert [canary for canary in (*CANARIES, house.participant) if canary in answer.text] == []
    assert await house.kinds() == ["careers.kept"]


@pytest.mark.parametrize("role", Role)
async def test_each_role_gets_the_pages_of_its_rights_and_no_other(house: House, role: Role) -> None:
    async with house.somebody(role) as browser:
        before = await house.kinds()
        for row in (row for row in ROWS if row.right is not None and not may(role, row.right)):
            answer = await browser.http.request(row.method, row.path, data={"participant": house.participant})

            assert answer.status_code == 403, row
            assert "access.right-missing" in answer.text
            assert NAME not in answer.text
        assert await house.kinds() == before
        rights = {Right.OPEN_CAREERS: "/people", Right.OWN_CAREER: "/own", Right.COUNT_CAREERS: "/counts"}
        first = next((path for right, path in rights.items() if may(role, right)), "/")
        home = await browser.get("/")
        assert (home.url.path, home.status_code) == (first, 200 if first != "/" else 403)


async def test_a_coordinator_sees_everybody_without_a_name_and_opens_one_with_a_reason(house: House) -> None:
    async with house.somebody(Role.COORDINATOR) as browser:
        listed = await browser.get("/people")
        opened = await browser.open(house.participant)

    assert [canary for canary in CANARIES if canary in listed.text] == []
    assert "234 / 3,287" in said(listed.text)
    assert all(canary in opened.text for canary in CANARIES)
    assert "義務は 3287 日のうち 234 日が済みました。" in said(opened.text)
    assert (await records_of(house.opened.store))[-1] == (
        "careers.opened",
        {"account": browser.account, "people": [house.participant], "reason": REASON, "role": "coordinator"},
    )
    assert opened.headers["cache-control"] == "no-store"


async def test_without_its_record_nothing_is_shown(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async with house.somebody(Role.COORDINATOR) as browser:
        wish = await browser.post("/people", participant=house.participant)

        async def fails(*_: object) -> None:
            raise Problem("store.failed", reason="disk")

        monkeypatch.setattr(house.opened.committer, "commit", fails)
        answers = [
            await browser.post("/people/open", page=wish.text, reason=REASON),
            await browser.get("/people"),
            await browser.post("/counts", first="2026", last="2026"),
        ]

    assert [answer.status_code for answer in answers] == [
        Problem("store.failed", reason="disk").entry.status
    ] * 3
    assert not any(NAME in answer.text or house.participant in answer.text for answer in answers)


@pytest.mark.parametrize("reason", ["", "面談", f"{NAME}さんの面談のため"])
async def test_a_reason_that_says_nothing_or_a_name_is_asked_again(house: House, reason: str) -> None:
    async with house.somebody(Role.COORDINATOR) as browser:
        answer = await browser.open(house.participant, reason)

        assert answer.status_code == 422
        assert "8 文字以上" in said(answer.text)
        assert "careers.opened" not in await house.kinds()
        again = await browser.post("/people/open", page=answer.text, reason=REASON)
        assert NAME in again.text


async def test_a_proof_that_is_old_opens_nothing_until_there_is_a_fresh_one(house: House) -> None:
    async with house.somebody(Role.COORDINATOR) as browser:
        house.ticks.now += 6 * 60 * 1_000_000_000
        refused = await browser.open(house.participant)
        await browser.prove("/confirm")
        opened = await browser.open(house.participant)

    assert (refused.status_code, "access.proof-old" in refused.text) == (403, True)
    assert 'href="/confirm"' in refused.text
    assert NAME not in refused.text
    assert NAME in opened.text


async def test_a_participant_opens_their_own_whatever_the_form_says(house: House) -> None:
    other = await house.opened.book.keep(KEEPER, a_career("もう一人 別"))
    async with house.somebody(Role.PARTICIPANT) as browser:
        own = await browser.post("/own/open", page=(await browser.get("/own")).text, reason=REASON)
        changed = await browser.post(
            "/own/open", page=(await browser.get("/own")).text, participant=other.participant, reason=REASON
        )

    for answer in (own, changed):
        assert NAME in answer.text
        assert "もう一人" not in answer.text


async def test_calendars_are_rfc_5545_and_the_programmes_bears_no_name(house: House) -> None:
    async with house.somebody(Role.COORDINATOR) as browser:
        opened = await browser.open(house.participant)
        own = await browser.post("/people/calendar", page=opened.text, reason=REASON)
        every = await browser.post("/programme", reason=REASON)
        refused = await browser.post("/programme", reason="")

    assert all(NAME in str(event["summary"]) for event in Calendar.from_ical(own.text).walk("VEVENT"))
    assert Calendar.from_ical(every.text).walk("VEVENT")
    assert [canary for canary in (*CANARIES, house.participant) if canary in every.text] == []
    assert own.headers["content-type"].startswith("text/calendar")
    assert refused.status_code == 422
    assert (await house.kinds())[-2:] == ["careers.opened"] * 2


async def test_a_planner_counts_and_small_numbers_are_hidden(house: House) -> None:
    async with house.somebody(Role.PLANNER) as browser:
        page = await browser.post("/counts", first="2026", last="2027")
        for _ in range(2):
            await house.opened.book.keep(KEEPER, a_career())
        file = await browser.post("/counts", first="2026", last="2026", **{"as": "file"})
        wrong = [await browser.post("/counts", first="2026", last=last) for last in ("2025", "来年", "9999")]

    assert "北の病院 内科 2026 伏せ" in said(page.text)
    assert file.text.splitlines() == ["コード,診療科,年,人数", "北の病院,内科,2026,3"]
    assert [answer.status_code for answer in wrong] == [422] * 3
    assert NAME not in page.text + file.text


async def test_no_name_is_in_the_log_or_the_store_after_all_of_it(house: House) -> None:
    async with house.somebody(Role.COORDINATOR) as browser:
        await browser.open(house.participant)
        await browser.post("/programme", reason=REASON)

    written = repr(await records_of(house.opened.store))
    disk = bytes_under(house.folder / "store").decode("utf-8", "replace")
    assert [canary for canary in CANARIES for text in (written, disk) if canary in text] == []
    assert house.participant in written


async def test_a_form_from_elsewhere_or_without_its_token_is_refused(house: House) -> None:
    async with house.somebody(Role.COORDINATOR) as browser:
        wish = await browser.post("/people", participant=house.participant)
        fields = {**hidden_in(wish.text, "/people/open"), "reason": REASON}
        elsewhere = await browser.http.post(
            "/people/open", data=fields, headers={"Sec-Fetch-Site": "cross-site"}
        )
        bare = await browser.http.post("/people/open", data={**fields, "token": "x"})
        large = await browser.http.post("/people/open", data={**fields, "note": "x" * 70_000})
        host = await browser.http.get("/people", headers={"Host": "elsewhere.example"})

    assert [one.status_code for one in (elsewhere, bare, large, host)] == [403, 403, 413, 403]
    assert NAME not in elsewhere.text + bare.text + large.text


async def test_signing_out_ends_it_and_a_disabled_account_is_out_at_once(house: House) -> None:
    async with house.somebody(Role.COORDINATOR) as browser:
        left = await browser.post("/sign-out", page=(await browser.get("/people")).text)
        assert left.url.path == "/sign-in"
        assert (await browser.get("/people")).url.path == "/sign-in"
    async with house.somebody(Role.COORDINATOR) as browser:
        await house.desk.accounts.disable(None, browser.account)
        assert (await browser.get("/people")).url.path == "/sign-in"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_page_speaks_every_language(house: House, language: Language) -> None:
    async with house.somebody(Role.COORDINATOR) as browser:
        for path in ("/people", "/programme", "/counts", "/confirm", "/nowhere"):
            answer = await browser.get(path_in(language, path))
            assert answer.status_code == (200 if path != "/nowhere" else 404)
            assert '<main id="main"' in answer.text
        wish = await browser.post("/people", participant=house.participant)
        fields = {**hidden_in(wish.text, "/people/open"), "reason": REASON}
        opened = await browser.http.post(path_in(language, "/people/open"), data=fields)
        assert NAME in opened.text


async def test_the_desk_needs_tls_or_this_machine(house: House) -> None:
    with pytest.raises(Problem, match=r"hub\.pages-need-tls"):
        Desk(house.opened, FixedClock(CLOCK.now()), "http://careers.example", SHORT_ALWAYS)
    over_tls = Desk(house.opened, CLOCK, "https://careers.example", SHORT_ALWAYS)
    transport = httpx.ASGITransport(app=careers_desk(over_tls))
    async with httpx.AsyncClient(transport=transport, base_url="https://careers.example") as http:
        answer = await http.get("/sign-in")

    assert answer.status_code == 200
    assert "__Host-kaihoken-visit=" in answer.headers["set-cookie"]
    assert "Secure" in answer.headers["set-cookie"]
