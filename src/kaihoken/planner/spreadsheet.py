"""A table about doctors for a spreadsheet: rows that carry the ministry's caution wherever they are copied."""

from collections.abc import Iterable, Sequence

from kaihoken.planner.asked import Asked, File
from kaihoken.web import messages
from kaihoken.workforce import Row
from kaihoken.workforce.documents import cautioned_csv


def spreadsheet(asked: Asked, columns: Sequence[str], rows: Iterable[Row], name: str) -> File:
    """The rows as CSV with the caution in the language of the page, called `<name>.csv`."""
    body = cautioned_csv(columns, rows, messages("planner").text("caution", asked.language))
    return File(body, "text/csv; charset=utf-8", f"{name}.csv")
