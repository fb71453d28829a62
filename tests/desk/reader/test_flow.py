"""The table of the patient's reader against edges written by hand, and an operation by it in every order of touches."""

from pathlib import Path

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kaihoken.card import PinAnswer, PinResult, TokenKind
from kaihoken.consent import COVERAGE_ITEMS, Item
from kaihoken.desk.reader import (
    ASKED_OF_PATIENT,
    ENDED,
    FLOW,
    PRESCRIPTION,
    WHO,
    Attention,
    CardRead,
    Happened,
    Operation,
    Question,
    Stage,
)
from kaihoken.desk.reader.flow import ATTENTION

from ...stepping import check_edges

PAGE = Path(__file__).parents[3] / "docs" / "desk" / "reader.md"

QUESTIONS: tuple[Question, ...] = (
    WHO,
    Item.MEDICINE,
    Item.HEALTH_CHECKUP,
    Item.LIMIT,
    Item.DISEASE,
    PRESCRIPTION,
)

ENDS = ("other-card", "old-card", "real-card", "unreadable", "done", "reception", "leaving")
STOPPABLE = ("method", "locked", "face", "staff", "last-try", "pin", "question", "first-use")
WORKING = ("reading", "checking", "asking", "registering", "left-behind")

EDGES = {
    ("waiting", "seen"): "reading",
    ("reading", "read"): "method",
    ("reading", "read-locked"): "locked",
    ("reading", "pin"): "pin",
    ("reading", "last"): "last-try",
    ("reading", "known"): "question",
    ("reading", "nothing-to-ask"): "asking",
    ("reading", "other"): "other-card",
    ("reading", "old"): "old-card",
    ("reading", "real"): "real-card",
    ("reading", "mute"): "unreadable",
    ("reading", "not-confirmed"): "reception",
    ("method", "face"): "face",
    ("method", "pin"): "pin",
    ("method", "last"): "last-try",
    ("method", "staff"): "staff",
    ("locked", "face"): "face",
    ("locked", "staff"): "staff",
    ("face", "known"): "question",
    ("face", "nothing-to-ask"): "asking",
    ("face", "back"): "method",
    ("face", "back-locked"): "locked",
    ("staff", "known"): "question",
    ("staff", "nothing-to-ask"): "asking",
    ("staff", "back"): "method",
    ("staff", "back-locked"): "locked",
    ("staff", "not-confirmed"): "reception",
    ("last-try", "yes"): "pin",
    ("last-try", "back"): "method",
    ("pin", "sent"): "checking",
    ("pin", "back"): "method",
    ("checking", "wrong"): "pin",
    ("checking", "wrong-last"): "last-try",
    ("checking", "blocked"): "locked",
    ("checking", "known"): "question",
    ("checking", "nothing-to-ask"): "asking",
    ("checking", "real"): "real-card",
    ("checking", "mute"): "unreadable",
    ("checking", "not-confirmed"): "reception",
    ("question", "who"): "question",
    ("question", "answered"): "question",
    ("question", "answered-last"): "asking",
    ("asking", "confirmed"): "done",
    ("asking", "not-registered"): "first-use",
    ("asking", "not-confirmed"): "reception",
    ("asking", "back"): "method",
    ("asking", "back-locked"): "locked",
    ("first-use", "yes"): "registering",
    ("registering", "confirmed"): "done",
    ("registering", "not-confirmed"): "reception",
    ("first-use", "no"): "reception",
    **{(stage, "late"): "left-behind" for stage in ENDS},
    **{(stage, "stop"): "leaving" for stage in STOPPABLE},
    **{(stage, "taken"): "waiting" for stage in (*ENDS, *STOPPABLE, *WORKING)},
}


def test_the_table_has_these_edges_and_no_others() -> None:
    check_edges(FLOW, EDGES)
    assert {stage.value for stage in ENDED} == set(ENDS)
    assert {stage.value for stage in ASKED_OF_PATIENT} == set(STOPPABLE)


def test_somebody_is_asked_before_they_are_taken_for_gone() -> None:
    check_edges(
        ATTENTION,
        {
            ("here", "quiet"): "asked",
            ("here", "touch"): "here",
            ("asked", "quiet"): "away",
            ("asked", "touch"): "here",
        },
    )


def test_a_pin_that_was_withheld_is_not_called_wrong() -> None:
    checking = Operation(Stage.CHECKING, card=CardRead(TokenKind.CARD, 2))

    asked = checking.pin_tried(PinResult(PinAnswer.WITHHELD, 1))

    assert (asked.stage, asked.again) == (Stage.LAST_TRY, False)


@pytest.mark.parametrize("drawing", [FLOW.drawing(), ATTENTION.drawing()])
def test_the_page_draws_the_tables(drawing: str) -> None:
    assert f"```mermaid\n{drawing}\n```" in PAGE.read_text(encoding="utf-8")


class AtTheReader(RuleBasedStateMachine):
    """Cards of every kind, touches in every order, PINs right and wrong, a hub that answers whatever it can."""

    def __init__(self) -> None:
        super().__init__()
        self.now = Operation()
        self.left = 0
        self.sent_with_one_left_unasked = False

    @precondition(lambda self: self.now.stage is Stage.WAITING)
    @rule()
    def put(self) -> None:
        self.now = self.now.seen()

    @precondition(lambda self: self.now.stage is not Stage.WAITING)
    @rule()
    def taken(self) -> None:
        step = self.now.step
        self.now = self.now.gone()
        assert self.now == Operation(step=step + 1)  # nothing of anybody

    @precondition(lambda self: self.now.stage is Stage.READING)
    @rule(
        token=st.sampled_from([TokenKind.CARD, TokenKind.ANDROID, TokenKind.IPHONE]),
        left=st.integers(0, 3),
        in_grace=st.booleans(),
        asked=st.integers(0, len(QUESTIONS)),
        attested=st.booleans(),
    )
    def read(self, token: TokenKind, left: int, in_grace: bool, asked: int, attested: bool) -> None:
        self.left = left
        self.now = self.now.read(CardRead(token, left, in_grace), QUESTIONS[:asked], attested=attested)

    @precondition(lambda self: self.now.stage is Stage.READING)
    @rule(how=st.sampled_from([Happened.OTHER, Happened.OLD, Happened.REAL, Happened.MUTE]))
    def unfit(self, how: Happened) -> None:
        self.now = self.now.unfit(how)

    @precondition(lambda self: self.now.touches())
    @rule(data=st.data())
    def touch(self, data: st.DataObject) -> None:
        self.now = self.now.touched(data.draw(st.sampled_from(self.now.touches())))

    @precondition(lambda self: self.now.stage is Stage.PIN and self.now.attention is Attention.HERE)
    @rule()
    def send(self) -> None:
        self.sent_with_one_left_unasked |= self.left == 1 and not self.now.last_confirmed
        self.now = self.now.sent()

    @precondition(lambda self: self.now.stage is Stage.CHECKING)
    @rule(right=st.booleans())
    def tried(self, right: bool) -> None:
        if right:
            self.now = self.now.known("phone" if self.now.is_phone else "pin")
            return
        self.left -= 1
        self.now = self.now.pin_tried(
            PinResult(PinAnswer.WRONG if self.left else PinAnswer.BLOCKED, self.left)
        )

    @precondition(lambda self: self.now.stage is Stage.STAFF and self.now.attested)
    @rule()
    def looked_at(self) -> None:
        self.now = self.now.known("visual")

    @precondition(lambda self: self.now.stage is Stage.ASKING)
    @rule(how=st.sampled_from([Happened.CONFIRMED, Happened.NOT_CONFIRMED, Happened.NOT_REGISTERED]))
    def hub(self, how: Happened) -> None:
        self.now = self.now.answered_by_hub(how)

    @precondition(lambda self: self.now.stage is Stage.ASKING and self.now.confirmed in ("face", "visual"))
    @rule()
    def hub_takes_no_word(self) -> None:
        self.now = self.now.not_attested()
        assert self.now.consents == ()

    @rule()
    def quiet(self) -> None:
        before = self.now
        self.now = self.now.quiet()
        if before.stage in ASKED_OF_PATIENT and before.attention is Attention.HERE:
            assert self.now.stage is before.stage  # it asks first

    @invariant()
    def no_pin_is_sent_on_the_last_try_unasked(self) -> None:
        assert not self.sent_with_one_left_unasked

    @invariant()
    def nobody_is_asked_for_the_pin_of_a_card_without_tries(self) -> None:
        assert not (self.now.stage is Stage.PIN and self.left == 0)

    @invariant()
    def in_its_grace_a_card_is_asked_for_nothing_medical(self) -> None:
        if self.now.card is not None and self.now.card.in_grace and self.now.confirmed is not None:
            asked = {*self.now.questions, *(one for one, _ in self.now.answers)} - {PRESCRIPTION, WHO}
            assert asked <= COVERAGE_ITEMS

    @invariant()
    def what_ended_holds_no_choice(self) -> None:
        if self.now.stage in ENDED:
            assert (self.now.questions, self.now.answers, self.now.confirmed) == ((), (), None)

    @invariant()
    def who_answers_is_asked_first_and_never_alone(self) -> None:
        if self.now.confirmed is not None and WHO in self.now.questions:
            assert self.now.questions.index(WHO) == 0
            assert len(self.now.questions) > 1
            assert self.now.answers == ()

    @invariant()
    def a_face_is_offered_only_where_it_is_taken(self) -> None:
        assert self.now.attested or "face" not in self.now.touches()


TestAtTheReader = AtTheReader.TestCase
