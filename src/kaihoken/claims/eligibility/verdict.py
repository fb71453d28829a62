"""What would become of a claim: all its days together, as `claims.recheck` weighs them, with 確認区分 as a forecast of
what the 審査支払機関 will find. It is shown, and stands in no claim."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Protocol

import msgspec

from kaihoken.claims.eligibility.answers import DayAnswer, Other, of_the_person
from kaihoken.claims.eligibility.questions import CareDay, Unasked, care_days
from kaihoken.claims.receipt import Receipt
from kaihoken.claims.recheck.terms import ClaimVerdict, confirmations
from kaihoken.coverage import DifferenceKind, Finding

_DEATH, _COLLECTED, _NO_NEW, _DOUBT, _PUBLIC = "death", "collected", "no-new", "not-found", "public-payer"


class DayOfCare(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One day of a claim: what was found, the record of the answer in the hub's log, and the receipt that the clinic
    kept of its own question at that visit, where there is one."""

    on: date
    finding: Finding | None = None
    answer_hash: str = ""
    batch: int | None = None
    kept: str = ""
    problem: str = ""


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Days of a claim that belong together: to the insurer that is written, to another, or to one that is not told."""

    days: tuple[date, ...]
    written: bool = False
    to: Other | None = None


class Verdict(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A claim. `verdict` is None where not enough is known, then `unasked` says why. `forecast` is 確認区分 (別表29) as
    we expect it, "" where there is none; `certain` says whether every day was answered and every insurer told, so that
    the forecast rests on the rules alone. `reason` is that of a loss; `since` the first day without the written
    coverage, or `begins` its first day; `branch` the registered 枝番; `differs` what is registered otherwise of
    the person on any of the days; `parts` who answers for which days."""

    receipt: str
    place: int
    verdict: ClaimVerdict | None = None
    unasked: Unasked | None = None
    reason: str = ""
    forecast: str = ""
    certain: bool = False
    branch: str = ""
    differs: tuple[DifferenceKind, ...] = ()
    since: date | None = None
    begins: date | None = None
    parts: tuple[Part, ...] = ()
    days: tuple[DayOfCare, ...] = ()

    @property
    def not_answered(self) -> tuple[date, ...]:
        """The days of which nothing is known."""
        return tuple(day.on for day in self.days if day.finding is None)


class ReceiptOf(Protocol):
    """Finds the receipt that was kept of a visit."""

    def __call__(self, receipt: Receipt, day: CareDay) -> str:
        """Its name in the clinic's own store, "" where none was kept."""
        ...


def verdict_of(
    receipt: Receipt,
    answers: Mapping[CareDay, DayAnswer],
    receipt_of: ReceiptOf | None = None,
) -> Verdict:
    """What would become of the claim."""
    number = receipt.number or str(receipt.place)
    asked = care_days(receipt)
    if isinstance(asked, Unasked):
        return Verdict(receipt=number, place=receipt.place, unasked=asked)
    known = [(day, answers.get(day)) for day in asked]
    found = [(day.on, answer) for day, answer in known if answer is not None and answer.finding is not None]
    verdict = _weighed(found, len(known), has_public=bool(receipt.publics))
    if verdict.verdict is None:
        refused = any(answer is not None and answer.problem for _, answer in known)
        verdict = msgspec.structs.replace(
            verdict, unasked=Unasked.UNREADABLE if refused else Unasked.NOT_ANSWERED
        )
    return msgspec.structs.replace(
        verdict,
        receipt=number,
        place=receipt.place,
        forecast=_forecast(verdict, asked[0].on),
        differs=of_the_person(kind for _, answer in known if answer is not None for kind in answer.differs),
        days=tuple(_told(receipt, day, answer, receipt_of) for day, answer in known),
    )


_Found = Sequence[tuple[date, DayAnswer]]


def _weighed(found: _Found, asked: int, *, has_public: bool) -> Verdict:
    """What is gravest decides: a death, a loss, a doubt; then what was not answered; then who answers for which
    days."""
    whole = len(found) == asked
    verdict = Verdict(receipt="", place=0, certain=whole)
    findings = {answer.finding for _, answer in found}
    if findings & {Finding.DECEASED, Finding.NOT_COVERED}:
        return _lost(verdict, found)
    if Finding.UNCONFIRMABLE in findings:
        return msgspec.structs.replace(verdict, verdict=ClaimVerdict.UNKNOWN, reason=_DOUBT)
    if Finding.OTHER_INSURER in findings:
        return _taken_over(verdict, found, whole=whole, has_public=has_public)
    if not whole:
        return verdict
    branch = next((answer.branch for _, answer in found if answer.branch), "")
    fixed = ClaimVerdict.BRANCH_FIXED if branch else ClaimVerdict.AS_WRITTEN
    return msgspec.structs.replace(verdict, verdict=fixed, branch=branch)


def _lost(verdict: Verdict, found: _Found) -> Verdict:
    died = [answer for _, answer in found if answer.finding is Finding.DECEASED]
    lost = died or [answer for _, answer in found if answer.finding is Finding.NOT_COVERED]
    collected = any(answer.collected for answer in lost)
    return msgspec.structs.replace(
        verdict,
        verdict=ClaimVerdict.LOST,
        reason=_DEATH if died else _COLLECTED if collected else _NO_NEW,
        since=min((answer.lost for answer in lost if answer.lost), default=None),
        begins=max((answer.begins for answer in lost if answer.begins), default=None),
        parts=_parts(found),
    )


def _taken_over(verdict: Verdict, found: _Found, *, whole: bool, has_public: bool) -> Verdict:
    parts = _parts(found)
    is_split = len(parts) > 1
    taken = [answer for _, answer in found if answer.finding is Finding.OTHER_INSURER]
    told = all(answer.other is not None for answer in taken)
    what = ClaimVerdict.SPLIT if is_split else ClaimVerdict.SWITCHED
    return msgspec.structs.replace(
        verdict,
        verdict=ClaimVerdict.EXCLUDED if has_public else what,
        reason=_PUBLIC if has_public else "",
        # One insurer that is not told may be several; beside the written one it is divided anyhow.
        certain=whole and (told or is_split or has_public or len(taken) == 1),
        since=min((answer.lost for answer in taken if answer.lost), default=None),
        begins=max((answer.begins for answer in taken if answer.begins), default=None),
        parts=parts,
    )


def _parts(found: _Found) -> tuple[Part, ...]:
    """The days by who answers for them, in the order of their first days; days for which nobody does are left out."""
    groups: dict[tuple[bool, Other | None], list[date]] = {}
    for on, answer in found:
        if answer.finding in (Finding.AS_WRITTEN, Finding.OTHER_INSURER):
            key = (answer.finding is Finding.AS_WRITTEN, answer.other)
            groups.setdefault(key, []).append(on)
    return tuple(Part(days=tuple(days), written=written, to=to) for (written, to), days in groups.items())


def _told(
    receipt: Receipt, day: CareDay, answer: DayAnswer | None, receipt_of: ReceiptOf | None
) -> DayOfCare:
    kept = receipt_of(receipt, day) if receipt_of is not None else ""
    if answer is None:
        return DayOfCare(on=day.on, kept=kept)
    return DayOfCare(
        on=day.on,
        finding=answer.finding,
        answer_hash=answer.answer_hash,
        batch=answer.batch,
        kept=kept,
        problem=answer.problem,
    )


def _forecast(verdict: Verdict, first: date) -> str:
    """確認区分 by the rules of the first day of care; "" before claims were compared."""
    if verdict.verdict is None:
        return ""
    codes = _codes()
    return next(
        (code for begins, ends, code in codes[verdict.verdict, verdict.reason] if begins <= first <= ends), ""
    )


@cache
def _codes() -> Mapping[tuple[str, str], list[tuple[date, date, str]]]:
    codes: dict[tuple[str, str], list[tuple[date, date, str]]] = {}
    for verdict, reason, first, last, code in confirmations():
        codes.setdefault((verdict, reason), []).append((first, last, code))
    return codes
