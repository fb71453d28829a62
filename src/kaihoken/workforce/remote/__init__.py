"""遠隔医療: where it would reach patients of whom doctors are far, under which assumptions; and the duties of
へき地医療拠点病院."""

from kaihoken.workforce.remote.core_hospitals import (
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
from kaihoken.workforce.remote.lever import Lever, Place, remote_lever
from kaihoken.workforce.remote.patients import Outpatients, outpatients
from kaihoken.workforce.remote.scenario import Kind, KindTerms, RemoteScenario, read_scenario
from kaihoken.workforce.remote.terms import Department, Disease, RemoteCare

__all__ = [
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
    "ratio_to_nation",
    "read_doctors",
    "read_scenario",
    "remote_lever",
    "review",
    "template",
]
