"""How much a facility may ask, and how often it may ask for people who are not there.

Every limit is a virtual clock in whole nanoseconds (GCRA): each request moves the facility's clock on by one
interval, and a request is admitted while that clock is at most a burst ahead of the real one. So a limit of `burst`
and one per `interval` admits, in any span of W nanoseconds that begins with a request, at most
`burst + ceil(W / interval) - 1`, and after a rest of `burst × interval` exactly `burst` at once.

Time is passed in as nanoseconds of a clock that never runs backwards.
"""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Annotated

import msgspec

from kaihoken.access.token import Caller
from kaihoken.problems import Problem

_NS = 1_000_000_000
_SWEEP_AT = 4096
_HOST_BITS = 64  # of an IPv6 address

IN_FAILURE = "failure"
"""The means by which a facility asks in system-failure mode: by four items, easier to guess than numbers."""


_Count = Annotated[int, msgspec.Meta(ge=1)]


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """At most `burst` at once and `count` per `seconds` for ever."""

    count: _Count
    seconds: _Count
    burst: _Count

    @property
    def interval_ns(self) -> int:
        """Nanoseconds that one request costs, rounded up: never more than was promised."""
        return -(-self.seconds * _NS // self.count)


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The limits of one hub. They are operator's settings, not law. The nation asks 325 times a second on average;
    the busiest facility some thousand times a day, most of it in one bulk run."""

    facility: Limit = Limit(count=50, seconds=1, burst=1000)  # requests of one facility or insurer
    overall: Limit = Limit(count=20_000, seconds=1, burst=20_000)  # requests of all together
    not_found: Limit = Limit(count=2, seconds=60, burst=60)  # numbers, or cards, of nobody, by one facility
    failure_not_found: Limit = Limit(count=1, seconds=60, burst=10)  # the same by four items, in failure mode
    bulk_not_found_percent: Annotated[int, msgspec.Meta(ge=0, le=100)] = 30  # of a list, beside not_found
    token_source: Limit = Limit(count=50, seconds=1, burst=200)  # requests for a token from one address
    token_overall: Limit = Limit(count=1000, seconds=1, burst=1000)  # requests for a token of all together
    token_client: Limit = Limit(count=1, seconds=1, burst=60)  # requests for a token of one client
    sign_in_source: Limit = Limit(count=1, seconds=2, burst=30)  # proofs of people from one address
    sign_in_overall: Limit = Limit(count=200, seconds=1, burst=500)  # proofs of people of all together
    person: Limit = Limit(count=2, seconds=1, burst=120)  # pages and forms of one person who has signed in
    logged_caller: Limit = Limit(count=1, seconds=1, burst=20)  # lines of the log on refusals, of one caller
    logged_overall: Limit = Limit(count=20, seconds=1, burst=200)  # the same of all callers together


class Meter:
    """One limit for many names. Names at rest are forgotten, so the table holds those that were busy within
    `burst × interval`, and at most as many again."""

    def __init__(self, limit: Limit) -> None:
        self._interval = limit.interval_ns
        self._room = self._interval * (limit.burst - 1)
        self._clocks: dict[str, int] = {}
        self._sweep_at = _SWEEP_AT

    def __len__(self) -> int:
        return len(self._clocks)

    def wait(self, name: str, now: int) -> int:
        """Nanoseconds until `name` is admitted; 0 when it would be now. Counts nothing."""
        return max(self._clocks.get(name, 0) - now - self._room, 0)

    def take(self, name: str, now: int) -> int:
        """As `wait`; when that is 0, counts one."""
        clock = self._clocks.get(name, now)
        if clock < now:
            clock = now
        if clock - now > self._room:
            return clock - now - self._room
        self._clocks[name] = clock + self._interval
        if len(self._clocks) >= self._sweep_at:
            self._forget_rested(now)
        return 0

    def charge(self, name: str, now: int) -> int:
        """As `wait`, but counts one in any case: what goes beyond the limit is a debt that time pays."""
        wait = self.wait(name, now)
        self._clocks[name] = max(self._clocks.get(name, 0), now) + self._interval
        if len(self._clocks) >= self._sweep_at:
            self._forget_rested(now)
        return wait

    def _forget_rested(self, now: int) -> None:
        self._clocks = {name: clock for name, clock in self._clocks.items() if clock > now}
        self._sweep_at = max(_SWEEP_AT, 2 * len(self._clocks))


@dataclass(frozen=True, slots=True)
class NotFoundBurst:
    """A facility has asked for too many numbers or cards that nobody has: for the operator to look at."""

    metered_as: str
    actor: str
    retry_after: int


@dataclass(slots=True)
class Listed:
    """How far one list is: different people whom it found, and numbers that nobody has."""

    metered_as: str
    actor: str
    found: int = 0
    nobody: int = 0


class RequestLimits:
    """Admits or refuses the requests of authenticated callers.

    `report` is told once per burst, when a facility first goes beyond its not-found limit.
    """

    def __init__(self, limits: Limits, report: Callable[[NotFoundBurst], None]) -> None:
        self._facilities = Meter(limits.facility)
        self._not_found = Meter(limits.not_found)
        self._by_means = {IN_FAILURE: Meter(limits.failure_not_found)}
        self._overall_interval = limits.overall.interval_ns
        self._overall_room = self._overall_interval * (limits.overall.burst - 1)
        self._overall_clock = 0
        self._report = report
        self._barred: dict[str, int] = {}
        self._list_percent = limits.bulk_not_found_percent
        self._listed_beyond: dict[str, int] = {}

    def admit(self, caller: Caller, now: int) -> None:
        """Count one request of the caller. A refused request costs nothing.

        Raises Problem `access.too-many-requests` with `retry_after` in seconds.
        """
        name = caller.metered_as
        overall = self._overall_clock
        if overall < now:
            overall = now
        if overall - now > self._overall_room:
            raise _too_many(overall - now - self._overall_room)
        wait = self._facilities.take(name, now)
        if wait:
            raise _too_many(wait)
        self._overall_clock = overall + self._overall_interval

    def admit_question(self, caller: Caller, by: str, now: int) -> None:
        """Let a question through, where those `by` this means (number, certificate) of the facility are not paused:
        neither kind pauses the other. Raises Problem `access.not-found-burst` with `retry_after` in seconds."""
        if self._barred and (name := _metered(caller, by)) in self._barred:
            self._refuse_barred(name, now)

    def not_found(self, caller: Caller, by: str, now: int) -> None:
        """Count one answer that nobody is there, before it leaves. Raises Problem `access.not-found-burst` when it must
        not leave: the caller answers with that instead.

        Exactly `burst` such answers leave at once. Questions that were already on their way when the limit was
        reached are withheld and still counted, so asking many at the same time gains nothing: the time until the
        next one is admitted grows with each.
        """
        name = _metered(caller, by)
        meter = self._by_means.get(by, self._not_found)
        wait = meter.charge(name, now)
        # From the last one that may leave on, the next question has to wait.
        until = now + meter.wait(name, now)
        if until > now:
            if name not in self._barred:
                self._report(NotFoundBurst(caller.metered_as, caller.actor, seconds(until - now)))
            self._barred[name] = until
        if wait:
            raise Problem("access.not-found-burst", retry_after=seconds(until - now))

    def nobody_in_list(self, listed: "Listed", now: int) -> int:
        """Count one number of a list that nobody has, before it is answered; seconds until it may be, 0 for now.

        Some of any list is out of date, so a share of those whom the list found costs nothing. What goes beyond is
        counted as if it had been asked one by one, for the facility and not for the list: cutting a list into many
        gains nothing. Where it is not admitted it is not counted; the list goes on when it is.
        """
        if 100 * (listed.nobody + 1) <= self._list_percent * (listed.found + listed.nobody + 1):
            listed.nobody += 1
            return 0
        name = f"{listed.metered_as} by list"
        wait = self._not_found.take(name, now)
        if wait == 0:
            listed.nobody += 1
            return 0
        if name not in self._listed_beyond:
            self._report(NotFoundBurst(listed.metered_as, listed.actor, seconds(wait)))
        self._listed_beyond[name] = now + wait
        return seconds(wait)

    def list_pauses(self, listed: "Listed", now: int) -> int:
        """Seconds for which a list that went beyond is not looked up; 0 where it may go on."""
        name = f"{listed.metered_as} by list"
        if (until := self._listed_beyond.get(name)) is None:
            return 0
        if until > now:
            return seconds(until - now)
        del self._listed_beyond[name]
        return 0

    def _refuse_barred(self, name: str, now: int) -> None:
        wait = self._barred[name] - now
        if wait > 0:
            raise Problem("access.not-found-burst", retry_after=seconds(wait))
        del self._barred[name]


def _metered(caller: Caller, by: str) -> str:
    return f"{caller.metered_as} by {by}"


def network_of(address: str) -> str:
    """Under which name a caller's address is counted. Who has one IPv6 address has the 2**64 around it (RFC 4291
    §2.5.1), so it is their network; one that stands for an IPv4 address is that. What is no address is itself."""
    try:
        read = ip_address(address)
    except ValueError:
        return address
    if isinstance(read, IPv6Address):
        return str(read.ipv4_mapped or IPv6Address(int(read) >> _HOST_BITS << _HOST_BITS))
    return address


def seconds(nanoseconds: int) -> int:
    """Whole seconds, rounded up: who waits them out is admitted."""
    return -(-nanoseconds // _NS)


def _too_many(wait: int) -> Problem:
    return Problem("access.too-many-requests", retry_after=seconds(wait))
