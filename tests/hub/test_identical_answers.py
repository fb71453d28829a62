"""One question, three carriers, one answer: each shows the fields that the others show, and no other."""

from base64 import b64decode
from collections.abc import AsyncIterator, Iterator, Mapping
from hashlib import sha256
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from lxml import etree

from .hub import FACILITY, Hub, a_hub, a_message, a_question, a_tree
from .walks import WALKS, Json, asked_of, for_oqs

pytestmark = pytest.mark.asyncio(loop_scope="module")

ANSWERED = "20261120093000"  # the builder's NOW in Tokyo


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hub(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    folder = tmp_path_factory.mktemp("walks")
    async with a_hub(folder / "store", folder) as hub:
        rows = [row for walk in WALKS.values() for row in walk.rows]
        told = (await hub.register(*rows)).json()
        assert (told["registered"], told["refused"]) == (len(rows), 0), told
        yield hub


def plain(text: str) -> str:
    return text


def digits(text: str) -> str:
    return text.replace("-", "")


def month(text: str) -> str:
    return text.replace("-", "")[:6]


def percent(value: int) -> str:
    return f"{value:03}"


def on_the_wire(insurer: str) -> str:
    return f"  {insurer[2:]}" if insurer.startswith("00") else insurer


# What the interface's public clients expect of each field, written down without looking at our own table of the wire.
WIRE = {
    "classification": ("InsuredCardClassification", plain),
    "insurer_number": ("InsurerNumber", on_the_wire),
    "insurer_name": ("InsurerName", plain),
    "symbol": ("InsuredCardSymbol", plain),
    "number": ("InsuredIdentificationNumber", plain),
    "branch": ("InsuredBranchNumber", plain),
    "relation": ("PersonalFamilyClassification", plain),
    "insured_name": ("InsuredName", plain),
    "name": ("Name", plain),
    "kana": ("NameKana", plain),
    "other_name": ("NameOfOther", plain),
    "other_kana": ("NameOfOtherKana", plain),
    "sex": ("Sex1", plain),
    "sex_other": ("Sex2", plain),
    "birthdate": ("Birthdate", digits),
    "postal_code": ("PostNumber", plain),
    "address": ("Address", plain),
    "acquired": ("QualificationDate", digits),
    "lost": ("DisqualificationDate", digits),
    "loss_reason": ("ReasonOfLoss", plain),
    "issued": ("InsuredCertificateIssuanceDate", digits),
    "valid_from": ("InsuredCardValidDate", digits),
    "valid_to": ("InsuredCardExpirationDate", digits),
    "share_percent": ("InsuredPartialContributionRatio", percent),
    "preschool": ("PreschoolClassification", lambda yes: "1" if yes else ""),
}
WIRE_ELDERLY = {
    "issued": ("ElderlyRecipientCertificateDate", digits),
    "valid_from": ("ElderlyRecipientValidStartDate", digits),
    "valid_to": ("ElderlyRecipientValidEndDate", digits),
    "share_percent": ("ElderlyRecipientContributionRatio", percent),
}
WIRE_LIMIT = {
    "classification": ("LimitApplicationCertificateClassification", plain),
    "category": ("LimitApplicationCertificateClassificationFlag", plain),
    "issued": ("LimitApplicationCertificateDate", digits),
    "valid_from": ("LimitApplicationCertificateValidStartDate", digits),
    "valid_to": ("LimitApplicationCertificateValidEndDate", digits),
    "long_term": ("LimitApplicationCertificateLongTermDate", digits),
}
WIRE_TICKET = {
    "ticket_type": ("TicketType", plain),
    "month": ("MedicalTreatmentMonth", month),
    "facility": ("DesignatedMedicalInstitutionCode", plain),
    "facility_name": ("DesignatedMedicalInstitutionName", plain),
    "issue_number": ("IssueNumber", plain),
    "valid_from": ("MedicalTicketValidDate", digits),
    "valid_to": ("MedicalTicketExpirationDate", digits),
    "treatment_type": ("MedicalTreatmentType", plain),
    "self_pay_yen": ("SelfPayAmount", str),
    "single_or_combined": ("SingleOrCombinedUse", plain),
    "social_insurance": ("StatusOfSocialInsurance", plain),
    "district_contact": ("DistrictContactName", plain),
}
ONLY_FOR_PEOPLE = {"name_reading", "name_flagged"}
GIVEN_WITH_DEFAULTS = {"self_pay_yen": 0, "single_or_combined": "01", "social_insurance": "02"}


def expected(shown: Json) -> Json:
    """One result of our own JSON as a tree of the wire."""
    nested = {"elderly", "limit", "limit_consent", "tickets"}
    assert set(shown) <= set(WIRE) | nested | ONLY_FOR_PEOPLE, "a field that no other carrier would show"
    tree = written({name: value for name, value in shown.items() if name in WIRE}, WIRE)
    if "elderly" in shown:
        tree["ElderlyRecipientCertificateInfo"] = written(shown["elderly"], WIRE_ELDERLY)
    if "limit_consent" in shown:
        tree["LimitApplicationCertificateRelatedConsFlg"] = shown["limit_consent"]["flag"]
        tree["LimitApplicationCertificateRelatedConsTime"] = ANSWERED
    if "limit" in shown:
        tree["LimitApplicationCertificateRelatedInfo"] = written(shown["limit"], WIRE_LIMIT)
    if "tickets" in shown:
        tree["PublicExpenseResultList"] = [
            {"MedicalTicketInfo": written({**GIVEN_WITH_DEFAULTS, **ticket}, WIRE_TICKET)}
            for ticket in shown["tickets"]
        ]
    return tree


def written(shown: Json, table: Mapping[str, tuple[str, Any]]) -> Json:
    return {table[name][0]: table[name][1](value) for name, value in shown.items()}


LISTS = {"ResultList", "PublicExpenseResultList", "SpecificDiseasesCertificateList"}


def as_tree(element: etree._Element) -> Any:
    """An element as the JSON carrier would write it."""
    if element.tag in LISTS:
        return [{child.tag: as_tree(child)} for child in element]
    if len(element):
        return {child.tag: as_tree(child) for child in element}
    return element.text or ""


def leaves(tree: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from leaves(value, key)
    elif isinstance(tree, list):
        for value in tree:
            yield from leaves(value, name)
    else:
        yield name, tree


@pytest.mark.parametrize("name", WALKS)
async def test_every_carrier_shows_the_same(hub: Hub, name: str) -> None:
    walk = WALKS[name]
    asked = asked_of(walk)
    answer = (await hub.post("/v1/eligibility-checks", a_question(**asked, consents=walk.consents))).json()[
        "answer"
    ]
    sent = for_oqs(asked, walk.consents)
    xml = await hub.ask_oqs(a_message(**sent))
    shift_jis = await hub.ask_oqs(a_message("Shift_JIS", **sent))
    tree = (await hub.ask_oqs(a_tree(**sent), content_type="application/json")).json()["XmlMsg"]

    shown = answer.get("results", [])
    assert (answer["situation"], answer["validity"], len(shown)) == (
        walk.situation,
        walk.validity,
        walk.results,
    )
    assert [wanted for wanted in walk.shows if wanted not in shown[0]] == []
    assert [hidden for hidden in walk.hides if hidden in (shown[0] if shown else {})] == []

    body = tree["MessageBody"]
    assert body["QualificationValidity"] == walk.validity
    assert [result["ResultOfQualificationConfirmation"] for result in body.get("ResultList", [])] == [
        expected(one) for one in shown
    ]
    of_xml = as_tree(etree.fromstring(xml.content))
    assert of_xml == tree
    # As its receivers read it: Shift_JIS means CP932 in this field.
    declared, _, rest = shift_jis.content.decode("cp932").partition("?>")
    assert 'encoding="Shift_JIS"' in declared
    of_shift_jis = as_tree(etree.fromstring(rest))
    assert of_shift_jis["MessageHeader"].pop("CharacterCodeIdentifier") == "1"
    assert of_xml["MessageHeader"].pop("CharacterCodeIdentifier") == "0"
    assert of_shift_jis == of_xml
    assert body["QualificationConfirmSearchInfo"]["InsuredIdentificationNumber"] == asked["number"]


# Receivers stop at a code that they do not know: what each element of this interface may hold at most.
KNOWN_CODES = {
    "ReferenceClassification": {"2"},
    "SegmentOfResult": {"1"},
    "CharacterCodeIdentifier": {"0", "1"},
    "ProcessingResultStatus": {"1"},
    "QualificationValidity": {"1", "2", "3", "4", "5", "6"},
    "InsuredCardClassification": {"01", "02", "03", "04", "05", "06", "07", "A1"},
    "PersonalFamilyClassification": {"1", "2"},
    "Sex1": {"1", "2", "3"},
    "Sex2": {"1", "2", "3"},
    "ReasonOfLoss": {"01", "02", "03", "99"},
    "PreschoolClassification": {"1"},
    "LimitApplicationCertificateRelatedConsFlg": {"0", "1"},
    "InsuredPartialContributionRatio": {"010", "020", "030"},
    "ElderlyRecipientContributionRatio": {"010", "020", "030"},
}


@pytest.mark.parametrize("name", WALKS)
async def test_no_receiver_meets_a_code_that_it_does_not_know(hub: Hub, name: str) -> None:
    sent = for_oqs(asked_of(WALKS[name]), WALKS[name].consents)

    tree = (await hub.ask_oqs(a_tree(**sent), content_type="application/json")).json()["XmlMsg"]

    found = [(element, text) for element, text in leaves(tree) if element in KNOWN_CODES]
    assert len(found) >= 5
    assert [(element, text) for element, text in found if text not in KNOWN_CODES[element]] == []
    validity = tree["MessageBody"]["QualificationValidity"]
    classifications = {text for element, text in found if element == "InsuredCardClassification"}
    assert (validity == "6") <= (classifications == {"A1"}), "6 stands beside 医療扶助 alone"
    assert (validity == "5") <= (not classifications)
    assert "" not in {text for element, text in leaves(tree["MessageBody"].get("ResultList", []))}


async def test_each_answer_names_its_own_hash_in_its_record(hub: Hub) -> None:
    answer = await hub.ask(number="101")

    body = msgspec.json.decode(b64decode(answer.json()["receipt"]["body"]))
    raw = answer.content
    shown = raw[raw.index(b'"answer":') + 9 : raw.index(b',"answer_hash"')]
    assert sha256(shown).hexdigest() == answer.json()["answer_hash"] == body["answer_hash"]
    assert (body["client"], body["by"], body["carrier"], body["situation"]) == (
        "clinic",
        FACILITY,
        "json",
        "valid",
    )
    assert "山田" not in str(body)
    assert "address" in body["fields"]
    assert "limit" not in body["fields"]
