"""Whatever is registered and whatever list is sent: each row is answered as the same question asked alone, as far as a
list may show it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any, cast

import msgspec
from hypothesis import event, given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict

from kaihoken.audit import Committer
from kaihoken.clock import FixedClock
from kaihoken.consent import (
    MEDICAL_ITEMS,
    Care,
    ConsentBook,
    EndReason,
    Grant,
    Held,
    Item,
    Means,
    Period,
    standing,
)
from kaihoken.coverage import (
    Answering,
    Asker,
    ClaimInquiry,
    Coverage,
    Finding,
    History,
    NumberInquiry,
    Place,
    Question,
    QuestionKind,
    Situation,
    verify,
)
from kaihoken.coverage.bulk.job import State
from kaihoken.coverage.bulk.kinds import Job, Row
from kaihoken.coverage.bulk.number_rows import read_number
from kaihoken.coverage.bulk.numbers import NUMBERS, Numbers
from kaihoken.coverage.bulk.people import ListedPeople
from kaihoken.coverage.bulk.visits import HOME_VISITS, Visits, VisitsAbout
from kaihoken.coverage.checks import checked_texts, inquiry_of, read_check
from kaihoken.coverage.consents.standing import asked_again
from kaihoken.coverage.disclosure import consent_field
from kaihoken.coverage.facility import FacilityBook
from kaihoken.coverage.facility.environment import Said
from kaihoken.coverage.history import pack_assertion, pack_history
from kaihoken.coverage.lookup import places_of
from kaihoken.coverage.review.terms import finding_of
from kaihoken.coverage.store import Stored
from kaihoken.identity import InsurerNumber, canonical_number
from kaihoken.problems import Problem
from kaihoken.store import Statement, Store

from ...consent.people import a_grant, an_end, held
from ..people import FACILITY, NOW, TODAY
from ..strategies import BIRTHDAYS, INSURERS, histories
from ..strategies import NUMBERS as SOME_NUMBERS
from ..test_disclosure import EXPECTED
from ..without_store import LOOKUP, MemoryLog, written
from .test_links import Allowance

ASKER = Asker("facility-1", FACILITY, "key-1")
MORNING = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
CLOCK = FixedClock(MORNING)
CARE_DAYS = (
    TODAY,
    date(2026, 10, 1),
    date(2026, 9, 30),
    date(2026, 4, 1),
    date(2025, 1, 31),
    date(2022, 1, 31),
)
ANY = Statement("any", "", "")
DECIDED = (
    "on",
    "situation",
    "validity",
    "words",
    "share",
    "due",
    "steps",
    "differences",
    "advisories",
    "since",
    "rules",
)


def a_job(kind: str, about: bytes = b"{}") -> Job:
    return Job(
        number="1" * 24, kind=kind, carrier="json", state=State.RECEIVED, asker=ASKER, about=about,
        arrived_at=int(MORNING.timestamp() * 1000), parts=2, items=1, parts_answered=0, normal=0, errors=0, nobody=0,
        problem="", ended_at=None,
    )  # fmt: skip


class Nation:
    """People who are found where they stand, and by their ids; nobody ever saw a limit of theirs."""

    def __init__(self, people: Sequence[History]) -> None:
        self._at: dict[Place, list[Stored]] = {}
        self._by_id: dict[bytes, Stored] = {}
        for number, person in enumerate(people, start=1):
            packed = pack_history([pack_assertion(said) for said in person.assertions])
            stored = self._by_id[person.person] = Stored(number, person.person, packed)
            for place in places_of(person.assertions, LOOKUP):
                self._at.setdefault(place, []).append(stored)

    async def find_each(self, asked: Sequence[Sequence[Place]]) -> list[list[Stored]]:
        return [[one for place in places for one in self._at.get(place, ())] for places in asked]

    async def fetch(self, _: Statement, params: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        stored = self._by_id.get(cast("bytes", params[0]))
        return [tuple(stored)] if stored else []

    async def each(self, _: str, people: Sequence[bytes]) -> list[bytes | None]:
        return [None] * len(people)


nations = st.integers(1, 4).flatmap(
    lambda count: st.tuples(*(histories(person) for person in range(1, count + 1)))
)


@st.composite
def rows_about(draw: st.DrawFn, nation: Sequence[History]) -> Mapping[str, str]:
    """A row of a list; mostly one that meets somebody."""
    known = [said.fact for person in nation for said in person.assertions if isinstance(said.fact, Coverage)]
    meant = draw(st.sampled_from(known))
    row = {
        "insurer_number": meant.insurer_number, "number": meant.number, "symbol": meant.symbol,
        "branch": meant.branch, "birthdate": meant.birthdate.isoformat(),
    }  # fmt: skip
    other: dict[str, st.SearchStrategy[str]] = {
        "insurer_number": st.sampled_from((*INSURERS, "01130013", "x")),
        "number": st.sampled_from((*SOME_NUMBERS, "")),
        "symbol": st.sampled_from(("", "12-34", "１２ー３４", "x")),
        "branch": st.sampled_from(("", "00", "01", "123")),
        "birthdate": st.sampled_from([day.isoformat() for day in BIRTHDAYS] + ["2027-01-01"]),
    }
    changed = draw(st.sets(st.sampled_from(sorted(other)), max_size=2)) if draw(st.booleans()) else set()
    return {**row, **{name: draw(other[name]) for name in sorted(changed)}}


async def alone(answering: Answering, row: Mapping[str, str]) -> dict[str, Any] | Problem:
    """The answer to a row that is asked as a question by number, or what is wrong with it."""
    body = msgspec.json.encode({"by": "number", **row})
    try:
        inquiry = inquiry_of(checked_texts(read_check(body)), FACILITY, CLOCK.now)
    except Problem as problem:
        return problem
    answered = await answering.ask(Question(inquiry, ASKER, "json"), written)
    said: dict[str, Any] = msgspec.json.decode(answered.payload)
    return said


def in_a_list(result: Mapping[str, Any], situation: str) -> dict[str, Any]:
    """What of a result by number a list may show."""
    nothing: frozenset[Item] = frozenset()

    def leaves(field: str) -> bool:
        return EXPECTED.leaves(field, QuestionKind.BULK, Situation(situation), nothing, "visible", False)

    shown = {name: value for name, value in result.items() if leaves(name)}
    return {**shown, "limit_changed": "1"} if leaves("limit_changed") else shown


@settings(max_examples=100)
@given(st.data())
async def test_each_row_of_a_list_of_numbers(data: st.DataObject) -> None:
    people = data.draw(nations)
    rows = data.draw(st.lists(rows_about(people), min_size=1, max_size=8))
    nation, log = Nation(people), MemoryLog()
    committer = cast("Committer", log)
    numbers = Numbers(nation, nation, committer, [LOOKUP], CLOCK, Allowance())
    answering = Answering(nation, committer, [LOOKUP], CLOCK)

    part = await numbers.answer(
        a_job(NUMBERS), [Row(line, msgspec.json.encode(row)) for line, row in enumerate(rows, 1)]
    )

    assert len(part.lines) == len(rows)
    answers = []
    for row, written_line in zip(rows, part.lines, strict=True):
        line, single = msgspec.json.decode(written_line), await alone(answering, row)
        if isinstance(single, Problem):
            event(single.code)
            assert (line["problem"]["code"], line["problem"].get("where")) == (single.code, single.where)
            continue
        event(single["situation"])
        listed = line["answer"]
        answers.append((written_line, line["answer_hash"]))
        assert {name: listed.get(name) for name in DECIDED} == {name: single.get(name) for name in DECIDED}
        expected = [in_a_list(result, single["situation"]) for result in single.get("results", [])]
        assert listed.get("results", []) == expected
        assert "subsidies" not in listed
    assert part.errors == len(rows) - len(answers)
    recorded = [msgspec.json.decode(entry.body)["answer_hash"] for entry in part.entries]
    assert recorded == [answer_hash for _, answer_hash in answers]
    for written_line, answer_hash in answers:
        payload = written_line[written_line.index(b'"answer":') + 9 : written_line.index(b',"answer_hash"')]
        assert sha256(payload).hexdigest() == answer_hash


def asked_in(row: Mapping[str, str]) -> NumberInquiry | Problem:
    """The question in a row, or what is wrong with it."""
    try:
        return read_number(msgspec.json.encode(row), FACILITY, TODAY).inquiry
    except Problem as problem:
        return problem


@settings(max_examples=100)
@given(st.data())
async def test_each_row_about_a_day_of_care(data: st.DataObject) -> None:
    """It is found as a claim of that day will be, and told of no other coverage."""
    people = data.draw(nations)
    rows = data.draw(st.lists(rows_about(people), min_size=1, max_size=8))
    days = data.draw(st.lists(st.sampled_from(CARE_DAYS), min_size=len(rows), max_size=len(rows)))
    nation, log = Nation(people), MemoryLog()
    numbers = Numbers(nation, nation, cast("Committer", log), [LOOKUP], CLOCK, Allowance())
    listed = [{**row, "on": day.isoformat()} for row, day in zip(rows, days, strict=True)]

    part = await numbers.answer(
        a_job(NUMBERS), [Row(line, msgspec.json.encode(row)) for line, row in enumerate(listed, 1)]
    )

    answered = []
    for row, day, written_line in zip(rows, days, part.lines, strict=True):
        line = msgspec.json.decode(written_line)
        asked = asked_in(row)
        if isinstance(asked, Problem):
            assert line["problem"]["code"] == asked.code
            continue
        told = line["care_day"]
        answered.append(line["answer_hash"])
        claimed = ClaimInquiry(**asdict(asked), claimed_by=FACILITY)
        finding = finding_of(verify(claimed, people, day, NOW).situation)
        event(finding)
        assert (told["on"], told["finding"]) == (day.isoformat(), finding)
        shown = [told[name] for name in ("responsible", "written") if name in told]
        assert all(
            InsurerNumber.as_written(one["insurer_number"]).canonical == asked.insurer.canonical
            and canonical_number(one["number"]) == canonical_number(asked.number)
            for one in shown
        )
        assert ("responsible" in told) == (finding is Finding.AS_WRITTEN)
    records = [msgspec.json.decode(entry.body) for entry in part.entries]
    assert [one["answer_hash"] for one in records] == answered
    assert {one["kind"] for one in records} <= {"care-day"}


@st.composite
def consents_of(draw: st.DrawFn, person: bytes) -> list[Held]:
    """What somebody consented to in home care, to this facility and to another, some of it over."""
    found = []
    for number in range(1, draw(st.integers(1, 3)) + 1):
        items = draw(st.sets(st.sampled_from(Item), min_size=1, max_size=6))
        grant: Grant = a_grant(
            number, *items, person=person, care=Care.HOME, means=Means.CARD, given_at=MORNING - timedelta(days=number),
            until=draw(st.sampled_from((None, None, MORNING - timedelta(hours=1)))),
            facility=draw(st.sampled_from((FACILITY, FACILITY, "9910000015"))),
        )  # fmt: skip
        ended = draw(st.sets(st.sampled_from(sorted(items)), max_size=3))
        found.append(
            held(grant, [an_end(grant, item, draw(st.sampled_from(EndReason))) for item in sorted(ended)])
        )
    return found


class Book:
    """What people consented to."""

    def __init__(self, by_person: Mapping[bytes, list[Held]]) -> None:
        self._by_person = by_person

    async def of_person_to(self, person: bytes, facility: str) -> list[Held]:
        return [one for one in self._by_person[person] if one.grant.facility == facility]


@settings(max_examples=100)
@given(st.data())
async def test_each_row_of_a_list_of_who_consented(data: st.DataObject) -> None:
    people = data.draw(nations)
    by_person = {person.person: data.draw(consents_of(person.person)) for person in people}
    nation, committer = Nation(people), cast("Committer", MemoryLog())
    listed = ListedPeople(cast("Store", nation), nation, committer, CLOCK)
    facilities = FacilityBook(cast("Store", nation), committer, CLOCK, {FACILITY: Said(used=tuple(Item))})
    visits = Visits(Care.HOME, listed, cast("ConsentBook", Book(by_person)), facilities)
    answering = Answering(nation, committer, [LOOKUP], CLOCK)
    about = msgspec.json.encode(VisitsAbout(period=Period(TODAY, TODAY)))

    rows = [Row(line, person.person.hex().encode()) for line, person in enumerate(people, 1)]
    part = await visits.answer(a_job(HOME_VISITS, about), rows)

    for person, written_line in zip(people, part.lines, strict=True):
        line = msgspec.json.decode(written_line)
        found = standing(by_person[person.person], FACILITY, Care.HOME, MORNING)
        if not found.alive:
            assert line["problem"]["code"] == "consent.none-standing"
            continue
        inquiry = asked_again(person.person, FACILITY, Care.HOME, found, TODAY)
        stored = [
            one
            for places in [places_of(person.assertions, LOOKUP)]
            for one in (await nation.find_each([places]))[0]
        ]
        single = await answering.ask(
            Question(inquiry, ASKER, "json"),
            written,
            [one for one in stored if one.person == person.person][:1],
        )
        assert line["answer"] == msgspec.json.decode(single.payload)
        event(line["answer"]["situation"])
        for result in line["answer"].get("results", ()):
            flags = {
                item: result[consent_field(item)]["flag"] for item in Item if consent_field(item) in result
            }
            assert {item for item, flag in flags.items() if flag == "1"} <= found.alive.keys()
            assert {item for item, flag in flags.items() if flag == "2"} <= found.over.keys() - {Item.LIMIT}
            seen = flags.keys() & MEDICAL_ITEMS
            assert not seen or seen == (found.alive.keys() | found.over.keys()) & MEDICAL_ITEMS
