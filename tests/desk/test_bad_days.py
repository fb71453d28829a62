"""The hub is gone, slow, broken, changed, or finds this PC's clock wrong: what the counter reads, what the patient
sees, and that it is over when it is over."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import msgspec
import pytest

from kaihoken.clock import FixedClock
from kaihoken.coverage.client import AsyncHub, HubProblem, Patience
from kaihoken.desk.doctor import examination
from kaihoken.desk.doctor.facts import Reach, Way
from kaihoken.desk.line import LineState, at_counter
from kaihoken.desk.reader import Stage
from kaihoken.problems import Problem

from ..certificates import a_ca
from ..hub.cards import a_card_hub
from ..hub.hub import NOW
from .desks import a_covered_patient
from .doctor.test_way import a_leaf, a_server, trusting
from .reader.readers import Desk, a_card, at_reader, reached, reader_settings
from .reader.test_pictures import NEVER

FIVE_MINUTES = 301
VISIT = "visit-00231"


@dataclass
class World:
    """A desk, its hub, and the clock of this PC."""

    desk: Desk
    pc: FixedClock

    def clock_off(self, days: int) -> None:
        """The PC's clock is so many days wrong, and the token that it held has run out."""
        self.pc.at = NOW + timedelta(days=days)
        self.desk.counter.hub.ticks.pass_seconds(FIVE_MINUTES)

    def certificate_changed(self) -> None:
        failure = httpx.ConnectError("")
        failure.__cause__ = ssl.SSLCertVerificationError(1, "certificate verify failed")
        failure.__cause__.verify_message = "unable to get local issuer certificate"
        self.desk.counter.wire.failure = failure

    def over(self) -> None:
        wire = self.desk.counter.wire
        if wire.held is not None:
            wire.held.set()
        wire.down, wire.status, wire.failure, wire.held = False, 0, None, None
        self.pc.at = NOW


@asynccontextmanager
async def a_world(folder: Path) -> AsyncIterator[World]:
    pc = FixedClock(NOW)
    settings = msgspec.structs.replace(reader_settings(folder), answer_seconds=0.5, evening_at="")
    async with (
        a_card_hub(folder) as hub,
        at_reader(folder / "desk", hub, settings, clock=pc) as desk,
    ):
        desk.counter.signed_in()
        desk.counter.expected(a_covered_patient(desk.counter), NOW)
        await stands(desk, LineState.UP)
        yield World(desk, pc)


async def stands(desk: Desk, state: LineState) -> None:
    """The desk looks at the line until it stands so."""

    def there() -> bool:
        desk.sleeper.pass_time()
        return desk.counter.desk.line.view.state is state

    await reached(there)


async def looked_again(desk: Desk) -> None:
    """The desk looks at the line twice more."""
    looks = desk.counter.wire.sent.count("/ready")

    def there() -> bool:
        desk.sleeper.pass_time()
        return desk.counter.wire.sent.count("/ready") > looks + 2

    await reached(there)


def is_down(world: World) -> None:
    world.desk.counter.wire.down = True


def is_slow(world: World) -> None:
    world.desk.counter.wire.held = asyncio.Event()


def is_broken(world: World) -> None:
    world.desk.counter.wire.status = 500


BAD_DAYS = [
    pytest.param(is_down, LineState.DOWN, "ハブから返事がなく", "ハブに届きません", id="dead"),
    pytest.param(is_slow, LineState.DOWN, "ハブから返事がなく", "ハブに届きません", id="slow"),
    pytest.param(is_broken, LineState.DOWN, "ハブの側の故障で", "ハブの側の故障です", id="500"),
    pytest.param(
        World.certificate_changed,
        LineState.DOWN,
        "証明書を確かめられないので",
        "証明書を確かめられません",
        id="certificate",
    ),
    pytest.param(
        lambda world: world.clock_off(1),
        LineState.REFUSED,
        "この PC の時計が合っていない",
        "11月21日",
        id="clock-ahead",
    ),
    pytest.param(
        lambda world: world.clock_off(-1),
        LineState.REFUSED,
        "この PC の時計が合っていない",
        "11月19日",
        id="clock-behind",
    ),
]


@pytest.mark.parametrize(("comes", "state", "told", "on_every_page"), BAD_DAYS)
async def test_a_bad_day_of_the_hub_is_told_at_the_counter_and_over_by_itself(
    tmp_path: Path, comes: Callable[[World], None], state: LineState, told: str, on_every_page: str
) -> None:
    async with a_world(tmp_path) as world:
        desk, counter = world.desk, world.desk.counter
        comes(world)

        asked = await counter.post(f"/visit/{VISIT}/check")
        await stands(desk, state)
        assert await desk.put(a_card(), Stage.RECEPTION) is Stage.RECEPTION
        screen = await counter.http.get("/easy/reader")
        bar = (await counter.http.get("/bar")).text
        (sent_to,) = [one for one in desk.visits if one.trouble]
        line = await counter.http.get(f"/visit/{sent_to.visit}")

        assert asked.status_code >= 500
        assert told in asked.text
        assert counter.desk.day.get(VISIT).checks == ()
        assert on_every_page in bar
        assert "カードの方" in line.text or "山田" in line.text
        assert sent_to.trouble.startswith("desk.")
        assert Problem(sent_to.trouble).title("ja") in line.text
        assert (sent_to.trouble == "desk.clock-wrong") is (state is LineState.REFUSED)
        assert not NEVER.search(screen.text)
        assert [one for one in ("ハブ", "時計", "証明書") if one in screen.text] == []

        world.over()
        await desk.take()
        await stands(desk, LineState.UP)
        assert "outage" not in (await counter.http.get("/bar")).text
        assert (await counter.post(f"/visit/{VISIT}/check")).status_code == 303
        assert await desk.confirmed(a_card()) is Stage.DONE


@pytest.mark.parametrize(("days", "finding"), [(1, "1440分ほど進んでいます"), (-1, "1440分ほど遅れています")])
async def test_a_wrong_clock_is_said_before_anybody_asks_and_stays_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, finding: str
) -> None:
    answered = Way(host="hub.test", reach=Reach.ANSWERED, status=200, date=NOW)
    monkeypatch.setattr(examination, "look_along", lambda *_: answered)
    async with a_world(tmp_path) as world:
        world.clock_off(days)
        await stands(world.desk, LineState.REFUSED)
        await looked_again(world.desk)

        bar = (await world.desk.counter.http.get("/bar")).text
        assert "この PC の時計が違います" in bar
        assert "今すぐ同期" in bar
        assert finding in (await world.desk.counter.http.get("/doctor")).text


@pytest.mark.parametrize(("authority", "host"), [("ほかの認証局", "127.0.0.1"), ("", "127.0.0.2")])
async def test_a_certificate_of_another_ca_or_name_is_no_silent_line(
    tmp_path: Path, authority: str, host: str
) -> None:
    ours = a_ca()
    with a_server(tmp_path, a_leaf(a_ca(authority) if authority else ours, host=host)) as address:
        async with AsyncHub(address, patience=Patience(attempts=1), tls=trusting(ours)) as hub:
            with pytest.raises(HubProblem, match=r"access\.hub-untrusted") as raised:
                await hub.document("/ready")

    assert raised.value.status == 0
    assert at_counter(raised.value).code == "desk.hub-certificate"
