"""Add-ons as a counter speaks of them: one line for all tiers, with how often at first and at later visits. Pure.

Which tier a facility claims is told by `add_ons`; that an add-on is due at all does not hang on it.
"""

import re
from dataclasses import dataclass
from datetime import date

from kaihoken.payment.fees.law import Fact, Item, Kind, Occasion, Record, add_on_items

_TIER = re.compile(r"(\d*)(?:（[^）]*）)?$")


@dataclass(frozen=True, slots=True)
class AddOnLine:
    """One add-on of a day. `first_months` and `later_months`: once in so many calendar months at 初診 and at 再診, None
    where it is not claimed there. `filed`: only of facilities that have filed it."""

    name: str
    record: Record
    first_months: int | None
    later_months: int | None
    filed: bool


def lines_on(on: date, kind: Kind) -> tuple[AddOnLine, ...]:
    """The add-ons of visits on a day, in the order of the fee table. Problem `rules.no_version` before 2008-04-01."""
    together: dict[tuple[str, Record], list[Item]] = {}
    for item in add_on_items(on):
        if item.kind is kind and item.occasion is not Occasion.ADMISSION:
            together.setdefault((_TIER.sub("", item.name), item.record), []).append(item)
    return tuple(_line(stem, record, items) for (stem, record), items in together.items())


def _line(stem: str, record: Record, items: list[Item]) -> AddOnLine:
    """Where records matter, the numbers of the items tell them apart (医療情報取得加算1・3)."""
    tiers = [] if record is Record.ANY else [found[1] for item in items if (found := _TIER.search(item.name))]
    months = {item.occasion: item.months.value for item in items}
    return AddOnLine(
        name=stem + "・".join(dict.fromkeys(tiers)),
        record=record,
        first_months=months.get(Occasion.FIRST, months.get(Occasion.DISPENSING)),
        later_months=months.get(Occasion.LATER),
        filed=any(Fact.FILED in item.demands for item in items),
    )
