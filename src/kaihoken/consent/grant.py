"""A consent as it was given, what ended it, and how the two make it stand or not. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import msgspec

from kaihoken.consent.item import Care, ConsentId, EndReason, Item, Means, PersonId
from kaihoken.consent.life import EVENT_OF, EXPIRY_CODE, Event, State, after


class Grant(msgspec.Struct, frozen=True, gc=False):
    """One giving of consent: by a person to a facility, for some items, in a form of care.

    It stands from `given_at` through `until` (None: no time ends it). `examined_on` is the day of the examination for
    which it was given. Of a spoken one `staff` says who of the facility's staff recorded it (the facility's own sign
    for them, no name), and `spoken_at` when.
    """

    consent: ConsentId
    person: PersonId
    facility: str  # 医療機関コード
    care: Care
    items: frozenset[Item]
    means: Means
    given_at: datetime
    until: datetime | None
    examined_on: date
    staff: str = ""
    spoken_at: datetime | None = None


class End(msgspec.Struct, frozen=True, gc=False):
    """The end of one item of a consent."""

    consent: ConsentId
    item: Item
    ended_at: datetime
    reason: EndReason


class Held(msgspec.Struct, frozen=True, gc=False):
    """A consent with the ends of its items."""

    grant: Grant
    ends: Mapping[Item, End]


class Standing(msgspec.Struct, frozen=True, gc=False):
    """What of some consents stands at an instant: for each item the consent that stands longest, or, where none does,
    the last one that was given with the state in which it ended."""

    alive: Mapping[Item, Grant]
    over: Mapping[Item, tuple[Grant, State]]

    @property
    def items(self) -> frozenset[Item]:
        """The items for which a consent stands."""
        return frozenset(self.alive)


def state_of(held: Held, item: Item, at: datetime) -> State:
    """Where one item of a consent stands. An end that is recorded counts at once and for good, whatever the clock says
    of its instant; an item that was never given is as good as expired."""
    if item not in held.grant.items:
        return State.EXPIRED
    state = State.STANDING
    if (end := held.ends.get(item)) is not None:
        state = after(state, EVENT_OF[end.reason])
    if held.grant.until is not None and at > held.grant.until:
        state = after(state, Event.TIME_RUNS_OUT)
    return state


def is_alive(held: Held, item: Item, at: datetime) -> bool:
    """Whether an item of a consent stands at an instant."""
    return state_of(held, item, at) is State.STANDING


def expiry_code(state: State) -> str | None:
    """同意有効期限切れ理由 (OQSCD031); None while it stands."""
    return EXPIRY_CODE.get(state)


def standing(held: Iterable[Held], facility: str, care: Care, at: datetime) -> Standing:
    """What a facility may see in a form of care at an instant, by the consents given to it. Those given to others, or
    for another form of care, count for nothing."""
    alive: dict[Item, Grant] = {}
    over: dict[Item, tuple[Grant, State]] = {}
    for one in sorted(held, key=lambda one: (one.grant.given_at, one.grant.consent)):
        grant = one.grant
        if grant.facility != facility or grant.care is not care:
            continue
        for item in grant.items:
            state = state_of(one, item, at)
            if state is not State.STANDING:
                over[item] = (grant, state)
            elif item not in alive or _outlives(grant, alive[item]):
                alive[item] = grant
    return Standing(alive, {item: ended for item, ended in over.items() if item not in alive})


def _outlives(grant: Grant, other: Grant) -> bool:
    if grant.until is None or other.until is None:
        return other.until is not None
    return grant.until >= other.until


def ends_of(held: Held, items: Iterable[Item], reason: EndReason, at: datetime) -> Sequence[End]:
    """The ends that a withdrawal makes: of those items that still stand. Withdrawing what has ended changes nothing."""
    return [
        End(held.grant.consent, item, at, reason) for item in sorted(set(items)) if is_alive(held, item, at)
    ]
