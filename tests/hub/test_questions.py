"""Questions through the whole hub, in each carrier, on both engines."""

from pathlib import Path

import pytest

from .hub import FACILITY, a_hub, a_question, a_row

pytestmark = pytest.mark.asyncio

OQS = f"""<?xml version="1.0" encoding="UTF-8"?>
<XmlMsg><MessageHeader><QualificationConfirmationDate>20261120</QualificationConfirmationDate>
<MedicalInstitutionCode>{FACILITY}</MedicalInstitutionCode>
<ArbitraryFileIdentifier>abc-1</ArbitraryFileIdentifier></MessageHeader>
<MessageBody><QualificationConfirmSearchInfo><InsurerNumber>01130012</InsurerNumber>
<InsuredCardSymbol>12-34</InsuredCardSymbol><InsuredIdentificationNumber>56</InsuredIdentificationNumber>
<InsuredBranchNumber>01</InsuredBranchNumber><Birthdate>19800101</Birthdate>
<LimitApplicationCertificateRelatedConsFlg>0</LimitApplicationCertificateRelatedConsFlg>
</QualificationConfirmSearchInfo></MessageBody></XmlMsg>"""


async def test_a_registered_person_is_found_in_every_carrier(location: str | Path, tmp_path: Path) -> None:
    async with a_hub(location, tmp_path) as hub:
        registered = await hub.register(a_row())
        assert registered.json()["rows"] == [{"row": 0, "status": "registered", "state": "visible"}]
        plain = await hub.post("/v1/eligibility-checks", a_question())
        assert plain.status_code == 200, plain.text
        assert plain.json()["answer"]["validity"] == "1"
        assert plain.json()["answer"]["share"]["percent"] == 30
        xml = await hub.post("/oqs/search", OQS.encode(), **{"Content-Type": "application/xml"})
        assert xml.status_code == 200
        assert "<QualificationValidity>1</QualificationValidity>" in xml.text
        assert "<ArbitraryFileIdentifier>abc-1</ArbitraryFileIdentifier>" in xml.text
        assert xml.headers["kaihoken-receipt"]


async def test_a_refused_message_is_answered_in_its_own_form(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        bad = OQS.replace("19800101", "19801301").encode()
        xml = await hub.post("/oqs/search", bad, **{"Content-Type": "application/xml"})
        assert "<SegmentOfResult>9</SegmentOfResult>" in xml.text
        assert "/Birthdate" in xml.text
        plain = await hub.post("/v1/eligibility-checks", a_question(birthdate="1980-13-01"))
        assert plain.status_code == 422
        assert plain.json()["where"] == "birthdate"


async def test_metrics_count_without_naming_anybody(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await hub.register(a_row())
        await hub.post("/v1/eligibility-checks", a_question())
        token = await hub.token("operator")
        read = await hub.http.get("/metrics", headers={"Authorization": f"Bearer {token}"})
        assert 'kaihoken_answers_total{carrier="json",validity="1"} 1.0' in read.text
        assert 'kaihoken_registration_rows_total{status="registered"} 1.0' in read.text
        assert "kaihoken_question_seconds_count 1.0" in read.text
        assert "山田" not in read.text
        assert FACILITY not in read.text
