"""OQS messages whose layout nobody could confirm: off unless a setting names them, and then answered by the same code
as our own JSON."""

import json
from datetime import timedelta
from pathlib import Path

import httpx
import msgspec
import pytest

from kaihoken.access import Limit, Limits
from kaihoken.clock import FixedClock
from kaihoken.consent import check_consents
from kaihoken.coverage.oqs import unconfirmed_messages
from kaihoken.hub.settings import HubSettings
from kaihoken.problems import Problem

from .hub import FACILITY, INSURER, NOW, OTHER_FACILITY, Hub, a_hub, problem_in
from .test_consents import CARD, HOME, ask_again, given, seen, states, with_a_patient, withdraw

WITH_FUNCTION = sorted(stem for stem, message in unconfirmed_messages().items() if message.function)
WITHOUT = sorted(set(unconfirmed_messages()) - set(WITH_FUNCTION))
XML = "application/xml"
ONLINE = {**CARD, "care": "online", "consents": ["limit", "medicine"]}

_NUMBERS = {
    "InsurerNumber": INSURER,
    "InsuredCardSymbol": "12-34",
    "InsuredIdentificationNumber": "56",
    "InsuredBranchNumber": "01",
    "Birthdate": "19800101",
}


def a_message(encoding: str = "UTF-8", facility: str = FACILITY, day: str = "", **more: str) -> bytes:
    """A message that names the patient, in XML."""
    texts = {**_NUMBERS, **more}
    block = "".join(f"<{name}>{text}</{name}>" for name, text in texts.items() if text)
    dated = f"<QualificationConfirmationDate>{day}</QualificationConfirmationDate>" if day else ""
    return (
        f'<?xml version="1.0" encoding="{encoding}"?><XmlMsg><MessageHeader>{dated}'
        f"<MedicalInstitutionCode>{facility}</MedicalInstitutionCode>"
        "<ArbitraryFileIdentifier>訪問-1</ArbitraryFileIdentifier></MessageHeader>"
        f"<MessageBody><QualificationConfirmSearchInfo>{block}</QualificationConfirmSearchInfo></MessageBody></XmlMsg>"
    ).encode("cp932" if encoding == "Shift_JIS" else "utf-8")


def a_tree(**more: str) -> bytes:
    """The same in JSON."""
    header = {"MedicalInstitutionCode": FACILITY, "ArbitraryFileIdentifier": "訪問-1"}
    body = {"QualificationConfirmSearchInfo": {**_NUMBERS, **more}}
    return msgspec.json.encode({"XmlMsg": {"MessageHeader": header, "MessageBody": body}})


async def send(
    hub: Hub, stem: str, message: bytes, client_id: str = "clinic", media: str = XML
) -> httpx.Response:
    return await hub.post(f"/oqs/{stem}01", message, client_id, **{"Content-Type": media})


async def given_online(hub: Hub) -> None:
    """A consent for an examination online."""
    answer = await hub.post("/v1/eligibility-checks", ONLINE)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("stem", WITH_FUNCTION)
async def test_each_is_off_by_default_and_says_how_it_is_turned_on(tmp_path: Path, stem: str) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await with_a_patient(hub)
        await given(hub, HOME)
        size = hub.machine.committer.head.size
        xml, tree = (
            await send(hub, stem, a_message()),
            await send(hub, stem, a_tree(), media="application/json"),
        )

        assert problem_in(xml) == problem_in(tree) == "oqs.unconfirmed-off"
        assert "<SegmentOfResult>9</SegmentOfResult>" in xml.text
        assert "<ArbitraryFileIdentifier>訪問-1</ArbitraryFileIdentifier>" in xml.text
        assert ("<ReferenceClassification>" in xml.text) is unconfirmed_messages()[stem].in_block
        assert f"設定 oqs_unconfirmed に {stem} と書いて" in xml.text
        assert hub.machine.committer.head.size == size, "nothing was looked at"


@pytest.mark.parametrize("stem", WITHOUT)
async def test_one_without_a_function_says_so_whatever_is_turned_on(tmp_path: Path, stem: str) -> None:
    on = " ".join(WITH_FUNCTION)
    async with a_hub(tmp_path / "store", tmp_path, unconfirmed=on) as hub:
        answer = await send(hub, stem, a_message())

        assert problem_in(answer) == "oqs.unconfirmed-no-function"
        assert unconfirmed_messages()[stem].missing_ja in answer.text
    with pytest.raises(Problem, match=r"oqs\.unconfirmed-no-function oqs_unconfirmed") as refused:
        HubSettings(oqs_unconfirmed=stem)
    assert unconfirmed_messages()[stem].missing_en in refused.value.title("en")


@pytest.mark.parametrize("names", ["OQSsihvx", "OQSsihvq, oqssihvq", "OQSsihvq01", "OQSsiquc"])
def test_a_setting_that_names_none_of_them_is_told_in_both_languages(names: str) -> None:
    with pytest.raises(Problem) as refused:
        HubSettings(oqs_unconfirmed=names)

    problem = refused.value
    assert (problem.code, problem.where) == ("oqs.unconfirmed-name", "oqs_unconfirmed")
    wrong = names.rpartition(" ")[2]
    assert f"{wrong} という未確認の電文はありません" in problem.title("ja")
    assert f"names {wrong}, but there is no" in problem.title("en")
    assert all(stem in problem.mend(language) for stem in WITH_FUNCTION for language in ("ja", "en"))


@pytest.mark.parametrize("names", ["", "OQSsihvq", "OQSsihvq,OQSsionq", " OQSsihvq ,  OQSsionq OQSsihvd "])
def test_names_stand_with_commas_or_spaces(names: str) -> None:
    assert HubSettings(oqs_unconfirmed=names).oqs_unconfirmed == names


@pytest.mark.parametrize("encoding", ["UTF-8", "Shift_JIS"])
async def test_at_home_a_patient_is_asked_about_again_without_the_card(
    location: str | Path, tmp_path: Path, encoding: str
) -> None:
    clock = FixedClock(NOW)
    async with a_hub(location, tmp_path, clock, unconfirmed="OQSsihvq") as hub:
        await with_a_patient(hub)
        consent = await given(hub, HOME)
        clock.at += timedelta(days=90)
        hub._tokens.clear()
        answer = await send(hub, "OQSsihvq", a_message(encoding))
        text = answer.content.decode("cp932" if encoding == "Shift_JIS" else "utf-8")

        assert answer.status_code == 200
        assert "kaihoken-receipt" in answer.headers
        assert f'encoding="{encoding}"' in text
        for told in (
            "<ArbitraryFileIdentifier>訪問-1</ArbitraryFileIdentifier>",
            "<ReferenceClassification>2</ReferenceClassification>",
            "<SegmentOfResult>1</SegmentOfResult>",
            "<ProcessingResultStatus>1</ProcessingResultStatus>",
            "<QualificationValidity>1</QualificationValidity>",
            "<LimitApplicationCertificateClassificationFlag>A03</LimitApplicationCertificateClassificationFlag>",
            "<PharmacistsInfoConsFlg>1</PharmacistsInfoConsFlg>",
            "<PharmacistsInfoConsTime>20261120093000</PharmacistsInfoConsTime>",
            "<InsuredIdentificationNumber>56</InsuredIdentificationNumber>",
            "</QualificationConfirmSearchInfo>",
        ):
            assert told in text, told
        assert "PharmacistsInfoAvailableTime" not in text, "while care lasts no time ends it"
        in_json = (await ask_again(hub)).json()["answer"]["results"][0]
        assert in_json["medicine_consent"]["id"] == consent["id"]


async def test_online_a_patient_is_asked_about_again(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path, unconfirmed="OQSsionq, OQSsihvq") as hub:
        await with_a_patient(hub)
        await given_online(hub)
        online = await send(hub, "OQSsionq", a_tree(), media="application/json")
        at_home = await send(hub, "OQSsihvq", a_tree(), media="application/json")

        body = online.json()["XmlMsg"]["MessageBody"]
        result = body["ResultList"][0]["ResultOfQualificationConfirmation"]
        assert (body["QualificationValidity"], result["Name"]) == ("1", "山田　太郎")
        assert result["PharmacistsInfoAvailableTime"] == "20261120235959"
        assert body["QualificationConfirmSearchInfo"] == _NUMBERS
        refused = at_home.json()["XmlMsg"]["MessageBody"]
        assert (refused["ProcessingResultStatus"], refused["ProcessingResultCode"]) == ("2", "KHK1106")


async def test_what_a_patient_withdrew_is_told_as_over_in_both_carriers(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path, unconfirmed="OQSsihvq") as hub:
        await with_a_patient(hub)
        consent = await given(hub, HOME)
        await withdraw(hub, consent["id"], items=["medicine"])
        xml = await send(hub, "OQSsihvq", a_message())
        tree = await send(hub, "OQSsihvq", a_tree(), media="application/json")

        assert "<PharmacistsInfoConsFlg>2</PharmacistsInfoConsFlg>" in xml.text
        result = tree.json()["XmlMsg"]["MessageBody"]["ResultList"][0]["ResultOfQualificationConfirmation"]
        assert (result["PharmacistsInfoConsFlg"], result["PharmacistsInfoConsTime"]) == (
            "2",
            "20261120093000",
        )


async def test_what_the_json_route_counts_and_records_the_message_does(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path, unconfirmed="OQSsihvq") as hub:
        await with_a_patient(hub)
        await given(hub, HOME)
        await send(hub, "OQSsihvq", a_message(day="20261101"))

        log = hub.machine.committer.log
        (chunk,) = await log.chunks(await log.batch(hub.machine.committer.head.size - 1))
        kind, _, body = chunk[16:].partition(b"\n")
        record = json.loads(body)
        told = (kind, record["kind"], record["carrier"])
        assert told == (b"eligibility.answer", "standing", "oqs-xml")
        assert (record["consents"], record["on"]) == (["limit", "medicine"], "2026-11-01")
        assert await hub.metric('kaihoken_answers_total{carrier="oqs-xml",validity="1"}') == 1


async def test_nobody_and_no_consent_are_told_the_same_and_count_as_questions_do(tmp_path: Path) -> None:
    limits = Limits(not_found=Limit(1, 60, 2))
    async with a_hub(tmp_path / "store", tmp_path, limits=limits, unconfirmed=" ".join(WITH_FUNCTION)) as hub:
        await with_a_patient(hub)
        somebody = await send(hub, "OQSsihvq", a_message(InsuredBranchNumber=""))
        nobody = [
            await send(hub, stem, a_message(InsuredIdentificationNumber="57"))
            for stem in ("OQSsihvq", "OQSsihvd")
        ]

        for answer in (somebody, *nobody):
            assert "<SegmentOfResult>1</SegmentOfResult>" in answer.text
            assert "<ProcessingResultStatus>2</ProcessingResultStatus>" in answer.text
            assert "<ProcessingResultCode>KHK1106</ProcessingResultCode>" in answer.text
            assert "ResultList" not in answer.text
        third = await send(hub, "OQSsihvd", a_message(InsuredIdentificationNumber="57"))
        assert (third.status_code, problem_in(third)) == (429, "access.not-found-burst")
        assert int(third.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        ("", "withdrawn-by-facility"),
        ("0", "care-over"),
        ("1", "withdrawn-by-facility"),
        ("2", "withdrawn-by-patient"),
        ("3", "changed-use"),
    ],
)
async def test_every_consent_for_home_care_is_withdrawn(
    location: str | Path, tmp_path: Path, reason: str, state: str
) -> None:
    async with a_hub(location, tmp_path, unconfirmed="OQSsihvd") as hub:
        await with_a_patient(hub)
        await given(hub, HOME)
        await given(hub, {**HOME, "consents": ["disease"]}, "2")
        await given_online(hub)
        answer = await send(hub, "OQSsihvd", a_message(ConsentWithdrawalReason=reason))
        size = hub.machine.committer.head.size
        again = await send(hub, "OQSsihvd", a_message(ConsentWithdrawalReason="1"))

        for one in (answer, again):
            assert "<ProcessingResultStatus>1</ProcessingResultStatus>" in one.text
            assert "ResultList" not in one.text
        assert hub.machine.committer.head.size == size + 1, "a repeat looks and changes nothing"
        at_home = await seen(hub, care="home")
        ended = sorted((states(one) for one in at_home), key=len)
        assert ended == [{"disease": state}, {"limit": state, "medicine": state}]
        assert {*states((await seen(hub, care="online"))[0]).values()} == {"standing"}
        assert problem_in(await ask_again(hub)) == "consent.none-standing"
        assert [told async for told in check_consents(hub.machine.store)] == []


async def test_another_facility_ends_nothing(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path, unconfirmed="OQSsihvd,OQSsihvq") as hub:
        await with_a_patient(hub)
        await given(hub, HOME)
        own = a_message(facility=OTHER_FACILITY)

        for stem in ("OQSsihvd", "OQSsihvq"):
            theirs = await send(hub, stem, own, "other-clinic")
            assert "KHK1106" in theirs.text
            pretended = await send(hub, stem, a_message(), "other-clinic")
            assert (pretended.status_code, problem_in(pretended)) == (403, "coverage.other-facility")
        assert (await ask_again(hub)).status_code == 200


@pytest.mark.parametrize(
    ("message", "problem", "where"),
    [
        (a_message(InsurerNumber=""), "oqs.missing-element", "InsurerNumber"),
        (a_message(InsuredIdentificationNumber="9" * 21), "oqs.too-long", "InsuredIdentificationNumber"),
        (a_message(Birthdate="19800230"), "oqs.impossible-date", "Birthdate"),
        (a_message(Birthdate="20991231"), "coverage.birthdate-future", "Birthdate"),
        (a_message(InsurerNumber="0113001x"), "identity.insurer-digits", "InsurerNumber"),
        (
            a_message(InsuredIdentificationNumber="\u200b"),
            "coverage.request-number",
            "InsuredIdentificationNumber",
        ),
        (a_message(day="20261399"), "oqs.impossible-date", "QualificationConfirmationDate"),
        (a_message(day="20991231"), "coverage.future", "QualificationConfirmationDate"),
        (a_message(facility="1"), "oqs.not-a-facility-code", "MedicalInstitutionCode"),
        (a_message() + b"<", "oqs.not-well-formed", ""),
    ],
)
async def test_what_is_wrong_is_said_at_its_element(
    tmp_path: Path, message: bytes, problem: str, where: str
) -> None:
    async with a_hub(tmp_path / "store", tmp_path, unconfirmed="OQSsihvq") as hub:
        await with_a_patient(hub)
        await given(hub, HOME)
        answer = await send(hub, "OQSsihvq", message)

        assert (answer.status_code, problem_in(answer)) == (200, problem)
        assert where in answer.text


async def test_two_people_in_one_message_and_an_unknown_reason_are_refused(tmp_path: Path) -> None:
    block = a_message().partition(b"<MessageBody>")[2].partition(b"</MessageBody>")[0]
    twice = a_message().replace(block, block + block)
    async with a_hub(tmp_path / "store", tmp_path, unconfirmed="OQSsihvd") as hub:
        await with_a_patient(hub)
        await given(hub, HOME)

        assert problem_in(await send(hub, "OQSsihvd", twice)) == "oqs.duplicate-element"
        strange = await send(hub, "OQSsihvd", a_message(ConsentWithdrawalReason="4"))
        assert problem_in(strange) == "oqs.unknown-code"
        assert "ConsentWithdrawalReason" in strange.text
        assert (await ask_again(hub)).status_code == 200, "nothing was ended"


async def test_a_message_about_a_patient_of_whom_only_another_form_of_care_is_known_ends_nothing(
    tmp_path: Path,
) -> None:
    async with a_hub(tmp_path / "store", tmp_path, unconfirmed="OQSsihvd") as hub:
        await with_a_patient(hub)
        await given_online(hub)
        answer = await send(hub, "OQSsihvd", a_message())

        assert "KHK1106" in answer.text
        assert {*states((await seen(hub))[0]).values()} == {"standing"}
