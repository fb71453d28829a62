"""A presence opens to the terminal that it was told to, for its purpose and consents, for a few minutes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.card.certificate import Issuer, Validity
from kaihoken.card.presence import Agreement, Bound, Method, Presence, Presences, Proved, agreed
from kaihoken.problems import Problem
from kaihoken.store import LookupKey

from ..papers import KNOWN_AS, a_root
from .cards import ROOTS, SECOND_KNOWN_AS, bound, trust

KEY = LookupKey(bytes(range(32)), 1, 1)
NEWER = LookupKey(bytes(range(1, 33)), 2, 1)
AT = datetime(2026, 11, 20, 3, tzinfo=UTC)
ENDS = AT + timedelta(minutes=5)
CHALLENGE = "0123456789abcdef" * 2
AGREED = agreed(["limit", "medicine"], "home", None, date(2026, 11, 21))
UNKNOWN = pytest.raises(Problem, match=r"^card\.presence-unknown( |$)")


def issuers() -> dict[str, Issuer]:
    return {issuer.known_as: issuer for issuer in trust().issuers}


def proved(method: Method = Method.PIN, state: Validity = Validity.GOOD, serial: int = 99_001_001) -> Proved:
    return Proved(issuers()[KNOWN_AS], serial, method, state, "e" * 64)


def presences(*keys: LookupKey) -> Presences:
    return Presences(keys or [KEY], trust())


def a_presence(one: Proved | None = None) -> str:
    return presences().seal(one or proved(), CHALLENGE, bound(), AGREED, ENDS)


@given(
    st.sampled_from(Method),
    st.sampled_from([Validity.GOOD, Validity.EXPIRES_SOON, Validity.IN_GRACE]),
    st.integers(1, (1 << 159) - 1),
)
def test_it_is_opened_as_it_was_sealed(method: Method, state: Validity, serial: int) -> None:
    text = a_presence(proved(method, state, serial))

    found = presences().open(text, bound(), AGREED, AT)

    assert found == Presence(KNOWN_AS, str(serial), method, state, CHALLENGE)


def test_asked_twice_it_is_the_same_also_after_a_restart() -> None:
    text = a_presence()

    assert presences().open(text, bound(), AGREED, AT) == presences().open(text, bound(), AGREED, AT)


@pytest.mark.parametrize(
    "other",
    [bound(facility="9910000015"), bound(terminal="reader-2"), bound(purpose="consent")],
)
def test_it_opens_nothing_elsewhere_or_for_something_else(other: Bound) -> None:
    with UNKNOWN:
        presences().open(a_presence(), other, AGREED, AT)


@pytest.mark.parametrize(
    "other",
    [
        Agreement(),
        agreed(["limit"], "home", None, date(2026, 11, 21)),
        agreed(["limit", "medicine", "disease"], "home", None, date(2026, 11, 21)),
        agreed(["limit", "medicine"], "online", None, date(2026, 11, 21)),
        agreed(["limit", "medicine"], "home", "card", date(2026, 11, 21)),
        agreed(["limit", "medicine"], "home", None, date(2026, 11, 22)),
    ],
)
def test_it_serves_no_other_consents_than_were_signed(other: Agreement) -> None:
    with pytest.raises(Problem, match=r"^card\.agreement-differs( |$)"):
        presences().open(a_presence(), bound(), other, AT)


def test_it_ends_to_the_second() -> None:
    text = a_presence()

    presences().open(text, bound(), AGREED, ENDS - timedelta(microseconds=1))
    with pytest.raises(Problem, match=r"^card\.presence-ended( |$)"):
        presences().open(text, bound(), AGREED, ENDS)


@pytest.mark.parametrize("place", [0, 40, 162])
def test_nobody_makes_one_up(place: int) -> None:
    text = a_presence()
    changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]

    for other in (changed, text[:-1], text + "A", "", "あ" * len(text), "*" * len(text)):
        with UNKNOWN:
            presences().open(other, bound(), AGREED, AT)


def test_a_root_that_is_pinned_no_more_opens_no_more() -> None:
    later = Presences([KEY], trust(ROOTS[1]))

    with UNKNOWN:
        later.open(a_presence(), bound(), AGREED, AT)


def test_an_authority_goes_by_its_key_and_takes_the_name_it_is_pinned_under() -> None:
    renamed = Presences([KEY], trust(a_root().root(SECOND_KNOWN_AS)))

    assert renamed.open(a_presence(), bound(), AGREED, AT).known_as == SECOND_KNOWN_AS


def test_it_goes_with_the_keys_of_a_rotation() -> None:
    text = a_presence()

    assert presences(NEWER, KEY).open(text, bound(), AGREED, AT).serial == "99001001"
    with UNKNOWN:
        presences(NEWER).open(text, bound(), AGREED, AT)


def test_what_it_holds_cannot_be_read() -> None:
    text = a_presence()

    assert len({a_presence(proved(serial=serial)) for serial in range(1, 9)}) == 8
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.")
    assert "99001001" not in text
