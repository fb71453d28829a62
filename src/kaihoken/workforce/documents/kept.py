"""The content of a document as it was written, kept with it, so that a later run can say what has changed.

A DOCX carries it as a custom XML part, which word processors keep when they save; any document can also be written as
this JSON. What a person changed by hand in the DOCX is found by holding its text against the content it carries.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Final, Literal, TypeAlias

import msgspec
from docx.document import Document as Word
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from lxml import etree

from kaihoken.problems import Problem
from kaihoken.workforce.documents.content import Block, Document, Figure, Paragraph, made_line

_SPACE: Final = "urn:kaihoken:document:1"
_ITEM: Final = "/customXml/item%d.xml"
_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LARGEST: Final = 64 * 1024 * 1024
SOURCES: Final = "出典"
"""The heading over the sources of a document."""


class KeptParagraph(msgspec.Struct, frozen=True, tag="paragraph"):
    """A paragraph as it was printed."""

    text: str
    note: bool = False


class KeptTable(msgspec.Struct, frozen=True, tag="table"):
    """A table with its cells as they were printed."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class KeptFigure(msgspec.Struct, frozen=True, tag="figure"):
    """A figure: its caption and the SHA-256 of its drawing."""

    caption: str
    digest: str


KeptBlock: TypeAlias = KeptParagraph | KeptTable | KeptFigure


class KeptSection(msgspec.Struct, frozen=True):
    """A heading with what stood under it."""

    title: str
    blocks: tuple[KeptBlock, ...]


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What a document said when it was written."""

    form: Literal[1] = 1
    title: str
    subtitle: str
    made_on: date
    caution: str
    watermark: str
    sections: tuple[KeptSection, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandEdit:
    """A line of a DOCX (a paragraph, or a row of a table with its cells between bars) that is not as it was written:
    `written` is "" where a line was added, `found` is "" where one was taken away."""

    written: str
    found: str


def kept(document: Document) -> Kept:
    """The content of a document, every cell and day as printed."""
    return Kept(
        title=document.title,
        subtitle=document.subtitle,
        made_on=document.made_on,
        caution=document.caution,
        watermark=document.watermark,
        sections=tuple(
            KeptSection(one.title, tuple(kept_block(block) for block in one.blocks))
            for one in document.sections
        ),
        sources=document.sources,
    )


def kept_block(block: Block) -> KeptBlock:
    """One block as it is printed."""
    if isinstance(block, Paragraph):
        return KeptParagraph(block.text, block.note)
    if isinstance(block, Figure):
        return KeptFigure(block.caption, sha256(block.picture.svg.encode()).hexdigest())
    return KeptTable(block.caption, block.columns, block.shown())


def content_json(document: Document) -> bytes:
    """The content as JSON, for programs and for the next run."""
    return msgspec.json.format(msgspec.json.encode(kept(document)), indent=2)


def keep_in(word: Word, document: Document) -> None:
    """Puts the content into a Word file."""
    root = etree.Element(f"{{{_SPACE}}}document")
    root.text = msgspec.json.encode(kept(document)).decode()
    package = word.part.package
    body = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    part = Part(PackURI(package.next_partname(_ITEM)), "application/xml", body, package)
    word.part.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_XML)


def read_kept(file: Path) -> Kept:
    """The content of an earlier document, from its DOCX or JSON. Problem `workforce.export-since`."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise _unreadable(file, error.strerror or type(error).__name__) from error
    found = _carried(content) if file.suffix.lower() == ".docx" else content
    if found is None:
        raise _unreadable(file, "no content of Kaihoken in it")
    try:
        return msgspec.json.decode(found, type=Kept)
    except msgspec.DecodeError as error:
        raise _unreadable(file, str(error)) from error


def hand_edits(file: Path, written: Kept) -> tuple[HandEdit, ...]:
    """What a person changed in a DOCX since it was written; nothing in a JSON. Changes of type or layout are not told,
    and what a tracked change took away counts as taken away only once it is gone from what is shown."""
    if file.suffix.lower() != ".docx":
        return ()
    before = [_spaced(line) for line in _written(written)]
    now = list(_found(file.read_bytes()))
    edits: list[HandEdit] = []
    for kind, first, last, start, end in SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        if kind != "equal":
            was, then = before[first:last], now[start:end]
            longest = max(len(was), len(then))
            edits += (
                HandEdit(was[at] if at < len(was) else "", then[at] if at < len(then) else "")
                for at in range(longest)
            )
    return tuple(edits)


def _carried(docx: bytes) -> bytes | None:
    try:
        with zipfile.ZipFile(BytesIO(docx)) as archive:
            for info in archive.infolist():
                if info.filename.startswith("customXml/item") and info.file_size < _LARGEST:
                    root = _parsed(archive.read(info))
                    if root.tag == f"{{{_SPACE}}}document":
                        return (root.text or "").encode()
    except (zipfile.BadZipFile, etree.XMLSyntaxError):
        return None
    return None


def _written(content: Kept) -> Iterator[str]:
    """The lines of a document, as `docx_of` writes them."""
    made = made_line(content.subtitle, content.made_on)
    yield from filter(None, (content.title, made, content.watermark, content.caution))
    for section in content.sections:
        yield section.title
        for block in section.blocks:
            yield from _lines_of(block)
    yield SOURCES
    yield from content.sources


def _lines_of(block: KeptBlock) -> Iterator[str]:
    match block:
        case KeptParagraph():
            yield block.text
        case KeptFigure():
            yield block.caption
        case KeptTable():
            yield block.caption
            yield from (" | ".join(map(_spaced, row)) for row in (block.columns, *block.rows))


def _found(docx: bytes) -> Iterator[str]:
    """The lines that a reader of a DOCX sees with all tracked changes taken over."""
    with zipfile.ZipFile(BytesIO(docx)) as archive:
        body = _parsed(archive.read("word/document.xml"))[0]
    for element in body.iter(f"{_WORD}p", f"{_WORD}tr"):
        inside = any(above.tag == f"{_WORD}tr" for above in element.iterancestors())
        if inside:
            continue
        cells = element.findall(f"{_WORD}tc") if element.tag == f"{_WORD}tr" else [element]
        line = " | ".join(_text(cell) for cell in cells)
        if line.strip(" |"):
            yield _spaced(line)


def _text(element: etree._Element) -> str:
    parts = element.iter(f"{_WORD}t", f"{_WORD}br", f"{_WORD}tab")
    return _spaced("".join((one.text or "") if one.tag == f"{_WORD}t" else " " for one in parts))


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _parsed(body: bytes) -> etree._Element:
    return etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))


def _unreadable(file: Path, reason: str) -> Problem:
    return Problem("workforce.export-since", where=str(file), reason=reason)
