"""Every question of the sandbox in FHIR: valid by three validators, and in the forms of JP Core as we know them."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from kaihoken.coverage.fhir import LOCAL, code_system_document, code_systems

from ...fhir_validators import Validators, validators
from .sandbox import CASES, answer_to, request_of

Json = dict[str, Any]

CORE = "http://jpfhir.jp/fhir/core"
OURS = "https://kaihoken.example/fhir"

# Written down from the source of JP Core, without looking at our own list of URLs.
PROFILES = {
    "Coverage": f"{CORE}/StructureDefinition/JP_Coverage",
    "Patient": f"{CORE}/StructureDefinition/JP_Patient",
}
EXTENSIONS = {
    f"{CORE}/Extension/StructureDefinition/JP_Coverage_InsuredPersonSymbol": "valueString",
    f"{CORE}/Extension/StructureDefinition/JP_Coverage_InsuredPersonNumber": "valueString",
    f"{CORE}/Extension/StructureDefinition/JP_Coverage_InsuredPersonSubNumber": "valueString",
    "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation": "valueCode",
}
MEMBER_ID = "http://jpfhir.jp/fhir/clins/Idsystem/JP_Insurance_memberID"
COVERAGE_ID = f"{CORE}/IdSystem/JP_Coverage_id"
WIDE = re.compile("[\uff01-\uff5e\u30a1-\u30ff\u3041-\u3096\u4e00-\u9fff々]*")
IDENTIFIERS = {
    MEMBER_ID: re.compile(rf"\d{{8}}:{WIDE.pattern}:{WIDE.pattern}:(\d\d)?"),
    COVERAGE_ID: re.compile(rf'"\d{{8}}","{WIDE.pattern}","{WIDE.pattern}","(\d\d)?"'),
    f"{CORE}/mhlw/IdSystem/InsurerNumber": re.compile(r"\d{8}"),
    "urn:oid:1.2.392.100495.20.3.51.19910000000": re.compile(r"\S{1,50}"),
    f"{OURS}/IdSystem/public-expense-payer": re.compile(r"\d{8}"),
    f"{OURS}/IdSystem/public-expense-recipient": re.compile(r"\d{7}"),
}
SYSTEMS = {
    f"{CORE}/mhlw/CodeSystem/InsuredPersonCategory",
    "http://terminology.hl7.org/CodeSystem/v3-ActCode",
    "http://terminology.hl7.org/CodeSystem/coverage-copay-type",
    "http://terminology.hl7.org/CodeSystem/benefit-type",
    "http://terminology.hl7.org/CodeSystem/ex-benefitcategory",
    "http://unitsofmeasure.org",
    *(f"{OURS}/CodeSystem/{name}" for name in code_systems()),
}


@pytest.fixture(scope="module")
def judges() -> Iterator[Validators]:
    with validators() as found:
        yield found


def parts(value: object) -> Iterator[Json]:
    """Every object in a tree."""
    if isinstance(value, dict):
        yield value
    for member in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from parts(member)


@pytest.mark.parametrize("key", CASES)
def test_the_answer_is_valid_and_says_what_the_sandbox_promises(judges: Validators, key: str) -> None:
    answer, answered = answer_to(key)
    case = CASES[key]

    judges.require_valid(answer)
    for one in answer.get("contained", []):
        judges.require_valid(one)
    said = {one["url"].rpartition("/")[2]: one for one in answer["extension"]}
    assert said["situation"]["valueCoding"]["code"] == case.expect.situation
    assert said.get("validity", {}).get("valueCoding", {}).get("code", "") == case.expect.validity
    assert answer["outcome"] == ("complete" if case.expect.validity else "error")
    in_force = case.expect.validity in ("1", "6")
    assert {one["inforce"] for one in answer.get("insurance", [])} <= {in_force}
    assert len(answer.get("contained", [])) == 2 * len(answered.found.answer.results) + len(
        answered.found.answer.subsidies
    )


@pytest.mark.parametrize("key", CASES)
def test_the_request_of_a_client_is_valid_too(judges: Validators, key: str) -> None:
    judges.require_valid(request_of(CASES[key]))


@pytest.mark.parametrize("key", CASES)
def test_what_is_written_keeps_to_jp_core(key: str) -> None:
    answer, _ = answer_to(key)

    for one in answer.get("contained", []):
        if not one["id"].startswith("subsidy"):
            assert one["meta"] == {"profile": [PROFILES[one["resourceType"]]]}
            assert re.fullmatch(r"[A-Za-z0-9.-]{1,64}", one["id"])
    for part in parts(answer):
        if "url" in part and part["url"].startswith("http"):
            allowed = EXTENSIONS.get(part["url"])
            name = part["url"].rpartition("/")[2]
            assert (allowed in part) if allowed else part["url"] == LOCAL[name].url, part["url"]
        if "system" in part and "value" in part and "unit" not in part and part["system"] != "urn:oid:1.2.3":
            assert IDENTIFIERS[part["system"]].fullmatch(part["value"]), part
        if "system" in part and "code" in part:
            assert part["system"] in SYSTEMS, part


@pytest.mark.parametrize("key", CASES)
def test_a_number_is_all_of_one_width_and_the_same_wherever_it_stands(key: str) -> None:
    answer, answered = answer_to(key)
    coverages = [
        one
        for one in answer.get("contained", [])
        if one.get("meta", {}).get("profile") == [PROFILES["Coverage"]]
    ]

    for coverage, result in zip(coverages, answered.found.answer.results, strict=True):
        own = {
            one["url"].rpartition("_InsuredPerson")[2]: one.get("valueString")
            for one in coverage["extension"]
        }
        symbol, number, branch = own.get("Symbol", ""), own.get("Number", ""), own.get("SubNumber", "")
        for text in (symbol, number):
            assert WIDE.fullmatch(text)
            assert "\u3000" not in text
        assert branch.isascii()
        identifiers = {one["system"]: one["value"] for one in coverage["identifier"]}
        assert identifiers[MEMBER_ID] == f"{result.insurer_number}:{symbol}:{number}:{branch}"
        assert identifiers[COVERAGE_ID] == f'"{result.insurer_number}","{symbol}","{number}","{branch}"'
        assert coverage.get("dependent", "") == branch
        relations = [one["code"] for one in coverage.get("relationship", {}).get("coding", [])]
        assert relations == ([result.relation] if result.relation else [])


def test_names_are_as_they_are_registered_and_readings_are_full_width() -> None:
    answer, answered = answer_to("external-character")
    patient = answer["contained"][1]
    (result,) = answered.found.answer.results

    ide, syl = patient["name"]
    assert result.name is not None
    assert ide["text"] == result.name.replace("\u3000", " ")
    assert ide["extension"][0]["valueCode"] == "IDE"
    assert (syl["text"], syl["extension"][0]["valueCode"]) == ("ヤマザキ ナナ", "SYL")
    assert {one["url"].rpartition("/")[2] for one in patient["extension"]} >= {"name-flagged", "name-reading"}


def test_each_code_that_is_used_is_in_its_code_system() -> None:
    for key in CASES:
        for part in parts(answer_to(key)[0]):
            system = str(part.get("system", ""))
            if "code" in part and system.startswith(f"{OURS}/CodeSystem/"):
                document = code_system_document(system.rpartition("/")[2])
                assert document is not None
                codes = {one["code"] for one in msgspec.json.decode(document)["concept"]}
                assert part["code"] in codes, part
