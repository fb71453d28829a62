"""The life of a certificate at its authority: it stands, is put on hold, is taken back. Whether it is within its time
is another question (`kaihoken.card.certificate.validity_of`)."""

from enum import StrEnum

from kaihoken.transitions import Transitions


class State(StrEnum):
    """Where a certificate stands."""

    GOOD = "good"
    HELD = "held"  # 一時停止: revoked for the time being
    REVOKED = "revoked"


class Step(StrEnum):
    """What happens to it."""

    HOLD = "hold"
    RELEASE = "release"
    REVOKE = "revoke"


LIFE = Transitions(
    State.GOOD,
    {
        State.GOOD: {Step.HOLD: State.HELD, Step.REVOKE: State.REVOKED},
        State.HELD: {Step.RELEASE: State.GOOD, Step.REVOKE: State.REVOKED},
        State.REVOKED: {},
    },
)
