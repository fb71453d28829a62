"""What a facility keeps at a hub: its own number for each patient, what they consented to, its own settings."""

from kaihoken.coverage.checks import Check, CheckAnswer
from kaihoken.coverage.client.calls import Call, asked, got, ordered, proven
from kaihoken.coverage.consents.messages import ConsentsAnswer, ConsentSearch, ConsentWithdrawal
from kaihoken.coverage.facility.messages import FacilitySettingsAnswer, FacilitySettingsChange
from kaihoken.coverage.failure.messages import (
    FailureCheck,
    FailureReport,
    FailureReportAnswer,
    OwnFailureMode,
)
from kaihoken.coverage.reference.api import (
    ReferenceNumberAnswer,
    ReferenceNumberRequest,
    ReferenceNumberWithdrawal,
)


def link_reference(request: ReferenceNumberRequest, key: str = "") -> Call[ReferenceNumberAnswer]:
    """照会番号の登録 (POST /v1/reference-numbers): the facility's own number for a person."""
    return ordered("/v1/reference-numbers", request, ReferenceNumberAnswer, key)


def unlink_reference(request: ReferenceNumberWithdrawal, key: str = "") -> Call[ReferenceNumberAnswer]:
    """照会番号の取り消し (POST /v1/reference-number-withdrawals)."""
    return ordered("/v1/reference-number-withdrawals", request, ReferenceNumberAnswer, key)


def give_consent(request: Check, key: str = "") -> Call[ConsentsAnswer]:
    """同意 (POST /v1/consents): the body of a question; the answer tells nothing of the coverage."""
    return ordered("/v1/consents", request, ConsentsAnswer, key)


def consents(search: ConsentSearch) -> Call[ConsentsAnswer]:
    """The consents given to this facility (POST /v1/consents/search)."""
    return asked("/v1/consents/search", search, ConsentsAnswer)


def withdraw_consent(withdrawal: ConsentWithdrawal) -> Call[ConsentsAnswer]:
    """End a consent (POST /v1/consents/withdraw); repeating it is safe."""
    return asked("/v1/consents/withdraw", withdrawal, ConsentsAnswer)


def facility_settings() -> Call[FacilitySettingsAnswer]:
    """The facility's own settings (GET /v1/facility-settings): which items of consent are asked, and in which order."""
    return got("/v1/facility-settings", FacilitySettingsAnswer, authorised=True)


def change_facility_settings(change: FacilitySettingsChange) -> Call[FacilitySettingsAnswer]:
    """Change them (POST /v1/facility-settings/changes): what is left out stays; repeating it is safe."""
    return asked("/v1/facility-settings/changes", change, FacilitySettingsAnswer)


def failure_mode() -> Call[OwnFailureMode]:
    """Whether the システム障害時モード is open for this facility (GET /v1/failure-mode), until when, what it owes."""
    return got("/v1/failure-mode", OwnFailureMode, authorised=True)


def check_in_failure(request: FailureCheck) -> Call[CheckAnswer]:
    """システム障害時モード (POST /v1/failure-checks): a patient by four items, while the mode is open for this
    facility. Keep the receipt of each answer: the report names them."""
    return asked("/v1/failure-checks", request, CheckAnswer, proven)


def report_failure(report: FailureReport) -> Call[FailureReportAnswer]:
    """利用報告書 (POST /v1/failure-reports); repeating it is safe."""
    return asked("/v1/failure-reports", report, FailureReportAnswer)
