"""The SQL of bulk jobs: the job, the parts of its list, the parts of its results."""

import zlib
from collections.abc import Sequence
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Select, bindparam, delete, func, insert, select, update

from kaihoken.coverage.bulk.job import LIFE, OPEN, State
from kaihoken.coverage.bulk.kinds import BulkCarrier, Job, Row
from kaihoken.coverage.question import Asker
from kaihoken.problems import Problem
from kaihoken.store import Store, schema, statement

_QUICKLY: Final = 1  # level of compression: lists and answers repeat themselves

_job = schema.bulk_job.c
_list = schema.bulk_list.c
_result = schema.bulk_result.c

_READ = (
    _job.number, _job.kind, _job.carrier, _job.state, _job.facility, _job.client, _job.key, _job.about,
    _job.arrived_at, _job.parts, _job["items"], _job.parts_answered, _job.normal, _job.errors, _job.nobody,
    _job.problem, _job.ended_at,
)  # fmt: skip


def _reading(*more: ColumnElement[bytes]) -> Select[*tuple[Any, ...]]:
    columns: list[ColumnElement[Any]] = [*_READ, *more]
    return select(*columns)


ADD_JOB = statement("add a bulk job", insert(schema.bulk_job))
ADD_LIST = statement("add a part of a list", insert(schema.bulk_list))
ADD_RESULT = statement("add a part of results", insert(schema.bulk_result))

ARRIVED = statement(
    "note that a list is whole",
    update(schema.bulk_job)
    .where(_job.number == bindparam("of"))
    .values(
        state=bindparam("state"),
        same=bindparam("same"),
        list_hash=bindparam("list_hash"),
        parts=bindparam("parts"),
        items=bindparam("items"),
        ended_at=bindparam("ended_at"),
    ),
)
ANSWERED = statement(
    "note that a part is answered",
    update(schema.bulk_job)
    .where(_job.number == bindparam("of"))
    .values(
        state=bindparam("state"),
        parts_answered=bindparam("parts_answered"),
        normal=bindparam("normal"),
        errors=bindparam("errors"),
        nobody=bindparam("nobody"),
        ended_at=bindparam("ended_at"),
    ),
)
REFUSED = statement(
    "refuse a bulk job",
    update(schema.bulk_job)
    .where(_job.number == bindparam("of"))
    .values(state=bindparam("state"), problem=bindparam("problem"), ended_at=bindparam("ended_at")),
)

DROP_PART = statement(
    "drop a part of a list",
    delete(schema.bulk_list).where(_list.number == bindparam("of"), _list.part == bindparam("which")),
)
DROP_PARTS = statement(
    "drop some parts of a list",
    delete(schema.bulk_list).where(
        _list.number == bindparam("of"), _list.part >= bindparam("first"), _list.part < bindparam("stop")
    ),
)
DROP_RESULTS = statement(
    "drop some results",
    delete(schema.bulk_result).where(
        _result.number == bindparam("of"),
        _result.part >= bindparam("first"),
        _result.part < bindparam("stop"),
    ),
)
DROP_JOB = statement("drop a bulk job", delete(schema.bulk_job).where(_job.number == bindparam("of")))

_JOB = statement("read a bulk job", _reading().where(_job.number == bindparam("of")))
_SAME = statement(
    "find the job of a repeated request",
    _reading(_job.list_hash).where(_job.same == bindparam("same")).order_by(_job.arrived_at.desc()),
)
_IN_STATE = statement(
    "find bulk jobs in a state",
    _reading().where(_job.state == bindparam("state")).order_by(_job.arrived_at, _job.number),
)
_REFUSED_WITH_LIST = statement(
    "find refused bulk jobs of whose lists something stands",
    _reading()
    .where(
        _job.state == State.REFUSED.value,
        select(_list.part).where(_list.number == _job.number).exists(),
    )
    .order_by(_job.arrived_at, _job.number),
)
_LAST_PART = statement(
    "find the last part of a list", select(func.max(_list.part)).where(_list.number == bindparam("of"))
)
_OLD = statement(
    "find old bulk jobs",
    _reading()
    .where(_job.ended_at < bindparam("before"))
    .order_by(_job.ended_at, _job.number)
    .limit(bindparam("count")),
)
_OPEN_OF = statement(
    "count the open bulk jobs of a facility",
    select(func.count()).select_from(schema.bulk_job).where(
        _job.facility == bindparam("facility"),
        _job.ended_at.is_(None),
    ),
)  # fmt: skip
_RECEIVED_OF = statement(
    "count the bulk jobs of a facility that wait to be answered",
    select(func.count()).select_from(schema.bulk_job).where(
        _job.facility == bindparam("facility"),
        _job.ended_at.is_(None),
        _job.state != LIFE.first.value,
    ),
)  # fmt: skip
_PART = statement(
    "read a part of a list",
    select(_list.part, _list.first_line, _list.body).where(
        _list.number == bindparam("of"), _list.part == bindparam("which")
    ),
)
_RESULTS = statement(
    "read parts of results",
    select(_result.part, _result.commit_seq, _result.body)
    .where(
        _result.number == bindparam("of"),
        _result.part >= bindparam("first"),
        _result.part < bindparam("stop"),
    )
    .order_by(_result.part),
)


def packed(lines: Sequence[bytes]) -> bytes:
    """Lines as a row holds them."""
    return zlib.compress(b"\n".join(lines), _QUICKLY)


def unpacked(body: bytes, where: str) -> list[bytes]:
    """The lines that a row holds. Problem `store.corrupt`."""
    try:
        return zlib.decompress(body).split(b"\n")
    except zlib.error:
        raise Problem("store.corrupt", where=where) from None


async def job_of(store: Store, number: str) -> Job | None:
    """The job of that number, if it stands."""
    rows = await store.fetch(_JOB, (number,))
    return _read(rows[0]) if rows else None


async def same_jobs(store: Store, same: bytes) -> list[tuple[Job, bytes]]:
    """The jobs that came from the same request, newest first, each with the hash of its list."""
    return [(_read(row[:-1]), cast("bytes", row[-1])) for row in await store.fetch(_SAME, (same,))]


async def open_jobs(store: Store) -> list[Job]:
    """Every job of which something waits to be answered, in the order in which they came."""
    found = [_read(row) for state in OPEN for row in await store.fetch(_IN_STATE, (state.value,))]
    return sorted(found, key=lambda job: (job.arrived_at, job.number))


async def jobs_to_drop(store: Store) -> list[Job]:
    """Every job whose list is not whole, and every refused one of whose list something stands."""
    arriving = await store.fetch(_IN_STATE, (LIFE.first.value,))
    return [_read(row) for row in (*arriving, *await store.fetch(_REFUSED_WITH_LIST))]


async def old_jobs(store: Store, before: int, count: int) -> list[Job]:
    """Some jobs that ended before an instant (milliseconds), oldest first."""
    return [_read(row) for row in await store.fetch(_OLD, (before, count))]


async def count_open(store: Store, facility: str) -> int:
    """How many jobs of a facility have not ended, with those whose list is on its way."""
    ((count,),) = await store.fetch(_OPEN_OF, (facility,))
    return cast("int", count)


async def count_received(store: Store, facility: str) -> int:
    """How many jobs of a facility stand whole and have not ended."""
    ((count,),) = await store.fetch(_RECEIVED_OF, (facility,))
    return cast("int", count)


async def parts_of_list(store: Store, number: str) -> int:
    """Behind the last part of a list that stands; 0 where none does."""
    ((last,),) = await store.fetch(_LAST_PART, (number,))
    return last + 1 if isinstance(last, int) else 0


async def rows_of(store: Store, number: str, part: int) -> list[Row]:
    """The rows of one part of a list. Problem `store.corrupt` where it is missing or damaged."""
    found = cast("list[tuple[int, int, bytes]]", await store.fetch(_PART, (number, part)))
    if not found:
        raise Problem("store.corrupt", where=f"bulk_list {number} {part}")
    _, first, body = found[0]
    lines = unpacked(body, f"bulk_list {number} {part}")
    return [Row(line, content) for line, content in enumerate(lines, start=first) if content.strip()]


async def results_of(store: Store, number: str, first: int, stop: int) -> list[tuple[int, int, list[bytes]]]:
    """Parts of results: number of the part, batch of the log in which its records stand, lines."""
    found = cast("list[tuple[int, int, bytes]]", await store.fetch(_RESULTS, (number, first, stop)))
    return [(part, seq, unpacked(body, f"bulk_result {number} {part}")) for part, seq, body in found]


def _read(row: tuple[object, ...]) -> Job:
    number, kind, carrier, state, facility, client, key, about, *counts, problem, ended_at = row
    arrived_at, parts, items, parts_answered, normal, errors, nobody = cast("list[int]", counts)
    return Job(
        number=cast("str", number),
        kind=cast("str", kind),
        carrier=cast("BulkCarrier", carrier),
        state=State(cast("str", state)),
        asker=Asker(cast("str", client), cast("str", facility), cast("str", key)),
        about=cast("bytes", about),
        arrived_at=arrived_at,
        parts=parts,
        items=items,
        parts_answered=parts_answered,
        normal=normal,
        errors=errors,
        nobody=nobody,
        problem=cast("str", problem),
        ended_at=cast("int | None", ended_at),
    )
