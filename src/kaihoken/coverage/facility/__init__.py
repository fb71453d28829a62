"""環境設定情報: what a facility has set for itself: the items of consent it uses, how it handles prescriptions."""

from kaihoken.coverage.facility.book import FacilityBook
from kaihoken.coverage.facility.environment import FacilitySettings
from kaihoken.coverage.facility.messages import (
    FacilitySettingsAnswer,
    FacilitySettingsChange,
    read_change,
    said_of_settings,
)
from kaihoken.coverage.facility.recorded import check_facilities

__all__ = [
    "FacilityBook",
    "FacilitySettings",
    "FacilitySettingsAnswer",
    "FacilitySettingsChange",
    "check_facilities",
    "read_change",
    "said_of_settings",
]
