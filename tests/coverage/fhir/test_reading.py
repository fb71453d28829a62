"""CoverageEligibilityRequest in every form in which a client may send it."""

from copy import deepcopy
from datetime import date
from typing import Any

import msgspec
import pytest

from kaihoken.coverage.fhir import (
    ByCertificate,
    ByNumber,
    ByReference,
    EligibilityRequest,
    Numbers,
    read_request,
    sent,
)
from kaihoken.coverage.inquiry import Chart, Consent, Presented
from kaihoken.problems import Problem

from .sandbox import CASES, MEMBER_ID, OURS, request_of

Json = dict[str, Any]

CORE = "http://jpfhir.jp/fhir/core"
EXTENSION = f"{CORE}/Extension/StructureDefinition/JP_Coverage_InsuredPerson"
INSURER_NUMBER = f"{CORE}/mhlw/IdSystem/InsurerNumber"
NUMBERS = Numbers("01139906", "99000001", "1001", "00")
SYL = [{"url": "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation", "valueCode": "SYL"}]


def a_request(**more: object) -> Json:
    return {**deepcopy(request_of(CASES["valid"])), **more}


def with_coverage(**coverage: object) -> Json:
    """The question with other words for the coverage."""
    request = a_request()
    request["contained"][1] = {"resourceType": "Coverage", "id": "c", **coverage}
    return request


def with_patient(**patient: object) -> Json:
    request = a_request()
    request["contained"][0].update(patient)
    return request


def read(request: Json) -> EligibilityRequest:
    return read_request(msgspec.json.encode(request))


def refused(request: Json) -> tuple[str, str]:
    with pytest.raises(Problem) as problem:
        read(request)
    return problem.value.code, problem.value.where


@pytest.mark.parametrize(
    "coverage",
    [
        {"identifier": [{"system": MEMBER_ID, "value": "01139906:99000001:1001:00"}]},
        {
            "identifier": [
                {"system": "urn:x", "value": "9"},
                {"system": f"{CORE}/IdSystem/JP_Coverage_id", "value": '"01139906","99000001","1001","00"'},
            ]
        },
        {
            "extension": [
                {"url": f"{EXTENSION}Symbol", "valueString": "99000001"},
                {"url": f"{EXTENSION}Number", "valueString": "1001"},
                {"url": f"{EXTENSION}SubNumber", "valueString": "00"},
                {"url": "urn:x", "valueQuantity": {"value": 1}},
            ],
            "payor": [{"identifier": {"system": INSURER_NUMBER, "value": "01139906"}}],
        },
        {
            "extension": [
                {"url": f"{EXTENSION}Symbol", "valueString": "99000001"},
                {"url": f"{EXTENSION}Number", "valueString": "1001"},
            ],
            "dependent": "00",
            "payor": [{"identifier": {"system": "urn:oid:1.2.392.100495.20.3.61", "value": "01139906"}}],
        },
        {
            "identifier": [{"system": MEMBER_ID, "value": "01139906:99000001:1001:00"}],
            "dependent": "0",
            "extension": [{"url": f"{EXTENSION}Number", "valueString": "１００１"}],
        },
    ],
)
def test_the_numbers_of_a_coverage_stand_where_jp_core_puts_them(coverage: Json) -> None:
    way = read(with_coverage(**coverage)).way

    assert way == ByNumber(NUMBERS, date(1985, 5, 5))


def test_a_coverage_may_be_named_by_its_identifier_alone() -> None:
    request = a_request(
        insurance=[
            {"focal": False, "coverage": {"display": "another"}},
            {
                "coverage": {
                    "reference": "Coverage/1",
                    "identifier": {"system": MEMBER_ID, "value": "01139906:99000001:1001:00"},
                }
            },
        ]
    )

    assert read(request).way == ByNumber(NUMBERS, date(1985, 5, 5))


REPEATED = [
    (b'"status":', b'"status":"active","status":'),
    (b'"birthDate":', b'"birthDate":"1970-01-01","birthDate":'),
    (b'"focal":', b'"focal":true,"focal":'),
    (b'"note":', b'"note":1,"note":'),
    (b'"st\\u0061tus":', b'"status":"x","st\\u0061tus":'),
    # What is read again could hold a colon that was not sent, and hide the one of a second name.
    (b'"valueInstant":"2026-11-01T00:00:00+0000"', b'"url":"x","valueInstant":"2026-11-01T00:00:00+0000"'),
    (b'"birthDate":"1985-05-05"', b'"birthDate":"1985-05-05","birthDate":"1985-05-05"'),
]


@pytest.mark.parametrize(("once", "twice"), REPEATED)
@pytest.mark.parametrize("in_parameters", [False, True])
def test_no_name_stands_twice_anywhere(once: bytes, twice: bytes, in_parameters: bool) -> None:
    body = msgspec.json.encode(
        {
            **a_request(note="x", extension=[{"url": f"{OURS}/known-at", "valueInstant": "INSTANT"}]),
            "insurance": [{"focal": True, "coverage": {"reference": "#c"}}],
        }
    ).replace(b"INSTANT", b"2026-11-01T00:00:00+0000")
    if b"\\u" in once:
        body = body.replace(b'"status":', once, 1)
    if in_parameters:  # there the request need not say what it is
        inside = body.replace(b'"resourceType":"CoverageEligibilityRequest",', b"", 1)
        body = b'{"resourceType":"Parameters","parameter":[{"name":"resource","resource":%b}]}' % inside
    assert once in body
    read_request(body)

    with pytest.raises(Problem, match=r"coverage\.request-repeated"):
        read_request(body.replace(once, twice, 1))


def test_what_most_clients_send_is_read_whole() -> None:
    request = a_request(insurer={"display": "insurer"}, created="2026-11-20T09:30:00+09:00")
    request["insurance"] = [{"focal": True, "coverage": {"reference": "#c"}}]

    body = msgspec.json.encode(request)

    assert sent._is_whole(body, sent._decoded(body)), "else every name is looked at again, which takes longer"


@pytest.mark.parametrize("beside", [{}, {"focal": False}])
def test_the_coverage_that_is_focal_is_asked_about_wherever_it_stands(beside: Json) -> None:
    other = {"coverage": {"identifier": {"system": MEMBER_ID, "value": "01130012:1:2:"}}, **beside}
    focal = {"focal": True, "coverage": {"reference": "#c"}}

    for insurance in ([other, focal], [focal, other]):
        asked = read(a_request(insurance=insurance)).way
        assert isinstance(asked, ByNumber)
        assert asked.numbers == NUMBERS


def test_of_coverages_of_which_none_is_said_to_be_focal_the_first_counts() -> None:
    other = {"coverage": {"identifier": {"system": MEMBER_ID, "value": "01130012:1:2:"}}}
    named = {"coverage": {"reference": "#c"}}

    asked = read(a_request(insurance=[{**other, "focal": False}, named, other])).way

    assert isinstance(asked, ByNumber)
    assert asked.numbers == NUMBERS


def test_nothing_is_focal_and_so_nothing_is_asked() -> None:
    assert (
        refused(a_request(insurance=[{"focal": False, "coverage": {"reference": "#c"}}]))[0]
        == "fhir.required"
    )


def test_the_insurer_may_be_contained_and_is_compared_as_a_number() -> None:
    request = with_coverage(
        identifier=[{"system": MEMBER_ID, "value": "00138057:1:2:"}], payor=[{"reference": "#i"}]
    )
    request["contained"].append(
        {
            "resourceType": "Organization",
            "id": "i",
            "identifier": [{"system": INSURER_NUMBER, "value": "138057"}],
        }
    )
    way = read(request).way
    assert isinstance(way, ByNumber)
    assert way.numbers.insurer == "00138057"

    request["contained"][2]["identifier"].insert(0, {"system": "urn:x", "value": "1"})
    assert read(request).way == way

    request["contained"][2]["identifier"][1]["value"] = "138065"
    assert refused(request) == ("fhir.contradiction", "CoverageEligibilityRequest.insurance.coverage.payor")


@pytest.mark.parametrize("text", ["1:2:3:4:5", "1", ""])
def test_a_member_id_has_four_parts(text: str) -> None:
    code, where = refused(with_coverage(identifier=[{"system": MEMBER_ID, "value": text}]))

    assert (code, where) == ("fhir.identifier", "CoverageEligibilityRequest.insurance.coverage.identifier")


def test_a_coverage_id_has_four_quoted_values() -> None:
    wrong = with_coverage(identifier=[{"system": f"{CORE}/IdSystem/JP_Coverage_id", "value": "1,2,3,4"}])

    assert refused(wrong)[0] == "fhir.identifier"


def test_the_number_of_a_coverage_counts_before_that_of_a_patient() -> None:
    identifier = [{"system": "urn:oid:1.2.392.100495.20.3.51.19910000000", "value": "P-1"}]

    assert read(with_patient(identifier=identifier)).way == ByNumber(NUMBERS, date(1985, 5, 5))
    alone = with_patient(identifier=[{"system": "urn:x", "value": "1"}, *identifier])
    alone["insurance"] = []
    assert read(alone).way == ByReference("9910000000", "P-1", date(1985, 5, 5))
    alone["contained"][0].pop("birthDate")
    assert refused(alone)[0] == "fhir.required"
    by_identifier = a_request(insurance=[], patient={"identifier": identifier[0]})
    assert refused(by_identifier) == ("fhir.required", "CoverageEligibilityRequest.patient")


def test_a_card_is_named_by_issuer_and_serial() -> None:
    request = request_of(CASES["valid-by-card"])

    way = read(request).way

    assert isinstance(way, ByCertificate)
    assert (way.issuer.startswith("CN="), way.serial) == (True, "99001001")


def test_a_card_needs_neither_coverage_nor_insurer() -> None:
    request = request_of(CASES["valid-by-card"])
    del request["insurer"]

    assert isinstance(read(request).way, ByCertificate)


def test_what_was_presented_and_agreed_to_is_read() -> None:
    plain, benefits = read(a_request(extension=[])), read(a_request(purpose=["benefits"]))
    agreed = read(
        a_request(
            extension=[
                {"url": f"{OURS}/consent", "valueCode": "subsidy"},
                {"url": f"{OURS}/consent", "valueCode": "disease"},
                {"url": f"{OURS}/presented", "valueCode": "confirmation"},
                {"url": f"{OURS}/known-at", "valueInstant": "2026-11-01T00:00:00+09:00"},
            ]
        )
    )

    assert (plain.consents, plain.presented, plain.known_at) == (frozenset(), None, None)
    assert benefits.consents == {Consent.LIMIT}
    assert agreed.consents == {Consent.SUBSIDY, Consent.DISEASE}
    assert agreed.presented is Presented.CONFIRMATION
    assert agreed.known_at is not None


@pytest.mark.parametrize(
    ("patient", "chart"),
    [
        ({"name": [{"text": "架空　一郎"}, {"text": "別の　名"}]}, Chart(name="架空　一郎")),
        (
            {"name": [{"family": "カクウ", "given": ["イチロウ"], "extension": SYL}]},
            Chart(kana="カクウ イチロウ"),
        ),
        ({"name": "an organization's"}, None),
        ({"name": [{}]}, None),
        ({"name": [{}], "gender": "female"}, Chart(sex="2")),
        ({"name": [{}], "gender": "unknown"}, None),
    ],
)
def test_names_and_sex_are_what_the_chart_says(patient: Json, chart: Chart | None) -> None:
    assert read(with_patient(**patient)).chart == chart


COPAY = {
    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/coverage-copay-type", "code": "copaypct"}]
}


@pytest.mark.parametrize(
    ("coverage", "chart"),
    [
        ({"relationship": {"coding": [{"code": "self"}, {"code": "2"}]}}, Chart(relation="2")),
        ({"costToBeneficiary": [{"type": COPAY, "valueQuantity": {"value": 20}}]}, Chart(share_percent=20)),
        ({"costToBeneficiary": [{"type": COPAY, "valueQuantity": {"value": 20.5}}]}, None),
        ({"costToBeneficiary": [{"type": COPAY, "valueQuantity": {"value": 1e300}}]}, None),
        ({"costToBeneficiary": [{"type": COPAY}, {"valueQuantity": {"value": 20}}]}, None),
    ],
)
def test_relation_and_share_are_what_the_chart_says(coverage: Json, chart: Chart | None) -> None:
    identifier = [{"system": MEMBER_ID, "value": "01139906:99000001:1001:00"}]

    assert read(with_coverage(identifier=identifier, **coverage)).chart == chart


def test_a_provider_may_be_contained_or_left_out() -> None:
    code = {"system": f"{CORE}/IdSystem/insurance-medical-institution-no", "value": "9910000000"}
    request = a_request(provider={"reference": "#o"})
    request["contained"].append({"resourceType": "Organization", "id": "o", "identifier": [code]})

    assert read(request).provider == "9910000000"
    assert read(a_request()).provider == ""
    assert read({name: value for name, value in a_request().items() if name != "insurer"}).provider == ""
    assert read(a_request(provider={"display": "our clinic"})).provider == ""


def test_long_texts_that_are_fine_are_read() -> None:
    request = with_patient(name=[{"text": "あ" * 150}, {"text": "ア" * 150, "extension": SYL}])

    chart = read(request).chart

    assert chart is not None
    assert len(chart.name + chart.kana) == 300


@pytest.mark.parametrize(
    ("request_", "code", "where"),
    [
        (with_patient(name=[{"text": "あ" * 201}]), "coverage.request-length", "patient.name"),
        (
            a_request(identifier=[{"system": "urn:x", "value": "\ufffe"}]),
            "coverage.request-character",
            "identifier",
        ),
        ({**request_of(CASES["valid-by-card"]), "insurance": [], "language": "fr"}, "fhir.code", "language"),
        (
            a_request(contained=[{"resourceType": "Patient", "id": "p", "birthDate": "x"}]),
            "identity.date",
            "",
        ),
        (a_request(patient={"reference": "#c"}), "fhir.reference", "patient.reference"),
    ],
)
def test_a_refusal_names_its_place(request_: Json, code: str, where: str) -> None:
    told, place = refused(request_)

    assert told == code
    assert place.endswith(where)
    assert "[...]" not in place


def test_an_identifier_without_a_value_is_not_echoed() -> None:
    request = a_request(identifier=[{"system": "urn:x"}, {"system": "urn:x", "value": "1"}])

    assert [one.value for one in read(request).identifiers] == ["1"]


def test_serial_and_issuer_are_held_to_their_length() -> None:
    request = request_of(CASES["valid-by-card"])
    request["extension"][-1]["extension"][1]["valueString"] = "1" * 201

    assert refused(request) == ("coverage.request-length", "CoverageEligibilityRequest.extension")


@pytest.mark.parametrize(
    ("number", "code"), [("9" * 201, "coverage.request-length"), ("9\u0001", "coverage.request-character")]
)
def test_numbers_alone_are_held_to_their_length_and_characters(number: str, code: str) -> None:
    request = with_coverage(identifier=[{"system": MEMBER_ID, "value": f"01139906:99000001:{number}:00"}])

    assert refused(request)[0] == code
