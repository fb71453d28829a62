"""Small builders of remote care."""

from datetime import date

import numpy as np

from kaihoken import rules
from kaihoken.rules import Sourced, Status
from kaihoken.workforce import area_set
from kaihoken.workforce.remote import DepartmentDoctors, Kind, KindTerms, RemoteCare, RemoteScenario

RULE = rules.load(RemoteCare, on=date(2026, 11, 20))
AREAS = area_set("330")
DEPARTMENTS = tuple(one.name for one in RULE.departments)
EYES = DEPARTMENTS.index("眼科")


def a_number(value: float, status: Status = Status.UNCONFIRMED) -> Sourced[float]:
    return Sourced(value=value, status=status, source="a test")


def some_terms(share: float, far: float = 10, near: float = 0, nurse: float = 0) -> KindTerms:
    return KindTerms(
        share=a_number(share),
        far_minutes=a_number(far),
        near_minutes=a_number(near),
        nurse_minutes=a_number(nurse),
    )


def a_scenario(**more: object) -> RemoteScenario:
    given = {
        "name": "試し",
        "kinds": {
            Kind.INITIAL: some_terms(0.0),
            Kind.FOLLOW_UP: some_terms(0.2),
            Kind.WITH_NURSE: some_terms(0.1, nurse=15),
            Kind.WITH_DOCTOR: some_terms(0.05, near=10),
        },
        "in_person_minutes": a_number(12),
        "days_a_week": a_number(5),
        "session_patients": a_number(20),
        "session_travel_minutes": a_number(60),
        **more,
    }
    return RemoteScenario(**given)


def doctors_of(heads: float, **by_area: float) -> DepartmentDoctors:
    """So many doctors of each department in each area; by `a0306=3` in one."""
    counts = np.full((len(AREAS), len(DEPARTMENTS)), heads)
    for name, count in by_area.items():
        counts[AREAS.position(name.removeprefix("a"))] = count
    return DepartmentDoctors(AREAS, DEPARTMENTS, counts)
