"""What the log keeps of a card at a reader: that it was proved or refused, where, for what and why. No certificate and
no serial is in it: a card is known again by a keyed hash, which says nothing without the hub's look-up key."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from kaihoken.audit import Entry
from kaihoken.card.presence.message import Bound
from kaihoken.card.presence.method import AnsweredBy, Method
from kaihoken.card.presence.proof import Findings, Proved
from kaihoken.store import LookupKey

CARD_PROVED: Final = "card.proved"
CARD_REFUSED: Final = "card.refused"
"""Kinds of records: a presence that was told to a terminal, one that was not."""

_CARD: Final = b"K"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One answer to a challenge, as its record names it: of which `client`, with a token of which `key`."""

    at: datetime
    client: str
    key: str
    bound: Bound
    challenge: str
    method: Method
    answered_by: AnsweredBy = AnsweredBy.PERSON


class _Record(msgspec.Struct, frozen=True, kw_only=True):
    """Members in alphabetical order: that is the canonical form of a body."""

    answered_by: str
    at: datetime
    by: str
    card: str  # keyed hash of issuer and serial, "" where the card was not read so far
    challenge: str
    client: str
    evidence: str  # SHA-256 of what the revocation rests on, "" where it was not asked
    key: str
    method: str
    problem: str  # why it was refused, "" where it was not
    purpose: str
    simulated: bool  # the terminal's word stands for 特定機関認証
    state: str  # where the certificate stood, "" where the card was refused
    terminal: str


def proved_entry(attempt: Attempt, proved: Proved, lookup: LookupKey) -> Entry:
    """The record of a card that was there."""
    found = Findings(proved.issuer, proved.serial, proved.evidence)
    return Entry(CARD_PROVED, _body(attempt, found, lookup, state=proved.state.value))


def refused_entry(attempt: Attempt, found: Findings, problem: str, lookup: LookupKey) -> Entry:
    """The record of a card that was refused, with the code of the problem."""
    return Entry(CARD_REFUSED, _body(attempt, found, lookup, problem=problem))


def _body(attempt: Attempt, found: Findings, lookup: LookupKey, problem: str = "", state: str = "") -> bytes:
    bound = attempt.bound
    card = "" if found.issuer is None else lookup(_CARD, found.issuer.known_as, str(found.serial)).hex()
    record = _Record(
        answered_by=attempt.answered_by.value,
        at=attempt.at,
        by=bound.facility,
        card=card,
        challenge=attempt.challenge,
        client=attempt.client,
        evidence=found.evidence,
        key=attempt.key,
        method=attempt.method.value,
        problem=problem,
        purpose=bound.purpose.value,
        simulated=attempt.method.attested,
        state=state,
        terminal=bound.terminal,
    )
    return msgspec.json.encode(record)
