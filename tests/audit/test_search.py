"""`kaihoken audit find`: of whom, by whom, when; and what was changed is marked."""

import ast
import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Iterator
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest

from kaihoken.access import recorded as of_clients
from kaihoken.access.people.recorded import KINDS as OF_PEOPLE
from kaihoken.audit import Log, PersonIndex
from kaihoken.audit.retention import destroy_bodies
from kaihoken.audit.search import KINDS, KindReader, Search, Wanted
from kaihoken.coverage.bulk import recorded as of_lists
from kaihoken.hub.pages import log as of_log_pages
from kaihoken.problems import Problem
from kaihoken.store import FileKeys, create_store, open_store

from ..house.sources import ROOT, parsed, python_files
from .builders import a_clock, a_log_on, an_entry, later
from .conftest import ran

A, B = "a" * 32, "b" * 32
ONE, TWO = "1312345670", "9910000000"


def answer(person: str | None, client: str, facility: str) -> str:
    record = {
        "by": facility,
        "client": client,
        "fields": ["kana", "name"],
        "person": person,
        "situation": "valid",
    }
    return json.dumps(record)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Four batches over two days in Japan; the first is the log's own beginning."""
    keys = FileKeys.create(tmp_path / "keys", a_clock())

    async def fill() -> None:
        clock = a_clock()  # noon in Japan
        made = await create_store(tmp_path / "store", purpose="demo", clock=clock)
        async with a_log_on(made, keys, clock=clock) as committer:
            await committer.commit(
                [an_entry(answer(A, "clinic-1", ONE)), an_entry(answer(B, "clinic-2", TWO))]
            )
            later(clock, hours=11, minutes=59)
            await committer.commit([an_entry(answer(A, "clinic-2", TWO))])
            later(clock, minutes=1)  # midnight
            registered = json.dumps({"client": "insurer-1", "people": [A, B]})
            await committer.commit(
                [
                    an_entry(registered, "coverage.registration"),
                    an_entry(f'{{"client_id":"clinic-2","code":"{TWO}"}}', "client.enrolled"),
                ]
            )

    asyncio.run(fill())
    return tmp_path / "store"


def places(printed: str) -> list[tuple[int, int]]:
    return [(found["batch"], found["index"]) for found in map(json.loads, printed.splitlines())]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], [(0, 0), (1, 0), (1, 1), (2, 0), (3, 0), (3, 1)]),
        (["--person", A], [(1, 0), (2, 0), (3, 0)]),
        (["--person", A.upper(), "--client", "clinic-2"], [(2, 0)]),
        (["--client", "clinic-2"], [(1, 1), (2, 0), (3, 1)]),
        (["--facility", TWO], [(1, 1), (2, 0), (3, 1)]),
        (["--facility", "９９１０００００００"], [(1, 1), (2, 0), (3, 1)]),
        (["--facility", "2710000000"], []),
        (["--kind", "coverage.registration"], [(3, 0)]),
        (["--to", "2026-11-20", "--first", "1"], [(1, 0), (1, 1), (2, 0)]),
        (["--from", "2026-11-21"], [(3, 0), (3, 1)]),
        (["--from", "2026-11-21", "--to", "2026-11-21"], [(3, 0), (3, 1)]),
        (["--kind", "people.loaded"], []),
        (["--first", "2", "--last", "2"], [(2, 0)]),
        (["--last", "99", "--person", B], [(1, 1), (3, 0)]),
        (["--person", "c" * 32], []),
    ],
)
def test_records_are_found_by_what_they_say(
    store: Path, options: list[str], expected: list[tuple[int, int]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran("audit", "find", *options, "--store", str(store), "--json") == 0
    told = capsys.readouterr()
    assert places(told.out) == expected
    assert told.err.startswith(f"{len(expected)} / ")


def test_a_line_says_when_by_whom_and_what(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ran("audit", "find", "--person", A, "--last", "1", "--store", str(store)) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line == f"  2026-11-20 12:00:00  1/0  eligibility.answer  clinic-1  {ONE}  {A}  valid  kana,name"


def test_a_changed_record_is_marked_whatever_is_looked_for(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite3.connect(store / "store.sqlite3") as connection:
        ((body,),) = connection.execute("SELECT bodies FROM log_body WHERE seq = 2").fetchall()
        connection.execute(
            "UPDATE log_body SET bodies = ? WHERE seq = 2", (body.replace(b"clinic-2", b"clinic-9"),)
        )
    connection.close()

    assert ran("audit", "find", "--person", B, "--store", str(store)) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line[0] for line in lines] == [" ", "✗", " "]
    assert "clinic-9" in lines[1]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE log_batch SET leaves = substr(leaves, 1, 31) WHERE seq = 2",
        "UPDATE log_batch SET batch_root = zeroblob(32) WHERE seq = 2",
        "UPDATE log_body SET bodies = substr(bodies, 1, 9) WHERE seq = 2",
        "DELETE FROM log_batch WHERE seq = 2",
    ],
)
def test_a_damaged_batch_is_told_and_the_rest_is_read(
    store: Path, sql: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite3.connect(store / "store.sqlite3") as connection:
        connection.execute(sql)
    connection.close()

    assert ran("audit", "find", "--store", str(store), "--json") == 1
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["batch"] for one in found if not one["sound"]] == [2]
    assert len([one for one in found if one["sound"]]) == 5


def test_a_record_that_cannot_be_read_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keys = FileKeys.create(tmp_path / "keys", a_clock())

    async def fill() -> None:
        made = await create_store(tmp_path / "store", purpose="demo", clock=a_clock())
        async with a_log_on(made, keys) as committer:
            await committer.commit([an_entry("[1]"), an_entry('{"people":1}')])

    asyncio.run(fill())

    assert ran("audit", "find", "--person", A, "--store", str(tmp_path / "store"), "--json") == 1
    (found,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (found["kind"], found["sound"]) == ("?", False)


@pytest.mark.parametrize("option", ["--from", "--to"])
@pytest.mark.parametrize("day", ["soon", "9999-12-31"])
def test_a_day_that_is_none_is_misuse(store: Path, option: str, day: str) -> None:
    expected = 0 if (option, day) == ("--from", "9999-12-31") else 2
    assert ran("audit", "find", option, day, "--store", str(store)) == expected


@pytest.mark.parametrize(
    "options",
    [
        ("--person", "zz"),
        ("--person", "a" * 31),
        ("--person", "a" * 33),
        ("--client", "Clinic-1"),
        ("--client", "a"),
        ("--facility", "131234567"),
        ("--facility", "0012345678"),
        ("--facility", "clinic"),
        ("--kind", "nosuch"),
        ("--kind", "eligibility"),
    ],
)
def test_what_no_record_can_say_is_misuse(
    store: Path, options: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran("audit", "find", *options, "--store", str(store), "--json") == 2
    told = json.loads(capsys.readouterr().out)
    assert (told["code"], told["where"]) == ("audit.nothing_says_so", options[0])


@pytest.mark.parametrize(
    "options",
    [("--from", "2026-11-21", "--to", "2026-11-20"), ("--first", "2", "--last", "1")],
)
def test_a_search_that_ends_before_it_begins_is_misuse(
    store: Path, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert ran("audit", "find", *options, "--store", str(store), "--json") == 2
    assert json.loads(capsys.readouterr().out)["code"] == "audit.backwards"


async def test_destroyed_records_are_counted(tmp_path: Path) -> None:
    clock = a_clock()
    store = await create_store(tmp_path / "store", purpose="demo", clock=clock)
    async with a_log_on(store, FileKeys.create(tmp_path / "keys", clock), clock=clock) as committer:
        await committer.commit([an_entry(answer(A, "clinic-1", ONE))])
        today = later(clock, days=366 * 8).today()
        await destroy_bodies(committer, today - timedelta(days=366 * 7), today)
        search = Search(committer.log, Wanted(person=A))

        assert [match async for match in search.matches(0, await committer.log.size())] == []
        assert (search.found, search.destroyed, search.damaged) == (0, 1, 0)


async def test_what_the_store_refuses_is_not_taken_for_damage(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(*_: object) -> None:
        raise Problem("store.failed", where="x", reason="y")

    opened = await open_store(store, read_only=True)
    try:
        log = await Log.open(opened)
        monkeypatch.setattr(Log, "batch", refused)
        with pytest.raises(Problem, match=r"store\.failed"):
            [match async for match in Search(log, Wanted()).matches(0, 1)]
    finally:
        await opened.close()


async def test_records_of_a_kind_are_read_and_what_only_looks_like_one_is_not(tmp_path: Path) -> None:
    clock = a_clock()
    made = await create_store(tmp_path / "store", purpose="demo", clock=clock)
    async with a_log_on(made, FileKeys.create(tmp_path / "keys", clock), clock=clock) as committer:
        await committer.commit(
            [an_entry("{}", "a.kind"), an_entry("{}", "of.a.kind"), an_entry('{"x":1}', "a.kind")]
        )
        await committer.commit([an_entry("{}", "of.a.kind")])
        await committer.commit([an_entry("{}", "other")])
    with sqlite3.connect(tmp_path / "store" / "store.sqlite3") as connection:
        ((body,),) = connection.execute("SELECT bodies FROM log_body WHERE seq = 2").fetchall()
        torn = body.replace(b"of.a.kind", b"OF.a.kind")
        connection.execute("UPDATE log_body SET bodies = ? WHERE seq = 2", (torn,))
    connection.close()
    opened = await open_store(tmp_path / "store", read_only=True)
    try:
        reader = KindReader(await Log.open(opened), "a.kind")
        read = [(seq, entries) async for seq, entries in reader.batches(0, 4)]
    finally:
        await opened.close()

    assert read == [(1, [an_entry("{}", "a.kind"), an_entry('{"x":1}', "a.kind")]), (2, None)]
    assert not reader.destroyed


async def test_whoever_reads_much_of_the_log_lets_others_have_their_turn(tmp_path: Path) -> None:
    made = await create_store(tmp_path / "store", purpose="demo", clock=a_clock())
    async with a_log_on(made, FileKeys.create(tmp_path / "keys", a_clock())) as committer:
        for _ in range(30):
            await committer.commit([an_entry(answer(A, "clinic-1", ONE)) for _ in range(20)])
        log, index = committer.log, PersonIndex(made, committer.log)

        assert await turns_beside(read(Search(log, Wanted(facility=TWO)).matches(0, 31))) >= 5
        assert await turns_beside(read(KindReader(log, "eligibility.answer").batches(0, 31))) >= 5
        assert await turns_beside(index.newest(A, (), 1000)) >= 5
        await index.catch_up(committer, 1)
        assert await turns_beside(index.newest(A, (), 1000)) >= 2


async def read(found: AsyncIterator[object]) -> list[object]:
    return [one async for one in found]


async def turns_beside(reading: Awaitable[object]) -> int:
    """How often somebody else has a turn while something is read to its end."""
    turns = 0

    async def somebody_else() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    task = asyncio.create_task(somebody_else())
    await reading
    task.cancel()
    return turns


def test_every_kind_that_a_room_writes_can_be_looked_for() -> None:
    modules = [parsed(path) for path in python_files("src")]
    names = {name for module in modules for name in kinds_named(module)}
    written = {value for module in modules for name, value in constants(module) if name in names}
    at_one_place = (of_clients, of_lists, of_log_pages)
    handed_on = {*OF_PEOPLE, *(kind for room in at_one_place for kind in kinds_in(room))}
    documented = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")

    assert written | handed_on == set(KINDS)
    assert [kind for kind in KINDS if f"`{kind}`" not in documented] == []


def kinds_in(room: ModuleType) -> set[str]:
    """The kinds that stand as constants of a module of records."""
    values = [value for name, value in vars(room).items() if name.isupper()]
    return {value for value in values if isinstance(value, str) and "." in value}


def kinds_named(module: ast.Module) -> Iterator[str]:
    """By which constants a module names the kinds of its records."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Entry":
            yield from (kind.id for kind in node.args[:1] if isinstance(kind, ast.Name))


def constants(module: ast.Module) -> Iterator[tuple[str, object]]:
    for node in module.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            yield ast.unparse(node.targets[0]), node.value.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Constant):
            yield ast.unparse(node.target), node.value.value
