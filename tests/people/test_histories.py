"""What is registered of a person obeys the law and the calendar."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest

from kaihoken import rules
from kaihoken.coverage import Coverage
from kaihoken.identity import elderly_from, late_elderly_from
from kaihoken.people import Nation, Person, Plan
from kaihoken.people.cards import CARD_ISSUER
from kaihoken.people.insurers import EMPLOYEES, Scheme
from kaihoken.people.plan import BLOCK

from .nation import (
    TODAY,
    a_nation,
    certificates,
    coverages,
    everybody_running,
    running,
    scheme_of,
    some_people,
    subsidies,
    with_figures,
    years_old,
)

HARD_DAYS = [date(2020, 10, 1), date(2024, 12, 1), date(2027, 3, 31), date(2027, 4, 1), date(2028, 2, 29)]


@pytest.fixture(scope="module")
def people() -> tuple[Person, ...]:
    return a_nation()


def test_everybody_has_something_registered(people: tuple[Person, ...]) -> None:
    assert all(person.stated for person in people)
    assert all(coverages(person) for person in people)


def test_who_died_before_75_is_insured_though_the_household_came_on_welfare_after_that_birthday() -> None:
    """The block of a million in which there is one: born 1951-08-07, died 2026-02-28."""
    block = 136
    people = Nation(Plan(1_000_000, 1, TODAY)).block(block)

    assert len(people) == BLOCK
    assert all(coverages(person) for person in people)
    (dead,) = coverages(people[684_718 - block * BLOCK])
    assert dead.birthdate == date(1951, 8, 7)
    assert scheme_of(dead) is Scheme.NATIONAL
    assert dead.lost == date(2026, 3, 1)


def test_periods_begin_after_birth_and_end_after_they_began(people: tuple[Person, ...]) -> None:
    for person in people:
        for coverage in coverages(person):
            assert coverage.birthdate <= coverage.acquired <= TODAY
            assert coverage.lost is None or coverage.acquired < coverage.lost <= TODAY
            assert (coverage.lost is None) == (coverage.loss_reason == "")
            assert coverage.received is None or coverage.received >= coverage.acquired


def test_insurances_follow_one_another(people: tuple[Person, ...]) -> None:
    """Each begins on the day on which the one before ends, unless its end was not told or 医療扶助 stands beside it."""
    gaps = 0
    for person in people:
        ordered = [c for c in coverages(person) if c.classification != "A1"]
        for one, following in pairwise(ordered):
            assert one.acquired < following.acquired
            gaps += one.lost not in (None, following.acquired)
    assert gaps == 0


def test_about_one_past_coverage_stands_beside_three_current_ones(people: tuple[Person, ...]) -> None:
    past = sum(coverage.lost is not None for person in people for coverage in coverages(person))
    current = sum(coverage.lost is None for person in people for coverage in coverages(person))

    assert past / current == pytest.approx(0.4 / 1.2, abs=0.05)


def test_from_75_on_there_is_only_late_elderly_or_welfare(people: tuple[Person, ...]) -> None:
    for person in people:
        for coverage in running(person):
            if late_elderly_from(coverage.birthdate) <= TODAY and coverage.acquired > late_elderly_from(
                coverage.birthdate
            ):
                assert scheme_of(coverage) in (Scheme.LATE_ELDERLY, Scheme.WELFARE)


def test_before_75_late_elderly_needs_a_disability_and_65_years(people: tuple[Person, ...]) -> None:
    early = [
        coverage
        for person in people
        for coverage in coverages(person)
        if scheme_of(coverage) is Scheme.LATE_ELDERLY
        and coverage.acquired < late_elderly_from(coverage.birthdate)
    ]

    assert early
    assert all((coverage.acquired - coverage.birthdate).days >= 65 * 365 for coverage in early)


def test_the_75th_birthday_itself_is_the_first_day(people: tuple[Person, ...]) -> None:
    starts = [
        (coverages(person)[0], late)
        for person in people
        for late in coverages(person)[1:]
        if scheme_of(late) is Scheme.LATE_ELDERLY and late.acquired == late_elderly_from(late.birthdate)
    ]

    assert len(starts) > 100
    assert all(
        late.symbol == late.branch == late.relation == "" and len(late.number) == 8 for _, late in starts
    )


def test_elderly_certificates_are_for_those_of_70_to_74(people: tuple[Person, ...]) -> None:
    holders = 0
    for person in people:
        for coverage in coverages(person):
            if coverage.elderly is None:
                continue
            holders += 1
            certificate = coverage.elderly
            assert certificate.share_percent in (20, 30)
            assert certificate.valid_from >= elderly_from(coverage.birthdate)
            assert certificate.valid_to is not None
            assert (
                certificate.valid_from
                <= TODAY
                <= certificate.valid_to
                < late_elderly_from(coverage.birthdate)
            )
            assert scheme_of(coverage) not in (Scheme.LATE_ELDERLY, Scheme.WELFARE)
    assert holders > 1_000


def test_a_share_is_registered_for_everybody_of_70_and_over_but_a_few(people: tuple[Person, ...]) -> None:
    shares = [
        (coverage.share_percent, coverage.elderly)
        for _, coverage in everybody_running(people)
        if elderly_from(coverage.birthdate) <= TODAY and coverage.classification != "A1"
    ]
    blank = sum(share is None and elderly is None for share, elderly in shares)

    assert 0 < blank / len(shares) < 0.012
    assert Counter(share for share, _ in shares if share is not None)[20] > 500


def test_ceilings_fit_age_scheme_and_share(people: tuple[Person, ...]) -> None:
    seen = Counter()
    for person in people:
        for coverage in coverages(person):
            for limit in coverage.limits:
                seen[limit.category] += 1
                age_70 = elderly_from(coverage.birthdate) <= TODAY
                assert limit.category in rules.code_list("OQSCD012")
                assert limit.classification in rules.code_list("OQSCD011")
                assert (limit.category[0] == "B") == (age_70 or scheme_of(coverage) is Scheme.LATE_ELDERLY)
                assert limit.valid_from <= TODAY
                if coverage.elderly is not None:
                    assert (limit.category in ("B01", "B02", "B03")) == (coverage.elderly.share_percent == 30)
                if limit.category in ("B09", "B10"):
                    assert scheme_of(coverage) is Scheme.LATE_ELDERLY
                if limit.long_term is not None:
                    assert limit.category in ("A05", "B05")
                    assert limit.valid_from <= limit.long_term <= TODAY
    # The rarest ones need a larger nation (see the rates below).
    assert {"A01", "A02", "A03", "A04", "A05", "B01", "B02", "B03", "B04", "B05", "B06", "B09", "B10"} <= set(
        seen
    )


def test_every_category_can_be_met() -> None:
    seen: Counter[str] = Counter()
    for seed in range(40):
        for person in Nation(Plan(5_000, seed, TODAY)).block(0):
            seen.update(limit.category for coverage in coverages(person) for limit in coverage.limits)
        if len(seen) == 16:
            break

    assert set(seen) == set(rules.code_list("OQSCD012").codes)


def test_special_expense_spares_the_young(monkeypatch: pytest.MonkeyPatch) -> None:
    with_figures(monkeypatch, "histories", arrears_national=1.0, arrears_late_elderly=1.0)

    national = [
        (p, c) for p, c in everybody_running(tuple(some_people(5_000))) if scheme_of(c) is Scheme.NATIONAL
    ]
    marked = {c.classification for p, c in national if years_old(p) > 20}

    assert "05" in marked
    assert {c.classification for p, c in national if years_old(p) < 18} == {"01"}


def test_dependants_carry_the_name_of_the_insured(people: tuple[Person, ...]) -> None:
    insured: dict[tuple[str, str, str], set[str]] = {}
    for _, coverage in everybody_running(people):
        if scheme_of(coverage) in EMPLOYEES:
            key = coverage.insurer_number, coverage.symbol, coverage.number
            insured.setdefault(key, set()).add(coverage.insured_name)

    assert all(len(names) == 1 for names in insured.values())


def test_no_two_people_share_all_their_numbers(people: tuple[Person, ...]) -> None:
    keys = Counter(
        (c.insurer_number, c.symbol, c.number, c.branch, c.birthdate)
        for person in people
        for c in coverages(person)
    )

    # Only a blank or wrong 枝番 can make twins alike.
    assert sum(count > 1 for count in keys.values()) <= 1


def test_the_dead_lost_their_coverage_on_the_day_after(people: tuple[Person, ...]) -> None:
    ended = [c for person in people for c in coverages(person) if c.loss_reason == "01"]

    assert 0.008 < len(ended) / len(people) < 0.017
    assert all(not certificates(p) for p in people if any(c.loss_reason == "01" for c in coverages(p)))


def test_employees_of_the_forces_stand_alone_and_their_families_elsewhere() -> None:
    soldiers, families = 0, 0
    for person in a_nation():
        for coverage in coverages(person):
            soldiers += coverage.classification == "07"
            families += coverage.insurer_name == "架空防衛共済組合"
            if coverage.classification == "07":
                assert coverage.relation == "1"
    assert soldiers > 10
    assert families > 0


def test_voluntary_members_have_two_years(people: tuple[Person, ...]) -> None:
    voluntary = [
        c
        for person in people
        for c in running(person)
        if c.valid_to is not None and c.symbol.endswith(("9", "任継")) and c.issued is None
    ]

    assert any(c.valid_to is not None and (c.valid_to - c.acquired).days <= 731 for c in voluntary)


def test_certificates_are_of_every_sort(people: tuple[Person, ...]) -> None:
    each = [certificates(person) for person in people]
    everyone = [certificate for found in each for certificate in found]
    counts = Counter(len(found) for found in each)

    assert counts[0] / len(people) == pytest.approx(1 - 86.55 / 124.1, abs=0.02)
    assert counts[2] > 0
    assert {certificate.issuer for certificate in everyone} == {CARD_ISSUER}
    assert len({certificate.serial for certificate in everyone}) == len(everyone)
    assert any(certificate.revoked for certificate in everyone)
    expired = [
        certificate for certificate in everyone if certificate.not_after < TODAY and not certificate.revoked
    ]
    assert any(certificate.not_after >= TODAY - timedelta(days=89) for certificate in expired)
    assert any(certificate.not_after < TODAY - timedelta(days=100) for certificate in expired)
    assert all(certificate.not_before <= min(certificate.not_after, TODAY) for certificate in everyone)


def test_paper_is_for_those_without_a_card(people: tuple[Person, ...]) -> None:
    for person in people:
        letters = [c for c in running(person) if c.issued is not None]
        if letters:
            assert not certificates(person)


def test_before_the_change_everybody_had_paper() -> None:
    people = some_people(1_000, as_of=date(2024, 12, 1))
    on = date(2024, 12, 1)
    paper = [bool(c.issued) for person in people for c in running(person, on) if c.classification != "A1"]

    assert sum(paper) / len(paper) > 0.9


def test_subsidies_only_stand_where_the_municipality_is_online(people: tuple[Person, ...]) -> None:
    held = [(person, subsidy) for person in people for subsidy in subsidies(person)]
    children = [person for person, subsidy in held if subsidy.scheme == "子ども医療費助成"]

    assert 0.01 < len({person.place for person, _ in held}) / len(people) < 0.06
    assert children
    assert all(years_old(person) < 19 for person in children)
    assert all(subsidy.start <= TODAY < (subsidy.end or date.max) for _, subsidy in held)
    assert {subsidy.payer_number[:2] for _, subsidy in held} > {"88", "54", "21"}


def test_recipients_of_welfare_have_a_number_each_and_some_a_ticket(people: tuple[Person, ...]) -> None:
    welfare = [c for person in people for c in running(person) if c.classification == "A1"]
    tickets = [ticket for coverage in welfare for ticket in coverage.tickets]

    assert len({coverage.number for coverage in welfare}) > 0.9 * len(welfare)
    assert all(coverage.symbol == coverage.branch == coverage.relation == "" for coverage in welfare)
    assert 0.4 < len(tickets) / len(welfare) < 0.7
    assert all(ticket.valid_from <= TODAY <= ticket.valid_to for ticket in tickets)


def test_early_in_the_month_tickets_are_still_those_of_the_month_before() -> None:
    early = date(2026, 11, 3)
    tickets = [
        ticket
        for person in a_nation(10_000, as_of=early)
        for coverage in running(person, early)
        for ticket in coverage.tickets
    ]

    assert tickets
    assert {ticket.month for ticket in tickets} == {date(2026, 10, 1)}


@pytest.mark.parametrize("as_of", HARD_DAYS)
def test_the_rules_hold_on_hard_days(as_of: date) -> None:
    for person in some_people(2_000, as_of=as_of):
        for coverage in coverages(person):
            assert isinstance(coverage, Coverage)
            assert coverage.birthdate <= coverage.acquired <= as_of
            assert coverage.lost is None or coverage.lost > coverage.acquired
            assert all(ticket.valid_from <= ticket.valid_to for ticket in coverage.tickets)
            assert all(
                limit.valid_to is None or limit.valid_from <= limit.valid_to for limit in coverage.limits
            )
