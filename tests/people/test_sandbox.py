"""Every question of the sandbox gets the answer that its table promises, whenever it is made."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from kaihoken.consent import MEDICAL_ITEMS
from kaihoken.coverage import (
    Assertion,
    CertificateInquiry,
    CommitSequence,
    Consent,
    Coverage,
    History,
    Inquiry,
    NumberInquiry,
    Presented,
    QuestionKind,
    ReferenceInquiry,
    Situation,
    Validity,
    Verdict,
    verify,
)
from kaihoken.coverage.disclosure import disclose
from kaihoken.identity import InsurerNumber, encode_cp932
from kaihoken.people import (
    Case,
    NumberAsk,
    Person,
    ReferenceAsk,
    sandbox_cases,
    sandbox_facility,
    sandbox_people,
    sandbox_rehearsals,
)
from kaihoken.people.sandbox_table import day

DAYS = [
    date(2026, 11, 20),
    date(2026, 11, 21),
    date(2026, 12, 31),
    date(2027, 1, 1),
    date(2027, 3, 31),
    date(2027, 4, 1),
    date(2028, 2, 29),
    date(2029, 1, 31),
]
AT = datetime(2026, 11, 20, tzinfo=UTC)


def histories(people: Sequence[Person]) -> list[History]:
    return [
        History(
            person.person_id,
            tuple(Assertion(s.subject, CommitSequence(1), AT, s.source, s.fact) for s in person.stated),
        )
        for person in people
    ]


def inquiry(case: Case, on: date) -> Inquiry:
    ask = case.ask
    consents = frozenset(map(Consent, ask.consents))
    if isinstance(ask, NumberAsk):
        return NumberInquiry(
            insurer=InsurerNumber.as_written(ask.insurer_number),
            symbol=ask.symbol,
            number=ask.number,
            branch=ask.branch,
            birthdate=ask.birthdate,
            facility=sandbox_facility(),
            presented=Presented(ask.presented),
            consents=consents,
        )
    if isinstance(ask, ReferenceAsk):
        return ReferenceInquiry(
            reference_number=ask.reference_number,
            birthdate=ask.birthdate,
            facility=sandbox_facility(),
            presented=Presented(ask.presented),
            consents=consents,
        )
    return CertificateInquiry(
        issuer=ask.issuer,
        serial=ask.serial,
        facility=sandbox_facility(),
        presented_on=on,
        presented=Presented(ask.presented),
        consents=consents,
    )


def answer(case: Case, on: date, people: Sequence[History]) -> Verdict:
    return verify(inquiry(case, on), people, on, CommitSequence(1))


def medical_shown(case: Case, verdict: Verdict, on: date) -> tuple[str, ...]:
    """The medical items that the answer says may be viewed."""
    consents = frozenset(map(Consent, case.ask.consents))
    shown = disclose(verdict, QuestionKind.CERTIFICATE, consents, on)
    names = {item.value: f"{item.value.replace('-', '_')}_consent" for item in MEDICAL_ITEMS}
    return tuple(sorted(item for item, field in names.items() if field in shown.fields))


def is_decided(case: Case) -> bool:
    """Whether an answer comes at all: in-progress and abnormal are played."""
    return case.rehearsal is None or case.rehearsal.play == "delay"


def broken_promises(on: date) -> list[tuple[object, ...]]:
    """The cases that are not answered as their table says, for people made on that day."""
    broken: list[tuple[object, ...]] = []
    people = histories(sandbox_people(on))
    for case in filter(is_decided, sandbox_cases(on)):
        verdict = answer(case, on, people)
        told = {advisory.value for advisory in verdict.advisories}
        validity = verdict.validity.value if verdict.validity is not None else ""
        if (validity, verdict.situation.value) != (case.expect.validity, case.expect.situation):
            broken.append((case.key, validity, verdict.situation))
        if not set(case.expect.advisories) <= told:
            broken.append((case.key, told))
        if case.expect.share_percent is not None and verdict.share.percent != case.expect.share_percent:
            broken.append((case.key, verdict.share))
        if case.expect.limit is not None and verdict.coverages[0].limits[0].category != case.expect.limit:
            broken.append((case.key, verdict.coverages[0].limits))
        if case.expect.medical is not None and medical_shown(case, verdict, on) != case.expect.medical:
            broken.append((case.key, medical_shown(case, verdict, on)))
    return broken


@pytest.mark.parametrize("on", DAYS, ids=str)
def test_every_case_comes_back_as_promised(on: date) -> None:
    assert broken_promises(on) == []


def a_year() -> list[date]:
    """Every day from one renewal in August to the day after the next, a 29 February among them."""
    return [date(2027, 7, 31) + timedelta(days=count) for count in range(368)]


def test_the_cases_hold_on_every_day_of_a_year() -> None:
    assert [(on, broken) for on in a_year() if (broken := broken_promises(on))] == []


def test_what_is_renewed_in_august_runs_from_a_first_to_the_next_31_july() -> None:
    papers = 0
    for on in a_year():
        renewed_on = date(on.year if on >= date(on.year, 8, 1) else on.year - 1, 8, 1)
        for coverage in (stated.fact for person in sandbox_people(on) for stated in person.stated):
            if not isinstance(coverage, Coverage):
                continue
            for paper in (*coverage.limits, *((coverage.elderly,) if coverage.elderly else ())):
                papers += 1
                assert paper.valid_to == date(renewed_on.year + 1, 7, 31)
                assert renewed_on <= paper.valid_from <= on <= paper.valid_to
                assert paper.valid_from.day == 1
            assert all(
                limit.valid_from <= limit.long_term <= on for limit in coverage.limits if limit.long_term
            )
    assert papers == 25 * len(a_year())


def test_the_cases_cover_every_validity_and_every_situation() -> None:
    cases = sandbox_cases(DAYS[0])

    assert {case.expect.validity for case in cases} >= {validity.value for validity in Validity}
    assert {case.expect.situation for case in cases} >= {situation.value for situation in Situation}


def test_the_telling_cases_are_there() -> None:
    keys = {case.key for case in sandbox_cases(DAYS[0])}

    assert keys >= {
        "valid",
        "left-job",
        "old-number",
        "typo",
        "twins",
        "external-character",
        "late-elderly-two-tenths",
        "limit-third",
        "limit-fifth-long",
        "special-expense",
        "welfare-unregistered",
        "child-subsidy",
        "suspended",
        "pending",
        "overlap",
        "blank-share",
        "certificate-expired",
        "in-progress",
        "abnormal",
        "delay-5",
        "delay-310",
        "external-character-shift-jis",
    }


def test_keys_links_and_ids_are_each_their_own() -> None:
    people = sandbox_people(DAYS[0])

    assert len({case.key for case in sandbox_cases(DAYS[0])}) == len(sandbox_cases(DAYS[0]))
    assert len({person.link for person in people}) == len(people)
    assert len({person.person_id for person in people}) == len(people)


def test_ids_and_numbers_do_not_change_with_the_day() -> None:
    first, later = sandbox_people(DAYS[0]), sandbox_people(DAYS[-1])
    asked = [
        (case.key, getattr(case.ask, "number", ""), getattr(case.ask, "serial", ""))
        for case in sandbox_cases(DAYS[0])
    ]

    assert [person.person_id for person in first] == [person.person_id for person in later]
    assert asked == [
        (case.key, getattr(case.ask, "number", ""), getattr(case.ask, "serial", ""))
        for case in sandbox_cases(DAYS[-1])
    ]


def test_twins_differ_by_branch_alone() -> None:
    twins = [p.stated[0].fact for p in sandbox_people(DAYS[0]) if p.link.startswith("sandbox-twin")]

    assert all(isinstance(twin, Coverage) for twin in twins)
    keys = Counter(
        (t.insurer_number, t.symbol, t.number, t.birthdate) for t in twins if isinstance(t, Coverage)
    )
    assert list(keys.values()) == [2]


def test_the_external_character_survives_shift_jis() -> None:
    (person,) = [p for p in sandbox_people(DAYS[0]) if p.link == "sandbox-external-character"]
    coverage = person.stated[0].fact

    assert isinstance(coverage, Coverage)
    assert "●" in coverage.name
    assert "●".encode("cp932") in encode_cp932(coverage.name)[0]


def test_rehearsals_are_found_by_insurer_and_number() -> None:
    rehearsals = sandbox_rehearsals()

    assert {rehearsal.play for rehearsal in rehearsals.values()} == {"in-progress", "abnormal", "delay"}
    assert {rehearsal.seconds for rehearsal in rehearsals.values()} == {0.0, 5.0, 310.0}
    assert all(InsurerNumber.parse(insurer).canonical == insurer for insurer, _ in rehearsals)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1985-05-05", date(1985, 5, 5)),
        ("today", date(2028, 2, 29)),
        ("today-1d", date(2028, 2, 28)),
        ("today+1d", date(2028, 3, 1)),
        ("today-1y", date(2027, 2, 28)),
        ("today+4y", date(2032, 2, 29)),
        ("today+1m", date(2028, 3, 29)),
        ("today-12m", date(2027, 2, 28)),
        ("month", date(2028, 2, 1)),
        ("month-2", date(2027, 12, 1)),
        ("month+11", date(2029, 1, 1)),
        ("year-4-05-05", date(2024, 5, 5)),
        ("since-08-01", date(2027, 8, 1)),
        ("until-07-31", date(2028, 7, 31)),
    ],
)
def test_days_are_offsets(text: str, expected: date) -> None:
    assert day(text, date(2028, 2, 29)) == expected


@pytest.mark.parametrize("text", ["", "yesterday", "today-x", "month-1-05", "1985-02-30", "since-13-01"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        day(text, date(2028, 2, 29))
