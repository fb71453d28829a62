"""The form of the adoption sheet: what was typed, read into the facts of a facility, with every fault at its field.

Tolerant in reading: either width, commas and 円, 西暦 or 和暦. What was typed is shown again and kept nowhere. A quote
is asked for by its usual lines, one field each.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Final, Self, TypeVar

from markupsafe import Markup

from kaihoken import rules
from kaihoken.adoption.breakeven import break_even_by_add_on
from kaihoken.adoption.facts import AdoptionFacts, ClosingFacts, PostponementFacts
from kaihoken.adoption.law import (
    Claims,
    Closing,
    Depreciation,
    Duties,
    Effects,
    FacilityKind,
    Part,
    PostponementKind,
    UsualQuote,
)
from kaihoken.adoption.quote import Line, Quote
from kaihoken.identity import read_birthdate
from kaihoken.problems import Problem
from kaihoken.web import FilledForm, Language, messages

KINDS: Final = ("facility", "claims")
DAYS: Final = ("order_on", "contract_on", "live_on")
CARE: Final = ("days_a_month", "first_visit_percent", "patients_a_day", "claims_a_month", "add_on")
MORE: Final = ("readers", "filed", "closing_on", "closing_reason", "as_of")
LINES: Final = tuple(part.value for part in Part)
OTHERS: Final = (2, 3)
"""The numbers of the quotes beside the first; their lines stand folded away until one has something."""


def line_of(part: str, number: int) -> str:
    """The field of a line of a quote."""
    return part if number == 1 else f"{part}-{number}"


FIELDS: Final = (
    *KINDS,
    *DAYS,
    *(line_of(part, number) for number in (1, *OTHERS) for part in LINES),
    *CARE,
    *MORE,
)

_MOST_CHARACTERS = 40
_MOST_YEN = 10**9
_USUAL_DAYS = 24
_DAYS_OF_MONTH = 31

Chosen = TypeVar("Chosen", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class SheetForm(FilledForm):
    """The form of a sheet as somebody filled it in, and the facts where nothing is wrong."""

    facts: AdoptionFacts | None

    @property
    def has_more(self) -> bool:
        """Whether one of the fields that are folded away holds something, or a fault."""
        return any(self.texts[name] or name in self.faults for name in MORE)

    def has_quote(self, number: int) -> bool:
        """Whether a line of this quote holds something, or a fault."""
        names = [line_of(part, number) for part in LINES]
        return any(self.texts[name] or name in self.faults for name in names)

    def with_fault(self, problem: Problem) -> Self:
        """The form with a problem that was met when the sheet was made, at the field where it lies."""
        place = _FIELD_OF.get(problem.where or "", "order_on")
        return replace(self, faults={**self.faults, place: problem}, facts=None)


EMPTY_FORM = SheetForm(dict.fromkeys(FIELDS, ""), {}, None)

_FIELD_OF: Mapping[str, str] = {
    **{name: name for name in (*DAYS, "as_of")},
    "add_on": "add_on",
    "closing.day": "closing_on",
    "closing.reason": "closing_reason",
    Depreciation.family: "closing_on",
    Duties.family: "as_of",
    Effects.family: "as_of",
}


def sheet_form(form: Mapping[str, str], today: date) -> SheetForm:
    """Read a form. `faults` holds a Problem for every field that has to be mended before anything is computed."""
    reading = _Reading({name: form.get(name, "").strip() for name in FIELDS}, today)
    facts = reading.facts()
    return SheetForm(reading.texts, reading.faults, None if reading.faults else facts)


@dataclass(frozen=True, slots=True)
class TypedLine:
    """Which part of which quote a field asks for."""

    part: str
    number: int


@dataclass(frozen=True, slots=True)
class SheetChoices:
    """What the form offers: (value, label) for lists, with an empty hint for choices; the fields of the `lines` of
    quotes, of each quote by when they are paid. `monthly` are the parts that are paid by the month."""

    facility: tuple[tuple[str, Markup, str], ...]
    claims: tuple[tuple[str, Markup, str], ...]
    add_on: tuple[tuple[str, str], ...]
    filed: tuple[tuple[str, str], ...]
    closing_reason: tuple[tuple[str, str], ...]
    monthly: frozenset[str]
    lines: Mapping[str, TypedLine]
    others: tuple[int, ...] = OTHERS

    def once(self, number: int) -> tuple[str, ...]:
        """The fields of a quote for what is paid once."""
        return tuple(line_of(part, number) for part in LINES if part not in self.monthly)

    def running(self, number: int) -> tuple[str, ...]:
        """Those for what is paid every month."""
        return tuple(line_of(part, number) for part in LINES if part in self.monthly)


def sheet_choices(form: SheetForm, today: date, language: Language) -> SheetChoices:
    """What the form offers; its add-ons are those of the facility and the day that were typed, else of today."""
    facts, words = form.facts, messages("adoption")
    kind = facts.facility if facts is not None else FacilityKind.CLINIC
    day = (facts.as_of if facts is not None else None) or today
    found = break_even_by_add_on(kind, max(day, _first_day()), 0, 1)
    usual = rules.load(UsualQuote, on=today)
    return SheetChoices(
        tuple((one.value, words.html(f"facility.{one.value}", language), "") for one in FacilityKind),
        tuple((one.value, words.html(f"claims.{one.value}", language), "") for one in Claims),
        tuple((one.key, f"{one.name}（{one.points}）") for one in found),
        tuple(
            (str(number), f"{number} {words.text(f'postponed.{one.value}', language)}")
            for number, one in enumerate(PostponementKind, 1)
        ),
        tuple((one.value, words.text(f"closing.{one.value}", language)) for one in Closing),
        frozenset(part.value for part in Part if usual.part(part).when == "running"),
        {line_of(part, number): TypedLine(part, number) for number in (1, *OTHERS) for part in LINES},
    )


class _Reading:
    """One form while it is read. A fault takes its field's place, and reading goes on."""

    def __init__(self, texts: Mapping[str, str], today: date) -> None:
        self.texts = texts
        self.faults: dict[str, Problem] = {}
        self._today = today

    def facts(self) -> AdoptionFacts:
        """What was typed; of no worth where there are faults."""
        order_on = self._day("order_on") or self._today
        return AdoptionFacts(
            facility=self._one_of("facility", FacilityKind) or FacilityKind.CLINIC,
            claims=self._one_of("claims", Claims) or Claims.ONLINE,
            order_on=order_on,
            quotes=self._quotes(order_on),
            as_of=self._day("as_of"),
            readers=self._number("readers", least=1, most=100) or 1,
            contract_on=self._day("contract_on"),
            live_on=self._day("live_on"),
            days_a_month=self._number("days_a_month", least=1, most=_DAYS_OF_MONTH) or _USUAL_DAYS,
            first_visit_percent=self._percent("first_visit_percent"),
            patients_a_day=self._number("patients_a_day"),
            claims_a_month=self._number("claims_a_month"),
            add_on=self.texts["add_on"],
            closing=self._closing(),
            postponement=PostponementFacts(filed=self._number("filed", least=1, most=6)),
        )

    def _quotes(self, order_on: date) -> tuple[Quote, ...]:
        """The quotes of which a field holds a sum."""
        usual = rules.load(UsualQuote, on=max(order_on, _first_day()))
        read = (tuple(self._lines(number, usual)) for number in (1, *OTHERS))
        quotes = tuple(Quote(lines) for lines in read if lines)
        if not quotes and not self.faults:
            self._fault(Part.TERMINAL, Problem("adoption.no-lines"))
        return quotes

    def _lines(self, number: int, usual: UsualQuote) -> Iterator[Line]:
        """A line for each field that holds a sum; of the usual ones each is paid once or by the month."""
        for part in Part:
            yen = self._number(line_of(part.value, number))
            if yen is not None:
                running = usual.part(part).when == "running"
                yield Line(part.value, yen, part, per="month" if running else "once")

    def _closing(self) -> ClosingFacts | None:
        day, reason = self._day("closing_on"), self._optional("closing_reason", Closing)
        return ClosingFacts(day, reason) if day is not None else None

    def _one_of(self, name: str, kind: type[Chosen]) -> Chosen | None:
        found = self._optional(name, kind)
        if found is None:
            self._fault(name, Problem("payment.empty"))
        return found

    def _optional(self, name: str, kind: type[Chosen]) -> Chosen | None:
        return next((one for one in kind if one.value == self.texts[name]), None)

    def _day(self, name: str) -> date | None:
        if not (text := self._text(name)):
            return None
        try:
            return read_birthdate(text)
        except Problem as problem:
            self._fault(name, problem)
            return None

    def _number(self, name: str, *, least: int = 0, most: int = _MOST_YEN) -> int | None:
        """The whole number in a field; None where it is empty."""
        plain = unicodedata.normalize("NFKC", self._text(name)).replace(",", "").rstrip("円 ")
        if not plain:
            return None
        if plain.isascii() and plain.isdecimal() and least <= int(plain) <= most:
            return int(plain)
        self._fault(name, Problem("adoption.number", least=f"{least:,}", most=f"{most:,}"))
        return None

    def _percent(self, name: str) -> float | None:
        plain = unicodedata.normalize("NFKC", self._text(name)).rstrip("% ")
        if not plain:
            return None
        try:
            part = Fraction(plain)
        except (ValueError, ZeroDivisionError):
            part = Fraction(0)
        if 0 < part <= 100:
            return float(part)
        self._fault(name, Problem("adoption.number", least="0.1", most="100"))
        return None

    def _text(self, name: str) -> str:
        text = self.texts[name]
        if len(text) > _MOST_CHARACTERS:
            self._fault(name, Problem("adoption.number", least="0", most=f"{_MOST_YEN:,}"))
            return ""
        return text

    def _fault(self, name: str, problem: Problem) -> None:
        self.faults.setdefault(name, Problem(problem.code, where=name, **problem.facts))


def _first_day() -> date:
    """The first day that the rules of a quote speak for: earlier ones are refused when the sheet is made."""
    return rules.PACKAGED.versions(UsualQuote.family)[0].effective_from
