"""The whole example of docs/oqs.md is a question to the sandbox and the answer that it really gets."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from kaihoken.audit import Committer
from kaihoken.clock import FixedClock
from kaihoken.coverage import Answering, Asker, Assertion, CommitSequence, History
from kaihoken.coverage.oqs import INTERFACES, read_request
from kaihoken.coverage.oqs.wire import REQUEST_HEADER, SEARCH
from kaihoken.coverage.oqs_api import answer_oqs
from kaihoken.people import NumberAsk, sandbox_cases, sandbox_facility, sandbox_people

from ..without_store import LOOKUP, Histories, MemoryLog
from .strict_client import Receiver

DOCS = Path(__file__).parents[3] / "docs"
PAGE = (DOCS / "oqs.md").read_text(encoding="utf-8")
QUESTION, ANSWER = re.findall("```xml\n(.*?)\n```", PAGE, re.DOTALL)
AT = datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC)


def in_memory(clock: FixedClock) -> Answering:
    """Answering over the sandbox as it stands on that day."""
    people = [
        History(
            person.person_id,
            tuple(Assertion(s.subject, CommitSequence(1), AT, s.source, s.fact) for s in person.stated),
        )
        for person in sandbox_people(clock.today())
    ]
    return Answering(Histories(people), cast("Committer", MemoryLog()), [LOOKUP], clock)


async def test_the_documented_answer_is_the_one_that_the_sandbox_gives() -> None:
    asker = Asker("clinic", sandbox_facility(), "key")

    reply = await answer_oqs(in_memory(FixedClock(AT)), asker, "oqs-xml", QUESTION.encode())
    declaration, document = ANSWER.split("\n", 1)
    close = re.sub(">[ \n]+<", "><", document)

    assert reply.content.decode() == f"{declaration}\n{close}"
    identifier = read_request(QUESTION.encode()).header.arbitrary_file_identifier
    assert identifier is not None
    assert Receiver(sandbox_facility()).read_xml(reply.content, identifier)


def test_the_documented_question_is_the_one_that_the_list_of_cases_names() -> None:
    request = read_request(QUESTION.encode())
    (case,) = [case for case in sandbox_cases(AT.date()) if case.key == "limit-third"]
    assert isinstance(case.ask, NumberAsk)
    search = request.search

    assert request.header.medical_institution_code == sandbox_facility()
    assert (search.insurer_number, search.symbol, search.number, search.branch, search.birthdate) == (
        case.ask.insurer_number,
        case.ask.symbol,
        case.ask.number,
        case.ask.branch,
        case.ask.birthdate,
    )
    assert search.limit_consent == ("limit" in case.ask.consents)


def test_what_is_to_be_pasted_is_the_documented_question_of_today() -> None:
    pasted = (DOCS / "integrate.md").read_text(encoding="utf-8")

    assert QUESTION.replace("20261120", "$(TZ=JST-9 date +%Y%m%d)") in pasted


def test_every_element_of_a_question_and_every_file_name_is_documented() -> None:
    for element in (*REQUEST_HEADER, *SEARCH):
        assert f"| `{element.name}` " in PAGE
    for interface in INTERFACES:
        assert f"| `{interface.stem}" in PAGE
