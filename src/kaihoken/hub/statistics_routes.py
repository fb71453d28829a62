"""The rows of the route table for the month's public statistics, open to everybody: small numbers are hidden."""

import msgspec

from kaihoken.coverage.statistics import (
    Month,
    PublishedMonths,
    Table,
    as_csv,
    published_month,
    published_months,
)
from kaihoken.hub.exchange import Reply, Request, refuse_plainly
from kaihoken.hub.machine import Machine
from kaihoken.hub.routes import Body, Route

_JSON = "application/json"
_CSV = "text/csv"
_SUFFIX = ".csv"


def statistics_rows(machine: Machine) -> tuple[Route, ...]:
    """Which months there are, and the table of one, as JSON or (`2026-10.csv`) as CSV."""

    async def months(_: Request) -> Reply:
        return Reply(msgspec.json.encode(PublishedMonths(tuple(await published_months(machine.store)))))

    async def month(request: Request) -> Reply:
        name = request.name.removesuffix(_SUFFIX)
        table = await published_month(machine.store, Month.parse(name))
        if request.name.endswith(_SUFFIX):
            return Reply(as_csv(table).encode(), b"text/csv; charset=utf-8")
        return Reply(msgspec.json.encode(table))

    return (
        Route(
            "GET",
            "/v1/statistics",
            "公表した月の一覧",
            "The months whose statistics are published",
            months,
            refuse_plainly,
            answers=(Body(_JSON, PublishedMonths),),
        ),
        Route(
            "GET",
            "/v1/statistics/{id}",
            "月ごとの資格確認の件数（2026-10、CSV は 2026-10.csv）",
            "The month's counts of checks (2026-10; as CSV 2026-10.csv)",
            month,
            refuse_plainly,
            answers=(Body(_JSON, Table), Body(_CSV)),
            problems=("statistics.month", "statistics.not-published"),
        ),
    )
