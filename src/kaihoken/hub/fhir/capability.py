"""CapabilityStatement: what the routes below /fhir can do, read off their rows."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import msgspec

from kaihoken import __version__
from kaihoken.coverage.fhir import (
    OF_AUDIT_EVENT,
    OF_CONSENT,
    OF_COVERAGE,
    OF_ORGANIZATION,
    OF_PATIENT,
    Parameter,
)
from kaihoken.hub.routes import Route

CHANGED = date(2026, 11, 21)
"""Day on which what the statement says was last changed."""

_SUBMIT = "http://hl7.org/fhir/OperationDefinition/CoverageEligibilityRequest-submit"
_OAUTH = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
_SERVICE = "http://terminology.hl7.org/CodeSystem/restful-security-service"
_SEARCHED_BY: Mapping[str, Mapping[str, Parameter]] = {
    "Coverage": OF_COVERAGE,
    "Patient": OF_PATIENT,
    "Organization": OF_ORGANIZATION,
    "AuditEvent": OF_AUDIT_EVENT,
    "Consent": OF_CONSENT,
}
_PROFILED = ("Coverage", "Organization", "Patient")
_PROFILES = {name: f"http://jpfhir.jp/fhir/core/StructureDefinition/JP_{name}" for name in _PROFILED}
_BY_FORM = "検索は POST _search だけ。 / Searched by POST _search alone."
_SAID_OF = {
    "CoverageEligibilityRequest": "create も $submit も CoverageEligibilityResponse で答えます。要求は保存しません。"
    " / Both ways are answered with a CoverageEligibilityResponse at once; requests are not kept.",
    "AuditEvent": f"{_BY_FORM} Accept が application/fhir+ndjson なら、全部を一行ずつ返します。"
    " / With Accept application/fhir+ndjson everything comes, a line each.",
    "Consent": f"{_BY_FORM} 続きは link の next から（1 時間まで）。 / Further pages: link next, within an hour.",
    "Coverage": f"{_BY_FORM} ID は答えた医療機関が一定時間だけ読めます。"
    " / An id can be read for a while by the facility that was answered.",
    "Organization": _BY_FORM,
    "Patient": f"{_BY_FORM} ID は Coverage と同じです。 / Ids are as those of Coverage.",
}


_SAID_OF_ALL = (
    "Bundle（batch・transaction）は受け取りません。多くの人は一括照会（POST /v1/bulk-checks）へ。"
    "知らないパラメーターは、Prefer にかかわらず断ります。"
    " / No batch and no transaction: ask about many by POST /v1/bulk-checks."
    " A parameter that is not offered is refused, whatever Prefer says."
)


def capability(rows: Sequence[Route], base: str, token_url: str) -> bytes:
    """The statement, as JSON. `base` is the URL below which the resources lie."""
    return msgspec.json.encode(
        {
            "resourceType": "CapabilityStatement",
            "id": "kaihoken",
            "url": f"{base}/metadata",
            "version": __version__,
            "name": "Kaihoken",
            "title": "Kaihoken 皆保険",
            "status": "active",
            "experimental": False,
            "date": CHANGED.isoformat(),
            "publisher": "Kaihoken",
            "description": "国の公式システムではありません。 / Not an official system.",
            "kind": "instance",
            "software": {"name": "Kaihoken", "version": __version__},
            "implementation": {"description": "Kaihoken hub", "url": base},
            "fhirVersion": "4.0.1",
            "format": ["application/fhir+json", "json"],
            "rest": [
                {
                    "mode": "server",
                    "documentation": _SAID_OF_ALL,
                    "security": _security(token_url),
                    "resource": list(_resources(rows)),
                }
            ],
        }
    )


def interactions(rows: Sequence[Route]) -> dict[str, list[str]]:
    """What can be done with each type: read, search-type, create, or the name of an operation ($submit)."""
    found: dict[str, list[str]] = {}
    for row in rows:
        sort, *below = row.path.removeprefix("/fhir").split("/")[1:] or [""]
        done = _done(row.method, below)
        if sort not in ("", "metadata") and done:
            found.setdefault(sort, []).append(done)
    return found


def _done(method: str, below: Sequence[str]) -> str:
    match method, *below:
        case "GET", "{id}":
            return "read"
        case "POST", "_search":
            return "search-type"
        case "POST", operation:
            return operation
        case ("POST",):
            return "create"
    return ""


def _resources(rows: Sequence[Route]) -> Iterator[dict[str, object]]:
    for sort, done in sorted(interactions(rows).items()):
        described: dict[str, object] = {
            "type": sort,
            "interaction": [{"code": code} for code in done if not code.startswith("$")],
            "versioning": "no-version",
        }
        if sort in _PROFILES:
            described["profile"] = _PROFILES[sort]
        if sort in _SAID_OF:
            described["documentation"] = _SAID_OF[sort]
        parameters = _SEARCHED_BY.get(sort, {})
        if parameters:
            described["searchParam"] = [
                {
                    "name": name,
                    **({"definition": one.definition} if one.definition else {}),
                    "type": one.type,
                    "documentation": one.ja,
                }
                for name, one in parameters.items()
            ]
        if any(code == "$submit" for code in done):
            described["operation"] = [{"name": "submit", "definition": _SUBMIT}]
        yield described


def _security(token_url: str) -> dict[str, object]:
    return {
        "cors": False,
        "service": [
            {"coding": [{"system": _SERVICE, "code": "OAuth"}]},
        ],
        "description": "OAuth 2.0 client credentials, private_key_jwt (RFC 7523): docs/access.md",
        "extension": [{"url": _OAUTH, "extension": [{"url": "token", "valueUri": token_url}]}],
    }
