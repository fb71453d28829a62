"""What of an answer is not confirmed."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Generic, Protocol, TypeVar

from kaihoken import rules
from kaihoken.payment.fees import Doubt
from kaihoken.rules import RuleFamily, Status

V_co = TypeVar("V_co", covariant=True)


class Told(Protocol, Generic[V_co]):
    """A value with how sure it is (`rules.Sourced` of whatever it holds)."""

    @property
    def value(self) -> V_co: ...
    @property
    def status(self) -> Status: ...
    @property
    def source(self) -> str: ...


def unsure(what: str, *values: Told[object]) -> Iterator[Doubt]:
    """A doubt for each of these values that is not confirmed."""
    for one in values:
        if one.status is not Status.CONFIRMED:
            yield Doubt(what, one.source)


def unsure_file(what: str, family: type[RuleFamily], on: date) -> Iterator[Doubt]:
    """A doubt where the whole file of a day is not confirmed."""
    version = rules.version(family, on=on)
    if version.status is not Status.CONFIRMED:
        yield Doubt(what, version.source)


def once(doubts: Iterable[Doubt]) -> tuple[Doubt, ...]:
    """Each doubt once, in the order in which it came up."""
    return tuple(dict.fromkeys(doubts))
