"""無医地区の候補: districts of fifty people or more within about 4 km that have no medical institution.

With the shipped settlements, whose people are spread evenly over the towns of a municipality, this is a list to look
through and far longer than the survey's (557 districts, 122,206 people in 2022): hills get as many people as streets.
Counts of people by mesh or hamlet, loaded as own settlements, make it one to count with.

Decision support, never a label: whether a district is one is for the prefecture's survey to say, which knows the hills
and the sea inside the circle, the buses, the visiting doctors. Criteria: rule family workforce/no-doctor-district.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import ClassVar

import msgspec
import numpy as np
import numpy.typing as npt

from kaihoken import rules
from kaihoken.workforce.access.distance import GreatCircle
from kaihoken.workforce.access.facilities import Coordinate, Facilities
from kaihoken.workforce.access.institutions import Institutions
from kaihoken.workforce.access.points import Points
from kaihoken.workforce.access.settlements import Settlements

Floats = npt.NDArray[np.float64]

TOWN_POINT_ERROR_KM = 1.8
"""How far 95 of 100 town-level places lie at most from the building (measured on 7,230 hospitals)."""

_MAP_KM = GreatCircle(1.0, None, rules.Status.CONFIRMED, "great circle")


class DistrictCriteria(msgspec.Struct, frozen=True):
    """The survey's criteria: radius in km, least residents, round trips a day up to which transport is none to speak
    of, minutes one way above which it is not easy."""

    family: ClassVar[str] = "workforce/no-doctor-district"

    radius_km: float
    residents: int
    round_trips: int
    one_way_minutes: int


@dataclass(frozen=True, slots=True)
class Transport:
    """定期交通 of a district in summer: whether there is any, its round trips a day, minutes one way with the walk
    (None: not known). `easy_otherwise`: cars, taxis or home visits make care easy all the same."""

    regular: bool
    round_trips: int | None = None
    one_way_minutes: float | None = None
    easy_otherwise: bool = False


class DistrictState(StrEnum):
    """What can be said of a district: CANDIDATE (無医地区の候補; transport not known), HARD_TO_REACH (候補, and care is
    not easily reached by the transport given), EASY (care is easily reached: no candidate), AGREED (準無医地区: taken
    up by agreement, kept apart)."""

    CANDIDATE = "candidate"
    HARD_TO_REACH = "hard-to-reach"
    EASY = "easy"
    AGREED = "agreed"


@dataclass(frozen=True, slots=True)
class District:
    """One district about the place where most people live: row `centre` of the settlements, its `key` (municipality
    and town), the people within the radius that no other district counts, and the nearest institution.

    `unsure` names what the places cannot tell: "near" (an institution stands within the radius and the error of its
    place), "unplaced" (its municipality has institutions without an exact place), "thin" (the prefecture's lists are
    thin).
    """

    centre: int
    key: str
    municipality: str
    residents: float
    places: int
    institution_km: float
    unsure: tuple[str, ...]
    state: DistrictState = DistrictState.CANDIDATE


@dataclass(frozen=True, slots=True)
class DistrictFindings:
    """Candidates, the most residents first within a municipality; `too_few` circles hold fewer residents than the
    criteria ask, with `people_in_too_few` in them."""

    districts: tuple[District, ...]
    too_few: int
    people_in_too_few: float
    criteria: DistrictCriteria
    assumption: str

    def people(self, *states: DistrictState) -> float:
        """Residents of the districts in one of these states."""
        return sum(district.residents for district in self.districts if district.state in states)


@dataclass(frozen=True, slots=True, eq=False)
class CarePlaces:
    """Where there is a medical institution, and how many of each municipality have no exact place."""

    places: Points
    inexact: Mapping[str, int]


def district_criteria(on: date) -> DistrictCriteria:
    """The criteria of a day. Raises Problem `rules.no_version`."""
    return rules.load(DistrictCriteria, on=on)


def care_places(
    facilities: Facilities,
    institutions: Institutions | None = None,
    *,
    closed: Collection[str] = (),
    periodic: Points | None = None,
) -> CarePlaces:
    """Hospitals and clinics, with the list of insurance institutions beside them: a place in either is one.

    `closed` are ids (of a facility or institution) that filed 休診届: no institution. `periodic` are places that open
    on some days only: institutions too.
    """
    shut = frozenset(closed)
    tables = [
        (
            facilities.ids,
            facilities.municipality,
            facilities.latitude,
            facilities.longitude,
            facilities.coordinate,
        )
    ]
    if institutions is not None:
        tables.append(
            (
                institutions.codes,
                institutions.municipality,
                institutions.latitude,
                institutions.longitude,
                institutions.coordinate,
            )
        )
    lat, lng, key, municipality = [], [], [], []
    inexact: dict[str, int] = {}
    for ids, municipalities, latitude, longitude, coordinate in tables:
        open_rows = np.array([one not in shut for one in ids], dtype=np.bool_)
        for code in municipalities[open_rows & (coordinate <= Coordinate.MUNICIPALITY)]:
            inexact[str(code)] = inexact.get(str(code), 0) + 1
        rows = np.flatnonzero(open_rows & (coordinate > Coordinate.NONE))
        lat.append(latitude[rows])
        lng.append(longitude[rows])
        key.append(np.array([ids[row] for row in rows], dtype=np.str_))
        municipality.append(municipalities[rows])
    if periodic is not None:
        lat.append(periodic.lat)
        lng.append(periodic.lng)
        key.append(periodic.key)
        municipality.append(periodic.municipality)
    return CarePlaces(
        Points(np.concatenate(lat), np.concatenate(lng), np.concatenate(key), np.concatenate(municipality)),
        inexact,
    )


def candidates(
    settlements: Settlements,
    care: CarePlaces,
    criteria: DistrictCriteria,
    *,
    thin_prefectures: Collection[str] = (),
    transport: Mapping[str, Transport] | None = None,
    agreed: Collection[str] = (),
) -> DistrictFindings:
    """Districts without a medical institution within the radius of their centre.

    Of the inhabited places that have none, the one with the most people about it becomes a centre and takes those
    within the radius with it, until none is left; so nobody is counted twice. Distances are those of the map.
    `transport` and `agreed` (準無医地区) go by the key of the centre.
    """
    nearest = _MAP_KM.nearest(settlements.places, care.places)
    alone = np.flatnonzero((settlements.total > 0) & (nearest.cost > criteria.radius_km))
    places = settlements.places.take(alone)
    people = settlements.total[alone]
    pairs = _MAP_KM.within(places, places, criteria.radius_km)
    around = np.add.reduceat(people[pairs.destination], pairs.starts[:-1]) if len(alone) else np.zeros(0)
    order = np.lexsort((alone, -around))
    free = np.ones(len(alone), dtype=np.bool_)
    districts: list[District] = []
    too_few, people_in_too_few = 0, 0.0
    for centre in order:
        if not free[centre]:
            continue
        members = pairs.destination[pairs.starts[centre] : pairs.starts[centre + 1]]
        members = members[free[members]]
        free[members] = False
        residents = float(people[members].sum())
        row = int(alone[centre])
        key = str(settlements.places.key[row])
        if residents < criteria.residents and key not in agreed:
            too_few += 1
            people_in_too_few += residents
            continue
        code = str(settlements.municipality[row])
        district = District(
            centre=row,
            key=key,
            municipality=code,
            residents=residents,
            places=len(members),
            institution_km=float(nearest.cost[row]),
            unsure=_unsure(float(nearest.cost[row]), code, care, criteria, thin_prefectures),
        )
        districts.append(replace(district, state=_state(key, transport or {}, agreed, criteria)))
    districts.sort(key=lambda one: (one.municipality, -one.residents, one.key))
    return DistrictFindings(tuple(districts), too_few, people_in_too_few, criteria, settlements.assumption)


def easily_reached(transport: Transport, criteria: DistrictCriteria) -> bool | None:
    """Whether care is easily reached by that transport; None where a number that decides is not known."""
    if transport.easy_otherwise:
        return True
    if not transport.regular:
        return False
    if transport.round_trips is None:
        return None
    if transport.round_trips <= criteria.round_trips:
        return False
    return (
        None if transport.one_way_minutes is None else transport.one_way_minutes <= criteria.one_way_minutes
    )


def _state(
    key: str, transport: Mapping[str, Transport], agreed: Collection[str], criteria: DistrictCriteria
) -> DistrictState:
    if key in agreed:
        return DistrictState.AGREED
    easy = easily_reached(transport[key], criteria) if key in transport else None
    if easy is None:
        return DistrictState.CANDIDATE
    return DistrictState.EASY if easy else DistrictState.HARD_TO_REACH


def _unsure(
    institution_km: float,
    municipality: str,
    care: CarePlaces,
    criteria: DistrictCriteria,
    thin_prefectures: Collection[str],
) -> tuple[str, ...]:
    found = {
        "near": institution_km <= criteria.radius_km + TOWN_POINT_ERROR_KM,
        "unplaced": care.inexact.get(municipality, 0) > 0,
        "thin": municipality[:2] in thin_prefectures,
    }
    return tuple(name for name, applies in found.items() if applies)
