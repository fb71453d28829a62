"""One catalogue of everything that can go wrong, and the exception that carries an entry with its facts.

The entries live in `problems.toml`: code, HTTP status, FHIR issue type, OQS result code, and what happened and
how to mend it in Japanese and English. A room raises `Problem(code, where=..., **facts)`; the edge renders it in
the carrier's own form (RFC 9457, OperationOutcome, SegmentOfResult 9, a page). Facts fill the `{names}` in the
words and never hold personal data: they reach logs.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Language = Literal["ja", "en"]
Spoken = Literal["ja", "ja@easy", "en"]
"""Also やさしい日本語, for what a page shows to everybody: its readings stand in brackets, 番号（ばんごう）."""
Fact = str | int


@dataclass(frozen=True, slots=True)
class Entry:
    """One problem of the catalogue. `oqs` is the code in ErrorCode / ProcessingResultCode (our own namespace KHK:
    the official list, 別紙6-1, is not public)."""

    code: str
    status: int
    fhir_issue: str
    oqs: str
    title_ja: str
    title_en: str
    mend_ja: str
    mend_en: str
    title_easy: str = ""
    mend_easy: str = ""

    def title(self, language: Spoken) -> str:
        if language == "ja@easy" and self.title_easy:
            return self.title_easy
        return self.title_en if language == "en" else self.title_ja

    def mend(self, language: Spoken) -> str:
        if language == "ja@easy" and self.mend_easy:
            return self.mend_easy
        return self.mend_en if language == "en" else self.mend_ja


@cache
def catalogue() -> Mapping[str, Entry]:
    """Every entry by its code."""
    table = tomllib.loads(files("kaihoken").joinpath("problems.toml").read_text(encoding="utf-8"))
    return {code: Entry(code=code, **fields) for code, fields in table.items()}


class Problem(Exception):
    """An entry of the catalogue that happened. `where` is a path into the input ("rows[3].birthdate",
    "/XmlMsg/MessageBody/...", "line 12") or empty."""

    def __init__(self, code: str, *, where: str = "", **facts: Fact) -> None:
        self.entry = catalogue()[code]
        self.where = where
        self.facts = facts
        super().__init__(f"{code} {where}".strip())

    @property
    def code(self) -> str:
        return self.entry.code

    def title(self, language: Spoken = "ja") -> str:
        """What happened, in words."""
        return self.entry.title(language).format_map(self.facts)

    def mend(self, language: Spoken = "ja") -> str:
        """What to do next, in words."""
        return self.entry.mend(language).format_map(self.facts)

    def as_rfc9457(self) -> dict[str, Fact | dict[str, Fact]]:
        """The problem details object (RFC 9457), with both languages beside the standard members."""
        body: dict[str, Fact | dict[str, Fact]] = {
            "type": f"https://kaihoken.example/problems/{self.code}",
            "title": self.title("en"),
            "status": self.entry.status,
            "detail": self.mend("en"),
            "code": self.code,
            "title_ja": self.title("ja"),
            "detail_ja": self.mend("ja"),
        }
        if self.where:
            body["where"] = self.where
        if self.facts:
            body["facts"] = dict(self.facts)
        return body
