"""The routes below /fhir: questions, reads and searches in FHIR R4."""

from collections.abc import Callable
from functools import cached_property

import msgspec

from kaihoken.access import Kind, Scope
from kaihoken.coverage import Answered, ConsentsAnswer, FhirQuestions, Guards
from kaihoken.coverage.fhir import (
    LARGEST_FORM,
    LARGEST_REQUEST,
    Sealer,
    Type,
    Wanted,
    code_system_document,
    consent_of,
    encode,
    organization_by_id,
    organization_by_identifier,
    read_consent_search,
    read_coverage_search,
    read_form,
    read_organization_search,
    read_patient_search,
    searchset,
    structure_definition,
)
from kaihoken.hub.exchange import TOO_LARGE, Reply, Request
from kaihoken.hub.fhir.capability import capability
from kaihoken.hub.fhir.exchange import (
    FHIR_JSON,
    FORM,
    form_asked_for,
    refuse_fhir,
    require_form,
    require_resource,
    resource_reply,
)
from kaihoken.hub.fhir.log import FhirLog
from kaihoken.hub.machine import Machine
from kaihoken.hub.questions import Questions, asker_of
from kaihoken.hub.refusals import (
    BODY,
    CALLER,
    FHIR_FORM,
    FHIR_LOG,
    FHIR_QUESTION,
    FHIR_READ,
    FHIR_SEARCH,
    PATIENT,
    RECORD,
)
from kaihoken.hub.rehearsal import Rehearse
from kaihoken.hub.routes import Body, Handler, Route
from kaihoken.identity import NORMALISATION_VERSION
from kaihoken.problems import Problem

_RESOURCE = (Body(FHIR_JSON.decode()), Body("application/json"))
_FORM = (Body(FORM.decode()),)
_REQUEST = "/fhir/CoverageEligibilityRequest"


class FhirRoutes:
    """Handlers below /fhir, and their rows."""

    def __init__(self, machine: Machine, questions: Questions, rehearse: Rehearse | None = None) -> None:
        self._machine = machine
        self._questions = questions
        self._rehearse = rehearse
        self._log = FhirLog(machine)
        self._names: tuple[int, dict[tuple[str, str], str]] = (0, {})

    def rows(self, rehearsed: tuple[str, ...]) -> tuple[Route, ...]:
        """The rows of the route table. `rehearsed` are the problems that a demonstration plays."""
        question = (*CALLER, *FHIR_QUESTION, TOO_LARGE, *BODY, *RECORD, *rehearsed)
        read = (*CALLER, *FHIR_READ, *RECORD, "hub.internal", "hub.stopping", *rehearsed)
        search = (*CALLER, *FHIR_SEARCH, TOO_LARGE, *BODY, *RECORD, *rehearsed)
        return (
            self._open(
                "/fhir/metadata",
                "できることの一覧（CapabilityStatement）",
                "What this server can do",
                self.metadata,
            ),
            self._submit(_REQUEST, self.submit, question),
            self._submit(f"{_REQUEST}/$submit", self.submit, question),
            self._read(
                "Coverage", "被保険者資格", "The coverage that was answered", self.read_coverage, read
            ),
            self._search(
                "Coverage", "被保険者資格の検索", "Search for a coverage", self.search_coverage, search
            ),
            self._not_in_address("Coverage"),
            self._read("Patient", "答えた患者", "The person who was answered", self.read_patient, read),
            self._search("Patient", "患者の検索", "Search for a person", self.search_patient, search),
            self._not_in_address("Patient"),
            self._read(
                "Organization",
                "保険者と医療機関（公開の事実）",
                "Insurers and facilities: public facts",
                self.read_organization,
                (*CALLER, "fhir.format", "fhir.search", "fhir.not-found", "hub.internal"),
            ),
            self._search(
                "Organization",
                "保険者と医療機関の検索",
                "Search for an insurer or a facility",
                self.search_organization,
                (*CALLER, *FHIR_FORM, TOO_LARGE, *BODY),
            ),
            self._read(
                "Consent",
                "自院への同意",
                "A consent given to this facility",
                self.read_consent,
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
            self._search(
                "Consent",
                "自院への同意の検索",
                "Search for consents given to this facility",
                self.search_consents,
                (
                    *CALLER,
                    *PATIENT,
                    *FHIR_FORM,
                    "fhir.identifier",
                    "fhir.code",
                    "consent.period",
                    TOO_LARGE,
                    *BODY,
                    *RECORD,
                ),
                Scope.CONSENTS_READ,
            ),
            Route(
                "POST",
                "/fhir/AuditEvent/_search",
                "記録を日付で取り出す（AuditEvent）",
                "Export records of the log by date, as AuditEvent",
                self.search_audit_events,
                refuse_fhir,
                Scope.LOG_READ,
                reads=_FORM,
                answers=_RESOURCE,
                problems=(
                    *CALLER,
                    "fhir.format",
                    "fhir.search",
                    "identity.date",
                    TOO_LARGE,
                    *BODY,
                    *FHIR_LOG,
                ),
                most_body=LARGEST_FORM,
                refuses_in_kind=True,
            ),
            Route(
                "GET",
                "/fhir/AuditEvent",
                "続きのページ",
                "The next page of an export",
                self.further_audit_events,
                refuse_fhir,
                Scope.LOG_READ,
                answers=_RESOURCE,
                problems=(*CALLER, "fhir.format", "fhir.search", *FHIR_LOG, "hub.stopping", "hub.internal"),
                parameters=(
                    {"name": "cursor", "in": "query", "required": True, "schema": {"type": "string"}},
                ),
                refuses_in_kind=True,
            ),
            self._open(
                "/fhir/CodeSystem/{id}",
                "符号の一覧（業務コード仕様とこのシステムの符号）",
                "Code systems: OQSCD… and our own",
                self.code_system,
                "fhir.not-found",
            ),
            self._open(
                "/fhir/StructureDefinition/{id}",
                "このシステムの拡張の定義",
                "Definitions of our extensions",
                self.structure_definition,
                "fhir.not-found",
            ),
        )

    async def metadata(self, request: Request) -> Reply:
        """GET /fhir/metadata."""
        _plain_query(request)
        return resource_reply(request, self._capability)

    async def submit(self, request: Request) -> Reply:
        """POST /fhir/CoverageEligibilityRequest, and the same as $submit."""
        caller = request.authenticated
        form = form_asked_for(request.header(b"accept"))
        require_resource(request.header(b"content-type"))
        body, answered = await self._asking.submit(asker_of(caller), request.body, self._guards(request))
        self._count(answered)
        return Reply(body, form)

    def refuse_question(self, request: Request, problem: Problem) -> Reply:
        """処理中 as a response that is queued; everything else as OperationOutcome."""
        if problem.code == "oqs.in-progress" and request.caller is not None:
            body = self._asking.queued(request.body, request.caller.code, self._machine.clock.now())
            return Reply(body, form_asked_for(request.header(b"accept")), problem.entry.status)
        return refuse_fhir(request, problem)

    async def read_coverage(self, request: Request) -> Reply:
        """GET /fhir/Coverage/{id}."""
        return await self._read_again(request, "Coverage")

    async def read_patient(self, request: Request) -> Reply:
        """GET /fhir/Patient/{id}."""
        return await self._read_again(request, "Patient")

    async def search_coverage(self, request: Request) -> Reply:
        """POST /fhir/Coverage/_search."""
        return await self._searched(request, "Coverage", read_coverage_search)

    async def search_patient(self, request: Request) -> Reply:
        """POST /fhir/Patient/_search."""
        return await self._searched(request, "Patient", read_patient_search)

    async def read_organization(self, request: Request) -> Reply:
        """GET /fhir/Organization/{id}."""
        _plain_query(request)
        found = organization_by_id(request.name, self._name_of)
        if found is None:
            raise Problem("fhir.not-found")
        return resource_reply(request, encode(found))

    async def search_organization(self, request: Request) -> Reply:
        """POST /fhir/Organization/_search."""
        require_form(request.header(b"content-type"))
        wanted = read_organization_search(request.body)
        found = organization_by_identifier(wanted.system, wanted.value, self._name_of)
        places = [] if found is None else [(f"Organization/{found.id}", encode(found))]
        return resource_reply(request, searchset(places, self._base, len(places)))

    async def read_consent(self, request: Request) -> Reply:
        """GET /fhir/Consent/{id}."""
        _plain_query(request)
        caller = request.authenticated
        ((_, body),) = self._consents(
            await self._machine.consents.read(asker_of(caller), request.name), caller.code
        )
        return resource_reply(request, body)

    async def search_consents(self, request: Request) -> Reply:
        """POST /fhir/Consent/_search."""
        require_form(request.header(b"content-type"))
        caller, gate = request.authenticated, self._machine.gate
        told = await self._machine.consents.search(
            asker_of(caller),
            read_consent_search(request.body),
            lambda kind: gate.admit_question(caller, kind),
            lambda kind: gate.not_found(caller, kind),
        )
        found = self._consents(told, caller.code)
        return resource_reply(request, searchset(found, self._base, len(found)))

    def _consents(self, told: bytes, facility: str) -> list[tuple[str, bytes]]:
        answer = msgspec.json.decode(told, type=ConsentsAnswer)
        return [(f"Consent/{said.id}", consent_of(said, facility)) for said in answer.consents]

    async def search_audit_events(self, request: Request) -> Reply:
        """POST /fhir/AuditEvent/_search."""
        return await self._log.search(request, self._base)

    async def further_audit_events(self, request: Request) -> Reply:
        """GET /fhir/AuditEvent?cursor=…."""
        return await self._log.further(request, self._base)

    async def code_system(self, request: Request) -> Reply:
        """GET /fhir/CodeSystem/{id}."""
        return self._published(request, code_system_document)

    async def structure_definition(self, request: Request) -> Reply:
        """GET /fhir/StructureDefinition/{id}."""
        return self._published(request, structure_definition)

    async def no_search_in_address(self, _: Request) -> Reply:
        """GET /fhir/Patient?…: refused."""
        raise Problem("fhir.search-in-body")

    @cached_property
    def _asking(self) -> FhirQuestions:
        machine = self._machine
        sealer = Sealer(machine.keys.lookup_keys(NORMALISATION_VERSION))
        return FhirQuestions(machine.answering, machine.store, sealer, self._base)

    @cached_property
    def _base(self) -> str:
        return f"{self._machine.settings.audience.removesuffix('/oauth/token')}/fhir"

    @cached_property
    def _capability(self) -> bytes:
        return capability(self.rows(()), self._base, self._machine.settings.audience)

    def _published(self, request: Request, document: Callable[[str], bytes | None]) -> Reply:
        _plain_query(request)
        body = document(request.name)
        if body is None:
            raise Problem("fhir.not-found")
        return resource_reply(request, body)

    async def _read_again(self, request: Request, sort: Type) -> Reply:
        _plain_query(request)
        form = form_asked_for(request.header(b"accept"))
        asker, at = asker_of(request.authenticated), self._machine.clock.now()
        answered = await self._asking.read(asker, sort, request.name, at, self._guards(request))
        self._count(answered)
        return Reply(answered.payload, form, headers=_receipt(answered))

    async def _searched(self, request: Request, sort: Type, read: Callable[[bytes], Wanted]) -> Reply:
        form = form_asked_for(request.header(b"accept"))
        require_form(request.header(b"content-type"))
        asker = asker_of(request.authenticated)
        answered = await self._asking.search(asker, sort, read(request.body), self._guards(request))
        self._count(answered)
        return Reply(answered.payload, form, headers=_receipt(answered))

    def _guards(self, request: Request) -> Guards:
        caller = request.authenticated
        questions = self._questions
        return Guards(questions.admitting(caller), self._rehearse, questions.guarding(caller))

    def _count(self, answered: Answered) -> None:
        self._machine.metrics.answered("fhir", answered.found.answer.validity)

    def _name_of(self, sort: str, code: str) -> str | None:
        """The name under which a facility or an insurer is enrolled here."""
        registry = self._machine.gate.registry
        known, names = self._names
        if known != len(registry):
            names = {}
            for client in registry:  # of several systems of one facility the first names it
                names.setdefault((client.kind.value, client.code), client.name)
            self._names = (len(registry), names)
        return names.get((Kind(sort).value, code))

    def _open(self, path: str, ja: str, en: str, handler: Handler, *problems: str) -> Route:
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

    def _submit(self, path: str, handler: Handler, problems: tuple[str, ...]) -> Route:
        return Route(
            "POST",
            path,
            "資格確認（FHIR）: CoverageEligibilityResponse で答える",
            "Eligibility in FHIR: answered with a CoverageEligibilityResponse",
            handler,
            self.refuse_question,
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
        self,
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
            receipt_header=sort in ("Coverage", "Patient"),
        )

    def _search(
        self,
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
            receipt_header=sort in ("Coverage", "Patient"),
        )

    def _not_in_address(self, sort: str) -> Route:
        return Route(
            "GET",
            f"/fhir/{sort}",
            "個人を URL で検索することはできません",
            "There is no search for people in addresses",
            self.no_search_in_address,
            refuse_fhir,
            answers=_RESOURCE,
            problems=("fhir.search-in-body",),
            refuses_in_kind=True,
            receipt_header=False,
        )


def _plain_query(request: Request) -> None:
    """Problems `fhir.format`, `fhir.search` for anything in an address but `_format`."""
    if request.query:
        read_form(request.query, {})


def _receipt(answered: Answered) -> tuple[tuple[bytes, bytes], ...]:
    return ((b"kaihoken-receipt", answered.committed.receipt_header().encode()),)
