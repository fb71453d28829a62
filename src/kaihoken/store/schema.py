"""The tables of a store.

Both engines hold the same values: whole numbers, text and bytes. An instant is whole milliseconds since 1970 UTC
(`instants`), a day is `date.toordinal()`: one form on both engines, so that a fetched row is equal whichever
engine it came from and no row pays for a conversion. SQLite tables are STRICT. A whole-number primary key is always
given: for None, SQLite alone would make one up.

`REVISIONS` lists every revision of the schema in order; the newest one is what this program writes. A change here
comes with a migration in `migrations/versions` (a test compares the two).
"""

from typing import Literal

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.sql.type_api import TypeEngine

from kaihoken.problems import Problem
from kaihoken.store.statements import POSTGRESQL, SQLITE

REVISIONS = ("0001", "0002", "0003", "0004")
NEWEST = REVISIONS[-1]

metadata = MetaData()


def is_older(revision: str) -> bool:
    """Whether a store of that revision can be brought forward by this program."""
    return revision in REVISIONS and revision != NEWEST


def require_newest(revision: str) -> None:
    """Refuses a store of another revision: `store.newer` for one this program does not know, or `store.older`."""
    if is_older(revision):
        raise Problem("store.older", found=revision, known=NEWEST)
    if revision != NEWEST:
        raise Problem("store.newer", found=revision, known=NEWEST)


Meta = dict[str, str]
"""The rows of `store_meta`."""

KEY_NOTE = "lookup_key_"
"""Begins the name of a row of `store_meta` that notes a version of the look-up key."""


def complete(meta: Meta) -> Meta:
    """What a store says of itself, if it says what it must. Problem `store.corrupt`."""
    if not meta.keys() >= {"purpose", "store_id"}:
        raise Problem("store.corrupt", where="store_meta")
    return meta


def creation(dialect: Literal["sqlite", "postgresql"]) -> list[str]:
    """The statements that make the tables of the newest revision, and the one where Alembic notes it."""
    engine = SQLITE if dialect == "sqlite" else POSTGRESQL
    return [
        *(str(CreateTable(table).compile(dialect=engine)) for table in metadata.sorted_tables),
        *(
            str(CreateIndex(index).compile(dialect=engine))
            for table in metadata.sorted_tables
            for index in table.indexes
        ),
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
        " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))",
    ]


def _whole() -> TypeEngine[int]:
    return BigInteger().with_variant(Integer(), "sqlite")


def _table(name: str, *parts: Column[int] | Column[str] | Column[bytes] | PrimaryKeyConstraint) -> Table:
    return Table(name, metadata, *parts, sqlite_strict=True)


# What the store is: purpose ('demo' | 'production'), store_id, created; other rooms add theirs (log_id, ...).
store_meta = _table(
    "store_meta",
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

# The truth: what insurers said, appended and never changed. `supersedes` is the ordinal of the assertion it replaces.
assertion = _table(
    "assertion",
    Column("person_no", _whole(), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("subject", Integer, nullable=False),
    Column("commit_seq", _whole(), nullable=False),
    Column("recorded_at", _whole(), nullable=False),  # instant
    Column("source", Text, nullable=False),
    Column("supersedes", Integer),
    Column("valid_from", Integer, nullable=False),  # day
    Column("valid_to", Integer),  # day, half-open
    Column("body", LargeBinary, nullable=False),  # pack_assertion
    PrimaryKeyConstraint("person_no", "ordinal"),
)

# The projection: one packed history per person, written in the transaction that appends to the truth.
person = _table(
    "person",
    Column("person_no", _whole(), primary_key=True, autoincrement=False),
    Column("person_id", LargeBinary, nullable=False, unique=True),  # 16 random bytes
    Column("packed", LargeBinary, nullable=False),  # pack_history
)

# From the keyed hash of a number or certificate to the person. Several rows may share a key: `birth` (a day, 0 for
# certificates) narrows the fetch, and the full fields are compared after it.
lookup = Table(
    "lookup",
    metadata,
    Column("key", LargeBinary, nullable=False),  # 16 bytes, see keys.LookupKey
    Column("birth", Integer, nullable=False),
    Column("person_no", _whole(), nullable=False),
    Column("key_version", Integer, nullable=False),
    Column("normalisation_version", Integer, nullable=False),
    PrimaryKeyConstraint("key", "birth", "person_no"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
_BORN = text("birth > 0")
Index("lookup_by_birth", lookup.c.birth, sqlite_where=_BORN, postgresql_where=_BORN)  # see coverage.failure

# Answers already given, by whom they were asked and under which key (see idempotency).
idempotency = _table(
    "idempotency",
    Column("actor", Text, nullable=False),
    Column("key_hash", LargeBinary, nullable=False),
    Column("request_hash", LargeBinary, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("created_at", _whole(), nullable=False, index=True),  # instant
    PrimaryKeyConstraint("actor", "key_hash"),
)

# Who may speak to the hub (access): facilities, insurers, operators and their public keys.
client = _table(
    "client",
    Column("client_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("keys", Text, nullable=False),  # JSON: each public key with its status (access.client_table)
    Column("scopes", Text, nullable=False),  # separated by spaces
    Column("status", Text, nullable=False),
    Column("created_at", _whole(), nullable=False),  # instant
)

# The log (audit): one row per commit batch, with what its signed head says; bodies apart, so that they can be
# destroyed while the hashes stay; full tiles of the tree, 256 hashes each (docs/audit.md).
log_batch = _table(
    "log_batch",
    Column("seq", _whole(), primary_key=True, autoincrement=False),
    Column("at_ms", _whole(), nullable=False, index=True),
    Column("batch_root", LargeBinary, nullable=False),
    Column("tree_root", LargeBinary, nullable=False),
    Column("leaves", LargeBinary, nullable=False),  # 32 bytes per record
    Column("key_id", Text, nullable=False),
    Column("signature", LargeBinary, nullable=False),
)
log_body = _table(
    "log_body",
    Column("seq", _whole(), primary_key=True, autoincrement=False),
    Column("bodies", LargeBinary, nullable=False),  # packed salts and records, see audit.batch
)
log_tile = _table(
    "log_tile",
    Column("level", Integer, nullable=False),
    Column("position", _whole(), nullable=False),
    Column("hashes", LargeBinary, nullable=False),
    Column("root", LargeBinary, nullable=False),
    PrimaryKeyConstraint("level", "position"),
)
Index(
    "log_tile_root", log_tile.c.level, log_tile.c.position, log_tile.c.root
)  # roots without the hashes below them

# Which limit a facility saw last of a person (coverage.limits_shown): one row for each two that met.
limit_shown = Table(
    "limit_shown",
    metadata,
    Column("facility", Text, nullable=False),
    Column("person", LargeBinary, nullable=False),  # 16 random bytes
    Column("digests", LargeBinary, nullable=False),  # 16 bytes for each coverage that was shown
    Column("commit_seq", _whole(), nullable=False),
    PrimaryKeyConstraint("facility", "person"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

# 一括照会 (coverage.bulk): one row per job, the parts of its list that wait to be answered, the parts of its results.
# A part of a list goes in the transaction that writes its results; all of a job goes when its results are forgotten.
bulk_job = _table(
    "bulk_job",
    Column("number", Text, primary_key=True),  # 受付番号
    Column("kind", Text, nullable=False),
    Column("carrier", Text, nullable=False),  # json | oqs
    Column("state", Text, nullable=False, index=True),
    Column("facility", Text, nullable=False, index=True),
    Column("client", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("about", LargeBinary, nullable=False),  # JSON: what a kind needs to know beside its rows
    Column("same", LargeBinary, nullable=False, index=True),  # by what a repeat of the request is known
    Column("list_hash", LargeBinary, nullable=False),
    Column("arrived_at", _whole(), nullable=False),  # instant
    Column("parts", Integer, nullable=False),
    Column("items", Integer, nullable=False),
    Column("parts_answered", Integer, nullable=False),
    Column("normal", Integer, nullable=False),
    Column("errors", Integer, nullable=False),
    Column("nobody", Integer, nullable=False),  # of the normal ones: numbers that nobody has
    Column("problem", Text, nullable=False),  # why it was refused as a whole, or ""
    Column("ended_at", _whole()),  # instant
)
bulk_list = _table(
    "bulk_list",
    Column("number", Text, nullable=False),
    Column("part", Integer, nullable=False),
    Column("first_line", Integer, nullable=False),
    Column("items", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),  # lines, compressed
    PrimaryKeyConstraint("number", "part"),
)
bulk_result = _table(
    "bulk_result",
    Column("number", Text, nullable=False),
    Column("part", Integer, nullable=False),
    Column("items", Integer, nullable=False),
    Column("commit_seq", _whole(), nullable=False),
    Column("body", LargeBinary, nullable=False),  # lines, compressed
    PrimaryKeyConstraint("number", "part"),
)

# People (access.people): who may sign in, by what, who was invited, who may act for whom. Each row is what its last
# record in the log says (`kaihoken store check`).
account = _table(
    "account",
    Column("account_id", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("organisation", Text, nullable=False),
    Column("person", Text, nullable=False, index=True),  # the person's id in hexadecimal, "" for staff
    Column("name", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("created_ms", _whole(), nullable=False),  # instant
)
Index("account_by_organisation", account.c.organisation, account.c.person)
authenticator = _table(
    "authenticator",
    Column("authenticator_id", Text, primary_key=True),
    Column("account_id", Text, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("public", LargeBinary, nullable=False),
    Column("counter", _whole(), nullable=False),
    Column("status", Text, nullable=False),
    Column("created_ms", _whole(), nullable=False),  # instant
    Column("used_ms", _whole(), nullable=False),  # instant
)
invitation = _table(
    "invitation",
    Column("code_hash", LargeBinary, primary_key=True),
    Column("account_id", Text, nullable=False, index=True),
    Column("made_by", Text, nullable=False),
    Column("ends_ms", _whole(), nullable=False),  # instant
    Column("status", Text, nullable=False),
    Column("created_ms", _whole(), nullable=False),  # instant
)
proxy = _table(
    "proxy",
    Column("proxy_id", Text, primary_key=True),
    Column("person", Text, nullable=False, index=True),
    Column("agent", Text, nullable=False, index=True),
    Column("scopes", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("document", Text, nullable=False),
    Column("first_day", Integer, nullable=False),  # day
    Column("last_day", Integer, nullable=False),  # day
    Column("given_by", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("created_ms", _whole(), nullable=False),  # instant
)

# Where the log says something of a person (audit.person_index): made from the log and behind it, up to `until` batches.
log_person = Table(
    "log_person",
    metadata,
    Column("person", LargeBinary, nullable=False),  # 16 bytes
    Column("seq", _whole(), nullable=False),
    Column("place", Integer, nullable=False),
    PrimaryKeyConstraint("person", "seq", "place"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
log_indexed = _table(
    "log_indexed",
    Column("name", Text, primary_key=True),
    Column("until", _whole(), nullable=False),
)
# Consents as they were given, and the end of each of their items: rows are added, never changed (consent).
consent = _table(
    "consent",
    Column("consent_id", LargeBinary, primary_key=True),  # 16 random bytes
    Column("person_id", LargeBinary, nullable=False),
    Column("facility", Text, nullable=False),
    Column("care", Text, nullable=False),
    Column("items", Text, nullable=False),  # in order, separated by spaces
    Column("means", Text, nullable=False),
    Column("given_at", _whole(), nullable=False),  # instant
    Column("alive_until", _whole()),  # instant; none while care lasts
    Column("examined_on", Integer, nullable=False),  # day
    Column("staff", Text, nullable=False),
    Column("spoken_at", _whole()),  # instant
    Column("commit_seq", _whole(), nullable=False),
)
Index("consent_by_person", consent.c.person_id, consent.c.facility)
Index("consent_by_giving", consent.c.facility, consent.c.care, consent.c.given_at)
Index("consent_by_examination", consent.c.facility, consent.c.care, consent.c.examined_on)
Index("consent_by_commit", consent.c.commit_seq)
consent_end = _table(
    "consent_end",
    Column("consent_id", LargeBinary, nullable=False),
    Column("item", Text, nullable=False),
    Column("ended_at", _whole(), nullable=False),  # instant
    Column("reason", Text, nullable=False),
    Column("commit_seq", _whole(), nullable=False),
    PrimaryKeyConstraint("consent_id", "item"),
)
Index("consent_end_by_commit", consent_end.c.commit_seq)

# What facilities have set for themselves (coverage.facility): one row for each that said anything, with what it had
# said before its last change, and who changed it when.
facility_setting = _table(
    "facility_setting",
    Column("facility", Text, primary_key=True),
    Column("said", Text, nullable=False),  # JSON
    Column("said_before", Text, nullable=False),  # JSON
    Column("changed_ms", _whole(), nullable=False),  # instant
    Column("client", Text, nullable=False),
)

# The month's public counts (coverage.statistics): what each finished day counted, over which batches, and the tables
# that were published, as they were.
statistics_day = Table(
    "statistics_day",
    metadata,
    Column("day", Integer, nullable=False),  # day
    Column("facility", Text, nullable=False),  # kind of facility
    Column("way", Text, nullable=False),
    Column("item", Text, nullable=False),  # "" for the answer itself
    Column("answers", _whole(), nullable=False),
    PrimaryKeyConstraint("day", "facility", "way", "item"),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
statistics_counted = _table(
    "statistics_counted",
    Column("day", Integer, primary_key=True, autoincrement=False),  # day
    Column("first_batch", _whole(), nullable=False),
    Column("stop_batch", _whole(), nullable=False),
)
statistics_month = _table(
    "statistics_month",
    Column("month", Text, primary_key=True),  # YYYY-MM
    Column("body", LargeBinary, nullable=False),  # JSON
)

# Participants of career programmes (workforce.careers): every version of each, sealed; the newest is what is known now.
career = _table(
    "career",
    Column("participant", LargeBinary, nullable=False),  # 16 random bytes
    Column("version", Integer, nullable=False),
    Column("key_version", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("commit_seq", _whole(), nullable=False),
    PrimaryKeyConstraint("participant", "version"),
)

# The system-failure mode (coverage.failure): how each facility was let in last, and its answers, until each is
# reported.
failure_mode = _table(
    "failure_mode",
    Column("facility", Text, primary_key=True),
    Column("opened_ms", _whole(), nullable=False),  # instant
    Column("until_ms", _whole(), nullable=False),  # instant
    Column("called_back_ms", _whole(), nullable=False),  # instant
    Column("staff", Text, nullable=False),
    Column("client", Text, nullable=False),
    Column("closed_ms", _whole()),  # instant
)
failure_answer = _table(
    "failure_answer",
    Column("facility", Text, nullable=False),
    Column("batch", _whole(), nullable=False),
    Column("answer_hash", Text, nullable=False),
    Column("answered_ms", _whole(), nullable=False),  # instant
    Column("reported_ms", _whole()),  # instant
    PrimaryKeyConstraint("facility", "batch", "answer_hash"),
)
