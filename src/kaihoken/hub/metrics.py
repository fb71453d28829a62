"""What the hub counts about itself. Labels name carriers, outcomes and problem codes; never people or facilities."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0)

EXPOSITION = CONTENT_TYPE_LATEST.encode()


class Metrics:
    """The counters of one hub, with a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._answers = Counter(
            "kaihoken_answers",
            "Eligibility answers by carrier and 資格有効性",
            ("carrier", "validity"),
            registry=self._registry,
        )
        self._refusals = Counter(
            "kaihoken_refusals", "Refused requests by problem", ("code",), registry=self._registry
        )
        self._rows = Counter(
            "kaihoken_registration_rows", "Registration rows by outcome", ("status",), registry=self._registry
        )
        self.seconds = Histogram(
            "kaihoken_question_seconds",
            "From request to durable answer",
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self.not_found_bursts = Counter(
            "kaihoken_not_found_bursts",
            "Facilities that asked for too many people who are not there",
            registry=self._registry,
        )
        self.failures = Counter("kaihoken_failures", "Unexpected failures", registry=self._registry)
        self.head_age = Gauge(
            "kaihoken_log_head_age_seconds", "Age of the newest signed head", registry=self._registry
        )
        self.log_size = Gauge("kaihoken_log_size", "Commit batches in the log", registry=self._registry)
        self.witness_failures = Gauge(
            "kaihoken_witness_failures", "Heads that the witness could not take", registry=self._registry
        )
        self._answer_children: dict[tuple[str, str | None], Counter] = {}

    def answered(self, carrier: str, validity: str | None) -> None:
        """Count one answer."""
        child = self._answer_children.get((carrier, validity))
        if child is None:
            child = self._answers.labels(carrier, validity or "none")
            self._answer_children[carrier, validity] = child
        child.inc()

    def refused(self, code: str) -> None:
        """Count one refusal."""
        self._refusals.labels(code).inc()

    def registered(self, status: str, rows: int) -> None:
        """Count registration rows."""
        self._rows.labels(status).inc(rows)

    def exposition(self) -> bytes:
        """The text that Prometheus reads."""
        return generate_latest(self._registry)
