"""Whatever is changed in the tables of a log is found, and where; what does not belong to the log is left alone.

The changes are planted by plain SQL on the file, by code that knows nothing of how the log is checked.
"""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from kaihoken.audit import FileWitness, Log
from kaihoken.audit import log as log_module
from kaihoken.audit import tiles as tiles_module
from kaihoken.audit import verification as verification_module
from kaihoken.audit.retention import destroy_bodies
from kaihoken.audit.verification import Finding, Verification
from kaihoken.problems import Problem
from kaihoken.store import open_store

from .builders import SomeKeys, a_clock, a_new_log, a_write, an_entry, later, the_log

LAST = 42
COLUMNS = [
    ("log_batch", "seq"),
    ("log_batch", "at_ms"),
    ("log_batch", "batch_root"),
    ("log_batch", "tree_root"),
    ("log_batch", "leaves"),
    ("log_batch", "key_id"),
    ("log_batch", "signature"),
    ("log_body", "seq"),
    ("log_body", "bodies"),
    ("log_tile", "level"),
    ("log_tile", "position"),
    ("log_tile", "hashes"),
    ("log_tile", "root"),
]


@pytest.fixture(autouse=True)
def small_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tiles of four hashes, so that a small log has several levels of them."""
    for module in (log_module, tiles_module):
        monkeypatch.setattr(module, "TILE_BITS", 2)
        monkeypatch.setattr(module, "TILE_WIDTH", 4)
    monkeypatch.setattr(verification_module, "TILE_WIDTH", 4)


@pytest.fixture
async def log(tmp_path: Path) -> Path:
    """The folder of a log of 43 batches with one to five records each, all witnessed."""
    clock = a_clock()
    folder = tmp_path / "store"
    witness = FileWitness(tmp_path / "witness")
    async with a_new_log(folder, clock=clock, witness=witness) as committer:
        assert committer.feed is not None
        for number in range(LAST):
            later(clock, seconds=1)
            records = [an_entry(f'{{"n":{number},"m":{m}}}') for m in range(number % 5 + 1)]
            await committer.commit(records, [a_write(f"{number}", "somebody")])
            committer.tick()
            await committer.feed.drain()
    return folder


def database(folder: Path) -> "closing[sqlite3.Connection]":
    return closing(sqlite3.connect(folder / "store.sqlite3", isolation_level=None))


def run(folder: Path, *statements: str) -> None:
    with database(folder) as connection:
        for text in statements:
            connection.execute(text)


async def found(folder: Path, *, witness: bool = False) -> list[Finding]:
    """What a reading of the whole log finds."""
    heads = FileWitness(folder.parent / "witness").heads() if witness else ()
    store = await open_store(folder, read_only=True)
    try:
        log = await Log.open(store)
        verification = Verification(log, await log.size(), SomeKeys().public(), heads)
        return [finding async for finding in verification.findings()]
    finally:
        await store.close()


def altered(value: object, chance: Random) -> object:
    """The value with one bit or character changed."""
    match value:
        case int():
            return value + chance.choice([-1, 1, 1000])
        case str():
            place = chance.randrange(len(value))
            return value[:place] + ("x" if value[place] != "x" else "y") + value[place + 1 :]
        case bytes():
            place = chance.randrange(len(value))
            changed = bytes([value[place] ^ (1 << chance.randrange(8))])
            return value[:place] + changed + value[place + 1 :]
    raise TypeError(type(value))


async def test_an_untouched_log_holds(log: Path) -> None:
    assert await found(log) == []
    assert await found(log, witness=True) == []


async def test_what_is_not_the_log_is_left_alone(log: Path) -> None:
    run(log, "UPDATE store_meta SET value = 'changed' WHERE name NOT IN ('log_id')")

    assert await found(log, witness=True) == []


@pytest.mark.parametrize(("table", "column"), COLUMNS)
async def test_a_change_in_any_column_is_found(table: str, column: str, log: Path, tmp_path: Path) -> None:
    chance = Random(f"{table}.{column}")
    for attempt in range(8):
        copy = tmp_path / f"copy{attempt}"
        shutil.copytree(log, copy)
        with database(copy) as connection:
            rows = connection.execute(f"SELECT rowid, {column} FROM {table} ORDER BY rowid").fetchall()
            row, value = chance.choice(rows)
            taken = {other for _, other in rows} if column in ("seq", "position", "level") else set()
            new = altered(value, chance)
            while new in taken:
                new = altered(new, chance)
            connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (new, row))

        assert await found(copy) != [], f"{column} of row {row}: {value!r} became {new!r}"


async def test_the_log_cannot_take_another_name(log: Path) -> None:
    run(log, "UPDATE store_meta SET value = '00' || substr(value, 3) WHERE name = 'log_id'")

    assert {finding.fault for finding in await found(log)} == {"signature"}


@pytest.mark.parametrize("seq", [0, 1, 17, LAST - 1])
async def test_a_batch_that_is_gone_is_found(seq: int, log: Path) -> None:
    run(log, f"DELETE FROM log_batch WHERE seq = {seq}")

    assert Finding("batch-missing", seq) in await found(log)


@pytest.mark.parametrize("seq", [0, 1, 17, LAST])
async def test_records_that_are_gone_without_a_record_of_it_are_found(seq: int, log: Path) -> None:
    run(log, f"DELETE FROM log_body WHERE seq = {seq}")

    assert await found(log) == [Finding("bodies-missing", seq)]


async def test_a_log_that_lost_its_end_is_found_by_the_witness(log: Path) -> None:
    run(log, f"DELETE FROM log_batch WHERE seq > {LAST - 3}", f"DELETE FROM log_body WHERE seq > {LAST - 3}")

    # Without a witness nothing is wrong with a log that is merely older.
    assert await found(log) == []
    assert [finding.fault for finding in await found(log, witness=True)] == ["witness"]
    with pytest.raises(Problem, match=r"audit\.rolled_back"):
        async with the_log(log, witness=FileWitness(log.parent / "witness")):
            pass


def swapped(table: str, one: int, two: int) -> tuple[str, str, str]:
    return (
        f"UPDATE {table} SET seq = -1 WHERE seq = {one}",
        f"UPDATE {table} SET seq = {one} WHERE seq = {two}",
        f"UPDATE {table} SET seq = {two} WHERE seq = -1",
    )


@pytest.mark.parametrize(("one", "two"), [(0, 1), (5, 6), (9, 30), (LAST - 1, LAST)])
async def test_batches_in_another_order_are_found(one: int, two: int, log: Path) -> None:
    run(log, *swapped("log_batch", one, two), *swapped("log_body", one, two))

    faults = {(finding.fault, finding.batch) for finding in await found(log)}
    assert {("signature", one), ("signature", two), ("tree", one)} <= faults


async def test_records_moved_to_another_batch_are_found(log: Path) -> None:
    run(log, *swapped("log_body", 7, 12))

    assert {finding.batch for finding in await found(log)} == {7, 12}


def rewritten(folder: Path, column: str, seq: int, change: Callable[[bytes], bytes]) -> None:
    table = "log_body" if column == "bodies" else "log_batch"
    with database(folder) as connection:
        ((value,),) = connection.execute(f"SELECT {column} FROM {table} WHERE seq = ?", (seq,)).fetchall()
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE seq = ?", (change(value), seq))


async def test_leaves_in_another_order_are_found(log: Path) -> None:
    rewritten(log, "leaves", 14, lambda leaves: leaves[32:64] + leaves[:32] + leaves[64:])

    faults = [finding.fault for finding in await found(log) if finding.batch == 14]
    assert faults == ["body", "body", "leaves"]


@pytest.mark.parametrize("length", [0, 31, 32, 96])
async def test_leaves_cut_short_are_found(length: int, log: Path) -> None:
    rewritten(log, "leaves", 14, lambda leaves: leaves[:length])

    assert await found(log) != []


@pytest.mark.parametrize("length", [0, 3, 19, 40, 100])
async def test_records_cut_short_are_found(length: int, log: Path) -> None:
    rewritten(log, "bodies", 14, lambda bodies: bodies[:length])

    assert [finding.fault for finding in await found(log)] == ["body"]


async def test_a_record_shorter_than_its_salt_is_found(log: Path) -> None:
    rewritten(log, "bodies", 11, lambda _: (9).to_bytes(4, "big") + bytes(9))

    assert [finding.fault for finding in await found(log)] == ["body"]


@pytest.mark.parametrize(
    "record", [b"no line feed", b"Not A Kind\n{}", b"log.destroyed\n{}", b"log.destroyed\n"]
)
async def test_a_record_without_its_form_is_found_even_under_its_leaf(record: bytes, log: Path) -> None:
    chunk = bytes(16) + record
    rewritten(log, "bodies", 11, lambda _: len(chunk).to_bytes(4, "big") + chunk)
    rewritten(log, "leaves", 11, lambda _: sha256(b"\x00" + chunk).digest())

    assert [finding.fault for finding in await found(log)] == ["body", "leaves"]


async def test_a_record_without_its_form_cannot_be_read(log: Path) -> None:
    chunk = bytes(16) + b"Not A Kind\n{}"
    rewritten(log, "bodies", 11, lambda _: len(chunk).to_bytes(4, "big") + chunk)

    async with the_log(log) as committer:
        with pytest.raises(Problem, match=r"audit\.damaged"):
            await committer.log.record(11, 0)


async def test_the_first_fault_in_the_tree_is_told_once(log: Path) -> None:
    rewritten(log, "batch_root", 9, lambda root: bytes(32))

    faults = [(finding.fault, finding.batch) for finding in await found(log)]
    assert [fault for fault in faults if fault[0] == "tree"] == [("tree", 9)]
    assert ("leaves", 9) in faults


async def test_a_time_that_goes_back_is_found(log: Path) -> None:
    run(log, "UPDATE log_batch SET at_ms = at_ms - 5000 WHERE seq = 20")

    assert [(finding.fault, finding.batch) for finding in await found(log)] == [
        ("signature", 20),
        ("time", 20),
    ]


async def test_a_witness_that_saw_another_tree_is_found(log: Path, tmp_path: Path) -> None:
    async with a_new_log(tmp_path / "other", witness=FileWitness(tmp_path / "foreign")):
        pass
    foreign = (tmp_path / "foreign").read_text(encoding="utf-8")
    own = (log.parent / "witness").read_text(encoding="utf-8")
    (log.parent / "witness").write_text(foreign + own, encoding="utf-8")

    assert [(finding.fault, finding.batch) for finding in await found(log, witness=True)] == [("witness", 0)]


@pytest.mark.parametrize(
    ("broken", "torn"),
    [
        (lambda line: line[:90] + "\n", ""),
        (lambda line: line.replace('"size":', '"sized":'), ""),
        (lambda line: "\n", ""),
        (lambda line: "{}\n", '{"log_id":"torn at the end by a cra'),
    ],
    ids=["torn", "another form", "empty", "no head"],
)
async def test_a_line_of_the_witness_that_holds_no_head_is_found(
    log: Path, broken: Callable[[str], str], torn: str
) -> None:
    path = log.parent / "witness"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    size = json.loads(lines[10])["size"]
    path.write_text("".join([*lines[:10], broken(lines[10]), *lines[11:], torn]), encoding="utf-8")

    (told,) = await found(log, witness=True)

    assert told == Finding("witness", size - 1, "line 11 of the witness holds no head")


async def test_a_line_that_a_crash_has_torn_at_the_end_of_the_witness_is_no_finding(log: Path) -> None:
    with (log.parent / "witness").open("a", encoding="utf-8") as file:
        file.write('{"log_id":"torn')

    assert await found(log, witness=True) == []


async def test_heads_that_go_back_in_the_witness_are_found(log: Path) -> None:
    path = log.parent / "witness"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([*lines[:20], lines[3], *lines[20:]]), encoding="utf-8")

    assert [finding.fault for finding in await found(log, witness=True)] == ["witness"]


DESTROYED = "log.destroyed"


async def destroyed(folder: Path) -> None:
    """All records of the log destroyed as the rule allows, ten years later, except those made later."""
    clock = later(a_clock(), days=3660)
    async with the_log(folder, clock=clock) as committer:
        await destroy_bodies(committer, date(2027, 1, 1), clock.today())
        await committer.commit([an_entry("new")])


async def test_destruction_on_record_is_no_finding(log: Path) -> None:
    await destroyed(log)

    assert await found(log) == []


async def test_more_destroyed_than_is_on_record_is_found(log: Path) -> None:
    await destroyed(log)
    with database(log) as connection:
        ((last,),) = connection.execute("SELECT max(seq) FROM log_batch").fetchall()
        connection.execute("DELETE FROM log_body WHERE seq = ?", (last,))

    assert await found(log) == [Finding("bodies-missing", last)]


async def test_a_record_that_is_kept_for_ever_cannot_go_among_those_that_are_destroyed(log: Path) -> None:
    await destroyed(log)
    with database(log) as connection:
        ((kept,),) = connection.execute("SELECT min(seq) FROM log_body").fetchall()
        connection.execute("DELETE FROM log_body WHERE seq = ?", (kept,))
    assert kept == 0, "the record of the log's beginning"

    assert await found(log) == [
        Finding("bodies-missing", 0, "1 records more than those on record as destroyed, from here on")
    ]


async def test_a_record_of_destruction_that_is_destroyed_no_longer_covers_it(log: Path) -> None:
    await destroyed(log)
    with database(log) as connection:
        ((last,),) = connection.execute("SELECT max(seq) FROM log_batch").fetchall()
        connection.execute("DELETE FROM log_body WHERE seq = ?", (last - 1,))

    gone = {finding.batch for finding in await found(log)}
    assert gone == {*range(1, LAST + 1), last - 1}


async def test_a_made_up_record_of_destruction_is_found(log: Path) -> None:
    body = b'{"before":"2027-01-01","first":0,"records":9,"rule":"x","stop":99}'
    record = bytes(16) + DESTROYED.encode() + b"\n" + body
    rewritten(log, "bodies", 11, lambda _: len(record).to_bytes(4, "big") + record)
    run(log, "DELETE FROM log_body WHERE seq = 12")

    assert {(finding.fault, finding.batch) for finding in await found(log)} == {
        ("body", 11),
        ("bodies-missing", 12),
    }


@pytest.mark.parametrize(
    ("column", "fault"),
    [("batch_root", "leaves"), ("leaves", "leaves"), ("signature", "head"), ("tree_root", "head")],
)
async def test_a_hub_does_not_start_on_a_changed_end(column: str, fault: str, log: Path) -> None:
    rewritten(log, column, LAST, lambda value: bytes([value[0] ^ 1]) + value[1:])

    with pytest.raises(Problem, match=r"audit\.(damaged|head_refused)"):
        async with the_log(log):
            pass


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM log_tile WHERE level = 0 AND position = 9", "DELETE FROM log_batch WHERE seq = 41"],
)
async def test_a_hub_does_not_start_when_the_edge_of_the_tree_is_gone(statement: str, log: Path) -> None:
    run(log, statement)

    with pytest.raises(Problem, match=r"audit\.damaged"):
        async with the_log(log):
            pass


async def test_a_hub_does_not_start_on_a_changed_tile(log: Path) -> None:
    with database(log) as connection:
        connection.execute("UPDATE log_tile SET root = zeroblob(32) WHERE level = 1")

    with pytest.raises(Problem, match=r"audit\.damaged"):
        async with the_log(log):
            pass


async def test_no_proof_is_made_over_a_gap(log: Path) -> None:
    run(log, f"DELETE FROM log_batch WHERE seq = {LAST - 2}")
    store = await open_store(log, read_only=True)

    with pytest.raises(Problem, match=r"audit\.damaged"):
        await (await Log.open(store)).inclusion(5, LAST)
    await store.close()
