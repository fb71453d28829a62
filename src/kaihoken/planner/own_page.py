"""自分の表: the index that a folder of tables makes, beside the published one and never in its place."""

from dataclasses import dataclass
from typing import Final

from kaihoken.planner.asked import Asked, Elsewhere, File, Shown
from kaihoken.web import Language, messages
from kaihoken.workforce import as_csv, as_json
from kaihoken.workforce.index import RAW_COLUMNS, RawIndex, raw_rows, reading
from kaihoken.workforce.pictures import Picture
from kaihoken.workforce.portrait import (
    Atlas,
    OwnTables,
    Standing,
    difference_of,
    own_difference,
    own_factors,
    own_reach,
    standing_at,
)
from kaihoken.workforce.tables import State

LIST: Final = "/own"


@dataclass(frozen=True, slots=True)
class OwnArea:
    """What a page shows of one area of somebody's own tables. `picture` and `reading` are not there where the area has
    no index; `published` is the printed value of the same area, "" where the set of areas is another."""

    standing: Standing
    published: str
    picture: Picture | None
    reading: str
    factors: list[tuple[str, str]]
    reach: list[tuple[str, str]]
    assumed: tuple[str, ...]


def own(atlas: Atlas, asked: Asked) -> Shown:
    """The page: the folder's areas; where a table waits which one, and without a folder how to give one."""
    held = atlas.own
    index = held.index if held is not None else None
    return Shown(
        "own.html",
        {
            "own": held,
            "rows": _rows(atlas, index),
            "counts": index.table.recomputed_counts() if index is not None else {},
            "read": _read(held, asked.language) if held is not None else [],
            "assumed": assumed_of(held, asked.language) if held is not None else (),
        },
    )


def own_area(atlas: Atlas, asked: Asked) -> Shown | Elsewhere:
    """One area of the folder's set. Problem `workforce.area-unknown`; to the list where there is no index."""
    if atlas.own is None or atlas.own.index is None:
        return Elsewhere(LIST)
    found = atlas.own.areas.find(asked.named["code"])
    return Shown("own_area.html", {"own": own_of(atlas, found.code, asked.language)})


def own_csv(atlas: Atlas, asked: Asked) -> File | Elsewhere:
    """Every area with every factor, for a spreadsheet."""
    if atlas.own is None or atlas.own.index is None:
        return Elsewhere(LIST)
    text = as_csv(RAW_COLUMNS, raw_rows(atlas.own.index))
    return File(b"\xef\xbb\xbf" + text.encode(), "text/csv; charset=utf-8", "kaihoken-own-index.csv")


def own_json(atlas: Atlas, asked: Asked) -> File | Elsewhere:
    """The same, with the caution and what is assumed."""
    if atlas.own is None or atlas.own.index is None:
        return Elsewhere(LIST)
    index = atlas.own.index
    caution = messages("planner").text("caution", asked.language)
    facts = {"q": index.tables.q, "unconfirmed": index.tables.unconfirmed}
    text = as_json(RAW_COLUMNS, raw_rows(index), notes=(caution,), facts=facts)
    return File(text.encode(), "application/json")


def own_of(atlas: Atlas, code: str, language: Language) -> OwnArea | None:
    """What the folder makes of an area; None without a folder, an index or such an area in it."""
    held = atlas.own
    row = held.row_of(code) if held is not None else None
    if held is None or held.index is None or row is None:
        return None
    told = own_difference(held.index, row)
    return OwnArea(
        standing_at(held.index.table, row),
        published_of(atlas, code),
        difference_of(told, language) if told else None,
        reading(told, language) if told else "",
        own_factors(held.index, row, language),
        own_reach(held.index, row, language) if told else [],
        assumed_of(held, language),
    )


def own_beside(atlas: Atlas, code: str, language: Language) -> OwnArea | None:
    """The same, only where the area is the one that the published index has under this code."""
    return own_of(atlas, code, language) if published_of(atlas, code) else None


def own_within(atlas: Atlas, prefecture: str) -> list[tuple[Standing, str]]:
    """The folder's areas of a prefecture, each with its published value where there is one."""
    rows = _rows(atlas, atlas.own.index if atlas.own is not None else None)
    return [(one, published) for one, published in rows if one.area.prefecture_code == prefecture]


def published_of(atlas: Atlas, code: str) -> str:
    """The printed value of an area of the folder's set, where the set has it as the published one does."""
    if atlas.own is None or code not in atlas.own.same:
        return ""
    return standing_at(atlas.index, atlas.index.areas.position(code)).shown


def assumed_of(held: OwnTables, language: Language) -> tuple[str, ...]:
    """The readings and assumptions behind the folder's index, in words."""
    words = messages("planner")
    names = held.index.tables.unconfirmed if held.index is not None else ()
    return tuple(words.text(f"own.assumed.{name}", language) for name in names)


def _rows(atlas: Atlas, index: RawIndex | None) -> list[tuple[Standing, str]]:
    if index is None:
        return []
    standings = (standing_at(index.table, row) for row in range(len(index.table)))
    return [(one, published_of(atlas, one.area.code)) for one in standings]


def _read(held: OwnTables, language: Language) -> list[tuple[str, str, bool]]:
    """File, table, and whether it could be used, of each table in the folder."""
    return [
        (one.file, one.entry.en if language == "en" else one.entry.ja, one.state is State.LOADED)
        for one in held.presences
        if one.imported is not None
    ]
