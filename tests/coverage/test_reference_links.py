"""照会番号 in a history: whom it finds, what it may open, and of whom it says nothing."""

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.coverage import (
    Advisory,
    Certificate,
    CommitSequence,
    Coverage,
    History,
    Presented,
    PublicExpense,
    QuestionKind,
    ReferenceInquiry,
    ReferenceLink,
    Situation,
    StepKind,
    Verdict,
    pack_assertion,
    pack_history,
    unpack_history,
    verify,
)
from kaihoken.coverage.disclosure import disclose
from kaihoken.coverage.hindsight import with_hindsight
from kaihoken.coverage.history import unpack_assertion
from kaihoken.coverage.inquiry import LONGEST_REFERENCE, reference_asked
from kaihoken.coverage.lookup import UNIQUE, place_of_question, places_of_fact
from kaihoken.coverage.words import words_for
from kaihoken.identity import canonical_reference
from kaihoken.payment import ShareKind
from kaihoken.problems import Problem
from kaihoken.store import LookupKey

from .people import (
    COMPANY,
    FACILITY,
    NOW,
    TODAY,
    TOKYO_BRANCH,
    a_certificate,
    a_person,
    asking_for,
    by_card,
    covered_by,
    said,
)

OTHER_FACILITY = "9910000015"
KEY = LookupKey(bytes(range(32)), 1, 1)


def a_link(reference_number: str = "P-0001", **more: object) -> ReferenceLink:
    """The link of the facility that asks, for the coverage of `covered_by`."""
    plain = ReferenceLink(FACILITY, reference_number, TOKYO_BRANCH, "12-34", "56", "01", date(2026, 11, 1))
    return msgspec.structs.replace(plain, **more)


def by_reference(
    reference_number: str = "P-0001",
    birthdate: date = date(1980, 1, 1),
    facility: str = FACILITY,
    presented: Presented = Presented.NUMBER,
) -> ReferenceInquiry:
    return ReferenceInquiry(reference_number, birthdate, facility, presented)


def asked(inquiry: ReferenceInquiry, *people: History, known_at: CommitSequence = NOW) -> Verdict:
    return verify(inquiry, people, TODAY, known_at)


LINKED = a_person(covered_by(), a_link())


def test_the_number_and_the_day_of_birth_find_the_coverage() -> None:
    verdict = asked(by_reference(), LINKED)

    assert verdict.situation is Situation.VALID
    assert [coverage.number for coverage in verdict.coverages] == ["56"]
    assert verdict.differences == (), "nothing was typed that could differ"


@pytest.mark.parametrize(
    "inquiry",
    [
        by_reference("P-0002"),
        by_reference("p-0001"),
        by_reference("P-1"),
        by_reference(birthdate=date(1980, 1, 2)),
        by_reference(facility=OTHER_FACILITY),
    ],
    ids=["another", "small letter", "zeros left out", "another birth", "another facility"],
)
def test_what_does_not_fit_finds_nobody(inquiry: ReferenceInquiry) -> None:
    verdict = asked(inquiry, LINKED)

    assert (verdict.situation, verdict.person, verdict.coverages) == (Situation.NOT_FOUND, None, ())


@pytest.mark.parametrize("typed", ["Ｐ－０００１", " P-0001 ", "P‐0001"])
def test_width_dash_and_spaces_do_not_matter(typed: str) -> None:
    assert asked(by_reference(typed), LINKED).situation is Situation.VALID


def test_a_link_speaks_of_the_coverage_for_which_it_was_made() -> None:
    moved = a_person(
        covered_by(lost=date(2026, 10, 1)), a_link(), covered_by(COMPANY, since=date(2026, 10, 1))
    )

    verdict = asked(by_reference(), moved)

    assert verdict.situation is Situation.NEW_EXISTS
    assert [coverage.insurer_number for coverage in verdict.coverages] == [TOKYO_BRANCH]
    assert Advisory.REFERENCE_ANEW in verdict.advisories


def test_only_a_question_by_it_is_told_to_register_it_anew() -> None:
    ended = covered_by(lost=date(2026, 10, 1))

    assert Advisory.REFERENCE_ANEW not in verify(asking_for(ended), [a_person(ended)], TODAY, NOW).advisories
    assert Advisory.REFERENCE_ANEW not in asked(by_reference(), LINKED).advisories


@pytest.mark.parametrize(
    "changed",
    [{"insurer_number": COMPANY}, {"symbol": "99"}, {"number": "57"}, {"branch": "02"}],
    ids=lambda changed: next(iter(changed)),
)
def test_every_part_of_the_numbers_counts(changed: dict[str, str]) -> None:
    assert asked(by_reference(), a_person(covered_by(**changed), a_link())).situation is Situation.NOT_FOUND


def test_registered_for_the_next_coverage_it_finds_that() -> None:
    newer = covered_by(COMPANY, since=date(2026, 10, 1))
    person = a_person(covered_by(lost=date(2026, 10, 1)), a_link(), newer, a_link(insurer_number=COMPANY))

    verdict = asked(by_reference(), person)

    assert (verdict.situation, verdict.coverages) == (Situation.VALID, (newer,))
    again = said(person, 2, 10, a_link(registered=TODAY))
    assert asked(by_reference(), again).situation is Situation.NEW_EXISTS, (
        "the link that was made last counts"
    )


def test_a_replaced_number_finds_nobody_any_more_but_what_was_known_then_stands() -> None:
    replaced = said(LINKED, 2, 10, a_link("P-0009"))

    assert asked(by_reference(), replaced).situation is Situation.NOT_FOUND
    assert asked(by_reference("P-0009"), replaced).situation is Situation.VALID
    assert asked(by_reference(), replaced, known_at=CommitSequence(9)).situation is Situation.VALID
    assert (
        asked(by_reference("P-0009"), replaced, known_at=CommitSequence(9)).situation is Situation.NOT_FOUND
    )


def test_a_link_that_was_taken_back_opens_nobodys_past() -> None:
    taken_back = said(LINKED, 2, 10, a_link(withdrawn=True))

    assert asked(by_reference(), taken_back).situation is Situation.NOT_FOUND
    assert asked(by_reference(), taken_back, known_at=CommitSequence(9)).situation is Situation.NOT_FOUND
    assert asked(by_reference(), LINKED, known_at=CommitSequence(1)).situation is Situation.NOT_FOUND


def test_the_person_is_chosen_by_the_day_of_birth_where_a_number_stands_twice() -> None:
    twin = a_person(covered_by(branch="02", birthdate=date(2010, 5, 5)), a_link(branch="02"), person=2)

    assert asked(by_reference(), LINKED, twin).person == LINKED.person
    assert asked(by_reference(birthdate=date(2010, 5, 5)), LINKED, twin).person == twin.person


def test_two_who_cannot_be_told_apart_are_several_and_the_number_is_the_way_out() -> None:
    verdict = asked(by_reference(), LINKED, a_person(covered_by(), a_link(), person=2))

    assert verdict.situation is Situation.MULTIPLE
    assert verdict.steps[0] is StepKind.ASK_BY_NUMBER
    assert StepKind.ADD_BRANCH not in verdict.steps
    said_of_it = words_for(verdict, QuestionKind.REFERENCE, "en").staff
    assert "reference number" in said_of_it


def test_who_is_not_found_is_asked_for_by_number_next_and_has_the_share_of_their_age() -> None:
    verdict = asked(by_reference("P-9"), LINKED)

    assert verdict.steps[0] is StepKind.ASK_BY_NUMBER
    assert StepKind.REKEY not in verdict.steps
    assert (verdict.share.kind, verdict.share.percent) == (ShareKind.VALUE, 30)
    assert "reference number" in words_for(verdict, QuestionKind.REFERENCE, "en").staff


@pytest.mark.parametrize(
    "inquiry",
    [asking_for(covered_by()), by_reference(), by_card()],
    ids=["number", "reference", "certificate"],
)
def test_answers_carry_the_number_of_who_asks_and_of_nobody_else(inquiry: ReferenceInquiry) -> None:
    foreign = a_link("OTHER-1", facility=OTHER_FACILITY)
    person = a_person(covered_by(), foreign, a_link(), a_certificate(), a_link("P-2", insurer_number=COMPANY))
    verdict = verify(inquiry, [person], TODAY, NOW)

    shown = disclose(verdict, inquiry.kind, frozenset(), TODAY)

    assert [result.reference_number for result in shown.results] == ["P-0001"]
    assert "reference_number" in shown.fields
    elsewhere = verify(msgspec.structs.replace(inquiry, facility="9910000023"), [person], TODAY, NOW)
    none = disclose(elsewhere, inquiry.kind, frozenset(), TODAY)
    assert [result.reference_number for result in none.results] == [None] * len(none.results)
    assert "reference_number" not in none.fields


def test_a_coverage_beside_the_linked_one_has_no_number() -> None:
    person = a_person(covered_by(COMPANY), a_link())

    verdict = verify(asking_for(covered_by(COMPANY)), [person], TODAY, NOW)

    assert disclose(verdict, QuestionKind.NUMBER, frozenset(), TODAY).results[0].reference_number is None


def test_what_was_known_then_is_shown_without_what_was_taken_back_since() -> None:
    person = said(LINKED, 2, 10, a_link(withdrawn=True))
    then = verify(asking_for(covered_by()), [person], TODAY, CommitSequence(9))

    assert [link.reference_number for link in then.references] == ["P-0001"]
    assert with_hindsight(then, [person]).references == ()
    assert with_hindsight(then, [LINKED]).references == then.references


def test_each_facility_has_places_of_its_own() -> None:
    place = place_of_question(by_reference(), KEY)

    assert (place,) == places_of_fact(a_link("Ｐ－０００１"), KEY)
    assert place[1] == UNIQUE
    others = (a_link(facility=OTHER_FACILITY), a_link("P-0002"), a_link("p-0001"))
    assert len({place, *(places_of_fact(link, KEY)[0] for link in others)}) == 4


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "x" * 51, "P\x001", "12\n34"])
def test_what_is_no_reference_number_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(Problem) as refused:
        reference_asked(text, "reference_number")

    assert (refused.value.code, refused.value.where) == ("coverage.reference-number", "reference_number")
    assert refused.value.facts == {"most": LONGEST_REFERENCE}


@pytest.mark.parametrize(
    "text", ["123456789012", "1234-5678-9012", "１２３４５６７８９０１２", " 1234 5678 9012 "]
)
def test_twelve_digits_could_be_an_individual_number_and_enter_nowhere(text: str) -> None:
    with pytest.raises(Problem) as refused:
        reference_asked(text, "reference_number")

    assert refused.value.code == "coverage.reference-individual-number"
    assert text not in str(refused.value.as_rfc9457())


@pytest.mark.parametrize("text", ["1", "0001", "A123456789012", "12345678901", "患者 1", "x" * 50])
def test_a_facility_numbers_its_patients_as_it_likes(text: str) -> None:
    assert reference_asked(text, "") == text


@given(st.text(max_size=60))
def test_the_canonical_form_rests(text: str) -> None:
    canonical = canonical_reference(text)

    assert canonical_reference(canonical) == canonical


FACTS = st.one_of(
    st.builds(
        ReferenceLink,
        facility=st.from_regex(r"[0-9]{10}", fullmatch=True),
        reference_number=st.text(max_size=50),
        insurer_number=st.just(TOKYO_BRANCH),
        symbol=st.text(max_size=20),
        number=st.text(max_size=20),
        branch=st.sampled_from(("", "01")),
        registered=st.dates(),
        withdrawn=st.booleans(),
    ),
    st.builds(covered_by, since=st.dates(max_value=TODAY)),
    st.builds(a_certificate, serial=st.from_regex(r"[0-9]{1,20}", fullmatch=True)),
    st.builds(
        PublicExpense, st.just("81136244"), st.just("1234566"), st.text(max_size=20), st.dates(), st.none()
    ),
)


@given(st.lists(FACTS, max_size=8))
def test_a_history_comes_back_as_it_was_packed(facts: list[Coverage | ReferenceLink]) -> None:
    person = a_person(*facts)
    packed = [pack_assertion(assertion) for assertion in person.assertions]

    assert unpack_history(person.person, pack_history(packed)) == person


class _Before(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An assertion as the release before this one knew it: without links."""

    subject: int
    commit: int
    recorded_at: object
    source: str
    fact: Coverage | PublicExpense | Certificate
    link: str = ""


@given(st.lists(FACTS.filter(lambda fact: not isinstance(fact, ReferenceLink)), min_size=1, max_size=5))
def test_what_the_release_before_packed_is_read_as_it_was_said(facts: list[Coverage]) -> None:
    for one in a_person(*facts).assertions:
        before = msgspec.msgpack.encode(
            _Before(one.subject, one.commit, one.recorded_at, one.source, one.fact, one.link)
        )

        assert unpack_assertion(before) == one
        assert pack_assertion(one) == before, "nothing that stands is packed differently"


def test_the_day_of_a_link_is_no_period_of_a_coverage() -> None:
    late = a_link(registered=TODAY + timedelta(days=1))

    assert asked(by_reference(), a_person(covered_by(), late)).situation is Situation.VALID
