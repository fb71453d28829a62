"""環境設定情報: what a facility has set for itself: the items of consent it uses, how it handles prescriptions."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.coverage.facility.book import FacilityBook, LastChange
    from kaihoken.coverage.facility.environment import Difference, FacilitySettings, differences
    from kaihoken.coverage.facility.messages import (
        FacilitySettingsAnswer,
        FacilitySettingsChange,
        read_change,
        said_of_settings,
    )
    from kaihoken.coverage.facility.recorded import check_facilities

__all__ = [
    "Difference",
    "FacilityBook",
    "FacilitySettings",
    "FacilitySettingsAnswer",
    "FacilitySettingsChange",
    "LastChange",
    "check_facilities",
    "differences",
    "read_change",
    "said_of_settings",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
