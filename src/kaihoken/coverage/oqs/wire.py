"""The wire, once: which elements a message has, in which order, and how each is written.

Every reader and writer of both carriers goes by these tables, and the names of the wire appear nowhere else but here.
`attribute` is the field of the struct in `message` or `kaihoken.coverage.answer` that an element carries.

The official layout (外部インターフェイス仕様書) is not public: names, order and lengths are those that systems working
against the real interface agree on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

ROOT = "XmlMsg"
HEADER = "MessageHeader"
BODY = "MessageBody"
SEARCH_INFO = "QualificationConfirmSearchInfo"
REGISTRATION_INFO = "ReferenceNumberRegistrationInfo"
FILE_IDENTIFIER = "ArbitraryFileIdentifier"
CONFIRMATION_DATE = "QualificationConfirmationDate"
CHARACTER_CODE = "CharacterCodeIdentifier"

HEADER_PATH = f"/{ROOT}/{HEADER}"
BODY_PATH = f"/{ROOT}/{BODY}"
SEARCH_PATH = f"{BODY_PATH}/{SEARCH_INFO}"
REGISTRATION_PATH = f"{BODY_PATH}/{REGISTRATION_INFO}"


class Form(StrEnum):
    """How a value stands on the wire."""

    TEXT = "text"  # what the register holds; ● for what no receiver could read
    ECHO = "echo"  # what the asker sent, character for character
    KANA = "kana"  # half-width
    CODE = "code"
    DATE = "yyyyMMdd"
    MONTH = "yyyyMM"
    INSTANT = "yyyyMMddHHmmss"  # Asia/Tokyo
    PERCENT = "N3"  # 030
    YEN = "yen"
    COUNT = "count"
    INSURER = "insurer"  # eight characters, spaces in front
    FLAG = "flag"  # the one code of its list, or nothing
    ENCODING = "encoding"
    GROUP = "group"  # children between the element's own tags
    INLINE = "inline"  # children without tags of their own
    LIST = "list"  # of groups, each in an `item` element
    SEARCH = "search"  # the question, given back as it came


@dataclass(frozen=True, slots=True)
class Element:
    """One element. `codes` names its code list; `only` narrows it to what this interface may send.

    `longest` (characters) and `required` are asked of what is read.
    """

    name: str
    attribute: str
    form: Form
    codes: str = ""
    only: frozenset[str] = frozenset()
    longest: int | None = None
    required: bool = False
    children: tuple["Element", ...] = ()
    item: str = ""


_CONSENTS = "OQSCD016"


def _code(name: str, attribute: str, codes: str, only: frozenset[str] = frozenset()) -> Element:
    return Element(name, attribute, Form.CODE, codes=codes, only=only)


def _text(name: str, attribute: str) -> Element:
    return Element(name, attribute, Form.TEXT)


def _day(name: str, attribute: str) -> Element:
    return Element(name, attribute, Form.DATE)


def _consent(attribute: str, stem: str, codes: str, *, expires: bool) -> Element:
    """The two or three elements of one consent. Values 2 (expired) and 3 (hard to obtain) of OQSCD016 belong to the
    home visit, online and emergency interfaces, and receivers of this one refuse them."""
    children: tuple[Element, ...] = (
        _code(f"{stem}ConsFlg", "flag", codes, only=frozenset(("0", "1"))),
        Element(f"{stem}ConsTime", "given_at", Form.INSTANT),
    )
    if expires:
        children += (Element(f"{stem}AvailableTime", "available_until", Form.INSTANT),)
    return Element("", attribute, Form.INLINE, children=children)


def _also_over(element: Element) -> Element:
    """The same with 有効期限切れ (2) among the values of a consent."""
    if not any(child.codes == _CONSENTS for child in element.children):
        return element
    flag, *times = element.children
    return replace(element, children=(replace(flag, only=flag.only | {"2"}), *times))


REQUEST_HEADER = (
    Element(CONFIRMATION_DATE, "qualification_confirmation_date", Form.DATE, required=True),
    Element("MedicalInstitutionCode", "medical_institution_code", Form.ECHO, required=True),
    Element(FILE_IDENTIFIER, "arbitrary_file_identifier", Form.ECHO, longest=50),
)

SEARCH = (
    Element("InsurerNumber", "insurer_number", Form.ECHO, longest=8, required=True),
    Element("InsuredCardSymbol", "symbol", Form.ECHO, longest=20),
    Element("InsuredIdentificationNumber", "number", Form.ECHO, longest=20, required=True),
    Element("InsuredBranchNumber", "branch", Form.ECHO, longest=2),
    Element("Birthdate", "birthdate", Form.DATE, required=True),
    Element(
        "LimitApplicationCertificateRelatedConsFlg",
        "limit_consent",
        Form.CODE,
        codes="OQSCD001",
        required=True,
    ),
    Element("ArbitraryIdentifier", "arbitrary_identifier", Form.ECHO, longest=50),
)

RESPONSE_HEADER = (
    Element("ProcessExecutionTime", "process_execution_time", Form.INSTANT),
    _day(CONFIRMATION_DATE, "qualification_confirmation_date"),
    Element("MedicalInstitutionCode", "medical_institution_code", Form.ECHO),
    Element(FILE_IDENTIFIER, "arbitrary_file_identifier", Form.ECHO),
    _code("ReferenceClassification", "reference_classification", "OQSCD002"),
    _code("SegmentOfResult", "segment_of_result", "OQSCD003"),
    _text("ErrorCode", "error_code"),
    _text("ErrorMessage", "error_message"),
    Element(CHARACTER_CODE, "encoding", Form.ENCODING),
)

ELDERLY = (
    _day("ElderlyRecipientCertificateDate", "issued"),
    _day("ElderlyRecipientValidStartDate", "valid_from"),
    _day("ElderlyRecipientValidEndDate", "valid_to"),
    Element("ElderlyRecipientContributionRatio", "share_percent", Form.PERCENT),
)

LIMIT = (
    _code("LimitApplicationCertificateClassification", "classification", "OQSCD011"),
    _code("LimitApplicationCertificateClassificationFlag", "category", "OQSCD012"),
    _day("LimitApplicationCertificateDate", "issued"),
    _day("LimitApplicationCertificateValidStartDate", "valid_from"),
    _day("LimitApplicationCertificateValidEndDate", "valid_to"),
    _day("LimitApplicationCertificateLongTermDate", "long_term"),
)

DISEASE = (
    _code("SpecificDiseasesDiseaseCategory", "category", "OQSCD013"),
    _day("SpecificDiseasesCertificateDate", "issued"),
    _day("SpecificDiseasesValidStartDate", "valid_from"),
    _day("SpecificDiseasesValidEndDate", "valid_to"),
    Element("SpecificDiseasesSelfPay", "monthly_limit_yen", Form.YEN),
)

TICKET = (
    _code("TicketType", "ticket_type", "OQSCD018"),
    _day("MedicalTicketValidDate", "valid_from"),
    _day("MedicalTicketExpirationDate", "valid_to"),
    _text("IssueNumber", "issue_number"),
    Element("MedicalTreatmentMonth", "month", Form.MONTH),
    _text("DesignatedMedicalInstitutionCode", "facility"),
    _text("DesignatedMedicalInstitutionName", "facility_name"),
    _code("MedicalTreatmentType", "treatment_type", "OQSCD019"),
    Element("SelfPayAmount", "self_pay_yen", Form.YEN),
    _text("DistrictContactName", "district_contact"),
    _code("SingleOrCombinedUse", "single_or_combined", "OQSCD020"),
    _code("StatusOfSocialInsurance", "social_insurance", "OQSCD021"),
)

RESULT = (
    _code("InsuredCardClassification", "classification", "OQSCD010"),
    Element("InsurerNumber", "insurer_number", Form.INSURER),
    _text("InsuredCardSymbol", "symbol"),
    _text("InsuredIdentificationNumber", "number"),
    _text("InsuredBranchNumber", "branch"),
    _code("PersonalFamilyClassification", "relation", "OQSCD009"),
    _text("InsuredName", "insured_name"),
    _text("Name", "name"),
    Element("NameKana", "kana", Form.KANA),
    _text("NameOfOther", "other_name"),
    Element("NameOfOtherKana", "other_kana", Form.KANA),
    _code("Sex1", "sex", "OQSCD007"),
    _code("Sex2", "sex_other", "OQSCD007"),
    _day("Birthdate", "birthdate"),
    _text("Address", "address"),
    _text("PostNumber", "postal_code"),
    _day("QualificationDate", "acquired"),
    _day("DisqualificationDate", "lost"),
    _day("InsuredCertificateIssuanceDate", "issued"),
    _day("InsuredCardValidDate", "valid_from"),
    _day("InsuredCardExpirationDate", "valid_to"),
    Element("InsuredPartialContributionRatio", "share_percent", Form.PERCENT),
    Element("PreschoolClassification", "preschool", Form.FLAG, codes="OQSCD015"),
    _code("ReasonOfLoss", "loss_reason", "OQSCD008"),
    _text("InsurerName", "insurer_name"),
    Element("ElderlyRecipientCertificateInfo", "elderly", Form.GROUP, children=ELDERLY),
    _consent("limit_consent", "LimitApplicationCertificateRelated", "OQSCD001", expires=False),
    Element("LimitApplicationCertificateRelatedInfo", "limit", Form.GROUP, children=LIMIT),
    _code("LimitApplicationCertificateChanged", "limit_changed", "OQSCD014"),
    _consent("disease_consent", "SpecificDiseasesCertificateRelated", _CONSENTS, expires=False),
    Element(
        "SpecificDiseasesCertificateList",
        "diseases",
        Form.LIST,
        children=DISEASE,
        item="SpecificDiseasesCertificateInfo",
    ),
    _consent("health_checkup_consent", "SpecificHealthCheckupsInfo", _CONSENTS, expires=True),
    _consent("medicine_consent", "PharmacistsInfo", _CONSENTS, expires=True),
    _consent("diagnosis_consent", "DiagnosisInfo", _CONSENTS, expires=True),
    _consent("operation_consent", "OperationInfo", _CONSENTS, expires=True),
    _consent("disease_name_consent", "DiagnosisName", _CONSENTS, expires=True),
    _consent("infection_consent", "InfectiousInfo", _CONSENTS, expires=True),
    _consent("allergy_consent", "AllergyInfo", _CONSENTS, expires=True),
    _consent("contraindication_consent", "ContraindicationInfo", _CONSENTS, expires=True),
    _consent("test_consent", "TestInfo", _CONSENTS, expires=True),
    _consent("prescription_consent", "PrescriptionInfo", _CONSENTS, expires=True),
    _text("ReferenceNumber", "reference_number"),
    Element("PublicExpenseResultList", "tickets", Form.LIST, children=TICKET, item="MedicalTicketInfo"),
)

RESPONSE_BODY = (
    _code("ProcessingResultStatus", "processing_result_status", "OQSCD004"),
    _text("ProcessingResultCode", "processing_result_code"),
    _text("ProcessingResultMessage", "processing_result_message"),
    _code("QualificationValidity", "qualification_validity", "OQSCD006"),
    _code("PrescriptionIssueSelect", "prescription_issue_select", "OQSCD017"),
    Element("ResultList", "results", Form.LIST, children=RESULT, item="ResultOfQualificationConfirmation"),
    Element(SEARCH_INFO, "search", Form.SEARCH, children=SEARCH),
)

VISIT_RESULT = tuple(map(_also_over, RESULT))
"""A result in home and online care, which also says of a consent that it is over."""

VISIT_BODY = tuple(
    replace(element, children=VISIT_RESULT) if element.children is RESULT else element
    for element in RESPONSE_BODY
)

UNIT = "BulkConfirmUnit"
UNIT_RESULT = "ResultOfQualificationConfirmation"
RECEPTION_NUMBER = "ReceptionNumber"

LIST_ANSWER_HEADER = (
    Element("ProcessExecutionTime", "process_execution_time", Form.INSTANT),
    Element("MedicalInstitutionCode", "medical_institution_code", Form.ECHO),
    Element(FILE_IDENTIFIER, "arbitrary_file_identifier", Form.ECHO),
    Element(RECEPTION_NUMBER, "reception_number", Form.ECHO),
    _code("SegmentOfResult", "segment_of_result", "OQSCD003"),
    _text("ErrorCode", "error_code"),
    _text("ErrorMessage", "error_message"),
    Element("NumberOfProcessingResult", "results", Form.COUNT),
    Element("NumberOfNormalProcessing", "normal", Form.COUNT),
    Element("NumberOfError", "errors", Form.COUNT),
    Element(CHARACTER_CODE, "encoding", Form.ENCODING),
)
"""The header of every answer about a list: what does not belong to a step is left out."""

RECEPTION = (
    Element(RECEPTION_NUMBER, "reception_number", Form.ECHO),
    Element("ReceptionDateTime", "received_at", Form.INSTANT),
)

RECEPTION_QUESTION = (Element(RECEPTION_NUMBER, "reception_number", Form.ECHO, longest=64, required=True),)

TREATMENT_MONTH = "MedicalTreatmentMonth"
MONTH_QUESTION = (Element(TREATMENT_MONTH, "month", Form.MONTH, required=True),)

VISIT_QUESTION = (
    _day("ConsentDateFrom", "given_from"),
    _day("ConsentDateTo", "given_to"),
    _day("ExaminationDateFrom", "examined_from"),
    _day("ExaminationDateTo", "examined_to"),
    _code("MedicalTreatmentFlag", "treatment", "OQSCD028"),
)
"""Asking again by list: the days of consents, or of examinations, and the form of care."""

UNIT_BEGINNING = (
    Element(SEARCH_INFO, "search", Form.SEARCH, children=SEARCH),
    _code("ProcessingResultStatus", "processing_result_status", "OQSCD004"),
    _text("ProcessingResultCode", "processing_result_code"),
    _text("ProcessingResultMessage", "processing_result_message"),
    _code("QualificationValidity", "qualification_validity", "OQSCD006"),
)
"""One person of a list; their results stand behind it, one element each, without a list around them."""

LIST_HEADER = REQUEST_HEADER[1:]
"""The header of a message that asks about no day."""

REGISTRATION = (
    Element("ReferenceNumber", "reference_number", Form.ECHO, longest=50, required=True),
    Element("InsurerNumber", "insurer_number", Form.ECHO, longest=8, required=True),
    Element("InsuredCardSymbol", "symbol", Form.ECHO, longest=20),
    Element("InsuredIdentificationNumber", "number", Form.ECHO, longest=20, required=True),
    Element("InsuredBranchNumber", "branch", Form.ECHO, longest=2),
)
"""照会番号 and the numbers of whoever it stands for."""

RESULT_STATUS = (
    _code("ProcessingResultStatus", "processing_result_status", "OQSCD004"),
    _text("ProcessingResultCode", "processing_result_code"),
    _text("ProcessingResultMessage", "processing_result_message"),
)
"""What became of one person, or of one thing that was asked for."""

REGISTRATION_RESULT = (
    Element(REGISTRATION_INFO, "info", Form.GROUP, children=REGISTRATION),
    *RESULT_STATUS,
)

REGISTRATION_UNIT = "BulkRegistrationUnit"
"""One block of a list of registrations with what became of it: the elements of a single result."""

RESULT_HEADER = tuple(
    element
    for element in RESPONSE_HEADER
    if element.name not in (CONFIRMATION_DATE, "ReferenceClassification")
)
"""The header of a result that is about no day."""

PATHS: Mapping[str, str] = {
    **{element.name: f"{HEADER_PATH}/{element.name}" for element in REQUEST_HEADER},
    CHARACTER_CODE: f"{HEADER_PATH}/{CHARACTER_CODE}",
    **{element.name: f"{SEARCH_PATH}/{element.name}" for element in SEARCH},
    **{element.name: f"{BODY_PATH}/{element.name}" for element in VISIT_QUESTION},
}
"""Where each element of a question stands. The names of a question's elements occur once each."""
