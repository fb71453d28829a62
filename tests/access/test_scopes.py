"""Scopes: what a caller may do, and which kind of client may ever hold it."""

import pytest

from kaihoken.access import Caller, Kind, Scope, require
from kaihoken.access.scopes import HELD_BY, parse_scopes
from kaihoken.problems import Problem


@pytest.mark.parametrize("held", list(Scope))
@pytest.mark.parametrize("wanted", list(Scope))
def test_a_caller_passes_with_the_scope_and_with_no_other(held: Scope, wanted: Scope) -> None:
    caller = Caller("clinic", Kind.FACILITY, "1310112345", frozenset({held}), "key-1", "1310112345")
    if held is wanted:
        require(caller, wanted)
        return
    with pytest.raises(Problem) as refused:
        require(caller, wanted)
    assert (refused.value.code, refused.value.facts) == ("access.scope-missing", {"scope": wanted.value})


def test_a_caller_without_scopes_passes_nowhere() -> None:
    caller = Caller("clinic", Kind.FACILITY, "1310112345", frozenset(), "key-1", "1310112345")
    for scope in Scope:
        with pytest.raises(Problem):
            require(caller, scope)


def test_only_facilities_ask_and_facilities_never_register() -> None:
    may = {scope: {kind for kind in Kind if scope in HELD_BY[kind]} for scope in Scope}
    assert may == {
        Scope.ELIGIBILITY_ASK: {Kind.FACILITY},
        Scope.ELIGIBILITY_BULK: {Kind.FACILITY},
        Scope.OQS: {Kind.FACILITY},
        Scope.REFERENCES_WRITE: {Kind.FACILITY},
        Scope.REGISTRATIONS_WRITE: {Kind.INSURER, Kind.OPERATOR},
        Scope.REGISTRATIONS_MATCH: {Kind.OPERATOR},
        Scope.CONSENTS_READ: {Kind.FACILITY},
        Scope.CONSENTS_WRITE: {Kind.FACILITY},
        Scope.LOG_READ: {Kind.FACILITY, Kind.INSURER, Kind.OPERATOR},
        Scope.CLIENTS_WRITE: {Kind.OPERATOR},
        Scope.METRICS_READ: {Kind.OPERATOR},
    }


def test_scopes_are_read_from_their_words() -> None:
    assert parse_scopes(["oqs", "eligibility:ask"]) == {Scope.OQS, Scope.ELIGIBILITY_ASK}


@pytest.mark.parametrize("word", ["", "OQS", "oqs ", "admin", "eligibility"])
def test_other_words_are_refused_without_repeating_them(word: str) -> None:
    with pytest.raises(Problem) as refused:
        parse_scopes(["oqs", word])
    assert refused.value.code == "access.scope-unknown"
    assert "admin" not in str(refused.value.as_rfc9457())
