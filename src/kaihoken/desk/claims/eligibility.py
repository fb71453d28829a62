"""資格を確かめる: every day of care asked of the hub in one list, and what would become of each receipt."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import msgspec
from starlette.responses import Response

from kaihoken.claims.eligibility import ClaimVerdict
from kaihoken.coverage import Finding
from kaihoken.desk.checked import ReceiptLine, receipt_line
from kaihoken.desk.claimfiles import Held, Judged
from kaihoken.desk.claims.showing import ROWS_ON_A_PAGE, number_in
from kaihoken.desk.frame import Frame, Row, Visitor
from kaihoken.desk.line import at_counter
from kaihoken.desk.running import Desk
from kaihoken.web import State

PAGE: Final = "/claims/{file}/eligibility"
OPEN: Final = "open"
"""Receipts of which not enough is known."""

_STATES: Final[Mapping[str, State]] = {
    ClaimVerdict.LOST: "failed",
    ClaimVerdict.UNKNOWN: "clarify",
    ClaimVerdict.EXCLUDED: "clarify",
    ClaimVerdict.SPLIT: "pending",
    ClaimVerdict.SWITCHED: "pending",
    ClaimVerdict.BRANCH_FIXED: "pending",
    OPEN: "missing",
    ClaimVerdict.AS_WRITTEN: "valid",
}
"""The gravest first, as they are shown."""


@dataclass(frozen=True, slots=True)
class DayShown:
    """One day of care: what was found, and the visit with the receipt of its own answer, where the desk has them."""

    on: date
    finding: Finding | None
    problem: str
    visit: str
    receipt: ReceiptLine | None
    answer_hash: str
    batch: int | None


@dataclass(frozen=True, slots=True, repr=False)
class Shown:
    """A receipt with its verdict; `word` is the verdict, or that not enough is known."""

    judged: Judged
    word: str
    state: State
    days: tuple[DayShown, ...]

    @property
    def proven(self) -> tuple[DayShown, ...]:
        """The days whose record at the hub bears out a verdict that asks for something to be done."""
        is_fine = self.word == ClaimVerdict.AS_WRITTEN
        return () if is_fine else tuple(day for day in self.days if day.answer_hash)


async def page(frame: Frame, visitor: Visitor) -> Response:
    """GET /claims/{file}/eligibility: the verdicts, or how far the asking is, or what would be asked."""
    return _page(frame, visitor)


async def ask(frame: Frame, visitor: Visitor) -> Response:
    """POST /claims/{file}/eligibility: ask, or go on where the line broke."""
    file = visitor.named["file"]
    questions = frame.desk.claim_questions
    await questions.ask(file, number_in(visitor.form, "times"))
    if (refused := questions.refused(file)) is not None:
        visitor.here = f"/claims/{file}/eligibility"
        return _page(frame, visitor, at_counter(refused).entry.status)
    return frame.see(visitor, f"/claims/{file}/eligibility")


async def data(frame: Frame, visitor: Visitor) -> Response:
    """GET /claims/{file}/eligibility.json: the verdicts without names."""
    held = frame.desk.claim_files.get(visitor.named["file"])
    return frame.data(
        msgspec.to_builtins({"asking": held.asking, "verdicts": [one.verdict for one in held.judged]})
    )


def _page(frame: Frame, visitor: Visitor, status: int = 200) -> Response:
    refused = frame.desk.claim_questions.refused(visitor.named["file"])
    problem = at_counter(refused) if refused is not None else None
    held = frame.desk.claim_files.get(visitor.named["file"])
    show, start = visitor.query.get("show", ""), number_in(visitor.query, "from")
    found = _wanted(held, show)
    values = {
        "held": held,
        "month": held.month,
        "asking": held.asking,
        "under": frame.desk.claim_questions.under(held.file),
        "counts": counts(held),
        "show": show if show in _STATES else "",
        "first": start,
        "step": ROWS_ON_A_PAGE,
        "found": len(found),
        "rows": [_shown(frame.desk, one) for one in found[start : start + ROWS_ON_A_PAGE]],
        "line_up": frame.desk.line.view.is_up,
        "problem": problem,
    }
    return frame.page("claims_eligibility.html", visitor, values, status)


def counts(held: Held) -> list[tuple[str, State, int]]:
    """How many receipts of each verdict, the gravest first; those that are there."""
    counted = Counter(_word(one) for one in held.judged)
    return [(word, state, counted[word]) for word, state in _STATES.items() if counted[word]]


def _word(judged: Judged) -> str:
    return judged.verdict.verdict or OPEN


def _wanted(held: Held, show: str) -> list[Judged]:
    order = {word: at for at, word in enumerate(_STATES)}
    those: Iterable[Judged] = held.judged
    if show in order:
        those = (one for one in those if _word(one) == show)
    return sorted(those, key=lambda one: (order[_word(one)], one.verdict.place))


def _shown(desk: Desk, judged: Judged) -> Shown:
    word = _word(judged)
    days = tuple(
        DayShown(day.on, day.finding, day.problem, *_kept(desk, day.kept), day.answer_hash, day.batch)
        for day in judged.verdict.days
    )
    return Shown(judged, word, _STATES[word], days)


def _kept(desk: Desk, key: str) -> tuple[str, ReceiptLine | None]:
    """A visit that is still there, and the receipt of its newest answer that has one."""
    visit = desk.day.find(key) if key else None
    if visit is None:
        return "", None
    lines = (receipt_line(one) for one in reversed(visit.checks))
    return visit.visit, next((one for one in lines if one is not None), None)


ROWS = (
    Row("GET", PAGE, page),
    Row("POST", PAGE, ask),
    Row("GET", f"{PAGE}.json", data),
)
"""The pages of the eligibility of a file."""
