"""The form of a line: whether each field has its mode and length. One regular expression for each kind of record says
yes at once; only a line to which it says no is taken apart, to tell what is wrong where."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Protocol

from kaihoken.claims.finding import Facts, Finding
from kaihoken.claims.records import ClaimLayout, Field, Mode, RecordLayout, history_layout
from kaihoken.identity import external_characters

# Two bytes of JIS X 0208 (rows 1 to 8, levels 1 and 2). Cells that no character has do not decode.
_WIDE = rb"[\x81-\x84\x88-\x9f\xe0-\xea][\x40-\x7e\x80-\xfc]"
_NARROW = rb"[\x20\x21\x23-\x2b\x2d-\x7e]"
_NARROW_END = rb"[\x21\x23-\x2b\x2d-\x7e]"
_NO_LONG_VOWEL = rb"(?!\x81[\x5c\x7c])"
# What bytes decode to that no character has: 0x80, 0xA0, 0xFD to 0xFF and everything undecodable.
_NO_CHARACTER = re.compile("[\x80\uf8f0-\uf8f3\ufffd]")
_DECIMAL = r"[0-9]+(\.[0-9]+)?"
_LOOKALIKES = ("―", "－")


class Form(Protocol):
    """What a line must look like."""

    def fits(self, raw: bytes) -> bool:
        """Whether it does."""

    def faults(self, number: int, raw: bytes, fields: list[str]) -> Iterator[Finding]:
        """What is wrong with it."""


class HistoryForm:
    """What a line of the 履歴管理ブロック must look like: data kind, line number and branch, then a record of its
    own. What stands in that record is what was claimed and decided then: nobody mends it."""

    def __init__(self, prefix: Iterable[Field]) -> None:
        self._plain = re.compile(
            b",".join(_text_pattern(field) for field in prefix) + rb",[A-Z]{2}(,.*)?"
        ).fullmatch

    def fits(self, raw: bytes) -> bool:
        """Whether record and place in the block can be told."""
        return self._plain(raw) is not None

    def faults(self, number: int, raw: bytes, fields: list[str]) -> Iterator[Finding]:
        """One finding for the line."""
        if not self.fits(raw) or "\ufffd" in ",".join(fields):
            yield Finding(check="returned.line", line=number, record=fields[0][:2])


class LineForm:
    """What a line of one kind of record must look like."""

    def __init__(self, layout: RecordLayout) -> None:
        self.layout = layout
        self._plain = re.compile(_line_pattern(layout)).fullmatch

    def fits(self, raw: bytes) -> bool:
        """Whether every field has its form."""
        return self._plain(raw) is not None

    def faults(self, number: int, raw: bytes, fields: list[str]) -> Iterator[Finding]:
        """What is wrong with a line, field by field."""
        record = self.layout.id
        positions = self.layout.positions
        if len(fields) - 1 > len(positions):
            facts: Facts = {"count": len(fields), "most": len(positions) + 1}
            yield Finding(check="form.fields", line=number, record=record, facts=facts)
        parts = raw.split(b",")
        for at, field in enumerate(positions, 1):
            if at >= len(parts):
                if field.required:
                    yield _fault(field.missing, number, record, field, at)
                continue
            for check, facts in field_faults(field, parts[at], fields[at]):
                yield _fault(check, number, record, field, at, **facts)


@cache
def forms_of(layout: ClaimLayout) -> Mapping[bytes, Form]:
    """The forms of every record of a layout, by レコード識別 in bytes, and of the lines of a 履歴管理ブロック: by the
    data kind, and where that is one digit by the digit with its comma too, as the first two bytes of a line have it."""
    history = HistoryForm(history_layout().prefix)
    kinds = {b"%d" % kind for kind in range(1, 100)}
    forms: dict[bytes, Form] = {start: history for kind in kinds for start in (kind, (kind + b",")[:2])}
    return forms | {record.id.encode(): LineForm(record) for record in layout.records}


def _fault(check: str, number: int, record: str, field: Field, at: int, **facts: str | int) -> Finding:
    return Finding(
        check=check,
        line=number,
        record=record,
        field=field.key,
        position=at,
        facts={"name": field.name, **facts},
    )


def field_faults(field: Field, part: bytes, text: str) -> Iterator[tuple[str, Facts]]:
    """What is wrong with one field, by check: its bytes, and its text."""
    if not part:
        if field.required:
            yield field.missing, {}
        return
    if len(part) > field.length:
        yield "form.long", {"bytes": len(part), "most": field.length}
    elif field.fixed and len(part) < field.length:
        yield "form.short", {"bytes": len(part), "exactly": field.length}
    if '"' in text:
        yield "form.quoted", {}
    if not field.fixed and part.endswith(b" "):
        yield "form.padded", {}
    yield from _mode_faults(field, part, text)


def _mode_faults(field: Field, part: bytes, text: str) -> Iterator[tuple[str, Facts]]:
    wide = len(text.encode("cp932", "replace")) - len(text)
    half_kana = any("｡" <= char <= "ﾟ" for char in text)
    if _NO_CHARACTER.search(text):
        yield "form.characters", {}
        return
    if field.mode is Mode.DIGITS:
        if not re.fullmatch(_DECIMAL if field.kind == "decimal" else "[0-9]+", text):
            yield "form.digits", {}
        elif field.kind in ("integer", "decimal") and text != _shortest(text):
            yield "form.zeros", {}
    elif field.mode is Mode.WIDE and wide < len(text):
        yield ("form.half-kana" if half_kana else "form.wide"), {}
    elif field.mode is Mode.LETTERS and (wide or half_kana):
        yield ("form.half-kana" if half_kana else "form.narrow"), {}
    elif field.mode is Mode.EITHER and wide and wide < len(text):
        yield "form.mixed", {}
    elif field.mode is Mode.EITHER and half_kana:
        yield "form.half-kana", {}
    odd = [one.received for one in external_characters(text) if one.reason != "lost"]
    if odd:
        yield "form.beyond", {"characters": "".join(dict.fromkeys(odd))}
    if field.kind == "kana" and any(char in text for char in _LOOKALIKES):
        yield "form.long-vowel", {}


def _line_pattern(layout: RecordLayout) -> bytes:
    """The expression for a whole line: every field up to the last required one, and as many of the rest as stand."""
    fields = layout.positions
    last = max((at for at, field in enumerate(fields, 1) if field.required), default=0)
    pattern = b"".join(b"," + _field_pattern(field) for field in fields[:last])
    tail = b""
    for field in reversed(fields[last:]):
        tail = b"(?:," + _field_pattern(field) + tail + b")?"
    return layout.id.encode() + pattern + tail


def _field_pattern(field: Field) -> bytes:
    pattern = _text_pattern(field)
    return pattern if field.required else b"(?:" + pattern + b")?"


def _text_pattern(field: Field) -> bytes:
    length = field.length
    if field.mode is Mode.DIGITS:
        return _digits_pattern(field, length)
    if field.mode is Mode.WIDE:
        return _wide_pattern(field, length)
    if field.mode is Mode.LETTERS:
        return _narrow_pattern(field, length)
    return b"(?:" + _narrow_pattern(field, length) + b"|" + _wide_pattern(field, length) + b")"


def _digits_pattern(field: Field, length: int) -> bytes:
    if field.kind == "integer":
        return b"(?:0|[1-9][0-9]{0,%d})" % (length - 1)
    if field.kind == "decimal":
        return rb"(?=[^,]{1,%d}(?:,|$))(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?" % length
    return b"[0-9]{%d}" % length if field.fixed else b"[0-9]{1,%d}" % length


def _wide_pattern(field: Field, length: int) -> bytes:
    one = _NO_LONG_VOWEL + _WIDE if field.kind == "kana" else _WIDE
    return b"(?:" + one + (b"){%d}" if field.fixed else b"){1,%d}") % (length // 2)


def _narrow_pattern(field: Field, length: int) -> bytes:
    if field.fixed:
        return _NARROW + b"{%d}" % length
    return b"(?:" + _NARROW + b"{0,%d}" % (length - 1) + _NARROW_END + b")"


def _shortest(number: str) -> str:
    """A number without the zeros that say nothing: 可変 fields have none."""
    whole, _, rest = number.partition(".")
    whole, rest = whole.lstrip("0") or "0", rest.rstrip("0")
    return f"{whole}.{rest}" if rest else whole
