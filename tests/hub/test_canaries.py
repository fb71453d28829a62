"""Canary people, asked about in every format and on every error path at DEBUG, are found in no log, metric or record.

The hub runs as its users run it, in a process of its own. The test fails when a canary was never asked or a place
where it could have leaked is empty: a silent sink proves nothing.
"""

import asyncio
import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from kaihoken.audit import Log
from kaihoken.audit.batch import unpacked
from kaihoken.store import Statement, open_store

from .fhir import MEMBER_ID, a_request
from .hub import a_question, a_row
from .process import FACILITY, HubProcess, make_hub

pytestmark = pytest.mark.process

NUMBER = "8642097"
WIDE_NUMBER = "８６４２０９７"
SYMBOL = "金糸雀１２"
NAME = "金糸雀　鳴子"
KANA = "ｶﾅﾘﾔ ﾒｲｺ"
WIDE_KANA = "カナリヤ　メイコ"
ADDRESS = "東京都架空区金糸雀町9-8-7"
SERIAL = "771234567890771"
LINK = "canary-link-5521"
BIRTH = "1971-07-17"
REFERENCE = "canary-patient-77"


def _oqs(number: str = NUMBER, birth: str = "19710717", encoding: str = "UTF-8") -> str:
    return (
        f'<?xml version="1.0" encoding="{encoding}"?><XmlMsg><MessageHeader>'
        "<QualificationConfirmationDate>20261120</QualificationConfirmationDate>"
        f"<MedicalInstitutionCode>{FACILITY}</MedicalInstitutionCode></MessageHeader><MessageBody>"
        "<QualificationConfirmSearchInfo><InsurerNumber>01130012</InsurerNumber>"
        f"<InsuredCardSymbol>{SYMBOL}</InsuredCardSymbol>"
        f"<InsuredIdentificationNumber>{number}</InsuredIdentificationNumber><InsuredBranchNumber/>"
        f"<Birthdate>{birth}</Birthdate>"
        "<LimitApplicationCertificateRelatedConsFlg>1</LimitApplicationCertificateRelatedConsFlg>"
        "</QualificationConfirmSearchInfo></MessageBody></XmlMsg>"
    )


@dataclass(frozen=True)
class Ask:
    """One request that names the canary. `finds` says whether the answer must show that it was really asked about."""

    what: str
    path: str
    body: bytes
    content_type: str = "application/json"
    client: str = "clinic"
    finds: bool = False


def _json(**more: object) -> bytes:
    import msgspec

    return msgspec.json.encode(a_question(symbol=SYMBOL, number=NUMBER, branch="", birthdate=BIRTH, **more))


def _asks() -> list[Ask]:
    check, search = "/v1/eligibility-checks", "/oqs/search"
    tree = (
        f'{{"XmlMsg":{{"MessageHeader":{{"QualificationConfirmationDate":"20261120",'
        f'"MedicalInstitutionCode":"{FACILITY}"}},"MessageBody":{{"QualificationConfirmSearchInfo":'
        f'{{"InsurerNumber":"01130012","InsuredCardSymbol":"{SYMBOL}",'
        f'"InsuredIdentificationNumber":"{NUMBER}","Birthdate":"19710717",'
        '"LimitApplicationCertificateRelatedConsFlg":"1"}}}}'
    ).encode()
    certificate = f'{{"by":"certificate","issuer":"CN=TEST-CA","serial":"{SERIAL}"}}'.encode()
    xml = "application/xml"
    fhir, fhir_json = "/fhir/CoverageEligibilityRequest", "application/fhir+json"
    form = "application/x-www-form-urlencoded"
    links, unlinks = "/v1/reference-numbers", "/v1/reference-number-withdrawals"
    return [
        Ask("json", check, _json(consents=["limit"]), finds=True),
        Ask("json with a chart", check, _json(chart={"name": NAME, "kana": WIDE_KANA}), finds=True),
        Ask("certificate", check, certificate, finds=True),
        Ask("oqs xml", search, _oqs().encode(), xml, finds=True),
        Ask("oqs xml in Shift_JIS", search, _oqs(encoding="Shift_JIS").encode("cp932"), xml, finds=True),
        Ask("oqs json", search, tree, finds=True),
        Ask("not found", check, _json().replace(b"1971-07-17", b"1971-07-18")),
        Ask("impossible date", check, _json().replace(b"1971-07-17", b"1971-17-17")),
        Ask("unknown field", check, _json(name=NAME)),
        Ask("value of a wrong type", check, _json().replace(f'"{NUMBER}"'.encode(), NUMBER.encode())),
        Ask("name as a date", check, _json(on=NAME)),
        Ask("not json", check, NAME.encode() + _json()),
        Ask("json in Shift_JIS", check, _json().decode().encode("cp932")),
        Ask("wrong insurer", check, _json().replace(b"01130012", b"81130012")),
        Ask("future", check, _json(on="2099-01-01")),
        Ask("oqs impossible date", search, _oqs(birth="19711717").encode(), xml),
        Ask("oqs not xml", search, NAME.encode(), xml),
        Ask("oqs wrong encoding", search, _oqs(encoding="Shift_JIS").encode(), xml),
        Ask("oqs dtd", search, b"<!DOCTYPE x>" + _oqs().encode(), xml),
        Ask("oqs other media type", search, _oqs().encode(), "text/plain"),
        Ask("oqs json broken", search, tree[:-3]),
        Ask("no token", check, _json(), client=""),
        Ask("wrong scope", check, _json(), client="operator"),
        Ask("no such path", "/v1/nothing", _json()),
        Ask("link", links, _link()),
        Ask("reference", check, _reference(), finds=True),
        Ask("reference of another birth", check, _reference().replace(b"1971-07-17", b"1971-07-18")),
        Ask("link of nobody", links, _link().replace(NUMBER.encode(), f"{NUMBER}1".encode())),
        Ask("link of a wrong shape", links, _link().replace(b"symbol", NAME.encode())),
        Ask("link as oqs", "/oqs/OQSsiimm01", _oqs_link().encode(), xml, finds=True),
        Ask("link as oqs, of nobody", "/oqs/OQSsiimm01", _oqs_link(f"{NUMBER}1").encode(), xml),
        Ask("unlink", unlinks, f'{{"reference_number":"{REFERENCE}"}}'.encode()),
        Ask("unlink again", unlinks, f'{{"reference_number":"{REFERENCE}x"}}'.encode()),
        Ask("four items", "/v1/failure-checks", _items(), finds=True),
        Ask("four items that fit nobody", "/v1/failure-checks", _items(sex="2")),
        Ask("four items of a wrong shape", "/v1/failure-checks", _items(sex=NAME)),
        Ask("a report of a wrong shape", "/v1/failure-reports", _items()),
        Ask("fhir", fhir, _fhir(), fhir_json, finds=True),
        Ask("fhir by $submit", f"{fhir}/$submit", _fhir(), fhir_json, finds=True),
        Ask("fhir not found", fhir, _fhir().replace(b"1971-07-17", b"1971-07-18"), fhir_json),
        Ask(
            "fhir of a wrong shape",
            fhir,
            _fhir().replace(b'"id"', NAME.encode().join((b'"', b'"')), 1),
            fhir_json,
        ),
        Ask("fhir that is none", fhir, NAME.encode() + _fhir(), fhir_json),
        Ask("fhir search", "/fhir/Coverage/_search", _form(), form, finds=True),
        Ask(
            "fhir search by a name", "/fhir/Patient/_search", _form() + f"&name={quote(NAME)}".encode(), form
        ),
        Ask("rows refused", "/v1/registrations", _rows(acquired="1900-01-01"), client="operator"),
        Ask("rows of a wrong shape", "/v1/registrations", _rows(birthdate=NAME), client="operator"),
    ]


_MEMBER_ID = f"01130012:{SYMBOL}:{NUMBER}:"


def _items(**more: object) -> bytes:
    import msgspec

    items = {"name": NAME, "birthdate": BIRTH, "sex": "1", "address": ADDRESS}
    return msgspec.json.encode({**items, **more})


def _let_in(http: httpx.Client, token: str) -> None:
    now = datetime.now(UTC)
    opening = {
        "facility": FACILITY,
        "until": f"{now + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}",
        "called_back": f"{now - timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}",
        "staff": "運01",
    }
    answer = http.post(
        "/v1/failure-modes/openings", json=opening, headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.json()["state"] == "open", answer.text


def _fhir() -> bytes:
    import msgspec

    request = a_request(symbol=SYMBOL, number=NUMBER, branch="", birthdate=BIRTH, facility=FACILITY)
    request["contained"][0]["name"] = [{"text": NAME}]
    return msgspec.json.encode(request)


def _form() -> bytes:
    identifier = quote(f"{MEMBER_ID}|{_MEMBER_ID}")
    return f"identifier={identifier}&beneficiary.birthdate={BIRTH}".encode()


def _link() -> bytes:
    return (
        f'{{"reference_number":"{REFERENCE}","insurer_number":"01130012","symbol":"{SYMBOL}","number":"{NUMBER}",'
        f'"birthdate":"{BIRTH}"}}'
    ).encode()


def _reference() -> bytes:
    return f'{{"by":"reference","reference_number":"{REFERENCE}","birthdate":"{BIRTH}"}}'.encode()


def _oqs_link(number: str = NUMBER) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><XmlMsg><MessageHeader>'
        f"<MedicalInstitutionCode>{FACILITY}</MedicalInstitutionCode></MessageHeader><MessageBody>"
        f"<ReferenceNumberRegistrationInfo><ReferenceNumber>{REFERENCE}</ReferenceNumber>"
        f"<InsurerNumber>01130012</InsurerNumber><InsuredCardSymbol>{SYMBOL}</InsuredCardSymbol>"
        f"<InsuredIdentificationNumber>{number}</InsuredIdentificationNumber>"
        "</ReferenceNumberRegistrationInfo></MessageBody></XmlMsg>"
    )


def _rows(**more: object) -> bytes:
    import msgspec

    coverage = {
        "symbol": SYMBOL,
        "number": NUMBER,
        "branch": "",
        "name": NAME,
        "insured_name": NAME,
        "kana": KANA,
    }
    rows = [
        a_row(link=LINK, birthdate=BIRTH, address=ADDRESS, **coverage, **more)
        if "birthdate" not in more
        else a_row(link=LINK, address=ADDRESS, **coverage, **more),
        {
            "kind": "certificate",
            "link": LINK,
            "issuer": "CN=TEST-CA",
            "serial": SERIAL,
            "not_before": "2025-01-01",
            "not_after": "2035-01-01",
        },
    ]
    return msgspec.json.encode({"rows": rows})


def _forms() -> dict[str, bytes]:
    """Every form in which a canary could sit in a sink."""
    forms: dict[str, bytes] = {}
    for name, value in {
        "number": NUMBER,
        "number in full width": WIDE_NUMBER,
        "symbol": SYMBOL,
        "plain symbol": "金糸雀12",
        "name": NAME,
        "family name": "金糸雀",
        "kana": KANA,
        "wide kana": WIDE_KANA,
        "address": ADDRESS,
        "serial": SERIAL,
        "link": LINK,
        "birthdate": BIRTH,
        "reference number": REFERENCE,
        "wire birthdate": "19710717",
    }.items():
        raw = value.encode()
        forms[name] = raw
        forms[f"{name}, URL-encoded"] = quote(value).encode()
        forms[f"{name}, escaped"] = value.encode("unicode_escape")
        if len(raw) >= 6:
            forms[f"{name}, base64"] = base64.b64encode(raw).rstrip(b"=")[:-1]
        forms[f"{name}, Shift_JIS"] = value.encode("cp932")
        forms[f"{name}, SHA-256"] = hashlib.sha256(raw).hexdigest().encode()
    forms["hash input"] = b"01130012" + NUMBER.encode()
    return forms


def _ask_everything(hub: HubProcess) -> None:
    tokens = {client: hub.token(client) for client in ("clinic", "operator")}
    with hub.client() as http:
        made = http.post(
            "/v1/registrations",
            content=_rows(),
            headers={"Authorization": f"Bearer {tokens['operator']}", "Idempotency-Key": "canary"},
        )
        assert made.json()["registered"] == 2, made.text
        _let_in(http, tokens["operator"])
        for number, ask in enumerate(_asks()):
            headers = {"Content-Type": ask.content_type, "Idempotency-Key": f"canary-{number}"}
            if ask.client:
                headers["Authorization"] = f"Bearer {tokens[ask.client]}"
            answer = http.post(ask.path, content=ask.body, headers=headers)
            assert answer.status_code < 500, (ask.what, answer.status_code, answer.text)
            shown = any(number.encode() in answer.content for number in (NUMBER, WIDE_NUMBER))
            assert shown or not ask.finds, ask.what
            assert "金糸雀" not in str(answer.url)


async def _records(folder: Path) -> bytes:
    store = await open_store(folder / "store", read_only=True)
    try:
        log = await Log.open(store)
        read = Statement("read bodies", "SELECT seq, bodies FROM log_body ORDER BY seq", "")
        found = b""
        for seq, bodies in await store.fetch(read):
            assert isinstance(seq, int)
            assert isinstance(bodies, bytes)
            batch = await log.batch(seq)
            found += b"\n".join(unpacked(batch.head.batch_size, bodies))
        return found
    finally:
        await store.close()


@pytest.fixture(scope="module")
def sinks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What a hub at DEBUG left behind after everything was asked: its logs, its metrics, its records."""
    folder = tmp_path_factory.mktemp("canary")
    hub = make_hub(folder)
    hub.log_level = "debug"
    hub.start()
    try:
        _ask_everything(hub)
        metrics = hub.http.get("/metrics", headers={"Authorization": f"Bearer {hub.token('operator')}"})
    finally:
        hub.kill()
    return {
        "log": hub.said.read_bytes(),
        "metrics": metrics.content,
        "records": asyncio.run(_records(folder)),
        "witness": (folder / "witness.jsonl").read_bytes(),
    }


@pytest.mark.parametrize("sink", ["log", "metrics", "records", "witness"])
def test_no_form_of_a_canary_is_in(sink: str, sinks: dict[str, bytes]) -> None:
    content = sinks[sink]
    assert len(content) > 50, f"{sink} is empty: it would prove nothing"
    assert [name for name, form in _forms().items() if form in content] == []


def test_the_records_are_of_these_questions(sinks: dict[str, bytes]) -> None:
    assert sinks["records"].count(b'"situation":"valid"') >= 7
    assert sinks["records"].count(b'"refused":') >= 5
    assert b'kaihoken_answers_total{carrier="oqs-xml"' in sinks["metrics"]
    for line in (
        b'"event":"token-issued"',
        b'"problem":"access.scope-missing"',
        b'"problem":"access.token-missing"',
    ):
        assert line in sinks["log"]
