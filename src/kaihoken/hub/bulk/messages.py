"""Handlers of the routes of lists in the manner of OQS: 01 takes a list, 02 hands out its results."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from kaihoken.consent import Care
from kaihoken.coverage import OqsCarrier
from kaihoken.coverage.bulk import (
    HOME_VISITS,
    LINKS,
    NUMBERS,
    ONLINE_VISITS,
    TICKETS,
    Job,
    Lines,
    Order,
    lines_of_list,
    period_asked,
    received,
    reception_header,
    refused_header,
    registration_of,
    results_header,
    tickets_order,
    unit_of,
    visits_order,
    written,
    zipped,
)
from kaihoken.coverage.oqs import (
    CONFIRMED,
    ELIGIBILITY,
    REGISTERED,
    REGISTRATIONS,
    TICKET_MONTH,
    VISITED,
    VISITS,
    Encoding,
    Form,
    ListRequest,
    MonthQuestion,
    Reception,
    RegistrationResult,
    Unit,
    Units,
    VisitQuestion,
    read_list,
    read_month_question,
    read_reception_question,
    read_visit_question,
    salvage,
    salvage_json,
    write_reception,
)
from kaihoken.hub.bulk.exchange import ZIP
from kaihoken.hub.exchange import Reply, Request, asker_of, problem_headers, problem_reply
from kaihoken.hub.machine import Machine
from kaihoken.hub.questions import content_type, oqs_carrier, status_in_kind
from kaihoken.hub.repeats import repeat_key
from kaihoken.problems import Problem

MOST_IN_A_MESSAGE = 2_000
"""People in one message; the results of a longer list leave as a ZIP with the message in it."""

_FACILITY = "/XmlMsg/MessageHeader/MedicalInstitutionCode"


@dataclass(frozen=True, slots=True)
class Interface:
    """What one pair of messages carries: lists of which form and kind, results of which units, each made of a line."""

    stem: str
    kind: str
    form: Form
    units: Units
    made: Callable[[bytes], Unit | RegistrationResult]


CHECKS = Interface("OQSmuquc", NUMBERS, ELIGIBILITY, CONFIRMED, unit_of)
"""資格確認 一括照会."""

LINKINGS = Interface("OQSmuimm", LINKS, REGISTRATIONS, REGISTERED, registration_of)
"""照会番号 一括登録."""

MONTHS = Interface("OQSmutic", TICKETS, TICKET_MONTH, CONFIRMED, unit_of)
"""医療扶助 医療券 一括取得."""

HOME = Interface("OQSmuhvq", HOME_VISITS, VISITS, VISITED, unit_of)
"""訪問診療等 一括 再照会."""

ONLINE = Interface("OQSmuonq", ONLINE_VISITS, VISITS, VISITED, unit_of)
"""オンライン診療等 一括 再照会."""


Asked = ListRequest | MonthQuestion | VisitQuestion


@dataclass(frozen=True, slots=True)
class Sent:
    """A message with an order: its body, and in which carrier it came."""

    body: bytes
    xml: bool
    declared: str | None  # the character set that its content type names
    repeat_key: str


class BulkMessages(ABC):
    """Handlers of the routes of one pair of messages."""

    def __init__(self, machine: Machine, interface: Interface) -> None:
        self._machine = machine
        self._interface = interface

    @abstractmethod
    async def _ordered(self, sent: Sent, facility: str) -> tuple[Asked, Order, Lines]:
        """What a message orders, and the rows of its list. Problem `coverage.other-facility` for one that names
        another facility than that which sends it."""

    async def take(self, request: Request) -> Reply:
        """01: 要求, answered with 受付."""
        caller = request.authenticated
        carrier, declared = oqs_carrier(request.header(b"content-type"))
        xml = carrier == "oqs-xml"
        sent = Sent(request.body, xml, declared, repeat_key(request))
        asked, order, lines = await self._ordered(sent, caller.code)
        job = await self._machine.bulk.reception.receive(asker_of(caller), order, lines)
        header = reception_header(asked, self._machine.clock.now())
        message = write_reception(header, received(job), xml=xml)
        return Reply(message, content_type(carrier, _charset(carrier, asked.encoding)))

    async def hand_out(self, request: Request) -> Reply:
        """02: 処理中 until everybody is answered, then 結果."""
        caller = request.authenticated
        carrier, declared = oqs_carrier(request.header(b"content-type"))
        xml = carrier == "oqs-xml"
        question = read_reception_question(request.body, xml=xml, transport=declared)
        _check_facility(question.medical_institution_code, caller.code)
        asker, results = asker_of(caller), self._machine.bulk.results
        interface = self._interface
        job = await results.job(asker, question.reception_number, "oqs", interface.kind)
        header = results_header(question, self._machine.clock.now(), job)
        lines = await results.all(asker, job)
        message = written(header, lines, interface.units, interface.made, xml=xml)
        if _as_zip(request, job):
            name = f"{interface.stem}02res_{job.number}.{'xml' if xml else 'json'}"
            return Reply(b"", ZIP, leaving=zipped(name, message))
        whole = b"".join([part async for part in message])
        return Reply(whole, content_type(carrier, _charset(carrier, question.encoding)))

    def refuse(self, request: Request, problem: Problem) -> Reply:
        """01: a problem in the carrier's own form, with the status that a question's has."""
        return self._refused(request, problem, None)

    def refuse_results(self, request: Request, problem: Problem) -> Reply:
        """02: the same with 受付番号, by which a client may know which of its questions this is about. 処理中 is no
        refusal: its status is 200 and its 処理結果区分 2."""
        return self._refused(request, problem, _number_asked(request))

    def _refused(self, request: Request, problem: Problem, number: str | None) -> Reply:
        try:
            carrier, _ = oqs_carrier(request.header(b"content-type"))
        except Problem:
            return problem_reply(problem)
        xml = carrier == "oqs-xml"
        salvaged = (salvage if xml else salvage_json)(request.body)
        facility = request.caller.code if request.caller is not None else None
        header = refused_header(problem, salvaged, self._machine.clock.now(), facility, number)
        message = write_reception(header, Reception(), xml=xml)
        encoding = _charset(carrier, salvaged.encoding)
        return Reply(
            message, content_type(carrier, encoding), status_in_kind(problem), problem_headers(problem)
        )


class ListMessages(BulkMessages):
    """Handlers for lists that name everybody."""

    def __init__(
        self, machine: Machine, interface: Interface, order: Callable[[ListRequest, date, str], Order]
    ) -> None:
        super().__init__(machine, interface)
        self._order = order

    async def _ordered(self, sent: Sent, facility: str) -> tuple[Asked, Order, Lines]:
        reading = read_list(self._interface.form, sent.body, xml=sent.xml, transport=sent.declared)
        asked = await _in_steps(reading)
        _check_facility(asked.medical_institution_code, facility)
        order = self._order(asked, self._machine.clock.today(), sent.repeat_key)
        return asked, order, lines_of_list(asked)


class MonthMessages(BulkMessages):
    """Handlers for a month of 医療扶助: whom the list holds is found, not sent."""

    async def _ordered(self, sent: Sent, facility: str) -> tuple[Asked, Order, Lines]:
        asked = read_month_question(sent.body, xml=sent.xml, transport=sent.declared)
        _check_facility(asked.medical_institution_code, facility)
        order = tickets_order(asked.month, "oqs", sent.repeat_key, file=asked.arbitrary_file_identifier)
        return asked, order, await self._machine.bulk.tickets.lines(facility, asked.month)


class VisitMessages(BulkMessages):
    """Handlers for everybody who consented in home or online care: found by the days of consents or examinations."""

    def __init__(self, machine: Machine, interface: Interface, care: Care) -> None:
        super().__init__(machine, interface)
        self._care = care

    async def _ordered(self, sent: Sent, facility: str) -> tuple[Asked, Order, Lines]:
        asked = read_visit_question(sent.body, xml=sent.xml, transport=sent.declared)
        _check_facility(asked.medical_institution_code, facility)
        period = period_asked(asked, self._care, self._machine.clock.today())
        file = asked.arbitrary_file_identifier
        order = visits_order(self._care, period, "oqs", sent.repeat_key, file=file)
        return asked, order, await self._machine.bulk.visits[self._care].lines(facility, period)


async def _in_steps(reading: Iterator[ListRequest | None]) -> ListRequest:
    """The list, read while others are answered."""
    for read in reading:
        if read is not None:
            return read
        await asyncio.sleep(0)
    raise AssertionError("a list that was read to its end is there")


def _check_facility(named: str, own: str) -> None:
    if named != own:
        raise Problem("coverage.other-facility", where=_FACILITY)


def _number_asked(request: Request) -> str | None:
    """受付番号 in a question for results, None where it cannot be read."""
    try:
        carrier, declared = oqs_carrier(request.header(b"content-type"))
        question = read_reception_question(request.body, xml=carrier == "oqs-xml", transport=declared)
    except Problem:
        return None
    return question.reception_number


def _as_zip(request: Request, job: Job) -> bool:
    return job.items > MOST_IN_A_MESSAGE or ZIP in request.header(b"accept")


def _charset(carrier: OqsCarrier, encoding: Encoding) -> str:
    return (encoding if carrier == "oqs-xml" else Encoding.UTF_8).value
