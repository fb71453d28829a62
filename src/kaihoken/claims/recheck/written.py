"""What a recheck leaves in its folder: a verdict for each claim, the lists of 振替 and 分割, the months, and the rows
that were left out."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import duckdb

from kaihoken.claims.recheck.reading import Refused

Form = Literal["parquet", "csv"]

_LISTS = {
    "verdicts": "select * exclude (claim) from verdicts",
    "switches": "select * from switches",
    "splits": "select * from splits",
}
_DICTIONARY = 10_000
"""Texts of a column that Parquet keeps once each: every insurer, but not the names of the claims, which all differ."""
_HEAD = ("file", "row", "column", "ja", "en")


def write_lists(database: duckdb.DuckDBPyConnection, folder: Path, form: Form) -> list[Path]:
    """Writes `verdicts`, `switches` and `splits` in that form, and `report.csv`. The folder must be there, and closed
    to others: the files are as DuckDB makes them."""
    options = (
        "format parquet, parquet_version v2, compression zstd, compression_level 1,"
        f" dictionary_size_limit {_DICTIONARY}"
        if form == "parquet"
        else "format csv, header"
    )
    written = [(f"{name}.{form}", select, options) for name, select in _LISTS.items()]
    written.append(
        ("report.csv", "select * from report order by month, verdict, reason", "format csv, header")
    )
    for name, select, how in written:
        path = str(folder / name).replace("'", "''")
        database.execute(f"copy ({select}) to '{path}' ({how})")
    return [folder / name for name, _, _ in written]


def write_refused(refused: Sequence[Refused], file: Path) -> None:
    """Writes which rows were left out, and what should stand there."""
    with file.open("w", encoding="utf-8", newline="") as opened:
        table = csv.writer(opened)
        table.writerow(_HEAD)
        for one in refused:
            problem = one.problem
            table.writerow((one.file, one.row, one.column.name, problem.mend("ja"), problem.mend("en")))
