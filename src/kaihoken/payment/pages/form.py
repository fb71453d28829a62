"""The form of 「窓口でいくら払う？」: what was typed, read into what is asked, with every fault at its field.

Tolerant in reading, like a counter: either width, commas, 円 and 点. What was typed is shown again and kept nowhere.
"""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final, Literal, Self, TypeVar

from kaihoken import rules
from kaihoken.identity import late_elderly_from, read_birthdate
from kaihoken.payment.ceiling import Setting, SpecifiedDisease
from kaihoken.payment.counter import (
    Asked,
    Assistance,
    CounterTerms,
    LocalSubsidyPatterns,
    MonthSoFar,
    local_assistance,
    public_assistance,
)
from kaihoken.payment.meals import LivingClass, MealClass
from kaihoken.payment.shares import StatutoryShare
from kaihoken.problems import Problem
from kaihoken.web import FilledForm, Language, readings_in_brackets

FIRST: Final = ("birthdate", "amount", "unit")
YOU: Final = ("on", "setting", "insurance", "share", "class", "multiple", "disease")
MONTH: Final = ("month_points", "month_yen")
HELP: Final = (
    "public", "public_limit", "public_paid", "subsidy", "place", "first_visit", "days_before", "subsidy_paid",
    "subsidy_elsewhere",
)  # fmt: skip
MEALS: Final = ("meals", "days", "meal_class")
BEYOND_FIRST: Final = (*YOU, *MONTH, *HELP, *MEALS)
FIELDS: Final = (*FIRST, *BEYOND_FIRST)

PUBLIC: Final = ("54", "52", "21", "15", "16", "38", "10", "18", "19")
"""The 公費 that patients bring themselves. Those whose mention would say more than the patient wants (12) are for the
counter."""

_MOST_CHARACTERS = 40
_USUAL = ("", "outpatient", "usual", "inside", "ordinary")
_MOST_DIGITS = 12
_MOST_YEN = 10**9
_MOST_MEALS = 400
_SPECIAL_EXPENSE = "05"  # 被保険者証区分 (OQSCD010)
_LAWS: Final = {"late": "39", "employees": "01", "national": "00"}
"""The 法別番号 that stands for an insurance; of the last two only below 75, for the measures of their classes."""

_FIELD_OF: Final = {"month": "on", "law": "public", "points": "amount"}
"""Where a problem of the computation lies in the form, if it calls the place otherwise."""

LIVING: Final = "living-"
"""In front of the class of who lies in a long-term bed."""

Chosen = TypeVar("Chosen", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Typed(FilledForm):
    """The form of a visit as somebody filled it in."""

    def with_fault(self, problem: Problem) -> Self:
        """The form with a problem that was met later, at the field where it lies; else at the first one. A day before
        the law that it needs lies at the day, with the first one that can be computed."""
        if problem.code == "rules.no_version":
            earliest = rules.PACKAGED.versions(str(problem.facts["family"]))[0].effective_from
            problem = Problem("payment.too-early", where="on", earliest=earliest.isoformat())
        where = _FIELD_OF.get(problem.where, problem.where)
        place = where if where in FIELDS else FIRST[0]
        return replace(self, faults={**self.faults, place: problem})

    def has_any(self, fields: tuple[str, ...]) -> bool:
        """Whether one of these fields holds something, or a fault."""
        return any((self.texts[name] not in _USUAL) or name in self.faults for name in fields)


EMPTY = Typed(dict.fromkeys(FIELDS, ""), {})


def typed(form: Mapping[str, str], today: date) -> Typed:
    """Read a form. `faults` holds a Problem for every field that has to be mended before anything is computed."""
    texts = {name: form.get(name, "").strip() for name in FIELDS}
    reading = _Reading(texts, today)
    try:
        reading.asked()
    except Problem as problem:
        return Typed(texts, reading.faults).with_fault(problem)
    return Typed(texts, reading.faults)


def asked_of(form: Typed, today: date) -> Asked:
    """What a form without faults asks."""
    return _Reading(form.texts, today).asked()


class _Reading:
    """One form while it is read. A fault takes its field's place, and reading goes on."""

    def __init__(self, texts: Mapping[str, str], today: date) -> None:
        self._texts = texts
        self._today = today
        self.faults: dict[str, Problem] = {}

    def asked(self) -> Asked:
        on = self._day("on") or self._today
        born = self._day("birthdate", required=True) or on
        self._check_days(born, on)
        setting = self._one_of("setting", Setting) or Setting.OUTPATIENT
        insurance = self._texts["insurance"]
        return Asked(
            on=on,
            birthdate=born,
            points=self._points(on),
            law=None if insurance != "late" and on >= late_elderly_from(born) else _LAWS.get(insurance),
            classification=_SPECIAL_EXPENSE if insurance == "special" else "",
            percent=self._number("share", most=100) or None,
            class_name=self._texts["class"],
            setting=setting,
            multiple=self._texts["multiple"] == "yes",
            disease=self._one_of("disease", SpecifiedDisease),
            month=MonthSoFar(points=self._number("month_points"), share_yen=self._number("month_yen")),
            assistance=() if self.faults else tuple(self._assistance(born, on, setting)),
            meals=self._number("meals", most=_MOST_MEALS),
            days=self._number("days", most=_MOST_MEALS) or None,
            meal_class=self._meal_class(),
        )

    def _assistance(self, born: date, on: date, setting: Setting) -> Iterator[Assistance]:
        if law := self._texts["public"]:
            limit = self._number("public_limit") if self._texts["public_limit"] else None
            yield public_assistance(law, on, month_yen=limit, month_paid_yen=self._number("public_paid"))
        if name := self._texts["subsidy"]:
            yield local_assistance(
                name,
                on,
                birthdate=born,
                inside=self._texts["place"] != "outside",
                inpatient=setting is Setting.INPATIENT,
                first_visit=self._texts["first_visit"] != "no",
                days_before=self._number("days_before", most=31),
                month_paid_yen=self._number("subsidy_paid"),
                month_elsewhere_yen=self._number("subsidy_elsewhere"),
            )

    def _check_days(self, born: date, on: date) -> None:
        earliest = rules.PACKAGED.versions(StatutoryShare.family)[0].effective_from
        if on < earliest:
            self._fault("on", Problem("payment.too-early", earliest=earliest.isoformat()))
        if on < born:
            self._fault("birthdate", Problem("payment.birth-after-visit"))

    def _points(self, on: date) -> int:
        amount = self._number("amount", required=True)
        self._text("unit", required=True)
        if self._texts["unit"] != "yen" or self.faults:
            return amount
        point = rules.load(CounterTerms, on=on).point_yen
        if amount % point:
            self._fault("amount", Problem("payment.whole-cost", unit=point))
        return amount // point

    def _day(self, name: str, *, required: bool = False) -> date | None:
        text = self._text(name, required=required)
        if not text:
            return None
        try:
            return read_birthdate(text)
        except Problem as problem:
            self._fault(name, problem)
            return None

    def _number(self, name: str, *, most: int = _MOST_YEN, required: bool = False) -> int:
        plain = unicodedata.normalize("NFKC", self._text(name, required=required))
        digits = plain.replace(",", "").removesuffix("円").removesuffix("点").removesuffix("%").strip()
        if not digits:
            return 0
        if not (digits.isascii() and digits.isdigit() and len(digits) < _MOST_DIGITS and int(digits) <= most):
            self._fault(name, Problem("payment.number", most=f"{most:,}"))
            return 0
        return int(digits)

    def _one_of(self, name: str, kind: type[Chosen]) -> Chosen | None:
        text = self._texts[name]
        return next((one for one in kind if one.value == text), None)

    def _meal_class(self) -> MealClass | LivingClass:
        text = self._texts["meal_class"]
        if text.startswith(LIVING):
            of = text.removeprefix(LIVING)
            return next((one for one in LivingClass if one.value == of), LivingClass.ORDINARY_1)
        return self._one_of("meal_class", MealClass) or MealClass.ORDINARY

    def _text(self, name: str, *, required: bool) -> str:
        text = self._texts[name]
        if required and not text:
            self._fault(name, Problem("payment.empty"))
        if len(text) > _MOST_CHARACTERS:
            self._fault(name, Problem("payment.number", most=_MOST_CHARACTERS))
            return ""
        return text

    def _fault(self, name: str, problem: Problem) -> None:
        self.faults.setdefault(name, Problem(problem.code, where=name, **problem.facts))


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form offers: classes as (code, label), and names whose words are messages."""

    classes: tuple[tuple[str, str], ...]
    diseases: tuple[str, ...]
    public: tuple[str, ...]
    subsidies: tuple[str, ...]
    meal_classes: tuple[str, ...]


def choices(today: date, language: Language) -> Choices:
    """What the form of that day offers."""
    return Choices(
        classes=tuple(_classes(language)),
        diseases=tuple(one.value for one in SpecifiedDisease),
        public=PUBLIC,
        subsidies=tuple(rules.load(LocalSubsidyPatterns, on=today).patterns),
        meal_classes=(*(one.value for one in MealClass), *(f"{LIVING}{one.value}" for one in LivingClass)),
    )


def _classes(language: Language) -> Iterator[tuple[str, str]]:
    codes = rules.code_list("OQSCD012")
    for code in codes.codes:
        easy = language == "ja@easy"
        yield code, readings_in_brackets(codes.easy(code)) if easy else codes.shown(code, _spoken(language))


def _spoken(language: Language) -> Literal["ja", "en"]:
    return "en" if language == "en" else "ja"
