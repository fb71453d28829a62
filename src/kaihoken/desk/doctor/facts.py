"""What was found out about a desk. Values only: an edge gathers them, the checks decide over them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import msgspec

from kaihoken.desk.line import LineState
from kaihoken.desk.phones import Door
from kaihoken.problems import Problem


class Reach(StrEnum):
    """How far a question gets on its way to the hub."""

    NO_NETWORK = "no-network"  # this PC is in no network
    NO_NAME = "no-name"  # DNS does not know the name
    REFUSED = "refused"  # the machine is there, and nothing listens
    SILENT = "silent"  # nothing comes back
    PROXY = "proxy"  # the proxy does not let it through
    BROKEN = "broken"  # something comes back that is no answer
    PLAIN = "plain"  # it would travel in the clear to another machine: nothing was sent
    UNTRUSTED = "untrusted"  # the certificate does not hold: see `Way.distrust`
    ANSWERED = "answered"


class Distrust(StrEnum):
    """Why a certificate was not taken."""

    NONE = ""
    DATES = "dates"  # not yet, or no more
    AUTHORITY = "authority"  # of another CA
    NAME = "name"  # of another machine


@dataclass(frozen=True, slots=True)
class Certificate:
    """The certificate that a hub showed. `fingerprint` is its SHA-256 in hex."""

    issuer: str
    fingerprint: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One question (GET /ready) along the line. `date` is the hub's own clock, None where it is not to be trusted;
    `status` 0 where nobody answered who could be trusted."""

    host: str
    reach: Reach
    proxy: str = ""
    distrust: Distrust = Distrust.NONE
    certificate: Certificate | None = None
    status: int = 0
    is_hub: bool = True
    date: datetime | None = None
    seconds: float = 0.0


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """The hub's certificate as this desk remembers it. `early`: it came while the one before was good for long."""

    fingerprint: str
    issuer: str
    until: datetime
    since: datetime
    early: bool = False


class ReaderIs(StrEnum):
    """What cards are put on."""

    VIRTUAL = "virtual"
    PCSC = "pcsc"


@dataclass(frozen=True, slots=True)
class ReaderSeen:
    """The card reader. `problem` is what the system's card service said."""

    kind: ReaderIs
    count: int = 0
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class FolderSeen:
    """The folder of a レセコン. `missing` are those of req, res and face that are not there."""

    folder: str
    is_there: bool = True
    is_away: bool = False  # the share or drive does not answer
    missing: tuple[str, ...] = ()
    is_writable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that the checks decide over. None: it could not be looked at, or there is no such thing here.

    `safe` is what opening it said; `is_held` that a running desk has it (then the key and the enrolment are not looked
    at); `enrolled_at` the hub of the enrolment, "" without one; `asked` what the hub said to our key: "" for a token,
    else the code of the refusal; `authorities` what reading the CAs of the settings said."""

    now: datetime
    hub: str
    demo: bool = False
    free_bytes: int | None = None
    safe: Problem | None = None
    is_held: bool = False
    enrolled_at: str = ""
    authorities: Problem | None = None
    way: Way | None = None
    line: LineState | None = None
    known: Known | None = None
    asked: str | None = None
    reader: ReaderSeen | None = None
    roots: Problem | None = None
    has_roots: bool | None = None
    folder: FolderSeen | None = None
    phones: Door | None = None


def remembered(before: Known | None, shown: Certificate, now: datetime, early_days: int) -> Known:
    """What is remembered of the hub's certificate after one that was trusted."""
    if before is not None and before.fingerprint == shown.fingerprint:
        return before
    early = before is not None and (before.until - now).days > early_days
    return Known(
        fingerprint=shown.fingerprint, issuer=shown.issuer, until=shown.until, since=now, early=early
    )
