"""The drill: each step is done when it stands in the desk, the real desk is never touched, and a record is kept."""

import os
import shutil
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw
import httpx
import pytest
from starlette.types import ASGIApp

from kaihoken.clock import FixedClock
from kaihoken.desk import drilling as drilling_module
from kaihoken.desk.drill import STEPS, WALK, DrillRecord, Drills, Place, Rehearsal, Taken
from kaihoken.desk.drill_folder import clear_dead_drills, drill_folder
from kaihoken.desk.drilling import drilling
from kaihoken.desk.running import open_safe
from kaihoken.desk.safe import Safe
from kaihoken.desk.settings import DeskSettings
from kaihoken.problems import Problem

from ..hub.command_line import Run
from ..hub.hub import NOW, Ticker, a_hub
from ..stepping import check_edges
from .desks import ADDRESS, PAGE, SIGN, a_covered_patient, a_desk, never

NUMBER = "0800-080-4583"


@dataclass
class Walker:
    """Somebody who walks through a drill with a browser."""

    walk: Rehearsal
    http: httpx.AsyncClient
    clock: FixedClock
    told: list[Taken] = field(default_factory=list)
    kept: list[DrillRecord] = field(default_factory=list)

    async def post(self, path: str, **form: str) -> httpx.Response:
        return await self.http.post(path, data=form or {"": ""})

    async def get(self, path: str) -> str:
        return (await self.http.get(path)).text

    @property
    def visit(self) -> str:
        return f"/visit/{self.walk.leaver_visit().visit}"


@asynccontextmanager
async def a_walk(settings: DeskSettings | None = None, safe: Safe | None = None) -> AsyncIterator[Walker]:
    """Without a safe it is in no folder of a desk's drill."""
    clock, told, kept = FixedClock(NOW), [], []
    settings = settings or DeskSettings()
    with TemporaryDirectory() if safe is None else drill_folder(safe) as made:
        drill = drilling(settings, Path(made), SIGN, clock, Ticker(), never, told.append, kept.append)
        async with drill as (walk, site), a_browser(site) as http:
            yield Walker(walk, http, clock, told, kept)


@asynccontextmanager
async def a_browser(site: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=site)
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers=PAGE) as http:
        assert (await http.post("/sign-in", data={"sign": SIGN})).status_code == 303
        yield http


async def printed(walker: Walker) -> None:
    for _ in range(2):
        await walker.post("/tomorrow")
    await walker.get("/tomorrow.pdf")


async def taken_down(walker: Walker, share: str = "30") -> None:
    await walker.post(walker.visit.replace("visit", "take-down"), seen="card", share=share)


async def with_the_paper(walker: Walker, **other: str) -> None:
    paper = walker.walk.people.paper
    form = {
        "name": "訓練　次郎",
        "seen": "confirmation",
        "insurer_number": "01130012",
        "symbol": paper.symbol,
        "number": "１０４",
        "branch": "1",
        "birthdate": paper.birthdate.isoformat(),
        **other,
    }
    assert (await walker.post("/take-down/new", **form)).status_code == 303


async def settled(walker: Walker) -> None:
    for _ in range(4):
        await walker.post("/settle/ask")
    await walker.get("/settle")


async def decided(walker: Walker) -> None:
    page = await walker.get("/settle")
    (entry,) = [
        part.split('"')[0] for part in page.split('action="/settle/')[1:] if not part.startswith("ask")
    ]
    await walker.post(f"/settle/{entry}", decision="call")


async def number_found(walker: Walker) -> None:
    await walker.post("/drill/number", number="０８００-080-4583")


WAYS = (printed, taken_down, with_the_paper, settled, decided, number_found)


async def walked(walker: Walker, steps: int = len(WAYS), since: int = 0) -> None:
    for way in WAYS[since:steps]:
        walker.clock.at += timedelta(seconds=70)
        await way(walker)


def test_the_table_of_the_walk() -> None:
    following = dict(zip(STEPS, [*STEPS[1:], Place.FINISHED], strict=True))
    check_edges(WALK, {(at, event): to for at, to in following.items() for event in ("done", "not-found")})


async def test_a_morning_is_walked_through_on_the_desks_own_pages() -> None:
    async with a_walk() as walker:
        first = await walker.get("/drill")
        await walked(walker, 1)
        cut = await walker.get(walker.visit)
        await walked(walker, since=1)
        last = await walker.get("/drill")
        await walker.post("/drill/end")

        assert "訓練中（架空の患者）" in first
        assert "架空のデータ・国の公式システムではありません" in first
        assert "ハブに届きません" in cut
        assert "前回 11月20日" in cut
        assert "有効 3割" in cut, "who has to take money sees the share"
        assert "ぜんぶできました" in last
        assert walker.walk.over
        record = walker.kept[-1]
        assert (record.staff, record.is_whole, record.done) == (SIGN, True, STEPS)
        assert [one.step for one in walker.told] == list(STEPS)
        assert "訓練　花子" not in repr(record)


@pytest.mark.parametrize("step", range(len(WAYS)))
async def test_what_was_nearly_done_is_not_done(step: int) -> None:
    async with a_walk() as walker:
        for way in WAYS[:step]:
            await way(walker)
        assert walker.walk.place is STEPS[step]
        match STEPS[step]:
            case Place.PRINT:  # printed, while nothing is answered yet
                assert (await walker.http.get("/tomorrow.pdf")).status_code == 200
            case Place.LAST_CHECK:  # another share than that of the last check
                await taken_down(walker, "20")
            case Place.NEWCOMER:  # a digit is wrong
                await with_the_paper(walker, number="105")
            case Place.SETTLE:  # seen, while it still waits
                await walker.get("/settle")
            case Place.CONFLICT:  # looked at, not decided
                assert "資格" in await walker.get("/settle")
            case _:
                wrong = await walker.post("/drill/number", number="0800-080-4582")
                assert "その番号ではありません" in wrong.text
        assert walker.walk.place is STEPS[step]
        await WAYS[step](walker)
        assert walker.walk.place is [*STEPS, Place.FINISHED][step + 1]


async def test_what_nobody_finds_is_noted_and_the_walk_goes_on() -> None:
    async with a_walk() as walker:
        stale = [*STEPS[1:], Place.FINISHED]
        for step, other in zip(STEPS, stale, strict=True):
            await walker.post("/drill/not-found", step=other)
            assert walker.walk.place is step, "a page that is behind skips nothing"
            if step is Place.CONFLICT:
                await settled(walker)
                assert "回答と違う" in await walker.get("/settle"), "it was taken down for them"
            await walker.post("/drill/not-found", step=step)
        page = await walker.get("/drill")

    assert walker.kept[-1].not_found == STEPS
    assert "見つからなかったものが 6" in page


async def test_a_drill_that_is_broken_off_is_kept_as_far_as_it_went() -> None:
    async with a_walk() as walker:
        await walked(walker, 2)

    record = walker.kept[-1]
    assert (record.is_whole, record.done, record.minutes) == (False, STEPS[:2], 3)


def documents(folder: Path) -> dict[tuple[str, str], bytes]:
    """What a safe holds, sealed as it is on disk."""
    connection = apsw.Connection(str(folder / "desk.sqlite3"), flags=apsw.SQLITE_OPEN_READONLY)
    return {(shelf, name): sealed for shelf, name, sealed in connection.execute("SELECT * FROM document")}


async def test_a_drill_touches_nothing_of_the_real_desk_and_opens_no_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub, a_desk(tmp_path / "desk", hub) as real:
        real.expected(a_covered_patient(real), NOW + timedelta(days=1))
    before, made = documents(tmp_path / "desk"), tmp_path / "made"
    made.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(made))

    asked: list[object] = []
    connect: Callable[..., None] = socket.socket.connect
    find: Callable[..., object] = socket.getaddrinfo

    def heard(self: socket.socket, address: tuple[str, int]) -> None:
        asked.append(address[0])
        connect(self, address)

    def looked_up(name: str, *more: object, **options: object) -> object:
        asked.append(name)
        return find(name, *more, **options)

    monkeypatch.setattr(socket.socket, "connect", heard)
    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    safe = open_safe(tmp_path / "desk")
    async with a_walk(DeskSettings(folder=str(tmp_path / "desk")), safe) as walker:
        assert "山田" not in await walker.get("/list")
        await walked(walker)
        assert "点検" in await walker.get("/doctor")
        assert set(asked) <= {"127.0.0.1"}, "nothing leaves this machine"
        assert len(list(made.iterdir())) == 1
        Drills(safe).keep(walker.kept[-1])
    safe.close()

    after = documents(tmp_path / "desk")
    assert {name: sealed for name, sealed in after.items() if name[0] != "drill"} == before
    assert len(after) == len(before) + 1
    assert list(made.iterdir()) == [], "its folder and its key are gone"


def test_from_the_command_line_to_the_page(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = tmp_path / "desk"
    open_safe(desk).close()

    async def serve(site: ASGIApp, settings: DeskSettings, ready: object, _: object) -> None:
        assert callable(ready)
        ready()
        with pytest.raises(Problem, match=r"desk\.in-use"):
            open_safe(desk)  # the real desk cannot run beside it
        async with a_browser(site) as http:
            for step in STEPS:
                await http.post("/drill/not-found", data={"step": step})

    monkeypatch.setattr(drilling_module, "serve_site", serve)
    where = ("--folder", str(desk))
    held = run("desk", "drill", "--staff", SIGN, *where)
    told, plain = run("desk", "drill", "--list", "--json", *where), run("desk", "drill", "--list", *where)
    unsigned = run("desk", "drill", *where)

    assert (held.code, told.code, unsigned.code) == (1, 0, 2)
    lines = held.out.decode().splitlines()
    assert lines[0] == "http://127.0.0.1:8001/drill"
    assert lines[1].startswith("✗ あしたの一覧を印刷する / Print tomorrow's list")
    ((record),) = told.json
    assert (record["staff"], record["whole"], record["not_found"]) == (SIGN, True, list(STEPS))
    assert f"{SIGN}  0/6" in plain.out.decode()


def a_drill_that_dies(desk: Path) -> None:
    """In a process of its own, whose power is cut while its folder stands."""
    pid = os.fork()
    if pid == 0:
        with drill_folder(open_safe(desk)) as made:
            (made / "desk").mkdir()
            (made / "desk" / "key").write_text("of a drill")
            os.kill(os.getpid(), signal.SIGKILL)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL


async def test_what_a_drill_left_when_the_power_went_is_gone_with_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, desk = tmp_path / "made", tmp_path / "desk"
    (made / "kaihoken-drill-of-another-desk").mkdir(parents=True)
    monkeypatch.setattr("tempfile.tempdir", str(made))
    left: list[int] = []
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        async with a_desk(desk, hub):
            pass
        a_drill_that_dies(desk)
        left.append(len(list(made.iterdir())))
        async with a_desk(desk, hub):
            left.append(len(list(made.iterdir())))
    a_drill_that_dies(desk)
    safe = open_safe(desk)
    with drill_folder(safe) as of_the_next:
        left.append(len(list(made.iterdir())))
        assert of_the_next.is_dir()
    safe.close()

    assert left == [2, 1, 2]
    assert [one.name for one in made.iterdir()] == ["kaihoken-drill-of-another-desk"]
    assert not any(shelf == "drill-folder" for shelf, _ in documents(desk))


def test_what_took_a_dead_drills_place_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made, desk, elsewhere = tmp_path / "made", tmp_path / "desk", tmp_path / "elsewhere"
    made.mkdir()
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    monkeypatch.setattr("tempfile.tempdir", str(made))
    open_safe(desk).close()
    a_drill_that_dies(desk)
    (left,) = made.iterdir()
    shutil.rmtree(left)
    left.symlink_to(elsewhere)
    safe = open_safe(desk)
    clear_dead_drills(safe)
    safe.close()

    assert (elsewhere / "kept").exists()
    assert left.is_symlink()


async def test_the_record_is_shown_on_a_page_of_the_real_desk(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub, a_desk(tmp_path / "desk", hub) as real:
        await real.sign_in()
        none = await real.http.get("/drills")
        async with a_walk() as walker:
            await walked(walker, 3)
        Drills(real.desk.safe).keep(walker.kept[-1])
        some = await real.http.get("/drills")
        data = (await real.http.get("/drills.json")).json()
        guide = await real.http.get("/drill")

    assert "まだ訓練をしていません" in none.text
    assert "3/6" in some.text
    assert "（途中まで）" in some.text
    assert data[0]["done"] == list(STEPS[:3])
    assert guide.status_code == 404, "a desk in earnest has no guide"
    assert "訓練中" not in some.text
