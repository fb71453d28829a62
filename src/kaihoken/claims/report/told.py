"""One finding with its words, as every report tells it."""

import msgspec

from kaihoken.claims.checks import Check, Level, remedy, said, shown
from kaihoken.claims.finding import Finding


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A finding for whoever mends it. `receipt` is レセプト番号, `field` the key of the field and `position` where it
    stands in the line; both are empty for a finding about a whole line, receipt or file. `unconfirmed` says that no
    official text was found for the level or condition of the check."""

    id: str
    level: Level
    code: str
    receipt: str
    line: int
    record: str
    field: str
    position: int
    message_ja: str
    message_en: str
    remedy: str
    remedy_en: str
    unconfirmed: bool


def in_words(finding: Finding, check: Check) -> Told:
    """The finding in words."""
    return Told(
        id=finding.check,
        level=check.level,
        code=check.code,
        receipt=shown(finding.receipt),
        line=finding.line,
        record=shown(finding.record),
        field=finding.field,
        position=finding.position,
        message_ja=said(finding, "ja"),
        message_en=said(finding, "en"),
        remedy=remedy(check, "ja"),
        remedy_en=remedy(check, "en"),
        unconfirmed=not check.sure,
    )
