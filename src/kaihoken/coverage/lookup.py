"""Under which keyed hashes a person is found, and where a question looks.

A place is (16-byte key, birth): `birth` is the ordinal of the birthdate for numbers, because 番号 repeats between
workplaces, and 0 for what is unique by itself.
"""

from collections.abc import Iterable

from kaihoken.coverage.history import Assertion, Certificate, Coverage, Fact
from kaihoken.coverage.inquiry import Inquiry, NumberInquiry
from kaihoken.identity import canonical_number
from kaihoken.store import LookupKey

Place = tuple[bytes, int]

_NUMBER = b"N"
_CERTIFICATE = b"C"
_LINK = b"L"
UNIQUE = 0
"""Stands for the birth where there is none."""


def place_of_question(inquiry: Inquiry, lookup: LookupKey) -> Place:
    """Where a question looks."""
    if isinstance(inquiry, NumberInquiry):
        key = lookup(_NUMBER, inquiry.insurer.canonical, canonical_number(inquiry.number))
        return key, inquiry.birthdate.toordinal()
    return lookup(_CERTIFICATE, inquiry.issuer, inquiry.serial), UNIQUE


def place_of_fact(fact: Fact, lookup: LookupKey) -> Place | None:
    """Under which place a fact makes its person found; None for facts by which nobody is looked up."""
    if type(fact) is Coverage:
        key = lookup(_NUMBER, fact.insurer_number, canonical_number(fact.number))
        return key, fact.birthdate.toordinal()
    if type(fact) is Certificate:
        return lookup(_CERTIFICATE, fact.issuer, fact.serial), UNIQUE
    return None


def place_of_link(link: str, lookup: LookupKey) -> Place:
    """Under which place the person stands whom insurers register under this link."""
    return lookup(_LINK, link), UNIQUE


def places_of(assertions: Iterable[Assertion], lookup: LookupKey) -> list[Place]:
    """Every place at which a person of whom this was said is found: also by what was superseded or taken back, because
    questions about earlier knowledge look there. Each once, in the order in which it first came up."""
    places: dict[Place, None] = {}
    for assertion in assertions:
        if assertion.link:
            places[place_of_link(assertion.link, lookup)] = None
        place = place_of_fact(assertion.fact, lookup)
        if place is not None:
            places[place] = None
    return list(places)
