"""The drill shows whether a backup brings back what the hub knows, and how soon, and leaves nothing behind."""

import json
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import apsw
import asyncpg
import pytest

from kaihoken import cli
from kaihoken.clock import FixedClock
from kaihoken.hub.upkeep.drill import Drill, Plan, Report, Step
from kaihoken.problems import Problem
from kaihoken.store import FileKeys, seal_keys

from .. import postgres
from .hub import NOW, Hub, a_hub, a_row
from .process import make_hub

PASSPHRASE = "いくつかの長い合い言葉"


def a_plan(
    location: str | Path, folder: Path, target: str = "", sealed: tuple[Path, str] | None = None
) -> Plan:
    (folder / "work").mkdir(exist_ok=True)
    return Plan(
        store=str(location),
        keys=folder / "keys",
        witness=str(folder / "witness.jsonl"),
        work=folder / "work",
        target=target,
        sealed=sealed,
    )


async def drilled(plan: Plan, tell: Callable[[Step], None] = lambda _: None) -> Report:
    ticks = iter(range(1000))
    return await Drill(plan, FixedClock(NOW), lambda: float(next(ticks)), tell).run()


async def some_people(hub: Hub) -> None:
    rows = [a_row(number=str(number), link=f"link-{number}") for number in range(1, 31)]
    assert (await hub.register(*rows)).json()["registered"] == 30


def seal(folder: Path, content: bytes | None = None) -> None:
    copy = content if content is not None else seal_keys(folder / "keys", PASSPHRASE)
    (folder / "keys.sealed").write_bytes(copy)


@pytest.fixture
def other_database(postgres_server: str) -> Iterator[str]:
    with postgres.database(postgres_server) as address:
        yield address


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    return tmp_path / "keys.sealed"


async def test_a_drill_beside_a_running_hub_finds_everything_as_it_should_be(
    location: str | Path, tmp_path: Path, sealed: Path
) -> None:
    told: list[Step] = []
    async with a_hub(location, tmp_path) as hub:
        await some_people(hub)
        seal(tmp_path)
        hub.machine.committer.tick()
        await hub.ask(number="7")

        report = await drilled(a_plan(location, tmp_path, sealed=(sealed, PASSPHRASE)), told.append)

        answer = await hub.ask(number="7")
        assert answer.json()["answer"]["validity"] == "1", "the hub goes on"
        assert report.store_id == hub.machine.store.store_id
    assert report.findings == ()
    assert [step.english for step in report.steps] == [
        "backup", "restore", "keys", "store check", "audit verify", "questions",
    ]  # fmt: skip
    assert list(report.steps) == told
    assert {step.seconds for step in told} == {1.0}, "each step with its own time"
    assert report.rto_seconds == 4.0, "what comes after the disaster: the backup was there before"
    assert report.steps[5].shown.startswith("30 件")
    assert (report.rpo_batches, report.rpo_seconds) == (0, 0.0)
    assert list((tmp_path / "work").iterdir()) == []


@pytest.mark.postgres
async def test_it_restores_to_a_database_and_leaves_it_empty(
    location: str | Path, tmp_path: Path, other_database: str
) -> None:
    async with a_hub(location, tmp_path) as hub:
        await some_people(hub)
        report = await drilled(a_plan(location, tmp_path, target=other_database))
        left = await tables(other_database)
        await filled(other_database)
        with pytest.raises(Problem, match=r"store\.exists"):
            await drilled(a_plan(location, tmp_path, target=other_database))
        assert (await hub.ask(number="7")).json()["answer"]["validity"] == "1"

    assert report.findings == ()
    assert left == []
    assert await tables(other_database) == ["somebodys"], "what is somebody's own stays"


async def filled(address: str) -> None:
    connection = await asyncpg.connect(address)
    await connection.execute("CREATE TABLE somebodys (x integer)")
    await connection.close()


async def tables(address: str) -> list[str]:
    connection = await asyncpg.connect(address)
    rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    await connection.close()
    return [row[0] for row in rows]


async def test_what_the_hub_did_since_the_backup_is_told_and_is_no_finding(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    async with a_hub(tmp_path / "store", tmp_path, clock) as hub:
        await some_people(hub)

        class WhileOthersAsk(Drill):
            async def _opened(self, folder: Path, own: FileKeys) -> FileKeys:
                clock.at += timedelta(seconds=2)
                await hub.register(
                    a_row(number="7", link="link-7", lost="2026-11-19", loss_reason="99"), key="2"
                )
                answer = await hub.ask(number="7")
                assert answer.json()["answer"]["validity"] == "2"
                hub.machine.committer.tick()
                assert hub.machine.committer.feed is not None
                await hub.machine.committer.feed.drain()
                return await super()._opened(folder, own)

        plan = a_plan(tmp_path / "store", tmp_path)
        report = await WhileOthersAsk(plan, clock, lambda: 0.0, lambda _: None).run()

    assert report.findings == (), "asked with what was known at the end of the backup, both answer alike"
    assert (report.rpo_batches, report.rpo_seconds) == (2, 2.0)


async def test_a_store_that_lost_a_person_is_found_out(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await some_people(hub)
    with apsw.Connection(str(tmp_path / "store" / "store.sqlite3")) as connection:
        connection.execute("DELETE FROM lookup WHERE person_no = 7")

    report = await drilled(a_plan(tmp_path / "store", tmp_path))

    assert [step.english for step in report.steps if step.findings] == ["store check", "questions"]
    assert any("person 7" in finding for finding in report.findings)


async def test_a_person_who_cannot_be_read_ends_the_drill_in_words(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await some_people(hub)
    with apsw.Connection(str(tmp_path / "store" / "store.sqlite3")) as connection:
        connection.execute("UPDATE person SET packed = x'c1' WHERE person_no = 7")

    with pytest.raises(Problem) as told:
        await drilled(a_plan(tmp_path / "store", tmp_path))

    assert (told.value.code, told.value.where) == ("store.corrupt", "person 7")
    assert list((tmp_path / "work").iterdir()) == []


async def test_a_log_that_was_changed_is_found_out(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await some_people(hub)
    with apsw.Connection(str(tmp_path / "store" / "store.sqlite3")) as connection:
        connection.execute("UPDATE log_batch SET batch_root = zeroblob(32) WHERE seq = 3")

    report = await drilled(a_plan(tmp_path / "store", tmp_path))

    assert "audit verify" in [step.english for step in report.steps if step.findings]


async def test_a_sealed_copy_from_before_a_rotation_is_found_out(tmp_path: Path, sealed: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await some_people(hub)
        seal(tmp_path)
        await hub.machine.key_keeper.rotate_log()

        report = await drilled(a_plan(tmp_path / "store", tmp_path, sealed=(sealed, PASSPHRASE)))

    assert [step.english for step in report.steps if step.findings] == ["keys", "audit verify"]


@pytest.mark.parametrize(("content", "passphrase"), [(b"no copy", PASSPHRASE), (None, "eine andere Losung")])
async def test_a_sealed_copy_that_does_not_open_ends_the_drill_and_leaves_nothing(
    tmp_path: Path, sealed: Path, content: bytes | None, passphrase: str
) -> None:
    async with a_hub(tmp_path / "store", tmp_path):
        seal(tmp_path, content)

    with pytest.raises(Problem, match=r"store\.keys_unreadable"):
        await drilled(a_plan(tmp_path / "store", tmp_path, sealed=(sealed, passphrase)))

    assert list((tmp_path / "work").iterdir()) == []


async def test_a_witness_behind_an_address_is_left_alone(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await some_people(hub)
    plan = a_plan(tmp_path / "store", tmp_path)
    for witness in ("", "https://witness.example/heads"):
        report = await drilled(Plan(store=plan.store, keys=plan.keys, witness=witness, work=plan.work))
        assert "0 heads" in report.steps[4].shown


@pytest.mark.process
def test_the_command_prints_each_step_and_one_object_with_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hub = make_hub(tmp_path)
    (tmp_path / "work").mkdir()
    (tmp_path / "keys.sealed").write_bytes(seal_keys(tmp_path / "keys", PASSPHRASE))
    (tmp_path / "passphrase").write_text(PASSPHRASE, encoding="utf-8")
    for name in ("store", "keys"):
        monkeypatch.setenv(f"KAIHOKEN_{name.upper()}", str(tmp_path / name))
    monkeypatch.setenv("KAIHOKEN_WITNESS", str(tmp_path / "witness.jsonl"))
    options = ["--sealed", str(tmp_path / "keys.sealed"), "--passphrase-file", str(tmp_path / "passphrase")]
    drill = ["hub", "drill", "--work", str(tmp_path / "work"), *options]
    with hub.alive():
        codes = [cli.run(drill)]
        said = capsys.readouterr().out
        codes += [cli.run([*drill, "--json"])]
        told = json.loads(capsys.readouterr().out)
    with apsw.Connection(str(tmp_path / "store" / "store.sqlite3")) as connection:
        connection.execute("UPDATE client SET scopes = 'metrics:read'")
    codes += [cli.run(drill)]

    assert codes == [0, 0, 1]
    assert said.count("✓") == 6
    assert "RTO" in said
    assert "RPO" in said
    assert [step["findings"] for step in told["steps"]] == [[]] * 6
    assert told["rto_seconds"] > 0
    found = capsys.readouterr().out
    assert "✗ 点検 / store check" in found
    assert os.listdir(tmp_path / "work") == []
    assert FileKeys(tmp_path / "keys")
