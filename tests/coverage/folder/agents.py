"""An agent over folders of a test, and a hub that answers as it is told."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from kaihoken.clock import FixedClock
from kaihoken.coverage.client import HubProblem, OqsAnswer
from kaihoken.coverage.client.exchange import Received
from kaihoken.coverage.client.problem import problem_of, unreachable
from kaihoken.coverage.folder import Agent, Folders, Shelves
from kaihoken.coverage.folder.arrival import Spacing

T = TypeVar("T")

NOW = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
SECOND = 1_000_000_000

REQUEST = '<?xml version="1.0" encoding="Shift_JIS"?><XmlMsg><a>山田</a></XmlMsg>'.encode("cp932")

CARD = b'{"by": "certificate", "issuer": "CN=x", "serial": "17"}'
FACED = (
    b"<XmlMsg><MessageHeader><ProcessExecutionTime>20261120093001</ProcessExecutionTime>"
    b"<MedicalInstitutionCode>9910000007</MedicalInstitutionCode></MessageHeader></XmlMsg>"
)


AT_ONCE = Spacing(0, 0)
"""Every reading counts, however soon it comes."""


@dataclass
class Turns:
    """News of folders in whose place a test does what comes next."""

    turn: Callable[[float], Awaitable[None]]
    told: bool = False
    nudges: int = 0
    closed: bool = False

    def nudge(self) -> None:
        self.nudges += 1

    async def changed(self, within: float) -> bool:
        await self.turn(within)
        return False

    async def close(self) -> None:
        self.closed = True


async def here(work: Callable[[], T]) -> T:
    """Work on the disk, done at once."""
    return work()


def answer_to(message: bytes) -> bytes:
    """What the hub of these tests answers."""
    return message.replace(b"<a>", b"<b>").replace(b"</a>", b"</b>")


def down() -> HubProblem:
    return unreachable("http://hub.test", "ConnectError")


def refused(status: int, code: str, **headers: str) -> HubProblem:
    told = f'{{"code":"{code}","title":"it","detail":"do"}}'.encode()
    return problem_of(Received(status, headers, told), "http://hub.test")


@dataclass
class Scene:
    """The folders of a clinic's PC with an agent, and the hub behind it."""

    folder: Path
    archive: bool = False
    face: bool = False
    trouble: list[Exception | None] = field(default_factory=list)  # of the next questions, in order
    asked: list[tuple[str, bytes, str]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    ticks: int = 0
    clock: FixedClock = field(default_factory=lambda: FixedClock(NOW))
    slept: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in ("req", "res", *(["face"] if self.face else [])):
            (self.folder / name).mkdir(exist_ok=True)

    @property
    def folders(self) -> Folders:
        archive = self.folder / "archive" if self.archive else None
        face = self.folder / "face" if self.face else None
        return Folders(self.folder / "req", self.folder / "res", self.folder / "work", archive, face)

    async def ask(self, path: str, message: bytes, key: str) -> OqsAnswer:
        self.asked.append((path, message, key))
        trouble = self.trouble.pop(0) if self.trouble else None
        if trouble is not None:
            raise trouble
        if path == "/oqs/face":
            return OqsAnswer(FACED, "application/xml; charset=UTF-8")
        return OqsAnswer(answer_to(message), "application/xml; charset=Shift_JIS")

    def agent(self) -> Agent:
        """Started, as after a crash."""
        shelves = Shelves(self.folders, self.clock)
        return Agent(
            shelves,
            self.ask,
            self.told.append,
            lambda: self.ticks,
            self.clock,
            spacing=AT_ONCE,
            on_disk=here,
        )

    def put(self, name: str = "OQSsiquc01req_a.xml", content: bytes = REQUEST) -> None:
        (self.folder / "req" / name).write_bytes(content)

    def names(self, folder: str) -> list[str]:
        return sorted(path.name for path in (self.folder / folder).iterdir())

    def all_files(self) -> list[str]:
        return sorted(
            str(path.relative_to(self.folder))
            for path in self.folder.rglob("*")
            if path.is_file() and path.name != "lock"
        )

    def result(self, name: str = "OQSsiquc01res_a.xml") -> bytes:
        return (self.folder / "res" / name).read_bytes()


async def rounds(agent: Agent, number: int = 3) -> None:
    """So many rounds, each to its end."""
    for _ in range(number):
        await agent.round()
        await agent.settled()
