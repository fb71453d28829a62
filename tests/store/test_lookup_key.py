"""People are found under a keyed hash that nothing else shares."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.store import LookupKey

KEY = bytes(range(32))
parts = st.lists(st.one_of(st.text(max_size=20), st.binary(max_size=20)), max_size=4)
kinds = st.sampled_from([b"N", b"C", b"W", b"L"])


def spelled_out(kind: bytes, normalisation: int, version: int, given_parts: list[str | bytes]) -> bytes:
    """The message of the definition."""
    message = kind + normalisation.to_bytes(2, "big") + version.to_bytes(2, "big")
    for part in given_parts:
        raw = part.encode() if isinstance(part, str) else part
        message += len(raw).to_bytes(2, "big") + raw
    return message


@given(kinds, parts, st.integers(1, 300), st.integers(1, 300))
def test_it_is_the_hmac_of_the_definition(
    kind: bytes, given_parts: list[str | bytes], version: int, normalisation: int
) -> None:
    key = LookupKey(KEY, version, normalisation)

    twice = [key(kind, *given_parts), key(kind, *given_parts)]

    wanted = hmac.digest(KEY, spelled_out(kind, normalisation, version, given_parts), "sha256")[:16]
    assert twice == [wanted, wanted]


def test_a_known_value_stays_what_it_is() -> None:
    """A store's rows stand under these bytes: they may never change."""
    assert LookupKey(KEY, 1, 1)(b"N", "06123456", "12345678").hex() == "b84953c2c8101f7eda36a00b718d649f"


@given(kinds, parts, kinds, parts)
def test_two_questions_never_share_an_encoding(
    kind: bytes, some: list[str | bytes], other_kind: bytes, others: list[str | bytes]
) -> None:
    def raw(values: list[str | bytes]) -> list[bytes]:
        return [value.encode() if isinstance(value, str) else value for value in values]

    key = LookupKey(KEY, 1, 1)

    same = key(kind, *some) == key(other_kind, *others)

    assert same == ((kind, raw(some)) == (other_kind, raw(others)))


def test_versions_and_keys_do_not_meet() -> None:
    keys = [LookupKey(KEY, 1, 1), LookupKey(KEY, 2, 1), LookupKey(KEY, 1, 2), LookupKey(KEY[::-1], 1, 1)]

    assert len({key(b"N", "a", "b") for key in keys}) == 4


def test_the_fingerprint_tells_keys_apart_and_not_normalisations() -> None:
    one, again, other = LookupKey(KEY, 1, 1), LookupKey(KEY, 1, 2), LookupKey(KEY[::-1], 1, 1)

    assert one.fingerprint() == again.fingerprint() != other.fingerprint()
    assert LookupKey(KEY, 2, 1).fingerprint() != one.fingerprint()


@pytest.mark.parametrize("kind", [b"", b"NN", b"\0"])
def test_a_kind_is_one_byte(kind: bytes) -> None:
    with pytest.raises(ValueError, match="kind"):
        LookupKey(KEY, 1, 1)(kind, "a")


def test_a_key_is_thirty_two_bytes() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        LookupKey(b"short", 1, 1)


def test_a_part_that_has_no_length_is_refused() -> None:
    with pytest.raises(OverflowError):
        LookupKey(KEY, 1, 1)(b"N", "x" * 65_536)
