"""指摘: one thing that a check found, and where. What it means, how grave it is and how to mend it stands in the
catalogue of checks (`kaihoken.claims.checks`), under the same id."""

from collections.abc import Mapping
from typing import TypeAlias

import msgspec

Facts: TypeAlias = Mapping[str, str | int]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What a check found. `line` counts from 1 in the file, `receipt` is レセプト番号 as written (its place in the file
    where none can be read), `field` the key of the record's field and `position` where it stands in the line.
    `facts` fill the words; they hold no more of a person than the words must say."""

    check: str
    receipt: str = ""
    line: int = 0
    record: str = ""
    field: str = ""
    position: int = 0
    facts: Facts = {}
