"""レセプト: one receipt as a claim says it, typed. What cannot be read as its type is None, and the lines stay at hand:
a check that doubts a value finds the line and the position where it stands."""

from datetime import date
from functools import cache, cached_property, lru_cache

import msgspec

from kaihoken.claims.receipt.units import DAYS, Unit, units_in
from kaihoken.claims.records import ClaimLayout
from kaihoken.claims.uke import Line
from kaihoken.identity import InsurerNumber, Scheme
from kaihoken.problems import Problem

OF_INSURANCE = "1"
"""負担者種別 of the insurance; the first to fourth 公費 have 2 to 5."""


class Insurance(msgspec.Struct, frozen=True, gc=False):
    """医療保険 (HO): the insurer as written, 記号・番号, the days and points that it is asked for, and the yen that the
    patient bears where they are written."""

    line: Line
    insurer: str
    symbol: str
    number: str
    days: int | None
    points: int | None
    patient_yen: int | None

    @property
    def known(self) -> InsurerNumber | None:
        """The insurer by its number, whether or not the check digit fits; None where the number has no shape, no
        法別番号 of an insurance, or is 不詳."""
        return _insurer(self.insurer)


class PublicPayer(msgspec.Struct, frozen=True, gc=False):
    """公費 (KO), in the order of the receipt."""

    line: Line
    payer: str
    recipient: str
    days: int | None
    points: int | None
    patient_yen: int | None


class Confirmation(msgspec.Struct, frozen=True, gc=False):
    """資格確認 (SN). `payer_kind` is 1 for the insurance, 2 to 5 for the first to the fourth 公費."""

    line: Line
    payer_kind: str
    confirmation: str
    branch: str


class VisitDays(msgspec.Struct, frozen=True, gc=False):
    """受診日等 (JD): the marks of the days 1 to 31, "" where there was no visit."""

    line: Line
    payer_kind: str
    marks: tuple[str, ...]

    @property
    def counted(self) -> int:
        """How many days count as 診療実日数."""
        return self.marks.count("1")


class Receipt(msgspec.Struct, frozen=True, dict=True):
    """One receipt. `place` counts in the file from 1, `number` is レセプト番号 as written. Dates and numbers are None
    where they cannot be read; `month` is the first day of 診療年月."""

    place: int
    lines: list[Line]
    layout: ClaimLayout
    common: Line | None  # RE
    number: str
    type_code: str
    month: date | None
    name: str
    kana: str
    sex: str
    birthdate: date | None
    benefit: str
    meal_class: str
    notes: tuple[str, ...]
    chart: str
    search: str
    insurance: Insurance | None
    publics: tuple[PublicPayer, ...]
    confirmations: tuple[Confirmation, ...]
    visits: tuple[VisitDays, ...]
    counter: str  # 窓口負担額区分
    diseases: tuple[Line, ...]
    acts: tuple[Line, ...]  # SI, IY, TO, CO (and their twins in other kinds of file), in order

    @property
    def line(self) -> int:
        """Where the receipt begins in the file."""
        return self.lines[0].number if self.lines else 0

    @cached_property
    def payers(self) -> tuple[tuple[str, Insurance | PublicPayer], ...]:
        """Who pays, in the order of the receipt, each with its 負担者種別."""
        own = [(OF_INSURANCE, self.insurance)] if self.insurance is not None else []
        return (*own, *((str(kind), public) for kind, public in enumerate(self.publics, 2)))

    @property
    def branch(self) -> str:
        """枝番 of the insured person, "" where none is told."""
        told = self.insurance_told
        return told.branch if told is not None else ""

    @property
    def insurance_told(self) -> Confirmation | None:
        """資格確認 of the insurance."""
        return next((one for one in self.confirmations if one.payer_kind == OF_INSURANCE), None)

    @cached_property
    def visit_days(self) -> tuple[int, ...]:
        """The days of the month on which the patient was there: those of 受診日等 of the first payer, else those on
        which something was billed."""
        for visit in self.visits:
            days = tuple(day for day, mark in enumerate(visit.marks, 1) if mark in ("1", "2"))
            if days:
                return days
        return tuple(sorted({day for act in self.acts for day in self._billed(act)}))

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """算定単位: what was billed together."""
        return tuple(units_in(self.acts, self.layout))

    def position(self, record: str, field: str) -> int:
        """Where a field stands in the lines of a record; 0 where the layout has none."""
        return places_of(self.layout).get((record, field), 0)

    def text(self, line: Line, field: str) -> str:
        """A field of a line of this receipt, "" where the layout has none or it was not written."""
        at = self.position(line.kind, field)
        return line.at(at) if at else ""

    def _billed(self, act: Line) -> list[int]:
        first = self.position(act.kind, "day")
        return (
            [day for day, times in enumerate(act.fields[first : first + DAYS], 1) if times] if first else []
        )


@cache
def places_of(layout: ClaimLayout) -> dict[tuple[str, str], int]:
    """Every field of a layout by record and key, and the position at which it stands."""
    return {(record.id, key): at for record in layout.records for key, at in record.index.items()}


@lru_cache(maxsize=1 << 13)
def _insurer(text: str) -> InsurerNumber | None:
    try:
        number = InsurerNumber.as_written(text)
    except Problem:
        return None
    return None if number.scheme is Scheme.UNKNOWN else number
