"""A life as a table: states, events, and which state follows. Pure: no clock, no store, no words for people.

A room that keeps something over time (a list, a consent, a plan, an opening) writes its table once and asks it what may
happen; the drawing in its docs page is made from the same table.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Generic, TypeVar

State = TypeVar("State", bound=StrEnum)
Event = TypeVar("Event", bound=StrEnum)


class ImpossibleStep(ValueError):
    """The table has no such step: whoever asked for it is wrong about where the thing stands."""


class Transitions(Generic[State, Event]):
    """From where to where, and by what; what is not in `steps` cannot happen.

    Each state is a key, one that nothing follows with an empty row. ValueError where one is left out.
    """

    __slots__ = ("ends", "first", "steps")

    def __init__(self, first: State, steps: Mapping[State, Mapping[Event, State]]) -> None:
        absent = set(type(first)) - set(steps)
        if absent:
            raise ValueError(f"states without a row: {sorted(absent)}")
        self.first = first
        self.steps = MappingProxyType({state: MappingProxyType(dict(row)) for state, row in steps.items()})
        self.ends = frozenset(state for state, row in steps.items() if not row)

    def after(self, state: State, event: Event) -> State:
        """Where it stands after something happened. ImpossibleStep where that cannot happen."""
        try:
            return self.steps[state][event]
        except KeyError:
            raise ImpossibleStep(f"{event} cannot follow in state {state}") from None

    def may(self, state: State, event: Event) -> bool:
        """Whether something can happen to what stands there."""
        return event in self.steps[state]

    def ways(self, state: State) -> tuple[Event, ...]:
        """What can happen next, in the order of the table."""
        return tuple(self.steps[state])

    def edges(self) -> Iterator[tuple[State, Event, State]]:
        """Every step that there is: from where, by what, to where."""
        for state, row in self.steps.items():
            for event, to in row.items():
                yield state, event, to

    def drawing(self) -> str:
        """The table as a Mermaid state diagram, for the docs."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.first.value}"]
        for state, row in self.steps.items():
            lines += [f"    {state.value} --> {to.value}: {event.value}" for event, to in row.items()]
            if not row:
                lines.append(f"    {state.value} --> [*]")
        return "\n".join(lines)
