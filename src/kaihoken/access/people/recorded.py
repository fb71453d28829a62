"""Whether the tables of people are what the log says of them: a part of `kaihoken store check`.

Every change of an account, authenticator, invitation or proxy is a record beside the rows that it wrote, with the
digest of each. A row that was changed by other means (a role raised, a key exchanged, an end moved) differs from
the last record that names it, and is told here."""

from collections.abc import AsyncIterator, Mapping, Sequence

import msgspec

from kaihoken.access.people import account_table
from kaihoken.access.people.account import Account, Authenticator, Invitation
from kaihoken.access.people.account_table import Row
from kaihoken.access.people.proxy import Proxy
from kaihoken.audit import Entry, KindReader, log_of
from kaihoken.problems import Problem
from kaihoken.store import Finding, LookupKey, Note, Store, register_check

CHECK = "accounts"

INVITED = "account.invited"
OPENED = "account.opened"
DISABLED = "account.disabled"
SEEN = "account.seen"
AUTHENTICATOR_ADDED = "account.authenticator-added"
AUTHENTICATOR_REMOVED = "account.authenticator-removed"
AUTHENTICATOR_RENAMED = "account.authenticator-renamed"
SIGNED_IN = "session.began"
CONFIRMED = "session.confirmed"
SIGNED_OUT = "session.ended"
PROXY_GIVEN = "proxy.given"
PROXY_REVOKED = "proxy.revoked"
PROXY_SEEN = "proxy.seen"

KINDS = (
    INVITED,
    OPENED,
    DISABLED,
    SEEN,
    AUTHENTICATOR_ADDED,
    AUTHENTICATOR_REMOVED,
    AUTHENTICATOR_RENAMED,
    SIGNED_IN,
    CONFIRMED,
    SIGNED_OUT,
    PROXY_GIVEN,
    PROXY_REVOKED,
    PROXY_SEEN,
)


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What the log keeps of a change: whose account, changed by whom (an account id, or "command"), and the digest of
    each row that the change left. No name, no key. Members in alphabetical order."""

    account: str
    by: str
    organisation: str
    person: str
    role: str
    rows: dict[str, str]


def entry_of(kind: str, account: Account, by: str, rows: Sequence[Row], person: str = "") -> Entry:
    """The record of a change that left these rows. `person` where it is about somebody else than the account's own."""
    record = Record(
        account=account.account_id,
        by=by,
        organisation=account.organisation,
        person=person or account.person,
        role=account.role.value,
        rows={account_table.place_of(row): account_table.digest_of(row) for row in rows},
    )
    return Entry(kind, msgspec.json.encode(record, order="deterministic"))


async def check_accounts(store: Store, _: Sequence[LookupKey] = ()) -> AsyncIterator[Finding | Note]:
    """Every row of people that is not what the log last recorded, is not recorded, or is gone."""
    read = _Read()
    rows: Mapping[str, str] | None = None
    # Beside a hub: until nothing changed while the log was read.
    while (now := await _digests(store)) != rows:
        rows = now
        await read.on(store)
    for told in read.told:
        yield told
    for place, digest in rows.items():
        recorded = read.latest.get(place)
        if recorded is not None and recorded != digest:
            yield Finding(CHECK, place, "行がログの記録と違います", "the row is not what the log records")
    for place in sorted(read.latest.keys() - rows.keys()):
        yield Finding(CHECK, place, "行がなくなっています", "the row is gone")
    unknown = sorted(rows.keys() - read.latest.keys())
    if read.destroyed and unknown:
        yield Note(
            CHECK,
            f"記録が廃棄されていて確かめられません {len(unknown)}",
            f"not compared, records were destroyed: {len(unknown)}",
        )
        return
    for place in unknown:
        yield Finding(CHECK, place, "ログにない行です", "the log does not know this row")


class _Read:
    """What was read of the log so far: the latest digest of each row."""

    def __init__(self) -> None:
        self.latest: dict[str, str] = {}
        self.told: list[Finding] = []
        self.destroyed = False
        self._size = 0

    async def on(self, store: Store) -> None:
        """Read what was added to the log since."""
        log = await log_of(store)
        if log is None:
            return
        size, reader = await log.size(), KindReader(log, *KINDS)
        async for seq, entries in reader.batches(self._size, size):
            try:
                if entries is None:
                    raise msgspec.DecodeError
                for entry in entries:
                    self.latest.update(msgspec.json.decode(entry.body, type=Record).rows)
            except msgspec.MsgspecError:
                self.told.append(
                    Finding(CHECK, f"batch {seq}", "記録を読めません", "a record cannot be read")
                )
        self.destroyed = self.destroyed or reader.destroyed
        self._size = size


async def _digests(store: Store) -> dict[str, str]:
    """The digest of every row of people; of one that cannot be read, none that any record names."""
    digests: dict[str, str] = {}
    kinds: tuple[type[Row], ...] = (Account, Authenticator, Invitation, Proxy)
    for kind in kinds:
        try:
            rows = await account_table.every(store, kind)
        except Problem as problem:
            digests[problem.where] = "unreadable"
            continue
        digests.update({account_table.place_of(row): account_table.digest_of(row) for row in rows})
    return digests


register_check(CHECK, check_accounts)
