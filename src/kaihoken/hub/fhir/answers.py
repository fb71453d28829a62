"""What is answered below /fhir: questions, reads and searches in FHIR R4."""

from collections.abc import Callable
from functools import cached_property

import msgspec

from kaihoken.access import Kind
from kaihoken.coverage import Answered, ConsentsAnswer, FhirQuestions, Guards
from kaihoken.coverage.fhir import (
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
from kaihoken.hub.exchange import Reply, Request, asker_of, problem_headers
from kaihoken.hub.fhir.exchange import (
    form_asked_for,
    refuse_fhir,
    require_form,
    require_resource,
    resource_reply,
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
        form = form_asked_for(request.header(b"accept"))
        require_resource(request.header(b"content-type"))
        body, answered = await self._asking.submit(asker_of(caller), request.body, self._guards(request))
        self._count(answered)
        return Reply(body, form)

    def refuse_question(self, request: Request, problem: Problem) -> Reply:
        """処理中 as a response that is queued; everything else as OperationOutcome."""
        if problem.code == "oqs.in-progress" and request.caller is not None:
            body = self._asking.queued(request.body, request.caller.code, self._machine.clock.now())
            form = form_asked_for(request.header(b"accept"))
            return Reply(body, form, problem.entry.status, problem_headers(problem))
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
        plain_query(request)
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
        return resource_reply(request, searchset(places, self.base, len(places)))

    async def read_consent(self, request: Request) -> Reply:
        """GET /fhir/Consent/{id}."""
        plain_query(request)
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
            read_consent_search(request.body, caller.code),
            lambda kind: gate.admit_question(caller, kind),
            lambda kind: gate.not_found(caller, kind),
        )
        found = self._consents(told, caller.code)
        return resource_reply(request, searchset(found, self.base, len(found)))

    def _consents(self, told: bytes, facility: str) -> list[tuple[str, bytes]]:
        answer = msgspec.json.decode(told, type=ConsentsAnswer)
        return [(f"Consent/{said.id}", consent_of(said, facility)) for said in answer.consents]

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

    def _published(self, request: Request, document: Callable[[str], bytes | None]) -> Reply:
        plain_query(request)
        body = document(request.name)
        if body is None:
            raise Problem("fhir.not-found")
        return resource_reply(request, body)

    async def _read_again(self, request: Request, sort: Type) -> Reply:
        plain_query(request)
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
        return self._machine.gate.registry.name_of(Kind(sort), code)


def plain_query(request: Request) -> None:
    """Problems `fhir.format`, `fhir.search` for anything in an address but `_format`."""
    if request.query:
        read_form(request.query, {})


def _receipt(answered: Answered) -> tuple[tuple[bytes, bytes], ...]:
    return ((b"kaihoken-receipt", answered.committed.receipt_header().encode()),)
