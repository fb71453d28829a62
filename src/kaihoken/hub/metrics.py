"""What the hub counts about itself. Labels name carriers, outcomes and problem codes; never people or facilities.

Counting on the way of a question is one addition to a whole number; the library's metric objects are made when
somebody reads them.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.registry import Collector

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)

EXPOSITION = CONTENT_TYPE_LATEST.encode()


class Metrics(Collector):
    """The counters of one hub. `ready`, `head_age`, `log_size` and `witness_failures` are set before they are read."""

    def __init__(self) -> None:
        self._answers: Counter[tuple[str, str]] = Counter()
        self._refusals: Counter[str] = Counter()
        self._rows: Counter[str] = Counter()
        self._seconds = [0] * (len(_BUCKETS) + 1)
        self._seconds_sum = 0.0
        self.not_found_bursts = 0
        self.failures = 0
        self.ready = False
        self.head_age = 0.0
        self.log_size = 0
        self.witness_failures = 0
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def answered(self, carrier: str, validity: str | None) -> None:
        """Count one answer."""
        self._answers[carrier, validity or "none"] += 1

    def took(self, seconds: float) -> None:
        """Count the time of one question, from request to durable answer."""
        self._seconds[bisect_left(_BUCKETS, seconds)] += 1
        self._seconds_sum += seconds

    def refused(self, code: str) -> None:
        """Count one refusal."""
        self._refusals[code] += 1

    def registered(self, status: str, rows: int) -> None:
        """Count registration rows."""
        self._rows[status] += rows

    def exposition(self) -> bytes:
        """The text that Prometheus reads."""
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
        yield self._histogram()
        yield CounterMetricFamily(
            "kaihoken_not_found_bursts",
            "Times that a facility asked for too many people who are not there",
            value=self.not_found_bursts,
        )
        yield CounterMetricFamily("kaihoken_failures", "Unexpected failures", value=self.failures)
        yield GaugeMetricFamily(
            "kaihoken_ready",
            "1 while the log can commit, so that questions can be answered",
            value=self.ready,
        )
        yield GaugeMetricFamily(
            "kaihoken_log_head_age_seconds", "Age of the newest signed head", value=self.head_age
        )
        yield GaugeMetricFamily("kaihoken_log_size", "Commit batches in the log", value=self.log_size)
        yield GaugeMetricFamily(
            "kaihoken_witness_failures", "Heads that the witness could not take", value=self.witness_failures
        )

    def _histogram(self) -> Metric:
        buckets: list[tuple[str, float]] = []
        so_far = 0
        for bound, count in zip((*map(str, _BUCKETS), "+Inf"), self._seconds, strict=True):
            so_far += count
            buckets.append((bound, so_far))
        return HistogramMetricFamily(
            "kaihoken_question_seconds",
            "From request to durable answer",
            buckets=buckets,
            sum_value=self._seconds_sum,
        )
