"""The two question routes: our JSON and OQS. What they share is admission, counting and the burst of not-found."""

from collections.abc import Callable

from kaihoken.access import Caller
from kaihoken.coverage import (
    Answered,
    Found,
    Inquiry,
    OqsCarrier,
    Situation,
    answer_face,
    answer_oqs,
    check,
    refuse_oqs,
)
from kaihoken.hub.exchange import Reply, Request, asker_of, problem_headers, problem_reply, require_json
from kaihoken.hub.machine import Machine
from kaihoken.hub.rehearsal import Rehearse
from kaihoken.problems import Problem

XML = b"application/xml"
_XML_TYPES = (b"application/xml", b"text/xml")
_NOBODY = frozenset({Situation.NOT_FOUND, Situation.CARD_NOT_LINKED})
_OF_HTTP = ("access.", "audit.", "store.", "hub.", "coverage.other-facility", "oqs.too-large")


class Questions:
    """Handlers of the question routes. `rehearse` plays the sandbox's special numbers on a demo store."""

    def __init__(self, machine: Machine, rehearse: Rehearse | None = None) -> None:
        self._machine = machine
        self._rehearse = rehearse

    async def eligibility_check(self, request: Request) -> Reply:
        """POST /v1/eligibility-checks."""
        caller = request.authenticated
        require_json(request)

        admit, guard = self.admitting(caller), self.guarding(caller)
        body, answered = await check(
            self._machine.answering, asker_of(caller), request.body, guard, admit, self._rehearse
        )
        self._machine.metrics.answered("json", answered.found.answer.validity)
        return Reply(body)

    async def oqs_search(self, request: Request) -> Reply:
        """POST /oqs/search, XML or JSON by content type."""
        caller = request.authenticated
        carrier, declared = oqs_carrier(request.header(b"content-type"))

        admit, guard = self.admitting(caller), self.guarding(caller)
        reply = await answer_oqs(
            self._machine.answering,
            asker_of(caller),
            carrier,
            request.body,
            declared,
            guard,
            admit,
            self._rehearse,
        )
        if reply.answered is not None:
            self._machine.metrics.answered(carrier, reply.answered.found.answer.validity)
        headers = receipt_header(reply.answered)
        return Reply(reply.content, content_type(carrier, reply.encoding.value), headers=headers)

    async def face(self, request: Request) -> Reply:
        """POST /oqs/face: JSON in, the message of a reader out, as XML or (Accept) as JSON."""
        caller = request.authenticated
        require_json(request)
        carrier: OqsCarrier = "oqs-json" if b"json" in request.header(b"accept") else "oqs-xml"
        admit, guard = self.admitting(caller), self.guarding(caller)
        reply = await answer_face(
            self._machine.answering,
            self._machine.facilities.of(caller.code),
            asker_of(caller),
            carrier,
            request.body,
            guard,
            admit,
        )
        assert reply.answered is not None
        self._machine.metrics.answered(carrier, reply.answered.found.answer.validity)
        headers = receipt_header(reply.answered)
        return Reply(reply.content, content_type(carrier, reply.encoding.value), headers=headers)

    def refuse_oqs(self, request: Request, problem: Problem) -> Reply:
        """A problem in the carrier's own form. What concerns HTTP itself (token, limits, size, readiness) keeps
        its status; what concerns the message is 200 with SegmentOfResult 9, as clients of the real interface expect."""
        try:
            carrier, _ = oqs_carrier(request.header(b"content-type"))
        except Problem:
            return problem_reply(problem)
        facility = request.caller.code if request.caller is not None else None
        refusal = refuse_oqs(problem, carrier, request.body, self._machine.clock.now(), facility)
        return Reply(
            refusal.content,
            content_type(carrier, refusal.encoding.value),
            status_in_kind(problem),
            problem_headers(problem),
        )

    def admitting(self, caller: Caller) -> Callable[[Inquiry], None]:
        """Before a question is asked: one by number, or by certificate, waits while those of its facility are
        paused."""
        gate = self._machine.gate

        def admit(inquiry: Inquiry) -> None:
            gate.admit_question(caller, inquiry.kind)

        return admit

    def guarding(self, caller: Caller) -> Callable[[Found], None]:
        """Before an answer leaves: a number or a card that nobody has counts against the facility. Who is registered,
        but not to be seen yet, is somebody."""
        gate = self._machine.gate

        def guard(found: Found) -> None:
            if found.verdict.situation in _NOBODY and found.verdict.person is None:
                gate.not_found(caller, found.answer.kind)

        return guard


def oqs_carrier(content_type: bytes) -> tuple[OqsCarrier, str | None]:
    """The carrier and the charset that a content type names. Problem `hub.content-type` for any other."""
    media, _, parameters = content_type.partition(b";")
    media = media.strip().lower()
    charset = None
    for parameter in parameters.split(b";"):
        name, _, value = parameter.partition(b"=")
        if name.strip().lower() == b"charset":
            charset = value.strip().strip(b'"').decode("ascii", "replace")
    if media in _XML_TYPES:
        return "oqs-xml", charset
    if media == b"application/json":
        return "oqs-json", charset
    raise Problem("hub.content-type", wanted="application/xml, application/json")


def status_in_kind(problem: Problem) -> int:
    """The status of a refusal in the form of an OQS message."""
    return problem.entry.status if problem.code.startswith(_OF_HTTP) else 200


def content_type(carrier: OqsCarrier, encoding: str) -> bytes:
    """What a message in that character set is sent as."""
    media = "application/xml" if carrier == "oqs-xml" else "application/json"
    return f"{media}; charset={encoding}".encode()


def receipt_header(answered: Answered | None) -> tuple[tuple[bytes, bytes], ...]:
    """The header that bears the receipt of an answer in a form that has no place for it."""
    if answered is None:
        return ()
    return ((b"kaihoken-receipt", answered.committed.receipt_header().encode()),)
