"""資格: who is covered, by whom, and what a question may see of it. The heart of the house."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.coverage.answer import Answer, ConsentShown, Result
    from kaihoken.coverage.answering import Answering
    from kaihoken.coverage.api import check
    from kaihoken.coverage.asked_days import day_asked
    from kaihoken.coverage.cards import (
        CardChallengeAnswer,
        CardChallengeRequest,
        CardDesk,
        CardLinkAnswer,
        CardLinkRequest,
        CardLinks,
        CardPresenceAnswer,
        CardPresenceRequest,
        CardQuestions,
        CardTrust,
    )
    from kaihoken.coverage.checks import (
        CertificateCheck,
        Check,
        CheckAnswer,
        FaceCheck,
        FacePresence,
        NumberCheck,
        PresenceCheck,
        ReferenceCheck,
        read_check,
    )
    from kaihoken.coverage.consents.desk import ConsentDesk
    from kaihoken.coverage.consents.messages import (
        ConsentDays,
        ConsentSaid,
        ConsentsAnswer,
        ConsentSearch,
        ConsentWithdrawal,
        StandingCheck,
        listed_period,
    )
    from kaihoken.coverage.consents.oqs import consents_oqs
    from kaihoken.coverage.facility.oqs import settings_oqs
    from kaihoken.coverage.failure_api import check_in_failure
    from kaihoken.coverage.fhir_api import FhirQuestions, Guards
    from kaihoken.coverage.finding import finder_for
    from kaihoken.coverage.history import (
        Assertion,
        Certificate,
        CommitSequence,
        Coverage,
        ElderlyCertificate,
        Fact,
        History,
        LimitCertificate,
        MatchState,
        MedicalTicket,
        PersonId,
        PublicExpense,
        ReferenceLink,
        SpecificDisease,
        pack_assertion,
        pack_history,
        unpack_history,
    )
    from kaihoken.coverage.inquiry import (
        BulkInquiry,
        CareDayInquiry,
        CertificateInquiry,
        Chart,
        ClaimInquiry,
        Consent,
        Inquiry,
        NumberInquiry,
        Presented,
        QuestionKind,
        ReferenceInquiry,
        StandingInquiry,
        birthdate_asked,
        reference_asked,
    )
    from kaihoken.coverage.limits_shown import LimitsShown, check_limits_shown, limits_shown_in
    from kaihoken.coverage.local import opened_locally
    from kaihoken.coverage.lookup import Place, place_of_link, place_of_question, places_of_fact
    from kaihoken.coverage.matching import SHOWN_STATES, WELFARE
    from kaihoken.coverage.oqs_api import OqsCarrier, OqsReply, answer_face, answer_oqs, refuse_oqs
    from kaihoken.coverage.own import OwnRecord, OwnRecords
    from kaihoken.coverage.projection import check_projection
    from kaihoken.coverage.question import Answered, Asker, Found, Question
    from kaihoken.coverage.recorded import LOADED_SLICE, SliceRecord, check_registrations, said_of
    from kaihoken.coverage.reference.api import (
        ReferenceNumberAnswer,
        ReferenceNumberRequest,
        ReferenceNumberWithdrawal,
        read_linking,
        read_withdrawal,
    )
    from kaihoken.coverage.reference.numbers import LINKS_AT_ONCE, Linked, ReferenceNumbers
    from kaihoken.coverage.reference.oqs import linking_of, refuse_registration, register_oqs
    from kaihoken.coverage.reference.referencing import Linking, LinkStatus
    from kaihoken.coverage.registration.messages import (
        MOST_ROWS,
        RegistrationsAnswer,
        RegistrationsRequest,
        RowAnswer,
        registrations_answer,
    )
    from kaihoken.coverage.registration.registering import period_of
    from kaihoken.coverage.registration.registrar import Registering, Registrar
    from kaihoken.coverage.registration.rows import Row
    from kaihoken.coverage.rehearsal import rehearsed
    from kaihoken.coverage.review.claims import ClaimCheck, ClaimCheckAnswer, check_claim
    from kaihoken.coverage.review.terms import Finding, ReviewTerms, finding_of, is_told_of_claim
    from kaihoken.coverage.shape import misshapen, question_problem, read_message
    from kaihoken.coverage.store import (
        ADD_ASSERTION,
        ADD_PLACE,
        HIGHEST_PERSON,
        PUT_PERSON,
        Finder,
        numbered_person,
    )
    from kaihoken.coverage.verdict import Advisory, DifferenceKind, Situation, StepKind, Validity, Verdict
    from kaihoken.coverage.verification import DEATH, verify

__all__ = [
    "ADD_ASSERTION",
    "ADD_PLACE",
    "DEATH",
    "HIGHEST_PERSON",
    "LINKS_AT_ONCE",
    "LOADED_SLICE",
    "MOST_ROWS",
    "PUT_PERSON",
    "SHOWN_STATES",
    "WELFARE",
    "Advisory",
    "Answer",
    "Answered",
    "Answering",
    "Asker",
    "Assertion",
    "BulkInquiry",
    "CardChallengeAnswer",
    "CardChallengeRequest",
    "CardDesk",
    "CardLinkAnswer",
    "CardLinkRequest",
    "CardLinks",
    "CardPresenceAnswer",
    "CardPresenceRequest",
    "CardQuestions",
    "CardTrust",
    "CareDayInquiry",
    "Certificate",
    "CertificateCheck",
    "CertificateInquiry",
    "Chart",
    "Check",
    "CheckAnswer",
    "ClaimCheck",
    "ClaimCheckAnswer",
    "ClaimInquiry",
    "CommitSequence",
    "Consent",
    "ConsentDays",
    "ConsentDesk",
    "ConsentSaid",
    "ConsentSearch",
    "ConsentShown",
    "ConsentWithdrawal",
    "ConsentsAnswer",
    "Coverage",
    "DifferenceKind",
    "ElderlyCertificate",
    "FaceCheck",
    "FacePresence",
    "Fact",
    "FhirQuestions",
    "Finder",
    "Finding",
    "Found",
    "Guards",
    "History",
    "Inquiry",
    "LimitCertificate",
    "LimitsShown",
    "LinkStatus",
    "Linked",
    "Linking",
    "MatchState",
    "MedicalTicket",
    "NumberCheck",
    "NumberInquiry",
    "OqsCarrier",
    "OqsReply",
    "OwnRecord",
    "OwnRecords",
    "PersonId",
    "Place",
    "PresenceCheck",
    "Presented",
    "PublicExpense",
    "Question",
    "QuestionKind",
    "ReferenceCheck",
    "ReferenceInquiry",
    "ReferenceLink",
    "ReferenceNumberAnswer",
    "ReferenceNumberRequest",
    "ReferenceNumberWithdrawal",
    "ReferenceNumbers",
    "Registering",
    "Registrar",
    "RegistrationsAnswer",
    "RegistrationsRequest",
    "Result",
    "ReviewTerms",
    "Row",
    "RowAnswer",
    "Situation",
    "SliceRecord",
    "SpecificDisease",
    "StandingCheck",
    "StandingInquiry",
    "StepKind",
    "Validity",
    "Verdict",
    "answer_face",
    "answer_oqs",
    "birthdate_asked",
    "check",
    "check_claim",
    "check_in_failure",
    "check_limits_shown",
    "check_projection",
    "check_registrations",
    "consents_oqs",
    "day_asked",
    "finder_for",
    "finding_of",
    "is_told_of_claim",
    "limits_shown_in",
    "linking_of",
    "listed_period",
    "misshapen",
    "numbered_person",
    "opened_locally",
    "pack_assertion",
    "pack_history",
    "period_of",
    "place_of_link",
    "place_of_question",
    "places_of_fact",
    "question_problem",
    "read_check",
    "read_linking",
    "read_message",
    "read_withdrawal",
    "reference_asked",
    "refuse_oqs",
    "refuse_registration",
    "register_oqs",
    "registrations_answer",
    "rehearsed",
    "said_of",
    "settings_oqs",
    "unpack_history",
    "verify",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
