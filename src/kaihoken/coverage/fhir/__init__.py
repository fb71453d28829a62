"""FHIR R4: the carrier of systems that speak it, with the forms of JP Core 1.2 where it has any.

Pure: requests are read into values, answers are written from `Answer` and nothing else. No I/O and no clock; the
journey is `coverage.fhir_api`.
"""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.coverage.fhir.audit_events import audit_event
    from kaihoken.coverage.fhir.bundle import Type, resource_of, searchset
    from kaihoken.coverage.fhir.consent import Sought, consent_of, place_in_search, read_consent_search
    from kaihoken.coverage.fhir.elements import encode
    from kaihoken.coverage.fhir.japanese import Numbers, full_width, member_id, narrow
    from kaihoken.coverage.fhir.local import LOCAL
    from kaihoken.coverage.fhir.organization import (
        NameOf,
        Organization,
        organization_by_id,
        organization_by_identifier,
    )
    from kaihoken.coverage.fhir.outcome import outcome_of
    from kaihoken.coverage.fhir.pages import Page, Pages
    from kaihoken.coverage.fhir.published import code_system_document, code_systems, structure_definition
    from kaihoken.coverage.fhir.request import (
        LARGEST_REQUEST,
        ByCertificate,
        ByNumber,
        ByReference,
        EligibilityRequest,
        read_request,
    )
    from kaihoken.coverage.fhir.response import queued_response, response_of, with_receipt
    from kaihoken.coverage.fhir.sealed import (
        CONSENTS,
        LIFETIME,
        LIFETIME_MINUTES,
        MINUTE,
        Sealed,
        Sealer,
        mark_of_certificate,
        mark_of_coverage,
        mark_of_result,
    )
    from kaihoken.coverage.fhir.search import (
        LARGEST_FORM,
        MOST,
        OF_AUDIT_EVENT,
        OF_CONSENT,
        OF_COVERAGE,
        OF_ORGANIZATION,
        OF_PATIENT,
        Days,
        Parameter,
        Token,
        Wanted,
        read_coverage_search,
        read_days,
        read_form,
        read_organization_search,
        read_patient_search,
    )
    from kaihoken.coverage.fhir.uris import JP_MEMBER_ID, JP_PATIENT_ID, OURS, code_system

__all__ = [
    "CONSENTS",
    "JP_MEMBER_ID",
    "JP_PATIENT_ID",
    "LARGEST_FORM",
    "LARGEST_REQUEST",
    "LIFETIME",
    "LIFETIME_MINUTES",
    "LOCAL",
    "MINUTE",
    "MOST",
    "OF_AUDIT_EVENT",
    "OF_CONSENT",
    "OF_COVERAGE",
    "OF_ORGANIZATION",
    "OF_PATIENT",
    "OURS",
    "ByCertificate",
    "ByNumber",
    "ByReference",
    "Days",
    "EligibilityRequest",
    "NameOf",
    "Numbers",
    "Organization",
    "Page",
    "Pages",
    "Parameter",
    "Sealed",
    "Sealer",
    "Sought",
    "Token",
    "Type",
    "Wanted",
    "audit_event",
    "code_system",
    "code_system_document",
    "code_systems",
    "consent_of",
    "encode",
    "full_width",
    "mark_of_certificate",
    "mark_of_coverage",
    "mark_of_result",
    "member_id",
    "narrow",
    "organization_by_id",
    "organization_by_identifier",
    "outcome_of",
    "place_in_search",
    "queued_response",
    "read_consent_search",
    "read_coverage_search",
    "read_days",
    "read_form",
    "read_organization_search",
    "read_patient_search",
    "read_request",
    "resource_of",
    "response_of",
    "searchset",
    "structure_definition",
    "with_receipt",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
