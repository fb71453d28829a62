"""What the hub counts about itself. Labels name carriers, outcomes and problem codes; never people or facilities.

Counting on the way of a question is one addition to a whole number; the library's metric objects are made when
somebody reads them.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec
from prometheus_client import CollectorRegistry, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.registry import Collector

from kaihoken.audit import Histogram, Pulse
from kaihoken.store import Extent

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)

EXPOSITION = CONTENT_TYPE_LATEST.encode()


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked up when somebody reads the metrics."""

    ready: bool
    head_age: float
    log_size: int
    witness_failures: int
    waiting: tuple[int, int]
    pulse: Pulse
    lookup_versions: int
    key_ages: Mapping[str, float]  # seconds, by the sort of key
    extent: Extent | None  # None: the store cannot be asked now


class Metrics(Collector):
    """The counters of one hub. `also` takes what other parts of the hub count."""

    def __init__(self) -> None:
        self._answers: Counter[tuple[str, str]] = Counter()
        self._refusals: Counter[str] = Counter()
        self._rows: Counter[str] = Counter()
        self._links: Counter[str] = Counter()
        self._seconds = Histogram(_BUCKETS)
        self._others: list[Callable[[], Iterable[Metric]]] = []
        self._seen: Seen | None = None
        self.not_found_bursts = 0
        self.failures = 0
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def also(self, collect: Callable[[], Iterable[Metric]]) -> None:
        """Tell more with each reading: what `collect` makes (families of prometheus_client, their names documented in
        docs/alerts.md)."""
        self._others.append(collect)

    def answered(self, carrier: str, validity: str | None) -> None:
        """Count one answer."""
        self._answers[carrier, validity or "none"] += 1

    def took(self, seconds: float) -> None:
        """Count the time of one question, from request to durable answer."""
        self._seconds.add(seconds)

    def refused(self, code: str) -> None:
        """Count one refusal."""
        self._refusals[code] += 1

    def registered(self, status: str, rows: int) -> None:
        """Count registration rows."""
        self._rows[status] += rows

    def linked(self, status: str) -> None:
        """Count a 照会番号 that was registered or taken back."""
        self._links[status] += 1

    def exposition(self, seen: Seen) -> bytes:
        """The text that Prometheus reads."""
        self._seen = seen
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """The library's objects for what was counted so far."""
        answers = CounterMetricFamily(
            "kaihoken_answers",
            "Eligibility answers by carrier and 資格有効性",
            labels=("carrier", "validity"),
        )
        for labels, count in self._answers.items():
            answers.add_metric(labels, count)
        yield answers
        refusals = CounterMetricFamily("kaihoken_refusals", "Refused requests by problem", labels=("code",))
        for code, count in self._refusals.items():
            refusals.add_metric((code,), count)
        yield refusals
        rows = CounterMetricFamily(
            "kaihoken_registration_rows", "Registration rows by outcome", labels=("status",)
        )
        for status, count in self._rows.items():
            rows.add_metric((status,), count)
        yield rows
        links = CounterMetricFamily(
            "kaihoken_reference_numbers", "Reference numbers (照会番号) by outcome", labels=("status",)
        )
        for status, count in self._links.items():
            links.add_metric((status,), count)
        yield links
        yield _histogram("kaihoken_question_seconds", "From request to durable answer", self._seconds)
        yield CounterMetricFamily(
            "kaihoken_not_found_bursts",
            "Times that a facility asked for too many people who are not there",
            value=self.not_found_bursts,
        )
        yield CounterMetricFamily("kaihoken_failures", "Unexpected failures", value=self.failures)
        if self._seen is not None:
            yield from _families(self._seen)
        for collect in self._others:
            yield from collect()


def _families(seen: Seen) -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "kaihoken_ready", "1 while the log can commit, so that questions can be answered", value=seen.ready
    )
    yield GaugeMetricFamily(
        "kaihoken_log_head_age_seconds", "Age of the newest signed head", value=seen.head_age
    )
    yield GaugeMetricFamily("kaihoken_log_size", "Commit batches in the log", value=seen.log_size)
    yield GaugeMetricFamily(
        "kaihoken_witness_failures", "Heads that the witness could not take", value=seen.witness_failures
    )
    waiting = GaugeMetricFamily(
        "kaihoken_commit_queue", "Callers that wait for the next commit", labels=("of",)
    )
    for of, count in zip(("questions", "slices"), seen.waiting, strict=True):
        waiting.add_metric((of,), count)
    yield waiting
    yield _histogram("kaihoken_commit_records", "Records in one commit", seen.pulse.records)
    yield _histogram(
        "kaihoken_commit_seconds", "Time of one commit with its sync to disk", seen.pulse.commit_seconds
    )
    yield GaugeMetricFamily(
        "kaihoken_lookup_keys",
        "Versions of the look-up key in force; two while it is replaced",
        value=seen.lookup_versions,
    )
    ages = GaugeMetricFamily("kaihoken_key_age_seconds", "Age of the key in force", labels=("key",))
    for key, age in seen.key_ages.items():
        ages.add_metric((key,), age)
    yield ages
    yield from _room(seen.extent)


def _room(extent: Extent | None) -> Iterator[Metric]:
    if extent is None:
        return
    yield GaugeMetricFamily("kaihoken_store_bytes", "Size of the store's content", value=extent.content)
    if extent.unmerged is not None:
        yield GaugeMetricFamily(
            "kaihoken_store_unmerged_bytes",
            "Length of the log of writes since it last began anew",
            value=extent.unmerged,
        )
    if extent.free is not None:
        yield GaugeMetricFamily(
            "kaihoken_store_free_bytes", "Free room on the disk of the store", value=extent.free
        )


def _histogram(name: str, words: str, counted: Histogram) -> Metric:
    buckets: list[tuple[str, float]] = []
    so_far = 0
    # Always with a decimal point, as every Prometheus keeps them: version 3 writes "256" anew as "256.0".
    bounds = [str(float(bound)) for bound in counted.bounds]
    for bound, count in zip((*bounds, "+Inf"), counted.counts, strict=True):
        so_far += count
        buckets.append((bound, so_far))
    return HistogramMetricFamily(name, words, buckets=buckets, sum_value=counted.total)
