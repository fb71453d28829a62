"""What insurers and operators do at a hub, and what it tells everybody."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

from kaihoken.access import (
    OWN_KEY,
    PATHS,
    ClientSaid,
    ClientsSaid,
    Disabling,
    NewCertificate,
    NewClient,
    NewKey,
    OwnKey,
)
from kaihoken.coverage.client.calls import Call, asked, got, ordered, text
from kaihoken.coverage.failure.messages import (
    FailureModeClosing,
    FailureModeOpening,
    FailureModeSaid,
    FailureModesSaid,
)
from kaihoken.coverage.registration.messages import RegistrationsAnswer, RegistrationsRequest
from kaihoken.coverage.registration.rows import Row
from kaihoken.coverage.statistics import PublishedMonths, Table

_CLIENTS = "/v1/clients"
_STATISTICS = "/v1/statistics"


def register(rows: Sequence[Row], key: str = "") -> Call[RegistrationsAnswer]:
    """加入者の登録 (POST /v1/registrations). The order has one key, so that it can be repeated safely; give your own
    where your program may be started again in between."""
    return ordered("/v1/registrations", RegistrationsRequest(tuple(rows)), RegistrationsAnswer, key)


def clients(after: str = "") -> Call[ClientsSaid]:
    """A page of the clients of a hub (GET /v1/clients), those behind an id."""
    return got(
        f"{_CLIENTS}?{urlencode({'after': after})}" if after else _CLIENTS, ClientsSaid, authorised=True
    )


def enrol_client(new: NewClient) -> Call[ClientSaid]:
    """A client that comes (POST /v1/clients/enrolments). Repeating a change of clients is safe: what stands is
    answered as it stands."""
    return asked(PATHS[NewClient], new, ClientSaid)


def add_key(new: NewKey) -> Call[ClientSaid]:
    """Another key of a client (POST /v1/clients/keys)."""
    return asked(PATHS[NewKey], new, ClientSaid)


def exchange_key(own: OwnKey) -> Call[ClientSaid]:
    """A client's own key for the one-time code with which it came (POST /v1/clients/own-key). Once: a second time the
    code is refused."""
    return asked(OWN_KEY, own, ClientSaid)


def add_certificate(new: NewCertificate) -> Call[ClientSaid]:
    """A TLS certificate that a client may use (POST /v1/clients/certificates)."""
    return asked(PATHS[NewCertificate], new, ClientSaid)


def disable(disabling: Disabling) -> Call[ClientSaid]:
    """Shut out a client, a key or a certificate, at once and for good (POST /v1/clients/disablings)."""
    return asked(PATHS[Disabling], disabling, ClientSaid)


def failure_modes() -> Call[FailureModesSaid]:
    """Every facility for which the system-failure mode was opened, and what it owes (GET /v1/failure-modes)."""
    return got("/v1/failure-modes", FailureModesSaid, authorised=True)


def open_failure_mode(opening: FailureModeOpening) -> Call[FailureModeSaid]:
    """Open it for a facility that was called back (POST /v1/failure-modes/openings). Each opening is one record."""
    return asked("/v1/failure-modes/openings", opening, FailureModeSaid)


def close_failure_mode(closing: FailureModeClosing) -> Call[FailureModeSaid]:
    """Close it before its time (POST /v1/failure-modes/closings); repeating it is safe."""
    return asked("/v1/failure-modes/closings", closing, FailureModeSaid)


def metrics() -> Call[str]:
    """The numbers of the operator (GET /metrics)."""
    return text("/metrics")


def statistics_months() -> Call[PublishedMonths]:
    """The months whose statistics are published (GET /v1/statistics)."""
    return got(_STATISTICS, PublishedMonths, authorised=False)


def statistics(month: date) -> Call[Table]:
    """The published table of the month of that day (GET /v1/statistics/{id})."""
    return got(f"{_STATISTICS}/{month:%Y-%m}", Table, authorised=False)


def statistics_csv(month: date) -> Call[str]:
    """The same as CSV."""
    return text(f"{_STATISTICS}/{month:%Y-%m}.csv", authorised=False)


def document(path: str) -> Call[dict[str, object]]:
    """What is open to everybody as JSON, such as `/ready`, `/v1/log/head`, `/openapi.json`."""
    return got(path, dict[str, object], authorised=False)
