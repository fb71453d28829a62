"""What only the file as a whole shows: its head, how receipts are numbered, its totals."""

from collections.abc import Iterator, Sequence

from kaihoken.claims.checks.coded import unknown_codes
from kaihoken.claims.checks.terms import Terms, found
from kaihoken.claims.finding import Finding
from kaihoken.claims.receipt import FIRST_MONTH, Receipt, month_written, whole
from kaihoken.claims.uke import Head, Line, Tail

_PAYERS = ("HO", "KO")
_FIRST_VOLUME, _LAST_VOLUME = "00", "99"


class WholeFile:
    """Sums up a file while its receipts pass."""

    def __init__(self, terms: Terms, head: Head) -> None:
        self.terms = terms
        self._head = head
        self.receipts = 0
        self._claims = 0
        self._points = 0
        self._last_number = 0
        self._uncounted = False

    def head_findings(self) -> Iterator[Finding]:
        """One head, whose month can be read."""
        records = self.terms.layout.by_id
        heads = [
            line for line in self._head.lines if line.kind in records and records[line.kind].place == "head"
        ]
        if not heads:
            yield Finding(check="file.no-head", line=self._head.lines[0].number if self._head.lines else 1)
        for line in heads[1:]:
            yield Finding(check="file.heads", line=line.number, record=line.kind)
        yield from self._volume(heads[:1], _FIRST_VOLUME)
        if heads and self.terms.claimed is None:
            at = records[heads[0].kind].index["claimed_month"]
            check = "file.month" if month_written(heads[0].at(at)) is None else "file.month-outside"
            yield self._at(heads[0], check, "claimed_month", first=FIRST_MONTH.isoformat()[:7])
        elif heads and self.terms.claimed is not None:
            for field, code in unknown_codes(heads[0], self.terms.layout, self.terms.claimed):
                yield self._at(heads[0], "file.head-code", field.key, name=field.name, code=code)

    def receipt_findings(self, receipt: Receipt) -> Iterator[Finding]:
        """The receipt's place in the file: numbers follow each other from 1, care was before the month of claiming."""
        self.receipts += 1
        number = whole(receipt.number)
        if number is not None:
            if number != self._last_number + 1:
                yield found(
                    "file.numbering",
                    receipt,
                    receipt.common,
                    "number",
                    number=number,
                    expected=self._last_number + 1,
                )
            self._last_number = number
        first = receipt.insurance or (receipt.publics[0] if receipt.publics else None)
        self._claims += sum(line.fields[0] in _PAYERS for line in receipt.lines)
        if first is None or first.points is None:
            self._uncounted = True
        else:
            self._points += first.points

    def tail_findings(self, tail: Tail) -> Iterator[Finding]:
        """総件数 counts payers (HO and KO), 総合計点数 sums what the first payer of each receipt is asked for. Where
        the points of a receipt cannot be read, their sum says nothing."""
        ends = [line for line in tail.lines if line.kind == "GO"]
        for line in ends[1:]:
            yield Finding(check="file.ends", line=line.number, record="GO")
        yield from self._volume(ends[:1], _LAST_VOLUME)
        for line in ends[:1]:
            count, points = self._number(line, "count"), self._number(line, "points")
            if count is not None and count != self._claims:
                yield self._at(line, "file.count", "count", written=count, counted=self._claims)
            if points is not None and points != self._points and not self._uncounted:
                yield self._at(line, "file.points", "points", written=points, summed=self._points)

    def _volume(self, lines: Sequence[Line], whole: str) -> Iterator[Finding]:
        """マルチボリューム識別情報 of a head or an end that says that the claims go on in another file."""
        for line in lines:
            written = line.at(self.terms.layout.by_id[line.kind].index.get("volume", 0))
            if written.isdecimal() and written != whole:
                yield self._at(line, "file.volume", "volume", written=written, whole=whole)

    def _number(self, line: Line, field: str) -> int | None:
        return whole(line.at(self.terms.layout.by_id[line.kind].index[field]))

    def _at(self, line: Line, check: str, field: str, **facts: str | int) -> Finding:
        position = self.terms.layout.by_id[line.kind].index[field]
        return Finding(
            check=check, line=line.number, record=line.kind, field=field, position=position, facts=facts
        )
