"""From the last release to this one, with its data: the same questions get the same answers, the log goes on, and what
the page for operators says is what has to be done.

The hub of the release is frozen in `tests/store/fixtures/hub-<release>` (see `freeze_hub.py` there): its own program
wrote the store, answered the questions and took the backup.
"""

import asyncio
import base64
import json
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import date
from pathlib import Path

import apsw
import asyncpg
import httpx
import msgspec
import pytest

from kaihoken import cli
from kaihoken.access import load_key
from kaihoken.audit import FileWitness, public_keys
from kaihoken.audit.verifier import receipt_from_json, verify_receipt
from kaihoken.clock import FixedClock
from kaihoken.coverage import Asker, Registering
from kaihoken.coverage.bulk import tickets_order
from kaihoken.hub.application import HubApplication
from kaihoken.hub.assembly import without_pages
from kaihoken.hub.machine import running
from kaihoken.hub.settings import HubSettings
from kaihoken.identity import NORMALISATION_VERSION
from kaihoken.problems import Problem
from kaihoken.store import (
    FileKeys,
    back_up,
    fill_places,
    known_places,
    migration,
    open_store,
    restore_backup,
    schema,
    unseal_keys,
)

from ..demo.documented import ROOT, Step, findings, steps_of
from ..ports import free_port
from .hub import BASE, NOW, Hub, a_question, a_row
from .test_bulk_messages import answered

FROZEN = ROOT / "tests" / "store" / "fixtures" / "hub-0.1.0"
WITH_TICKETS = FROZEN.with_name(
    "hub-0.1.0-tickets"
)  # of people under 医療扶助, whom that release did not find by them
NOVEMBER = date(2026, 11, 1)
PASSPHRASE = "架空の人たちの鍵を封じる長い合い言葉"
EXCHANGES = json.loads((FROZEN / "exchanges.json").read_text(encoding="utf-8"))["exchanges"]
FIRST = "0001"
SURROUNDINGS = ". .venv/bin/activate\nexport KAIHOKEN_WITNESS=heads.jsonl"
WHO_COMES = (("70", "link-70"), ("56", "link-yamada"))  # somebody new, and somebody as they were


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The keys and the witness of the old hub."""
    return unsealed(FROZEN, tmp_path)


def unsealed(frozen_hub: Path, folder: Path) -> Path:
    unseal_keys((frozen_hub / "keys.sealed").read_bytes(), PASSPHRASE, folder / "keys")
    shutil.copy(frozen_hub / "witness.jsonl", folder / "witness.jsonl")
    shutil.copy(frozen_hub / "clinic.jwk", folder / "clinic.jwk")
    (folder / "clinic.jwk").chmod(0o600)
    return folder


@pytest.fixture
def folder_with_tickets(tmp_path: Path) -> Path:
    """The keys and the witness of the old hub whose people have tickets."""
    return unsealed(WITH_TICKETS, tmp_path)


@pytest.fixture
def old_store(location: str | Path, folder: Path) -> str | Path:
    """The store as the old program left it, on either engine."""
    asyncio.run(restore_old(location))
    return location


async def restore_old(location: str | Path, frozen_hub: Path = FROZEN) -> None:
    if isinstance(location, Path):
        await restore_backup(frozen_hub / "backup.sqlite3", location)
        return
    await migration.upgrade_database(location, FIRST)
    connection = await asyncpg.connect(location)
    with closing(apsw.Connection(str(frozen_hub / "backup.sqlite3"))) as frozen:
        names = [name for (name,) in frozen.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for name in names:
            if name != "alembic_version":
                columns = [column for _, column, *_ in frozen.execute(f"PRAGMA table_info({name})")]
                rows = list(frozen.execute(f"SELECT {', '.join(columns)} FROM {name}"))
                await connection.copy_records_to_table(name, records=rows, columns=columns)
    await connection.close()


@asynccontextmanager
async def the_hub(location: str | Path, folder: Path) -> AsyncIterator[Hub]:
    clock = FixedClock(NOW)
    keys = FileKeys(folder / "keys")
    settings = HubSettings(
        store=str(location), keys=str(folder / "keys"), witness=str(folder / "witness.jsonl"), public_url=BASE
    )

    application = HubApplication(lambda: running(settings, keys, clock, lambda: 77), without_pages)
    async with application.opened() as machine:
        transport = httpx.ASGITransport(app=application)
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as http:
            yield Hub(machine, http, {"clinic": load_key(folder / "clinic.jwk")}, clock)


def migrated(location: str | Path, *more: str) -> None:
    assert cli.run(["store", "migrate", "--store", str(location), *more]) == 0


async def of_november(hub: Hub) -> list[str]:
    """The numbers of everybody with a ticket for the month, as a list answers them."""
    client = hub.machine.gate.registry.get("clinic")
    assert client is not None
    asker, bulk = Asker("clinic", client.code, client.keys[0].public.key_id), hub.machine.bulk
    lines = await bulk.tickets.lines(client.code, NOVEMBER)
    job = await bulk.reception.receive(asker, tickets_order(NOVEMBER, "json"), lines)
    await answered(hub)
    page = await bulk.results.page(asker, await bulk.results.job(asker, job.number, "json"))
    return sorted(json.loads(line)["answer"]["results"][0]["number"] for line in page.lines)


async def ask_again(hub: Hub, exchange: dict[str, object]) -> bytes:
    if exchange["carrier"] == "json":
        return (await hub.post("/v1/eligibility-checks", exchange["asked"])).content
    asked = (
        base64.b64decode(str(exchange["base64"])) if "base64" in exchange else str(exchange["asked"]).encode()
    )
    media = "application/json" if exchange["carrier"] == "tree" else "application/xml"
    return (await hub.ask_oqs(asked, content_type=media)).content


def told_before(exchange: dict[str, object]) -> bytes:
    if "answer_base64" in exchange:
        return base64.b64decode(str(exchange["answer_base64"]))
    return str(exchange["answer"]).encode()


def what_it_says(carrier: object, answer: bytes) -> object:
    """The answer without what is of this moment: its receipt, its hash, up to which commit it knew, and the digest of
    the rule files, which a release may write anew."""
    if carrier != "json":
        return answer
    said = json.loads(answer)["answer"]
    del said["rules"]
    return said


def test_the_same_questions_are_answered_the_same_way(old_store: str | Path, folder: Path) -> None:
    migrated(old_store)

    async def asked() -> list[bytes]:
        async with the_hub(old_store, folder) as hub:
            return [await ask_again(hub, exchange) for exchange in EXCHANGES]

    answers = asyncio.run(asked())

    assert len(answers) > 10
    for exchange, answer in zip(EXCHANGES, answers, strict=True):
        carrier = exchange["carrier"]
        assert what_it_says(carrier, answer) == what_it_says(carrier, told_before(exchange)), exchange


def test_the_log_holds_across_the_upgrade_and_old_receipts_verify(
    old_store: str | Path, folder: Path
) -> None:
    migrated(old_store)

    async def goes_on() -> None:
        async with the_hub(old_store, folder) as hub:
            await ask_again(hub, EXCHANGES[0])

    asyncio.run(goes_on())

    keys = public_keys(FileKeys(folder / "keys"))
    old = [json.loads(told_before(one))["receipt"] for one in EXCHANGES if one["carrier"] == "json"]
    for receipt in old:
        verify_receipt(receipt_from_json(json.dumps(receipt)), keys)
    where = ["--store", str(old_store), "--keys", str(folder / "keys")]
    assert cli.run(["audit", "verify", *where, "--witness", str(folder / "witness.jsonl")]) == 0
    assert cli.run(["store", "check", *where]) == 0
    seen = [head for head in FileWitness(folder / "witness.jsonl").heads() if head is not None]
    assert len({head.log_id for head in seen}) == 1
    assert seen[-1].size > old[-1]["head"]["size"]


def test_who_is_registered_afterwards_is_found_beside_those_from_before(
    old_store: str | Path, folder: Path
) -> None:
    migrated(old_store)

    async def registered() -> None:
        async with the_hub(old_store, folder) as hub:
            old = await hub.post("/v1/eligibility-checks", a_question(number="56"))
            assert old.json()["answer"]["validity"] == "1"
            asking = Registering(Asker("test", "", ""), lambda _: True, may_match=True)
            rows = [msgspec.Raw(msgspec.json.encode(a_row(number=n, link=link))) for n, link in WHO_COMES]
            answers = await hub.machine.registrar.register(rows, asking)
            assert [answer.status for answer in answers] == ["registered", "unchanged"]
            new = await hub.post("/v1/eligibility-checks", a_question(number="70"))
            assert new.json()["answer"]["validity"] == "1"

    asyncio.run(registered())


def test_an_old_store_is_not_opened_by_itself(
    old_store: str | Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def opened() -> None:
        async with the_hub(old_store, folder):
            pass

    with pytest.raises(Problem) as caught:
        asyncio.run(opened())
    assert caught.value.code == "store.older"
    assert "kaihoken store migrate" in caught.value.mend("en")


def test_the_old_program_refuses_the_new_store_with_words(
    old_store: str | Path, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever somebody tries with it after a downgrade: nothing is done, and the store stays as it is."""
    migrated(old_store)
    before = content(old_store)
    monkeypatch.setattr(schema, "REVISIONS", (FIRST,))  # as the old program knows them
    monkeypatch.setattr(schema, "NEWEST", FIRST)
    for name, value in (("STORE", old_store), ("KEYS", folder / "keys"), ("WITNESS", folder / "heads.jsonl")):
        monkeypatch.setenv(f"KAIHOKEN_{name}", str(value))
    monkeypatch.setenv("KAIHOKEN_PORT", str(free_port()))
    capsys.readouterr()

    for command in (
        ["hub", "serve"],
        ["store", "migrate"],
        ["store", "check"],
        ["audit", "verify"],
        ["store", "backup", str(folder / "backup.sqlite3")],
    ):
        assert cli.run(command) == 1, command
        told = capsys.readouterr().err
        assert "store.newer" in told, command
        assert "新しい版のプログラムを使ってください" in told
        assert "Use the later version" in told
    assert not (folder / "backup.sqlite3").exists()
    assert content(old_store) == before


def content(location: str | Path) -> list[object]:
    """The revision of a store and the size of its log, read beside the program."""
    if isinstance(location, Path):
        with closing(apsw.Connection(str(location / "store.sqlite3"))) as connection:
            return [connection.execute(text).get for text in _CONTENT]

    async def read() -> list[object]:
        connection = await asyncpg.connect(location)
        found: list[object] = [await connection.fetchval(text) for text in _CONTENT]
        await connection.close()
        return found

    return asyncio.run(read())


_CONTENT = ("SELECT version_num FROM alembic_version", "SELECT max(seq) FROM log_batch")


def test_an_old_backup_restores_into_this_release(location: str | Path, folder: Path, tmp_path: Path) -> None:
    """Into a folder at once; to a database by way of a folder."""
    backup = FROZEN / "backup.sqlite3"
    if isinstance(location, Path):
        assert cli.run(["store", "restore", str(backup), "--store", str(location)]) == 0
    else:
        by_way, new = tmp_path / "by way", tmp_path / "new.sqlite3"
        assert cli.run(["store", "restore", str(backup), "--store", location]) != 0
        assert cli.run(["store", "restore", str(backup), "--store", str(by_way)]) == 0
        migrated(by_way)
        asyncio.run(back_up(by_way, new))
        assert cli.run(["store", "restore", str(new), "--store", location]) == 0
    migrated(location)
    where = ["--store", str(location), "--keys", str(folder / "keys")]
    assert cli.run(["store", "check", *where]) == 0
    assert cli.run(["audit", "verify", *where, "--witness", str(folder / "witness.jsonl")]) == 0


HAVE_TICKETS = ["1234566", "2345674", "3456782"]


@pytest.mark.parametrize("with_keys", [True, False], ids=["by the command", "by the hub"])
def test_people_are_found_by_their_tickets_of_before(
    location: str | Path,
    folder_with_tickets: Path,
    with_keys: bool,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = folder_with_tickets
    asyncio.run(restore_old(location, WITH_TICKETS))
    where = ["--keys", str(folder / "keys")]
    migrated(location, *(where if with_keys else ("--keys", str(folder / "no keys"))))
    assert ("△" in capsys.readouterr().out) is not with_keys

    async def asked() -> list[str]:
        async with the_hub(location, folder) as hub:
            return await of_november(hub)

    if with_keys:
        assert cli.run(["store", "check", "--store", str(location), *where]) == 0
    assert asyncio.run(asked()) == HAVE_TICKETS
    assert asyncio.run(asked()) == HAVE_TICKETS
    assert cli.run(["store", "check", "--store", str(location), *where]) == 0


@pytest.mark.parametrize("slices", [1, 2, 4])
def test_filling_that_stops_anywhere_goes_on_there(
    location: str | Path, folder_with_tickets: Path, slices: int
) -> None:
    folder = folder_with_tickets
    asyncio.run(restore_old(location, WITH_TICKETS))
    migrated(location, "--keys", str(folder / "no keys"))
    newest = FileKeys(folder / "keys").lookup_keys(NORMALISATION_VERSION)[0]
    looked_at: list[int] = []

    class Killed(Exception):
        pass

    def stop(done: int, _: int) -> None:
        looked_at.append(done)
        if len(looked_at) == slices:
            raise Killed

    async def filled(progress: Callable[[int, int], None]) -> int:
        store = await open_store(location)
        try:
            return await fill_places(store, newest, known_places("migrate"), progress, people_per_slice=1)
        finally:
            await store.close()

    with pytest.raises(Killed):
        asyncio.run(filled(stop))
    assert asyncio.run(filled(lambda _, __: None)) == 6 - slices, "nobody is looked at twice"
    assert asyncio.run(filled(lambda _, __: None)) == 0, "and never again"
    assert cli.run(["store", "check", "--store", str(location), "--keys", str(folder / "keys")]) == 0


@pytest.mark.process
def test_the_page_for_operators_brings_an_old_store_forward(folder: Path) -> None:
    """Its steps, literally: backup, migrate, check; then the hub answers, and the backup of before still opens."""
    place = folder / "kaihoken"
    place.mkdir()
    asyncio.run(restore_old(place / "kaihoken-store"))
    shutil.copytree(folder / "keys", place / "kaihoken-keys")
    shutil.copy(folder / "witness.jsonl", place / "heads.jsonl")
    page = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
    section = page[page.index("\n## Upgrading\n") : page.index("\n## What to watch\n")]
    steps = steps_of(section)

    found = findings([Step(SURROUNDINGS, ""), *steps], place, free_port())

    assert len(steps) == 2
    assert found == [], "\n\n".join(found)

    async def asked() -> bytes:
        async with the_hub(place / "kaihoken-store", folder) as hub:
            return await ask_again(hub, EXCHANGES[0])

    answer = asyncio.run(asked())
    assert what_it_says("json", answer) == what_it_says("json", told_before(EXCHANGES[0]))
    back = place / "back"
    assert cli.run(["store", "restore", str(place / "before-upgrade.sqlite3"), "--store", str(back)]) == 0
    with closing(apsw.Connection(str(back / "store.sqlite3"))) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").get == FIRST
