"""Whatever happens in whatever order, a consent that has ended never stands again: a machine plays patients, facilities
and the clock, and keeps its own simple account beside."""

from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from kaihoken.consent import Care, EndReason, Grant, Held, Item, Means, expiry_code, standing, state_of
from kaihoken.consent.giving import Giving, granted
from kaihoken.consent.grant import ends_of

from .people import FACILITY, NOW, OTHER_FACILITY, PERSON, held

ITEMS = (Item.LIMIT, Item.MEDICINE)
WAYS = {Care.OUTPATIENT: Means.CARD, Care.HOME: Means.HOME, Care.ONLINE: Means.HOME}


class Lives(RuleBasedStateMachine):
    """`over` holds what was once seen to have ended, with the code of its reason."""

    consents: Bundle[Grant] = Bundle("consents")

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = NOW
        self.book: dict[bytes, Held] = {}
        self.over: dict[tuple[bytes, Item], str | None] = {}

    @rule(
        target=consents,
        care=st.sampled_from([*WAYS]),
        facility=st.sampled_from([FACILITY, OTHER_FACILITY]),
    )
    def give(self, care: Care, facility: str) -> Grant:
        number = len(self.book) + 1
        giving = Giving(facility, frozenset(ITEMS), care, WAYS[care])
        (grant,) = granted(PERSON, giving, self.now, lambda: number.to_bytes(16, "big"))
        self.book[grant.consent] = held(grant)
        return grant

    @rule(grant=consents, item=st.sampled_from(ITEMS), reason=st.sampled_from(EndReason))
    def end(self, grant: Grant, item: Item, reason: EndReason) -> None:
        one = self.book[grant.consent]
        ends = ends_of(one, [item], reason, self.now)
        self.book[grant.consent] = held(grant, [*one.ends.values(), *ends])

    @rule(hours=st.integers(0, 40), milliseconds=st.integers(0, 2))
    def time_passes(self, hours: int, milliseconds: int) -> None:
        self.now += timedelta(hours=hours, milliseconds=milliseconds)

    @invariant()
    def what_has_ended_stays_ended_and_a_facility_sees_what_stands_for_it_and_nothing_else(self) -> None:
        self._what_has_ended_stays_ended_for_the_reason_it_ended()
        self._a_facility_sees_what_stands_for_it_in_that_care()

    def _what_has_ended_stays_ended_for_the_reason_it_ended(self) -> None:
        for one in self.book.values():
            for item in one.grant.items:
                key, code = (one.grant.consent, item), expiry_code(state_of(one, item, self.now))
                assert self.over.get(key) in (None, code)
                self.over[key] = code

    def _a_facility_sees_what_stands_for_it_in_that_care(self) -> None:
        for care in WAYS:
            for facility in (FACILITY, OTHER_FACILITY):
                found = standing(self.book.values(), facility, care, self.now)
                for item, grant in found.alive.items():
                    assert (grant.facility, grant.care) == (facility, care)
                    assert self.over[grant.consent, item] is None
                expected = {
                    item
                    for one in self.book.values()
                    for item in one.grant.items
                    if (one.grant.facility, one.grant.care) == (facility, care)
                    and self.over[one.grant.consent, item] is None
                }
                assert found.items == expected


TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
