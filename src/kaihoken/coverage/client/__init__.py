"""Asking a hub from Python, typed: `Hub` blocks, `AsyncHub` is for asyncio; both hold the same conversation.

>>> from kaihoken.coverage.client import Hub, NumberCheck
>>> with Hub("http://127.0.0.1:8000", "demo-clinic", Path("demo-store/facility-key.json")) as hub:
...     checked = hub.check(NumberCheck(insurer_number="01139906", number="1001", birthdate=date(1985, 5, 5)))
>>> checked.answer.validity
'1'

What is sent and answered are the structs that the hub itself reads and writes. Nothing here writes a log, and no
message of a problem holds what was asked.
"""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.access import (
        ClientSaid,
        ClientsSaid,
        Disabling,
        Kind,
        NewCertificate,
        NewClient,
        NewKey,
        OwnKey,
    )
    from kaihoken.coverage.answer import Answer, Result
    from kaihoken.coverage.bulk import NumberRow
    from kaihoken.coverage.cards.messages import (
        CardChallengeAnswer,
        CardChallengeRequest,
        CardLinkAnswer,
        CardLinkRequest,
        CardPresenceAnswer,
        CardPresenceRequest,
    )
    from kaihoken.coverage.checks import (
        CertificateCheck,
        ChartRequest,
        Check,
        CheckAnswer,
        FaceCheck,
        FacePresence,
        NumberCheck,
        PresenceCheck,
        ReferenceCheck,
    )
    from kaihoken.coverage.client.beside import HubBeside
    from kaihoken.coverage.client.exchange import Patience
    from kaihoken.coverage.client.hub import AsyncHub, Hub, log_keys
    from kaihoken.coverage.client.lists import ListPage, ListReceived, ListResult, ListStatus
    from kaihoken.coverage.client.problem import HubProblem, Told, unreachable
    from kaihoken.coverage.client.questions import OqsAnswer, card_read
    from kaihoken.coverage.client.weight import Weight
    from kaihoken.coverage.consents.messages import (
        ConsentsAnswer,
        ConsentSearch,
        ConsentWithdrawal,
        PatientByNumber,
        PatientByReference,
        StandingCheck,
    )
    from kaihoken.coverage.facility.messages import FacilitySettingsAnswer, FacilitySettingsChange
    from kaihoken.coverage.failure.messages import (
        MOST_REPORTED,
        FailureCheck,
        FailureModeClosing,
        FailureModeOpening,
        FailureModeSaid,
        FailureModesSaid,
        FailureReport,
        FailureReportAnswer,
        OwnFailureMode,
    )
    from kaihoken.coverage.inquiry import Consent
    from kaihoken.coverage.reference.api import (
        ReferenceNumberAnswer,
        ReferenceNumberRequest,
        ReferenceNumberWithdrawal,
    )
    from kaihoken.coverage.registration.messages import RegistrationsAnswer, RowAnswer
    from kaihoken.coverage.registration.rows import CertificateRow, CoverageRow, Row, SubsidyRow
    from kaihoken.coverage.review.claims import ClaimCheck, ClaimCheckAnswer
    from kaihoken.coverage.statistics import PublishedMonths, Table

__all__ = [
    "MOST_REPORTED",
    "Answer",
    "AsyncHub",
    "CardChallengeAnswer",
    "CardChallengeRequest",
    "CardLinkAnswer",
    "CardLinkRequest",
    "CardPresenceAnswer",
    "CardPresenceRequest",
    "CertificateCheck",
    "CertificateRow",
    "ChartRequest",
    "Check",
    "CheckAnswer",
    "ClaimCheck",
    "ClaimCheckAnswer",
    "ClientSaid",
    "ClientsSaid",
    "Consent",
    "ConsentSearch",
    "ConsentWithdrawal",
    "ConsentsAnswer",
    "CoverageRow",
    "Disabling",
    "FaceCheck",
    "FacePresence",
    "FacilitySettingsAnswer",
    "FacilitySettingsChange",
    "FailureCheck",
    "FailureModeClosing",
    "FailureModeOpening",
    "FailureModeSaid",
    "FailureModesSaid",
    "FailureReport",
    "FailureReportAnswer",
    "Hub",
    "HubBeside",
    "HubProblem",
    "Kind",
    "ListPage",
    "ListReceived",
    "ListResult",
    "ListStatus",
    "NewCertificate",
    "NewClient",
    "NewKey",
    "NumberCheck",
    "NumberRow",
    "OqsAnswer",
    "OwnFailureMode",
    "OwnKey",
    "Patience",
    "PatientByNumber",
    "PatientByReference",
    "PresenceCheck",
    "PublishedMonths",
    "ReferenceCheck",
    "ReferenceNumberAnswer",
    "ReferenceNumberRequest",
    "ReferenceNumberWithdrawal",
    "RegistrationsAnswer",
    "Result",
    "Row",
    "RowAnswer",
    "StandingCheck",
    "SubsidyRow",
    "Table",
    "Told",
    "Weight",
    "card_read",
    "log_keys",
    "unreachable",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
