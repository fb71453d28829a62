"""What a caller may do (scopes), and which kind of caller may hold which scope.

A scope is asked for by a route and held by a client. The table of kinds is the second lock: an insurer cannot be
enrolled with the right to ask about patients, whoever fills in the form.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from kaihoken.problems import Problem


class Kind(StrEnum):
    """Who a client is: 医療機関・薬局, 保険者 (or 福祉事務所), 審査支払機関, who runs the hub, who watches that one."""

    FACILITY = "facility"
    INSURER = "insurer"
    REVIEW = "review-organisation"
    OPERATOR = "operator"
    AUDITOR = "auditor"


class Scope(StrEnum):
    """One right. The value is the word on the wire."""

    ELIGIBILITY_ASK = "eligibility:ask"
    ELIGIBILITY_BULK = "eligibility:bulk"  # 一括照会
    ELIGIBILITY_CLAIMS = "eligibility:claims"  # whose insurer was responsible, of the claims that it holds
    OQS = "oqs"
    REFERENCES_WRITE = "references:write"  # 照会番号 of the facility itself
    REGISTRATIONS_WRITE = "registrations:write"
    REGISTRATIONS_MATCH = "registrations:match"  # to state the result of the match with J-LIS
    CONSENTS_READ = "consents:read"
    CONSENTS_WRITE = "consents:write"
    FACILITY_SETTINGS = "facility:settings"  # 環境設定 of the facility itself
    LOG_READ = "log:read"
    CLIENTS_WRITE = "clients:write"
    FAILURE_MODE_WRITE = "failure-mode:write"  # システム障害時モード of a facility, after a call-back
    METRICS_READ = "metrics:read"
    OWN_KEY = "clients:own-key"  # to exchange a one-time code for one's own key; no client holds it by its enrolment


HELD_BY: Mapping[Kind, frozenset[Scope]] = {
    Kind.FACILITY: frozenset(
        {
            Scope.ELIGIBILITY_ASK,
            Scope.ELIGIBILITY_BULK,
            Scope.OQS,
            Scope.REFERENCES_WRITE,
            Scope.CONSENTS_READ,
            Scope.CONSENTS_WRITE,
            Scope.FACILITY_SETTINGS,
            Scope.LOG_READ,
        }
    ),
    Kind.INSURER: frozenset({Scope.REGISTRATIONS_WRITE, Scope.LOG_READ}),
    Kind.REVIEW: frozenset({Scope.ELIGIBILITY_CLAIMS, Scope.LOG_READ}),
    Kind.AUDITOR: frozenset({Scope.LOG_READ}),
    Kind.OPERATOR: frozenset(
        {
            Scope.REGISTRATIONS_WRITE,
            Scope.REGISTRATIONS_MATCH,
            Scope.CLIENTS_WRITE,
            Scope.FAILURE_MODE_WRITE,
            Scope.METRICS_READ,
            Scope.LOG_READ,
        }
    ),
}
"""The scopes that a client of each kind may hold at most."""


def parse_scopes(words: Iterable[str]) -> frozenset[Scope]:
    """The scopes that some words name. Raises Problem `access.scope-unknown`."""
    try:
        return frozenset(Scope(word) for word in words)
    except ValueError:
        raise Problem("access.scope-unknown", known=" ".join(Scope)) from None
