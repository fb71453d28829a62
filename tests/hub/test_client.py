"""The typed client against a whole hub, with receipts verified offline."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import httpx
import msgspec
import pytest

from kaihoken.audit import Entry, Key, keys_of
from kaihoken.coverage.client import (
    AsyncHub,
    CertificateCheck,
    Consent,
    ConsentSearch,
    ConsentWithdrawal,
    CoverageRow,
    HubProblem,
    NumberCheck,
    Patience,
    PatientByNumber,
    ReferenceCheck,
    ReferenceNumberRequest,
    ReferenceNumberWithdrawal,
    StandingCheck,
    log_keys,
)
from kaihoken.problems import Problem

from .hub import BASE, Hub, a_hub, a_message, a_question, a_row

QUESTION = msgspec.convert(a_question(), NumberCheck)


class Tampering(httpx.AsyncBaseTransport):
    """The line to the hub, on which somebody replaces bytes of answers, and headers."""

    def __init__(
        self, line: httpx.AsyncBaseTransport, old: bytes = b"", new: bytes = b"", **headers: str
    ) -> None:
        self.line, self.old, self.new, self.headers = line, old, new, headers

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self.line.handle_async_request(request)
        body = await answer.aread()
        if self.old and "token" not in request.url.path:
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
    card = {
        "kind": "certificate",
        "link": "link-yamada",
        "issuer": "CN=a,C=JP",
        "serial": "77",
        "not_before": "2026-01-01",
        "not_after": "2030-01-01",
    }
    assert (await hub.register(card, key="card")).json()["refused"] == 0
    by_card = CertificateCheck(issuer="CN=a,C=JP", serial="77", consents=(Consent.LIMIT,), care="home")
    patient = PatientByNumber(
        insurer_number="01130012", symbol="12-34", number="56", branch="01", birthdate=date(1980, 1, 1)
    )
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


async def test_fhir_passes_through(hub: Hub) -> None:
    member = "http://jpfhir.jp/fhir/clins/Idsystem/JP_Insurance_memberID"
    request = {
        "resourceType": "CoverageEligibilityRequest",
        "status": "active",
        "purpose": ["validation"],
        "created": "2026-11-20",
        "contained": [
            {"resourceType": "Patient", "id": "p", "birthDate": "1980-01-01"},
            {
                "resourceType": "Coverage",
                "id": "c",
                "status": "active",
                "identifier": [{"system": member, "value": "01130012:12-34:56:01"}],
                "beneficiary": {"reference": "#p"},
                "payor": [{"display": "架空の保険者"}],
            },
        ],
        "patient": {"reference": "#p"},
        "insurer": {"display": "架空の保険者"},
        "insurance": [{"focal": True, "coverage": {"reference": "#c"}}],
    }
    async with asking(hub) as client:
        answer = await client.fhir(request)

    assert answer["resourceType"] == "CoverageEligibilityResponse"
    assert answer["outcome"] == "complete"
