"""How far a work in slices came, as a row of `store_meta` that is written with each slice: stopped anywhere, the work
goes on there."""

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from kaihoken.store.schema import store_meta
from kaihoken.store.statements import Write, statement
from kaihoken.store.store import Store

_REACHED = statement(
    "how far a work came", select(store_meta.c.value).where(store_meta.c.name == bindparam("work"))
)
_REACH = statement(
    "note how far a work came",
    insert(store_meta).on_conflict_do_update(
        index_elements=[store_meta.c.name], set_={"value": insert(store_meta).excluded.value}
    ),
)
_FORGET = statement("forget a work", delete(store_meta).where(store_meta.c.name == bindparam("work")))


async def reached(store: Store, work: str) -> int | None:
    """How far a work came, None where it is not under way."""
    rows = await store.fetch(_REACHED, (work,))
    return int(str(rows[0][0])) if rows else None


def reaching(work: str, until: int) -> Write:
    """Notes how far a work came."""
    return Write(_REACH, [(work, str(until))])


def over(work: str) -> Write:
    """Notes that a work is done."""
    return Write(_FORGET, [(work,)])
