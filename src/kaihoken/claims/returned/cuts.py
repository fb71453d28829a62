"""増減点連絡書 as CSV: what was cut of claims that were paid, line by line. Which column holds what one public
program alone tells, so every list says that it is not confirmed."""

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from kaihoken import rules
from kaihoken.claims.finding import Finding
from kaihoken.claims.receipt import month_written, whole
from kaihoken.claims.records import ReturnedCodes
from kaihoken.problems import Problem
from kaihoken.web import Language, messages

_ROWS = ("1", "2", "3", "4", "5", "6")
_DETAILS = ("3", "4")  # the first line of a cut, and those that follow
_YEN = ("¥", "￥", "\\")
_MINUS = ("-", "－", "−", "▲", "△")
_END = "\x1a"

_MONTH, _RECEIPT, _NAME, _CHART, _SECTION = 1, 2, 17, 18, 19
_AMOUNT, _REASONS, _BEFORE, _AFTER, _SEARCH = 22, 23, 25, 27, 28
_CARRIED = (_MONTH, _RECEIPT, _NAME, _CHART, _SECTION)
"""A line that follows leaves out what is as in the line before."""


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """One line of what was cut or added. `points` or `yen` is below zero for what was cut; both are None where the
    amount cannot be read. `reasons` are the letters of 増減点事由."""

    line: int
    month: date | None
    receipt: str
    name: str
    chart: str
    section: str
    points: int | None
    yen: int | None
    reasons: str
    claimed: str
    decided: str
    search: str

    def said(self, language: Language) -> tuple[str, ...]:
        """The reasons in words; a letter that is not known says so."""
        words = messages("claims")
        return tuple(
            words.text(f"returned.cut.{letter}", language)
            if letter in _letters()
            else words.text("returned.cut-unknown", language, letter=letter)
            for letter in self.reasons
        )


class Cuts(msgspec.Struct, frozen=True):
    """A list of cuts with what could not be read of it. `sure` is False while no official layout was at hand."""

    cuts: tuple[Cut, ...]
    findings: tuple[Finding, ...]
    sure: bool = False


def read_cuts(content: bytes) -> Cuts:
    """The cuts in a CSV of 増減点連絡書, in Shift_JIS (or UTF-8 with its mark). Problem `claims.not-cuts` where no
    line is of such a list."""
    text = content.decode("utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "cp932", "replace")
    rows = [
        (number, line.split(","))
        for number, line in enumerate(text.replace(_END, "").splitlines(), 1)
        if line
    ]
    if not any(fields[0] in _DETAILS and len(fields) > _REASONS for _, fields in rows):
        raise Problem("claims.not-cuts")
    findings: list[Finding] = []
    cuts = tuple(_cuts(rows, findings))
    return Cuts(cuts, tuple(findings))


def _cuts(rows: Iterable[tuple[int, list[str]]], findings: list[Finding]) -> Iterator[Cut]:
    carried = dict.fromkeys(_CARRIED, "")
    for number, fields in rows:
        kind = fields[0]
        if kind not in _ROWS:
            findings.append(Finding(check="returned.cut-row", line=number))
        if kind not in _DETAILS:
            continue
        carried = {at: _text(fields, at) or before for at, before in carried.items()}
        amount, reasons = _text(fields, _AMOUNT), _text(fields, _REASONS).replace(" ", "")
        if not amount and not reasons:
            continue
        points, yen = _amount(amount)
        if points is None and yen is None:
            findings.append(Finding(check="returned.cut-amount", line=number))
        yield Cut(
            line=number,
            month=month_written(carried[_MONTH]),
            receipt=carried[_RECEIPT],
            name=carried[_NAME],
            chart=carried[_CHART],
            section=carried[_SECTION],
            points=points,
            yen=yen,
            reasons=reasons,
            claimed=_text(fields, _BEFORE),
            decided=_text(fields, _AFTER),
            search=_text(fields, _SEARCH),
        )


def _text(fields: list[str], at: int) -> str:
    return fields[at].strip() if at < len(fields) else ""


def _amount(written: str) -> tuple[int | None, int | None]:
    """Points, or yen where its sign stands with it."""
    digits = written.lstrip("".join((*_MINUS, *_YEN, "+", "＋")))
    amount = whole(digits)
    if amount is None:
        return None, None
    amount = -amount if any(sign in written for sign in _MINUS) else amount
    return (None, amount) if any(sign in written for sign in _YEN) else (amount, None)


def _letters() -> frozenset[str]:
    newest = rules.PACKAGED.versions(ReturnedCodes.family)[-1].effective_from
    return frozenset(rules.load(ReturnedCodes, on=newest).by_id["cut_reason"].by_code)
