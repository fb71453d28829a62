"""システム障害時モード: a facility whose own equipment failed asks by four items, for a time, after a call-back."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.coverage.failure.book import FailureBook
    from kaihoken.coverage.failure.matching import fitting, is_meant
    from kaihoken.coverage.failure.messages import (
        FailureCheck,
        FailureModeClosing,
        FailureModeOpening,
        FailureModeSaid,
        FailureModesSaid,
        FailureReport,
        FailureReportAnswer,
        OwnFailureMode,
        read_closing,
        read_failure_check,
        read_failure_report,
        read_opening,
    )
    from kaihoken.coverage.failure.owed import check_failure_answers
    from kaihoken.coverage.failure.recorded import check_failure_modes
    from kaihoken.coverage.failure.rows import wanting_reports

__all__ = [
    "FailureBook",
    "FailureCheck",
    "FailureModeClosing",
    "FailureModeOpening",
    "FailureModeSaid",
    "FailureModesSaid",
    "FailureReport",
    "FailureReportAnswer",
    "OwnFailureMode",
    "check_failure_answers",
    "check_failure_modes",
    "fitting",
    "is_meant",
    "read_closing",
    "read_failure_check",
    "read_failure_report",
    "read_opening",
    "wanting_reports",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
