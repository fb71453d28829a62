"""What the counter does next: for everybody who comes, and never "pay everything"."""

from itertools import product

import pytest

from kaihoken.coverage import Presented, Situation
from kaihoken.coverage.steps import next_steps
from kaihoken.coverage.verdict import StepKind

SETTLED = {
    Situation.VALID: (StepKind.RECEIVE,),
    Situation.SPECIAL_EXPENSE: (StepKind.RECEIVE_WHOLE_THEN_CLAIM,),
    Situation.WELFARE_TICKET: (StepKind.RECEIVE_BY_TICKET,),
    Situation.WELFARE_UNREGISTERED: (StepKind.RECEIVE_BY_TICKET, StepKind.CALL_WELFARE_OFFICE),
}
EVERYBODY = list(product(Situation, Presented))
OPEN = [situation for situation in Situation if situation not in SETTLED]
WITH_CARD = (Presented.CARD, Presented.PHONE)
TO_SEE_AGAIN = {
    StepKind.REKEY,
    StepKind.USE_CARD,
    StepKind.ASK_CONFIRMATION,
    StepKind.ADD_BRANCH,
    StepKind.CALL_INSURER,
    StepKind.RECEIVE_BY_CONFIRMATION,
    StepKind.CONFIRM_PERSON,
}
TAKES_TODAY = {
    StepKind.DECLARATION,
    StepKind.DECLARATION_WITH_CARD,
    StepKind.DECLARATION_IF_CARD_UNREADABLE,
    StepKind.RECEIVE_BY_CONFIRMATION,
}


@pytest.mark.parametrize(("situation", "presented"), EVERYBODY)
def test_everybody_is_told_something_to_do(situation: Situation, presented: Presented) -> None:
    steps = next_steps(situation, presented)
    assert steps
    assert len(set(steps)) == len(steps)


@pytest.mark.parametrize(("situation", "steps"), list(SETTLED.items()))
@pytest.mark.parametrize("presented", Presented)
def test_what_is_settled_is_the_same_for_everybody(
    situation: Situation, steps: tuple[StepKind, ...], presented: Presented
) -> None:
    assert next_steps(situation, presented) == steps


@pytest.mark.parametrize(
    ("situation", "presented"), list(product(OPEN, (p for p in Presented if p is not Presented.NOTHING)))
)
def test_who_puts_anything_on_the_counter_learns_what_is_taken_today(
    situation: Situation, presented: Presented
) -> None:
    assert TAKES_TODAY & set(next_steps(situation, presented))


@pytest.mark.parametrize("situation", [Situation.PENDING, Situation.SUSPENDED])
def test_a_running_certificate_of_coverage_is_gone_by_while_the_register_is_checked(
    situation: Situation,
) -> None:
    assert next_steps(situation, Presented.CONFIRMATION)[0] is StepKind.RECEIVE_BY_CONFIRMATION
    assert StepKind.RECEIVE_BY_CONFIRMATION not in next_steps(situation, Presented.NUMBER)


@pytest.mark.parametrize(("situation", "presented"), list(product(OPEN, Presented)))
def test_only_special_expense_ends_in_the_whole_fee(situation: Situation, presented: Presented) -> None:
    assert StepKind.RECEIVE_WHOLE_THEN_CLAIM not in next_steps(situation, presented)


@pytest.mark.parametrize(("situation", "presented"), list(product(OPEN, WITH_CARD)))
def test_with_a_card_the_way_out_is_the_declaration(situation: Situation, presented: Presented) -> None:
    assert StepKind.DECLARATION in next_steps(situation, presented)


@pytest.mark.parametrize(
    ("situation", "presented"), list(product(OPEN, (Presented.CONFIRMATION, Presented.NUMBER)))
)
def test_with_a_paper_or_a_number_the_way_out_is_to_look_again(
    situation: Situation, presented: Presented
) -> None:
    steps = next_steps(situation, presented)
    assert steps[0] in TO_SEE_AGAIN
    assert StepKind.DECLARATION not in steps  # the form is for people whose card cannot be read


@pytest.mark.parametrize("situation", OPEN)
def test_with_nothing_it_is_the_insurer_and_settling_later(situation: Situation) -> None:
    steps = next_steps(situation, Presented.NOTHING)
    assert StepKind.CALL_INSURER in steps
    assert steps[-1] is StepKind.SETTLE_LATER


def test_every_kind_of_step_is_taken_by_somebody() -> None:
    """The others stand in front of a verdict's steps (test_verification) or in place of the share (test_due)."""
    taken = {step for situation, presented in EVERYBODY for step in next_steps(situation, presented)}
    assert set(StepKind) - taken == {
        StepKind.COMPARE,
        StepKind.FILL_IN,
        StepKind.SEE_ELDERLY_CERTIFICATE,
        StepKind.SEE_LATE_ELDERLY_SHARE,
        StepKind.REKEY_INSURER_NUMBER,
        StepKind.ASK_BY_NUMBER,
        StepKind.RECEIVE_WITH_SUBSIDY,
    }
