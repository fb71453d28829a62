"""A recheck by statements finds of every claim, day by day, what `verify` finds of it."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kaihoken.claims.recheck import Recheck
from kaihoken.coverage import ClaimInquiry, CommitSequence, Coverage, Fact, Finding, History, verify
from kaihoken.coverage.review.terms import finding_of, review_terms
from kaihoken.identity import InsurerNumber

from ...coverage.people import covered_by
from ...coverage.strategies import history_of, match_states
from .exported import AClaim, claim_of, recorded_on, write_claims, write_coverages

INSURERS = ("01130012", "06132013", "00138057", "12131108")
NUMBERS = ("56", "０５６", "77")
BIRTHDAYS = (date(1956, 2, 29), date(1980, 1, 1))
TURNS = (
    date(2008, 4, 1), date(2021, 12, 10), date(2021, 12, 20), date(2026, 11, 10), date(2026, 11, 11),
    date(2026, 11, 20), date(9999, 12, 30),
)  # fmt: skip
SYMBOLS = ("", "12-34", "１２ー３４", "台", "007", "7")
MONTHS = ((2021, 12), (2022, 2), (2026, 11))
DAYS = (9, 10, 11, 19, 20, 21)


class Found(NamedTuple):
    """A day of a claim: the finding, 確認区分 of that day, who answers and what the claim speaks of."""

    finding: str
    confirmation: str
    responsible: tuple[str, ...] | None
    written: tuple[str, ...] | None


@st.composite
def periods(draw: st.DrawFn) -> Coverage:
    """A coverage of few insurers, numbers and days, so that they meet."""
    first, last = draw(st.sampled_from((*TURNS[:1] * 4, *TURNS))), draw(st.sampled_from((None, *TURNS)))
    if last is not None and last < first:
        first, last = last, first
    return covered_by(
        draw(st.sampled_from(INSURERS)),
        first,
        lost=last,
        symbol=draw(st.sampled_from(SYMBOLS)),
        number=draw(st.sampled_from(NUMBERS)),
        branch=draw(st.sampled_from(("", "01", "2"))),
        birthdate=draw(st.sampled_from(BIRTHDAYS)),
        loss_reason=draw(st.sampled_from(("", "01", "03"))),
        classification=draw(st.sampled_from(("01", "01", "05", "A1"))),
        match=draw(match_states),
    )


@st.composite
def histories(draw: st.DrawFn, person: int) -> History:
    """Coverages of a person, and corrections of them: ended, moved, hidden, taken back."""
    said: list[tuple[int, Fact]] = []
    for _ in range(draw(st.integers(1, 4))):
        known = len({subject for subject, _ in said})
        subject = draw(st.integers(1, known + 1))
        latest = dict(said).get(subject)
        fact = draw(periods()) if latest is None or draw(st.booleans()) else latest
        said.append(
            (subject, msgspec.structs.replace(fact, withdrawn=draw(st.sampled_from((False, False, True)))))
        )
    return history_of(person, said)


@st.composite
def claims(draw: st.DrawFn, people: Sequence[History]) -> AClaim:
    """A claim, mostly by the numbers of somebody."""
    known = [one.fact for history in people for one in history.assertions if isinstance(one.fact, Coverage)]
    coverage = draw(st.sampled_from(known))
    month = draw(st.sampled_from(MONTHS))
    days = sorted(draw(st.sets(st.sampled_from(DAYS), min_size=1, max_size=4)))
    return claim_of(
        coverage,
        *(date(*month, day) for day in days),
        symbol=draw(st.sampled_from(("", coverage.symbol, "１２−34"))),
        number=draw(st.sampled_from((coverage.number, coverage.number, *NUMBERS))),
        branch=draw(st.sampled_from(("", coverage.branch, "０２"))),
        public_payer=draw(st.booleans()),
    )


@st.composite
def nations(draw: st.DrawFn) -> tuple[list[History], list[AClaim], int]:
    """People, claims, and the last commit that counts."""
    people = [draw(histories(person)) for person in range(1, draw(st.integers(2, 9)) + 1)]
    return (
        people,
        draw(st.lists(claims(people), min_size=6, max_size=25)),
        draw(st.sampled_from((9, 9, 9, 1, 2, 3))),
    )


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(nations())
def test_each_day_of_each_claim_is_found_as_verify_finds_it(
    nation: tuple[list[History], list[AClaim], int],
) -> None:
    people, claimed, commit = nation

    assert by_statements(people, claimed, commit) == by_verify(people, claimed, commit)


def test_of_two_that_began_on_one_day_the_one_registered_later_is_the_newer() -> None:
    """Until 2022-01 it counts before the one on the claim; the one registered first never does."""
    january, one, other = date(2022, 1, 20), covered_by(), covered_by("06132013", number="9")
    people = [history_of(1, [(1, one), (2, other)])]
    claimed = [claim_of(one, january), claim_of(other, january)]

    found = by_statements(people, claimed, 9)

    assert [found[place, january].finding for place in (0, 1)] == ["other-insurer", "as-written"]
    assert found == by_verify(people, claimed, 9)


def by_verify(
    people: Sequence[History], claimed: Sequence[AClaim], commit: int
) -> dict[tuple[int, date], Found]:
    """What the scalar decision says of every day."""
    return {
        (place, day): _verified(people, claim, day, CommitSequence(commit))
        for place, claim in enumerate(claimed)
        for day in claim.days
    }


def _verified(people: Sequence[History], claim: AClaim, day: date, known_at: CommitSequence) -> Found:
    inquiry = ClaimInquiry(
        InsurerNumber.as_written(claim.insurer_number),
        claim.symbol,
        claim.number,
        claim.branch,
        claim.birthdate,
        "113",
        claimed_by="1310000001",
    )
    verdict = verify(inquiry, people, day, known_at)
    finding = finding_of(verdict.situation)
    differences = tuple(difference.kind for difference in verdict.differences)
    shown = [_numbers(coverage) for coverage in verdict.coverages]
    other = finding is Finding.OTHER_INSURER
    return Found(
        finding,
        review_terms(day).confirmed(finding, differences),
        shown[0] if other else None,
        None if finding is Finding.UNCONFIRMABLE else shown[1 if other else 0],
    )


def _numbers(coverage: Coverage) -> tuple[str, ...]:
    return (
        coverage.insurer_number, coverage.symbol, coverage.number, coverage.branch, str(coverage.acquired),
    )  # fmt: skip


def by_statements(
    people: Sequence[History], claimed: Sequence[AClaim], commit: int
) -> dict[tuple[int, date], Found]:
    """What the statements say of every day: those looked at one by one, and those that one coverage answered."""
    with TemporaryDirectory() as folder:
        run = Recheck(threads=1)
        run.read(
            [("claims.csv", write_claims(Path(folder) / "claims.csv", claimed))],
            write_coverages(Path(folder) / "coverages.csv", people),
            recorded_on(commit),
        )
        run.decide()
        rows = run.database.execute(_EACH_DAY).fetchall()
        run.close()
    return {
        (int(name), day): Found(finding, code, responsible and tuple(responsible), written and tuple(written))
        for name, day, finding, code, responsible, written in rows
    }


_NUMBERS = "[lpad({0}.insurer::varchar, 8, '0'), {0}.symbol, {0}.number, {0}.branch, {0}.acquired::varchar]"

_EACH_DAY = f"""
    with days as (
        select f.claim, f.day, f.finding, f.written, f.responsible, f.registered_branch from findings f
        union all
        select c.claim, d.day, case when v.coverage is null then 'unconfirmable' else 'as-written' end,
            v.coverage, null, v.branch_key
        from claims c
        join calendar d on d.month = c.month and (c.days & d.bit) <> 0
        left join coverages v on v.owner = c.owner and v.number_key = c.number_key
            and (c.symbol_key = 1 or v.symbol_key = c.symbol_key)
        where c.claim not in (select claim from disputed)
    )
    select c.claim_id, d.day, d.finding, t.confirmation,
        case when o.coverage is not null then {_NUMBERS.format("o")} end,
        case when w.coverage is not null then {_NUMBERS.format("w")} end
    from days d
    join claims c using (claim)
    left join coverages o on o.coverage = d.responsible
    left join coverages w on w.coverage = d.written
    join outcomes t on d.day between t.first_day and t.last_day
        and t.verdict = case d.finding when 'as-written' then
            case when d.registered_branch <> c.branch_key then 'branch-fixed' else 'as-written' end
            when 'other-insurer' then 'switched' when 'unconfirmable' then 'unknown' else 'lost' end
        and t.reason = case d.finding when 'not-covered' then 'no-new' when 'deceased' then 'death'
            when 'unconfirmable' then 'not-found' else '' end
"""
