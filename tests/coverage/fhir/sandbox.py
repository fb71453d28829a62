"""The people of the sandbox asked about in FHIR, over their histories and a log in memory."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import msgspec

from kaihoken.audit import Committed, Committer, Entry, Writes
from kaihoken.audit.chain import Chain
from kaihoken.audit.receipt import Receipts
from kaihoken.clock import FixedClock
from kaihoken.coverage import (
    Answered,
    Answering,
    Asker,
    Assertion,
    CommitSequence,
    FhirQuestions,
    Guards,
    History,
)
from kaihoken.coverage.fhir import Sealer
from kaihoken.people import Case, NumberAsk, ReferenceAsk, sandbox_cases, sandbox_facility, sandbox_people
from kaihoken.store import FileKeys, LookupKey, Store

from ..without_store import Histories, MemoryLog

Json = dict[str, Any]

ON = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
ASKER = Asker("clinic", sandbox_facility(), "key-1")
MEMBER_ID = "http://jpfhir.jp/fhir/clins/Idsystem/JP_Insurance_memberID"
PATIENT_ID = "urn:oid:1.2.392.100495.20.3.51.1"
OURS = "https://kaihoken.example/fhir/StructureDefinition"


class SignedLog(MemoryLog):
    """A log that hands out receipts, signed with a key of its own."""

    def __init__(self) -> None:
        super().__init__()
        with TemporaryDirectory() as folder:
            signer = FileKeys.create(Path(folder) / "keys", FixedClock(AT)).log_keys()[-1]
            self._chain = Chain.empty("0" * 32, signer)
            link = self._chain.next([Entry("begin", b"{}")], 1_800_000_000_000)
        self._link = link

    async def commit(self, entries: Sequence[Entry], writes: Writes = ()) -> Committed:
        await super().commit(entries, writes)
        receipts = Receipts(self._link.batch, self._link.head)
        return Committed(CommitSequence(1), self._link.head, 0, 1, receipts)


def people() -> list[History]:
    """Everybody of the sandbox."""
    return [
        History(
            person.person_id,
            tuple(Assertion(s.subject, CommitSequence(1), AT, s.source, s.fact) for s in person.stated),
        )
        for person in sandbox_people(ON)
    ]


CASES = {
    case.key: case for case in sandbox_cases(ON) if case.rehearsal is None or case.rehearsal.play == "delay"
}


def request_of(case: Case) -> Json:
    """The question of a case as a CoverageEligibilityRequest."""
    ask = case.ask
    consents = [{"url": f"{OURS}/consent", "valueCode": consent} for consent in ask.consents]
    request: Json = {
        "resourceType": "CoverageEligibilityRequest",
        "status": "active",
        "purpose": ["validation", *(["benefits"] if "limit" in ask.consents else [])],
        "created": ON.isoformat(),
        "patient": {"display": "patient"},
        "insurer": {"display": "insurer"},
        "extension": [{"url": f"{OURS}/presented", "valueCode": ask.presented}, *consents],
    }
    if isinstance(ask, ReferenceAsk):
        patient = {
            "resourceType": "Patient",
            "id": "p",
            "birthDate": ask.birthdate.isoformat(),
            "identifier": [{"system": PATIENT_ID + sandbox_facility(), "value": ask.reference_number}],
        }
        return {**request, "contained": [patient], "patient": {"reference": "#p"}}
    if not isinstance(ask, NumberAsk):
        parts = [{"url": name, "valueString": getattr(ask, name)} for name in ("issuer", "serial")]
        request["extension"].append({"url": f"{OURS}/user-certificate", "extension": parts})
        return request
    member = f"{ask.insurer_number}:{ask.symbol}:{ask.number}:{ask.branch}"
    return {
        **request,
        "contained": [
            {"resourceType": "Patient", "id": "p", "birthDate": ask.birthdate.isoformat()},
            {
                "resourceType": "Coverage",
                "id": "c",
                "status": "active",
                "identifier": [{"system": MEMBER_ID, "value": member}],
                "beneficiary": {"reference": "#p"},
                "payor": [{"display": "insurer"}],
            },
        ],
        "patient": {"reference": "#p"},
        "insurance": [{"coverage": {"reference": "#c"}}],
    }


def asking(asked: Sequence[History] | None = None, store: object = None) -> FhirQuestions:
    """Questions over the people of the sandbox, or over others; `store` is asked for people by their id."""
    lookup = LookupKey(bytes(32), 1, 1)
    finder = Histories(people() if asked is None else asked)
    answering = Answering(finder, cast("Committer", SignedLog()), [lookup], FixedClock(AT))
    return FhirQuestions(answering, cast("Store", store), Sealer([lookup]), "https://hub.example/fhir")


def submitted(request: Json, *, asker: Asker = ASKER) -> tuple[Json, Answered]:
    """A request answered."""

    async def ask() -> tuple[bytes, Answered]:
        return await asking().submit(asker, msgspec.json.encode(request), Guards())

    with ThreadPoolExecutor(1) as apart:  # also where a loop runs already
        body, answered = apart.submit(asyncio.run, ask()).result()
    return msgspec.json.decode(body), answered


@cache
def answer_to(key: str) -> tuple[Json, Answered]:
    """The answer to a case."""
    return submitted(request_of(CASES[key]))
