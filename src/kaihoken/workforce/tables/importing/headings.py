"""見出しの読み方: which columns of a sheet hold keys and which hold figures, over headings of several rows.

A heading is the path of words above a column, merged cells filled: 「男 › 25～29歳」. Key columns are found by the
synonyms of the catalogue, figure columns by measure, sex, age, year and kind.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from kaihoken.workforce.tables.catalogue import Dimension, Entry, catalogue
from kaihoken.workforce.tables.importing.cells import (
    Absent,
    age_of,
    bare,
    label,
    read_number,
    text_of,
    year_of,
)
from kaihoken.workforce.tables.importing.sheets import Sheet

SEARCHED = 40
"""Rows in which a heading is looked for."""
DEPTH = 4
"""Rows that a heading may have."""
TOTAL = "total"

KEYS_OF = {
    "area": ("area_code", "area", "prefecture_code", "prefecture"),
    "prefecture": ("prefecture_code", "prefecture"),
    "municipality": ("municipality_code", "municipality", "prefecture_code", "prefecture"),
    "code": ("code", "name", "prefecture_code", "prefecture"),
    "nation": (),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """What a column of figures is of; a dimension that is missing here is told by the row or by the sheet."""

    column: int
    heading: str
    measure: str | None
    of: Mapping[Dimension, str]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a sheet has what: the row of figures that is the first after the heading, key columns by their word of
    the catalogue, and the columns of figures."""

    first_row: int
    keys: Mapping[str, int]
    figures: tuple[Figures, ...]
    headings: tuple[str, ...]
    title: Mapping[Dimension, str] = field(default_factory=dict)

    @property
    def score(self) -> int:
        """How much of a table the heading says; columns that it does not tell apart count once."""
        told_apart = {(one.measure, *sorted(one.of.items())) for one in self.figures}
        return len(self.keys) + len(told_apart)


def layout_of(sheet: Sheet, entry: Entry) -> Layout | None:
    """The heading of a sheet that fits a table best, or None where no column of figures is found."""
    best: Layout | None = None
    for last in range(min(SEARCHED, len(sheet.rows))):
        for depth in range(1, min(DEPTH, last + 1) + 1):
            found = _layout(sheet, entry, last, depth)
            if _holds_figures(sheet, found, last):
                continue
            if found.figures and (best is None or found.score > best.score):
                best = found
    return best


def _holds_figures(sheet: Sheet, layout: Layout, last: int) -> bool:
    """Whether the last line of a heading is a row of figures; a year or an age may be written as a number."""
    cells = [sheet.cell(last, one.column) for one in layout.figures]
    return any(
        read_number(cell)[1] is Absent.PRESENT and not year_of(text_of(cell)) and not age_of(text_of(cell))
        for cell in cells
    )


def near(word: str, headings: Iterable[str]) -> str:
    """The headings most like a word, for a column that is not found."""
    known = [heading for heading in headings if heading]
    close = difflib.get_close_matches(bare(word), [bare(heading) for heading in known], n=3, cutoff=0.4)
    return "、".join(heading for heading in known if bare(heading) in close) or "—"


def sex_of(text: str) -> str | None:
    """ "male", "female" or "both" of a word that says so."""
    return next((sex for sex in ("male", "female", "both") if label(text) in words(sex)), None)


@cache
def words(key: str) -> frozenset[str]:
    """The synonyms of a key of the catalogue, for comparison."""
    return frozenset(label(word) for word in catalogue().words[key])


def kind_of(entry: Entry, text: str) -> str | None:
    """The kind that a word says, by its name or a synonym."""
    written = {label(text), bare(text)}
    return next(
        (kind for kind, names in entry.kinds.items() if written & {label(kind), *map(label, names)}), None
    )


def title_of(sheet: Sheet, entry: Entry, rows: int) -> dict[Dimension, str]:
    """What the sheet's name and the lines above the heading say: sex, year, kind."""
    said: dict[Dimension, str] = {}
    texts = [sheet.name, *(text_of(cell) for row in sheet.rows[:rows] for cell in row)]
    for text in texts:
        for word in (text, *text.replace("　", " ").split()):
            if "sex" in entry.dimensions and (sex := sex_of(word)):
                said.setdefault("sex", sex)
            if "year" in entry.dimensions and (year := year_of(word)):
                said.setdefault("year", year)
            if "kind" in entry.dimensions and (kind := kind_of(entry, word)):
                said.setdefault("kind", kind)
    return said


def _layout(sheet: Sheet, entry: Entry, last: int, depth: int) -> Layout:
    paths = _paths(sheet, last, depth)
    keys: dict[str, int] = {}
    for column, path in enumerate(paths):
        key = _key(entry, path, keys)
        if key is not None:
            keys[key] = column
    rest = [(column, path) for column, path in enumerate(paths) if path and column not in keys.values()]
    across = frozenset(entry.dimensions) - set(keys)
    figures = [found for column, path in rest if (found := _figures(entry, column, path, across)) is not None]
    headings = tuple(" ".join(path) for path in paths)
    return Layout(last + 1, keys, tuple(figures), headings)


def _paths(sheet: Sheet, last: int, depth: int) -> list[tuple[str, ...]]:
    width = max((len(row) for row in sheet.rows[last - depth + 1 : last + 1]), default=0)
    lines = []
    for row in range(last - depth + 1, last + 1):
        texts = [text_of(sheet.cell(row, column)) for column in range(width)]
        if row < last:
            for column in range(1, width):
                texts[column] = texts[column] or texts[column - 1]
        lines.append(texts)
    return [tuple(dict.fromkeys(line[column] for line in lines if line[column])) for column in range(width)]


def _key(entry: Entry, path: tuple[str, ...], taken: Mapping[str, int]) -> str | None:
    """The key that a heading names: the words nearest to the figures count first."""
    dimensions = [one for one in ("sex", "age", "year") if one in entry.dimensions]
    for text in reversed(path):
        written = {label(text), bare(text)}
        for key in (*KEYS_OF[entry.place], *dimensions, "example"):
            if key not in taken and written & words(key):
                return key
        if "kind" in entry.dimensions and "kind" not in taken and label(entry.kind_ja) in written:
            return "kind"
        if entry.second_ja and "second" not in taken and label(entry.second_ja) in written:
            return "second"
    return None


def _figures(
    entry: Entry, column: int, path: tuple[str, ...], across: frozenset[Dimension]
) -> Figures | None:
    of: dict[Dimension, str] = {}
    measure: str | None = None
    sums = 0
    for text in path:
        written = {label(text), bare(text)}
        named = next(
            (
                one.id
                for one in entry.measures
                if written & {label(one.id), *map(label, (one.ja, *one.names))}
            ),
            None,
        )
        if "age" in across and (age := age_of(text)):
            of["age"] = age
        elif "year" in across and (year := year_of(text)):
            of["year"] = year
        elif "kind" in across and (kind := kind_of(entry, text)):
            of["kind"] = kind
        elif named is not None and not ("age" in across and written & words("total")):
            measure = named
        elif "sex" in across and (sex := sex_of(text)) and sex != "both":
            of["sex"] = sex
        elif written & (words("both") | words("total")):
            sums += 1
    if sums:
        _sums(across, of)
    if not of and measure is None:
        return None
    if measure is None and len(entry.measures) > 1:
        return None
    return Figures(column, " ".join(path), measure or entry.measures[0].id, of)


def _sums(across: frozenset[Dimension], of: dict[Dimension, str]) -> None:
    """What 「総数」 is the sum of: of the sexes where an age stands below it or ages are rows, else of the ages."""
    if "sex" in across and "sex" not in of and ("age" in of or "age" not in across):
        of["sex"] = "both"
    elif "age" in across and "age" not in of:
        of["age"] = TOTAL
