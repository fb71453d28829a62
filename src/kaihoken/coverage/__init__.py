"""資格: who is covered, by whom, and what a question may see of it. The heart of the house."""

from kaihoken.coverage.answering import Answered, Answering, Asker, Found, Question
from kaihoken.coverage.api import Check, CheckAnswer, check, read_check
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
    SpecificDisease,
    pack_assertion,
    pack_history,
    unpack_history,
)
from kaihoken.coverage.inquiry import (
    CertificateInquiry,
    Chart,
    Consent,
    Inquiry,
    NumberInquiry,
    Presented,
    QuestionKind,
)
from kaihoken.coverage.lookup import Place, place_of_fact, place_of_link, place_of_question
from kaihoken.coverage.oqs_api import OqsCarrier, OqsReply, answer_oqs, refuse_oqs
from kaihoken.coverage.rows import Row
from kaihoken.coverage.registration import Registering, Registrar, RowAnswer
from kaihoken.coverage.verdict import Situation, Validity, Verdict
from kaihoken.coverage.verification import verify

__all__ = [
    "Answered",
    "Answering",
    "Asker",
    "Assertion",
    "Certificate",
    "CertificateInquiry",
    "Check",
    "CheckAnswer",
    "Chart",
    "CommitSequence",
    "Consent",
    "Coverage",
    "ElderlyCertificate",
    "Fact",
    "Found",
    "History",
    "Inquiry",
    "LimitCertificate",
    "MatchState",
    "MedicalTicket",
    "NumberInquiry",
    "OqsCarrier",
    "OqsReply",
    "PersonId",
    "Place",
    "Presented",
    "PublicExpense",
    "Question",
    "QuestionKind",
    "Registering",
    "Registrar",
    "Row",
    "RowAnswer",
    "Situation",
    "SpecificDisease",
    "Validity",
    "Verdict",
    "answer_oqs",
    "check",
    "finder_for",
    "pack_assertion",
    "pack_history",
    "place_of_fact",
    "place_of_link",
    "place_of_question",
    "read_check",
    "refuse_oqs",
    "unpack_history",
    "verify",
]
