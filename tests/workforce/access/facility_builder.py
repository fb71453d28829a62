"""Small tables of facilities and settlements for tests of reach, births and closures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from kaihoken.workforce.access import Municipality, Settlements, points, spread
from kaihoken.workforce.access.departments import department_book, read_departments
from kaihoken.workforce.access.facilities import Coordinate, EmergencyLevel, Facilities, FacilityKind

KM_NORTH = 1 / 111.195
"""Degrees of latitude in a kilometre."""


@dataclass(frozen=True)
class Site:
    """A facility so many kilometres north of the origin."""

    id: str
    north: float = 0.0
    departments: str | None = "内科"
    emergency: EmergencyLevel = EmergencyLevel.NOT_REPORTED
    deliveries: float = np.nan
    days: float = np.nan
    kind: FacilityKind = FacilityKind.CLINIC
    municipality: str = "01101"
    coordinate: Coordinate = Coordinate.OFFICIAL
    doctors: float = np.nan


def some_facilities(*sites: Site) -> Facilities:
    book = department_book(date(2025, 6, 1))
    reading = read_departments([site.departments for site in sites], book)
    nothing = np.full(len(sites), np.nan)
    placed = [site.coordinate != Coordinate.NONE for site in sites]
    return Facilities(
        book=book,
        ids=tuple(site.id for site in sites),
        names=tuple(f"{site.id}医院" for site in sites),
        municipality=np.array([site.municipality for site in sites], np.str_),
        prefecture=np.array([site.municipality[:2] for site in sites], np.str_),
        kind=np.array([site.kind for site in sites], np.int8),
        latitude=np.where(placed, [35 + site.north * KM_NORTH for site in sites], np.nan),
        longitude=np.where(placed, 135.0, np.nan),
        coordinate=np.array([site.coordinate for site in sites], np.int8),
        departments=reading.bits,
        departments_known=reading.known,
        emergency=np.array([site.emergency for site in sites], np.int8),
        beds=nothing.copy(),
        high_acute=nothing.copy(),
        acute=nothing.copy(),
        recovery=nothing.copy(),
        chronic=nothing.copy(),
        deliveries=np.array([site.deliveries for site in sites]),
        doctors=np.array([site.doctors for site in sites]),
        days=np.array([site.days for site in sites]),
        unmapped=reading.unmapped,
    )


def people_at(
    places: Sequence[tuple[float, str]], residents: Mapping[str, tuple[int, int, int, int]]
) -> Settlements:
    """Places so many kilometres north in a municipality each, whose residents by age band are dealt out evenly."""
    where = points(
        [35 + north * KM_NORTH for north, _ in places],
        [135.0] * len(places),
        [f"{code}町{row}" for row, (_, code) in enumerate(places)],
        [code for _, code in places],
    )
    registered = {
        code: Municipality(
            code, code[:2], code, sum(ages), dict(zip(("0-14", "15-64", "65-74", "75+"), ages, strict=True))
        )
        for code, ages in residents.items()
    }
    return spread(where, registered)
