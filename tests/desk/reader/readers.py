"""A desk with readers in memory, cards to put on them, and a patient who touches the screen."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import httpx

from kaihoken.card.readers import InProcessReader
from kaihoken.card.virtual import KeyPair, OtherCard, Profile, VirtualJpkiCard, personalise
from kaihoken.clock import Clock
from kaihoken.desk.day import Visit
from kaihoken.desk.reader import Attention, Operation, Reader, Stage, Touch
from kaihoken.desk.settings import DeskSettings

from ...card.papers import ENDS, a_root, issued, key
from ...hub.cards import a_card_hub
from ...hub.hub import BASE, NOW, Hub
from ..desks import Counter, a_desk

PIN = "1234"
LONGEST_SECONDS = 20


@dataclass
class Sleeper:
    """Time passes only when it is told to."""

    asleep: list[asyncio.Future[None]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> None:
        self.asleep.append(asyncio.get_running_loop().create_future())
        self.seconds.append(seconds)
        await self.asleep[-1]

    def pass_time(self) -> None:
        """Whoever sleeps has slept enough."""
        asleep, self.asleep = self.asleep, []
        for one in asleep:
            if not one.done():
                one.set_result(None)


def a_card(
    profile: Profile = Profile.CARD,
    *,
    root: str = "root",
    serial: int = 4_000_001,
    ends: datetime = ENDS,
    authority: str = "",
    tries: int = 3,
    pin: str = PIN,
) -> VirtualJpkiCard | OtherCard:
    """A card of a root of the tests, with so many tries left of its PIN. Only "root" and "second" are pinned."""
    if not profile.has_application:
        return OtherCard()
    pair = KeyPair(issued(a_root(root), serial=serial, ends=ends), a_root(authority or root).der, key("card"))
    card = VirtualJpkiCard(personalise(profile, pair, None, pin))
    for _ in range(3 - tries if profile is not Profile.PIN_LOCKED else 0):
        miss_pin(card)
    return card


def miss_pin(card: VirtualJpkiCard | OtherCard) -> None:
    """Somebody tries a wrong PIN elsewhere."""
    for command in ("00A4040C0AD392F000260100000001", "00A4020C020018", "002000800439393939"):
        card.transmit(bytes.fromhex(command))
    card.reset()


async def reached(is_there: Callable[[], bool]) -> None:
    """Lets others run until it is so."""
    async with asyncio.timeout(LONGEST_SECONDS):
        async for _ in _turns():
            if is_there():
                return


async def _turns() -> AsyncIterator[None]:
    while True:
        await asyncio.sleep(0)
        yield


@dataclass
class Desk:
    """A desk at whose reader somebody stands."""

    counter: Counter
    sleeper: Sleeper

    @property
    def reader(self) -> Reader:
        return self.counter.desk.reader

    @property
    def now(self) -> Operation:
        return self.reader.now

    @property
    def spot(self) -> InProcessReader:
        (first, *_) = self.counter.desk.card_readers
        assert isinstance(first, InProcessReader)
        return first

    @property
    def phones(self) -> InProcessReader:
        (*_, last) = self.counter.desk.card_readers
        assert isinstance(last, InProcessReader)
        return last

    @property
    def visits(self) -> list[Visit]:
        return self.counter.desk.day.today()

    @property
    def is_clean(self) -> bool:
        """Whether nothing of anybody is left."""
        return self.now == Operation(step=self.now.step) and not (
            self.reader.visit or self.reader.looked_at_by
        )

    async def held_at_the_hub(self) -> None:
        """A card has signed, and the hub does not answer yet."""
        await self.put(a_card(), Stage.METHOD)
        self.press("pin")
        await self.type_pin(PIN, Stage.QUESTION)
        wire = self.counter.wire
        while self.now.stage is Stage.QUESTION:
            self.press("no")
        await reached(lambda: wire.sent[-1].endswith("card-challenges"))
        wire.held = asyncio.Event()
        await reached(lambda: wire.sent[-1].endswith("card-presences"))

    def let_through(self) -> None:
        """The hub answers now."""
        assert self.counter.wire.held is not None
        self.counter.wire.held.set()

    async def beside(self) -> None:
        """Waits until nothing goes on beside the readers."""
        await reached(lambda: not self.counter.desk.serving.is_busy_beside)

    async def until(self, *stages: Stage) -> Stage:
        """Waits for one of these stages."""
        async with asyncio.timeout(LONGEST_SECONDS):
            async for _ in self.counter.desk.events.listen():
                if self.now.stage in stages:
                    break
        return self.now.stage

    async def put(self, card: VirtualJpkiCard | OtherCard, *until: Stage, phone: bool = False) -> Stage:
        """A card is put on the reader, a phone on the other one."""
        (self.phones if phone else self.spot).put(card)
        return await self.until(*until)

    async def take(self) -> None:
        """Whatever lies there is taken away."""
        self.spot.take()
        self.phones.take()
        await self.until(Stage.WAITING)

    def press(self, touch: Touch) -> None:
        self.reader.touch(self.now.step, touch)

    async def type_pin(self, digits: str, *until: Stage) -> Stage:
        self.reader.type_pin(self.now.step, bytearray(digits.encode()))
        return await self.until(*until)

    async def answer(self, *, yes: bool = True) -> Stage:
        """Answers every question that is asked."""
        while self.now.stage is Stage.QUESTION:
            self.press("yes" if yes else "no")
        return await self.until(Stage.DONE, Stage.RECEPTION, Stage.FIRST_USE)

    async def confirmed(self, card: VirtualJpkiCard | OtherCard, *, yes: bool = True) -> Stage:
        """From card to result by PIN."""
        await self.put(card, Stage.METHOD)
        self.press("pin")
        await self.type_pin(PIN, Stage.QUESTION, Stage.ASKING, Stage.DONE)
        return await self.answer(yes=yes)

    async def quiet(self, wanted: Stage | Attention) -> None:
        """Nothing is touched until it stands there."""

        def is_there() -> bool:
            there = wanted in (self.now.stage, self.now.attention)
            if not there:
                self.sleeper.pass_time()
            return there

        await reached(is_there)


@asynccontextmanager
async def a_reader(
    folder: Path,
    now: datetime = NOW,
    *,
    attested: bool = False,
    hub_attested: bool = False,
    roots: bool = True,
    requests: str = "",
    asks: str = "",
    holders: str = "",
) -> AsyncIterator[Desk]:
    """A desk beside a hub that knows one patient's card, and asks for whose another one is at `holders`. `attested`:
    faces and looks at cards are offered."""
    settings = reader_settings(folder, attested=attested, roots=roots, requests=requests, asks=asks)
    async with (
        a_card_hub(folder, now, card_attested=hub_attested, card_holders=holders) as hub,
        at_reader(folder / "desk", hub, settings) as desk,
    ):
        yield desk


def reader_settings(
    folder: Path, *, attested: bool = False, roots: bool = True, requests: str = "", asks: str = ""
) -> DeskSettings:
    """Those of a desk beside the authority of `a_card_hub`."""
    return DeskSettings(
        folder=str(folder / "desk"),
        hub=BASE,
        card_roots=str(folder / "authority" / "roots.json") if roots else "",
        card_attested=attested,
        requests=requests,
        asks=asks,
    )


@asynccontextmanager
async def at_reader(
    folder: Path,
    hub: Hub,
    settings: DeskSettings,
    line: httpx.AsyncBaseTransport | None = None,
    clock: Clock | None = None,
) -> AsyncIterator[Desk]:
    """A desk at whose reader somebody stands, for whom time passes when it is told to."""
    sleeper = Sleeper()
    async with a_desk(folder, hub, settings, sleeper, line=line, clock=clock) as counter:
        yield Desk(counter, sleeper)
