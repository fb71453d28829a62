"""修正票: what to correct where in the レセコン, receipt by receipt."""

from datetime import date

import msgspec

from kaihoken.claims.checks import GRAVEST_FIRST, Check, Level, remedy, said, shown
from kaihoken.claims.finding import Finding
from kaihoken.claims.month import Item, Month


class SlipLine(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to correct. `place` is where it stands in the file, `sure` whether the check has an official source."""

    level: Level
    what: str
    where: str
    place: str
    sure: bool


class Slip(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt, its gravest finding first."""

    number: str
    chart: str
    name: str
    yen: int
    lines: tuple[SlipLine, ...]


class Slips(msgspec.Struct, frozen=True, kw_only=True):
    """The slips of a file in the order of the work. `file_lines` are what the file as a whole would be refused for."""

    facility_name: str
    claimed: date | None
    file_lines: tuple[SlipLine, ...]
    slips: tuple[Slip, ...]


def slips_of(month: Month, places: frozenset[int] | None = None) -> Slips:
    """The slips of a month, of the receipts at these places in the file where they are given."""
    items = (item for item in month.work if places is None or item.place in places)
    return Slips(
        facility_name=shown(month.facility_name),
        claimed=month.claimed,
        file_lines=_lines(month, month.file_findings),
        slips=tuple(_slip(month, item) for item in items),
    )


def _slip(month: Month, item: Item) -> Slip:
    return Slip(
        number=shown(item.number),
        chart=shown(item.chart),
        name=shown(item.name),
        yen=item.yen,
        lines=_lines(month, item.findings),
    )


def _lines(month: Month, findings: tuple[Finding, ...]) -> tuple[SlipLine, ...]:
    lines = (_line(finding, month.checks[finding.check]) for finding in findings)
    return tuple(sorted(lines, key=lambda line: GRAVEST_FIRST.index(line.level)))


def _line(finding: Finding, check: Check) -> SlipLine:
    place = (
        f"{finding.line}行 {finding.record}({finding.position})" if finding.position else f"{finding.line}行"
    )
    return SlipLine(
        level=check.level,
        what=said(finding, "ja"),
        where=remedy(check, "ja"),
        place=place if finding.line else "",
        sure=check.sure,
    )
