"""The guided path: the steps that the answer names, each with what a button beside it does and how it went. Pure.

Which steps there are, and in which order, is the hub's (`coverage/steps.py`); nothing is added here that takes money.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from markupsafe import Markup

from kaihoken.coverage import Answer, StepKind
from kaihoken.desk.followup.case import Case, Ticked
from kaihoken.web import Language, read_aloud

Does = Literal["", "card", "number", "see", "declaration", "deposit", "insurer"]
"""What a button beside a step does: tells the reader, opens the form of numbers, keeps what was seen, prints, calls."""

_DOES: Mapping[StepKind, Does] = MappingProxyType(
    {
        StepKind.USE_CARD: "card",
        StepKind.REGISTER_CARD: "card",
        StepKind.ASK_CONFIRMATION: "number",
        StepKind.REKEY: "number",
        StepKind.REKEY_INSURER_NUMBER: "number",
        StepKind.ADD_BRANCH: "number",
        StepKind.ASK_BY_NUMBER: "number",
        StepKind.SEE_PORTAL: "see",
        StepKind.RECEIVE_BY_CONFIRMATION: "see",
        StepKind.SEE_ELDERLY_CERTIFICATE: "see",
        StepKind.SEE_LATE_ELDERLY_SHARE: "see",
        StepKind.DECLARATION: "declaration",
        StepKind.DECLARATION_IF_CARD_UNREADABLE: "declaration",
        StepKind.DECLARATION_WITH_CARD: "declaration",
        StepKind.SETTLE_LATER: "deposit",
        StepKind.CALL_INSURER: "insurer",
        StepKind.CALL_WELFARE_OFFICE: "insurer",
    }
)

_BY_CARD = (StepKind.DECLARATION_IF_CARD_UNREADABLE, StepKind.DECLARATION_WITH_CARD)


@dataclass(frozen=True, slots=True)
class PathStep:
    """One step. `ticked` says how it went, None while it was not taken."""

    kind: str
    text: Markup
    does: Does
    ticked: Ticked | None


def path_of(answer: Answer, case: Case, language: Language) -> tuple[PathStep, ...]:
    """The steps of an answer, in its order."""
    return tuple(
        PathStep(
            step.kind,
            read_aloud(step.text, language),
            _DOES.get(StepKind(step.kind), ""),
            case.ticked(step.kind),
        )
        for step in answer.steps
    )


def may_declare(answer: Answer, *, has_card: bool) -> bool:
    """Whether a 被保険者資格申立書 is a way out of this answer: with a card or phone shown, as the steps have it; by a
    number only where the patient has the card here too."""
    kinds = {step.kind for step in answer.steps}
    return StepKind.DECLARATION in kinds or (has_card and not kinds.isdisjoint(_BY_CARD))
