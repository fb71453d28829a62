"""Limits to the exact count: never more than promised in any span, and exactly as many as promised after a rest."""

import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.access import Caller, Kind, Limit, Limits, Listed, NotFoundBurst
from kaihoken.access import limits as limits_module
from kaihoken.access.limits import Meter, RequestLimits, network_of
from kaihoken.problems import Problem

from .builders import SECOND

START = 5 * SECOND
PAGE = (Path(__file__).parents[2] / "docs/access.md").read_text(encoding="utf-8")
WIDE = Limit(count=1_000_000, seconds=1, burst=1_000_000)

limits = st.builds(
    Limit, count=st.integers(1, 500), seconds=st.integers(1, 7), burst=st.integers(1, 20)
)  # fmt: skip
waits = st.lists(st.integers(0, 3 * SECOND) | st.integers(0, 10**7) | st.just(0), max_size=120)


def caller(name: str = "clinic", actor: str = "") -> Caller:
    return Caller(actor or name, Kind.FACILITY, name, frozenset(), "key-1", name)


def request_limits(
    facility: Limit = WIDE, overall: Limit = WIDE, not_found: Limit = WIDE
) -> tuple[RequestLimits, list[NotFoundBurst]]:
    reported: list[NotFoundBurst] = []
    return RequestLimits(Limits(facility, overall, not_found), reported.append), reported


def admitted(meter: Meter, name: str, now: int, tries: int) -> int:
    return sum(meter.take(name, now) == 0 for _ in range(tries))


def refusal(counted: object, *arguments: object) -> tuple[str, int]:
    with pytest.raises(Problem) as refused:
        counted(*arguments)
    return refused.value.code, refused.value.facts["retry_after"]


# Whom an address stands for.


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:0:1:ffff:ffff:ffff:ffff", "2001:db8:0:1::"),
        ("2001:db8:0:1::", "2001:db8:0:1::"),
        ("2001:0DB8:0:2::1", "2001:db8:0:2::"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("fe80::1%eth0", "fe80::"),
        ("", ""),
        ("a socket", "a socket"),
    ],
)
def test_whoever_has_an_address_is_counted_with_the_network_that_is_theirs(
    address: str, network: str
) -> None:
    assert network_of(address) == network


# One meter.


@given(limits)
def test_after_a_rest_exactly_the_burst_passes(limit: Limit) -> None:
    meter = Meter(limit)
    assert admitted(meter, "a", START, limit.burst + 5) == limit.burst
    later = START + limit.burst * limit.interval_ns
    assert admitted(meter, "a", later, limit.burst + 5) == limit.burst


@given(limits)
def test_then_exactly_one_for_each_interval(limit: Limit) -> None:
    meter = Meter(limit)
    admitted(meter, "a", START, limit.burst)
    for turn in range(1, 6):
        assert meter.take("a", START + turn * limit.interval_ns - 1) > 0
        assert admitted(meter, "a", START + turn * limit.interval_ns, 2) == 1


@given(limits, waits)
def test_no_span_ever_holds_more_than_promised(limit: Limit, waits: list[int]) -> None:
    meter, now, passed = Meter(limit), START, list[int]()
    for wait in waits:
        now += wait
        if meter.take("a", now) == 0:
            passed.append(now)
    for first, since in enumerate(passed):
        for count, until in enumerate(passed[first:], 1):
            span = until - since + 1  # half-open: [since, until + 1)
            assert count <= limit.burst + -(-span // limit.interval_ns) - 1


@given(limits, waits)
def test_who_waits_as_long_as_told_passes_and_not_before(limit: Limit, waits: list[int]) -> None:
    meter, now = Meter(limit), START
    for wait in waits:
        now += wait
        told = meter.wait("a", now)
        if told > 1:
            assert meter.take("a", now + told - 1) == 1
        assert meter.take("a", now + told) == 0
        now += told


def test_an_interval_is_rounded_so_that_never_more_pass() -> None:
    assert Limit(count=3, seconds=1, burst=1).interval_ns == 333_333_334
    assert Limit(count=2, seconds=60, burst=1).interval_ns == 30 * SECOND


def test_names_do_not_share_a_limit() -> None:
    meter = Meter(Limit(count=1, seconds=1, burst=2))
    assert admitted(meter, "a", START, 5) == 2
    assert admitted(meter, "b", START, 5) == 2


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, SECOND)), max_size=80))
def test_forgetting_the_rested_changes_no_decision(steps: list[tuple[str, int]]) -> None:
    limit = Limit(count=2, seconds=1, burst=3)
    remembers, forgets, now = Meter(limit), Meter(limit), START
    for name, wait in steps:
        now += wait
        forgets._forget_rested(now)
        assert remembers.take(name, now) == forgets.take(name, now)


@pytest.mark.parametrize("count", ["take", "charge"])
def test_a_million_names_do_not_fill_the_memory(count: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits_module, "_SWEEP_AT", 64)
    meter = Meter(Limit(count=1000, seconds=1, burst=10))
    widest = 0
    for number in range(20_000):
        getattr(meter, count)(f"name-{number}", START + number * 1_000_000)
        widest = max(widest, len(meter))
    assert widest <= 64


def test_busy_names_are_all_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits_module, "_SWEEP_AT", 64)
    meter = Meter(Limit(count=1, seconds=60, burst=1))
    for number in range(500):
        assert meter.take(f"name-{number}", START) == 0
    assert len(meter) == 500
    assert all(meter.take(f"name-{number}", START) for number in range(500))


# Requests of callers.


def test_a_facility_is_limited_to_the_exact_count() -> None:
    gate, _ = request_limits(facility=Limit(count=10, seconds=1, burst=25))
    for _ in range(25):
        gate.admit(caller(), START)
    assert refusal(gate.admit, caller(), START) == ("access.too-many-requests", 1)
    gate.admit(caller("other"), START)
    gate.admit(caller(), START + SECOND // 10)
    assert refusal(gate.admit, caller(), START + SECOND // 10)[0] == "access.too-many-requests"


def test_all_together_are_limited_to_the_exact_count() -> None:
    gate, _ = request_limits(overall=Limit(count=10, seconds=1, burst=25))
    for number in range(25):
        gate.admit(caller(f"clinic-{number}"), START)
    assert refusal(gate.admit, caller("late"), START) == ("access.too-many-requests", 1)
    gate.admit(caller("late"), START + SECOND // 10)


def test_a_refused_request_costs_neither_the_facility_nor_the_rest() -> None:
    narrow = Limit(count=1, seconds=10, burst=2)
    gate, _ = request_limits(facility=narrow, overall=Limit(count=1, seconds=10, burst=3))
    gate.admit(caller(), START)
    gate.admit(caller(), START)
    for _ in range(50):
        refusal(gate.admit, caller(), START)
    gate.admit(caller("other"), START)
    for _ in range(50):
        assert refusal(gate.admit, caller("third"), START) == ("access.too-many-requests", 10)
    gate.admit(caller("third"), START + 10 * SECOND)


def test_two_clients_of_one_facility_share_its_limit() -> None:
    gate, _ = request_limits(facility=Limit(count=1, seconds=1, burst=2))
    gate.admit(caller("1310112345", "desk"), START)
    gate.admit(caller("1310112345", "ward"), START)
    assert refusal(gate.admit, caller("1310112345", "desk"), START)[0] == "access.too-many-requests"


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, SECOND // 2)), max_size=120))
def test_both_limits_hold_together(steps: list[tuple[str, int]]) -> None:
    facility, overall = Limit(count=2, seconds=1, burst=3), Limit(count=3, seconds=1, burst=4)
    gate, _ = request_limits(facility, overall)
    now, passed = START, list[tuple[str, int]]()
    for name, wait in steps:
        now += wait
        try:
            gate.admit(caller(name), now)
        except Problem:
            continue
        passed.append((name, now))
    for limit, names in ((overall, "abc"), (facility, "a"), (facility, "b"), (facility, "c")):
        times = [at for name, at in passed if name in names]
        for first, since in enumerate(times):
            for count, until in enumerate(times[first:], 1):
                assert count <= limit.burst + -(-(until - since + 1) // limit.interval_ns) - 1


# Bursts of not-found.

FEW = Limit(count=2, seconds=60, burst=5)


def ask_in_vain(gate: RequestLimits, now: int, name: str = "clinic") -> bool:
    """One question about nobody; whether "not found" was answered."""
    try:
        gate.admit_question(caller(name), "number", now)
        gate.not_found(caller(name), "number", now)
    except Problem as problem:
        if problem.code != "access.not-found-burst":
            raise
        return False
    return True


def test_exactly_so_many_are_told_that_nobody_is_there() -> None:
    gate, reported = request_limits(not_found=FEW)
    assert sum(ask_in_vain(gate, START) for _ in range(50)) == 5
    assert reported == [NotFoundBurst("clinic", "clinic", 30)]
    assert refusal(gate.admit_question, caller(), "number", START) == ("access.not-found-burst", 30)
    gate.admit_question(caller("other"), "number", START)
    gate.admit(caller(), START)  # whatever is not asked by number goes on


def test_then_one_for_each_interval() -> None:
    gate, reported = request_limits(not_found=FEW)
    for _ in range(5):
        ask_in_vain(gate, START)
    assert refusal(gate.admit_question, caller(), "number", START + 30 * SECOND - 1) == (
        "access.not-found-burst",
        1,
    )
    assert [ask_in_vain(gate, START + 30 * SECOND) for _ in range(3)] == [True, False, False]
    assert [ask_in_vain(gate, START + 60 * SECOND) for _ in range(3)] == [True, False, False]
    assert len(reported) == 3


def test_found_people_do_not_count() -> None:
    gate, reported = request_limits(not_found=FEW)
    for _ in range(4):
        assert ask_in_vain(gate, START)
    for _ in range(1000):
        gate.admit_question(caller(), "number", START)
    assert ask_in_vain(gate, START)
    assert not ask_in_vain(gate, START)
    assert len(reported) == 1


def test_after_a_rest_the_whole_burst_is_there_again() -> None:
    gate, _ = request_limits(not_found=FEW)
    for start in (START, START + 150 * SECOND):
        assert sum(ask_in_vain(gate, start) for _ in range(20)) == 5


def test_asking_many_at_the_same_time_gains_nothing() -> None:
    gate, reported = request_limits(not_found=FEW)
    on_their_way = 1000
    for _ in range(on_their_way):
        gate.admit_question(caller(), "number", START)
    for _ in range(5):
        gate.not_found(caller(), "number", START)
    for withheld in range(1, on_their_way - 5 + 1):
        told = refusal(gate.not_found, caller(), "number", START)
        assert told == ("access.not-found-burst", (withheld + 1) * 30)
    assert len(reported) == 1
    # The other 995 are a debt of 30 seconds each.
    assert refusal(gate.admit_question, caller(), "number", START) == (
        "access.not-found-burst",
        (1000 - 5 + 1) * 30,
    )
    assert refusal(gate.admit_question, caller(), "number", START + 995 * 30 * SECOND) == (
        "access.not-found-burst",
        30,
    )
    assert ask_in_vain(gate, START + 996 * 30 * SECOND)


@given(st.lists(st.tuples(st.integers(0, 90 * SECOND), st.integers(1, 12)), max_size=40))
def test_no_span_ever_tells_more_than_promised(steps: list[tuple[int, int]]) -> None:
    gate, _ = request_limits(not_found=FEW)
    now, told = START, list[int]()
    for wait, at_once in steps:
        now += wait
        under_way = 0
        for _ in range(at_once):
            try:
                gate.admit_question(caller(), "number", now)
            except Problem:
                break
            under_way += 1
        for _ in range(under_way):
            try:
                gate.not_found(caller(), "number", now)
            except Problem:
                continue
            told.append(now)
    for first, since in enumerate(told):
        for count, until in enumerate(told[first:], 1):
            assert count <= FEW.burst + -(-(until - since + 1) // FEW.interval_ns) - 1


def test_numbers_and_cards_of_nobody_are_counted_each_for_themselves() -> None:
    gate, reported = request_limits(not_found=FEW)
    for _ in range(5):
        gate.not_found(caller(), "certificate", START)

    assert refusal(gate.admit_question, caller(), "certificate", START) == ("access.not-found-burst", 30)
    gate.admit_question(caller(), "number", START)
    gate.not_found(caller(), "number", START)
    assert len(reported) == 1


def test_the_default_limits_are_the_documented_ones_and_leave_room_for_the_nation() -> None:
    plain = Limits()
    assert (
        f"`bulk_not_found_percent` | numbers of nobody in a list | {plain.bulk_not_found_percent} % of"
        in PAGE
    )
    for name in Limits.__struct_fields__:
        limit = getattr(plain, name)
        if not isinstance(limit, Limit):
            continue
        span = {1: "a second", 60: "a minute"}.get(limit.seconds, f"in {limit.seconds} seconds")
        rate = f"{limit.count:,} {span}"
        assert re.search(rf"\| `{name}` \| [^|]+ \| {limit.burst:,} \| {rate} \|", PAGE), name
    assert plain.overall.count >= 3300


def test_a_limit_of_one_is_a_limit() -> None:
    one = {"count": 1, "seconds": 1, "burst": 1}
    assert msgspec.convert({"facility": one}, Limits).facility == Limit(1, 1, 1)


@pytest.mark.parametrize(
    "settings",
    [
        {"facility": {"count": 0, "seconds": 1, "burst": 1}},
        {"facility": {"count": 1, "seconds": 1}},
        {"other": {}},
    ],
)
def test_limits_that_mean_nothing_are_refused_as_settings(settings: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(settings, Limits)


def test_a_list_that_stays_beyond_is_reported_once_and_goes_on_after_its_pause() -> None:
    limits, reported = request_limits(not_found=Limit(count=1, seconds=10, burst=1))
    listed = Listed("clinic", "actor")
    assert limits.nobody_in_list(listed, START) == 0, "one more, as if it had been asked alone"

    assert limits.nobody_in_list(listed, START) == 10
    assert limits.nobody_in_list(listed, START) == 10
    assert [burst.metered_as for burst in reported] == ["clinic"]
    assert limits.list_pauses(listed, START + 9 * SECOND) == 1
    assert limits.list_pauses(listed, START + 10 * SECOND) == 0

    assert limits.nobody_in_list(listed, START + 10 * SECOND) == 0
    assert listed.nobody == 2
