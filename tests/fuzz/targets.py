"""What guided fuzzing aims at: everything that reads bytes of strangers.

A target takes any bytes and raises nothing: what the reader may lawfully say of bad input (its Problem) is caught here,
anything else is a finding.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from kaihoken.audit.batch import Entry, entry_of, packed, unpacked
from kaihoken.audit.chain import Chain
from kaihoken.audit.receipt import Receipts
from kaihoken.audit.verifier import RefusedError, receipt_from_header, receipt_from_json
from kaihoken.card import JpkiClient, examine
from kaihoken.card.certificate import Trust
from kaihoken.card.transport import Octets
from kaihoken.claims.checks import checks_of
from kaihoken.claims.checks import examine as examine_claims
from kaihoken.claims.uke import raw_bytes
from kaihoken.claims.uke import read as read_claims
from kaihoken.clock import FixedClock
from kaihoken.coverage import oqs, read_check
from kaihoken.coverage.bulk import number_rows
from kaihoken.coverage.fhir import (
    read_consent_search,
    read_coverage_search,
    read_organization_search,
    read_patient_search,
    read_request,
)
from kaihoken.coverage.oqs import list_read, short_read
from kaihoken.coverage.registration.rows import read_row
from kaihoken.hub.bulk.exchange import lines_of
from kaihoken.identity import (
    canonical_branch,
    canonical_number,
    canonical_symbol,
    decode_cp932,
    encode_cp932,
    shown,
)
from kaihoken.problems import Problem
from kaihoken.store import FileKeys


class Target(NamedTuple):
    """A reader under fire, and the valid input to begin with."""

    take: Callable[[bytes], None]
    seeds: tuple[bytes, ...]


class AnsweringCard:
    """A card that answers what it was told, each answer behind its length in two bytes, then nothing any more."""

    name, atr = "card", b""

    def __init__(self, data: bytes) -> None:
        self._rest = data

    def transmit(self, command: Octets) -> bytes:
        size, rest = int.from_bytes(self._rest[:2], "big") % 300, self._rest[2:]
        answer, self._rest = rest[:size], rest[size:]
        return answer


def card_answers(data: bytes) -> None:
    """A card may answer what it likes; it gets no PIN twice, and what it says is read or refused."""
    pin = bytearray(b"1234")
    with suppress(Problem):
        examine(JpkiClient(AnsweringCard(data)), Trust(()), datetime(2026, 11, 20, tzinfo=UTC))
    with suppress(Problem):
        JpkiClient(AnsweringCard(data)).verify(pin)
    assert pin == bytearray(4)
    with suppress(Problem):
        JpkiClient(AnsweringCard(data)).sign(b"message")


def claim_file(data: bytes) -> None:
    """A claim file may be anything: every byte is kept, every finding is one that the catalogue has."""
    assert b"".join(raw_bytes(read_claims([data]))) == data
    known = checks_of(None)
    with suppress(Problem):  # a returned file is for another reader
        for step in examine_claims(read_claims([data])):
            assert all(finding.check in known for finding in step.findings)


def oqs_xml(data: bytes) -> None:
    """What was read can be written, and reads the same again."""
    with suppress(Problem):
        request = oqs.read_request(data)
        written = oqs.write_request(request)
        if not written.replaced:
            assert oqs.read_request(written.content).search == request.search


def oqs_json(data: bytes) -> None:
    """The same for the tree in JSON."""
    with suppress(Problem):
        request = oqs.read_request_json(data)
        written = oqs.write_request_json(request)
        if not written.replaced:
            assert oqs.read_request_json(written.content).search == request.search


def check(data: bytes) -> None:
    """Our own carrier."""
    with suppress(Problem):
        read_check(data)


def fhir_request(data: bytes) -> None:
    """A question in FHIR: what is read says whom it is about in one way."""
    with suppress(Problem):
        assert read_request(data).purposes


def fhir_search(data: bytes) -> None:
    """The forms of FHIR's searches."""
    for read in (
        read_coverage_search,
        read_patient_search,
        read_organization_search,
        lambda form: read_consent_search(form, "9910000007"),
    ):
        with suppress(Problem):
            read(data)


def oqs_list(data: bytes) -> None:
    """A list as a message, in both carriers, and the short messages about lists."""
    for xml in (True, False):
        for kind in (list_read.ELIGIBILITY, list_read.REGISTRATIONS):
            with suppress(Problem):
                *_, whole = list_read.read_list(kind, data, xml=xml)
                assert whole is not None
        for read in (
            short_read.read_reception_question,
            short_read.read_month_question,
            short_read.read_visit_question,
        ):
            with suppress(Problem):
                read(data, xml=xml)


def list_line(data: bytes) -> None:
    """A body of lines, cut anywhere: the lines are the same, and each is a row or a refusal that keeps its key."""
    cut = data[0] if data else 0
    whole, parts = _lines(data), _lines(data[:cut], data[cut:])
    assert whole == parts
    for line in whole:
        with suppress(Problem):
            assert number_rows.read_number(line, "9910000007", date(2026, 11, 21)).id == number_rows.id_of(
                line
            )


def _lines(*parts: bytes) -> list[bytes]:
    async def arriving() -> AsyncIterator[bytes]:
        for part in parts:
            yield part

    async def read() -> list[bytes]:
        return [line async for some in lines_of(arriving()) for line in some]

    return asyncio.run(read())


def row(data: bytes) -> None:
    """One row of a registration, as the hub cuts it out of its request."""
    try:
        msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return
    with suppress(Problem):
        read_row(msgspec.Raw(data), "rows[0]")


def receipt(data: bytes) -> None:
    """A receipt in both forms."""
    with suppress(RefusedError):
        receipt_from_json(data)
    with suppress(RefusedError):
        receipt_from_header(data.decode("latin-1"))


def batch(data: bytes) -> None:
    """A batch of the log as the store holds it: what unpacks packs to the same bytes."""
    count = data[0] + 1 if data else 1
    with suppress(ValueError):
        chunks = unpacked(count, data[1:])
        assert packed(chunks) == data[1:]
        for chunk in filter(None, chunks):
            entry_of(chunk)


def name(data: bytes) -> None:
    """A name goes to Shift_JIS and back without loss, and its readable form is readable."""
    with suppress(Problem):
        decode_cp932(data)
    text = data.decode("utf-8", "replace")
    encoded, replaced = encode_cp932(text)
    assert decode_cp932(encoded, replaced) == text
    readable = shown(text)
    assert shown(readable) == readable


def number(data: bytes) -> None:
    """A canonical form is its own canonical form."""
    text = data.decode("utf-8", "replace")
    for canonical in (canonical_symbol, canonical_number, canonical_branch):
        with suppress(Problem):
            once = canonical(text)
            assert canonical(once) == once


def _question(encoding: oqs.Encoding) -> oqs.Request:
    return oqs.Request(
        header=oqs.RequestHeader(
            qualification_confirmation_date=date(2026, 11, 21), medical_institution_code="9910000007"
        ),
        search=oqs.SearchInfo(
            insurer_number="06132013",
            symbol="東－12",
            number="567890",
            branch="01",
            birthdate=date(1980, 1, 2),
            limit_consent=True,
        ),
        encoding=encoding,
    )


def _receipts() -> tuple[bytes, ...]:
    clock = FixedClock(datetime(2026, 11, 21, tzinfo=UTC))
    with tempfile.TemporaryDirectory() as folder:
        signer = FileKeys.create(Path(folder) / "keys", clock).log_keys()[-1]
        link = Chain.empty("0" * 32, signer).next([Entry("a.kind", b'{"a":1}')] * 3, 1_800_000_000_000)
    receipts = Receipts(link.batch, link.head)
    return receipts.json(1), receipts.header(2).encode(), b"\x02" + packed(link.batch.chunks)


_XML = tuple(oqs.write_request(_question(encoding)).content for encoding in oqs.Encoding)
_CHECKS = (
    b'{"by":"number","insurer_number":"06132013","symbol":"12-34","number":"56","birthdate":"1980-01-02"}',
    b'{"by":"certificate","issuer":"CN=x","serial":"17","consents":["limit"],"chart":{"kana":"\xef\xbd\xb1"}}',
)
_FHIR = (
    b'{"resourceType":"CoverageEligibilityRequest","status":"active","purpose":["validation"],"contained":['
    b'{"resourceType":"Patient","id":"p","birthDate":"1980-01-02","name":[{"text":"x"}]},{"resourceType":"Coverage",'
    b'"id":"c","identifier":[{"system":"http://jpfhir.jp/fhir/clins/Idsystem/JP_Insurance_memberID",'
    b'"value":"06132013:12-34:56:"}]}],"patient":{"reference":"#p"},"insurance":[{"coverage":{"reference":"#c"}}]}',
    b'{"resourceType":"Parameters","parameter":[{"name":"resource","resource":{"resourceType":'
    b'"CoverageEligibilityRequest","status":"active","purpose":["benefits"],"patient":{},"extension":[{"url":'
    b'"https://kaihoken.example/fhir/StructureDefinition/user-certificate","extension":[{"url":"serial",'
    b'"valueString":"17"},{"url":"issuer","valueString":"CN=x"}]}]}}]}',
)
_SEARCHES = (
    b"identifier=http://jpfhir.jp/fhir/clins/Idsystem/JP_Insurance_memberID%7C06132013:1:2:&birthdate=1980-01-02",
    b"date=ge2026-11-01&status=active",
    b"patient.identifier=urn:oid:1.2.392.100495.20.3.51.19910000007%7CP-1&patient.birthdate=1980-01-02",
    b"payor.identifier=06132013&jp-insured-personnumber=5&beneficiary.birthdate=eq1980-01-02&_format=json",
)
_LISTS = (
    b"<XmlMsg><MessageHeader><QualificationConfirmationDate>20261120</QualificationConfirmationDate>"
    b"<MedicalInstitutionCode>9910000007</MedicalInstitutionCode></MessageHeader><MessageBody>"
    b"<QualificationConfirmSearchInfo><InsurerNumber>06132013</InsurerNumber><InsuredIdentificationNumber>5"
    b"</InsuredIdentificationNumber><Birthdate>19800102</Birthdate></QualificationConfirmSearchInfo></MessageBody></XmlMsg>",
    b'{"XmlMsg":{"MessageHeader":{"MedicalInstitutionCode":"9910000007"},"MessageBody":{"QualificationConfirmSearchInfo":'
    b'[{"QualificationConfirmSearchInfo":{"InsurerNumber":"06132013","Birthdate":"19800102"}}]}}}',
    b"<XmlMsg><MessageHeader><MedicalInstitutionCode>9910000007</MedicalInstitutionCode></MessageHeader><MessageBody>"
    b"<ReceptionNumber>1</ReceptionNumber><MedicalTreatmentMonth>202611</MedicalTreatmentMonth></MessageBody></XmlMsg>",
)
_LINES = (
    b'{"insurer_number":"06132013","number":"5","birthdate":"1980-01-02","id":"a"}\r\n{"id":"b"}\n\n{"number":',
)
_ROWS = (
    b'{"kind":"coverage","link":"l","insurer_number":"06132013","insurer_name":"x","symbol":"1","number":"2",'
    b'"branch":"01","relation":"1","sex":"1","name":"\xe5\xb1\xb1","kana":"\xef\xbe\x94","birthdate":"1980-01-02",'
    b'"acquired":"2020-04-01"}',
)
_CLAIMS = (
    "IR,1,13,1,1234566,,港クリニック,202611,00,03-0000-0000\r\nRE,1,1112,202610,山田　花子,2,19850512,,,,,29\r\n"
    "HO,01130012,１２３４５６７８,１２３,1,291\r\nKO,51136018,1000009,,1,291\r\nSN,1,01,,,,01,,\r\nJD,1,,,1\r\nMF,00\r\n"
    "SY,8830052,20261003,1,,,01,\r\nSI,11,1,111000110,,291,1,,,,,,,,,1\r\nCO,,1,810000001,頭痛\r\nGO,2,291,99\r\n\x1a".encode(
        "cp932"
    ),
    b"UK,1,13,3,1234566,,202611,01,00\r\nIR,1,13,3,1234566,,202611,,01\r\nRE,1,3112,202610\r\nSS,11,1,301000110\r\n",
    b"IR,1,13,1,1234566,,,42811,00,\r\nRE,1,1112,42810,X,1,3600512\r\nHO,  138057,1,2,1,5\r\nGO,1,5,99\r\n",
)
_JSON_RECEIPT, _HEADER_RECEIPT, _BATCH = _receipts()
_NAMES = ("山田　太郎".encode(), "𠮷田 ●﨑髙".encode(), "ﾔﾏﾀﾞ".encode(), "山田".encode("cp932"))

_SAYS = (b"\x90\x00", b"\x90\x00", b"JPKIAPICCTOKEN2".ljust(160) + b"\x90\x00", b"\x90\x00")
_CARDS = tuple(
    b"".join(len(one).to_bytes(2, "big") + one for one in answers)
    for answers in (
        (*_SAYS, b"\x30\x82\x01\x00\x90\x00", bytes(256) + b"\x90\x00"),
        (b"\x90\x00", b"\x90\x00", b"\x63\xc3", b"\x90\x00", b"\x63\xc3"),
        (b"\x90\x00", b"\x90\x00", bytes(256) + b"\x90\x00"),
        (b"\x6a\x82",),
    )
)

TARGETS: Mapping[str, Target] = {
    "card": Target(card_answers, _CARDS),
    "claim-file": Target(claim_file, _CLAIMS),
    "oqs-xml": Target(oqs_xml, _XML),
    "oqs-json": Target(oqs_json, (oqs.write_request_json(_question(oqs.Encoding.UTF_8)).content,)),
    "check": Target(check, _CHECKS),
    "fhir-request": Target(fhir_request, _FHIR),
    "fhir-search": Target(fhir_search, _SEARCHES),
    "oqs-list": Target(oqs_list, _LISTS),
    "list-line": Target(list_line, _LINES),
    "row": Target(row, _ROWS),
    "receipt": Target(receipt, (_JSON_RECEIPT, _HEADER_RECEIPT)),
    "batch": Target(batch, (_BATCH,)),
    "name": Target(name, _NAMES),
    "number": Target(number, ("１２－３４".encode(), b"0056", "東０１".encode())),
}
