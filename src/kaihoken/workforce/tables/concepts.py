"""The raw tables of the index, each one concept: who works where, how long, who lives where, who is treated where.

Row i of an array by area is area i of its `AreaSet`. Physicians have classes sex × age band; residents have classes
that the population and the consultation rates share. A value outside its unit is refused here, so that what computes
need not look again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from kaihoken.problems import Problem
from kaihoken.rules import Sourced
from kaihoken.workforce.areas import AreaSet
from kaihoken.workforce.tables.shipped_residents import AGES, SEXES, Residents

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

PHYSICIAN_SEXES: Final = ("male", "female")
PHYSICIAN_BANDS: Final = ("20s", "30s", "40s", "50s", "60s", "70+")
PER_100K: Final = 100_000.0

ResidentClass: TypeAlias = tuple[str, str]
"""(sex, age): one class of residents, such as ("female", "70-74")."""


class RawTable(StrEnum):
    """The raw tables by the names under which pages and commands ask for them (入力待ち)."""

    PHYSICIANS = "physicians"  # 三師統計: 医療施設従事医師 by area × sex × age band
    HOURS = "hours"  # 労働時間 by sex × age band
    POPULATION = "population"  # 住民基本台帳 by area × sex × age
    RATES = "consultation-rates"  # 受療率 by sex × age: inpatient, no-bed clinic
    FLOWS = "flows"  # 患者流出入: inpatients, no-bed clinics
    DEMAND = "national-demand"  # 需給推計 and national patients, from which q follows
    CLINIC_PHYSICIANS = "clinic-physicians"  # 診療所従事医師 by area × sex × age band
    OUTPATIENT_RATES = "outpatient-rates"  # 外来受療率 by sex × age
    OUTPATIENT_SHARE = "outpatient-share"  # 延べ外来患者数: clinics, hospitals
    CLINIC_DENSITY = "clinic-density"  # 一般診療所 per 可住地面積
    DELIVERY_PHYSICIANS = "delivery-physicians"  # 分娩取扱医師 by area × sex × age band
    DELIVERIES = "deliveries"  # 9月中の分娩数, births of a year
    PAEDIATRIC_PHYSICIANS = "paediatric-physicians"  # 小児科医師 by area × sex × age band
    CHILDREN = "children"  # residents under 15 and their rates and flows


class WorkplaceShares(msgspec.Struct, frozen=True):
    """How a physician who lists a secondary workplace (従たる従事先) counts (rule family workforce/workplaces)."""

    family: ClassVar[str] = "workforce/workplaces"

    primary: float
    secondary: float
    several_secondary: Sourced[str]


@dataclass(frozen=True, slots=True, eq=False)
class Physicians:
    """医療施設従事医師 in persons by area, sex (`PHYSICIAN_SEXES`) and age (`PHYSICIAN_BANDS`), shape (areas, 2, 6).

    `heads` by primary workplace; `sent` those of them who also list a secondary medical institution; `received`
    secondary workplaces in the area (two for one doctor count a half each). Over the nation sent = received.
    """

    areas: AreaSet
    heads: Floats
    sent: Floats
    received: Floats

    def __post_init__(self) -> None:
        shape = (len(self.areas), len(PHYSICIAN_SEXES), len(PHYSICIAN_BANDS))
        for name, values in (("heads", self.heads), ("sent", self.sent), ("received", self.received)):
            _check(f"physicians.{name}", values, shape, self.areas)
        _refuse("workforce.table-more-sent", self.areas, self.sent > self.heads + 1e-9)

    def counted(self, shares: WorkplaceShares) -> Floats:
        """D: heads after the split between workplaces. Over the nation it keeps Σ D = Σ heads."""
        return self.heads - (1 - shares.primary) * self.sent + shares.secondary * self.received

    def require_conserved(self, tolerance: float = 0.5) -> None:
        """Raises Problem `workforce.workplaces-not-conserved` where as a whole more (or fewer) secondary workplaces
        are received than sent: a set that covers the nation loses nobody."""
        sent, received = float(self.sent.sum()), float(self.received.sum())
        if abs(sent - received) > tolerance:
            raise Problem("workforce.workplaces-not-conserved", sent=f"{sent:g}", received=f"{received:g}")


@dataclass(frozen=True, slots=True, eq=False)
class Workplaces:
    """A physician a row, as in 三師統計: positions in an `AreaSet`, in `PHYSICIAN_SEXES`, in `PHYSICIAN_BANDS`.
    Secondary workplaces are pairs (row of the physician, area), -1 for a place that is not a medical institution."""

    areas: AreaSet
    primary: Integers
    sex: Integers
    band: Integers
    secondary_physician: Integers
    secondary_area: Integers

    def table(self) -> Physicians:
        """The physicians by area. Several secondary places share evenly; one that is no medical institution does not
        count, so that its physician stays whole at the primary place."""
        shape = (len(self.areas), len(PHYSICIAN_SEXES), len(PHYSICIAN_BANDS))
        medical = self.secondary_area >= 0
        who, where = self.secondary_physician[medical], self.secondary_area[medical]
        places = np.bincount(who, minlength=len(self.primary))
        heads, sent, received = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        np.add.at(heads, (self.primary, self.sex, self.band), 1.0)
        np.add.at(sent, (self.primary, self.sex, self.band), (places > 0).astype(float))
        np.add.at(received, (where, self.sex[who], self.band[who]), 1.0 / places[who])
        return Physicians(self.areas, heads, sent, received)


@dataclass(frozen=True, slots=True, eq=False)
class Hours:
    """労働時間: mean weekly hours by sex and age band, shape (2, 6), and the survey that they are from. `demo` marks
    fictitious hours: everything made with them carries the watermark."""

    hours: Floats
    survey: str
    demo: bool = False

    def __post_init__(self) -> None:
        _check("hours", self.hours, (len(PHYSICIAN_SEXES), len(PHYSICIAN_BANDS)))
        if ((self.hours <= 0) | (self.hours > 168)).any():
            raise Problem("workforce.table-unit", table="hours", unit="1–168 h/week")

    def mean(self, physicians: Floats) -> float:
        """hbar: the mean over all physicians (2, 6), weighted by heads, so that nationally Σ S = Σ D."""
        return float((self.hours * physicians).sum() / physicians.sum())

    def weights(self, physicians: Floats) -> Floats:
        """h / hbar by class, with the nation's physicians (2, 6)."""
        return self.hours / self.mean(physicians)


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """Residents in persons by area and class, shape (areas, classes). Zero is a count and stays a row."""

    areas: AreaSet
    classes: tuple[ResidentClass, ...]
    residents: Floats

    def __post_init__(self) -> None:
        _check("population", self.residents, (len(self.areas), len(self.classes)), self.areas)
        totals = self.residents.sum(axis=1)
        broken = bool((self.residents % 1 != 0).any())
        if broken and totals.max(initial=0) < 1000:  # 100,000 residents as the unit, not persons
            raise Problem("workforce.table-unit", table="population", unit="persons")

    @property
    def total(self) -> Floats:
        """N in persons, by area."""
        totals: Floats = self.residents.sum(axis=1)
        return totals


def population_of(residents: Residents) -> Population:
    """The shipped register (住民基本台帳) as the classes of the index: male and female by five years of age. Residents
    whose age the register leaves out are in no class (see `Residents.age_unknown`)."""
    classes = tuple((sex, age) for sex in SEXES[1:] for age in AGES)
    by_class = residents.by_age[:, 1:].reshape(len(residents.areas), len(classes))
    return Population(residents.areas, classes, by_class)


@dataclass(frozen=True, slots=True, eq=False)
class ConsultationRates:
    """受療率 of the nation by class of residents, per 100,000 and day: `inpatient` (入院) and `clinic` (無床診療所)."""

    classes: tuple[ResidentClass, ...]
    inpatient: Floats
    clinic: Floats
    survey: str
    demo: bool = False

    def __post_init__(self) -> None:
        for name, values in (("inpatient", self.inpatient), ("clinic", self.clinic)):
            _check(f"consultation-rates.{name}", values, (len(self.classes),))
            if values.max(initial=0) > PER_100K or 0 < values.max(initial=0) <= 1:
                raise Problem("workforce.table-unit", table=f"consultation-rates.{name}", unit="per 100,000")


@dataclass(frozen=True, slots=True, eq=False)
class PatientFlow:
    """患者流出入 of one kind of care in persons a day: patients who live in the area, those who come from elsewhere,
    and those of the residents who go elsewhere."""

    areas: AreaSet
    resident: Floats
    inflow: Floats
    outflow: Floats

    def __post_init__(self) -> None:
        for name, values in (
            ("resident", self.resident),
            ("inflow", self.inflow),
            ("outflow", self.outflow),
        ):
            _check(f"flows.{name}", values, (len(self.areas),), self.areas)
        _refuse("workforce.table-more-outflow", self.areas, self.outflow > self.resident + 1e-9)

    def coefficient(self) -> Floats:
        """φ 流出入調整係数: patients treated in the area by patients who live there; NaN where none lives there."""
        treated = self.resident + self.inflow - self.outflow
        value: Floats = np.full(len(self.resident), np.nan)
        np.divide(treated, self.resident, out=value, where=self.resident > 0)
        return value


@dataclass(frozen=True, slots=True, eq=False)
class Flows:
    """The flows of inpatients and of patients of no-bed clinics."""

    inpatient: PatientFlow
    clinic: PatientFlow


@dataclass(frozen=True, slots=True)
class NationalDemand:
    """The national figures behind q, 無床診療所医療医師需要度: physicians that the projection counts for outpatients
    and for inpatients, patients a day, and claims (初診・再診・在宅) of clinics with and without beds.

    `outpatients` are those of clinics: the formula says 全国の外来患者数, and is read so because its ratio is of
    clinics (unconfirmed).
    """

    outpatient_physicians: float
    inpatient_physicians: float
    inpatients: float
    outpatients: float
    claims_with_beds: float
    claims_without_beds: float

    def no_bed_outpatients(self) -> float:
        """全国の無床診療所外来患者数: outpatients by the share of claims of clinics without beds."""
        return (
            self.outpatients * self.claims_without_beds / (self.claims_with_beds + self.claims_without_beds)
        )

    def q(self) -> float:
        """Physicians per clinic outpatient by physicians per inpatient; one number for the nation."""
        clinic = self.outpatient_physicians / self.no_bed_outpatients()
        return clinic / (self.inpatient_physicians / self.inpatients)


def _check(table: str, values: Floats, shape: Sequence[int], areas: AreaSet | None = None) -> None:
    if values.shape != tuple(shape):
        raise Problem(
            "workforce.table-shape", table=table, found=str(values.shape), expected=str(tuple(shape))
        )
    bad = ~(np.isfinite(values) & (values >= 0))
    if bad.any():
        first = int(np.argwhere(bad)[0][0])
        where = areas.codes[first] if areas is not None else str(first)
        raise Problem("workforce.table-not-a-count", where=where, table=table, row=where)


def _refuse(code: str, areas: AreaSet, bad: npt.NDArray[np.bool_]) -> None:
    if bad.any():
        area = areas.areas[int(np.argwhere(bad)[0][0])]
        raise Problem(code, where=area.code, area=f"{area.code} {area.name}")
