"""Claims by the numbers of coverages, and what a table says of their days."""

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from kaihoken.claims.checks import receipts_of
from kaihoken.claims.eligibility import CareDay, DayAnswer, TableSource
from kaihoken.claims.receipt import Receipt
from kaihoken.claims.recheck import COVERAGES
from kaihoken.claims.uke import read
from kaihoken.coverage import Coverage, History
from kaihoken.coverage.history import believed

from ...coverage.people import NOW
from ..files import Fields, a_file, a_receipt

PUBLIC: Fields = ["KO", "51136018", "1234566", "", "2", "419", "", "", "", ""]
KANA = 36
"""Where カタカナ氏名 stands in RE."""


def lines_of_claim(
    coverage: Coverage, *days: int, place: int = 1, publics: Sequence[Fields] = (), **changed: str
) -> list[Fields]:
    """A receipt (of October 2026) by the numbers of a coverage and its person, some of them changed."""
    told = {
        "insurer": coverage.insurer_number, "symbol": coverage.symbol, "number": coverage.number,
        "branch": coverage.branch, "birthdate": f"{coverage.birthdate:%Y%m%d}", "name": coverage.name,
        "sex": coverage.sex, "type": "1112", "month": "202610", "kana": "", **changed,
    }  # fmt: skip
    lines = a_receipt(
        place,
        re={
            2: told["type"],
            3: told["month"],
            4: told["name"],
            5: told["sex"],
            6: told["birthdate"],
            KANA: told["kana"],
        },
        ho={1: told["insurer"].rjust(8), 2: told["symbol"], 3: told["number"]},
        publics=publics,
        visits=days,
    )
    return [[*line[:6], told["branch"], *line[7:]] if line[0] == "SN" else line for line in lines]


def receipts_in(content: bytes) -> list[Receipt]:
    """The receipts of a file."""
    return list(receipts_of(read([content])))


def receipt(coverage: Coverage, *days: int, publics: Sequence[Fields] = (), **changed: str) -> Receipt:
    """One receipt, read from its file."""
    (one,) = receipts_in(a_file(lines_of_claim(coverage, *days, publics=publics, **changed)))
    return one


def write_table(file: Path, people: Sequence[History], collected: date | None = None) -> Path:
    """What is believed of some people as a table of coverages."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        table = csv.DictWriter(opened, [column.name for column in COVERAGES], extrasaction="ignore")
        table.writeheader()
        for person in people:
            for subject, fact in enumerate(believed(person, NOW)):
                if isinstance(fact, Coverage):
                    row = {name: getattr(fact, name) for name in fact.__struct_fields__}
                    row |= {"person": person.person.hex(), "subject": subject, "kind": fact.classification}
                    row |= {"from_day": fact.acquired, "until_day": fact.lost}
                    table.writerow(row | {"collected_on": collected if fact.lost else None})
    return file


def by_table(file: Path, days: Sequence[CareDay]) -> Mapping[CareDay, DayAnswer]:
    """What a table says of some days."""
    return TableSource(file).ask(days).by_day
