"""What a check weighs on the line: counted by what it was for, kept over a restart, and held within a bound."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from kaihoken.clock import FixedClock
from kaihoken.coverage.client import HubProblem, Weight, unreachable
from kaihoken.coverage.client.weight import weight_of
from kaihoken.desk.events import Events
from kaihoken.desk.line import Line
from kaihoken.desk.traffic import About, Tally, about_of

from ..hub.hub import NOW, Hub, a_hub, a_row
from ..hub.walks import FULL
from .desks import Counter, a_covered_patient, a_desk, carried_on

MOST_OF_A_CHECK = 4 * 1024
MOST_OF_A_LOOK = 512
MOST_OF_A_ROW = 4 * 1024


@pytest_asyncio.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    async with a_hub(tmp_path / "store", tmp_path) as running:
        await running.register(a_row(**FULL))
        yield running


@pytest_asyncio.fixture
async def counter(hub: Hub, tmp_path: Path) -> AsyncIterator[Counter]:
    async with a_desk(tmp_path / "desk", hub) as desk:
        await desk.sign_in()
        yield desk


def tally(counter: Counter, about: About) -> Tally:
    return counter.desk.traffic.today().of(about)


async def test_an_exchange_weighs_what_http_writes() -> None:
    said = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nyes"
    heard = bytearray()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.extend(await reader.readuntil(b"question"))
        writer.write(said)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server, httpx.AsyncClient() as client:
        port = server.sockets[0].getsockname()[1]
        answer = await client.post(f"http://127.0.0.1:{port}/v1/x?on=today", content=b"question")

    assert weight_of(answer.request, answer) == Weight("/v1/x", len(heard), len(said))
    assert weight_of(answer.request, None) == Weight("/v1/x", len(heard), 0)


async def test_one_check_stays_within_a_bound_that_a_satellite_line_bears(counter: Counter) -> None:
    visit = counter.arrived(a_covered_patient(counter))
    for _ in range(2):
        assert (await counter.post(f"/visit/{visit.visit}/check")).status_code == 303
    checks, proofs = tally(counter, About.CHECK), tally(counter, About.PROOF)

    assert checks.exchanges == 2
    assert 0 < checks.heaviest <= MOST_OF_A_CHECK
    assert proofs.exchanges == 2, "the metadata and one token, for both"
    assert 0 < tally(counter, About.LOOK).heaviest <= MOST_OF_A_LOOK


async def test_a_row_of_tomorrows_list_weighs_no_more_than_a_check(counter: Counter) -> None:
    for one in range(20):
        counter.expected(a_covered_patient(counter, f"{one:05}"), counter.hub.clock.now())
    order = counter.desk.evening.ask(counter.desk.clock.today())
    assert order.asked == 20

    await carried_on(counter.desk.evening.carry_on)

    assert 0 < tally(counter, About.LIST).total <= 20 * MOST_OF_A_ROW


async def test_what_never_left_weighs_nothing_and_what_was_not_answered_its_question(
    counter: Counter,
) -> None:
    await counter.desk.hub.document("/ready")
    before = tally(counter, About.LOOK)
    counter.wire.down = True
    with pytest.raises(HubProblem):
        await counter.desk.hub.document("/ready")
    unchanged = tally(counter, About.LOOK)
    counter.wire.down, counter.wire.lose_answers = False, True
    with pytest.raises(HubProblem):
        await counter.desk.hub.document("/ready")
    lost = tally(counter, About.LOOK)

    assert unchanged == before
    assert (lost.exchanges - before.exchanges, lost.received) == (1, before.received)
    assert lost.sent > before.sent


async def test_the_counts_are_shown_by_day_and_outlive_the_desk(hub: Hub, tmp_path: Path) -> None:
    async with a_desk(tmp_path / "desk", hub) as first:
        await first.sign_in()
        visit = first.arrived(a_covered_patient(first))
        await first.post(f"/visit/{visit.visit}/check")
        total = tally(first, About.CHECK).total
    async with a_desk(tmp_path / "desk", hub, down=True) as counter:
        await counter.sign_in()
        assert tally(counter, About.CHECK).total == total
        page = await counter.http.get("/doctor")
        report = await counter.http.get("/doctor/report")
        table = await counter.http.get("/traffic.csv")
        counter.days_pass(1)
        tomorrow = await counter.http.get("/doctor")

    assert "患者1人の照会" in page.text
    assert f"{total:,}" in page.text
    assert "2026-11-20 check = 1 exchanges" in report.text
    assert any(line.startswith("2026-11-20,check,1,") for line in table.text.splitlines())
    assert "今日はまだ何も通っていません" in tomorrow.text


async def test_a_line_paid_by_the_byte_is_looked_at_as_seldom_as_the_settings_say() -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        raise asyncio.CancelledError

    async def look(line: Line, *, there: bool) -> None:
        async def answer() -> None:
            if not there:
                raise unreachable("", "ConnectError")

        with suppress(asyncio.CancelledError):
            await line.watch(answer, sleep)

    line = Line(FixedClock(NOW), Events(), lambda: 0, look_seconds=900)
    await look(line, there=True)
    await look(line, there=False)

    assert waits == [900, 3]


@pytest.mark.parametrize(
    ("path", "about"),
    [
        ("/v1/eligibility-checks", About.CHECK),
        ("/v1/failure-checks", About.CHECK),
        ("/v1/card-challenges", About.CARD),
        ("/v1/bulk-checks/status", About.LIST),
        ("/.well-known/oauth-authorization-server", About.PROOF),
        ("/v1/consents", About.OTHER),
    ],
)
def test_what_an_exchange_was_for(path: str, about: About) -> None:
    assert about_of(path) is about
