"""A client row that was changed by other means than ours is told: it is not what the log says."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

import msgspec
import pytest
from sqlalchemy import column, delete, table, update

from kaihoken.access import ClientKey, Enrolment, PrivateKey, enrolled, load_registry, make_key
from kaihoken.access.recorded import Record, check_clients
from kaihoken.audit import Committer, Entry
from kaihoken.audit.retention import destroy_bodies
from kaihoken.clock import FixedClock
from kaihoken.problems import Problem
from kaihoken.store import FileKeys, Finding, Statement, Store, Write, create_store, schema, statement

from .builders import a_facility

FIRST, SECOND, OTHER = make_key(), make_key(), make_key()
CERTIFICATE = enrolled("subject", "CN=clinic-1")
CERTIFIED = ',{"form":"subject","value":"CN=clinic-1","status":"active"}'


@dataclass
class Hall:
    """A store with its log in which `clinic` is enrolled."""

    store: Store
    committer: Committer
    enrolment: Enrolment
    clock: FixedClock

    async def set(self, client_id: str = "clinic", /, **values: str) -> None:
        """Change a row behind the program's back."""
        row = table("client", *map(column, {"client_id", *values}))
        by_hand = update(row).values(values).where(row.c.client_id == client_id)
        await self.store.transaction([Write(statement("by hand", by_hand), [()])])

    async def told(self, store: Store | None = None) -> list[tuple[str, str]]:
        """What the check tells: where and what, in English."""
        found = [one async for one in check_clients(store or self.store)]
        return [(one.where if isinstance(one, Finding) else "note", one.english) for one in found]

    async def restarted(self) -> Enrolment:
        """The enrolment of a program that starts now and believes the table."""
        return Enrolment(self.store, await load_registry(self.store), self.committer, self.clock)


@pytest.fixture
async def hall(location: str | Path, tmp_path: Path) -> AsyncIterator[Hall]:
    clock = FixedClock(datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC))
    store = await create_store(location, purpose="production", clock=clock)
    committer = await Committer.open(store, FileKeys.create(tmp_path / "keys", clock), clock, None, None)
    enrolment = Enrolment(store, await load_registry(store), committer, clock)
    await enrolment.enrol(a_facility(FIRST), by="command")
    yield Hall(store, committer, enrolment, clock)
    await committer.close()
    await store.close()


def keys_of(*keys: PrivateKey) -> str:
    return json.dumps([{"jwk": key.public.jwk(), "status": "active", "demo": False} for key in keys])


async def test_what_our_own_commands_did_is_in_order(hall: Hall) -> None:
    await hall.enrolment.enrol(a_facility(OTHER, "other"), by="command")
    await hall.enrolment.add_key("clinic", ClientKey(SECOND.public), by="command")
    await hall.enrolment.disable_key("clinic", FIRST.public.key_id, by="command")
    await hall.enrolment.add_certificate("clinic", CERTIFICATE, by="command")
    await hall.enrolment.disable_certificate("clinic", CERTIFICATE.name, by="command")
    await hall.enrolment.disable("clinic", by="command")
    await hall.enrolment.disable_key("clinic", SECOND.public.key_id, by="command")

    assert await hall.told() == []


@pytest.mark.parametrize(
    ("values", "columns"),
    [
        ({"scopes": "eligibility:ask log:read oqs"}, "scopes"),
        ({"keys": keys_of(OTHER)}, "keys"),
        ({"keys": keys_of(FIRST, OTHER)}, "keys"),
        ({"keys": keys_of(FIRST)[:-1] + CERTIFIED + "]"}, "certificates"),
        ({"status": "disabled"}, "status"),
        ({"code": "9910000007", "kind": "insurer"}, "code, kind"),
        ({"name": "赤空クリニック"}, "name, demo"),
        ({"keys": keys_of(FIRST).replace("false", "true")}, "name, demo"),
        ({"scopes": "everything"}, "unreadable"),
    ],
)
async def test_a_row_that_was_changed_by_hand_is_told_with_its_columns(
    hall: Hall, values: dict[str, str], columns: str
) -> None:
    await hall.enrolment.enrol(a_facility(SECOND, "other"), by="command")

    await hall.set(**values)

    assert await hall.told() == [("client clinic", f"the row is not what the log records ({columns})")]


async def test_a_finding_is_told_in_both_languages(hall: Hall) -> None:
    await hall.set(scopes="oqs")

    (told,) = [one async for one in check_clients(hall.store)]

    assert told == Finding(
        "clients",
        "client clinic",
        "行がログの記録と違います (scopes)",
        "the row is not what the log records (scopes)",
    )


async def test_a_row_that_was_put_in_or_taken_out_is_told(hall: Hall) -> None:
    await hall.enrolment.enrol(a_facility(OTHER, "other"), by="command")
    await hall.set("other", client_id="stranger")

    assert await hall.told() == [
        ("client other", "the row of this client is gone"),
        ("client stranger", "the log does not know this client"),
    ]


async def test_a_row_in_a_store_without_a_log_is_told(hall: Hall) -> None:
    forget = delete(schema.store_meta).where(schema.store_meta.c.name == "log_id")
    await hall.store.transaction([Write(statement("forget the log", forget), [()])])

    assert await hall.told() == [("client clinic", "the log does not know this client")]


@pytest.mark.parametrize(
    ("before", "values", "change", "columns"),
    [
        ((), {"scopes": "eligibility:ask log:read oqs"}, "add_key", "scopes"),
        ((), {"keys": keys_of(OTHER)}, "add_key", "keys"),
        ((), {"keys": keys_of(FIRST, OTHER)}, "disable", "keys"),
        (("disable_key",), {"keys": keys_of(FIRST)}, "disable", "keys"),
        (("disable",), {"status": "active"}, "add_key", "status"),
        (("add_certificate",), {"keys": keys_of(FIRST)}, "disable", "certificates"),
        ((), {"keys": keys_of(FIRST)[:-1] + CERTIFIED + "]"}, "disable_key", "certificates"),
        ((), {"status": "disabled"}, "disable_key", "status"),
        ((), {"client_id": "elsewhere"}, "enrol", "client_id"),
    ],
)
async def test_a_change_by_hand_is_told_when_a_command_has_put_it_on_record(
    hall: Hall, before: tuple[str, ...], values: dict[str, str], change: str, columns: str
) -> None:
    await made(hall.enrolment, *before)
    await hall.set(**values)

    await made(await hall.restarted(), change)

    said = f"changed between two records as no command does it ({columns})"
    assert ("client clinic", said) in await hall.told()


async def made(enrolment: Enrolment, *changes: str) -> None:
    """Changes that our commands make."""
    for change in changes:
        if change == "add_key":
            await enrolment.add_key("clinic", ClientKey(SECOND.public), by="command")
        elif change == "disable_key":
            await enrolment.disable_key("clinic", FIRST.public.key_id, by="command")
        elif change == "add_certificate":
            await enrolment.add_certificate("clinic", CERTIFICATE, by="command")
        elif change == "disable":
            await enrolment.disable("clinic", by="command")
        else:
            await enrolment.enrol(a_facility(SECOND), by="command")


async def test_records_of_an_earlier_program_are_compared_as_far_as_they_go_and_counted(hall: Hall) -> None:
    record = msgspec.json.decode(
        (await hall.committer.log.record(hall.committer.committed_seq, 0)).body, type=Record
    )
    older = msgspec.to_builtins(record)
    del older["row"]
    disabled = Entry("client.disabled", msgspec.json.encode(older | {"status": "disabled"}))
    await hall.committer.commit([Entry("test.record", b"{}"), disabled])
    uncompared = ("note", "names not compared: records of an earlier program 1: clinic")

    await hall.set(status="disabled")
    assert await hall.told() == [uncompared]
    await hall.set(name="赤空クリニック")
    assert await hall.told() == [uncompared]
    await hall.set(scopes="oqs")
    assert await hall.told() == [
        ("client clinic", "the row is not what the log records (scopes)"),
        uncompared,
    ]


async def test_clients_whose_records_were_destroyed_are_counted(hall: Hall) -> None:
    hall.clock.at = datetime(2032, 1, 10, tzinfo=UTC)
    await destroy_bodies(hall.committer, date(2027, 1, 1), hall.clock.today())
    await hall.enrolment.enrol(a_facility(OTHER, "other"), by="command")

    assert await hall.told() == [("note", "not compared: records were destroyed 1: clinic")]

    await hall.set("other", scopes="oqs")
    assert ("client other", "the row is not what the log records (scopes)") in await hall.told()


@pytest.mark.parametrize("body", [b"{}", b"not JSON"])
async def test_a_record_that_cannot_be_read_is_told(hall: Hall, body: bytes) -> None:
    seq = (await hall.committer.commit([Entry("client.disabled", body)])).seq

    assert await hall.told() == [(f"batch {seq}", "a record cannot be read")]


async def test_a_batch_whose_leaves_are_gone_is_told(hall: Hall) -> None:
    seq = hall.committer.committed_seq
    gone = delete(schema.log_batch).where(schema.log_batch.c.seq == seq)
    await hall.committer.commit([Entry("test.record", b"{}")])

    await hall.store.transaction([Write(statement("take a batch", gone), [()])])

    assert (f"batch {seq}", "a record cannot be read") in await hall.told()


class Failing:
    """A store whose statements of one name fail."""

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self._name = name

    async def fetch(self, asked: Statement, params: tuple[object, ...] = ()) -> Sequence[tuple[object, ...]]:
        if asked.name == self._name:
            raise Problem("store.failed", reason="disk")
        return await self._store.fetch(asked, params)


@pytest.mark.parametrize("name", ["log id", "batches"])
async def test_a_store_that_fails_is_no_finding(hall: Hall, name: str) -> None:
    with pytest.raises(Problem, match=r"store\.failed"):
        await hall.told(cast("Store", Failing(hall.store, name)))


class Busy:
    """A store in which a client is enrolled while the log is read."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self._waiting = True

    async def fetch(self, asked: Statement, params: tuple[object, ...] = ()) -> Sequence[tuple[object, ...]]:
        if asked.name == "log id" and self._waiting:
            self._waiting = False
            await self._hall.enrolment.enrol(a_facility(OTHER, "other"), by="command")
            await self._hall.enrolment.disable("clinic", by="command")
        return await self._hall.store.fetch(asked, params)


async def test_who_comes_and_goes_while_the_log_is_read_is_no_finding(hall: Hall) -> None:
    assert await hall.told(cast("Store", Busy(hall))) == []


async def test_the_name_of_a_client_stays_out_of_the_log(hall: Hall) -> None:
    record = (await hall.committer.log.record(hall.committer.committed_seq, 0)).body

    assert a_facility(FIRST).name.encode() not in record
    assert len(json.loads(record)["row"]) == 64
