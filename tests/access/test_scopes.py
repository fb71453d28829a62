"""Scopes: what a caller may do, and which kind of client may ever hold it."""

import pytest

from kaihoken.access import Caller, Client, ClientKey, Kind, Scope, make_key, require
from kaihoken.access.client import checked
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
        Scope.FACILITY_SETTINGS: {Kind.FACILITY},
        Scope.LOG_READ: set(Kind),
        Scope.ELIGIBILITY_CLAIMS: {Kind.REVIEW},
        Scope.CLIENTS_WRITE: {Kind.OPERATOR},
        Scope.METRICS_READ: {Kind.OPERATOR},
        Scope.FAILURE_MODE_WRITE: {Kind.OPERATOR},
        Scope.OWN_KEY: set(),
    }


@pytest.mark.parametrize("kind", list(Kind))
def test_a_kind_is_enrolled_with_each_scope_it_may_hold_and_with_no_other(kind: Kind) -> None:
    code = {Kind.FACILITY: "1310112345", Kind.INSURER: "01130012", Kind.REVIEW: "213"}.get(kind, "")
    key = (ClientKey(make_key().public),)
    for scope in Scope:
        client = Client("client-1", kind, code, "架空の機関", key, frozenset({scope}))
        if scope in HELD_BY[kind]:
            assert checked(client) == client
        else:
            with pytest.raises(Problem, match=r"access\.client-invalid scopes"):
                checked(client)


@pytest.mark.parametrize("code", ["100", "101", "147", "201", "247"])
def test_a_review_organisation_is_known_by_its_sort_and_prefecture(code: str) -> None:
    key = (ClientKey(make_key().public),)
    client = Client("review-1", Kind.REVIEW, code, "架空の審査支払機関", key, frozenset({Scope.LOG_READ}))
    assert checked(client) == client


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        *((Kind.REVIEW, code) for code in ("", "200", "148", "300", "1", "0101", "１０１", "1310112345")),
        (Kind.AUDITOR, "101"),
        (Kind.OPERATOR, "101"),
    ],
)
def test_other_codes_are_refused(kind: Kind, code: str) -> None:
    key = (ClientKey(make_key().public),)
    with pytest.raises(Problem, match=r"access\.client-invalid code"):
        checked(Client("client-1", kind, code, "架空の機関", key, frozenset({Scope.LOG_READ})))


def test_scopes_are_read_from_their_words() -> None:
    assert parse_scopes(["oqs", "eligibility:ask"]) == {Scope.OQS, Scope.ELIGIBILITY_ASK}


@pytest.mark.parametrize("word", ["", "OQS", "oqs ", "admin", "eligibility"])
def test_other_words_are_refused_without_repeating_them(word: str) -> None:
    with pytest.raises(Problem) as refused:
        parse_scopes(["oqs", word])
    assert refused.value.code == "access.scope-unknown"
    assert "admin" not in str(refused.value.as_rfc9457())
