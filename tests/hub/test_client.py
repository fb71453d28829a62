"""The typed client against a whole hub, with receipts verified offline."""

import io
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from kaihoken.access import PrivateKey, make_key
from kaihoken.access.base64url import decode
from kaihoken.audit import Entry, Key, keys_of
from kaihoken.coverage.client import (
    AsyncHub,
    CertificateCheck,
    ClaimCheck,
    Consent,
    ConsentSearch,
    ConsentWithdrawal,
    CoverageRow,
    Disabling,
    HubProblem,
    Kind,
    NewCertificate,
    NewClient,
    NewKey,
    NumberCheck,
    NumberRow,
    Patience,
    PatientByNumber,
    ReferenceCheck,
    ReferenceNumberRequest,
    ReferenceNumberWithdrawal,
    StandingCheck,
    log_keys,
)
from kaihoken.problems import Problem

from .fhir import MEMBER_ID, a_request
from .hub import BASE, FACILITY, Hub, a_hub, a_message, a_question, a_row
from .test_bulk_messages import answered
from .test_bulk_tickets import a_ticket, assisted

QUESTION = msgspec.convert(a_question(), NumberCheck)
HIM = PatientByNumber(
    insurer_number="01130012", symbol="12-34", number="56", branch="01", birthdate=date(1980, 1, 1)
)
CARD_ROW: dict[str, object] = {
    "kind": "certificate",
    "link": "link-yamada",
    "issuer": "CN=a,C=JP",
    "serial": "77",
    "not_before": "2026-01-01",
    "not_after": "2030-01-01",
}


class Tampering(httpx.AsyncBaseTransport):
    """The line to the hub, on which somebody replaces bytes of answers, and headers."""

    def __init__(
        self, line: httpx.AsyncBaseTransport, old: bytes = b"", new: bytes = b"", **headers: str
    ) -> None:
        self.line, self.old, self.new, self.headers = line, old, new, headers

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self.line.handle_async_request(request)
        body = await answer.aread()
        if self.old and "oauth" not in request.url.path:
            assert self.old in body
            body = body.replace(self.old, self.new)
        headers = {**answer.headers, **{k.replace("_", "-"): v for k, v in self.headers.items()}}
        headers.pop("content-length")
        return httpx.Response(answer.status_code, content=body, headers=headers)


@asynccontextmanager
async def asking(
    hub: Hub,
    client_id: str = "clinic",
    line: httpx.AsyncBaseTransport | None = None,
    keys: dict[str, Key] | None = None,
) -> AsyncIterator[AsyncHub]:
    client = AsyncHub(
        BASE,
        client_id,
        hub.keys[client_id],
        clock=hub.clock,
        ticks=hub.ticks,
        transport=line or hub.http._transport,
        patience=Patience(attempts=1),
        **({} if keys is None else {"verify_with": keys}),
    )
    async with client:
        yield client


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await hub.register(a_row())
        yield hub


@pytest.fixture
async def keys(hub: Hub) -> dict[str, Key]:
    return dict(keys_of((await hub.http.get("/.well-known/kaihoken-log-keys.json")).text))


async def test_a_question_is_answered_in_types(hub: Hub, keys: dict[str, Key]) -> None:
    async with asking(hub, keys=keys) as client:
        checked = await client.check(QUESTION)

    assert checked.answer is not None
    assert (checked.answer.validity, checked.answer.on) == ("1", date(2026, 11, 20))
    assert checked.answer.results[0].name == "山田　太郎"
    assert checked.receipt["format"] == "kaihoken receipt v1"


async def test_the_proof_of_the_typed_client_names_the_issuer_alone(hub: Hub) -> None:
    sent: list[httpx.Request] = []

    class Listening(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            sent.append(request)
            return await hub.http._transport.handle_async_request(request)

    async with asking(hub, line=Listening()) as client:
        assert await client.token()

    metadata, token = sent
    assertion = dict(httpx.QueryParams(token.content.decode()))["client_assertion"]
    assert metadata.url.path == "/.well-known/oauth-authorization-server"
    assert msgspec.json.decode(decode(assertion.split(".")[1]) or b"")["aud"] == BASE


async def test_an_unchanged_answer_is_verified_too(hub: Hub, keys: dict[str, Key]) -> None:
    async with asking(hub, keys=keys) as client:
        first = await client.check(QUESTION)
        second = await client.check(msgspec.structs.replace(QUESTION, if_unchanged=first.answer_hash))

    assert second.unchanged
    assert second.answer is None


async def test_an_answer_that_was_changed_on_its_way_is_not_handed_out(
    hub: Hub, keys: dict[str, Key]
) -> None:
    line = Tampering(hub.http._transport, "有効".encode(), "無効".encode())
    async with asking(hub, line=line, keys=keys) as client:
        with pytest.raises(Problem, match=r"audit\.receipt_other_answer"):
            await client.check(QUESTION)


async def test_an_answer_without_its_receipt_is_not_handed_out(hub: Hub, keys: dict[str, Key]) -> None:
    line = Tampering(hub.http._transport, b'"receipt":', b'"paper":')
    async with asking(hub, line=line, keys=keys) as client:
        with pytest.raises(Problem, match=r"audit\.receipt_other_answer"):
            await client.check(QUESTION)


async def test_a_log_signed_with_another_key_is_not_believed(hub: Hub, keys: dict[str, Key]) -> None:
    other = {key_id: replace(key, public=bytes(32)) for key_id, key in keys.items()}
    async with asking(hub, keys=other) as client:
        with pytest.raises(Problem, match=r"audit\.receipt_refused"):
            await client.check(QUESTION)


async def test_a_message_is_answered_byte_for_byte_and_verified(hub: Hub, keys: dict[str, Key]) -> None:
    message = a_message("Shift_JIS")
    plain = await hub.ask_oqs(message)
    async with asking(hub, keys=keys) as client:
        answer = await client.oqs(message)

    assert answer.content == plain.content
    assert "山田　太郎".encode("cp932") in answer.content
    assert answer.receipt


async def test_a_message_changed_on_its_way_is_not_handed_out(hub: Hub, keys: dict[str, Key]) -> None:
    line = Tampering(hub.http._transport, "山田".encode(), "山本".encode())
    async with asking(hub, line=line, keys=keys) as client:
        with pytest.raises(Problem, match=r"audit\.receipt_other_answer"):
            await client.oqs(a_message())


async def test_the_receipt_of_something_else_is_not_the_receipt_of_a_message(
    hub: Hub, keys: dict[str, Key]
) -> None:
    for record in (b'{"answer_hash":"00"}', b"[]", (await hub.ask()).content):
        committed = await hub.machine.committer.commit([Entry("eligibility.answer", record)])
        line = Tampering(hub.http._transport, kaihoken_receipt=committed.receipt_header())
        async with asking(hub, line=line, keys=keys) as client:
            with pytest.raises(Problem, match=r"audit\.receipt_other_answer"):
                await client.oqs(a_message())


async def test_a_message_that_is_refused_needs_no_receipt(hub: Hub, keys: dict[str, Key]) -> None:
    async with asking(hub, keys=keys) as client:
        answer = await client.oqs(a_message(facility="9910000015"))

    assert answer.status == 403
    assert b"<SegmentOfResult>9" in answer.content


async def test_rows_are_registered_and_answered_in_types(hub: Hub) -> None:
    rows = [msgspec.convert(a_row(link="link-2", number=number), CoverageRow) for number in ("57", "")]
    async with asking(hub, "operator") as client:
        answer = await client.register(rows)
        numbers = await client.metrics()

    assert (answer.registered, answer.refused) == (1, 1)
    assert answer.rows[1].problem is not None
    assert "kaihoken_" in numbers


async def test_what_the_hub_refuses_has_its_code_and_what_to_do(hub: Hub) -> None:
    async with asking(hub, "operator") as client:
        with pytest.raises(HubProblem) as raised:
            await client.check(QUESTION)

    assert raised.value.code == "access.scope-missing"
    assert raised.value.mend("ja")
    assert raised.value.mend("en")


async def test_pinned_keys_are_read_from_a_file_or_a_folder(
    hub: Hub, keys: dict[str, Key], tmp_path: Path
) -> None:
    published = tmp_path / "log-keys.json"
    published.write_text((await hub.http.get("/.well-known/kaihoken-log-keys.json")).text)

    assert log_keys(published) == keys
    assert log_keys(tmp_path / "keys").keys() == keys.keys()


async def test_what_is_open_is_read_without_a_token(hub: Hub) -> None:
    async with asking(hub) as client:
        assert await client.document("/live")
        assert "paths" in await client.document("/openapi.json")


async def test_the_facility_s_own_number_is_linked_asked_by_and_taken_back(hub: Hub) -> None:
    link = ReferenceNumberRequest(
        reference_number="P-1", insurer_number="01130012", symbol="12-34", number="56", branch="01"
    )
    async with asking(hub) as client:
        linked = await client.link_reference(link)
        checked = await client.check(ReferenceCheck(reference_number="P-1", birthdate=date(1980, 1, 1)))
        gone = await client.unlink_reference(ReferenceNumberWithdrawal(reference_number="P-1"))

    assert linked.status == "registered"
    assert checked.answer is not None
    assert checked.answer.validity == "1"
    assert gone.status == "withdrawn"


async def test_consents_are_given_seen_asked_on_and_ended(hub: Hub) -> None:
    assert (await hub.register(CARD_ROW, key="card")).json()["refused"] == 0
    by_card = CertificateCheck(issuer="CN=a,C=JP", serial="77", consents=(Consent.LIMIT,), care="home")
    patient = HIM
    async with asking(hub) as client:
        (given,) = (await client.give_consent(by_card)).consents
        (seen,) = (await client.consents(ConsentSearch(patient=patient))).consents
        again = await client.check_again(StandingCheck(patient=patient, care="home"))
        (ended,) = (await client.withdraw_consent(ConsentWithdrawal(id=given.id, reason="patient"))).consents
        with pytest.raises(HubProblem, match=r"consent\.none-standing"):
            await client.check_again(StandingCheck(patient=patient, care="home"))

    assert seen.id == given.id == ended.id
    assert again.answer is not None
    assert again.answer.validity == "1"


async def test_a_card_at_the_reader_is_a_message_and_verified(hub: Hub, keys: dict[str, Key]) -> None:
    assert (await hub.register(CARD_ROW, key="card")).json()["refused"] == 0
    card = CertificateCheck(issuer="CN=a,C=JP", serial="77", consents=(Consent.LIMIT,))
    async with asking(hub, keys=keys) as client:
        answer = await client.face(card)
        tree = await client.face(card, media="application/json")
    line = Tampering(hub.http._transport, "山田".encode(), "山本".encode())
    async with asking(hub, line=line, keys=keys) as client:
        with pytest.raises(Problem, match=r"audit\.receipt_other_answer"):
            await client.face(card)

    assert "山田　太郎".encode() in answer.content
    assert answer.receipt
    assert msgspec.json.decode(tree.content)["XmlMsg"]["MessageHeader"]["ReferenceClassification"] == "1"


async def test_a_message_refused_in_kind_with_status_200_needs_no_receipt(
    hub: Hub, keys: dict[str, Key]
) -> None:
    async with asking(hub, keys=keys) as client:
        answer = await client.oqs(a_message(day="20261332"))

    assert (answer.status, answer.receipt) == (200, "")
    assert b"<SegmentOfResult>9" in answer.content


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<XmlMsg>", b"<XmlMsg>"),
        (b"<QualificationValidity>1</QualificationValidity>", b""),
        (b'encoding="UTF-8"', b'encoding="UTF-7"'),
        (b"<MessageBody>", b"<!-- --><MessageBody>"),
    ],
)
async def test_a_message_whose_receipt_was_taken_away_is_not_handed_out(
    hub: Hub, keys: dict[str, Key], old: bytes, new: bytes
) -> None:
    line = Tampering(hub.http._transport, old, new, kaihoken_receipt="")
    async with asking(hub, line=line, keys=keys) as client:
        with pytest.raises(Problem, match=r"audit\.receipt"):
            await client.oqs(a_message())


async def test_lists_of_messages_have_no_receipt_of_their_own(hub: Hub, keys: dict[str, Key]) -> None:
    async with asking(hub, keys=keys) as client:
        answer = await client.oqs(a_message(), "/oqs/OQSmuquc01")

    assert answer.status == 200
    assert b"<ReceptionNumber>" in answer.content


async def test_an_answer_on_a_standing_consent_is_verified_too(hub: Hub, keys: dict[str, Key]) -> None:
    assert (await hub.register(CARD_ROW, key="card")).json()["refused"] == 0
    by_card = CertificateCheck(issuer="CN=a,C=JP", serial="77", consents=(Consent.LIMIT,), care="home")
    again = StandingCheck(patient=HIM, care="home")
    async with asking(hub, keys=keys) as client:
        await client.give_consent(by_card)
        assert (await client.check_again(again)).answer is not None
    line = Tampering(hub.http._transport, "有効".encode(), "無効".encode())
    async with asking(hub, line=line, keys=keys) as client:
        with pytest.raises(Problem, match=r"audit\.receipt_other_answer"):
            await client.check_again(again)


async def test_a_list_is_sent_and_fetched_by_page_and_packed(hub: Hub) -> None:
    row = NumberRow(
        insurer_number="01130012",
        symbol="12-34",
        number="56",
        branch="01",
        birthdate=date(1980, 1, 1),
        id="r",
    )
    async with asking(hub) as client:
        received = await client.send_list([row, row], on=date(2026, 11, 1), language="en")
        await answered(hub)
        status = await client.list_status(received.reception_number)
        rows = [one async for one in client.list_results(received.reception_number)]
        packed = await client.list_archive(received.reception_number)

    assert (status.state, status.normal, status.problem) == ("done", 2, None)
    assert [(one.line, one.id) for one in rows] == [(1, "r"), (2, "r")]
    assert rows[0].answer is not None
    assert (rows[0].answer.on, rows[0].answer.language) == (date(2026, 11, 1), "en")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert len(archive.read("results.ndjson").splitlines()) == 2


async def test_a_row_with_a_day_of_its_own_is_answered_for_a_claim(hub: Hub) -> None:
    row = NumberRow(
        insurer_number="01130012",
        symbol="12-34",
        number="56",
        birthdate=date(1980, 1, 1),
        on=date(2026, 11, 2),
        id="2026-11-02",
    )
    async with asking(hub) as client:
        received = await client.send_list([row], language="en")
        await answered(hub)
        (told,) = [one async for one in client.list_results(received.reception_number)]

    assert (told.id, told.answer) == ("2026-11-02", None)
    assert told.care_day is not None
    assert (told.care_day.on, told.care_day.confirmation) == (date(2026, 11, 2), "09")
    assert told.care_day.responsible is not None
    assert told.care_day.responsible.branch == "01"
    assert told.answer_hash
    assert told.batch is not None


async def test_a_month_of_tickets_is_a_list_too(hub: Hub) -> None:
    assert (await hub.register(assisted("1234566", a_ticket()), key="ticket")).json()["refused"] == 0
    async with asking(hub) as client:
        received = await client.send_month(date(2026, 11, 17))
        await answered(hub)
        rows = [one async for one in client.list_results(received.reception_number)]

    assert received.items == 1
    assert rows[0].answer is not None
    assert rows[0].answer.results[0].number == "1234566"


async def test_who_consented_at_home_is_a_list_too(hub: Hub) -> None:
    assert (await hub.register(CARD_ROW, key="card")).json()["refused"] == 0
    by_card = CertificateCheck(issuer="CN=a,C=JP", serial="77", consents=(Consent.LIMIT,), care="home")
    async with asking(hub) as client:
        await client.give_consent(by_card)
        home = await client.send_visits("home", given_from=date(2026, 11, 20))
        online = await client.send_visits("online", examined_from=date(2026, 11, 20))
        await answered(hub)
        rows = [one async for one in client.list_results(home.reception_number)]

    assert (home.items, online.items) == (1, 0)
    assert rows[0].answer is not None
    assert rows[0].answer.kind == "standing"


async def test_a_claim_is_checked_and_verified(hub: Hub, keys: dict[str, Key]) -> None:
    claim = ClaimCheck(
        facility=FACILITY,
        insurer_number="01130012",
        symbol="12-34",
        number="56",
        branch="01",
        birthdate=date(1980, 1, 1),
        on=date(2026, 9, 3),
    )
    async with asking(hub, "review", keys=keys) as client:
        checked = await client.check_claim(claim)

    assert checked.answer is not None
    assert checked.answer.finding == "as-written"


async def test_clients_come_are_listed_and_go(hub: Hub) -> None:
    one, two = make_key(), make_key()
    async with asking(hub, "operator") as client:
        new = NewClient(client_id="new", kind=Kind.FACILITY, code="9910000031", name="新", key=jwk(one))
        came = await client.enrol_client(new)
        assert await client.enrol_client(new) == came, "sent again it is the same"
        await client.add_key(NewKey(client_id="new", key=jwk(two)))
        certified = await client.add_certificate(NewCertificate(client_id="new", subject="CN=new"))
        await client.disable(Disabling(client_id="new", key_id=one.public.key_id))
        listed = await client.clients("mmm")
        gone = await client.disable(Disabling(client_id="new"))

    assert [one.form for one in certified.certificates] == ["subject"]
    assert listed.clients[0].client_id == "new"
    assert [key.status for key in listed.clients[0].keys] == ["disabled", "active"]
    assert gone.status == "disabled"


async def test_published_months_are_open_to_everybody(hub: Hub) -> None:
    async with asking(hub) as client:
        assert (await client.statistics_months()).months == ()
        with pytest.raises(HubProblem, match=r"statistics\.not-published"):
            await client.statistics(date(2026, 10, 1))
        with pytest.raises(HubProblem, match=r"statistics\.not-published"):
            await client.statistics_csv(date(2026, 10, 1))


async def test_fhir_is_asked_read_again_and_searched_and_each_answer_verified(
    hub: Hub, keys: dict[str, Key]
) -> None:
    async with asking(hub, keys=keys) as client:
        answer = await client.fhir(a_request())
        ids = {one["resourceType"]: one["id"] for one in contained(answer)}
        coverage = await client.fhir_read("Coverage", ids["Coverage"])
        found = await client.fhir_search(
            "Coverage",
            {"identifier": f"{MEMBER_ID}|01130012:12-34:56:01", "beneficiary.birthdate": "1980-01-01"},
        )
        facility = await client.fhir_read("Organization", "facility-9910000007")
        codes = await client.fhir_read("CodeSystem", "OQSCD006")
        with pytest.raises(HubProblem) as refused:
            await client.fhir_read("Coverage", "nobody.c")

    assert (answer["resourceType"], answer["outcome"]) == ("CoverageEligibilityResponse", "complete")
    assert coverage["resourceType"] == "Coverage"
    assert (found["resourceType"], found["total"]) == ("Bundle", 1)
    assert facility["resourceType"] == "Organization"
    assert codes["resourceType"] == "CodeSystem"
    assert (refused.value.code, refused.value.status) == ("fhir.not-found", 404)
    assert refused.value.title("ja") == Problem("fhir.not-found").title("ja")
    assert refused.value.title("en") == Problem("fhir.not-found").title("en")
    assert Problem("fhir.not-found").mend("en") in refused.value.mend("en")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"inforce":true', b'"inforce":false'),
        (b"}]}}", b'}]},"disposition":"x"}'),
        (b"/receipt", b"/recipe"),
        (b',"meta":', b',"mete":'),
    ],
)
async def test_a_fhir_answer_that_was_changed_on_its_way_is_not_handed_out(
    hub: Hub, keys: dict[str, Key], old: bytes, new: bytes
) -> None:
    line = Tampering(hub.http._transport, old, new)
    async with asking(hub, line=line, keys=keys) as client:
        with pytest.raises(Problem, match=r"audit\.receipt"):
            await client.fhir(a_request())


async def test_a_read_that_was_changed_on_its_way_is_not_handed_out(hub: Hub, keys: dict[str, Key]) -> None:
    async with asking(hub, keys=keys) as client:
        answer = await client.fhir(a_request())
    ids = {one["resourceType"]: one["id"] for one in contained(answer)}
    line = Tampering(hub.http._transport, b'"status":"active"', b'"status":"cancelled"')
    async with asking(hub, line=line, keys=keys) as client:
        with pytest.raises(Problem, match=r"audit\.receipt_other_answer"):
            await client.fhir_read("Coverage", ids["Coverage"])


async def test_the_log_is_exported_page_by_page(hub: Hub) -> None:
    async with asking(hub) as client:
        for _ in range(3):
            await client.check(QUESTION)
    async with asking(hub, "auditor") as client:
        page = await client.fhir_search("AuditEvent", {"date": "ge2026-11-01", "_count": "2"})
        pages = 1
        while link := next((one["url"] for one in links(page) if one["relation"] == "next"), ""):
            page, pages = await client.fhir_page(link), pages + 1

    assert pages > 1


def contained(resource: dict[str, object]) -> list[dict[str, str]]:
    return msgspec.convert(resource["contained"], list[dict[str, Any]])


def links(bundle: dict[str, object]) -> list[dict[str, str]]:
    return msgspec.convert(bundle.get("link", []), list[dict[str, str]])


def jwk(key: PrivateKey) -> dict[str, object]:
    return {**key.public.jwk()}
