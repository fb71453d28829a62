"""What the counter does next: for everybody who comes, and never "pay everything"."""

from itertools import product

import pytest

from kaihoken.coverage import Presented, Situation
from kaihoken.coverage.steps import next_steps
from kaihoken.coverage.verdict import StepKind

SETTLED = {
    Situation.VALID: StepKind.RECEIVE,
    Situation.SPECIAL_EXPENSE: StepKind.RECEIVE_WHOLE_THEN_CLAIM,
    Situation.WELFARE_TICKET: StepKind.RECEIVE,
    Situation.WELFARE_UNREGISTERED: StepKind.CALL_WELFARE_OFFICE,
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
}


@pytest.mark.parametrize(("situation", "presented"), EVERYBODY)
def test_everybody_is_told_something_to_do(situation: Situation, presented: Presented) -> None:
    steps = next_steps(situation, presented)
    assert steps
    assert len(set(steps)) == len(steps)


@pytest.mark.parametrize(("situation", "step"), list(SETTLED.items()))
@pytest.mark.parametrize("presented", Presented)
def test_what_is_settled_takes_one_step(situation: Situation, step: StepKind, presented: Presented) -> None:
    assert next_steps(situation, presented) == (step,)


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
    """`compare` and `see-elderly-certificate` stand in front of a verdict's other steps (test_verification)."""
    taken = {step for situation, presented in EVERYBODY for step in next_steps(situation, presented)}
    assert set(StepKind) - taken == {StepKind.COMPARE, StepKind.SEE_ELDERLY_CERTIFICATE}
