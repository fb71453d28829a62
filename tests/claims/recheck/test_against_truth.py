"""A recheck of a fictional month finds what was planted into it by code that knows nothing of it."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import duckdb

from kaihoken.cli import run
from kaihoken.people.places import places
from kaihoken.people.receipts import Order, place_named, write_month

PLANTED = {
    "as-written": {"as-written"},
    "switch": {"switched"},
    "split": {"split"},
    "excluded": {"excluded"},
    "lost": {"lost"},
    "died": {"lost"},
}
"""The verdict of what the register says of a receipt. Mistyped numbers find nobody: other checks look for them."""


def test_what_the_register_says_of_each_receipt_is_found(tmp_path: Path) -> None:
    order = Order(place_named("甲府市", places()), date(2026, 9, 1), 900, 1, date(2026, 10, 8), 0.9)
    write_month(order, tmp_path / "month")
    out, coverages = tmp_path / "out", tmp_path / "month" / "coverages.csv"
    files = [tmp_path / "month" / house / "RECEIPTC.UKE" for house in ("shaho", "kokuho")]

    run(["claims", "recheck", *map(str, files), "--coverages", str(coverages), "--out", str(out), "--json"])

    found = dict(duckdb.sql(f"select claim_id, verdict from '{out}/verdicts.parquet'").fetchall())
    missed: list[tuple[str, str, str]] = []
    seen: Counter[str] = Counter()
    for line in (tmp_path / "month" / "truth.jsonl").read_text("utf-8").splitlines():
        told = json.loads(line)
        verdict = found.get(f"{tmp_path / 'month' / told['file']}:{told['receipt']}")
        if told["eligibility"] in PLANTED and verdict is not None:  # unreadable ones were left out
            seen[told["eligibility"]] += 1
            if verdict not in PLANTED[told["eligibility"]]:
                missed.append((told["trouble"], told["eligibility"], verdict))
    assert missed == []
    assert min(seen[kind] for kind in PLANTED) >= 3
