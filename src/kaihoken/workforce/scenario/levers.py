"""てこ: what a scenario assumes, one Struct for each kind. A lever says what changes; it holds no person, only areas,
numbers of standardised doctors, and years."""

from collections.abc import Mapping
from typing import TypeAlias, get_args

import msgspec


class Lever(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    omit_defaults=True,
):
    """What every lever has: `label` is what its planner calls it."""

    label: str = ""


class DoctorsChanged(Lever, frozen=True, tag="doctors"):
    """Standardised doctors (標準化医師数) more in an area; negative is fewer."""

    area: str
    doctors: float


class DoctorsMoved(Lever, frozen=True, tag="move"):
    """Standardised doctors who work in `to` instead of in `origin`; the nation keeps its sum."""

    origin: str
    to: str
    doctors: float


class HoursChanged(Lever, frozen=True, tag="hours"):
    """The work of the doctors of `areas` changes by `percent` beside the national mean of hours, and with it their
    standardised doctors, which are heads weighted with hours over that mean.

    Without `areas` the work of all doctors changes alike. The official formula divides by the mean, so that this
    cancels and would move no index; what the scenario shows instead is its assumption that thresholds stay as
    published while standardised doctors change in that proportion.
    """

    percent: float
    areas: tuple[str, ...] = ()


class PopulationOfYear(Lever, frozen=True, tag="population"):
    """Residents are those projected for `year` (2020 to 2050); where the projection divides no area they are absent."""

    year: int


class RatioChanged(Lever, frozen=True, tag="ratio"):
    """標準化受療率比 of an area changes by `percent`."""

    area: str
    percent: float


class AreasMerged(Lever, frozen=True, tag="merge"):
    """Areas become one, with the code and name given: doctors and adjusted residents add up. What crosses between its
    parts would cancel in a ratio made anew from flows; here it is the weighted mean of theirs."""

    areas: tuple[str, ...]
    code: str
    name: str


class OwnThresholds(Lever, frozen=True, tag="thresholds"):
    """Thresholds of one's own instead of those that the ministry fixed."""

    upper: float
    lower: float


class RuralityCounted(Lever, frozen=True, tag="rurality"):
    """Geography enters the class (see `plan.RuralityScenario`): `ranks` 1 to 100 by area code; an area with an index
    up to `wider` is 少数 as well from `rank` on. Both numbers are the planner's: none is published."""

    wider: float
    rank: float
    ranks: Mapping[str, float]


class ReachCounted(Lever, frozen=True, tag="reach"):
    """Access enters the class: `shares` 0 to 1, by area code, of the residents whose nearest hospital is beyond
    some minutes; an area with an index up to `wider` is 少数 as well from `share` on. All numbers are the planner's."""

    wider: float
    share: float
    shares: Mapping[str, float]


AnyLever: TypeAlias = (
    DoctorsChanged
    | DoctorsMoved
    | HoursChanged
    | PopulationOfYear
    | RatioChanged
    | AreasMerged
    | OwnThresholds
    | RuralityCounted
    | ReachCounted
)

KINDS: tuple[str, ...] = tuple(str(one.__struct_config__.tag) for one in get_args(AnyLever))
"""How files name the levers."""


class Base(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a scenario was made on: the name of its set of areas, SHA-256 of its table, digest of the rules read."""

    table: str
    digest: str
    rules: str


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """シナリオ（仮定）: levers applied in their order to a copy of a table. Without levers it changes nothing."""

    name: str
    levers: tuple[AnyLever, ...] = ()
    notes: str = ""
    base: Base | None = None
