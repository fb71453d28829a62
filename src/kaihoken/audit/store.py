"""The statements of the log. Only `audit` writes its tables; `log_batch` and `log_tile` are never changed."""

from sqlalchemy import bindparam, delete, insert, select, update

from kaihoken.store import schema, statement

log_batch, log_body, log_tile, store_meta = (
    schema.log_batch,
    schema.log_body,
    schema.log_tile,
    schema.store_meta,
)

INSERT_BATCH = statement("log_batch insert", insert(log_batch))
INSERT_BODY = statement("log_body insert", insert(log_body))
INSERT_TILE = statement("log_tile insert", insert(log_tile))
INSERT_META = statement("store_meta insert", insert(store_meta))

OWN_STATEMENTS = frozenset({INSERT_BATCH.name, INSERT_BODY.name, INSERT_TILE.name})
"""By which the log grows. Where one of them finds its row taken, somebody else wrote."""

LOG_ID = statement("log id", select(store_meta.c.value).where(store_meta.c.name == "log_id"))
NEWEST_SEQ = statement("newest batch", select(log_batch.c.seq).order_by(log_batch.c.seq.desc()).limit(1))
BATCHES = statement(
    "batches",
    select(
        log_batch.c.seq,
        log_batch.c.at_ms,
        log_batch.c.batch_root,
        log_batch.c.tree_root,
        log_batch.c.leaves,
        log_batch.c.key_id,
        log_batch.c.signature,
    )
    .where(log_batch.c.seq >= bindparam("first"), log_batch.c.seq < bindparam("stop"))
    .order_by(log_batch.c.seq),
)
ROOTS = statement(
    "batch roots",
    select(log_batch.c.seq, log_batch.c.batch_root)
    .where(log_batch.c.seq >= bindparam("first"), log_batch.c.seq < bindparam("stop"))
    .order_by(log_batch.c.seq),
)
# The index on the time carries the sequence, so the newest batch at or before an instant is one step in it.
BATCH_AT = statement(
    "batch at",
    select(log_batch.c.seq)
    .where(log_batch.c.at_ms <= bindparam("at_ms"))
    .order_by(log_batch.c.at_ms.desc(), log_batch.c.seq.desc())
    .limit(1),
)

BODIES = statement(
    "bodies",
    select(log_body.c.seq, log_body.c.bodies)
    .where(log_body.c.seq >= bindparam("first"), log_body.c.seq < bindparam("stop"))
    .order_by(log_body.c.seq),
)
NEXT_BODY = statement(
    "next body",
    select(log_body.c.seq).where(log_body.c.seq >= bindparam("first")).order_by(log_body.c.seq).limit(1),
)
DELETE_BODY = statement("log_body delete", delete(log_body).where(log_body.c.seq == bindparam("batch")))
REPLACE_BODY = statement(
    "log_body update",
    update(log_body).where(log_body.c.seq == bindparam("batch")).values(bodies=bindparam("remaining")),
)

TILE = statement(
    "tile",
    select(log_tile.c.hashes).where(
        log_tile.c.level == bindparam("tile_level"), log_tile.c.position == bindparam("at")
    ),
)
TILE_ROOTS = statement(
    "tile roots",
    select(log_tile.c.position, log_tile.c.root)
    .where(
        log_tile.c.level == bindparam("tile_level"),
        log_tile.c.position >= bindparam("first"),
        log_tile.c.position < bindparam("stop"),
    )
    .order_by(log_tile.c.position),
)
TILES = statement(
    "tiles",
    select(log_tile.c.position, log_tile.c.hashes, log_tile.c.root)
    .where(
        log_tile.c.level == bindparam("tile_level"),
        log_tile.c.position >= bindparam("first"),
        log_tile.c.position < bindparam("stop"),
    )
    .order_by(log_tile.c.position),
)
