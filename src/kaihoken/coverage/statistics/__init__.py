"""The month's public counts of how people's coverage was checked: from the log's records, small numbers hidden."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.coverage.statistics.counting import COUNTED, count_finished_days
    from kaihoken.coverage.statistics.facilities import Hospitals
    from kaihoken.coverage.statistics.month import Month
    from kaihoken.coverage.statistics.publishing import (
        PUBLISHED,
        publish_finished_months,
        published_month,
        published_months,
    )
    from kaihoken.coverage.statistics.recorded import check_statistics
    from kaihoken.coverage.statistics.table import PublishedMonths, Table, as_csv

__all__ = [
    "COUNTED",
    "PUBLISHED",
    "Hospitals",
    "Month",
    "PublishedMonths",
    "Table",
    "as_csv",
    "check_statistics",
    "count_finished_days",
    "publish_finished_months",
    "published_month",
    "published_months",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
