"""The same journey for OQS clients: read, asked, written, refused in the carrier's own form."""

from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from lxml import etree

from kaihoken.coverage import Found, answer_oqs, oqs, refuse_oqs
from kaihoken.coverage.inquiry import Inquiry, NumberInquiry
from kaihoken.coverage.oqs_api import OqsCarrier, facility_of
from kaihoken.problems import Problem

from .house import FACILITY_ASKS, MORNING, House, a_house, record_of
from .people import FACILITY
from .test_rows import COVERAGE, LIMIT

CARRIERS: tuple[OqsCarrier, ...] = ("oqs-xml", "oqs-json")
SEARCH = "/XmlMsg/MessageBody/QualificationConfirmSearchInfo"

HEADER = {
    "QualificationConfirmationDate": "20261120",
    "MedicalInstitutionCode": FACILITY,
    "ArbitraryFileIdentifier": "abc=",
}
QUESTION = {
    "InsurerNumber": "01130012",
    "InsuredCardSymbol": "12-34",
    "InsuredIdentificationNumber": "56",
    "InsuredBranchNumber": "01",
    "Birthdate": "19800101",
    "LimitApplicationCertificateRelatedConsFlg": "0",
}


def a_message(carrier: OqsCarrier, header: dict[str, str] | None = None, **changed: str) -> bytes:
    """A question in either carrier, some elements changed."""
    tree = {
        "MessageHeader": HEADER | (header or {}),
        "MessageBody": {"QualificationConfirmSearchInfo": QUESTION | changed},
    }
    if carrier == "oqs-json":
        return msgspec.json.encode({"XmlMsg": tree})

    def written(name: str, value: Any) -> str:
        inner = value if isinstance(value, str) else "".join(written(*item) for item in value.items())
        return f"<{name}>{inner}</{name}>"

    return ('<?xml version="1.0" encoding="UTF-8"?>' + written("XmlMsg", tree)).encode()


def read(carrier: OqsCarrier, content: bytes) -> dict[str, str]:
    """The leaves of an answer by name; the first of each."""
    found: dict[str, str] = {}
    if carrier == "oqs-xml":
        for element in etree.fromstring(content).iter():
            if len(element) == 0:
                found.setdefault(str(element.tag), element.text or "")
        return found

    def walk(value: Any) -> None:
        for name, inner in value.items():
            for one in inner if isinstance(inner, list) else [inner]:
                if isinstance(one, dict):
                    walk(one)
                else:
                    found.setdefault(name, one)

    walk(msgspec.json.decode(content))
    return found


@pytest.fixture
async def house(tmp_path: Path) -> Any:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        await house.register(
            COVERAGE | {"match": "visible", "limits": [LIMIT]},
            COVERAGE | {"link": "k-2", "number": "60"},
            COVERAGE | {"link": "k-3", "number": "61", "match": "suspended-3"},
            COVERAGE | {"link": "k-4", "number": "62", "match": "visible", "lost": "2026-11-19"},
            COVERAGE | {"link": "k-5", "number": "63", "match": "visible", "birthdate": "1950-01-01"},
            COVERAGE
            | {
                "link": "k-6",
                "number": "64",
                "match": "visible",
                "classification": "05",
                "insurer_number": "138057",
            },
            may_match=True,
        )
        yield house


async def asked(house: House, carrier: OqsCarrier, **changed: str) -> dict[str, str]:
    reply = await answer_oqs(house.answering, FACILITY_ASKS, carrier, a_message(carrier, **changed))
    return read(carrier, reply.content)


@pytest.mark.parametrize("carrier", CARRIERS)
async def test_an_answer_in_the_carrier_of_the_question(house: House, carrier: OqsCarrier) -> None:
    reply = await answer_oqs(house.answering, FACILITY_ASKS, carrier, a_message(carrier))
    answer = read(carrier, reply.content)

    assert reply.answered is not None
    assert (reply.encoding, reply.content) == (oqs.Encoding.UTF_8, reply.answered.payload)
    assert record_of(reply.answered)["carrier"] == carrier
    assert {
        "ArbitraryFileIdentifier": "abc=",
        "ProcessExecutionTime": "20261120100001",
        "SegmentOfResult": "1",
        "QualificationValidity": "1",
        "Name": COVERAGE["name"],
    }.items() <= answer.items()
    assert "ProcessingResultCode" not in answer
    assert "LimitApplicationCertificateClassification" not in answer


@pytest.mark.parametrize("carrier", CARRIERS)
async def test_a_consent_in_the_question_is_dated_by_the_answer(house: House, carrier: OqsCarrier) -> None:
    answer = await asked(house, carrier, LimitApplicationCertificateRelatedConsFlg="1")

    assert answer["LimitApplicationCertificateRelatedConsTime"] == "20261120100001"
    assert answer["LimitApplicationCertificateClassificationFlag"] == "A03"


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize(
    ("changed", "validity", "advice"),
    [
        ({"InsuredIdentificationNumber": "60"}, "4", "KHK2901"),  # pending
        ({"InsuredIdentificationNumber": "61"}, "4", "KHK2902"),  # suspended
        ({"InsuredIdentificationNumber": "62"}, "2", "KHK2906"),  # ended yesterday: lag
        (
            {"InsuredIdentificationNumber": "63", "Birthdate": "19500101"},
            "1",
            "KHK2905",
        ),  # no share registered
        ({"InsuredIdentificationNumber": "64", "InsurerNumber": "  138057"}, "1", "KHK2903"),  # 特別療養費
        ({"InsuredBranchNumber": "02"}, "1", None),
    ],
)
async def test_what_lies_behind_the_official_code_is_said_beside_it(
    house: House, carrier: OqsCarrier, changed: dict[str, str], validity: str, advice: str | None
) -> None:
    answer = await asked(house, carrier, **changed)

    assert (answer["QualificationValidity"], answer.get("ProcessingResultCode")) == (validity, advice)
    assert bool(answer.get("ProcessingResultMessage")) == (advice is not None)
    assert answer["ProcessingResultStatus"] == "1"


@pytest.mark.parametrize("carrier", CARRIERS)
async def test_symbol_and_branch_may_be_left_empty(house: House, carrier: OqsCarrier) -> None:
    seen: list[Inquiry] = []

    async def look(inquiry: Inquiry) -> None:
        seen.append(inquiry)

    message = a_message(carrier, InsuredCardSymbol="", InsuredBranchNumber="", InsurerNumber="01130012 ")
    reply = await answer_oqs(house.answering, FACILITY_ASKS, carrier, message, before_asking=look)

    (inquiry,) = seen
    assert isinstance(inquiry, NumberInquiry)
    assert (inquiry.symbol, inquiry.branch, inquiry.insurer.canonical) == ("", "", "01130012")
    assert read(carrier, reply.content)["QualificationValidity"] == "1"


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize(
    ("header", "changed", "code", "where"),
    [
        (
            {},
            {"InsuredIdentificationNumber": "​"},
            "coverage.request-number",
            f"{SEARCH}/InsuredIdentificationNumber",
        ),
        ({}, {"InsuredBranchNumber": "xy"}, "identity.branch", f"{SEARCH}/InsuredBranchNumber"),
        ({}, {"InsurerNumber": "1130012"}, "identity.insurer-digits", f"{SEARCH}/InsurerNumber"),
        ({}, {"Birthdate": "19801301"}, "oqs.impossible-date", f"{SEARCH}/Birthdate"),
        (
            {"MedicalInstitutionCode": "1312345670"},
            {},
            "coverage.other-facility",
            "/XmlMsg/MessageHeader/MedicalInstitutionCode",
        ),
        (
            {"QualificationConfirmationDate": "20261121"},
            {},
            "coverage.future",
            "/XmlMsg/MessageHeader/QualificationConfirmationDate",
        ),
    ],
)
async def test_what_cannot_be_asked_is_refused_in_the_carriers_own_form(
    house: House,
    carrier: OqsCarrier,
    header: dict[str, str],
    changed: dict[str, str],
    code: str,
    where: str,
) -> None:
    message = a_message(carrier, header, **changed)
    with pytest.raises(Problem) as caught:
        await answer_oqs(house.answering, FACILITY_ASKS, carrier, message)
    assert (caught.value.code, caught.value.where) == (code, where)

    reply = refuse_oqs(caught.value, carrier, message, MORNING, FACILITY)
    refused = read(carrier, reply.content)
    assert reply.answered is None
    assert (refused["SegmentOfResult"], refused["ErrorCode"]) == ("9", caught.value.entry.oqs)
    assert (refused["ArbitraryFileIdentifier"], refused["MedicalInstitutionCode"]) == ("abc=", FACILITY)
    assert where in refused["ErrorMessage"]


@pytest.mark.parametrize("carrier", CARRIERS)
def test_in_progress_is_a_segment_of_its_own(carrier: OqsCarrier) -> None:
    reply = refuse_oqs(Problem("oqs.in-progress"), carrier, a_message(carrier), MORNING, FACILITY)

    assert read(carrier, reply.content)["SegmentOfResult"] == "2"


@pytest.mark.parametrize("carrier", CARRIERS)
async def test_an_answer_can_be_withheld_before_it_leaves(house: House, carrier: OqsCarrier) -> None:
    seq = house.committer.committed_seq

    def withhold(found: Found) -> None:
        raise Problem("hub.not-ready")

    with pytest.raises(Problem, match=r"hub\.not-ready"):
        await answer_oqs(house.answering, FACILITY_ASKS, carrier, a_message(carrier), before_leaving=withhold)
    assert house.committer.committed_seq == seq


@pytest.mark.parametrize("carrier", CARRIERS)
def test_whose_message_it_is_stands_in_its_header(carrier: OqsCarrier) -> None:
    assert facility_of(carrier, a_message(carrier)) == FACILITY


async def test_a_past_day_is_answered_for_that_day(house: House) -> None:
    message = a_message(
        "oqs-xml", {"QualificationConfirmationDate": "20261118"}, InsuredIdentificationNumber="62"
    )
    reply = await answer_oqs(house.answering, FACILITY_ASKS, "oqs-xml", message)

    assert reply.answered is not None
    assert reply.answered.found.answer.on == date(2026, 11, 18)
    assert read("oqs-xml", reply.content)["QualificationValidity"] == "1"
