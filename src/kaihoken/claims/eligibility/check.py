"""Eligibility as a check of a receipt: its verdict as findings of the catalogue, and the verdicts of the whole file."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from kaihoken.claims.checks import Terms, found
from kaihoken.claims.eligibility.answers import NOT_ASKED, Answers, Asking, DayAnswer, Source
from kaihoken.claims.eligibility.questions import CareDay, Unasked, days_in
from kaihoken.claims.eligibility.verdict import Part, ReceiptOf, Verdict, verdict_of
from kaihoken.claims.finding import Finding
from kaihoken.claims.receipt import Receipt
from kaihoken.claims.recheck.terms import ClaimVerdict
from kaihoken.claims.uke import Line
from kaihoken.coverage import DifferenceKind


class Eligibility:
    """What is known of the days of a file. `check` is a `ReceiptCheck`; `verdicts` grow as the receipts pass."""

    def __init__(
        self,
        answers: Mapping[CareDay, DayAnswer],
        asking: Asking = NOT_ASKED,
        receipt_of: ReceiptOf | None = None,
    ) -> None:
        self.asking = asking
        self.verdicts: list[Verdict] = []
        self._answers = answers
        self._receipt_of = receipt_of

    @classmethod
    def asked(
        cls, receipts: Iterable[Receipt], source: Source, receipt_of: ReceiptOf | None = None
    ) -> "Eligibility":
        """Asks about all days of these receipts in one question. Raises as the source does."""
        days = days_in(receipts)
        answers = source.ask(days)
        return cls(answers.by_day, _asking(source, days, answers), receipt_of)

    def check(self, receipt: Receipt, _: Terms) -> Iterator[Finding]:
        """What the verdict of a receipt means for it."""
        verdict = verdict_of(receipt, self._answers, self._receipt_of)
        self.verdicts.append(verdict)
        yield from findings_of(receipt, verdict)


def _asking(source: Source, days: list[CareDay], answers: Answers) -> Asking:
    return Asking(source=source.name, asked=len(days), answered=len(answers.by_day), broke=answers.broke)


def findings_of(receipt: Receipt, verdict: Verdict) -> Iterator[Finding]:
    """The findings of a verdict; none where the claim is as written, or where there is nothing to ask by."""
    tell = _TELL.get(verdict.verdict) if verdict.verdict is not None else None
    if tell is not None:
        yield tell(receipt, verdict)
    yield from _transcribed(receipt, verdict)
    left = _dates(verdict.not_answered)
    if verdict.unasked is Unasked.UNREADABLE:
        yield found("eligibility.unreadable", receipt, _payer_line(receipt))
    elif left:
        yield found("eligibility.not-asked", receipt, receipt.common, days=left)


def _transcribed(receipt: Receipt, verdict: Verdict) -> Iterator[Finding]:
    """What the claim says of the person and the register says otherwise. The registered value is not told."""
    if DifferenceKind.SEX in verdict.differs:
        yield found("eligibility.sex", receipt, receipt.common, "sex")
    if DifferenceKind.RELATION in verdict.differs:
        yield found("eligibility.relation", receipt, receipt.common, "type", type=receipt.type_code)
    name = next((kind for kind in verdict.differs if kind in _NAMES), None)
    if name is not None:
        yield found("eligibility.name", receipt, receipt.common, name.value)


_NAMES = (DifferenceKind.KANA, DifferenceKind.NAME)


def _branch(receipt: Receipt, verdict: Verdict) -> Finding:
    told = receipt.insurance_told
    line = told.line if told is not None else None
    return found(
        "eligibility.branch", receipt, line, "branch", branch=verdict.branch, forecast=verdict.forecast
    )


def _switched(receipt: Receipt, verdict: Verdict) -> Finding:
    to = verdict.parts[0].to
    if to is None:
        return _at_insurer("eligibility.switched", receipt, verdict)
    return _at_insurer("eligibility.switched-to", receipt, verdict, to=to.insurer_number)


def _split(receipt: Receipt, verdict: Verdict) -> Finding:
    own = _dates(day for part in verdict.parts if part.written for day in part.days)
    others = [part for part in verdict.parts if not part.written]
    days = _dates(day for part in others for day in part.days)
    if any(part.to is None for part in others):
        return _at_insurer("eligibility.split", receipt, verdict, days=days, own=own or "-")
    told = "; ".join(f"{_insurer(part)} ({_dates(part.days)})" for part in others)
    return _at_insurer("eligibility.split-to", receipt, verdict, to=told, own=own or "-")


def _excluded(receipt: Receipt, verdict: Verdict) -> Finding:
    days = _dates(day for part in verdict.parts if not part.written for day in part.days)
    return _at_insurer("eligibility.excluded", receipt, verdict, days=days)


def _lost(receipt: Receipt, verdict: Verdict) -> Finding:
    if verdict.reason == "death":
        return found(
            "eligibility.deceased",
            receipt,
            receipt.common,
            "name",
            since=_since(verdict),
            forecast=verdict.forecast,
        )
    if verdict.since is None and verdict.begins is not None:
        return _at_insurer("eligibility.not-begun", receipt, verdict, begins=verdict.begins.isoformat())
    return _at_insurer("eligibility.lost", receipt, verdict, since=_since(verdict))


def _unknown(receipt: Receipt, verdict: Verdict) -> Finding:
    return _at_insurer("eligibility.unknown", receipt, verdict)


_TELL: Mapping[ClaimVerdict, Callable[[Receipt, Verdict], Finding]] = {
    ClaimVerdict.BRANCH_FIXED: _branch,
    ClaimVerdict.SWITCHED: _switched,
    ClaimVerdict.SPLIT: _split,
    ClaimVerdict.EXCLUDED: _excluded,
    ClaimVerdict.LOST: _lost,
    ClaimVerdict.UNKNOWN: _unknown,
}


def _at_insurer(check: str, receipt: Receipt, verdict: Verdict, **facts: str | int) -> Finding:
    line = _payer_line(receipt)
    field = "insurer" if receipt.insurance is not None else "payer"
    return found(check, receipt, line, field, forecast=verdict.forecast or "-", **facts)


def _payer_line(receipt: Receipt) -> Line | None:
    if receipt.insurance is not None:
        return receipt.insurance.line
    return receipt.publics[0].line if receipt.publics else None


def _insurer(part: Part) -> str:
    return part.to.insurer_number if part.to is not None else "-"


def _since(verdict: Verdict) -> str:
    return verdict.since.isoformat() if verdict.since is not None else "-"


def _dates(days: Iterable[date]) -> str:
    """Days of one month, as they stand in a claim: 3, 20."""
    return ", ".join(str(day.day) for day in sorted(days))
