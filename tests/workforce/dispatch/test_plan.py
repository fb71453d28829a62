"""Plans: the best by trying all, every rule with a case that it stops and one that it lets pass, and what binds."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaihoken.problems import Problem
from kaihoken.workforce.dispatch import (
    Aim,
    Case,
    Infeasible,
    Proposal,
    RuleKind,
    hours_effects,
    marginal_values,
    propose,
    value_of_one_more,
)
from kaihoken.workforce.dispatch.building import build
from kaihoken.workforce.dispatch.program import solve

from .cases import RULES, a_case, a_duty, covered, days, departments, every_plan, moves, needs, terms

PLAIN = {"need": 0}


def plan(case: Case, **given: object) -> Proposal:
    found = propose(case, terms(**given))
    assert isinstance(found, Proposal)
    return found


def binding(case: Case, **given: object) -> dict[str, float | None]:
    """The kinds of the rules that do not go together, and by how much each alone would have to give way."""
    found = propose(case, terms(**given))
    assert isinstance(found, Infeasible)
    (conflict,) = found.conflicts
    assert conflict.certified
    return {one.rule.kind.value: one.yields for one in conflict.rules}


def simple(
    sender: dict[str, object] | None = None, move: dict[str, object] | None = None, **rest: object
) -> Case:
    """Doctors may go from D0 to D1, which needs five."""
    receiver = {"need": 0, "area": 1}
    room, duties = rest.pop("room", None), rest.pop("duties", ())
    staff = departments(sender or {}, {**receiver, **rest})
    return a_case(staff, needs(5.0), moves(move or {}), room=room, duties=duties)


def units(case: Case, **given: object) -> int:
    return int(plan(case, **given).units.sum())


def test_doctors_go_to_where_they_are_few() -> None:
    found = plan(simple())

    assert found.units.tolist() == [3]
    assert found.covered.tolist() == pytest.approx([3.0])
    assert found.certified
    assert found.gap < 1e-6


def test_no_more_than_a_need_is_covered() -> None:
    assert units(simple(move={"most": 9})) == 5


def test_a_sender_keeps_its_floor() -> None:
    assert units(simple({"keeps": 8.0})) == 2
    assert units(simple({"keeps": 10.0})) == 0


def test_the_year_of_those_who_stay_is_a_ceiling() -> None:
    just = 9 * (40 + 960 / 52)

    assert units(simple({"hours": just})) == 1
    assert units(simple({"hours": just + 0.1})) == 0
    assert units(simple({"hours": just + 0.1, "level": "B", "interview": True})) == 3


def test_days_elsewhere_count_over_all_workplaces() -> None:
    just = 10 * (40 + 960 / 52) - 16

    assert units(simple({"hours": just}, days())) == 2
    assert units(simple({"hours": just, "duty": 8.0}, days())) == 1
    assert units(simple({"hours": just, "duty": 8.0, "duty_permitted": True}, days())) == 2


def test_linked_b_holds_each_workplace_to_960() -> None:
    above = {"hours": 10 * 60.0, "interview": True}

    assert units(simple({**above, "level": "linked-B"})) == 0
    assert units(simple({**above, "level": "B"})) == 2


def test_a_month_of_100_hours_needs_an_interviewer() -> None:
    long = {"hours": 10 * 64.0, "level": "B"}

    assert units(simple({**long, "interview": True})) > 0
    assert units(simple({**long, "interview": False})) == 0


def test_hours_that_are_not_known_are_named() -> None:
    assert plan(simple({"hours": float("nan")})).unknown_hours == ("D0",)
    assert plan(simple()).unknown_hours == ()


def test_a_post_above_its_own_ceiling_is_no_post() -> None:
    assert units(simple(move={"hours": 58.0})) == 3
    assert units(simple(move={"hours": 59.0})) == 0


def test_travel_and_refusal_leave_moves_out() -> None:
    assert units(simple(move={"minutes": 60.0}), minutes_at_most=60.0) == 3
    assert units(simple(move={"minutes": 61.0}), minutes_at_most=60.0) == 0
    assert units(simple(move={"minutes": float("nan")}), minutes_at_most=60.0) == 0
    assert units(simple(move={"minutes": float("nan")})) == 3
    assert units(simple(move={"declined": True})) == 0


def test_a_receiver_takes_what_it_can() -> None:
    assert units(simple(capacity=2.0)) == 2


def test_an_area_does_not_come_into_the_minority() -> None:
    assert units(simple(room={0: 2.5})) == 2
    assert units(simple({"area": 1}, room={0: 0.0, 1: 0.0})) == 3  # within one area nothing leaves it


def test_a_sender_with_a_need_of_its_own_does_not_make_it_greater() -> None:
    staff = departments({"need": 1}, {"need": 0}, {})
    both = [{}, {"sender": 2, "receiver": 0, "most": 1}]

    assert plan(a_case(staff, needs(5.0, 2.0), moves(both[0]))).units.tolist() == [0]
    assert plan(a_case(staff, needs(5.0, 0.0), moves(*both))).units.tolist() == [1, 1]


def test_the_number_in_all_can_be_set() -> None:
    assert units(simple(), units_at_most=1) == 1


def test_of_two_posts_alike_the_wished_and_the_near_one_is_taken() -> None:
    staff = departments({"keeps": 9.0}, PLAIN, PLAIN)
    unlike = [{"receiver": 1, "wish": -1.0}, {"receiver": 2, "wish": 0.5}]
    far = [{"receiver": 1, "minutes": 10.0}, {"receiver": 2, "minutes": 50.0}]

    assert plan(a_case(staff, needs(5.0), moves(*unlike))).units.tolist() == [0, 1]
    assert plan(a_case(staff, needs(5.0), moves(*far))).units.tolist() == [1, 0]


def test_a_duty_is_spent_even_where_nothing_needs_it() -> None:
    staff = departments({}, {})

    assert plan(a_case(staff, needs(), moves({}))).units.tolist() == [0]
    assert plan(a_case(staff, needs(), moves({}), duties=[a_duty("九期", 2, 0)])).units.tolist() == [2]


def test_parts_that_share_no_rule_are_solved_apart() -> None:
    staff = departments({}, PLAIN, {}, {"need": 1})
    apart = a_case(staff, needs(1.0, 1.0), moves({}, {"sender": 2, "receiver": 3}))

    assert plan(apart).components == 2
    assert plan(apart, units_at_most=9).components == 1


@pytest.mark.parametrize(
    ("case", "given", "kinds"),
    [
        (simple({"keeps": 9.0}, duties=[a_duty("義務", 2, 0)]), {}, {"keeps": 1.0, "duty": 1.0}),
        (simple(move={"most": 9}, least=4.0, capacity=3.0), {}, {"least": 1.0, "capacity": 1.0}),
        (simple(move={"minutes": 90.0}, least=2.0), {"minutes_at_most": 60.0}, {"travel": 2.0, "least": 2.0}),
        (simple(move={"declined": True}, least=1.0), {}, {"declined": None, "least": 1.0}),
        (simple({"hours": 600.0}, least=1.0), {}, {"hours-together": None, "hours-each": None, "least": 1.0}),
        (simple(room={0: 1.0}, least=3.0), {}, {"class": 2.0, "least": 2.0}),
        (simple(least=2.0), {"units_at_most": 1}, {"total": 1.0, "least": 1.0}),
    ],
    ids=["keeps", "capacity", "travel", "declined", "hours", "class", "total"],
)
def test_an_infeasible_case_says_which_rules_bind(
    case: Case, given: dict[str, object], kinds: dict[str, float | None]
) -> None:
    found = binding(case, **given)

    assert set(found) <= set(kinds)
    assert len(found) == 2
    assert all(found[kind] == kinds[kind] for kind in found)


def test_a_rule_that_has_no_part_in_it_is_not_named() -> None:
    staff = departments({"keeps": 10.0}, {"least": 1.0}, {}, {"need": 0})
    case = a_case(staff, needs(2.0), moves({}, {"sender": 2, "receiver": 3}))

    assert set(binding(case, units_at_most=5)) == {RuleKind.KEEPS, RuleKind.LEAST}


def test_no_receiver_that_must_get_somebody_is_left_without_moves_silently() -> None:
    staff = departments({}, PLAIN, {"least": 1.0})

    assert binding(a_case(staff, needs(1.0), moves({}))) == {"least": 1.0}


def test_one_more_doctor_is_worth_what_he_covers() -> None:
    tight = simple({"keeps": 8.0})
    loose = simple({"keeps": 0.0})

    exact = value_of_one_more(tight, terms(), 0)

    assert exact.value == pytest.approx(1.0, abs=1e-3)
    assert exact.low <= exact.value <= exact.high
    assert marginal_values(tight, terms())[0] == pytest.approx(1.0, abs=1e-3)
    assert value_of_one_more(loose, terms(), 0).value == pytest.approx(0.0)
    assert marginal_values(loose, terms())[0] == pytest.approx(0.0)


def test_an_infeasible_case_has_no_value_of_one_more() -> None:
    with pytest.raises(Problem) as raised:
        value_of_one_more(simple({"keeps": 9.0}, duties=[a_duty("義務", 3, 0)]), terms(), 0)
    assert raised.value.code == "workforce.dispatch-unsolved"
    with pytest.raises(Problem):
        marginal_values(simple({"keeps": 9.0}, duties=[a_duty("義務", 3, 0)]), terms())


@st.composite
def little_cases(draw: st.DrawFn) -> Case:
    """Two senders, three receivers with a need each, up to five moves."""
    whole = st.integers(0, 3)
    half = st.integers(0, 6).map(lambda number: number / 2)
    staff = departments(
        *(
            {"keeps": 10.0 - draw(whole), "hours": draw(st.sampled_from([400.0, 570.0, 584.0]))}
            for _ in range(2)
        ),
        *({"need": need, "area": need + 1, "capacity": draw(half)} for need in range(3)),
    )
    some = draw(
        st.lists(st.tuples(st.integers(0, 1), st.integers(2, 4), st.booleans()), min_size=1, max_size=5)
    )
    rows = [
        {"sender": one, "receiver": to, "most": 2} if whole_ else days(sender=one, receiver=to, most=2)
        for one, to, whole_ in some
    ]
    return a_case(staff, needs(draw(half), draw(half), draw(half)), moves(*rows), room={0: draw(half)})


def keeps_all(case: Case, plan_units: np.ndarray) -> bool:
    """The rules, told apart from the program: by adding up and by `hours_effects`."""
    staff, possible = case.departments, case.moves
    fte = possible.share * plan_units
    for row in range(len(staff)):
        if staff.doctors[row] - fte[possible.sender == row].sum() < staff.keeps[row] - 1e-9:
            return False
        if fte[possible.receiver == row].sum() > staff.capacity[row] + 1e-9:
            return False
    assert case.room is not None
    if fte.sum() > case.room[0] + 1e-9:
        return False
    senders = {staff.code[row] for row in possible.sender[plan_units > 0]}
    changed = hours_effects(case, plan_units, RULES)
    return not any(changed[code].made for code in senders)


@settings(max_examples=40, deadline=None)
@given(little_cases())
def test_no_plan_that_keeps_the_rules_covers_more(case: Case) -> None:
    best = max(covered(case, one).sum() for one in every_plan(case) if keeps_all(case, one))

    found = plan(case, wish_value=0.0, minute_value=0.0)

    assert keeps_all(case, found.units)
    assert covered(case, found.units).sum() == pytest.approx(best, abs=1e-4)


@settings(max_examples=25, deadline=None)
@given(little_cases())
def test_a_fair_plan_is_leximin_on_the_levels(case: Case) -> None:
    levels = 6
    has = case.needs.amount > 0

    def order(one: np.ndarray) -> list[float]:
        share = covered(case, one)[has] / case.needs.amount[has]
        return sorted(np.floor(share * levels + 1e-6).tolist())

    best = max(order(one) for one in every_plan(case) if keeps_all(case, one))

    found = plan(case, aim=Aim.FAIR, levels=levels)

    assert found.certified
    assert keeps_all(case, found.units)
    assert order(found.units) == best


@settings(max_examples=25, deadline=None)
@given(little_cases(), st.sampled_from([0.3, 1.0]))
def test_no_plan_is_worth_more_where_evenness_counts(case: Case, fairness: float) -> None:
    levels, amount = 4, case.needs.amount
    mean = amount[amount > 0].mean() if amount.any() else 0.0

    def worth(one: np.ndarray) -> float:
        share = np.divide(covered(case, one), amount, out=np.zeros_like(amount), where=amount > 0)
        parts = np.clip(share[:, None] * levels - np.arange(levels), 0.0, 1.0)
        even = mean * (parts * (2 * levels - 2 * np.arange(levels) - 1) / levels**2).sum()
        return float((1 - fairness) * covered(case, one).sum() + fairness * even)

    best = max(worth(one) for one in every_plan(case) if keeps_all(case, one))

    found = plan(
        case, aim=Aim.BOTH, levels=levels, fairness=fairness, wish_value=0.0, minute_value=0.0, gap=0.0
    )

    assert found.certified
    assert keeps_all(case, found.units)
    assert worth(found.units) == pytest.approx(best, abs=1e-4)
    assert found.value == pytest.approx(best, abs=1e-4)


def test_the_bound_of_an_even_plan_knows_that_doctors_are_whole() -> None:
    """A doctor for each of four small needs, two doctors: halves would cover the first parts of all four."""
    staff = departments({"keeps": 8.0}, *({"need": one, "area": one + 1} for one in range(4)))
    case = a_case(
        staff, needs(1.0, 1.0, 1.0, 1.0), moves(*({"receiver": one + 1, "minutes": 0.0} for one in range(4)))
    )
    built = build(case, terms(aim=Aim.BOTH, fairness=1.0, wish_value=0.0, minute_value=0.0))
    relaxed = replace(built.program, integer=np.zeros_like(built.program.integer))

    assert solve(relaxed, gap=0.0, seconds=10.0, seed=1).value == pytest.approx(2.0, abs=1e-4)


def test_a_fair_plan_helps_the_least_covered_first_and_the_sum_does_not() -> None:
    """Two days cover a small need or a quarter each of two; a doctor of greater weight draws the sum."""
    staff = departments({"keeps": 8.0}, {"standardised": 1.0, "need": 0}, {"need": 1})
    case = a_case(staff, needs(2.0, 10.0), moves({"minutes": 0.0}, {"receiver": 2, "wish": -1.0}))

    assert plan(case).units.tolist() == [2, 0]
    assert plan(case, aim=Aim.FAIR).units.tolist() == [1, 1]
    assert plan(case, aim=Aim.BOTH, fairness=0.0).units.tolist() == [2, 0]


def test_evenness_counts_as_much_as_is_asked() -> None:
    staff = departments({"keeps": 8.0}, PLAIN, {"need": 1, "area": 2})
    heavy = moves({"minutes": 0.0}, {"receiver": 2, "minutes": 60.0})
    case = a_case(staff, needs(4.0, 4.0), heavy)

    assert plan(case, aim=Aim.BOTH, fairness=0.0).units.tolist() == [2, 0]
    assert plan(case, aim=Aim.BOTH, fairness=0.9).units.tolist() == [1, 1]


def test_the_same_case_and_seed_give_the_same_plan() -> None:
    staff = departments({"keeps": 9.0}, PLAIN, {"need": 0})
    case = a_case(staff, needs(5.0), moves({}, {"receiver": 2}))

    found = [plan(case, seed=7) for _ in range(2)]

    assert found[0].units.tolist() == found[1].units.tolist()
    assert found[0].seed == 7
