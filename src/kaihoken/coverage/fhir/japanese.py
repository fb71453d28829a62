"""How JP Core writes the numbers of a coverage, and how they are read back.

A part of an identifier holds half-width or full-width characters, never both, and no full-width space: 保険者番号 and
枝番 are half-width, 記号 and 番号 full-width. The colon of a member id is U+003A.
"""

import re
import unicodedata
from typing import NamedTuple

from kaihoken.problems import Problem

_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | dict.fromkeys(map(ord, " \u3000"))
_CSV = re.compile('"([^"]*)","([^"]*)","([^"]*)","([^"]*)"').fullmatch


class Numbers(NamedTuple):
    """What identifies a coverage. "" where there is none, or where it is not said."""

    insurer: str
    symbol: str
    number: str
    branch: str


def wide(text: str) -> str:
    """The text in full width, without spaces: 12-34 becomes １２－３４."""
    if text.isascii():
        return text.translate(_WIDE)
    return unicodedata.normalize("NFKC", text).translate(_WIDE)


def narrow(text: str) -> str:
    """The text as it is looked up: what JP Core writes in full width is compared in half width, and folded once."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def plain(part: str, value: str) -> str:
    """One of the numbers (`part` is its name) as two places that say it are compared."""
    folded = unicodedata.normalize("NFKC", value).strip()
    return folded.zfill(8) if part == "insurer" else folded.lstrip("0")


def full_width(numbers: Numbers) -> Numbers:
    """The numbers with 記号 and 番号 in full width, as the identifiers below are made of."""
    return Numbers(numbers.insurer, wide(numbers.symbol), wide(numbers.number), numbers.branch)


def member_id(written: Numbers) -> str:
    """保険者番号:記号:番号:枝番 (JP_Insurance_memberID); empty parts are empty, every colon stays."""
    return f"{written.insurer}:{written.symbol}:{written.number}:{written.branch}"


def coverage_id(written: Numbers) -> str:
    """The same as four quoted values (JP_Coverage_id)."""
    return f'"{written.insurer}","{written.symbol}","{written.number}","{written.branch}"'


def read_member_id(text: str, where: str) -> Numbers:
    """The numbers in a member id. Problem `fhir.identifier` where there are not four parts."""
    parts = text.split(":")
    if len(parts) != 4:
        raise Problem("fhir.identifier", where=where, form="00012345:あいう:１８７:05")
    return Numbers(*parts)


def read_coverage_id(text: str, where: str) -> Numbers:
    """The numbers in four quoted values. Problem `fhir.identifier` for anything else."""
    parts = _CSV(text)
    if parts is None:
        raise Problem("fhir.identifier", where=where, form='"00012345","１２－３４","５６７８","00"')
    return Numbers(*parts.groups())
