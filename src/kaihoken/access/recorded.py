"""Whether the `client` table is what the log says of it: a part of `kaihoken store check`.

Every change of a client is a record beside the row that it wrote. A row that was changed by other means (a scope
added, a key exchanged) therefore differs from the last record about that client, and is told here. That the records
themselves stand as they were written is what `kaihoken audit verify` proves.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from kaihoken.access.client import Client
from kaihoken.access.client_table import Row, client_of, digest_of, rows_of
from kaihoken.audit import KindReader, log_of
from kaihoken.problems import Problem
from kaihoken.store import Finding, LookupKey, Note, Store, register_check

CHECK = "clients"

ENROLLED = "client.enrolled"
KEY_ADDED = "client.key-added"
KEY_DISABLED = "client.key-disabled"
KEY_EXCHANGED = "client.key-exchanged"
CERTIFICATE_ADDED = "client.certificate-added"
CERTIFICATE_DISABLED = "client.certificate-disabled"
DISABLED = "client.disabled"

_KINDS = (ENROLLED, KEY_ADDED, KEY_DISABLED, KEY_EXCHANGED, CERTIFICATE_ADDED, CERTIFICATE_DISABLED, DISABLED)


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the log keeps of a client with each change: who, with which rights, keys and certificates, changed by whom.
    Names stay out. `row` is the digest of the row that the change left (absent in records of earlier programs)."""

    by: str
    certificates: dict[str, str] = {}  # name to status
    client_id: str
    code: str
    keys: dict[str, str]  # key id to status
    kind: str
    row: str = ""
    scopes: list[str]
    status: str


def record_of(client: Client, by: str, row: str) -> Record:
    """The record of a change that left the client so, in a row of that digest."""
    return Record(
        by=by,
        certificates={one.name: one.status for one in client.certificates},
        client_id=client.client_id,
        code=client.code,
        keys={key.public.key_id: key.status for key in client.keys},
        kind=client.kind.value,
        row=row,
        scopes=sorted(scope.value for scope in client.scopes),
        status=client.status,
    )


async def check_clients(store: Store, _: Sequence[LookupKey] = ()) -> AsyncIterator[Finding | Note]:
    """Every client whose row is not what the log last recorded, is not recorded, or is gone; and every change between
    two records that no command makes."""
    read = _Read()
    rows: Mapping[str, Row] | None = None
    # Beside a hub that enrols: until nothing changed while the log was read. A row never comes back to what it was.
    while (now := await rows_of(store)) != rows:
        rows = now
        await _read_on(store, read)
    for told in read.told:
        yield told
    for client_id, row in rows.items():
        record = read.latest.get(client_id)
        if record is not None and (wrong := _differing(row, record)):
            yield _finding(
                client_id, "行がログの記録と違います", "the row is not what the log records", wrong
            )
    for client_id in sorted(read.latest.keys() - rows.keys()):
        yield _finding(client_id, "クライアントの行がなくなっています", "the row of this client is gone")
    unknown = sorted(rows.keys() - read.latest.keys())
    if read.destroyed and unknown:
        yield _note("記録が廃棄されていて確かめられません", "not compared: records were destroyed", unknown)
    elif unknown:
        for client_id in unknown:
            yield _finding(client_id, "ログにないクライアントです", "the log does not know this client")
    undigested = sorted(record.client_id for record in read.latest.values() if not record.row)
    if undigested:
        yield _note(
            "前の版の記録なので名称は確かめていません",
            "names not compared: records of an earlier program",
            undigested,
        )


@dataclass(slots=True)
class _Read:
    """What was read of the log so far."""

    latest: dict[str, Record] = field(default_factory=dict)
    told: list[Finding] = field(default_factory=list)
    destroyed: bool = False
    size: int = 0

    def take(self, kind: str, record: Record) -> None:
        """Take in the next record about a client."""
        before = self.latest.get(record.client_id)
        if before is not None and (wrong := _not_done_by(kind, before, record)):
            self.told.append(
                _finding(
                    record.client_id,
                    "どのコマンドもしない変更が記録のあいだにあります",
                    "changed between two records as no command does it",
                    wrong,
                )
            )
        self.latest[record.client_id] = record


async def _read_on(store: Store, read: _Read) -> None:
    """Read what was added to the log since."""
    log = await log_of(store)
    if log is None:
        return
    size, reader = await log.size(), KindReader(log, *_KINDS)
    async for seq, entries in reader.batches(read.size, size):
        try:
            if entries is None:
                raise msgspec.DecodeError
            for entry in entries:
                read.take(entry.kind, msgspec.json.decode(entry.body, type=Record))
        except msgspec.MsgspecError:
            read.told.append(Finding(CHECK, f"batch {seq}", "記録を読めません", "a record cannot be read"))
    read.destroyed = read.destroyed or reader.destroyed
    read.size = size


def _differing(row: Row, record: Record) -> list[str]:
    """The columns in which a row is not what a record says."""
    if record.row == digest_of(row):
        return []
    try:
        found = record_of(client_of(row), record.by, record.row)
    except Problem:
        return ["unreadable"]
    names = [name for name in Record.__struct_fields__ if getattr(found, name) != getattr(record, name)]
    # What no other member of a record says: the name, the mark of a demo key.
    return names or (["name, demo"] if record.row else [])


def _not_done_by(kind: str, before: Record, after: Record) -> list[str]:
    """What changed between two records of a client beside what that kind of change does: a row that was changed
    behind the program's back is taken for true by the next change, and stands in its record."""
    if kind == ENROLLED:
        return ["client_id"]  # one id is used once
    wrong = [name for name in ("code", "kind", "scopes") if getattr(before, name) != getattr(after, name)]
    if _moved(before.keys, after.keys) != _MOVED.get(kind, []):
        wrong.append("keys")
    if _moved(before.certificates, after.certificates) != _MOVED_CERTIFICATES.get(kind, []):
        wrong.append("certificates")
    if after.status != ("disabled" if kind == DISABLED else before.status):
        wrong.append("status")
    return wrong


_Moved = list[tuple[str | None, str | None]]
"""The status of a key or certificate before and after a change, of those that it changed."""


def _moved(before: Mapping[str, str], after: Mapping[str, str]) -> _Moved:
    moved = [
        (before.get(name), after.get(name))
        for name in before.keys() | after.keys()
        if before.get(name) != after.get(name)
    ]
    return sorted(moved, key=str)


_MOVED: Mapping[str, _Moved] = {
    KEY_ADDED: [(None, "active")],
    KEY_DISABLED: [("active", "disabled")],
    KEY_EXCHANGED: [("active", "disabled"), (None, "active")],
}
_MOVED_CERTIFICATES: Mapping[str, _Moved] = {
    CERTIFICATE_ADDED: [(None, "active")],
    CERTIFICATE_DISABLED: [("active", "disabled")],
}
"""What a kind of change does to the keys, and to the certificates."""


def _finding(client_id: str, japanese: str, english: str, columns: Sequence[str] = ()) -> Finding:
    said = f" ({', '.join(columns)})" if columns else ""
    return Finding(CHECK, f"client {client_id}", f"{japanese}{said}", f"{english}{said}")


def _note(japanese: str, english: str, client_ids: Sequence[str]) -> Note:
    said = f"{len(client_ids)}: {', '.join(client_ids)}"
    return Note(CHECK, f"{japanese} {said}", f"{english} {said}")


register_check(CHECK, check_clients)
