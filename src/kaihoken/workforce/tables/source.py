"""出典: where a table comes from, the credit it asks for, and the day that it speaks of."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from kaihoken import shipped

_READ_AS_TEXT = 0


@dataclass(frozen=True, slots=True)
class Source:
    """Of one table: the shipped file (below the data folder) or the imported one, its title, who publishes it, the
    credit to print beside what is made from it, what was done to it on the way, and its reference day (基準日)."""

    file: str
    title: str
    source: str
    credit: str
    processing: str
    as_of: date


def shipped_source(name: str, as_of: date) -> Source:
    """The source of a file that ships, as its manifest says."""
    entry = next(file for file in shipped.manifest().files if file.path == name)
    return Source(name, entry.title, entry.source, entry.credit, entry.processing, as_of)


def shipped_table(name: str) -> pl.DataFrame:
    """A shipped CSV or Parquet file. Every column of a CSV is text: codes keep their zeros; an empty cell is None."""
    path = shipped.path(name)
    return (
        pl.read_parquet(path)
        if path.suffix == ".parquet"
        else pl.read_csv(path, infer_schema_length=_READ_AS_TEXT)
    )
