"""The table of the index as CSV and Parquet that carry the ministry's caution with them."""

from collections.abc import Iterable, Sequence
from io import BytesIO

import polars as pl

from kaihoken.workforce.index import INDEX_COLUMNS
from kaihoken.workforce.printing import Row, as_csv


def cautioned_csv(columns: Sequence[str], rows: Iterable[Row], caution: str) -> bytes:
    """UTF-8 with its mark, so that a spreadsheet opens it as it is. The last column has the caution in every row: rows
    are copied and filtered, and a line above the headings would be no table any more."""
    told = ({**row, "caution": caution} for row in rows)
    return b"\xef\xbb\xbf" + as_csv((*columns, "caution"), told).encode()


def index_csv(rows: Iterable[Row], caution: str) -> bytes:
    """The table of the index as such."""
    return cautioned_csv(INDEX_COLUMNS, rows, caution)


def index_parquet(rows: Sequence[Row], notes: Sequence[str]) -> bytes:
    """The same as Parquet; caution and credits stand in the file's metadata under `notes`."""
    out = BytesIO()
    table = pl.DataFrame(rows, schema_overrides={"area_code": pl.String})
    table.write_parquet(out, compression="zstd", metadata={"notes": "\n".join(notes)})
    return out.getvalue()
