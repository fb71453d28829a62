"""廃止・統合・移転・短縮: what changes for residents when a facility, a department or a day of opening goes."""

from kaihoken.workforce.closure.catchment_change import CatchmentChange, Supply, catchment_change
from kaihoken.workforce.closure.edits import (
    CloseDepartment,
    CloseFacility,
    Edit,
    EditedFacilities,
    KeepFacility,
    MergeFacilities,
    MoveFacility,
    RoundVisits,
    ShortenDays,
    edited,
)
from kaihoken.workforce.closure.effects import Effect, Need, NeedKind, effect, wanted
from kaihoken.workforce.closure.succession import (
    ClinicDoctor,
    Outlook,
    Succession,
    outlook,
    read_clinic_doctors,
)

__all__ = [
    "CatchmentChange",
    "ClinicDoctor",
    "CloseDepartment",
    "CloseFacility",
    "Edit",
    "EditedFacilities",
    "Effect",
    "KeepFacility",
    "MergeFacilities",
    "MoveFacility",
    "Need",
    "NeedKind",
    "Outlook",
    "RoundVisits",
    "ShortenDays",
    "Succession",
    "Supply",
    "catchment_change",
    "edited",
    "effect",
    "outlook",
    "read_clinic_doctors",
    "wanted",
]
