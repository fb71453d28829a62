"""The character set of a message: which one the bytes are in, and what must change for them to leave in another.

Read: UTF-8 (with or without a mark in front) and Shift_JIS, which in this field means Microsoft's CP932 under several
names. What the message declares and what its bytes are must agree; a wrong guess would turn names into other names.

Written: what Shift_JIS does not have is replaced by a readable variant or by ●, never dropped, and the caller is told.
"""

import re
from collections.abc import Iterator
from xml.sax.saxutils import unescape

from kaihoken.coverage.oqs.message import Encoding, Replaced
from kaihoken.coverage.oqs.wire_text import STAND_IN_MARK
from kaihoken.identity import encode_cp932
from kaihoken.problems import Problem

_MARK = b"\xef\xbb\xbf"
_OTHER_MARKS = (b"\xfe\xff", b"\xff\xfe")

_NAMES = {
    **dict.fromkeys(("utf-8", "utf8"), Encoding.UTF_8),
    **dict.fromkeys(
        (
            "shift-jis",
            "shiftjis",
            "sjis",
            "x-sjis",
            "csshiftjis",
            "ms-kanji",
            "ms932",
            "windows-31j",
            "cswindows31j",
            "windows-932",
            "cp932",
        ),
        Encoding.SHIFT_JIS,
    ),
}

_declaration = re.compile(rb"<\?xml\s[^>]{0,120}?\bencoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']").match
_COMMON_OPENINGS = (b'<?xml version="1.0" encoding="UTF-8"', b'<?xml version="1.0" encoding="utf-8"')

_is_name = re.compile("[A-Za-z0-9._:-]{1,40}").fullmatch

# Bytes that Python's CP932 takes although nothing stands there.
_NO_CHARACTERS = ("\x80", "\uf8f0", "\uf8f1", "\uf8f2", "\uf8f3")
# What Python's CP932 writes although it is read as the full-width form of the same sign, or refused as nothing.
_NOT_GIVEN_BACK = ("¢", "£", "¬", "‖", "−", "〜", *_NO_CHARACTERS)

_japanese = re.compile("[\u3000-\u9fff\uff00-\uffef]").search


def decoded(data: bytes, transport: str | None = None) -> tuple[str, Encoding]:
    """The text of an XML message and its character set.

    `transport` is what the content type said, if it said anything. Problems: `oqs.encoding-unsupported` (neither of
    the two), `oqs.encoding-mismatch` (declared one, sent another; or two declarations that disagree).
    """
    if transport is None and data.startswith(_COMMON_OPENINGS):
        return utf8(data), Encoding.UTF_8
    marked = data.startswith(_MARK)
    if marked:
        data = data[3:]
    elif data.startswith(_OTHER_MARKS):
        raise unsupported("UTF-16")
    names = [name for name in (_declared_name(data), transport) if name is not None]
    encodings = {named(name) for name in names} | ({Encoding.UTF_8} if marked else set())
    if len(encodings) > 1:
        raise Problem("oqs.encoding-mismatch", where="line 1", declared=", ".join(names))
    if encodings == {Encoding.SHIFT_JIS}:
        return _shift_jis(data, names[0]), Encoding.SHIFT_JIS
    return utf8(data), Encoding.UTF_8


def declared(data: bytes) -> Encoding:
    """What an XML message says of its own character set, whatever its bytes are; UTF-8 where it says nothing that
    is known."""
    name = _declared_name(data)
    try:
        return Encoding.UTF_8 if name is None else named(name)
    except Problem:
        return Encoding.UTF_8


def _declared_name(data: bytes) -> str | None:
    found = _declaration(data)
    return None if found is None else found[1].decode("ascii")


def named(name: str) -> Encoding:
    """The character set that a name stands for. Problem `oqs.encoding-unsupported`."""
    encoding = _NAMES.get(name.lower().replace("_", "-"))
    if encoding is None:
        raise unsupported(name)
    return encoding


def unsupported(name: str, taken: tuple[Encoding, ...] = tuple(Encoding)) -> Problem:
    """Problem `oqs.encoding-unsupported`, with those that the carrier takes."""
    shown = name if _is_name(name) else "?"
    return Problem("oqs.encoding-unsupported", where="line 1", declared=shown, taken=", ".join(taken))


def is_utf8(name: str) -> bool:
    """Whether a name stands for UTF-8."""
    return _NAMES.get(name.lower().replace("_", "-")) is Encoding.UTF_8


def utf8(data: bytes) -> str:
    """The text of bytes in UTF-8. Problem `oqs.encoding-mismatch`."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _mismatch(data, error.start, "UTF-8") from None


def _shift_jis(data: bytes, name: str) -> str:
    try:
        text = data.decode("cp932")
    except UnicodeDecodeError as error:
        raise _mismatch(data, error.start, name) from None
    if text.isascii():
        return text
    if any(map(text.__contains__, _NO_CHARACTERS)) or _is_japanese_utf8(data):
        raise Problem("oqs.encoding-mismatch", where="line 1", declared=name)
    return text


def _is_japanese_utf8(data: bytes) -> bool:
    """UTF-8 can pass for Shift_JIS and come out as other kanji. The opposite hardly happens: every character of the
    message would have to fit UTF-8 too, as a few rare kanji before half-width kana do."""
    try:
        return _japanese(data.decode("utf-8")) is not None
    except UnicodeDecodeError:
        return False


def _mismatch(data: bytes, position: int, name: str) -> Problem:
    line = data.count(b"\n", 0, position) + 1
    return Problem("oqs.encoding-mismatch", where=f"line {line}", declared=name)


def encoded(document: str, encoding: Encoding) -> tuple[bytes, tuple[Replaced, ...]]:
    """An XML document in its character set, with what had to be replaced. Private-use characters that the asker sent
    are given back as they came."""
    if STAND_IN_MARK not in document:
        content = exact(document, encoding)
        if content is not None:
            return content, ()
    replaced: list[Replaced] = []
    fitted = "".join(_fitted_tokens(document, encoding, replaced))
    return fitted.encode(encoding.codec), tuple(replaced)


def exact(text: str, encoding: Encoding) -> bytes | None:
    """The bytes that mean this text and no other, None where a character set has none."""
    if encoding is Encoding.UTF_8:
        return text.encode()
    if any(map(text.__contains__, _NOT_GIVEN_BACK)):
        return None
    try:
        return text.encode("cp932")
    except UnicodeEncodeError:
        return None


_token = re.compile("<[^>]*>|[^<]+")
_CARRIAGE_RETURN = {"&#13;": "\r"}
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})


def escaped(text: str) -> str:
    """Text as it stands between tags."""
    return text.translate(_ENTITIES)


def _fitted_tokens(document: str, encoding: Encoding, replaced: list[Replaced]) -> Iterator[str]:
    """The tags and texts of a document, the texts fitted. Fitting works on what a text says, not on how it is escaped:
    a stand-in may itself need escaping."""
    path: list[str] = []
    for token in _token.findall(document):
        if token.startswith("<"):
            if token.startswith("</"):
                path.pop()
            elif not token.startswith("<?"):
                path.append(token[1:-1])
            yield token
        else:
            yield escaped(fitted(unescape(token, _CARRIAGE_RETURN), encoding, "/" + "/".join(path), replaced))


def fitted(text: str, encoding: Encoding, where: str, replaced: list[Replaced]) -> str:
    """One text with only characters that the character set has; what was replaced is added to `replaced`."""
    if encoding is Encoding.SHIFT_JIS:
        if exact(text, encoding) is not None:
            return text
        content, stand_ins = encode_cp932(text)
        replaced += [Replaced(where=where, readable=item.stand_in != "●") for item in stand_ins]
        return content.decode("cp932")
    replaced += [Replaced(where=where, readable=False)] * text.count(STAND_IN_MARK)
    return text.replace(STAND_IN_MARK, "●")
