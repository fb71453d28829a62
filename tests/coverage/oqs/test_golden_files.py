"""One answer of every shape, byte for byte, and read by the strict receiver.

A golden file is changed by hand or not at all: each was compared with the reference line by line.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from kaihoken.coverage.oqs import Encoding, read_request, write_response, write_response_json

from .messages import FACILITY, GOLDEN, IDENTIFIER
from .strict_client import Receiver, RefusedError

FOLDER = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", list(GOLDEN))
def test_an_answer_is_written_as_its_golden_files_say(name: str) -> None:
    assert write_response(GOLDEN[name]).content == (FOLDER / f"{name}.xml").read_bytes()
    assert write_response_json(GOLDEN[name]).content == (FOLDER / f"{name}.json").read_bytes()


@pytest.mark.parametrize("name", list(GOLDEN))
def test_the_strict_receiver_reads_the_golden_files(name: str) -> None:
    encoding = GOLDEN[name].header.encoding
    in_xml = read_xml(name)
    in_json = Receiver(FACILITY).read_json((FOLDER / f"{name}.json").read_bytes())

    if encoding is Encoding.UTF_8:
        assert in_xml == in_json


def test_no_golden_file_is_left_over() -> None:
    answers = {
        path.stem for path in FOLDER.iterdir() if path.is_file() and not path.stem.startswith("request-")
    }

    assert answers == set(GOLDEN)


def read_xml(name: str) -> dict[str, Any]:
    receiver = Receiver(FACILITY, GOLDEN[name].header.encoding.codec)
    return receiver.read_xml((FOLDER / f"{name}.xml").read_bytes(), IDENTIFIER)


def body(name: str) -> dict[str, Any]:
    found: dict[str, Any] = read_xml(name)["XmlMsg"]["MessageBody"]
    return found


def result(name: str) -> dict[str, Any]:
    found: dict[str, Any] = body(name)["ResultList"][0]["ResultOfQualificationConfirmation"]
    return found


def test_what_a_receptionists_screen_would_show_of_them() -> None:
    assert [body(name)["QualificationValidity"] for name in ("valid", "ended", "new-coverage")] == [
        "1",
        "2",
        "3",
    ]
    assert [body(name).get("ResultList") for name in ("not-found", "multiple")] == [None, None]
    assert body("unregistered")["QualificationValidity"] == "6"
    assert result("unregistered")["InsuredCardClassification"] == "A1"
    assert result("late-elderly")["InsuredPartialContributionRatio"] == "020"
    assert "PersonalFamilyClassification" not in result("late-elderly")
    assert "InsuredCardSymbol" not in result("late-elderly")
    assert result("national-health")["InsurerNumber"] == "  138057"
    assert result("national-health")["PreschoolClassification"] == "1"
    assert result("elderly")["ElderlyRecipientCertificateInfo"]["ElderlyRecipientContributionRatio"] == "020"
    limit = result("limit")["LimitApplicationCertificateRelatedInfo"]
    assert limit["LimitApplicationCertificateClassificationFlag"] == "A05"
    assert limit["LimitApplicationCertificateLongTermDate"] == "20261201"
    diseases = result("specific-disease")["SpecificDiseasesCertificateList"]
    assert [
        item["SpecificDiseasesCertificateInfo"]["SpecificDiseasesDiseaseCategory"] for item in diseases
    ] == [
        "1",
        "2",
    ]
    assert "QualificationConfirmSearchInfo" not in body("specific-disease")
    ticket = result("welfare-ticket")["PublicExpenseResultList"][0]["MedicalTicketInfo"]
    assert ticket["MedicalTreatmentMonth"] == "202611"
    assert ticket["SelfPayAmount"] == "0"
    assert result("shift-jis")["Name"] == "吉田　●郎"
    assert body("advisory")["ProcessingResultStatus"] == "1"
    assert body("advisory")["ProcessingResultCode"] == "KHK2099"
    assert read_xml("in-progress")["XmlMsg"]["MessageHeader"]["SegmentOfResult"] == "2"
    assert read_xml("refused")["XmlMsg"]["MessageHeader"]["ErrorCode"] == "KHK2102"
    assert body("person-failed")["ProcessingResultStatus"] == "2"


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("request-*")))
def test_questions_as_the_field_writes_them_are_read(name: str) -> None:
    request = read_request((FOLDER / name).read_bytes())

    assert request.header.medical_institution_code == FACILITY
    assert request.search.number == "１２３４"
    assert request.search.birthdate.isoformat() == "1980-01-02"


def spoilt(name: str, old: str, new: str) -> bytes:
    data = (FOLDER / f"{name}.xml").read_bytes()
    assert old.encode() in data
    return data.replace(old.encode(), new.encode())


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("valid", "<Sex1>1</Sex1>", "<Sex1>9</Sex1>"),
        ("valid", "<Sex1>1</Sex1>", "<Sex1>1</Sex1><Sex1>1</Sex1>"),
        ("valid", "<Sex1>1</Sex1>", "<Gender>1</Gender>"),
        ("valid", "<Sex1>1</Sex1>", "<Sex1 a='1'>1</Sex1>"),
        ("valid", 'encoding="UTF-8"', 'encoding="Shift_JIS"'),
        ("valid", "<CharacterCodeIdentifier>0<", "<CharacterCodeIdentifier>1<"),
        ("valid", "<ArbitraryFileIdentifier>", "<ArbitraryFileIdentifier >"),
        ("valid", "<Birthdate>19800102<", "<Birthdate>1980-01-02<"),
        ("valid", "<QualificationValidity>1<", "<QualificationValidity>6<"),
        ("national-health", "  138057", "138057"),
        ("specific-disease", "SpecificDiseasesCertificateInfo>", "SpecificDiseasesInfo>"),
        ("valid", "ﾔﾏﾀﾞ ﾀﾛｳ", "ヤマダ タロウ"),
    ],
)
def test_the_strict_receiver_is_strict(name: str, old: str, new: str) -> None:
    """Else its reading of our files would prove nothing."""
    with pytest.raises(RefusedError):
        Receiver(FACILITY).read_xml(spoilt(name, old, new), IDENTIFIER)


def test_the_strict_receiver_wants_texts_in_json() -> None:
    tree = json.loads((FOLDER / "valid.json").read_bytes())
    tree["XmlMsg"]["MessageBody"]["QualificationValidity"] = 1
    with pytest.raises(RefusedError):
        Receiver(FACILITY).read_json(json.dumps(tree).encode())
