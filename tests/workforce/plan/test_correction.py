"""医師偏在是正プラン: what it holds, what is found missing, its course, and its effect."""

from datetime import date

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kaihoken.problems import Problem
from kaihoken.workforce.plan import (
    CORRECTION_LIFE,
    CorrectionPlan,
    Council,
    Direction,
    EffectCheck,
    Event,
    Measurement,
    Money,
    Outcome,
    Payer,
    Standing,
    State,
    Step,
    after,
    effect,
    look_over,
    money_by_year,
    read_correction_plan,
    standing,
    written_correction_plan,
)

from .builders import a_correction_plan, a_discussion

replace = msgspec.structs.replace


def told(plan: CorrectionPlan) -> list[tuple[str, str]]:
    return [
        (problem.code.removeprefix("workforce.correction-"), problem.where) for problem in look_over(plan)
    ]


EDGES = {(state, event): to for state, event, to in CORRECTION_LIFE.edges()}


class TestTheCourse:
    @pytest.mark.parametrize(("state", "event"), EDGES)
    def test_every_edge_leads_where_the_table_says(self, state: State, event: Event) -> None:
        assert after(state, event) is EDGES[state, event]

    @pytest.mark.parametrize(
        ("state", "event"),
        [(state, event) for state in State for event in Event if (state, event) not in EDGES],
    )
    def test_nothing_else_can_happen(self, state: State, event: Event) -> None:
        with pytest.raises(Problem) as raised:
            after(state, event)

        assert raised.value.code == "workforce.correction-step"
        assert raised.value.facts["ways"] == (", ".join(event for one, event in EDGES if one is state) or "—")

    def test_every_state_is_reached_from_the_draft(self) -> None:
        reached, before = {CORRECTION_LIFE.first}, set[State]()
        while reached != before:
            before = set(reached)
            reached |= {to for (one, _), to in EDGES.items() if one in reached}

        assert reached == set(State)

    @pytest.mark.parametrize("order", [(0, 1), (1, 0)])
    def test_the_councils_agree_in_either_order(self, order: tuple[int, int]) -> None:
        both = (Event.MEDICAL_COUNCIL_AGREES, Event.INSURERS_COUNCIL_AGREES)

        assert standing(Step(both[at], date(2026, 6, 1)) for at in order) is State.BOTH_AGREED

    def test_what_one_council_returns_needs_both_again(self) -> None:
        steps = [
            Step(Event.MEDICAL_COUNCIL_AGREES, date(2026, 6, 1)),
            Step(Event.RETURNED, date(2026, 7, 1), "保険者協議会"),
            Step(Event.INSURERS_COUNCIL_AGREES, date(2026, 8, 1)),
        ]

        assert standing(steps) is State.INSURERS_COUNCIL_AGREED
        with pytest.raises(Problem):
            standing([*steps, Step(Event.DECIDED, date(2026, 9, 1))])

    def test_a_step_before_the_last_one_is_told(self) -> None:
        steps = [
            Step(Event.MEDICAL_COUNCIL_AGREES, date(2026, 6, 2)),
            Step(Event.INSURERS_COUNCIL_AGREES, date(2026, 6, 1)),
        ]
        with pytest.raises(Problem) as raised:
            standing(steps)

        assert (raised.value.code, raised.value.where) == ("workforce.correction-days", "steps[1]")

    def test_without_steps_it_is_a_draft(self) -> None:
        assert standing(()) is State.DRAFT

    def test_the_drawing_has_every_edge_once(self) -> None:
        lines = CORRECTION_LIFE.drawing().splitlines()

        assert len(lines) == len(set(lines)) == len(EDGES) + 2 + len(CORRECTION_LIFE.ends)


class Course(RuleBasedStateMachine):
    """Whatever happens, nothing is decided that both councils did not agree to since the last draft."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[Step] = []

    @rule(event=st.sampled_from(Event))
    def happens(self, event: Event) -> None:
        try:
            standing([*self.steps, Step(event, date(2026, 6, 1))])
        except Problem:
            return
        self.steps.append(Step(event, date(2026, 6, 1)))

    @invariant()
    def both_agreed_before(self) -> None:
        if standing(self.steps) not in (State.DECIDED, State.PUBLISHED):
            return
        events = [step.event for step in self.steps]
        redrafted = [at for at, one in enumerate(events) if one in (Event.RETURNED, Event.REVISION_BEGINS)]
        since = events[redrafted[-1] + 1 :] if redrafted else events
        assert {Event.MEDICAL_COUNCIL_AGREES, Event.INSURERS_COUNCIL_AGREES} <= set(since)


TestAnyCourse = Course.TestCase
TestAnyCourse.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)


class TestLookingOver:
    def test_a_whole_plan_has_no_findings(self) -> None:
        assert look_over(a_correction_plan()) == ()

    def test_an_empty_plan_lacks_areas(self) -> None:
        bare = CorrectionPlan(
            prefecture_code="03", title="", first_fiscal_year=2026, last_fiscal_year=2026, areas=()
        )

        assert told(bare) == [("missing", "areas")]

    def test_an_area_needs_reasons_doctors_measures_and_a_check(self) -> None:
        plan = a_correction_plan()
        bare = replace(plan.areas[0], reasons=())

        found = look_over(replace(plan, areas=(bare,), needed=(), measures=(), effects=()))

        assert [(one.where, one.facts["part"]) for one in found] == [
            ("areas.area-1", "reasons"),
            ("areas.area-1", "measures"),
            ("areas.area-1", "needed"),
            ("areas.area-1", "effects"),
        ]

    def test_an_effect_check_may_name_the_measure_in_place_of_the_area(self) -> None:
        plan = a_correction_plan()
        check = replace(plan.effects[0], areas=(), measures=("measure-1",))

        assert told(replace(plan, effects=(check,))) == []

    def test_a_need_has_a_basis(self) -> None:
        plan = a_correction_plan()

        assert told(replace(plan, needed=(replace(plan.needed[0], basis=""),))) == [("missing", "needed[0]")]

    @pytest.mark.parametrize(
        ("part", "field", "value", "where"),
        [
            ("institutions", "area", "area-2", "institutions.clinic-1.area"),
            ("needed", "institution", "clinic-2", "needed[0].institution"),
            ("measures", "institutions", ("clinic-2",), "measures.measure-1.institutions"),
            ("measures", "areas", ("area-1", "area-2"), "measures.measure-1.areas"),
            ("effects", "measures", ("measure-2",), "effects.effect-1.measures"),
            ("effects", "areas", ("area-1", "area-2"), "effects.effect-1.areas"),
        ],
    )
    def test_a_pointer_to_nothing_is_told(self, part: str, field: str, value: object, where: str) -> None:
        plan = a_correction_plan()
        changed = replace(getattr(plan, part)[0], **{field: value})

        assert told(replace(plan, **{part: (changed,)})) == [("pointer", where)]

    def test_a_need_for_an_unknown_area_is_told(self) -> None:
        plan = a_correction_plan()
        second = replace(plan.needed[0], area="area-2")

        assert told(replace(plan, needed=(*plan.needed, second))) == [("pointer", "needed[1].area")]

    @pytest.mark.parametrize("part", ["areas", "institutions", "measures", "effects"])
    def test_a_key_stands_once(self, part: str) -> None:
        plan = a_correction_plan()
        twice = getattr(plan, part) * 2

        assert told(replace(plan, **{part: twice})) == [("twice", f"{part}.{twice[0].key}")]

    def test_days_are_in_order(self) -> None:
        plan = a_correction_plan()
        measure = replace(plan.measures[0], begins=date(2027, 4, 1), ends=date(2027, 3, 31))
        late = Measurement(on=date(2026, 4, 1), value=1, source="")
        check = replace(plan.effects[0], target_on=date(2026, 4, 1), measured=(late,))

        assert told(replace(plan, measures=(measure,), effects=(check,))) == [
            ("days", "measures.measure-1.ends"),
            ("days", "effects.effect-1.measured"),
            ("days", "effects.effect-1.target_on"),
        ]

    def test_money_lies_within_the_plan_s_years(self) -> None:
        plan = a_correction_plan()
        money = tuple(Money(fiscal_year=year, payer=Payer.NATION, yen=1) for year in (2025, 2026, 2029, 2030))
        measure = replace(plan.measures[0], money=money)

        assert told(replace(plan, measures=(measure,))) == [
            ("year", "measures.measure-1.money[0]"),
            ("year", "measures.measure-1.money[3]"),
        ]

    def test_a_plan_ends_after_it_begins(self) -> None:
        plan = replace(a_correction_plan(), measures=(), last_fiscal_year=2025)

        assert ("days", "last_fiscal_year") in told(plan)

    @pytest.mark.parametrize(
        "discussion",
        [
            a_discussion(Council.INSURERS, date(2026, 7, 3)),
            a_discussion(Council.INSURERS, date(2026, 7, 2), Outcome.EXPLAINED),
            a_discussion(Council.REGIONAL_MEDICAL, date(2026, 7, 2)),
        ],
    )
    def test_an_agreement_has_its_council_s_discussion_of_that_day(self, discussion: object) -> None:
        plan = a_correction_plan()
        changed = replace(plan, discussions=(plan.discussions[0], discussion))

        assert told(changed) == [("agreement", "steps[1]")]


class TestItsFile:
    def test_it_reads_back_to_the_same_plan(self) -> None:
        plan = a_correction_plan()

        assert read_correction_plan(written_correction_plan(plan)) == plan

    @pytest.mark.parametrize(
        ("content", "where"),
        [(b"{", "$"), (b'{"prefecture_code": 3}', "$.prefecture_code"), (b'{"title": ""}', "$")],
    )
    def test_a_fault_is_told_with_its_place(self, content: bytes, where: str) -> None:
        with pytest.raises(Problem) as raised:
            read_correction_plan(content)

        assert (raised.value.code, raised.value.where) == ("workforce.correction-unreadable", where)

    def test_money_is_summed_by_year_and_payer(self) -> None:
        assert money_by_year(a_correction_plan()) == {
            (2026, Payer.NATION): 6_000_000,
            (2026, Payer.PREFECTURE): 3_000_000,
            (2027, Payer.NATION): 1_000_000,
        }


class TestTheEffect:
    def check(self, **changes: object) -> EffectCheck:
        return replace(a_correction_plan().effects[0], **changes)

    def test_before_a_measurement_nothing_is_told(self) -> None:
        assert effect(self.check(), date(2027, 3, 31)).standing is Standing.NOT_MEASURED

    def test_under_way_with_the_part_of_the_way(self) -> None:
        found = effect(self.check(), date(2027, 4, 1))

        assert (found.standing, found.value, found.change, found.part) == (Standing.UNDER_WAY, 22, 2, 0.4)

    def test_on_the_target_s_day_it_is_reached_or_not(self) -> None:
        assert effect(self.check(), date(2029, 3, 30)).standing is Standing.UNDER_WAY
        assert effect(self.check(), date(2029, 3, 31)).standing is Standing.NOT_REACHED
        assert effect(self.check(target=22), date(2027, 4, 1)).standing is Standing.REACHED

    def test_downwards_less_is_reached(self) -> None:
        down = self.check(direction=Direction.DOWN, target=22.0)

        assert effect(down, date(2027, 4, 1)).standing is Standing.REACHED
        assert effect(replace(down, target=21.9), date(2027, 4, 1)).standing is Standing.UNDER_WAY

    def test_to_hold_what_is_there_has_no_way(self) -> None:
        found = effect(self.check(direction=Direction.HOLD, target=20.0), date(2027, 4, 1))

        assert (found.standing, found.part) == (Standing.REACHED, None)

    def test_the_newest_measurement_counts_whatever_their_order(self) -> None:
        later = Measurement(on=date(2028, 4, 1), value=25, source="")
        check = self.check()
        both = replace(check, measured=(later, *check.measured))

        assert effect(both, date(2028, 4, 1)).standing is Standing.REACHED
        assert effect(both, date(2028, 3, 31)).value == 22
