"""60分: births far from a delivery facility or a perinatal centre, and what aid for their ways comes to."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.workforce.access import AGE_BANDS, Distances, Facilities, Reach, Settlements, reach_facilities
from kaihoken.workforce.areas import MunicipalityCode
from kaihoken.workforce.birth.aid import Aid, AidedWay, BirthTravelRules
from kaihoken.workforce.tables import city_of

Floats = npt.NDArray[np.float64]
Ways = npt.NDArray[np.str_]

CENTRES_TABLE: Final = "周産期母子医療センターの一覧 (facility_id,level)"
BIRTHS_SPREAD: Final = "births of a municipality spread over its places by residents of 15 to 64"


@dataclass(frozen=True, slots=True)
class BirthsOf:
    """Births a year of a municipality: all, those whose nearest delivery facility is far, those whose way would be
    aided in a pregnancy of high risk or may be (no list of centres), and those that reach no facility at all."""

    births: float
    ordinary_far: float
    high_risk_far: float
    high_risk_unknown: float
    unreachable: float


@dataclass(frozen=True, slots=True, eq=False)
class FarBirths:
    """Which way is aided from each settlement, in an ordinary and in a high-risk pregnancy.

    `ordinary` and `high_risk` are values of `AidedWay` by place; `births` a year there (`assumption`). `to_centre` is
    None while the list of centres is 入力待ち: then high-risk ways are known only where the nearest facility is far.
    """

    settlements: Settlements
    to_facility: Reach
    to_centre: Reach | None
    ordinary: Ways
    high_risk: Ways
    births: Floats
    assumption: str

    def births_by_way(self, *, high_risk: bool) -> dict[AidedWay, float]:
        """Births a year by the way that is aided, if every pregnancy were ordinary (or of high risk)."""
        ways = self.high_risk if high_risk else self.ordinary
        return {way: float(self.births[ways == way.value].sum()) for way in AidedWay}

    def by_municipality(self) -> dict[str, BirthsOf]:
        """Births a year of each municipality, in code order."""
        codes, row = np.unique(self.settlements.municipality, return_inverse=True)

        def summed(chosen: npt.NDArray[np.bool_]) -> Floats:
            found = np.bincount(row[chosen], weights=self.births[chosen], minlength=len(codes))
            return found.astype(np.float64)

        columns = (
            summed(np.ones(len(row), dtype=np.bool_)),
            summed(self.ordinary == AidedWay.FACILITY.value),
            summed(self.high_risk == AidedWay.CENTRE.value),
            summed(self.high_risk == AidedWay.UNKNOWN.value),
            summed(self.to_facility.unreachable),
        )
        return {
            str(code): BirthsOf(*(float(column[at]) for column in columns)) for at, code in enumerate(codes)
        }

    def women_beyond(self) -> dict[str, float]:
        """Births a year of each municipality whose nearest delivery facility is far, where there is one such."""
        far = self.ordinary == AidedWay.FACILITY.value
        codes, row = np.unique(self.settlements.municipality[far], return_inverse=True)
        births = np.bincount(row, weights=self.births[far], minlength=len(codes))
        return {str(code): float(number) for code, number in zip(codes, births, strict=True)}


@dataclass(frozen=True, slots=True)
class AidEstimate:
    """Births aided in a year and the yen they come to, by bearer. `unknown` births may be aided too: their way to a
    centre is not known. `watermark` says that the amounts per birth are assumptions."""

    ordinary: float
    high_risk: float
    unknown: float
    nation: float
    prefectures: float
    municipalities: float
    status: rules.Status
    watermark: str

    @property
    def total(self) -> float:
        """Yen in a year."""
        return self.nation + self.prefectures + self.municipalities


def far_births(
    settlements: Settlements,
    facilities: Facilities,
    distances: Distances,
    aid: BirthTravelRules,
    births: Mapping[str, float],
    centres: Collection[str] | None = None,
) -> FarBirths:
    """Ways from each settlement. `births` a year by municipality, ward or undivided designated city; `centres` ids of
    perinatal centres (None: 入力待ち), which count as delivery facilities too.

    `distances` must be minutes, else Problem `workforce.minutes-not-a-time`.
    """
    if distances.measure != "minutes":
        raise Problem("workforce.minutes-not-a-time", where="distances", minutes=distances.measure)
    are_centres = np.array([one in (centres or ()) for one in facilities.ids], dtype=np.bool_)
    to_facility = reach_facilities(
        settlements, facilities, facilities.with_deliveries() | are_centres, distances
    )
    to_centre = None if centres is None else reach_facilities(settlements, facilities, are_centres, distances)
    far = np.greater_equal(to_facility.cost, aid.minutes)
    ordinary = np.where(far, AidedWay.FACILITY.value, AidedWay.NONE.value)
    if to_centre is None:
        high_risk = np.where(far, AidedWay.CENTRE.value, AidedWay.UNKNOWN.value)
    else:
        centre_far = np.greater_equal(to_centre.cost, aid.minutes)
        high_risk = np.where(centre_far, AidedWay.CENTRE.value, AidedWay.NONE.value)
    return FarBirths(
        settlements,
        to_facility,
        to_centre,
        ordinary.astype(np.str_),
        high_risk.astype(np.str_),
        spread_births(settlements, births),
        BIRTHS_SPREAD,
    )


def spread_births(settlements: Settlements, births: Mapping[str, float]) -> Floats:
    """Births by place: those of a municipality (or designated city, over all its wards) by residents of 15 to 64."""
    adults = settlements.by_age[:, AGE_BANDS.index("15-64")]
    codes, row = np.unique(settlements.municipality, return_inverse=True)
    owner = [_with_births(str(code), births) for code in codes]
    owners, of_code = np.unique(np.array(owner, dtype=np.str_), return_inverse=True)
    group = of_code[row]
    people = np.bincount(group, weights=adults, minlength=len(owners))
    number = np.array([births.get(str(one), 0.0) for one in owners])
    rate = np.divide(number, people, out=np.zeros(len(owners)), where=people > 0)
    return np.asarray(adults * rate[group], dtype=np.float64)


def births_by_ward(everybody: Settlements, births: Mapping[str, float]) -> dict[str, float]:
    """Births of each municipality or ward, where a designated city is told as a whole: for a region that
    holds some of its wards only. `everybody` are the settlements of the country."""
    codes, row = np.unique(everybody.municipality, return_inverse=True)
    summed = np.bincount(row, weights=spread_births(everybody, births), minlength=len(codes))
    return {str(code): float(number) for code, number in zip(codes, summed, strict=True)}


def aid_estimate(
    far: FarBirths, *, high_risk_share: float, ordinary: Aid, high_risk: Aid, source: str
) -> AidEstimate:
    """A year's aid if every aided birth cost `ordinary` or `high_risk` yen (assumptions whose `source` the watermark
    names) and `high_risk_share` of the births were of high risk.

    Raises Problem `workforce.share-not-a-part` for a share outside 0 to 1.
    """
    if not 0 <= high_risk_share <= 1:
        raise Problem("workforce.share-not-a-part", where="high_risk_share", share=str(high_risk_share))
    usual, risky = far.births_by_way(high_risk=False), far.births_by_way(high_risk=True)
    aided = usual[AidedWay.FACILITY] * (1 - high_risk_share)
    aided_risky = risky[AidedWay.CENTRE] * high_risk_share

    def yen(part: str) -> float:
        return aided * float(getattr(ordinary, part)) + aided_risky * float(getattr(high_risk, part))

    return AidEstimate(
        ordinary=aided,
        high_risk=aided_risky,
        unknown=risky[AidedWay.UNKNOWN] * high_risk_share,
        nation=yen("nation"),
        prefectures=yen("prefecture"),
        municipalities=yen("municipality"),
        status=rules.Status.UNCONFIRMED,
        watermark=f"試算（1件あたりの額とハイリスクの割合は仮定: {source}）",
    )


def _with_births(code: str, births: Mapping[str, float]) -> str:
    if code in births:
        return code
    city = city_of(MunicipalityCode(code))
    return city if city is not None and city in births else code
