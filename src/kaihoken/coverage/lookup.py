"""Under which keyed hashes a person is found, and where a question looks.

A place is (16-byte key, birth): `birth` is the ordinal of the birthdate for numbers, because 番号 repeats between
workplaces, and 0 for what is unique by itself.
"""

from collections.abc import Iterable
from datetime import date

from kaihoken.coverage.history import Assertion, Certificate, Coverage, Fact, ReferenceLink
from kaihoken.coverage.inquiry import CertificateInquiry, Inquiry, NumberInquiry, ReferenceInquiry
from kaihoken.identity import canonical_number, canonical_reference
from kaihoken.store import LookupKey

Place = tuple[bytes, int]

_NUMBER = b"N"
_CERTIFICATE = b"C"
_LINK = b"L"
_REFERENCE = b"R"
_TICKET = b"T"
UNIQUE = 0
"""Stands for the birth where there is none."""


def place_of_question(inquiry: Inquiry, lookup: LookupKey) -> Place:
    """Where a question looks. ValueError for one about a person who is known already."""
    if isinstance(inquiry, NumberInquiry):
        key = lookup(_NUMBER, inquiry.insurer.canonical, canonical_number(inquiry.number))
        return key, inquiry.birthdate.toordinal()
    if isinstance(inquiry, CertificateInquiry):
        return lookup(_CERTIFICATE, inquiry.issuer, inquiry.serial), UNIQUE
    if isinstance(inquiry, ReferenceInquiry):
        return place_of_reference(inquiry.facility, inquiry.reference_number, lookup)
    raise ValueError("who is asked about is known already")


def key_of_number(insurer_number: str, number: str, lookup: LookupKey) -> bytes:
    """The keyed hash under which a number stands with every birthdate that anybody has who has it."""
    return lookup(_NUMBER, insurer_number, canonical_number(number))


def places_of_fact(fact: Fact, lookup: LookupKey) -> tuple[Place, ...]:
    """Under which places a fact makes its person found; none for facts by which nobody is looked up."""
    if type(fact) is Coverage:
        by_number = key_of_number(fact.insurer_number, fact.number, lookup), fact.birthdate.toordinal()
        if not fact.tickets:
            return (by_number,)
        tickets = (place_of_tickets(ticket.facility, ticket.month, lookup) for ticket in fact.tickets)
        return by_number, *dict.fromkeys(tickets)
    if type(fact) is Certificate:
        return ((lookup(_CERTIFICATE, fact.issuer, fact.serial), UNIQUE),)
    if type(fact) is ReferenceLink:
        return (place_of_reference(fact.facility, fact.reference_number, lookup),)
    return ()


def place_of_tickets(facility: str, month: date, lookup: LookupKey) -> Place:
    """Under which place everybody stands who has a 医療券 of a facility for a month (its first day)."""
    return lookup(_TICKET, facility, f"{month:%Y%m}"), UNIQUE


def place_of_reference(facility: str, reference_number: str, lookup: LookupKey) -> Place:
    """Under which place a facility's own number for a patient stands: of each facility by itself."""
    return lookup(_REFERENCE, facility, canonical_reference(reference_number)), UNIQUE


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
        for place in places_of_fact(assertion.fact, lookup):
            places[place] = None
    return list(places)
