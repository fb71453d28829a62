"""What the whole hub keeps beside the answers of the first: see the tables of `schema` that are named here."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Each room that keeps something adds its tables here, as `schema` has them."""
    _bulk()
    _people()
    _who_looked()
    _consents()
    _facilities()
    _statistics()
    _places()


def _places() -> None:
    """Tickets and 照会番号 have places by which people are found: who holds the key makes them (`store.filling`)."""
    op.execute(
        "INSERT INTO store_meta (name, value) SELECT 'places_filled_until', '0' WHERE EXISTS (SELECT 1 FROM person)"
    )


def _bulk() -> None:
    op.create_table(
        "limit_shown",
        sa.Column("facility", sa.Text, nullable=False),
        sa.Column("person", sa.LargeBinary, nullable=False),
        sa.Column("digests", sa.LargeBinary, nullable=False),
        sa.Column("commit_seq", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("facility", "person"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "bulk_job",
        sa.Column("number", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("carrier", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False, index=True),
        sa.Column("facility", sa.Text, nullable=False, index=True),
        sa.Column("client", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("about", sa.LargeBinary, nullable=False),
        sa.Column("same", sa.LargeBinary, nullable=False, index=True),
        sa.Column("list_hash", sa.LargeBinary, nullable=False),
        sa.Column("arrived_at", WHOLE, nullable=False),
        sa.Column("parts", sa.Integer, nullable=False),
        sa.Column("items", sa.Integer, nullable=False),
        sa.Column("parts_answered", sa.Integer, nullable=False),
        sa.Column("normal", sa.Integer, nullable=False),
        sa.Column("errors", sa.Integer, nullable=False),
        sa.Column("nobody", sa.Integer, nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.Column("ended_at", WHOLE),
        sqlite_strict=True,
    )
    op.create_table(
        "bulk_list",
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("first_line", sa.Integer, nullable=False),
        sa.Column("items", sa.Integer, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("number", "part"),
        sqlite_strict=True,
    )
    op.create_table(
        "bulk_result",
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("items", sa.Integer, nullable=False),
        sa.Column("commit_seq", WHOLE, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("number", "part"),
        sqlite_strict=True,
    )


def _people() -> None:
    op.create_table(
        "account",
        sa.Column("account_id", sa.Text, primary_key=True),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False, index=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("created_ms", WHOLE, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("account_by_organisation", "account", ["organisation", "person"])
    op.create_table(
        "authenticator",
        sa.Column("authenticator_id", sa.Text, primary_key=True),
        sa.Column("account_id", sa.Text, nullable=False, index=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("public", sa.LargeBinary, nullable=False),
        sa.Column("counter", WHOLE, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("created_ms", WHOLE, nullable=False),
        sa.Column("used_ms", WHOLE, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "invitation",
        sa.Column("code_hash", sa.LargeBinary, primary_key=True),
        sa.Column("account_id", sa.Text, nullable=False, index=True),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("ends_ms", WHOLE, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("created_ms", WHOLE, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "proxy",
        sa.Column("proxy_id", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, nullable=False, index=True),
        sa.Column("agent", sa.Text, nullable=False, index=True),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("basis", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("first_day", sa.Integer, nullable=False),
        sa.Column("last_day", sa.Integer, nullable=False),
        sa.Column("given_by", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("created_ms", WHOLE, nullable=False),
        sqlite_strict=True,
    )


def _who_looked() -> None:
    op.create_index("log_tile_root", "log_tile", ["level", "position", "root"])
    op.create_table(
        "log_person",
        sa.Column("person", sa.LargeBinary, nullable=False),
        sa.Column("seq", WHOLE, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("person", "seq", "place"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "log_indexed",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("until", WHOLE, nullable=False),
        sqlite_strict=True,
    )


def _consents() -> None:
    op.create_table(
        "consent",
        sa.Column("consent_id", sa.LargeBinary, primary_key=True),
        sa.Column("person_id", sa.LargeBinary, nullable=False),
        sa.Column("facility", sa.Text, nullable=False),
        sa.Column("care", sa.Text, nullable=False),
        sa.Column("items", sa.Text, nullable=False),
        sa.Column("means", sa.Text, nullable=False),
        sa.Column("given_at", WHOLE, nullable=False),
        sa.Column("alive_until", WHOLE),
        sa.Column("examined_on", sa.Integer, nullable=False),
        sa.Column("staff", sa.Text, nullable=False),
        sa.Column("spoken_at", WHOLE),
        sa.Column("commit_seq", WHOLE, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("consent_by_person", "consent", ["person_id", "facility"])
    op.create_index("consent_by_giving", "consent", ["facility", "care", "given_at"])
    op.create_index("consent_by_examination", "consent", ["facility", "care", "examined_on"])
    op.create_index("consent_by_commit", "consent", ["commit_seq"])
    op.create_table(
        "consent_end",
        sa.Column("consent_id", sa.LargeBinary, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("ended_at", WHOLE, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("commit_seq", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("consent_id", "item"),
        sqlite_strict=True,
    )
    op.create_index("consent_end_by_commit", "consent_end", ["commit_seq"])


def _facilities() -> None:
    op.create_table(
        "facility_setting",
        sa.Column("facility", sa.Text, primary_key=True),
        sa.Column("said", sa.Text, nullable=False),
        sa.Column("said_before", sa.Text, nullable=False),
        sa.Column("changed_ms", WHOLE, nullable=False),
        sa.Column("client", sa.Text, nullable=False),
        sqlite_strict=True,
    )


def _statistics() -> None:
    op.create_table(
        "statistics_day",
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("facility", sa.Text, nullable=False),
        sa.Column("way", sa.Text, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("answers", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("day", "facility", "way", "item"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "statistics_counted",
        sa.Column("day", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("first_batch", WHOLE, nullable=False),
        sa.Column("stop_batch", WHOLE, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "statistics_month",
        sa.Column("month", sa.Text, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
    )
