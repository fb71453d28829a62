"""Small builders of questions and answers for the tests of the wire. Everybody in them is fictional."""

from datetime import UTC, date, datetime

import msgspec

from kaihoken.coverage.answer import (
    ConsentShown,
    DiseaseShown,
    ElderlyShown,
    LimitShown,
    Result,
    TicketShown,
)
from kaihoken.coverage.oqs import (
    Encoding,
    ReferenceClassification,
    Request,
    RequestHeader,
    Response,
    ResponseBody,
    ResponseHeader,
    Salvaged,
    SearchInfo,
    in_progress,
    person_failed,
    refusal,
)
from kaihoken.problems import Problem

FACILITY = "9910000007"
IDENTIFIER = "202611200001"
DAY = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)
TOMORROW = datetime(2026, 11, 21, 1, 2, 3, tzinfo=UTC)

SEARCH_ELEMENTS = {
    "InsurerNumber": "06132013",
    "InsuredCardSymbol": "12-34",
    "InsuredIdentificationNumber": "567890",
    "InsuredBranchNumber": "01",
    "Birthdate": "19800102",
    "LimitApplicationCertificateRelatedConsFlg": "1",
}
HEADER_ELEMENTS = {
    "QualificationConfirmationDate": "20261120",
    "MedicalInstitutionCode": FACILITY,
    "ArbitraryFileIdentifier": IDENTIFIER,
}


def xml_of(elements: dict[str, str]) -> str:
    return "".join(f"<{name}>{text}</{name}>" for name, text in elements.items())


def a_document(
    header: dict[str, str] | str = HEADER_ELEMENTS,
    search: dict[str, str] | str = SEARCH_ELEMENTS,
    declaration: str = '<?xml version="1.0" encoding="UTF-8"?>',
) -> str:
    """A question as XML text. Elements as a dictionary, or as markup."""
    header = header if isinstance(header, str) else xml_of(header)
    search = search if isinstance(search, str) else xml_of(search)
    return (
        f"{declaration}<XmlMsg><MessageHeader>{header}</MessageHeader><MessageBody>"
        f"<QualificationConfirmSearchInfo>{search}</QualificationConfirmSearchInfo></MessageBody></XmlMsg>"
    )


def a_tree(**changes: object) -> dict[str, object]:
    """A question as the tree of JSON. `header` and `search` replace those parts."""
    header = changes.get("header", HEADER_ELEMENTS)
    search = changes.get("search", SEARCH_ELEMENTS)
    return {"XmlMsg": {"MessageHeader": header, "MessageBody": {"QualificationConfirmSearchInfo": search}}}


def a_search(**changes: object) -> SearchInfo:
    plain = SearchInfo(
        insurer_number="06132013",
        symbol="12-34",
        number="567890",
        branch="01",
        birthdate=date(1980, 1, 2),
        limit_consent=True,
    )
    return msgspec.structs.replace(plain, **changes)


def a_request(encoding: Encoding = Encoding.UTF_8, **search: object) -> Request:
    return Request(
        header=RequestHeader(
            qualification_confirmation_date=DAY,
            medical_institution_code=FACILITY,
            arbitrary_file_identifier=IDENTIFIER,
        ),
        search=a_search(**search),
        encoding=encoding,
    )


def a_result(**changes: object) -> Result:
    plain = Result(
        classification="01",
        insurer_number="06132013",
        insurer_name="架空健康保険組合",
        symbol="12-34",
        number="567890",
        branch="01",
        relation="1",
        insured_name="山田　太郎",
        name="山田　太郎",
        kana="ﾔﾏﾀﾞ ﾀﾛｳ",
        sex="1",
        birthdate=date(1980, 1, 2),
        postal_code="100-0001",
        address="東京都架空区架空１－２－３",
        acquired=date(2020, 4, 1),
        issued=date(2020, 4, 1),
        valid_from=date(2020, 4, 1),
    )
    return msgspec.structs.replace(plain, **changes)


def an_answer(
    *results: Result, encoding: Encoding = Encoding.UTF_8, validity: str | None = "1", **body: object
) -> Response:
    """A normal answer to a question by number."""
    return Response(
        header=ResponseHeader(
            process_execution_time=AT,
            qualification_confirmation_date=DAY,
            medical_institution_code=FACILITY,
            arbitrary_file_identifier=IDENTIFIER,
            encoding=encoding,
        ),
        body=msgspec.structs.replace(
            ResponseBody(qualification_validity=validity, results=results, search=a_search()), **body
        ),
    )


def a_face(*results: Result, validity: str = "1") -> Response:
    """A normal answer to a card: no question in it."""
    answer = an_answer(*results, validity=validity, search=None, prescription_issue_select="2")
    header = msgspec.structs.replace(answer.header, reference_classification=ReferenceClassification.CARD)
    return Response(header=header, body=answer.body)


GIVEN = ConsentShown(flag="1", given_at=AT)
OPEN = ConsentShown(flag="1", given_at=AT, available_until=TOMORROW)
REFUSED = ConsentShown(flag="0")

_LIMIT = LimitShown(
    classification="02",
    category="A05",
    issued=date(2026, 7, 20),
    valid_from=date(2026, 8, 1),
    valid_to=date(2027, 7, 31),
    long_term=date(2026, 12, 1),
)
_DISEASES = (
    DiseaseShown(
        category="1",
        issued=date(2024, 5, 1),
        valid_from=date(2024, 5, 1),
        valid_to=date(2029, 4, 30),
        monthly_limit_yen=10000,
    ),
    DiseaseShown(category="2", valid_from=date(2025, 1, 1), monthly_limit_yen=10000),
)
_TICKET = TicketShown(
    ticket_type="01",
    month=date(2026, 11, 1),
    facility=FACILITY,
    facility_name="架空診療所",
    issue_number="0000001",
    valid_from=date(2026, 11, 1),
    valid_to=date(2026, 11, 30),
    treatment_type="02",
    self_pay_yen=0,
    district_contact="福祉　花子",
)
_WELFARE = a_result(
    classification="A1",
    insurer_number="12130013",
    insurer_name="架空市福祉事務所",
    symbol=None,
    number="1234566",
    branch=None,
    relation=None,
    issued=None,
    valid_from=None,
)

GOLDEN: dict[str, Response] = {
    "valid": an_answer(a_result()),
    "ended": an_answer(
        a_result(lost=date(2026, 10, 1), loss_reason="03", valid_to=date(2026, 9, 30)), validity="2"
    ),
    "new-coverage": an_answer(a_result(lost=date(2026, 10, 1), loss_reason="03"), validity="3"),
    "not-found": an_answer(validity="4"),
    "multiple": an_answer(validity="5", search=a_search(branch="")),
    "unregistered": a_face(_WELFARE, validity="6"),
    "late-elderly": an_answer(
        a_result(
            insurer_number="39131156",
            insurer_name="架空後期高齢者医療広域連合",
            symbol=None,
            number="00123455",
            branch=None,
            relation=None,
            birthdate=date(1948, 3, 4),
            share_percent=20,
            valid_to=date(2027, 7, 31),
        ),
        search=a_search(insurer_number="39131156", symbol=None, number="00123455", branch=None),
    ),
    "national-health": an_answer(
        a_result(
            insurer_number="00138057",
            insurer_name="架空区",
            relation="2",
            preschool=True,
            birthdate=date(2022, 2, 3),
            elderly=None,
        ),
        search=a_search(insurer_number="  138057", birthdate=date(2022, 2, 3)),
    ),
    "elderly": an_answer(
        a_result(
            birthdate=date(1953, 5, 6),
            elderly=ElderlyShown(
                issued=date(2023, 6, 1),
                valid_from=date(2023, 6, 1),
                valid_to=date(2027, 7, 31),
                share_percent=20,
            ),
        )
    ),
    "limit": an_answer(a_result(limit_consent=GIVEN, limit=_LIMIT)),
    "specific-disease": a_face(
        a_result(
            limit_consent=GIVEN,
            limit=_LIMIT,
            disease_consent=GIVEN,
            diseases=_DISEASES,
            health_checkup_consent=OPEN,
            medicine_consent=OPEN,
            diagnosis_consent=OPEN,
            operation_consent=REFUSED,
            other_name="架空　一郎",
            other_kana="ｶｸｳ ｲﾁﾛｳ",
            sex_other="3",
            reference_number="K-000123",
        )
    ),
    "welfare-ticket": a_face(msgspec.structs.replace(_WELFARE, tickets=(_TICKET,))),
    "shift-jis": an_answer(
        a_result(
            name="𠮷田　●郎",
            insured_name="\ue000田　彅子 & <𠀋>",
            address="東京都架空区１〜２",
        ),
        encoding=Encoding.SHIFT_JIS,
    ),
    "advisory": an_answer(
        a_result(share_percent=None),
        processing_result_code="KHK2099",
        processing_result_message="利用者証明用電子証明書の有効期限が3か月以内です",
    ),
    "in-progress": in_progress(a_request(), at=AT),
    "person-failed": person_failed(a_request(), Problem("oqs.impossible-date", element="Birthdate"), at=AT),
    "refused": refusal(
        Problem("oqs.dtd"),
        Salvaged(arbitrary_file_identifier=IDENTIFIER),
        at=AT,
        on=DAY,
        facility=FACILITY,
    ),
}
"""One answer of every shape that leaves, by the name of its golden files."""
