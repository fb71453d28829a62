"""Remote care as a lever: where patients are and doctors are few, what part could be seen online, and the hours it
frees."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from kaihoken.rules import Sourced, Status
from kaihoken.workforce.printing import Row
from kaihoken.workforce.remote.doctors import DepartmentDoctors, ratio_to_nation
from kaihoken.workforce.remote.patients import Floats, Outpatients
from kaihoken.workforce.remote.scenario import Kind, RemoteScenario, check_scenario, least_sure
from kaihoken.workforce.remote.terms import RemoteCare

PLACE_COLUMNS: Final = ("area_code", "prefecture", "area", "department", "patients_a_day", "ratio", "place")

_MINUTES = 60


class Place(StrEnum):
    """What is known of an area and department."""

    FEW = "few"  # 患者がいて、医師が相対的に少ない
    NOT_FEW = "not-few"
    NO_PATIENTS = "no-patients"
    WAITING = "waiting"  # 入力待ち: doctors or patients are not known


@dataclass(frozen=True, slots=True, eq=False)
class Lever:
    """The effect by area (row) and department (column); 0 where a place is not FEW, NaN where it is WAITING.

    `patients` a day; `ratio` doctors per 100,000 over the nation's; `online` patients a day by kind in the order of
    `Kind` (last axis). Hours a week: `freed` of doctors who see them in person today, without the way; `travel` that
    nobody has to travel for them; `far` that doctors at the far end need; `nurse` of nurses beside the patients.
    """

    patients: Outpatients
    departments: tuple[str, ...]
    place: npt.NDArray[np.object_]
    ratio: Floats
    online: Floats
    freed: Floats
    travel: Floats
    far: Floats
    nurse: Floats
    scenario: str
    status: Status
    assumptions: tuple[tuple[str, Sourced[float]], ...]

    def rows(self) -> Iterator[dict[str, str | float]]:
        """A row for each place that is FEW, in code order."""
        for row, column in zip(*np.nonzero(self.place == Place.FEW), strict=True):
            area = self.patients.areas.areas[row]
            yield {
                "area_code": area.code,
                "prefecture": area.prefecture,
                "area": area.name,
                "department": self.departments[column],
                "patients_a_day": float(self.patients.by_department[row, column]),
                "ratio": float(self.ratio[row, column]),
                **{
                    f"online_{kind.value}": float(self.online[row, column, at])
                    for at, kind in enumerate(Kind)
                },
                "freed_hours_a_week": float(self.freed[row, column]),
                "travel_hours_a_week": float(self.travel[row, column]),
                "far_hours_a_week": float(self.far[row, column]),
                "nurse_hours_a_week": float(self.nurse[row, column]),
            }


def remote_lever(
    patients: Outpatients, doctors: DepartmentDoctors, scenario: RemoteScenario, rule: RemoteCare
) -> Lever:
    """What a scenario would do at every place where doctors of a department are fewer than `few_below` of the nation's.

    Problem `workforce.remote-scenario`.
    """
    check_scenario(scenario, patients.departments)
    ratio = ratio_to_nation(doctors, rule)
    place = places_of(patients.by_department, ratio, rule.few_below.value)
    few = np.where(place == Place.WAITING, np.nan, (place == Place.FEW).astype(float))
    shares = np.array([[scenario.share(name, kind).value for kind in Kind] for name in patients.departments])
    seen = np.where(place == Place.FEW, patients.by_department, 0.0) * np.where(np.isnan(few), np.nan, 1.0)
    online = seen[:, :, None] * shares
    terms = [scenario.kinds[kind] for kind in Kind]
    weekly = online * scenario.days_a_week.value / _MINUTES
    near = np.array([one.near_minutes.value for one in terms])
    away = online[:, :, [at for at, kind in enumerate(Kind) if kind is not Kind.WITH_DOCTOR]].sum(axis=2)
    sessions = away * scenario.days_a_week.value / scenario.session_patients.value
    return Lever(
        patients,
        patients.departments,
        place,
        ratio,
        online,
        freed=weekly @ (scenario.in_person_minutes.value - near),
        travel=sessions * scenario.session_travel_minutes.value / _MINUTES,
        far=weekly @ np.array([one.far_minutes.value for one in terms]),
        nurse=weekly @ np.array([one.nurse_minutes.value for one in terms]),
        scenario=scenario.name,
        status=least_sure(scenario),
        assumptions=(("few_below", rule.few_below), *scenario.assumptions()),
    )


def places_of(patients: Floats, ratio: Floats, few_below: float) -> npt.NDArray[np.object_]:
    """What is known of each area and department (`Place`)."""
    place = np.full(patients.shape, Place.NOT_FEW, dtype=object)
    place[ratio < few_below] = Place.FEW
    place[np.isnan(ratio) | np.isnan(patients)] = Place.WAITING
    place[patients == 0] = Place.NO_PATIENTS
    return place


def place_rows(patients: Outpatients, ratio: Floats, rule: RemoteCare) -> Iterator[Row]:
    """A row of `PLACE_COLUMNS` for each area and department; `ratio` is that of `ratio_to_nation`."""
    place = places_of(patients.by_department, ratio, rule.few_below.value)
    for at, area in enumerate(patients.areas.areas):
        for column, department in enumerate(patients.departments):
            yield {
                "area_code": area.code,
                "prefecture": area.prefecture,
                "area": area.name,
                "department": department,
                "patients_a_day": float(patients.by_department[at, column]),
                "ratio": float(ratio[at, column]),
                "place": str(place[at, column]),
            }
