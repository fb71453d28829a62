"""The log as lines of AuditEvent: it begins soon, whoever asks and however little of it is theirs, and ends with its
reader."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from kaihoken.audit import Entry, KindReader
from kaihoken.audit.log import StoredBatch
from kaihoken.clock import FixedClock
from kaihoken.hub.exchange import Message, Reply, Request, while_there
from kaihoken.hub.fhir import log
from kaihoken.hub.fhir.log import FhirLog
from kaihoken.hub.gate_log import LOGGER

from .hub import NOW, OTHER_FACILITY, Hub, a_hub, enrolment_of

STRETCH = 16
BATCHES = 60
NOT_THEIRS = Entry("eligibility.answer", b'{"by":"9910000099"}')
THEIRS = Entry("eligibility.answer", b'{"by":"%s"}' % OTHER_FACILITY.encode())


@pytest.fixture
async def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hub]:
    clock = FixedClock(NOW)
    async with a_hub(tmp_path / "store", tmp_path, clock) as hub:
        clock.at += timedelta(days=1)  # after the clients were enrolled
        for number in range(BATCHES):
            await hub.machine.committer.commit([NOT_THEIRS])
            if number == BATCHES - 20:
                await hub.machine.committer.commit([THEIRS])
        monkeypatch.setattr(log, "STRETCH", STRETCH)
        yield hub


@pytest.fixture
def read(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The batches that the search has read."""
    of_log, seen = hub.machine.committer.log, list[int]()
    batch = of_log.batch

    async def noted(seq: int) -> StoredBatch:
        seen.append(seq)
        return await batch(seq)

    monkeypatch.setattr(of_log, "batch", noted)
    return seen


async def begun(hub: Hub) -> Reply:
    """The answer as its handler gives it, before any of it has left."""
    token = await hub.token("own-auditor")
    caller = hub.machine.gate.authenticate(f"Bearer {token}".encode(), "")
    headers = {b"content-type": b"application/x-www-form-urlencoded", b"accept": b"application/fhir+ndjson"}
    request = Request(
        "POST", "/fhir/AuditEvent/_search", b"", headers, "", body=b"date=ge2026-11-21", caller=caller
    )
    return await FhirLog(hub.machine).search(request, "http://hub.test/fhir")


async def test_the_answer_begins_before_anything_is_found(hub: Hub, read: list[int]) -> None:
    reply = await begun(hub)
    assert len(read) == STRETCH

    assert reply.leaving is not None
    parts = [part async for part in reply.leaving]
    assert len(read) > BATCHES
    assert b"".join(parts).count(b"\n") == len([part for part in parts if part]) == 1


async def test_for_a_reader_who_has_gone_nothing_more_is_searched(hub: Hub, read: list[int]) -> None:
    async def gone() -> Message:
        return {"type": "http.disconnect"}

    reply = await begun(hub)
    assert reply.leaving is not None

    assert [part async for part in while_there(reply.leaving, gone)] == []
    assert len(read) <= 2 * STRETCH
    with pytest.raises(StopAsyncIteration):
        await anext(reply.leaving)


async def test_what_was_given_is_on_record_before_it_leaves_and_a_stretch_without_anything_is_not(
    hub: Hub,
) -> None:
    reply = await begun(hub)
    assert reply.leaving is not None
    async for part in reply.leaving:
        if part:
            assert await exported(hub) == [1]

    assert await exported(hub) == [1, 0]


@pytest.mark.parametrize("what", ["client", "key"])
async def test_who_is_shut_out_is_given_nothing_more_of_what_is_leaving(
    hub: Hub, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    """A reader who takes every line waits for the next one while the operator disables them."""
    token, enrolment = await hub.token("auditor"), enrolment_of(hub.machine)
    key_id = hub.keys["auditor"].public.key_id
    sent: list[Message] = []
    asked: list[Message] = [{"type": "http.request", "body": b"date=ge2026-11-21", "more_body": False}]

    async def receive() -> Message:
        if asked:
            return asked.pop()
        await asyncio.Event().wait()
        raise AssertionError("nobody wakes it")

    async def send(message: Message) -> None:
        sent.append(message)
        if len(sent) == 3 and what == "key":
            await enrolment.disable_key("auditor", key_id, "test")
        elif len(sent) == 3:
            await enrolment.disable("auditor", "test")
        elif len(sent) == 2:
            await enrolment.disable("other-clinic", "test")

    failures = hub.machine.metrics.failures
    transport = hub.http._transport
    assert isinstance(transport, httpx.ASGITransport)
    await transport.app(lines_wanted(token), receive, send)

    assert [message.get("more_body") for message in sent] == [None, True, True], "it is not whole"
    assert hub.machine.metrics.failures == failures
    lines = [json.loads(record.getMessage()) for record in caplog.records if record.name == LOGGER]
    (told,) = [line for line in lines if line["event"] == "refused"]
    assert (told["client"], told["key"], told["problem"]) == ("auditor", key_id, "access.token-refused")


def lines_wanted(token: str) -> dict[str, object]:
    """The scope of a request for the log as lines."""
    return {
        "type": "http",
        "method": "POST",
        "path": "/fhir/AuditEvent/_search",
        "query_string": b"",
        "headers": [
            (b"content-type", b"application/x-www-form-urlencoded"),
            (b"accept", b"application/fhir+ndjson"),
            (b"authorization", f"Bearer {token}".encode()),
        ],
    }


async def exported(hub: Hub) -> list[int]:
    """How many records each record of an export tells of."""
    of_log = hub.machine.committer.log
    reader = KindReader(of_log, log.EXPORTED)
    batches = [entries or [] async for _, entries in reader.batches(0, await of_log.size())]
    return [json.loads(entry.body)["count"] for entries in batches for entry in entries]
