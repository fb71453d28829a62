"""遠隔医療: where it would reach patients of whom doctors are far, under which assumptions; and the duties of
へき地医療拠点病院."""

from kaihoken.workforce.remote.core_hospitals import (
    CORE_HOSPITALS_TEMPLATE,
    CoreHospital,
    Found,
    HospitalReview,
    Observed,
    OnlineRounds,
    PublishedReview,
    RemoteCoreHospitals,
    Review,
    observed,
    online_rounds,
    read_core_hospitals,
    review,
)
from kaihoken.workforce.remote.doctors import (
    BadRow,
    DepartmentDoctors,
    awaited,
    ratio_to_nation,
    read_doctors,
    template,
)
from kaihoken.workforce.remote.lever import PLACE_COLUMNS, Lever, Place, place_rows, remote_lever
from kaihoken.workforce.remote.patients import Outpatients, outpatients
from kaihoken.workforce.remote.scenario import (
    Kind,
    KindTerms,
    RemoteScenario,
    read_scenario,
    scenario_template,
)
from kaihoken.workforce.remote.terms import Department, Disease, RemoteCare

__all__ = [
    "CORE_HOSPITALS_TEMPLATE",
    "PLACE_COLUMNS",
    "BadRow",
    "CoreHospital",
    "Department",
    "DepartmentDoctors",
    "Disease",
    "Found",
    "HospitalReview",
    "Kind",
    "KindTerms",
    "Lever",
    "Observed",
    "OnlineRounds",
    "Outpatients",
    "Place",
    "PublishedReview",
    "RemoteCare",
    "RemoteCoreHospitals",
    "RemoteScenario",
    "Review",
    "awaited",
    "observed",
    "online_rounds",
    "outpatients",
    "place_rows",
    "ratio_to_nation",
    "read_core_hospitals",
    "read_doctors",
    "read_scenario",
    "remote_lever",
    "review",
    "scenario_template",
    "template",
]
