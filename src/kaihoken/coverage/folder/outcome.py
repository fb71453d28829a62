"""What a request file turns into: which route it is asked at, what is refused on the spot, which files go to `res`.

Pure. A refusal outside the message comes back as the request itself beside an `.err` of its name, in the request's own
character set: that is how a PC's agent says it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from kaihoken.clock import TOKYO
from kaihoken.coverage.oqs import (
    LARGEST_LIST,
    LARGEST_MESSAGE,
    FileName,
    face_name,
    parse_file_name,
)
from kaihoken.problems import Problem

FACE = "/oqs/face"
TO_FACE = "~"
"""What a name begins with that goes to `face` rather than to `res`. No request has such a name."""

_HEAD = 4096
"""Bytes in which the header of an answer stands."""

_SINGLE = "OQSsiquc"
_SEARCH = "/oqs/search"
_CARD = "OQSsiquc01face"
_EXTENSION = {"application/xml": "xml", "text/xml": "xml", "application/zip": "zip", "application/pdf": "pdf"}

# What may stand before the root of a document: a mark, a declaration, instructions, comments. Nothing is tried twice,
# so that the longest message takes no longer than its length.
_doctype = re.compile(
    rb"\A(?:\xef\xbb\xbf)?(?:\s++|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL | re.IGNORECASE
).match
_shift_jis = re.compile(
    rb"\A\s*<\?xml[^>]*encoding\s*=\s*[\"'](?:shift_jis|windows-31j|ms932|cp932|x-sjis)", re.IGNORECASE
).match

# What a card reader took, as its software writes it for us: the name is ours, in the manner of the result's.
_card = re.compile(r"OQSsiquc01req_face_[^/\\:*?\"<>|\x00-\x1f]{1,120}\.json").fullmatch
_answered_to = re.compile(rb"<MedicalInstitutionCode>([0-9]{10})</").search
_answered_at = re.compile(rb"<ProcessExecutionTime>([0-9]{14})</").search

_error = re.compile(rb"<ErrorCode>([A-Za-z0-9-]{1,32})</ErrorCode>").search

Files = Mapping[str, bytes | None]
"""What goes to `res`, by name, or with `TO_FACE` before its name to `face`. None stands for the request itself, whole,
as it was written."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A request that can be asked. `kind` is what may be said of its name, `path` that of the interface, `most` the
    bytes that it may have. Requests of one `lane` are asked one after the other, in the order in which they came; ""
    is for those that do not wait for each other. `name` None: a card at the reader."""

    kind: str
    path: str
    lane: str = ""
    most: int = LARGEST_MESSAGE
    name: FileName | None = None

    def files(self, content: bytes, media_type: str, key: str) -> Files:
        """The result, byte for byte as the hub wrote it. Problem `access.hub-unreachable` for a content that has no
        place in a folder."""
        media = media_type.partition(";")[0].strip().lower()
        if media not in _EXTENSION:
            raise Problem("access.hub-unreachable", where=self.kind, reason=media or "no content type")
        if self.name is not None:
            return {str(self.name.result(_EXTENSION[media])): content}
        facility, at = _answered_to(content), _answered_at(content)
        if facility is None or at is None:
            raise Problem("access.hub-unreachable", where=self.kind, reason="no header")
        when = datetime.strptime(at[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=TOKYO)
        return {f"{TO_FACE}{face_name(facility[1].decode(), bytes.fromhex(key), when)}": content}


def errand(name: str) -> Errand:
    """What to do with a file of that name. Problems `oqs.file-name` where it is no request, `oqs.packed-request` for
    one that is packed, as software with a module for encryption does it: how is not public."""
    if _card(name) is not None:
        return Errand(_CARD, FACE)
    parsed = parse_file_name(name)
    if is_packed(name):
        raise Problem("oqs.packed-request")
    if parsed.direction != "req" or parsed.extension != "xml":
        raise Problem("oqs.file-name")
    stem = parsed.interface.stem
    kind = f"{stem}{parsed.step}"
    if stem == _SINGLE:
        return Errand(kind, _SEARCH, name=parsed)
    most = LARGEST_LIST if parsed.interface.many and parsed.step == "01" else LARGEST_MESSAGE
    return Errand(kind, f"/oqs/{kind}", stem, most, parsed)


def is_packed(name: str) -> bool:
    """Whether a file of that name is a request of ours in a ZIP."""
    try:
        parsed = parse_file_name(name)
    except Problem:
        return False
    return parsed.direction == "req" and parsed.extension == "zip"


def error_in(answer: bytes) -> str:
    """The ErrorCode of a message that says that it was refused as a whole; "" for every other."""
    found = _error(answer, 0, _HEAD)
    return found[1].decode() if found is not None else ""


def require_fit(content: bytes, most: int) -> None:
    """Problems `oqs.too-large`, `oqs.dtd`: what is not even sent. Everything else the hub says in kind."""
    if len(content) > most:
        raise Problem("oqs.too-large", most=most)
    if _doctype(content) is not None:
        raise Problem("oqs.dtd")


def rejected(name: str, content: bytes, problem: Problem) -> Files:
    """The request as it came, and then what was wrong with it."""
    charset = "cp932" if _shift_jis(content) else "utf-8"
    lines = [f"{problem.entry.oqs} {problem.code}".strip()]
    for language in ("ja", "en"):
        lines += [problem.title(language), f"  → {problem.mend(language)}"]
    words = "\r\n".join([*lines, ""]).encode(charset, "replace")
    return {name: None, f"{PurePath(name).stem}.err": words}
