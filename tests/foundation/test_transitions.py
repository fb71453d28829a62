"""A life as a table: what may happen, what may not, and its drawing."""

from enum import StrEnum

import pytest

from kaihoken.transitions import ImpossibleStep, Transitions


class Lamp(StrEnum):
    OFF = "off"
    ON = "on"
    BROKEN = "broken"


class Happens(StrEnum):
    PRESS = "press"
    FALL = "fall"


LIFE = Transitions(
    Lamp.OFF,
    {
        Lamp.OFF: {Happens.PRESS: Lamp.ON},
        Lamp.ON: {Happens.PRESS: Lamp.OFF, Happens.FALL: Lamp.BROKEN},
        Lamp.BROKEN: {},
    },
)


def test_what_stands_in_the_table_happens_and_nothing_else() -> None:
    assert LIFE.after(Lamp.OFF, Happens.PRESS) is Lamp.ON
    assert LIFE.ways(Lamp.ON) == (Happens.PRESS, Happens.FALL)
    assert not LIFE.may(Lamp.OFF, Happens.FALL)
    with pytest.raises(ImpossibleStep, match="fall cannot follow in state off"):
        LIFE.after(Lamp.OFF, Happens.FALL)


def test_its_ends_are_drawn() -> None:
    assert LIFE.ends == {Lamp.BROKEN}
    assert LIFE.drawing().splitlines() == [
        "stateDiagram-v2",
        "    [*] --> off",
        "    off --> on: press",
        "    on --> off: press",
        "    on --> broken: fall",
        "    broken --> [*]",
    ]


def test_a_state_left_out_is_told_at_once() -> None:
    with pytest.raises(ValueError, match="broken"):
        Transitions(Lamp.OFF, {Lamp.OFF: {Happens.PRESS: Lamp.ON}, Lamp.ON: {}})
