"""供給推計: doctors by area, sex and age carried forward survey by survey (コーホート要因法).

A step of two years is: who stays active, who moves to another area, everybody ages, new doctors begin. Nothing has a
default: a table that is not there is a Problem, and no migration is a table of zeros.

The ministry's own procedure for 2036 was not found; this is the ordinary method under stated assumptions.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from kaihoken.problems import Problem
from kaihoken.workforce.areas import AreaSet
from kaihoken.workforce.training.ages import SEXES, SURVEY_STEP, AgeBands

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]

_TOLERANCE: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class SupplyAssumption:
    """One assumption of what happens in a step of two years (upper and lower are two of them).

    `survival` [sex, band]: the share still active in medical institutions a step later (生残・就業).
    `entry` [step, area, sex, band]: new doctors there at the end of the step, in heads.
    `migration` [from class, to class, sex, band]: the share of those who stay active that moves to an area of that
    class; the diagonal is moving between areas of one class. The rest stays where it is.
    """

    survival: Floats
    entry: Floats
    migration: Floats


@dataclass(frozen=True, slots=True, eq=False)
class SupplyInputs:
    """Everything that a projection needs; row i of a table by area is area i of `areas`.

    `stock` [area, sex, band]: doctors at the first year's survey, whole heads. `area_class` [area]: position in
    `classes`. `settling` [area]: of those who move into a class, the share that settles in this area; sums to 1 in
    each class. `weights` [sex, band]: hours of the class ÷ mean hours, for standardised doctors; None is 入力待ち, and
    then no standardised number is given. `watermark` is not empty where anything in here is fictitious.

    Raises Problem `workforce.supply-table` (which table, what is wrong) and `workforce.area-unknown`.
    """

    areas: AreaSet
    bands: AgeBands
    first_year: int
    stock: Ints
    classes: tuple[str, ...]
    area_class: Ints
    settling: Floats
    lower: SupplyAssumption
    upper: SupplyAssumption
    weights: Floats | None
    watermark: str = ""

    def __post_init__(self) -> None:
        areas, sexes, bands, classes = len(self.areas), len(SEXES), len(self.bands), len(self.classes)
        _shaped("stock", self.stock, (areas, sexes, bands))
        _shaped("area_class", self.area_class, (areas,))
        _shaped("settling", self.settling, (areas,))
        if (self.area_class >= classes).any():
            raise _problem("area_class", f"a class beyond the {classes} that are named")
        sums = np.bincount(self.area_class, self.settling, classes)
        if (abs(sums - 1) > _TOLERANCE).any():
            raise _problem("settling", f"the shares of a class sum to {sums.round(6).tolist()}, not to 1")
        if self.weights is not None:
            _shaped("weights", self.weights, (sexes, bands))
        for name, assumption in (("lower", self.lower), ("upper", self.upper)):
            _shaped(f"{name}.survival", assumption.survival, (sexes, bands), most=1)
            _shaped(f"{name}.entry", assumption.entry, (self.steps, areas, sexes, bands))
            _shaped(f"{name}.migration", assumption.migration, (classes, classes, sexes, bands), most=1)
            if (assumption.migration.sum(axis=1) > 1 + _TOLERANCE).any():
                raise _problem(f"{name}.migration", "more than all doctors of a class move away")
        if self.upper.entry.shape != self.lower.entry.shape:
            raise _problem("upper.entry", f"{self.upper.entry.shape[0]} steps beside {self.steps} of lower")

    @property
    def steps(self) -> int:
        """How many steps the entry table reaches."""
        return int(self.lower.entry.shape[0])

    @property
    def years(self) -> tuple[int, ...]:
        """The survey years of the projection, the first one included."""
        return tuple(self.first_year + SURVEY_STEP * step for step in range(self.steps + 1))

    def digest(self) -> str:
        """SHA-256 in hex over every table, its form and names: the same tables give the same digest."""
        told = hashlib.sha256(
            f"supply 1;{self.areas.name};{self.areas.codes};{self.bands.lower};{self.first_year};{self.classes};"
            f"{self.watermark}".encode()
        )
        tables: Mapping[str, npt.NDArray[np.generic] | None] = {
            "stock": self.stock.astype("<i8"),
            "area_class": self.area_class.astype("<i8"),
            "settling": self.settling.astype("<f8"),
            "weights": None if self.weights is None else self.weights.astype("<f8"),
            **{
                f"{side}.{part}": getattr(assumption, part).astype("<f8")
                for side, assumption in (("lower", self.lower), ("upper", self.upper))
                for part in ("survival", "entry", "migration")
            },
        }
        for name, table in tables.items():
            told.update(f";{name}:{None if table is None else table.shape}:".encode())
            told.update(b"" if table is None else np.ascontiguousarray(table).tobytes())
        return told.hexdigest()


@dataclass(frozen=True, slots=True, eq=False)
class Supply:
    """Doctors under one assumption. `heads` [year, area, sex, band], year i of `years`; `standardised` [year, area]
    in standardised doctors, None where hours are 入力待ち."""

    areas: AreaSet
    bands: AgeBands
    years: tuple[int, ...]
    heads: Floats
    standardised: Floats | None
    inputs_digest: str
    watermark: str

    def by_area(self) -> Floats:
        """Heads [year, area]."""
        total: Floats = self.heads.sum(axis=(2, 3))
        return total


def project(inputs: SupplyInputs, assumption: SupplyAssumption) -> Supply:
    """The expected doctors of every survey year under one assumption, `inputs.upper`, `inputs.lower` or `between`."""
    ageing = inputs.bands.ageing()
    member = _membership(inputs)
    heads = np.empty((inputs.steps + 1, *inputs.stock.shape))
    heads[0] = inputs.stock
    away = assumption.migration.sum(axis=1)[inputs.area_class]  # [area, sex, band]
    for step in range(inputs.steps):
        active = heads[step] * assumption.survival
        leaving = np.einsum("ac,asb,cdsb->dsb", member, active, assumption.migration)
        arriving = inputs.settling[:, None, None] * leaving[inputs.area_class]
        heads[step + 1] = (active * (1 - away) + arriving) @ ageing + assumption.entry[step]
    standardised = None if inputs.weights is None else (heads * inputs.weights).sum(axis=(2, 3))
    return Supply(
        inputs.areas, inputs.bands, inputs.years, heads, standardised, inputs.digest(), inputs.watermark
    )


def between(lower: SupplyAssumption, upper: SupplyAssumption, share: float) -> SupplyAssumption:
    """The assumption that lies `share` of the way from lower (0) to upper (1)."""

    def mixed(low: Floats, high: Floats) -> Floats:
        return low + share * (high - low)

    return SupplyAssumption(
        mixed(lower.survival, upper.survival),
        mixed(lower.entry, upper.entry),
        mixed(lower.migration, upper.migration),
    )


def _membership(inputs: SupplyInputs) -> Floats:
    member = np.zeros((len(inputs.areas), len(inputs.classes)))
    member[np.arange(len(inputs.areas)), inputs.area_class] = 1
    return member


def _shaped(name: str, table: npt.NDArray[np.generic], shape: tuple[int, ...], most: float = np.inf) -> None:
    if table.shape != shape:
        raise _problem(name, f"its form is {table.shape}, expected {shape}")
    values = table.astype(np.float64)
    if np.isnan(values).any():
        raise _problem(name, "a value is missing")
    if (values < 0).any() or (values > most).any():
        raise _problem(name, f"a value lies outside 0 to {most:g}")


def _problem(name: str, reason: str) -> Problem:
    return Problem("workforce.supply-table", where=name, table=name, reason=reason)
