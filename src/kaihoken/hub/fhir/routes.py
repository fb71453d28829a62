"""The rows of the route table below /fhir: FHIR R4."""

from dataclasses import replace
from functools import cache

from kaihoken.access import Scope
from kaihoken.coverage.fhir import (
    LARGEST_FORM,
    LARGEST_REQUEST,
)
from kaihoken.hub.exchange import TOO_LARGE, Reply, Request
from kaihoken.hub.fhir.answers import FhirAnswers
from kaihoken.hub.fhir.capability import capability
from kaihoken.hub.fhir.exchange import (
    FHIR_JSON,
    FHIR_LINES,
    FORM,
    form_of_statement,
    refuse_fhir,
)
from kaihoken.hub.machine import Machine
from kaihoken.hub.questions import Questions
from kaihoken.hub.refusals import (
    BODY,
    CALLER,
    FHIR_FORM,
    FHIR_LOG,
    FHIR_PAGE,
    FHIR_QUESTION,
    FHIR_READ,
    FHIR_SEARCH,
    PATIENT,
    RECORD,
)
from kaihoken.hub.rehearsal import Rehearse
from kaihoken.hub.routes import Body, Handler, Route

_RESOURCE = (Body(FHIR_JSON.decode()), Body("application/json"))
_FORM = (Body(FORM.decode()),)
_REQUEST = "/fhir/CoverageEligibilityRequest"
_WITH_RECEIPT = ("AuditEvent", "Coverage", "Patient")


def fhir_rows(
    machine: Machine, questions: Questions, rehearse: Rehearse | None, rehearsed: tuple[str, ...]
) -> tuple[Route, ...]:
    """The rows of the route table below /fhir. `rehearsed` are the problems that a demonstration plays."""
    answers = FhirAnswers(machine, questions, rehearse)

    @cache
    def described() -> bytes:
        return capability(rows, answers.base, machine.settings.audience)

    async def metadata(request: Request) -> Reply:
        return Reply(described(), form_of_statement(request))

    question = (*CALLER, *FHIR_QUESTION, TOO_LARGE, *BODY, *RECORD, *rehearsed)
    read = (*CALLER, *FHIR_READ, *RECORD, "hub.internal", "hub.stopping", *rehearsed)
    search = (*CALLER, *FHIR_SEARCH, TOO_LARGE, *BODY, *RECORD, *rehearsed)
    rows = (
        _open(
            "/fhir/metadata",
            "できることの一覧（CapabilityStatement）",
            "What this server can do",
            metadata,
        ),
        Route(
            "POST",
            "/fhir",
            "Bundle（batch・transaction）は受け取りません",
            "Bundles (batch, transaction) are not taken",
            answers.no_bundle,
            refuse_fhir,
            answers=_RESOURCE,
            problems=("fhir.bundle", "hub.content-encoding"),
            refuses_in_kind=True,
            in_parts=True,  # of which none is read
            receipt_header=False,
        ),
        _submit(answers, _REQUEST, answers.submit, question),
        _submit(answers, f"{_REQUEST}/$submit", answers.submit, question),
        _read("Coverage", "被保険者資格", "The coverage that was answered", answers.read_coverage, read),
        _search("Coverage", "被保険者資格の検索", "Search for a coverage", answers.search_coverage, search),
        _not_in_address(answers, "Coverage"),
        _read("Patient", "答えた患者", "The person who was answered", answers.read_patient, read),
        _search("Patient", "患者の検索", "Search for a person", answers.search_patient, search),
        _not_in_address(answers, "Patient"),
        _read(
            "Organization",
            "保険者と医療機関（公開の事実）",
            "Insurers and facilities: public facts",
            answers.read_organization,
            (*CALLER, "fhir.format", "fhir.search", "fhir.not-found", "hub.internal"),
        ),
        _search(
            "Organization",
            "保険者と医療機関の検索",
            "Search for an insurer or a facility",
            answers.search_organization,
            (*CALLER, *FHIR_FORM, TOO_LARGE, *BODY),
        ),
        _read(
            "Consent",
            "自院への同意",
            "A consent given to this facility",
            answers.read_consent,
            (
                *CALLER,
                "consent.unknown",
                "fhir.format",
                "fhir.search",
                *RECORD,
                "hub.stopping",
                "hub.internal",
            ),
            Scope.CONSENTS_READ,
        ),
        _search(
            "Consent",
            "自院への同意の検索",
            "Search for consents given to this facility",
            answers.search_consents,
            (
                *CALLER,
                *PATIENT,
                *FHIR_FORM,
                "fhir.identifier",
                "fhir.code",
                "coverage.other-facility",
                "consent.period",
                TOO_LARGE,
                *BODY,
                *RECORD,
            ),
            Scope.CONSENTS_READ,
        ),
        _further(
            "Consent",
            "同意の検索の続きのページ",
            "The next page of a search for consents",
            answers.further_consents,
            RECORD,
        ),
        Route(
            "POST",
            "/fhir/AuditEvent/_search",
            "記録を日付で取り出す（AuditEvent）",
            "Export records of the log by date, as AuditEvent",
            answers.search_audit_events,
            refuse_fhir,
            Scope.LOG_READ,
            reads=_FORM,
            answers=(*_RESOURCE, Body(FHIR_LINES.decode())),
            problems=(
                *CALLER,
                "fhir.format",
                "fhir.search",
                "fhir.search-in-body",
                "fhir.code",
                "identity.date",
                TOO_LARGE,
                *BODY,
                *FHIR_LOG,
            ),
            most_body=LARGEST_FORM,
            refuses_in_kind=True,
        ),
        _further(
            "AuditEvent",
            "続きのページ",
            "The next page of an export",
            answers.further_audit_events,
            FHIR_LOG,
            Scope.LOG_READ,
        ),
        _open(
            "/fhir/CodeSystem/{id}",
            "符号の一覧（業務コード仕様とこのシステムの符号）",
            "Code systems: OQSCD… and our own",
            answers.code_system,
            "fhir.not-found",
        ),
        _open(
            "/fhir/StructureDefinition/{id}",
            "このシステムの拡張の定義",
            "Definitions of our extensions",
            answers.structure_definition,
            "fhir.not-found",
        ),
    )
    return rows


def _open(path: str, ja: str, en: str, handler: Handler, *problems: str) -> Route:
    return Route(
        "GET",
        path,
        ja,
        en,
        handler,
        refuse_fhir,
        answers=_RESOURCE,
        problems=("fhir.format", "fhir.search", *problems, "hub.internal"),
        refuses_in_kind=True,
        refuses_below=path == "/fhir/metadata",
        receipt_header=False,
    )


def _submit(answers: FhirAnswers, path: str, handler: Handler, problems: tuple[str, ...]) -> Route:
    return Route(
        "POST",
        path,
        "資格確認（FHIR）: CoverageEligibilityResponse で答える",
        "Eligibility in FHIR: answered with a CoverageEligibilityResponse",
        handler,
        answers.refuse_question,
        Scope.ELIGIBILITY_ASK,
        reads=_RESOURCE,
        answers=_RESOURCE,
        problems=problems,
        most_body=LARGEST_REQUEST,
        refuses_in_kind=True,
        receipt_header=False,
        timed=True,
    )


def _read(
    sort: str,
    ja: str,
    en: str,
    handler: Handler,
    problems: tuple[str, ...],
    scope: Scope = Scope.ELIGIBILITY_ASK,
) -> Route:
    return Route(
        "GET",
        f"/fhir/{sort}/{{id}}",
        ja,
        en,
        handler,
        refuse_fhir,
        scope,
        answers=_RESOURCE,
        problems=problems,
        refuses_in_kind=True,
        receipt_header=sort in _WITH_RECEIPT,
    )


def _search(
    sort: str,
    ja: str,
    en: str,
    handler: Handler,
    problems: tuple[str, ...],
    scope: Scope = Scope.ELIGIBILITY_ASK,
) -> Route:
    return Route(
        "POST",
        f"/fhir/{sort}/_search",
        ja,
        en,
        handler,
        refuse_fhir,
        scope,
        reads=_FORM,
        answers=_RESOURCE,
        problems=problems,
        most_body=LARGEST_FORM,
        refuses_in_kind=True,
        receipt_header=sort in _WITH_RECEIPT,
    )


def _further(
    sort: str,
    ja: str,
    en: str,
    handler: Handler,
    problems: tuple[str, ...],
    scope: Scope = Scope.CONSENTS_READ,
) -> Route:
    problems = (*CALLER, *FHIR_PAGE, *problems, "hub.stopping", "hub.internal")
    return replace(
        _read(sort, ja, en, handler, problems, scope),
        path=f"/fhir/{sort}",
        parameters=({"name": "cursor", "in": "query", "required": True, "schema": {"type": "string"}},),
    )


def _not_in_address(answers: FhirAnswers, sort: str) -> Route:
    return Route(
        "GET",
        f"/fhir/{sort}",
        "個人を URL で検索することはできません",
        "There is no search for people in addresses",
        answers.no_search_in_address,
        refuse_fhir,
        answers=_RESOURCE,
        problems=("fhir.search-in-body",),
        refuses_in_kind=True,
        receipt_header=False,
    )
