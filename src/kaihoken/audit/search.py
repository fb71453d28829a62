"""Searching the log: which records say something of a person, by a client, in a period. `kaihoken audit find`.

Every record that is found is hashed again, and its batch's leaves up to the batch root, so what is shown is what was
committed under the signed head. That the heads and the tree hold is `verification`'s work.
"""

import re
from collections.abc import AsyncIterator, Container, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

import msgspec

from kaihoken.audit import merkle
from kaihoken.audit.batch import Entry, entry_of, kind_line
from kaihoken.audit.log import Log, StoredBatch, chunks_of
from kaihoken.audit.retention import DESTROYED
from kaihoken.audit.turns import Turns
from kaihoken.identity import FacilityCode
from kaihoken.problems import Problem

KINDS = (
    "account.authenticator-added",
    "account.authenticator-removed",
    "account.authenticator-renamed",
    "account.disabled",
    "account.invited",
    "account.opened",
    "account.seen",
    "answers.forgotten",
    "bulk.answered",
    "bulk.fetched",
    "bulk.forgotten",
    "bulk.list-part",
    "bulk.received",
    "bulk.refused",
    "card.proved",
    "card.refused",
    "careers.counted",
    "careers.kept",
    "careers.listed",
    "careers.opened",
    "careers.resealed",
    "client.certificate-added",
    "client.certificate-disabled",
    "client.disabled",
    "client.enrolled",
    "client.key-added",
    "client.key-disabled",
    "client.key-exchanged",
    "consent.ended",
    "consent.given",
    "consent.refused",
    "consent.seen",
    "coverage.card-link",
    "coverage.reference",
    "coverage.registration",
    "eligibility.answer",
    "facility.settings",
    "failure-mode.closed",
    "failure-mode.opened",
    "failure-mode.reported",
    "keys.log-rotation",
    "keys.lookup-rotation",
    "log.created",
    "log.destroyed",
    "log.exported",
    "log.indexed",
    "log.recovered",
    "log.searched",
    "people.loaded",
    "people.slice",
    "person.log-view",
    "person.looked-up",
    "person.own-view",
    "statistics.counted",
    "statistics.published",
    "proxy.given",
    "proxy.revoked",
    "proxy.seen",
    "session.began",
    "session.confirmed",
    "session.ended",
)
"""Every kind of record that any room writes (docs/audit.md)."""

_BATCHES = 256  # read in one statement
_DESTROYED = kind_line(DESTROYED)
_PERSON = re.compile(r"[0-9a-f]{32}")
_CLIENT = re.compile(r"[a-z0-9][a-z0-9._-]{2,63}")
_decode = msgspec.json.Decoder(dict[str, object]).decode


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a record must say; "" is anything. `person` is found alone and among the people of a registration,
    `facility` as who asked, as whose client changed, and as where somebody works whose account or session it is; where
    a client alone is named (a registration), as one of its `clients`."""

    person: str = ""
    client: str = ""
    facility: str = ""
    kind: str = ""
    clients: frozenset[str] = frozenset()

    def fits(self, kind: str, body: Mapping[str, object]) -> bool:
        """Whether a record says all of it."""
        return (
            (not self.kind or kind == self.kind)
            and (not self.person or body.get("person") == self.person or self.person in _people(body))
            and (not self.client or self.client in (body.get("client"), body.get("client_id")))
            and (
                not self.facility
                or self.facility in (body.get("by"), body.get("code"), body.get("organisation"))
                or body.get("client") in self.clients
            )
        )


def wanted(person: str = "", client: str = "", facility: str = "", kind: str = "") -> Wanted:
    """What somebody looks for. Problem `audit.nothing_says_so` where no record can say it: that nothing is found would
    tell them nothing."""
    person = person.lower()
    if person and not _PERSON.fullmatch(person):
        raise _never("--person", "ID は 16 進で 32 桁です", "an id has 32 hexadecimal digits")
    if client and not _CLIENT.fullmatch(client):
        raise _never("--client", "a-z 0-9 . _ - の 3 から 64 文字です", "it has 3 to 64 of a-z 0-9 . _ -")
    if kind and kind not in KINDS:
        raise _never("--kind", f"種類は {'、'.join(KINDS)} です", f"the kinds are {', '.join(KINDS)}")
    try:
        code = FacilityCode.parse(facility).canonical if facility else ""
    except Problem as problem:
        raise _never("--facility", problem.title("ja"), problem.title("en")) from None
    return Wanted(person, client, code, kind)


def _never(option: str, form_ja: str, form_en: str) -> Problem:
    return Problem("audit.nothing_says_so", where=option, form_ja=form_ja, form_en=form_en)


@dataclass(frozen=True, slots=True)
class Match:
    """A record that was found, or (`sound` false) one that is not what its leaf says or cannot be read."""

    batch: int
    index: int
    at_ms: int
    kind: str
    body: Mapping[str, object]
    sound: bool
    leaf: bytes = b""  # what is hashed into the batch

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of what the record says was seen."""
        told = self.body.get("fields")
        return tuple(name for name in told if isinstance(name, str)) if isinstance(told, list) else ()

    def as_json(self) -> dict[str, object]:
        """The record whole, with its place: `kaihoken audit show` and its receipt start from there."""
        return {
            "batch": self.batch,
            "index": self.index,
            "at_ms": self.at_ms,
            "kind": self.kind,
            "sound": self.sound,
            "body": self.body,
        }


class KindReader:
    """Reads all records of some kinds, batch by batch, for what is held against them. `destroyed` says afterwards
    whether records of this log were destroyed, so that some may be missing."""

    def __init__(self, log: Log, *kinds: str) -> None:
        self._log = log
        self._kinds = kinds
        self._lines = tuple(kind_line(kind) for kind in kinds)
        self.destroyed = False

    async def batches(self, first: int, stop: int) -> AsyncIterator[tuple[int, list[Entry] | None]]:
        """The records of these kinds in each batch of first <= batch < stop that has any; None for a batch whose
        records cannot be read."""
        turns = Turns()
        for start in range(first, stop, _BATCHES):
            for seq, body in (await self._log.bodies(start, min(start + _BATCHES, stop))).items():
                self.destroyed = self.destroyed or _DESTROYED in body
                if self._holds(body):
                    entries = await self._entries(seq, body)
                    yield seq, entries
                    await turns.after(len(entries or ()))

    def _holds(self, stored: bytes) -> bool:
        # JSON has no bare line feed: but for a kind that ends alike no other record holds the first line of one.
        return any(line in stored for line in self._lines)

    async def _entries(self, seq: int, body: bytes) -> list[Entry] | None:
        try:
            chunks = chunks_of(await self._log.batch(seq), body)
            entries = [entry_of(chunk) for chunk in chunks if self._holds(chunk)]
        except ValueError:
            return None
        except Problem as problem:
            if not problem.code.startswith("audit."):
                raise
            return None
        return [entry for entry in entries if entry.kind in self._kinds]


class Search:
    """One pass over some batches. The counts stand when it is over."""

    def __init__(self, log: Log, wanted: Wanted) -> None:
        self._log = log
        self._wanted = wanted
        self.read = 0
        self.found = 0
        self.destroyed = 0
        self.damaged = 0

    async def matches(
        self, first: int, stop: int, only: Container[int] | None = None
    ) -> AsyncIterator[Match]:
        """The records in first <= batch < stop that fit, in the order of the log, and all that is damaged there; `only`
        at some places of a batch, where it is known that they stand there. Others have their turn meanwhile."""
        turns = Turns()
        for start in range(first, stop, _BATCHES):
            end = min(start + _BATCHES, stop)
            bodies = await self._log.bodies(start, end)
            for seq in range(start, end):
                try:
                    batch = await self._log.batch(seq)
                    chunks = chunks_of(batch, bodies.get(seq))
                except Problem as problem:
                    if not problem.code.startswith("audit."):
                        raise
                    self.damaged += 1
                    yield Match(seq, 0, 0, problem.code, {}, sound=False)
                    continue
                if only is not None:
                    chunks = [chunk if place in only else b"" for place, chunk in enumerate(chunks)]
                for match in self._in_batch(batch, chunks):
                    yield match
                await turns.after(len(chunks))

    def _in_batch(self, batch: StoredBatch, chunks: list[bytes]) -> Iterator[Match]:
        rooted = merkle.root(batch.leaves) == batch.head.batch_root
        for index, (chunk, leaf) in enumerate(zip(chunks, batch.leaves, strict=True)):
            if not chunk:
                self.destroyed += 1
                continue
            self.read += 1
            sound = rooted and sha256(b"\x00" + chunk).digest() == leaf
            try:
                entry = entry_of(chunk)
                kind, body = entry.kind, _decode(entry.body)
            except (ValueError, msgspec.DecodeError):
                kind, body, sound = "?", {}, False
            fits = self._wanted.fits(kind, body)
            if not sound:
                self.damaged += 1
            if fits or not sound:
                self.found += fits
                yield Match(batch.seq, index, batch.head.time_ms, kind, body, sound, leaf)


def _people(body: Mapping[str, object]) -> list[object]:
    people = body.get("people")
    return people if isinstance(people, list) else []
