"""What may leave: one matrix of way of asking × situation × consent × field, the same for every carrier.

Pure. `disclose` takes a verdict, how it was asked and what was consented to, and returns results that hold only the
fields that the matrix (rule family disclosure/matrix) lets through. Encoders write what they are given, so a field
that is not let through here cannot appear anywhere.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache, partial
from itertools import compress
from operator import attrgetter
from types import MappingProxyType
from typing import ClassVar, TypeVar

import msgspec
from msgspec.structs import asdict

from kaihoken import rules
from kaihoken.consent import COVERAGE_ITEMS, MEDICAL_ITEMS, ConsentItems, ConsentLists, Grant, State
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
from kaihoken.coverage.history import Coverage, LimitCertificate, MatchState, PublicExpense
from kaihoken.coverage.inquiry import Consent, QuestionKind
from kaihoken.coverage.lag import EVERY_FIELD, SuspensionLevels
from kaihoken.coverage.matching import SHOWN_STATES, speaks_of
from kaihoken.coverage.public_expense import in_order
from kaihoken.coverage.verdict import Advisory, Situation, Verdict
from kaihoken.identity import has_external_character, is_preschool
from kaihoken.identity import shown as readable

_ALWAYS = "always"
_SUBSIDIES = "subsidies"

S = TypeVar("S", bound=Shown)

Rows = Mapping[Situation, Mapping[str, tuple[str, ...]]]
"""What one way of asking may show: situation → consent (or "always") → groups of fields."""


class DisclosureMatrix(msgspec.Struct, frozen=True):
    """Which fields may leave (rule family disclosure/matrix). Each way of asking has its own section of rows; a way or
    a row that is not there shows nothing."""

    family: ClassVar[str] = "disclosure/matrix"
    schema: ClassVar[int] = 2

    groups: Mapping[str, tuple[str, ...]]
    ways: Mapping[QuestionKind, Rows]
    non_disclosure: tuple[str, ...]

    def fields(
        self, kind: QuestionKind, situation: Situation, consents: frozenset[Consent]
    ) -> frozenset[str]:
        """The fields that may leave for one cell of the matrix, before the flags of a coverage."""
        row = self.ways.get(kind, {}).get(situation, {})
        keys = (_ALWAYS, *(consent.value for consent in consents))
        return frozenset(field for key in keys for group in row.get(key, ()) for field in self.groups[group])


class Disclosure(msgspec.Struct, frozen=True, gc=False):
    """What leaves. `fields` are the names of what is filled in it (for the record: who saw what), sorted."""

    results: tuple[Result, ...]
    subsidies: tuple[PublicExpenseShown, ...]
    fields: tuple[str, ...]


_NOTHING = Disclosure((), (), ())


def disclose(verdict: Verdict, kind: QuestionKind, consents: frozenset[Consent], today: date) -> Disclosure:
    """Choose the fields of the verdict that this way of asking and these consents may show.

    What may be shown is decided by the matrix of `today`, the day on which the answer is given, whatever day was
    asked about. A coverage of which nothing may be shown leaves no result.
    """
    results: list[Result] = []
    subsidies: tuple[PublicExpenseShown, ...] = ()
    fields: tuple[str, ...] = ()
    for coverage in verdict.coverages:
        cell = _cell(kind, verdict.situation, consents, coverage.match, verdict.non_disclosure, today)
        if cell.fields:
            shown = _shown(coverage, cell, verdict)
            results.append(_made(Result, shown))
            left = tuple(filter(shown.__contains__, cell.fields))
            if verdict.subsidies and _SUBSIDIES in cell.fields:
                subsidies = tuple(map(_subsidy, in_order(verdict.subsidies, today)))
                left = tuple(sorted((*left, _SUBSIDIES)))
            fields = tuple(sorted({*fields, *left})) if fields else left
    return Disclosure(tuple(results), subsidies, fields) if results else _NOTHING


def consent_field(item: Consent) -> str:
    """The field of a result that shows a consent."""
    return f"{item.value.replace('-', '_')}_consent"


def shown_items(
    kind: QuestionKind, situation: Situation, consents: frozenset[Consent], shown: Disclosure, today: date
) -> frozenset[Consent]:
    """The consents that bear on an answer: of coverage items those that open fields in this situation, whether there is
    anything in them; of medical items those that a result says may be viewed."""
    matrix = rules.load(DisclosureMatrix, on=today)
    row = matrix.ways.get(kind, {}).get(situation, {})
    return frozenset(
        item
        for item in consents
        if (
            shown.results and item.value in row
            if item in COVERAGE_ITEMS
            else consent_field(item) in shown.fields
        )
    )


def dated(shown: Disclosure, consents: Mapping[Consent, Grant]) -> Disclosure:
    """The same with the consents that are kept in the book: since when and until when each stands, and its id."""
    results = []
    for result in shown.results:
        fields = {consent_field(item): grant for item, grant in consents.items()}
        changed = {
            name: ConsentShown(
                flag=told.flag, given_at=grant.given_at, available_until=grant.until, id=grant.consent.hex()
            )
            for name, grant in fields.items()
            if (told := getattr(result, name, None)) is not None
        }
        results.append(msgspec.structs.replace(result, **changed))
    return msgspec.structs.replace(shown, results=tuple(results))


def with_over(
    shown: Disclosure,
    verdict: Verdict,
    kind: QuestionKind,
    consents: frozenset[Consent],
    over: Mapping[Consent, tuple[Grant, State]],
    today: date,
) -> Disclosure:
    """The same with the consents that do not stand any more, where the matrix would show them if they stood: that they
    are over (OQSCD016), and nothing for which they were given. On record such a field is not one that was shown."""
    codes = rules.load(ConsentLists, on=today).over.value
    told = {item: (grant, state) for item, (grant, state) in over.items() if state in codes}

    def cell(coverage: Coverage, asked: frozenset[Consent]) -> _Cell:
        return _cell(kind, verdict.situation, asked, coverage.match, verdict.non_disclosure, today)

    results, fields = [], set(shown.fields)
    leaving = [coverage for coverage in verdict.coverages if cell(coverage, consents).fields]
    for result, coverage in zip(shown.results, leaving, strict=True):
        derived = dict(cell(coverage, frozenset(told)).derived)
        changed = {
            consent_field(item): ConsentShown(
                flag=codes[state],
                given_at=grant.given_at,
                available_until=grant.until if state is State.EXPIRED else None,
                id=grant.consent.hex(),
            )
            for item, (grant, state) in told.items()
            if item is not Consent.LIMIT  # its code list (OQSCD001) has no such value
            and (derive := derived.get(consent_field(item))) is not None
            and derive(coverage, verdict)
        }
        fields |= {f"{name}_over" for name in changed}
        results.append(msgspec.structs.replace(result, **changed))
    return Disclosure(tuple(results), shown.subsidies, tuple(sorted(fields)))


Derive = Callable[[Coverage, Verdict], object]


class _Cell(msgspec.Struct, frozen=True, gc=False):
    """One cell of the matrix after the flags, ready to be applied to a coverage. `fields` may leave, sorted; of these
    `plain` are attributes of the coverage, which `read` reads at once, the `derived` are computed, and those `of_name`
    are there only where the name holds what some receiver cannot take."""

    fields: tuple[str, ...]
    plain: tuple[str, ...]
    read: Callable[[Coverage], tuple[object, ...]]
    derived: tuple[tuple[str, Derive], ...]
    of_name: tuple[str, ...]


@lru_cache(maxsize=4096)
def _cell(
    kind: QuestionKind,
    situation: Situation,
    consents: frozenset[Consent],
    match: MatchState,
    non_disclosure: bool,
    today: date,
) -> _Cell:
    matrix = rules.load(DisclosureMatrix, on=today)
    names = matrix.fields(kind, situation, consents)
    if non_disclosure:
        names -= frozenset(matrix.non_disclosure)
    stopped = rules.load(SuspensionLevels, on=today).stopped(match)
    names = frozenset() if match not in SHOWN_STATES or EVERY_FIELD in stopped else names - frozenset(stopped)
    computed = _DERIVED.keys() | _OF_NAME.keys() | _MEDICAL
    viewable = partial(_viewable, rules.load(ConsentItems, on=today))
    plain = tuple(name for name in Result.__struct_fields__ if name in names and name not in computed)
    return _Cell(
        fields=tuple(sorted(names)),
        plain=plain,
        read=_reader(plain),
        derived=(
            *((name, derive) for name, derive in _DERIVED.items() if name in names),
            *((name, viewable) for name in sorted(_MEDICAL & names)),
        ),
        of_name=tuple(name for name in _OF_NAME if name in names),
    )


def _reader(names: tuple[str, ...]) -> Callable[[Coverage], tuple[object, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda coverage: tuple(getattr(coverage, name) for name in names)


def _shown(coverage: Coverage, cell: _Cell, verdict: Verdict) -> dict[str, object]:
    # What is empty is left out; no field has a meaningful zero.
    values = cell.read(coverage)
    shown: dict[str, object] = dict(compress(zip(cell.plain, values, strict=True), values))
    for name, derive in cell.derived:
        if value := derive(coverage, verdict):
            shown[name] = value
    if cell.of_name and has_external_character(coverage.name):
        for name in cell.of_name:
            shown[name] = _OF_NAME[name](coverage.name)
    return shown


def _subsidy(subsidy: PublicExpense) -> PublicExpenseShown:
    return PublicExpenseShown(
        payer_number=subsidy.payer_number,
        recipient_number=subsidy.recipient_number,
        scheme=subsidy.scheme,
        start=subsidy.start,
        end=subsidy.end,
        self_pay_yen=subsidy.self_pay_yen,
    )


def _consented(_coverage: Coverage, _verdict: Verdict) -> ConsentShown:
    return ConsentShown(flag="1")


def _viewable(items: ConsentItems, coverage: Coverage, verdict: Verdict) -> ConsentShown | None:
    """A consent to medical information, where there is any to be viewed: not once the certificate has expired, and not
    of whom the law keeps out."""
    if Advisory.CERTIFICATE_IN_GRACE in verdict.advisories:
        return None
    if not items.may_show_medical(coverage.classification, coverage.insurer_number):
        return None
    return ConsentShown(flag="1")


def _elderly(coverage: Coverage, _verdict: Verdict) -> ElderlyShown | None:
    return None if coverage.elderly is None else _made(ElderlyShown, asdict(coverage.elderly))


def _preschool(coverage: Coverage, verdict: Verdict) -> bool:
    return is_preschool(coverage.birthdate, verdict.on)


def _limit(coverage: Coverage, verdict: Verdict) -> LimitShown | None:
    current = current_limit(coverage, verdict.on)
    return None if current is None else _made(LimitShown, asdict(current))


def current_limit(coverage: Coverage, on: date) -> LimitCertificate | None:
    """The 限度額適用認定証 that stands on a day: of several the latest."""
    current = [limit for limit in coverage.limits if _runs(limit.valid_from, limit.valid_to, on)]
    return max(current, key=lambda limit: limit.valid_from, default=None)


def _limit_changed(_coverage: Coverage, _verdict: Verdict) -> str:
    """変更ありまたは判定不能 (OQSCD014), until who asked is known to have seen the same (`limits_shown`)."""
    return "1"


def _diseases(coverage: Coverage, verdict: Verdict) -> tuple[DiseaseShown, ...]:
    return tuple(
        _made(DiseaseShown, asdict(disease))
        for disease in coverage.diseases
        if _runs(disease.valid_from, disease.valid_to, verdict.on)
    )


def _tickets(coverage: Coverage, verdict: Verdict) -> tuple[TicketShown, ...]:
    """The tickets that the verdict found for this facility, beside the coverage whose they are."""
    return tuple(
        _made(TicketShown, asdict(ticket)) for ticket in verdict.tickets if ticket in coverage.tickets
    )


def _reference_number(coverage: Coverage, verdict: Verdict) -> str | None:
    """The asking facility's own number for this coverage: nobody else's reaches a verdict."""
    if not verdict.references:
        return None
    return next((link.reference_number for link in verdict.references if speaks_of(link, coverage)), None)


_DERIVED: Mapping[str, Derive] = MappingProxyType(
    {
        "preschool": _preschool,
        "elderly": _elderly,
        "limit_consent": _consented,
        "limit": _limit,
        "limit_changed": _limit_changed,
        "disease_consent": _consented,
        "diseases": _diseases,
        "reference_number": _reference_number,
        "tickets": _tickets,
    }
)
"""The fields that are not simply the attribute of the same name, and how each comes about."""

_MEDICAL = frozenset(consent_field(item) for item in MEDICAL_ITEMS)
"""The fields that say that medical information may be viewed."""

_OF_NAME: Mapping[str, Callable[[str], object]] = MappingProxyType(
    {"name_reading": readable, "name_flagged": lambda _: True}
)
"""The fields that a name has only where it holds what some receiver cannot take (looked at once for both)."""


def _made(kind: Callable[..., S], fields: Mapping[str, object]) -> S:
    return kind(**fields)


def _runs(start: date, end: date | None, on: date) -> bool:
    return start <= on and (end is None or on <= end)
