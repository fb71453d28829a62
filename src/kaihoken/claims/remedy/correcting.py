"""確認用ファイル: the file once more, with the mends of form that are certain and every other byte as it was."""

from collections.abc import Iterable, Iterator, Mapping

from kaihoken.claims.finding import Finding
from kaihoken.claims.records import ClaimLayout, Field
from kaihoken.claims.remedy.changes import Change
from kaihoken.claims.remedy.mends import MENDS, NEVER
from kaihoken.claims.uke import Head, Line, Part, ReceiptLines, Tail, field_faults

CHECKED_NAME = "確認用_"
"""So the name of every corrected file begins."""


class Correcting:
    """A file while it is corrected. `changes` grows as the parts pass. `named` are findings of the checks that name
    their mend (枝番 of an eligibility answer), by line."""

    def __init__(self, named: Iterable[Finding] = ()) -> None:
        self.changes: list[Change] = []
        self._named: dict[int, list[Finding]] = {}
        for finding in named:
            self._named.setdefault(finding.line, []).append(finding)
        self._layout: ClaimLayout | None = None

    def seen(self, parts: Iterable[Part]) -> Iterator[Part]:
        """The same parts, while their changes are noted."""
        for part in parts:
            self.part(part)
            yield part

    def bytes_of(self, parts: Iterable[Part]) -> Iterator[bytes]:
        """The corrected file."""
        for part in parts:
            yield self.part(part)

    def part(self, part: Part) -> bytes:
        """One part, corrected."""
        if isinstance(part, Head):
            self._layout = part.layout
        by_line: dict[int, list[Finding]] = {}
        for finding in part.findings:
            by_line.setdefault(finding.line, []).append(finding)
        place = part.place if isinstance(part, ReceiptLines) else 0
        out = [self._line(line, by_line, place) for line in part.lines]
        rest = part.rest if isinstance(part, Tail) else b""
        return b"".join(out) + rest

    def _line(self, line: Line, by_line: Mapping[int, list[Finding]], place: int) -> bytes:
        mended = line
        for finding in (*by_line.get(line.number, ()), *self._named.get(line.number, ())):
            mended = self._mended(mended, finding, place)
        return mended.raw + mended.ending

    def _mended(self, line: Line, finding: Finding, place: int) -> Line:
        field = self._field(line, finding)
        if field is None or not _is_as_read(line, finding.position):
            return line
        before = line.at(finding.position)
        after = MENDS[finding.check](field, before, finding)
        if after is None or after == before or not _fits(field, after):
            return line
        self.changes.append(
            Change(
                check=finding.check,
                line=line.number,
                receipt=place,
                record=line.kind,
                field=field.key,
                position=finding.position,
                name=field.name,
                before=before,
                after=after,
            )
        )
        return line.with_field(finding.position, after)

    def _field(self, line: Line, finding: Finding) -> Field | None:
        """The field that may be mended, None where there is none."""
        if finding.check not in MENDS or finding.position < 1 or self._layout is None:
            return None
        record = self._layout.by_id.get(line.kind)
        if record is None or finding.position > len(record.positions):
            return None
        field = record.positions[finding.position - 1]
        return None if field.key in NEVER else field


def _fits(field: Field, text: str) -> bool:
    written = text.encode("cp932", "replace")
    return written.decode("cp932") == text and not any(field_faults(field, written, text))


def _is_as_read(line: Line, position: int) -> bool:
    """Whether the bytes of the line are what its fields say: not so in another encoding."""
    parts = line.raw.split(b",")
    if position >= len(parts):
        return len(parts) == len(line.fields)
    return parts[position].decode("cp932", "replace") == line.fields[position]
