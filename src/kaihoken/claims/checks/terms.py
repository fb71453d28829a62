"""What a check knows beside the receipt: the file's head and the law of its month."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import TypeAlias

import msgspec

from kaihoken.claims.checks.earlier import EarlierClaims
from kaihoken.claims.finding import Finding
from kaihoken.claims.receipt import Receipt
from kaihoken.claims.records import ClaimLayout
from kaihoken.claims.uke import Line


class Terms(msgspec.Struct, frozen=True):
    """The head of a file as checks use it. `claimed` is the first day of 請求年月, None where it cannot be read;
    `house` is 審査支払機関 as written, 1 支払基金 or 2 国保連; `facility` the seven digits with the prefecture and
    点数表 in front. `earlier` are the clinic's own files of months before, where they were given."""

    layout: ClaimLayout
    claimed: date | None
    house: str
    prefecture: str
    point_table: str
    facility: str
    facility_name: str
    earlier: EarlierClaims | None = None


ReceiptCheck: TypeAlias = Callable[[Receipt, Terms], Iterable[Finding]]
"""A check of one receipt by itself. It leaves `Finding.receipt` to the engine."""


def found(check: str, receipt: Receipt, line: Line | None, field: str = "", **facts: str | int) -> Finding:
    """A finding at a field of a line of the receipt; without a line, at the line where the receipt begins."""
    if line is None:
        return Finding(check=check, line=receipt.line, facts=facts)
    position = receipt.position(line.kind, field) if field else 0
    return Finding(
        check=check, line=line.number, record=line.kind, field=field, position=position, facts=facts
    )
