"""What may leave: one matrix of kind of question × situation × consent × field, the same for every carrier.

Pure. `disclose` takes a verdict, how it was asked and what was consented to, and returns results that hold only the
fields that the matrix (rule family disclosure/matrix) lets through. Encoders write what they are given, so a field
that is not let through here cannot appear anywhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from operator import attrgetter
from typing import ClassVar, TypeVar

import msgspec

from kaihoken import rules
from kaihoken.clock import tokyo_day
from kaihoken.coverage.answer import (
    ConsentShown,
    DiseaseShown,
    ElderlyShown,
    LimitShown,
    PublicExpenseShown,
    Result,
    Shown,
    TicketShown,
)
from kaihoken.coverage.history import Coverage, MatchState
from kaihoken.coverage.inquiry import Consent, QuestionKind
from kaihoken.coverage.lag import EVERY_FIELD, SuspensionLevels
from kaihoken.coverage.verdict import Situation, Verdict
from kaihoken.identity import external_characters, is_preschool
from kaihoken.identity import shown as readable

_ALWAYS = "always"
_SUBSIDIES = "subsidies"

S = TypeVar("S", bound=Shown)

Rows = Mapping[str, Mapping[str, tuple[str, ...]]]


class DisclosureMatrix(msgspec.Struct, frozen=True):
    """Which fields may leave (rule family disclosure/matrix)."""

    family: ClassVar[str] = "disclosure/matrix"

    groups: Mapping[str, tuple[str, ...]]
    number: Rows
    certificate: Rows
    non_disclosure: tuple[str, ...]

    def fields(
        self, kind: QuestionKind, situation: Situation, consents: frozenset[Consent]
    ) -> frozenset[str]:
        """The fields that may leave for one cell of the matrix, before the flags of a coverage."""
        rows = self.number if kind is QuestionKind.NUMBER else self.certificate
        row = rows.get(situation.value, {})
        keys = (_ALWAYS, *(consent.value for consent in consents))
        return frozenset(field for key in keys for group in row.get(key, ()) for field in self.groups[group])


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What may leave. `fields` are the names let through (for the record: who saw what), sorted."""

    results: tuple[Result, ...]
    subsidies: tuple[PublicExpenseShown, ...]
    fields: tuple[str, ...]
    subsidies_shown: bool


def disclose(
    verdict: Verdict, kind: QuestionKind, consents: frozenset[Consent], answered_at: datetime
) -> Disclosure:
    """Choose the fields of the verdict that this way of asking and these consents may show.

    What may be shown is decided by the matrix of the day on which the answer is given, whatever day was asked about;
    `answered_at` also dates a consent given in words with the question (限度額 by number).
    """
    today = tokyo_day(answered_at)
    results = []
    every: frozenset[str] = frozenset()
    for coverage in verdict.coverages:
        allowed = _allowed(kind, verdict.situation, consents, coverage.match, coverage.non_disclosure, today)
        every |= allowed.names
        results.append(_result(coverage, allowed, verdict, consents, answered_at))
    if not verdict.coverages:
        return _NOTHING
    subsidies_shown = _SUBSIDIES in every
    subsidies = (
        tuple(
            PublicExpenseShown(
                payer_number=subsidy.payer_number,
                recipient_number=subsidy.recipient_number,
                scheme=subsidy.scheme,
                start=subsidy.start,
                end=subsidy.end,
                self_pay_yen=subsidy.self_pay_yen,
            )
            for subsidy in verdict.subsidies
        )
        if subsidies_shown
        else ()
    )
    return Disclosure(tuple(results), subsidies, _sorted(every), subsidies_shown)


_NOTHING = Disclosure((), (), (), False)


@lru_cache(maxsize=1024)
def _sorted(fields: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(fields))


@dataclass(frozen=True, slots=True)
class _Allowed:
    """One cell of the matrix, ready to be applied to a coverage."""

    names: frozenset[str]
    plain: tuple[str, ...]
    read: Callable[[Coverage], tuple[object, ...]]
    others: frozenset[str]


_DERIVED = frozenset(
    {
        "limit_consent",
        "limit",
        "disease_consent",
        "diseases",
        "elderly",
        "preschool",
        "tickets",
        "name_reading",
        "name_flagged",
        "insurer_number",
        _SUBSIDIES,
    }
)
"""Fields that are not simply the attribute of the same name."""


@lru_cache(maxsize=4096)
def _allowed(
    kind: QuestionKind,
    situation: Situation,
    consents: frozenset[Consent],
    match: MatchState,
    non_disclosure: bool,
    today: date,
) -> _Allowed:
    matrix = rules.load(DisclosureMatrix, on=today)
    names = matrix.fields(kind, situation, consents)
    if non_disclosure:
        names -= frozenset(matrix.non_disclosure)
    if match.startswith("suspended"):
        stopped = rules.load(SuspensionLevels, on=today).stopped(match)
        names = frozenset() if EVERY_FIELD in stopped else names - frozenset(stopped)
    plain = tuple(name for name in Result.__struct_fields__ if name in names and name not in _DERIVED)
    read: Callable[[Coverage], tuple[object, ...]] = attrgetter(*plain) if len(plain) > 1 else lambda _: ()
    return _Allowed(names, plain, read, names & _DERIVED)


def _result(
    coverage: Coverage,
    allowed: _Allowed,
    verdict: Verdict,
    consents: frozenset[Consent],
    answered_at: datetime,
) -> Result:
    shown: dict[str, object] = {
        name: value
        for name, value in zip(allowed.plain, allowed.read(coverage), strict=True)
        if value is not None and value != ""
    }
    others = allowed.others
    if "insurer_number" in others:
        shown["insurer_number"] = coverage.insurer_number
    if "preschool" in others and is_preschool(coverage.birthdate, verdict.on):
        shown["preschool"] = True
    if "name_flagged" in others:
        _add_name(shown, coverage)
    if "elderly" in others and coverage.elderly is not None:
        shown["elderly"] = _made(ElderlyShown, msgspec.structs.asdict(coverage.elderly))
    if "limit" in others:
        _add_limit(shown, coverage, verdict.on, answered_at)
    if "diseases" in others:
        shown["disease_consent"] = ConsentShown(flag="1", given_at=answered_at)
        shown["diseases"] = tuple(
            _made(DiseaseShown, msgspec.structs.asdict(disease))
            for disease in coverage.diseases
            if _current(disease.valid_from, disease.valid_to, verdict.on)
        )
    if "tickets" in others and verdict.tickets and coverage.tickets:
        shown["tickets"] = tuple(
            _made(TicketShown, msgspec.structs.asdict(ticket)) for ticket in verdict.tickets
        )
    return _made(Result, shown)


def _made(kind: Callable[..., S], fields: Mapping[str, object]) -> S:
    return kind(**fields)


def _add_name(shown: dict[str, object], coverage: Coverage) -> None:
    if external_characters(coverage.name):
        shown["name_flagged"] = True
        shown["name_reading"] = readable(coverage.name)


def _add_limit(shown: dict[str, object], coverage: Coverage, on: date, answered_at: datetime) -> None:
    shown["limit_consent"] = ConsentShown(flag="1", given_at=answered_at)
    current = [limit for limit in coverage.limits if _current(limit.valid_from, limit.valid_to, on)]
    if current:
        newest = max(current, key=lambda limit: limit.valid_from)
        shown["limit"] = _made(LimitShown, msgspec.structs.asdict(newest))


def _current(start: date, end: date | None, on: date) -> bool:
    return start <= on and (end is None or on <= end)
