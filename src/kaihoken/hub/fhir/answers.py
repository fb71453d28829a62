"""What is answered below /fhir: questions, reads and searches in FHIR R4."""

from collections.abc import Callable
from functools import cached_property

import msgspec

from kaihoken.access import Kind
from kaihoken.coverage import Answered, ConsentsAnswer, FhirQuestions, Guards
from kaihoken.coverage.fhir import (
    Page,
    Pages,
    Sealer,
    Type,
    Wanted,
    code_system_document,
    consent_of,
    encode,
    organization_by_id,
    organization_by_identifier,
    place_in_search,
    read_consent_search,
    read_coverage_search,
    read_organization_search,
    read_patient_search,
    searchset,
    structure_definition,
)
from kaihoken.hub.consent_routes import guards
from kaihoken.hub.exchange import Reply, Request, asker_of, problem_headers
from kaihoken.hub.fhir.exchange import (
    form_of,
    form_of_search,
    page_in,
    refuse_fhir,
    require_resource,
)
from kaihoken.hub.fhir.log import FhirLog
from kaihoken.hub.machine import Machine
from kaihoken.hub.questions import Questions
from kaihoken.hub.rehearsal import Rehearse
from kaihoken.problems import Problem


class FhirAnswers:
    """Handlers of the routes below /fhir."""

    def __init__(self, machine: Machine, questions: Questions, rehearse: Rehearse | None = None) -> None:
        self._machine = machine
        self._questions = questions
        self._rehearse = rehearse
        self._log = FhirLog(machine)

    async def submit(self, request: Request) -> Reply:
        """POST /fhir/CoverageEligibilityRequest, and the same as $submit."""
        caller = request.authenticated
        form = form_of(request)
        require_resource(request.header(b"content-type"))
        body, answered = await self._asking.submit(asker_of(caller), request.body, self._guards(request))
        self._count(answered)
        return Reply(body, form)

    def refuse_question(self, request: Request, problem: Problem) -> Reply:
        """処理中 as a response that is queued; everything else as OperationOutcome."""
        if problem.code == "oqs.in-progress" and request.caller is not None:
            body = self._asking.queued(request.body, request.caller.code, self._machine.clock.now())
            return Reply(body, form_of(request), problem.entry.status, problem_headers(problem))
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
        form = form_of(request)
        found = organization_by_id(request.name, self._name_of)
        if found is None:
            raise Problem("fhir.not-found")
        return Reply(encode(found), form)

    async def search_organization(self, request: Request) -> Reply:
        """POST /fhir/Organization/_search."""
        form = form_of_search(request)
        wanted = read_organization_search(request.body)
        found = organization_by_identifier(wanted.system, wanted.value, self._name_of)
        places = [] if found is None else [(f"Organization/{found.id}", encode(found))]
        return Reply(searchset(places, self.base, "Organization/_search", len(places)), form)

    async def read_consent(self, request: Request) -> Reply:
        """GET /fhir/Consent/{id}."""
        form = form_of(request)
        caller = request.authenticated
        told = await self._machine.consents.read(asker_of(caller), request.name)
        (said,) = msgspec.json.decode(told, type=ConsentsAnswer).consents
        return Reply(consent_of(said, caller.code), form)

    async def search_consents(self, request: Request) -> Reply:
        """POST /fhir/Consent/_search: the first page."""
        form = form_of_search(request)
        caller = request.authenticated
        sought = read_consent_search(request.body, caller.code)
        try:
            meant = await self._machine.consents.meant(
                asker_of(caller), sought.search, *guards(self._machine, caller)
            )
        except Problem as problem:
            raise place_in_search(problem) from problem
        return Reply(await self._consents(request, Page(meant, sought.most)), form)

    async def further_consents(self, request: Request) -> Reply:
        """GET /fhir/Consent?cursor=…: another page. Anything else in an address is refused."""
        cursor, form = page_in(request)
        page = self._pages.open(cursor, request.authenticated.code, self._machine.clock.now())
        return Reply(await self._consents(request, page), form)

    async def _consents(self, request: Request, page: Page) -> bytes:
        caller = request.authenticated
        found = await self._machine.consents.page(asker_of(caller), page.meant, page.after, page.count)
        return searchset(
            [(f"Consent/{said.id}", consent_of(said, caller.code)) for said in found.told.consents],
            self.base,
            self._page(request, page),
            found.total,
            ""
            if found.last is None
            else self._page(request, msgspec.structs.replace(page, after=found.last)),
        )

    def _page(self, request: Request, page: Page) -> str:
        cursor = self._pages.seal(page, request.authenticated.code, self._machine.clock.now())
        return f"Consent?cursor={cursor}"

    async def search_audit_events(self, request: Request) -> Reply:
        """POST /fhir/AuditEvent/_search."""
        return await self._log.search(request, self.base)

    async def further_audit_events(self, request: Request) -> Reply:
        """GET /fhir/AuditEvent?cursor=…."""
        return await self._log.further(request, self.base)

    async def code_system(self, request: Request) -> Reply:
        """GET /fhir/CodeSystem/{id}."""
        return self._published(request, code_system_document)

    async def structure_definition(self, request: Request) -> Reply:
        """GET /fhir/StructureDefinition/{id}."""
        return self._published(request, structure_definition)

    async def no_bundle(self, _: Request) -> Reply:
        """POST /fhir: refused. Many questions at once are a list."""
        raise Problem("fhir.bundle", where="Bundle")

    async def no_search_in_address(self, _: Request) -> Reply:
        """GET /fhir/Patient?…: refused."""
        raise Problem("fhir.search-in-body")

    @cached_property
    def _asking(self) -> FhirQuestions:
        machine = self._machine
        return FhirQuestions(machine.answering, machine.store, Sealer(machine.lookup_keys), self.base)

    @cached_property
    def base(self) -> str:
        return f"{self._machine.settings.issuer}/fhir"

    @cached_property
    def _pages(self) -> Pages:
        return Pages(self._machine.lookup_keys)

    def _published(self, request: Request, document: Callable[[str], bytes | None]) -> Reply:
        form = form_of(request)
        body = document(request.name)
        if body is None:
            raise Problem("fhir.not-found")
        return Reply(body, form)

    async def _read_again(self, request: Request, sort: Type) -> Reply:
        form = form_of(request)
        asker, at = asker_of(request.authenticated), self._machine.clock.now()
        answered = await self._asking.read(asker, sort, request.name, at, self._guards(request))
        self._count(answered)
        return Reply(answered.payload, form, headers=_receipt(answered))

    async def _searched(self, request: Request, sort: Type, read: Callable[[bytes], Wanted]) -> Reply:
        form = form_of_search(request)
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
        return self._machine.gate.registry.name_of(Kind(sort), code)


def _receipt(answered: Answered) -> tuple[tuple[bytes, bytes], ...]:
    return ((b"kaihoken-receipt", answered.committed.receipt_header().encode()),)
