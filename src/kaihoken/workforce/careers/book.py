"""The book of named careers: sealed in the store, opened by role with a stated reason, and every opening on record.

Nothing of it can be read in the store: who a participant is, where they work and since when stand together under one
seal. A change and its record are one transaction of the log's one writer. Names leave `open_named` after the record of
the opening is durable; what leaves `counts` has no names, and is on record too.
"""

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Final, cast

import msgspec
from sqlalchemy import bindparam, func, insert, select

from kaihoken.access.people import Right, Role, may
from kaihoken.audit import Committer, Entry
from kaihoken.problems import Problem
from kaihoken.store import Store, Write, schema, statement
from kaihoken.workforce.careers.counting import PostCounts, counts
from kaihoken.workforce.careers.sealing import CareerKeys
from kaihoken.workforce.careers.terms import SmallCounts
from kaihoken.workforce.careers.timeline import Interruption, Timeline

KEPT: Final = "careers.kept"
OPENED: Final = "careers.opened"
RESEALED: Final = "careers.resealed"
LISTED: Final = "careers.listed"
COUNTED: Final = "careers.counted"

SHORTEST_REASON: Final = 8
"""In characters."""


@dataclass(frozen=True, slots=True)
class Opener:
    """Who asks: the id of the account (`BY_COMMAND` at the command line) and its role; for a PARTICIPANT the random key
    under which the book has them, which is the `person` of their account."""

    account: str
    role: Role
    participant: str = ""


class Career(msgspec.Struct, frozen=True, kw_only=True):
    """One participant. `participant` is a random key of 32 hexadecimal digits, `version` counts from 1. The days of the
    licence and of the beginning of clinical training, interruptions and duties done are for the accreditation."""

    participant: str = ""
    version: int = 0
    name: str
    contact: str = ""
    note: str = ""
    timeline: Timeline
    licensed_on: date | None = None
    residency_began: date | None = None
    interruptions: tuple[Interruption, ...] = ()
    duties: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Unnamed:
    """A participant without a name: the random key, the newest version, and the timeline."""

    participant: str
    version: int
    timeline: Timeline


class Kept(msgspec.Struct, frozen=True):
    """The record of a version that was kept, or sealed anew (`resealing`): `digest` SHA-256 of the sealed row. Members
    in alphabetical order."""

    account: str
    digest: str
    people: tuple[str, ...]
    role: str
    version: int


class _Opened(msgspec.Struct, frozen=True):
    account: str
    people: tuple[str, ...]
    reason: str
    role: str


class _Listed(msgspec.Struct, frozen=True):
    account: str
    lines: int
    role: str


class _Counted(msgspec.Struct, frozen=True):
    account: str
    first_year: int
    last_year: int
    lines: int
    role: str


_KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)

_table = schema.career
_ADD = statement("keep a career", insert(_table))
_newest = select(_table.c.participant, func.max(_table.c.version).label("version")).group_by(
    _table.c.participant
)
_NEWEST = _newest.subquery()
_ALL = statement(
    "read the newest of each career",
    select(_table.c.participant, _table.c.version, _table.c.key_version, _table.c.sealed)
    .join(_NEWEST, (_table.c.participant == _NEWEST.c.participant) & (_table.c.version == _NEWEST.c.version))
    .order_by(_table.c.participant),
)
_ONE = statement(
    "read the newest of one career",
    select(_table.c.participant, _table.c.version, _table.c.key_version, _table.c.sealed)
    .where(_table.c.participant == bindparam("participant"))
    .order_by(_table.c.version.desc())
    .limit(1),
)
_decoder = msgspec.json.Decoder(Career)


class CareerBook:
    """The book of one store."""

    def __init__(self, store: Store, committer: Committer, keys: CareerKeys) -> None:
        self._store = store
        self._committer = committer
        self._keys = keys

    async def keep(self, who: Opener, career: Career) -> Career:
        """Adds somebody (no `participant`), or what is known of them now: the version before it stays.

        Returns the career with its key and version. Problems: `workforce.career-role`, `store.conflict` (somebody else
        was quicker: the version given is not the newest), and those of store and log.
        """
        _require(who, Right.KEEP_CAREERS)
        key = career.participant or secrets.token_hex(16)
        kept = msgspec.structs.replace(career, participant=key, version=career.version + 1)
        sealed = self._keys.seal(msgspec.json.encode(kept), *words_of(self._store, key, kept.version))
        digest = sha256(sealed).hexdigest()
        record = Kept(who.account, digest, (key,), who.role.value, kept.version)
        row = (bytes.fromhex(key), kept.version, self._keys.newest, sealed)
        await self._committer.commit(
            [Entry(KEPT, msgspec.json.encode(record))], lambda seq: [Write(_ADD, [(*row, seq)])]
        )
        return kept

    async def succeeding(self, who: Opener, sign: str, career: Career) -> Career:
        """The career as the next version of who bears that random key; a new one where `sign` is no such key.

        Problems `workforce.career-role`, `workforce.career-unknown`.
        """
        _require(who, Right.KEEP_CAREERS)
        if _KEY.fullmatch(sign) is None:
            return career
        (newest,) = await self._read([sign])
        return msgspec.structs.replace(career, participant=sign, version=newest.version)

    async def open_named(
        self, who: Opener, reason: str, participants: Sequence[str] | None = None
    ) -> tuple[Career, ...]:
        """The careers of these participants, of all where None, with their names, once it is on record who opened
        whose and why.

        Problems: `workforce.career-role`; `workforce.career-reason` where it says nothing or holds a name (it goes
        into the log, which holds none); `workforce.career-unknown`; `workforce.career-sealed`; those of store and log.
        """
        _require_opening(who, participants)
        found = await self._read(participants)
        _check_reason(reason, found)
        opened = tuple(one.participant for one in found)
        record = _Opened(who.account, opened, reason.strip(), who.role.value)
        await self._committer.commit([Entry(OPENED, msgspec.json.encode(record))])
        return found

    async def listed(self, who: Opener) -> tuple[Unnamed, ...]:
        """Everybody without a name, in the order of their keys; on record before it leaves. For who may open them."""
        _require(who, Right.OPEN_CAREERS)
        found = await self._read(None)
        record = _Listed(who.account, len(found), who.role.value)
        await self._committer.commit([Entry(LISTED, msgspec.json.encode(record))])
        return tuple(Unnamed(one.participant, one.version, one.timeline) for one in found)

    async def counts(self, who: Opener, rule: SmallCounts, first_year: int, last_year: int) -> PostCounts:
        """People by hospital, department and fiscal year, small numbers hidden; on record before it leaves."""
        _require(who, Right.COUNT_CAREERS)
        made = counts((one.timeline for one in await self._read(None)), rule, first_year, last_year)
        record = _Counted(who.account, first_year, last_year, len(made.lines), who.role.value)
        await self._committer.commit([Entry(COUNTED, msgspec.json.encode(record))])
        return made

    async def _read(self, participants: Sequence[str] | None) -> tuple[Career, ...]:
        if participants is None:
            return tuple(self._unsealed(row) for row in await self._store.fetch(_ALL))
        rows = []
        for one in dict.fromkeys(participants):
            found = await self._store.fetch(_ONE, (_key_bytes(one),))
            if not found:
                raise Problem("workforce.career-unknown", where=one)
            rows += found
        return tuple(self._unsealed(row) for row in rows)

    def _unsealed(self, row: tuple[object, ...]) -> Career:
        key, version, key_version, sealed = cast("tuple[bytes, int, int, bytes]", row)
        words = words_of(self._store, key.hex(), version)
        return _decoder.decode(self._keys.unseal(key_version, sealed, *words))


def words_of(store: Store, participant: str, version: int) -> tuple[str, str, str]:
    """What the seal of a row is bound to."""
    return store.store_id, participant, str(version)


def _key_bytes(participant: str) -> bytes:
    try:
        return bytes.fromhex(participant)
    except ValueError:
        raise Problem("workforce.career-unknown", where="participant") from None


def _require(who: Opener, right: Right) -> None:
    if not may(who.role, right):
        raise Problem("workforce.career-role", role=who.role.value, right=right.value)


def _require_opening(who: Opener, participants: Sequence[str] | None) -> None:
    """Everybody's where the role may open; a participant's own and no other."""
    if may(who.role, Right.OPEN_CAREERS):
        return
    _require(who, Right.OWN_CAREER)
    if participants is None or not who.participant or set(participants) != {who.participant}:
        raise Problem("workforce.career-role", role=who.role.value, right=Right.OPEN_CAREERS.value)


def _check_reason(reason: str, careers: Iterable[Career]) -> None:
    plain = "".join(reason.split())
    named = any("".join(one.name.split()) in plain for one in careers if one.name.strip())
    if len(plain) < SHORTEST_REASON or named:
        raise Problem("workforce.career-reason", least=SHORTEST_REASON)
