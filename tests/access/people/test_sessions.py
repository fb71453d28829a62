"""Sessions: how they end, what of them is kept, and whose forms they take."""

import hashlib
from datetime import timedelta

import pytest

from kaihoken.access.people import Role, Sessions, digest_of
from kaihoken.access.people.account import new_account
from kaihoken.access.people.challenge import Challenges
from kaihoken.access.people.session import MOST_PER_ACCOUNT, Running
from kaihoken.access.people.terms import Ends, session_terms
from kaihoken.problems import Problem

from ..builders import Ticker
from .house import FACILITY, NOW

ENDS = Ends(idle_minutes=15, absolute_minutes=720)
HANAKO = new_account(Role.STAFF, FACILITY, "", "花子", 0)
TARO = new_account(Role.STAFF, FACILITY, "", "太郎", 0)


def test_a_session_ends_after_its_rest_to_the_second() -> None:
    ticks = Ticker()
    sessions = Sessions(ticks)
    cookie, session = sessions.begin(HANAKO, "a", ENDS)

    ticks.pass_seconds(15 * 60 - 1)
    assert sessions.find(cookie) is session  # and this is a use
    ticks.pass_seconds(15 * 60)
    assert sessions.find(cookie) is None
    assert len(sessions) == 0


def test_a_session_ends_however_busy_it_is() -> None:
    ticks = Ticker()
    sessions = Sessions(ticks)
    cookie, _ = sessions.begin(HANAKO, "a", ENDS)

    for _ in range(71):
        ticks.pass_seconds(600)
        assert sessions.find(cookie) is not None
    ticks.pass_seconds(600)

    assert sessions.find(cookie) is None


def test_only_the_hash_of_a_cookie_is_kept() -> None:
    sessions = Sessions(Ticker())
    cookie, session = sessions.begin(HANAKO, "a", ENDS)

    assert len(cookie) == 43
    assert session.digest == hashlib.sha256(cookie.encode()).digest() == digest_of(cookie)
    assert cookie not in repr(vars(sessions))
    assert cookie not in repr(session)


@pytest.mark.parametrize("cookie", ["", "x", "é" * 43, "A" * 43])
def test_a_cookie_of_nobody_finds_nobody(cookie: str) -> None:
    sessions = Sessions(Ticker())
    sessions.begin(HANAKO, "a", ENDS)

    assert sessions.find(cookie) is None


def test_a_new_session_ends_the_oldest_of_too_many() -> None:
    sessions = Sessions(Ticker())
    cookies = [sessions.begin(HANAKO, "a", ENDS)[0] for _ in range(MOST_PER_ACCOUNT + 1)]
    sessions.begin(TARO, "b", ENDS)

    assert sessions.find(cookies[0]) is None
    assert all(sessions.find(cookie) for cookie in cookies[1:])


def test_a_full_memory_refuses_until_some_have_ended() -> None:
    ticks = Ticker()
    sessions = Sessions(ticks, most=2)
    sessions.begin(HANAKO, "a", ENDS)
    ticks.pass_seconds(60)
    kept, _ = sessions.begin(TARO, "b", ENDS)
    with pytest.raises(Problem, match=r"access.busy"):
        sessions.begin(TARO, "b", ENDS)

    ticks.pass_seconds(14 * 60)
    sessions.begin(TARO, "b", ENDS)

    assert sessions.find(kept) is not None


def test_a_fresh_proof_gives_another_cookie_and_the_one_before_opens_nothing() -> None:
    sessions = Sessions(Ticker())
    other, _ = sessions.begin(HANAKO, "a", ENDS)
    cookie, session = sessions.begin(HANAKO, "a", ENDS)
    token = session.form_token("/x")

    again = sessions.prove(session)

    assert (sessions.find(cookie), sessions.find(again)) == (None, session)
    assert (len(sessions), len(sessions.of_account(HANAKO.account_id))) == (2, 2)
    assert session.form_token("/x") == token, "a form that waits on another page is still taken"
    assert sessions.find(other) is not None


def test_no_proof_wakes_a_session_that_has_ended() -> None:
    sessions = Sessions(Ticker())
    _, session = sessions.begin(HANAKO, "a", ENDS)
    sessions.end(session)

    with pytest.raises(Problem, match=r"access.sign-in-required"):
        sessions.prove(session)

    assert len(sessions) == 0


def test_ending_twice_is_no_error_and_ends_nobody_else() -> None:
    sessions = Sessions(Ticker())
    _, session = sessions.begin(HANAKO, "a", ENDS)
    other, _ = sessions.begin(TARO, "b", ENDS)

    sessions.end(session)
    sessions.end(session)
    assert sessions.of_account(HANAKO.account_id) == ()

    assert sessions.find(other) is not None


def test_somebodys_sessions_are_theirs_alone_with_their_times_and_looking_keeps_none_alive() -> None:
    ticks = Ticker()
    sessions = Sessions(ticks)
    cookie, first = sessions.begin(HANAKO, "a", ENDS)
    sessions.begin(TARO, "b", ENDS)
    ticks.pass_seconds(10 * 60)
    sessions.find(cookie)
    _, second = sessions.begin(HANAKO, "b", ENDS)
    ticks.pass_seconds(5 * 60)

    assert sessions.running(HANAKO.account_id) == (
        Running(first, timedelta(minutes=15), timedelta(minutes=5)),
        Running(second, timedelta(minutes=5), timedelta(minutes=5)),
    )
    ticks.pass_seconds(10 * 60 - 1)
    assert sessions.of_account(HANAKO.account_id) == (first, second)
    ticks.pass_seconds(1)
    assert sessions.of_account(HANAKO.account_id) == ()


def test_a_session_is_named_by_what_opens_nothing() -> None:
    sessions = Sessions(Ticker())
    cookies = [sessions.begin(HANAKO, "a", ENDS)[0] for _ in range(2)]
    ids = [one.session_id for one in sessions.of_account(HANAKO.account_id)]

    assert len({*ids, *cookies}) == 4
    assert [sessions.find(one) for one in ids] == [None, None]


def test_each_form_of_each_session_has_a_token_of_its_own() -> None:
    sessions = Sessions(Ticker())
    _, hanako = sessions.begin(HANAKO, "a", ENDS)
    _, taro = sessions.begin(TARO, "b", ENDS)

    tokens = {session.form_token(form) for session in (hanako, taro) for form in ("/x", "/y")}

    assert len(tokens) == 4
    assert hanako.form_token("/x") == hanako.form_token("/x")


@pytest.mark.parametrize("role", Role)
def test_every_role_has_its_ends(role: Role) -> None:
    ends = session_terms(NOW.date()).of(role)

    assert 0 < ends.idle_minutes <= 30
    assert ends.idle_minutes <= ends.absolute_minutes <= 12 * 60


def test_nobody_pushes_out_the_challenge_of_another_by_asking_often() -> None:
    challenges = Challenges(Ticker())
    mine = challenges.issue("sign-in", b"me", 180)
    for _ in range(20_000):
        challenges.issue("sign-in", b"a flood", 180)

    assert len(challenges) == 0  # nothing is kept of who only asks
    assert challenges.take(mine, "sign-in", b"me")


def test_a_challenge_that_was_answered_is_kept_until_it_ends() -> None:
    ticks = Ticker()
    challenges = Challenges(ticks)
    first, later = challenges.issue("sign-in", b"b", 180), challenges.issue("sign-in", b"b", 360)
    challenges.take(first, "sign-in", b"b")
    with pytest.raises(Problem, match=r"access.challenge-ended"):
        challenges.take(first, "sign-in", b"b")
    ticks.pass_seconds(180)
    with pytest.raises(Problem, match=r"access.challenge-ended"):
        challenges.take(first, "sign-in", b"b")
    challenges.take(later, "sign-in", b"b")

    assert len(challenges) == 1


def test_where_too_many_were_answered_nobody_signs_in_until_they_end() -> None:
    ticks = Ticker()
    challenges = Challenges(ticks, most_used=1)
    challenges.take(challenges.issue("sign-in", b"b", 180), "sign-in", b"b")
    waiting = challenges.issue("sign-in", b"b", 360)
    with pytest.raises(Problem, match=r"access.challenge-ended"):
        challenges.take(waiting, "sign-in", b"b")
    ticks.pass_seconds(180)

    assert challenges.take(waiting, "sign-in", b"b")


def test_a_challenge_of_another_hub_or_a_changed_one_is_none() -> None:
    ticks = Ticker()
    challenges, others = Challenges(ticks), Challenges(ticks)
    made = challenges.issue("sign-in", b"b", 180)
    changed = made[:-2] + ("A" if made[-2] != "A" else "B") + made[-1]
    for name in (others.issue("sign-in", b"b", 180), changed, "", "A", "=", made[:20]):
        with pytest.raises(Problem, match=r"access.challenge-ended"):
            challenges.take(name, "sign-in", b"b")

    assert challenges.take(made, "sign-in", b"b")
