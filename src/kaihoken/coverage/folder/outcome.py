"""What a request file turns into: which route it is asked at, what is refused on the spot, which files go to `res`.

Pure. A refusal outside the message comes back as the request itself beside an `.err` of its name, in the request's own
character set: that is how a PC's agent says it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from kaihoken.coverage.oqs import LARGEST_MESSAGE, FileName, parse_file_name
from kaihoken.problems import Problem

_SINGLE = "OQSsiquc"
_SEARCH = "/oqs/search"
_EXTENSION = {"application/xml": "xml", "text/xml": "xml", "application/zip": "zip", "application/pdf": "pdf"}

# What may stand before the root of a document: a mark, a declaration, instructions, comments. Nothing is tried twice,
# so that the longest message takes no longer than its length.
_doctype = re.compile(
    rb"\A(?:\xef\xbb\xbf)?(?:\s++|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL | re.IGNORECASE
).match
_shift_jis = re.compile(
    rb"\A\s*<\?xml[^>]*encoding\s*=\s*[\"'](?:shift_jis|windows-31j|ms932|cp932|x-sjis)", re.IGNORECASE
).match

Files = Mapping[str, bytes | None]
"""What goes to `res`, by name. None stands for the request itself, whole, as it was written."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A request that can be asked: its name taken apart, and the path of the interface. Requests of one `lane` are
    asked one after the other, in the order in which they came; "" is for those that do not wait for each other."""

    name: FileName
    path: str
    lane: str


def errand(name: str) -> Errand:
    """What to do with a file of that name. Problem `oqs.file-name` where it is no request."""
    parsed = parse_file_name(name)
    if parsed.direction != "req" or parsed.extension != "xml":
        raise Problem("oqs.file-name")
    stem = parsed.interface.stem
    path = _SEARCH if stem == _SINGLE else f"/oqs/{stem}{parsed.step}"
    return Errand(parsed, path, "" if stem == _SINGLE else stem)


def require_fit(content: bytes) -> None:
    """Problems `oqs.too-large`, `oqs.dtd`: what is not even sent. Everything else the hub says in kind."""
    if len(content) > LARGEST_MESSAGE:
        raise Problem("oqs.too-large", most=LARGEST_MESSAGE)
    if _doctype(content) is not None:
        raise Problem("oqs.dtd")


def result_of(name: FileName, content: bytes, media_type: str) -> Files:
    """The result of a request, byte for byte as the hub wrote it. Problem `access.hub-unreachable` for a content that
    has no place in a folder."""
    media = media_type.partition(";")[0].strip().lower()
    if media not in _EXTENSION:
        raise Problem("access.hub-unreachable", where=name.interface.stem, reason=media or "no content type")
    return {str(name.result(_EXTENSION[media])): content}


def rejected(name: str, content: bytes, problem: Problem) -> Files:
    """The request as it came, and then what was wrong with it."""
    charset = "cp932" if _shift_jis(content) else "utf-8"
    lines = [f"{problem.entry.oqs} {problem.code}".strip()]
    for language in ("ja", "en"):
        lines += [problem.title(language), f"  → {problem.mend(language)}"]
    words = "\r\n".join([*lines, ""]).encode(charset, "replace")
    return {name: None, f"{PurePath(name).stem}.err": words}
