"""Small builders for months of fictional claims."""

from datetime import date
from pathlib import Path

import msgspec

from kaihoken.people.places import places
from kaihoken.people.receipts import Order, Truth, place_named

SEPTEMBER = date(2026, 9, 1)


def an_order(
    count: int = 400,
    *,
    month: date = SEPTEMBER,
    seed: int = 1,
    place: str = "甲府市",
    as_of: date = date(2026, 10, 8),
    troubles: float = 0.0,
    kind: str = "medical",
) -> Order:
    return Order(place_named(place, places()), month, count, seed, as_of, troubles, kind)


def truths(folder: Path) -> list[Truth]:
    return [
        msgspec.json.decode(line, type=Truth) for line in (folder / "truth.jsonl").read_bytes().splitlines()
    ]
