"""妊婦の交通費・宿泊費支援: who is helped on the way to a far delivery facility, and with how many yen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

import msgspec

from kaihoken import rules
from kaihoken.problems import Problem


class BirthTravelRules(msgspec.Struct, frozen=True):
    """The aid of a day (rule family workforce/birth-travel): minutes from which a way is far, percents, yen."""

    family: ClassVar[str] = "workforce/birth-travel"

    minutes: int
    fare_percent: int
    own_share_per_night: int
    nights: int
    nation_percent: int
    prefecture_percent: int
    rounding_unit: rules.Sourced[int]


class AidedWay(StrEnum):
    """The way that is paid for: none, to the nearest delivery facility (分娩取扱施設), to the nearest perinatal centre
    (周産期母子医療センター), or not to be told because a time is not known."""

    NONE = "none"
    FACILITY = "facility"
    CENTRE = "centre"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Trip:
    """One way there or back: `actual` yen paid; `tariff` is the amount of the travel regulation (旅費規程), not asked
    for a taxi."""

    actual: int
    taxi: bool = False
    tariff: int | None = None


@dataclass(frozen=True, slots=True)
class Aid:
    """Yen of fares and lodging, and who bears them. `rounding_status` says how sure the dropping of odd yen is."""

    fares: int
    lodging: int
    nation: int
    prefecture: int
    municipality: int
    rounding_status: rules.Status

    @property
    def total(self) -> int:
        """What the pregnant woman receives."""
        return self.fares + self.lodging


def birth_travel_rules(on: date) -> BirthTravelRules:
    """The aid in force on a day. Raises Problem `rules.no_version`."""
    return rules.load(BirthTravelRules, on=on)


def aided_way(
    minutes_to_facility: float | None,
    minutes_to_centre: float | None,
    *,
    high_risk: bool,
    minutes: int,
) -> AidedWay:
    """Which way is paid for, by the minutes from home to the nearest facility and centre.

    None is not known, `inf` not to be reached; exactly `minutes` is far. A facility that is far is paid for, the
    centre in its place in a high-risk pregnancy; one whose facility alone is near is paid for the centre if the
    pregnancy is of high risk. Raises Problem `workforce.birth-times-contradict` where a centre, which handles births
    too, is near and the nearest facility far, `workforce.minutes-not-a-time` for what is below 0 or no number.
    """
    for value in (minutes_to_facility, minutes_to_centre):
        if value is not None and not value >= 0:
            raise Problem("workforce.minutes-not-a-time", where="minutes", minutes=str(value))
    facility_far = None if minutes_to_facility is None else minutes_to_facility >= minutes
    centre_far = None if minutes_to_centre is None else minutes_to_centre >= minutes
    if facility_far and centre_far is False:
        raise Problem(
            "workforce.birth-times-contradict",
            where="minutes_to_centre",
            facility=str(minutes_to_facility),
            centre=str(minutes_to_centre),
        )
    if not high_risk:
        return _unless_unknown(facility_far, AidedWay.FACILITY)
    # Where the nearest facility is far, so is the nearest centre, known or not.
    return _unless_unknown(True if facility_far else centre_far, AidedWay.CENTRE)


def fare_aid(trips: Sequence[Trip], aid: BirthTravelRules, *, unit: int | None = None) -> int:
    """Yen for the fares of all ways: the percent of what was paid, of the travel regulation's amount at most unless by
    taxi. `unit` is the yen below which odd ones are dropped (None: the rule's own).

    Raises Problem `workforce.fare-without-tariff` for a way by other means than taxi whose regulation amount is absent,
    `workforce.yen-below-zero`.
    """
    base = 0
    for number, trip in enumerate(trips, start=1):
        _refuse_below_zero(f"trips[{number}]", trip.actual, trip.tariff or 0)
        if trip.taxi:
            base += trip.actual
        elif trip.tariff is None:
            raise Problem("workforce.fare-without-tariff", where=f"trips[{number}].tariff", number=number)
        else:
            base += min(trip.tariff, trip.actual)
    return _drop(base * aid.fare_percent, unit or aid.rounding_unit.value)


def lodging_aid(nights: Sequence[int], aid: BirthTravelRules, *, cap: int, unit: int | None = None) -> int:
    """Yen for the nights, each as paid: of the first nights that the rule allows, what is above the own share and not
    above `cap`, the lodging amount of the travel regulation. Raises Problem `workforce.yen-below-zero`."""
    _refuse_below_zero("nights", cap, *nights)
    paid = sum(max(0, min(actual, cap) - aid.own_share_per_night) for actual in nights[: aid.nights])
    return _drop(paid * 100, unit or aid.rounding_unit.value)


def travel_aid(
    trips: Sequence[Trip],
    nights: Sequence[int],
    aid: BirthTravelRules,
    *,
    cap: int | None = None,
    unit: int | None = None,
) -> Aid:
    """The aid for one birth with its bearers: nation and prefecture by their percent, odd yen dropped, the rest the
    municipality. Raises as `fare_aid`, and Problem `workforce.lodging-without-cap` for nights without a cap."""
    if nights and cap is None:
        raise Problem("workforce.lodging-without-cap", where="cap", nights=len(nights))
    fares = fare_aid(trips, aid, unit=unit)
    lodging = lodging_aid(nights, aid, cap=cap or 0, unit=unit)
    total = fares + lodging
    nation = total * aid.nation_percent // 100
    prefecture = total * aid.prefecture_percent // 100
    return Aid(fares, lodging, nation, prefecture, total - nation - prefecture, aid.rounding_unit.status)


def _unless_unknown(far: bool | None, way: AidedWay) -> AidedWay:
    if far is None:
        return AidedWay.UNKNOWN
    return way if far else AidedWay.NONE


def _drop(hundredths: int, unit: int) -> int:
    return hundredths // (100 * unit) * unit


def _refuse_below_zero(where: str, *amounts: int) -> None:
    for amount in amounts:
        if amount < 0:
            raise Problem("workforce.yen-below-zero", where=where, amount=amount)
