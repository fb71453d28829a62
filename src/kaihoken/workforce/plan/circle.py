"""Who lives within a circle that a prefecture draws round a supported institution."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from kaihoken.workforce.plan.priority import Circle

if TYPE_CHECKING:  # the engine behind distances takes a second to load, and a circle needs none of it
    from kaihoken.workforce.access import Settlements

Floats = npt.NDArray[np.float64]

EARTH_KM: Final = 6371.0088


def inside_circle(circle: Circle, latitude: Floats, longitude: Floats) -> npt.NDArray[np.bool_]:
    """Which points (degrees) lie within a circle, its edge included: districts, clinics, town points."""
    here, there = np.radians(circle.latitude), np.radians(latitude)
    across = np.radians(longitude - circle.longitude)
    half = np.sin((there - here) / 2) ** 2 + np.cos(here) * np.cos(there) * np.sin(across / 2) ** 2
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(half)) <= circle.km)


@dataclass(frozen=True, slots=True)
class PeopleInside:
    """The settlements with their centre inside a circle: how many, residents, and residents by municipality code. Towns
    are points, so a small circle may hold the centre of none."""

    settlements: int
    residents: float
    by_municipality: Mapping[str, float]


def people_inside(circle: Circle, settlements: "Settlements") -> PeopleInside:
    """The residents of a circle, from town points weighted by their municipality's population."""
    inside = np.flatnonzero(inside_circle(circle, settlements.lat, settlements.lng))
    codes = np.asarray(settlements.places.municipality)[inside]
    people = settlements.total[inside]
    by_municipality = {str(code): float(people[codes == code].sum()) for code in np.unique(codes)}
    return PeopleInside(len(inside), float(people.sum()), by_municipality)
