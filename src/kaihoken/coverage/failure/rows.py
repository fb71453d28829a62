"""The rows of the system-failure mode: what each facility was let in by last, and the answers that want a report."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from kaihoken.audit import Writes
from kaihoken.coverage.failure.mode import Mode
from kaihoken.coverage.inquiry import FailureInquiry
from kaihoken.coverage.turn import Asked
from kaihoken.store import Write, instant, milliseconds, schema, statement

_mode, _answer = schema.failure_mode, schema.failure_answer

MODES = statement("read the system-failure modes", select(_mode).order_by(_mode.c.facility))
_add = insert(_mode)
_PUT = statement(
    "keep a system-failure mode",
    _add.on_conflict_do_update(
        index_elements=[_mode.c.facility],
        set_={
            column.name: _add.excluded[column.name] for column in _mode.columns if column.name != "facility"
        },
    ),
)
_ADD_ANSWER = statement("note an answer that wants a report", insert(_answer).on_conflict_do_nothing())
WANTING = statement(
    "count the answers in system-failure mode",
    select(
        _answer.c.facility,
        func.count(),
        func.count(_answer.c.reported_ms),
        func.min(_answer.c.answered_ms).filter(_answer.c.reported_ms.is_(None)),
    )
    .group_by(_answer.c.facility)
    .order_by(_answer.c.facility),
)
ANSWER = statement(
    "read an answer in system-failure mode",
    select(_answer.c.reported_ms).where(
        _answer.c.facility == bindparam("facility"),
        _answer.c.batch == bindparam("batch"),
        _answer.c.answer_hash == bindparam("answer_hash"),
    ),
)
ANSWERS = statement("read all answers in system-failure mode", select(_answer))
_REPORTED = statement(
    "note that an answer was reported",
    update(_answer)
    .where(
        _answer.c.facility == bindparam("of_facility"),
        _answer.c.batch == bindparam("of_batch"),
        _answer.c.answer_hash == bindparam("of_answer"),
    )
    .values(reported_ms=bindparam("at_ms")),
)


class ModeRow(msgspec.Struct, frozen=True, array_like=True):
    """A row of `failure_mode`, in the order of its columns."""

    facility: str
    opened_ms: int
    until_ms: int
    called_back_ms: int
    staff: str
    client: str
    closed_ms: int | None

    @classmethod
    def of(cls, mode: Mode) -> "ModeRow":
        """The row of a mode."""
        closed = None if mode.closed is None else milliseconds(mode.closed)
        return cls(
            mode.facility,
            milliseconds(mode.opened),
            milliseconds(mode.until),
            milliseconds(mode.called_back),
            mode.staff,
            mode.client,
            closed,
        )

    @property
    def mode(self) -> Mode:
        """The mode of the row."""
        return Mode(
            self.facility,
            instant(self.opened_ms),
            instant(self.until_ms),
            instant(self.called_back_ms),
            self.staff,
            self.client,
            None if self.closed_ms is None else instant(self.closed_ms),
        )


class AnswerRow(msgspec.Struct, frozen=True, array_like=True):
    """A row of `failure_answer`, in the order of its columns."""

    facility: str
    batch: int
    answer_hash: str
    answered_ms: int
    reported_ms: int | None

    @property
    def named(self) -> str:
        """As the record of a report names it."""
        return f"{self.batch}/{self.answer_hash}"


def put(mode: Mode) -> Write:
    """What keeps a mode."""
    return Write(_PUT, [msgspec.structs.astuple(ModeRow.of(mode))])


def reported(facility: str, answers: Sequence[tuple[int, str]], at: datetime) -> Write:
    """What keeps that some answers were reported."""
    rows = [(facility, batch, answer_hash, milliseconds(at)) for batch, answer_hash in answers]
    order = {"of_facility": 0, "of_batch": 1, "of_answer": 2, "at_ms": 3}
    return Write(_REPORTED, [tuple(row[order[name]] for name in _REPORTED.parameters) for row in rows])


def wanting_reports(turn: Sequence[Asked]) -> Writes:
    """What the answers of a turn leave: a row for each in which a person was told of in system-failure mode."""
    told = [
        one for one in turn if type(one.question.inquiry) is FailureInquiry and one.verdict.person is not None
    ]
    if not told:
        return ()
    rows = [
        (one.question.asker.facility, one.answer_hash, milliseconds(one.found.answered_at)) for one in told
    ]
    return lambda commit: (
        Write(_ADD_ANSWER, [(facility, commit, digest, at, None) for facility, digest, at in rows]),
    )
