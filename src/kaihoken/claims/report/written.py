"""Reports of a check, written finding by finding: the longest file needs no more room than the shortest."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol
from urllib.parse import quote

import msgspec
import orjson

from kaihoken import __version__
from kaihoken.claims.checks import Check, Level, remedy
from kaihoken.claims.eligibility import NOT_ASKED, Asking, Verdict
from kaihoken.claims.report.told import Told
from kaihoken.web import Language, messages

Write = Callable[[str], object]

_SARIF_LEVELS: Mapping[Level, str] = {
    Level.FILE: "error",
    Level.RECEIPT: "error",
    Level.RETURN: "warning",
    Level.NOTICE: "note",
}
_SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

_REFUSING = 5
"""So many reasons for which the whole file is refused are said once more at the end."""


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The file in numbers. `months` are those of claiming that its heads name; `receipts` by the gravest finding that
    each has; `findings` by level; `eligibility` tells whether the days of care were asked about."""

    months: tuple[str, ...]
    receipts: int
    fine: int
    noticed: int
    returned: int
    refused: int
    file_refused: bool
    findings: Mapping[Level, int]
    eligibility: Asking = NOT_ASKED


class Report(Protocol):
    """A report while it is written: `add` each finding in the order of the file, then `end` once."""

    def add(self, told: Told) -> None:
        """One finding."""

    def end(self, summary: Summary, verdicts: Sequence[Verdict] = ()) -> None:
        """The end of the file, with what would become of each receipt whose days were asked about."""


class JsonReport:
    """One JSON object: file, findings, summary."""

    def __init__(self, write: Write, file: str) -> None:
        self._write = write
        self._first = True
        write('{"file":' + _json(file) + ',"findings":[')

    def add(self, told: Told) -> None:
        """One finding."""
        self._write(("\n" if self._first else ",\n") + _json(told))
        self._first = False

    def end(self, summary: Summary, verdicts: Sequence[Verdict] = ()) -> None:
        """The summary, and the verdicts with the records behind them."""
        self._write('\n],"summary":' + _json(summary))
        for at, verdict in enumerate(verdicts):
            self._write((",\n" if at else ',"verdicts":[\n') + _json(verdict))
        self._write("]}\n" if verdicts else "}\n")


class SarifReport:
    """SARIF 2.1.0, in which editors and code hosts show findings of programs. It names nobody: of
    the file it quotes codes, numbers of insurers and what stands where a record's id belongs."""

    def __init__(self, write: Write, file: str, checks: Mapping[str, Check]) -> None:
        self._write = write
        self._file = file
        self._first = True
        rules = [
            {
                "id": check.id,
                "defaultConfiguration": {"level": _SARIF_LEVELS[check.level]},
                "help": {"text": remedy(check, "ja") + "\n" + remedy(check, "en")},
                "properties": {
                    "level": check.level,
                    "source": check.source,
                    "code": check.code,
                    "sure": check.sure,
                },
            }
            for check in checks.values()
        ]
        driver = {"name": "kaihoken", "version": __version__, "rules": rules}
        write('{"$schema":' + _json(_SARIF_SCHEMA) + ',"version":"2.1.0","runs":[{"tool":{"driver":')
        write(_json(driver) + '},"columnKind":"unicodeCodePoints","results":[')

    def add(self, told: Told) -> None:
        """One result."""
        region = {"region": {"startLine": told.line}} if told.line else {}
        result = {
            "ruleId": told.id,
            "level": _SARIF_LEVELS[told.level],
            "message": {"text": f"{told.message_ja}\n{told.message_en}\n→ {told.remedy}\n→ {told.remedy_en}"},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": quote(self._file)}, **region}}],
            "properties": {
                "receipt": told.receipt,
                "record": told.record,
                "field": told.field,
                "position": told.position,
            },
        }
        self._write(("\n" if self._first else ",\n") + _json(result))
        self._first = False

    def end(self, summary: Summary, verdicts: Sequence[Verdict] = ()) -> None:
        """The end of the run."""
        self._write('\n],"properties":' + _json(summary) + "}]}\n")


class TextReport:
    """Lines for the terminal: receipt and line, what was found, where to mend it; at the end the file in numbers."""

    _SIGNS: Mapping[Level, str] = {Level.FILE: "×", Level.RECEIPT: "×", Level.RETURN: "△", Level.NOTICE: "・"}
    _WORDS: Mapping[Level, str] = {
        Level.FILE: "ファイル受付不能 / file refused",
        Level.RECEIPT: "受付不能 / refused",
        Level.RETURN: "返戻の見込み / will come back",
        Level.NOTICE: "確認 / notice",
    }

    def __init__(self, write: Write) -> None:
        self._write = write
        self._refusing: list[Told] = []

    def add(self, told: Told) -> None:
        """One finding."""
        if told.level is Level.FILE:
            self._refusing.append(told)
            del self._refusing[_REFUSING:]
        unsure = " [未確認 / unconfirmed]" if told.unconfirmed else ""
        self._write(f"{self._SIGNS[told.level]} {_place(told)}{self._WORDS[told.level]}: {told.id}{unsure}\n")
        self._write(
            f"    {told.message_ja}\n    {told.message_en}\n    → {told.remedy}\n    → {told.remedy_en}\n"
        )

    def end(self, summary: Summary, verdicts: Sequence[Verdict] = ()) -> None:
        """The file in numbers."""
        months = " ".join(summary.months)
        if months:
            self._write(f"{months} 請求 / month of claiming\n")
        self._write(
            f"{summary.receipts} 件 / receipts: 問題なし / fine {summary.fine}, 確認 / notices {summary.noticed},"
            f" 返戻の見込み / will come back {summary.returned}, 受付不能 / refused {summary.refused}\n"
        )
        for language in ("ja", "en"):
            for line in _of_eligibility(summary.eligibility, language):
                self._write(line + "\n")
        if summary.file_refused:
            self._write("このままではファイルごと受け付けられません / as it is, the whole file is refused\n")
        for told in self._refusing:
            self._write(f"  {_place(told)}{told.id}\n    {told.message_ja}\n    {told.message_en}\n")


def _place(told: Told) -> str:
    """Where it stands: レセプト番号, line, record and position of the field."""
    field = f" {told.record}({told.position})" if told.field else ""
    receipt = f"レセプト {told.receipt} " if told.receipt else ""
    return f"{receipt}{told.line}行{field} " if told.line else receipt


def _of_eligibility(asking: Asking, language: Language) -> Iterator[str]:
    text = messages("claims").text
    yield text(f"asking.{asking.source}", language, asked=asking.asked, answered=asking.answered)
    if asking.broke:
        yield text("asking.broke", language, code=asking.broke)


def _json(value: object) -> str:
    return orjson.dumps(msgspec.to_builtins(value)).decode()
