"""The lists of a hub (一括照会), put together: who takes them in, who answers them, who hands out results."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from prometheus_client import Metric
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily

from kaihoken.access import Gate
from kaihoken.audit import Committer
from kaihoken.clock import Clock
from kaihoken.consent import Care, ConsentBook
from kaihoken.coverage import Asker, Finder, ReferenceNumbers, limits_shown_in
from kaihoken.coverage.bulk import (
    HOME_VISITS,
    LINKS,
    NUMBERS,
    ONLINE_VISITS,
    TICKETS,
    Kinds,
    Links,
    ListedPeople,
    Numbers,
    Reception,
    Results,
    Tickets,
    Visits,
    Working,
)
from kaihoken.coverage.facility import FacilityBook
from kaihoken.hub.metrics import Metrics
from kaihoken.hub.settings import HubSettings
from kaihoken.store import LookupKey, Store


@dataclass(frozen=True, slots=True)
class BulkJobs:
    """What the routes of lists use."""

    reception: Reception
    working: Working
    results: Results
    tickets: Tickets
    visits: Mapping[Care, Visits]


async def bulk_jobs(
    settings: HubSettings,
    store: Store,
    finder: Finder,
    committer: Committer,
    lookup_keys: Sequence[LookupKey],
    clock: Clock,
    reference_numbers: ReferenceNumbers,
    gate: Gate,
    consents: ConsentBook,
    facilities: FacilityBook,
    metrics: Metrics,
) -> BulkJobs:
    """The lists of a hub; what an earlier life left is taken up, and goes on once `working` runs. Raises the
    Problems of the store."""
    shown = limits_shown_in(store)
    people = ListedPeople(store, shown, committer, clock)
    tickets = Tickets(people, finder, lookup_keys)
    home, online = (Visits(care, people, consents, facilities) for care in (Care.HOME, Care.ONLINE))
    kinds: Kinds = {
        NUMBERS: Numbers(finder, shown, committer, lookup_keys, clock, gate),
        LINKS: Links(reference_numbers, gate),
        TICKETS: tickets,
        HOME_VISITS: home,
        ONLINE_VISITS: online,
    }
    working = Working(store, committer, clock, kinds, _who_may_ask(gate))
    await working.resume()
    reception = Reception(
        store,
        committer,
        clock,
        working,
        most_items=settings.bulk_items,
        most_open=settings.bulk_open,
    )
    metrics.also(lambda: _measured(working))
    visits = {Care.HOME: home, Care.ONLINE: online}
    return BulkJobs(reception, working, Results(store, committer), tickets, visits)


def _who_may_ask(gate: Gate) -> Callable[[Asker], bool]:
    """Whether the client that sent a list, and the key with which it did, are still active."""

    def may_ask(asker: Asker) -> bool:
        client = gate.registry.get(asker.client)
        key = client.key(asker.key) if client is not None else None
        return client is not None and client.status == "active" and key is not None and key.status == "active"

    return may_ask


def _measured(working: Working) -> Iterable[Metric]:
    yield GaugeMetricFamily(
        "kaihoken_bulk_jobs_waiting", "Lists that are not answered to their end", value=working.waiting
    )
    items = CounterMetricFamily(
        "kaihoken_bulk_items", "Rows of lists answered by outcome", labels=("status",)
    )
    for status in ("normal", "error"):
        items.add_metric((status,), working.items[status])
    yield items
