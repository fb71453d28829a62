"""What a returned file holds, typed, as it comes: its head, each receipt with the reasons for which it came back and
the 履歴管理ブロック behind it, its end."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypeAlias

import msgspec

from kaihoken.claims.checks import Terms, found, history_findings, history_of, search_in, terms_of
from kaihoken.claims.finding import Finding
from kaihoken.claims.receipt import Receipt, month_written, receipt_of, whole
from kaihoken.claims.uke import Head, Line, Part, ReceiptLines, Tail
from kaihoken.problems import Problem

HEAD = "HI"
REASON = "HR"
END = "HG"
_DAMAGED = frozenset(("returned.line", "returned.order", "returned.block-apart", "file.line-end"))


class Reason(msgspec.Struct, frozen=True, gc=False):
    """返戻理由 (HR). `month` is the first day of 処理年月, `kind` 返戻区分, `section` 診療識別, `code`
    返戻事由コード, `text` and `more` what is written for people, `corrected` 補正情報."""

    line: Line
    month: date | None
    kind: str
    section: str
    code: str
    text: str
    more: str
    corrected: str
    search: str


class ReturnedHead(msgspec.Struct, frozen=True):
    """Whose receipts came back, and from whom."""

    line: Line
    terms: Terms
    findings: tuple[Finding, ...]


class Returned(msgspec.Struct, frozen=True):
    """A receipt that came back. `request` are the lines that were claimed, `history` those of the 履歴管理ブロック,
    every byte as it came."""

    receipt: Receipt
    request: tuple[Line, ...]
    reasons: tuple[Reason, ...]
    history: tuple[Line, ...]
    findings: tuple[Finding, ...]

    @property
    def number(self) -> str:
        """レセプト番号, its place in the file where none is written."""
        return self.receipt.number or str(self.receipt.place)

    @property
    def damaged(self) -> bool:
        """Whether the receipt or its block is not as it was sent: cut off, out of order, or in part unreadable."""
        return any(finding.check in _DAMAGED for finding in self.findings)

    @property
    def can_reclaim(self) -> bool:
        """Whether a re-claim can be made of it: the block is there and whole, and it is the block of this receipt."""
        said = search_in(self.history, self.receipt)
        fits = bool(self.receipt.search) and said in ("", self.receipt.search)
        return fits and bool(self.history) and not self.damaged


class ReturnedEnd(msgspec.Struct, frozen=True):
    """How many receipts there were."""

    receipts: int
    findings: tuple[Finding, ...]


Step: TypeAlias = ReturnedHead | Returned | ReturnedEnd


def returned_in(parts: Iterable[Part]) -> Iterator[Step]:
    """Head, receipts and end of a returned file, with what is wrong in each; several files in one come one after
    another. Problem `claims.not-returned` where a file does not begin with 返戻医療機関."""
    reading: _Reading | None = None
    for part in parts:
        if isinstance(part, Head):
            reading = _Reading(part)
            yield reading.begun
        elif reading is None:
            raise ValueError("a file begins with its head")
        elif isinstance(part, Tail):
            yield reading.end(part)
        else:
            yield reading.receipt(part)


class _Reading:
    """One file while its receipts pass."""

    def __init__(self, head: Head) -> None:
        line = next((line for line in head.lines if line.kind == HEAD), None)
        if line is None:
            raise Problem("claims.not-returned")
        self._terms = terms_of(head)
        self._receipts = 0
        self._payers = 0
        self.begun = ReturnedHead(line, self._terms, tuple(head.findings))

    def receipt(self, part: ReceiptLines) -> Returned:
        """One receipt."""
        receipt = receipt_of(part, self._terms.layout)
        history = history_of(part.lines)
        reasons = [self._reason(line) for line in part.lines if line.kind == REASON]
        request = [line for line in part.lines if line.kind != REASON and not line.kind.isdecimal()]
        self._receipts += 1
        self._payers += len(receipt.payers)
        findings = [*part.findings, *_order(receipt), *history_findings(receipt, self._terms)]
        if not reasons:
            findings.append(found("returned.no-reason", receipt, None))
        if not history:
            findings.append(found("returned.no-history", receipt, None))
        findings += (
            found("returned.search-reason", receipt, reason.line, "search")
            for reason in reasons
            if reason.search != receipt.search
        )
        number = receipt.number or str(receipt.place)
        told = tuple(msgspec.structs.replace(finding, receipt=number) for finding in findings)
        return Returned(receipt, tuple(request), tuple(reasons), tuple(history), told)

    def end(self, tail: Tail) -> ReturnedEnd:
        """The end: what 返戻合計 counts is not certain, so either of the two counts will do."""
        findings = list(tail.findings)
        place = self._terms.layout.by_id[END].index["count"]
        for line in tail.lines:
            written = whole(line.at(place)) if line.kind == END else None
            if written is not None and written not in (self._receipts, self._payers):
                facts = {"written": written, "counted": self._receipts}
                findings.append(
                    Finding(
                        check="returned.count",
                        line=line.number,
                        record=END,
                        field="count",
                        position=place,
                        facts=facts,
                    )
                )
        return ReturnedEnd(self._receipts, tuple(findings))

    def _reason(self, line: Line) -> Reason:
        at = self._terms.layout.by_id[REASON].index

        def text(key: str) -> str:
            return line.at(at[key])

        return Reason(
            line,
            month_written(text("month")),
            text("kind"),
            text("section"),
            text("reason"),
            text("text"),
            text("more"),
            text("corrected"),
            text("search"),
        )


def _order(receipt: Receipt) -> Iterator[Finding]:
    """What was claimed, then the reasons, then the block."""
    last = 0
    for line in receipt.lines:
        rank = 2 if line.kind.isdecimal() else int(line.kind == REASON)
        if rank < last:
            yield found("returned.order", receipt, line)
            return
        last = rank
