"""Bearer tokens: five minutes, kept only as hashes, gone at once when the key or the client is disabled."""

import base64
import hashlib
from dataclasses import replace

import pytest

from kaihoken.access import Caller, Kind, Scope
from kaihoken.access.token import LIFETIME_SECONDS, MOST_PER_CLIENT, MOST_TOKENS, Tokens
from kaihoken.problems import Problem

from .builders import SECOND, Ticker

CALLER = Caller(
    actor="clinic",
    kind=Kind.FACILITY,
    code="1310112345",
    scopes=frozenset({Scope.ELIGIBILITY_ASK}),
    key_id="key-1",
    metered_as="1310112345",
)


@pytest.fixture
def ticks() -> Ticker:
    return Ticker()


@pytest.fixture
def tokens(ticks: Ticker) -> Tokens:
    return Tokens(ticks, most_per_client=3, most=10)


def bearer(token: str) -> bytes:
    return b"Bearer " + token.encode()


def refusal(tokens: Tokens, authorization: bytes) -> str:
    with pytest.raises(Problem) as refused:
        tokens.authenticate(authorization)
    return refused.value.code


def lives(tokens: Tokens, token: str) -> bool:
    try:
        return tokens.authenticate(bearer(token)).actor != ""
    except Problem:
        return False


def test_a_token_is_32_random_bytes(tokens: Tokens) -> None:
    made = {tokens.issue(replace(CALLER, actor=f"clinic-{number}")) for number in range(10)}
    assert len(made) == 10
    assert {len(base64.urlsafe_b64decode(token + "=")) for token in made} == {32}


def test_it_names_its_caller(tokens: Tokens) -> None:
    token = tokens.issue(CALLER)
    assert tokens.authenticate(bearer(token)) is CALLER


@pytest.mark.parametrize("scheme", [b"Bearer ", b"bearer ", b"BEARER ", b"bEaReR ", b""])
def test_the_scheme_is_read_as_http_reads_it_and_may_be_left_out(tokens: Tokens, scheme: bytes) -> None:
    assert tokens.authenticate(scheme + tokens.issue(CALLER).encode()) is CALLER


@pytest.mark.parametrize(
    "scheme", [b"Basic ", b"Bearer", b" Bearer ", b"Bearer  ", b"Bearer x", b"x", b"BearerBearer "]
)
def test_other_schemes_are_refused(tokens: Tokens, scheme: bytes) -> None:
    assert refusal(tokens, scheme + tokens.issue(CALLER).encode()) == "access.token-refused"


def test_changed_tokens_are_refused(tokens: Tokens) -> None:
    token = tokens.issue(CALLER)
    for other in (token[:-1], token + "x", token[1:], "", token.swapcase(), token[::-1], token + " "):
        assert refusal(tokens, bearer(other)) == "access.token-refused"
    assert refusal(tokens, b"") == "access.token-missing"
    assert refusal(tokens, b"\xff" * 10_000) == "access.token-refused"


def test_it_lives_five_minutes_to_the_nanosecond(tokens: Tokens, ticks: Ticker) -> None:
    token = tokens.issue(CALLER)
    ticks.now += 300 * SECOND - 1
    assert tokens.authenticate(bearer(token)) is CALLER
    ticks.now += 1
    assert refusal(tokens, bearer(token)) == "access.token-refused"
    assert (LIFETIME_SECONDS, MOST_PER_CLIENT, MOST_TOKENS) == (300, 32, 500_000)  # docs/access.md


def test_only_its_hash_is_kept(tokens: Tokens) -> None:
    token = tokens.issue(CALLER)
    kept = repr(vars(tokens))
    assert repr(hashlib.sha256(token.encode()).digest()) in kept
    assert token not in kept
    assert base64.urlsafe_b64decode(token + "=").hex() not in kept
    assert repr(base64.urlsafe_b64decode(token + "="))[2:-1] not in kept


def test_no_refusal_repeats_the_token(tokens: Tokens, ticks: Ticker) -> None:
    token = tokens.issue(CALLER)
    ticks.pass_seconds(300)
    with pytest.raises(Problem) as refused:
        tokens.authenticate(bearer(token))
    problem = refused.value
    assert token not in repr(problem) + str(problem.as_rfc9457()) + str(problem.__cause__)


def test_a_client_holds_so_many_and_the_oldest_goes(tokens: Tokens, ticks: Ticker) -> None:
    other = tokens.issue(replace(CALLER, actor="other"))
    made = []
    for _ in range(5):
        ticks.pass_seconds(1)
        made.append(tokens.issue(CALLER))
    assert [lives(tokens, token) for token in made] == [False, False, True, True, True]
    assert lives(tokens, other)
    assert len(tokens) == 4


def test_one_token_each_works_too(ticks: Ticker) -> None:
    tokens = Tokens(ticks, most_per_client=1)
    first, second = tokens.issue(CALLER), tokens.issue(CALLER)
    assert (lives(tokens, first), lives(tokens, second), len(tokens)) == (False, True, 1)


def test_the_hub_holds_so_many_and_then_asks_to_wait(tokens: Tokens, ticks: Ticker) -> None:
    for number in range(10):
        tokens.issue(replace(CALLER, actor=f"clinic-{number}"))
        ticks.pass_seconds(1)
    with pytest.raises(Problem) as refused:
        tokens.issue(CALLER)
    assert (refused.value.code, refused.value.facts) == ("access.busy", {"retry_after": 291})
    ticks.pass_seconds(290)
    assert lives(tokens, tokens.issue(CALLER))


def test_expired_tokens_leave_the_memory(tokens: Tokens, ticks: Ticker) -> None:
    for round_ in range(100):
        for number in range(7):
            tokens.issue(replace(CALLER, actor=f"clinic-{round_}-{number}"))
        ticks.pass_seconds(300)
    tokens.issue(CALLER)
    assert len(tokens) == 1
    assert [len(table) for table in (tokens._live, tokens._by_expiry, tokens._by_client)] == [1, 1, 1]


def test_tokens_that_ended_early_leave_the_memory_in_their_time(tokens: Tokens, ticks: Ticker) -> None:
    for _ in range(10):
        tokens.issue(CALLER)
    tokens.end_client("clinic")
    assert (len(tokens), len(tokens._by_client), len(tokens._by_expiry)) == (0, 0, 10)
    ticks.pass_seconds(300)
    tokens.issue(CALLER)
    assert (len(tokens), len(tokens._by_client), len(tokens._by_expiry)) == (1, 1, 1)


def test_disabling_a_client_ends_its_tokens_at_once(tokens: Tokens) -> None:
    mine, other = tokens.issue(CALLER), tokens.issue(replace(CALLER, actor="other"))
    tokens.end_client("clinic")
    tokens.end_client("nobody")
    assert (lives(tokens, mine), lives(tokens, other)) == (False, True)


def test_disabling_a_key_ends_its_tokens_at_once(tokens: Tokens) -> None:
    first, second = tokens.issue(CALLER), tokens.issue(replace(CALLER, key_id="key-2"))
    elsewhere = tokens.issue(replace(CALLER, actor="other"))
    tokens.end_key("clinic", "key-1")
    tokens.end_key("nobody", "key-1")
    assert [lives(tokens, token) for token in (first, second, elsewhere)] == [False, True, True]


BOUND = replace(CALLER, bound_to="thumbprint-1")


@pytest.mark.parametrize(
    ("presented", "problem"),
    [("thumbprint-1", ""), ("thumbprint-2", "access.token-bound"), ("", "access.token-bound")],
)
def test_a_bound_token_opens_over_its_certificate_alone(tokens: Tokens, presented: str, problem: str) -> None:
    token = bearer(tokens.issue(BOUND))
    if not problem:
        assert tokens.authenticate(token, presented) is BOUND
        return
    with pytest.raises(Problem) as refused:
        tokens.authenticate(token, presented)
    assert refused.value.code == problem


def test_an_unbound_token_opens_nothing_where_binding_is_compulsory(ticks: Ticker) -> None:
    strict, lenient = Tokens(ticks, binding="required"), Tokens(ticks)
    refused, taken = bearer(strict.issue(CALLER)), bearer(lenient.issue(CALLER))
    for presented in ("", "thumbprint-1"):
        with pytest.raises(Problem, match=r"access\.token-unbound"):
            strict.authenticate(refused, presented)
        assert lenient.authenticate(taken, presented) is CALLER


def test_a_token_that_ends_with_its_certificate_does_not_outlive_it(tokens: Tokens, ticks: Ticker) -> None:
    short, long = bearer(tokens.issue(BOUND, 7)), bearer(tokens.issue(replace(BOUND, actor="other"), 10_000))
    ticks.pass_seconds(7)
    assert refusal(tokens, short) == "access.token-refused"
    assert tokens.authenticate(long, "thumbprint-1").actor == "other"
    ticks.pass_seconds(LIFETIME_SECONDS - 7)
    assert refusal(tokens, long) == "access.token-refused"


def test_tokens_whose_time_is_over_are_not_counted_as_ended(tokens: Tokens, ticks: Ticker) -> None:
    tokens.issue(CALLER)
    ticks.pass_seconds(LIFETIME_SECONDS)
    tokens.issue(CALLER)
    assert (len(tokens), tokens.ended) == (1, 0)

    tokens.end_client(CALLER.actor)

    assert len(tokens) == 0
    assert tokens.ended > 0


@pytest.mark.parametrize("live", [True, False], ids=["with a token", "whose token has run out"])
@pytest.mark.parametrize("what", ["client", "key"])
def test_who_was_shut_out_is_told_apart_from_who_has_no_token(
    tokens: Tokens, ticks: Ticker, what: str, live: bool
) -> None:
    tokens.end_client("clinic")
    tokens.issue(CALLER)
    since = tokens.ended
    if not live:
        ticks.pass_seconds(LIFETIME_SECONDS)
    for _ in range(4):
        tokens.issue(CALLER)  # the first one makes room
    tokens.end_key("clinic", "key-2")
    tokens.end_client("other")
    assert not tokens.is_shut_out(CALLER, since)

    if what == "client":
        tokens.end_client("clinic")
    else:
        tokens.end_key("clinic", "key-1")

    assert tokens.is_shut_out(CALLER, since)
    assert not tokens.is_shut_out(CALLER, tokens.ended)
