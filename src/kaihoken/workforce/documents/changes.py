"""What has changed since a document was written last, block by block, number by number: for tracked changes in DOCX and
marks on paper. A document without an earlier one has the same shape with nothing marked.

Blocks are matched by what they say without its numbers, rows by their first cell, so that a number that moved is one
number that changed, not a paragraph that went and another that came.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final, TypeAlias, TypeVar

from kaihoken.workforce.documents.content import Block, Document, Figure, Paragraph, Section, made_line
from kaihoken.workforce.documents.kept import (
    Kept,
    KeptBlock,
    KeptFigure,
    KeptParagraph,
    KeptSection,
    KeptTable,
    kept_block,
)
from kaihoken.workforce.pictures import Picture

_Old = TypeVar("_Old")
_New = TypeVar("_New")
_DIGITS: Final = re.compile(r"[−+]?[0-9][0-9,.]*")
_TOKEN: Final = re.compile(r"[−+]?[0-9][0-9,.]*|[一-龠々]+|[ぁ-ゖー]+|[ァ-ヺー]+|[A-Za-z]+|.", re.DOTALL)
_ALIKE: Final = 0.5


class Change(StrEnum):
    """What happened to a piece of text."""

    NONE = "none"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that is as it was, or came, or went."""

    text: str
    change: Change = Change.NONE


Line: TypeAlias = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class MarkedParagraph:
    """A paragraph; `change` where all of it came or went."""

    line: Line
    note: bool = False
    change: Change = Change.NONE


@dataclass(frozen=True, slots=True)
class MarkedRow:
    """A row of a table; `change` where all of it came or went."""

    cells: tuple[Line, ...]
    change: Change = Change.NONE


@dataclass(frozen=True, slots=True)
class MarkedTable:
    """A table; `numeric` says which columns hold numbers."""

    caption: Line
    columns: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[MarkedRow, ...]
    change: Change = Change.NONE


@dataclass(frozen=True, slots=True)
class MarkedFigure:
    """A figure; one that went has no picture, for none is kept."""

    picture: Picture | None
    caption: Line
    change: Change = Change.NONE


MarkedBlock: TypeAlias = MarkedParagraph | MarkedTable | MarkedFigure


@dataclass(frozen=True, slots=True)
class MarkedSection:
    """A section; `change` where all of it came or went."""

    title: Line
    blocks: tuple[MarkedBlock, ...]
    change: Change = Change.NONE


@dataclass(frozen=True, slots=True)
class MarkedDocument:
    """A document with what came and went since the earlier one."""

    document: Document
    subtitle: Line
    caution: Line
    sections: tuple[MarkedSection, ...]
    sources: tuple[MarkedParagraph, ...]

    def changes(self) -> int:
        """How many paragraphs, cells, rows, figures and headings came, went or changed; a table counts by its rows."""
        lines = [self.subtitle, self.caution]
        whole = [one.change for one in self.sources]
        for section in self.sections:
            lines.append(section.title)
            for block in section.blocks:
                if isinstance(block, MarkedTable):
                    lines.append(block.caption)
                    whole += (row.change for row in block.rows)
                    lines += (cell for row in block.rows if row.change is Change.NONE for cell in row.cells)
                else:
                    lines.append(block.line if isinstance(block, MarkedParagraph) else block.caption)
        touched = sum(any(piece.change is not Change.NONE for piece in line) for line in lines)
        return touched + sum(change is not Change.NONE for change in whole)


def marked(document: Document, since: Kept | None = None) -> MarkedDocument:
    """The document with what changed since `since`; with none of it marked where there is no earlier one."""
    if since is None:
        return MarkedDocument(
            document,
            _whole(document.made_line),
            _whole(document.caution),
            tuple(_section(one, Change.NONE) for one in document.sections),
            tuple(MarkedParagraph(_whole(one), note=True) for one in document.sources),
        )
    sections = aligned(
        since.sections,
        document.sections,
        lambda one: _bare(one.title),
        lambda one: _bare(one.title),
        lambda old, new: _similar(old.title, new.title),
    )
    return MarkedDocument(
        document,
        words_changed(made_line(since.subtitle, since.made_on), document.made_line),
        words_changed(since.caution, document.caution),
        tuple(_matched_section(old, new) for old, new in sections),
        tuple(
            MarkedParagraph(words_changed(old or "", new or ""), True, _came_or_went(old, new))
            for old, new in aligned(since.sources, document.sources, str, str, _similar)
        ),
    )


def aligned(
    old: Sequence[_Old],
    new: Sequence[_New],
    old_key: Callable[[_Old], object],
    new_key: Callable[[_New], object],
    alike: Callable[[_Old, _New], bool],
) -> Iterator[tuple[_Old | None, _New | None]]:
    """Pairs of what stood and what stands, in their order: those of one key first, then what is alike between them;
    the others went (no new one) or came (no old one)."""
    keys = [old_key(one) for one in old], [new_key(one) for one in new]
    matcher = SequenceMatcher(None, [repr(key) for key in keys[0]], [repr(key) for key in keys[1]], False)
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind == "equal":
            yield from zip(old[first:last], new[start:end], strict=True)
            continue
        left, coming = list(old[first:last]), new[start:end]
        if not any(alike(was, one) for was in left for one in coming):
            yield from ((gone, None) for gone in left)
            left = []
        for one in coming:
            found = next((at for at, was in enumerate(left) if alike(was, one)), None)
            if found is None:
                yield None, one
                continue
            yield from ((gone, None) for gone in left[:found])
            yield left[found], one
            del left[: found + 1]
        yield from ((gone, None) for gone in left)


def words_changed(old: str, new: str) -> Line:
    """A text with the words and numbers that went and came."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    pieces: list[Piece] = []
    for kind, first, last, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("".join(after[start:end])))
            continue
        for part, change in ((before[first:last], Change.REMOVED), (after[start:end], Change.ADDED)):
            if part:
                pieces.append(Piece("".join(part), change))
    return tuple(pieces)


def _matched_section(old: KeptSection | None, new: Section | None) -> MarkedSection:
    if new is None:
        assert old is not None
        blocks = tuple(_gone(block) for block in old.blocks)
        return MarkedSection((Piece(old.title, Change.REMOVED),), blocks, Change.REMOVED)
    if old is None:
        return _section(new, Change.ADDED)
    pairs = aligned(
        old.blocks, new.blocks, _block_key, lambda one: _block_key(kept_block(one)), _blocks_alike
    )
    return MarkedSection(
        words_changed(old.title, new.title), tuple(_matched_block(was, one) for was, one in pairs)
    )


def _section(section: Section, change: Change) -> MarkedSection:
    blocks = tuple(_block(block, change) for block in section.blocks)
    return MarkedSection((Piece(section.title, change),), blocks, change)


def _matched_block(old: KeptBlock | None, new: Block | None) -> MarkedBlock:
    if new is None:
        assert old is not None
        return _gone(old)
    match old, new:
        case KeptParagraph(), Paragraph():
            return MarkedParagraph(words_changed(old.text, new.text), new.note)
        case KeptFigure(), Figure():
            same = old == kept_block(new)
            caption = _whole(new.caption) if same else _replaced(old.caption, new.caption)
            return MarkedFigure(new.picture, caption)
        case KeptTable(), _ if not isinstance(new, Paragraph | Figure):
            rows = _rows(old.rows, new.shown())
            return MarkedTable(words_changed(old.caption, new.caption), new.columns, new.numeric(), rows)
    return _block(new, Change.ADDED)


def _rows(old: tuple[tuple[str, ...], ...], new: tuple[tuple[str, ...], ...]) -> tuple[MarkedRow, ...]:
    named = 1 if all(len({row[0] for row in rows}) == len(rows) for rows in (old, new)) else 2
    pairs = aligned(old, new, lambda row: row[:named], lambda row: row[:named], lambda was, one: False)
    made = []
    for was, one in pairs:
        change = _came_or_went(was, one)
        if was is not None and one is not None:
            cells = tuple(
                (Piece(after),) if before == after else _replaced(before, after)
                for before, after in zip(was, one, strict=True)
            )
        else:
            cells = tuple((Piece(text, change),) for text in was or one or ())
        made.append(MarkedRow(cells, change))
    return tuple(made)


def _block(block: Block, change: Change) -> MarkedBlock:
    if isinstance(block, Paragraph):
        return MarkedParagraph((Piece(block.text, change),), block.note, change)
    if isinstance(block, Figure):
        return MarkedFigure(block.picture, (Piece(block.caption, change),), change)
    rows = tuple(MarkedRow(tuple((Piece(text, change),) for text in row), change) for row in block.shown())
    return MarkedTable((Piece(block.caption, change),), block.columns, block.numeric(), rows, change)


def _gone(block: KeptBlock) -> MarkedBlock:
    change = Change.REMOVED
    match block:
        case KeptParagraph():
            return MarkedParagraph((Piece(block.text, change),), block.note, change)
        case KeptFigure():
            return MarkedFigure(None, (Piece(block.caption, change),), change)
        case KeptTable():
            rows = tuple(
                MarkedRow(tuple((Piece(text, change),) for text in row), change) for row in block.rows
            )
            numeric = (False,) * len(block.columns)
            return MarkedTable((Piece(block.caption, change),), block.columns, numeric, rows, change)


def _block_key(block: KeptBlock) -> tuple[str, ...]:
    match block:
        case KeptParagraph():
            return "paragraph", _bare(block.text)
        case KeptFigure():
            return "figure", _bare(block.caption)
        case KeptTable():
            return "table", _bare(block.caption), *block.columns


def _blocks_alike(old: KeptBlock, new: Block) -> bool:
    match old, kept_block(new):
        case KeptParagraph(text=was), KeptParagraph(text=one):
            return _similar(was, one)
        case KeptTable(columns=was), KeptTable(columns=one):
            return was == one
    return False


def _whole(text: str) -> Line:
    return (Piece(text),)


def _replaced(old: str, new: str) -> Line:
    return tuple(Piece(text, change) for text, change in ((old, Change.REMOVED), (new, Change.ADDED)) if text)


def _came_or_went(old: object | None, new: object | None) -> Change:
    return Change.ADDED if old is None else Change.REMOVED if new is None else Change.NONE


def _bare(text: str) -> str:
    return _DIGITS.sub("#", text)


def _similar(old: str, new: str) -> bool:
    return SequenceMatcher(None, old, new, autojunk=False).ratio() >= _ALIKE
