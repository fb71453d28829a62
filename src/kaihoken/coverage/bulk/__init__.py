"""一括照会: many questions at once, answered in four steps that survive a crash (docs/bulk.md)."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.coverage.bulk.forgetting import forget_jobs
    from kaihoken.coverage.bulk.job import LIFE, State
    from kaihoken.coverage.bulk.kinds import BulkCarrier, Job, Kind, Kinds, PartAnswered, Row
    from kaihoken.coverage.bulk.link_messages import order_of_links, registration_of
    from kaihoken.coverage.bulk.links import LINKS, Links
    from kaihoken.coverage.bulk.messages import (
        lines_of_list,
        order_of,
        received,
        reception_header,
        refused_header,
        results_header,
        unit_of,
        written,
    )
    from kaihoken.coverage.bulk.number_rows import NumberRow
    from kaihoken.coverage.bulk.numbers import NUMBERS, Numbers, NumbersAbout
    from kaihoken.coverage.bulk.people import ListedPeople
    from kaihoken.coverage.bulk.reception import Lines, Order, Reception
    from kaihoken.coverage.bulk.recorded import check_bulk
    from kaihoken.coverage.bulk.results import Page, Results, require_done, zipped
    from kaihoken.coverage.bulk.tickets import TICKETS, Tickets, tickets_order
    from kaihoken.coverage.bulk.visits import HOME_VISITS, ONLINE_VISITS, Visits, period_asked, visits_order
    from kaihoken.coverage.bulk.working import Working

__all__ = [
    "HOME_VISITS",
    "LIFE",
    "LINKS",
    "NUMBERS",
    "ONLINE_VISITS",
    "TICKETS",
    "BulkCarrier",
    "Job",
    "Kind",
    "Kinds",
    "Lines",
    "Links",
    "ListedPeople",
    "NumberRow",
    "Numbers",
    "NumbersAbout",
    "Order",
    "Page",
    "PartAnswered",
    "Reception",
    "Results",
    "Row",
    "State",
    "Tickets",
    "Visits",
    "Working",
    "check_bulk",
    "forget_jobs",
    "lines_of_list",
    "order_of",
    "order_of_links",
    "period_asked",
    "received",
    "reception_header",
    "refused_header",
    "registration_of",
    "require_done",
    "results_header",
    "tickets_order",
    "unit_of",
    "visits_order",
    "written",
    "zipped",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
