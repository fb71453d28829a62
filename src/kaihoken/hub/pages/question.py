"""A question of the start page, asked through the carriers that every client uses.

The JSON beside the verdict is the page's own answer, byte for byte but for line breaks (`check`, its record says
"page"). The OQS message is asked for as a レセコン would, by `answer_oqs`, and has a record of its own.
"""

from dataclasses import dataclass

import msgspec
from lxml import etree

from kaihoken.audit import checked_receipt, public_keys
from kaihoken.coverage import (
    Answer,
    Answered,
    Asker,
    Check,
    Consent,
    NumberCheck,
    answer_oqs,
    check,
    refuse_oqs,
)
from kaihoken.coverage.oqs import Request, RequestHeader, SearchInfo, write_request
from kaihoken.hub.machine import Machine
from kaihoken.hub.rehearsal import Rehearse
from kaihoken.identity import InsurerNumber
from kaihoken.problems import Problem

_FILE_IDENTIFIER = "start-page"


@dataclass(frozen=True, slots=True)
class OqsExchange:
    """A question and its answer as `XmlMsg`, indented for reading."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was answered: as JSON, with its verified receipt, and as OQS where it was by number."""

    check: Check
    answered: Answered
    question: str
    body: str
    receipt: str
    oqs: OqsExchange | None

    @property
    def answer(self) -> Answer:
        """What the page shows."""
        return self.answered.found.answer


class PageQuestions:
    """Asks as one facility."""

    def __init__(self, machine: Machine, asker: Asker, rehearse: Rehearse | None) -> None:
        self._machine = machine
        self._asker = asker
        self._rehearse = rehearse

    async def ask(self, question: Check) -> Asked:
        """Ask, and verify the receipt. Raises the Problems of `check`, and `audit.receipt_refused`."""
        body, answered = await check(
            self._machine.answering,
            self._asker,
            msgspec.json.encode(question),
            before_asking=self._rehearse,
            carrier="page",
        )
        self._machine.metrics.answered("page", answered.found.answer.validity)
        receipt = answered.committed.receipt().decode()
        checked_receipt(receipt, public_keys(self._machine.keys))
        return Asked(
            check=question,
            answered=answered,
            question=_indented(msgspec.json.encode(_said(question))),
            body=_indented(body),
            receipt=_indented(receipt.encode()),
            oqs=await self._ask_oqs(question) if isinstance(question, NumberCheck) else None,
        )

    async def _ask_oqs(self, question: NumberCheck) -> OqsExchange:
        message = self._message(question)
        try:
            reply = await answer_oqs(self._machine.answering, self._asker, "oqs-xml", message)
        except Problem as problem:
            # Said in the carrier's own form, as a レセコン would read it.
            now = self._machine.clock.now()
            reply = refuse_oqs(problem, "oqs-xml", message, now, self._asker.facility)
        if reply.answered is not None:
            self._machine.metrics.answered("oqs-xml", reply.answered.found.answer.validity)
        return OqsExchange(_indented_xml(message), _indented_xml(reply.content))

    def _message(self, question: NumberCheck) -> bytes:
        request = Request(
            header=RequestHeader(
                qualification_confirmation_date=self._machine.clock.today(),
                medical_institution_code=self._asker.facility,
                arbitrary_file_identifier=_FILE_IDENTIFIER,
            ),
            search=SearchInfo(
                insurer_number=InsurerNumber.as_written(question.insurer_number).wire,
                symbol=question.symbol or None,
                number=question.number,
                branch=question.branch or None,
                birthdate=question.birthdate,
                limit_consent=Consent.LIMIT in question.consents,
            ),
        )
        return write_request(request).content


def _said(question: Check) -> dict[str, object]:
    """The question as somebody would write it: what is left out is left out."""
    named: dict[str, object] = msgspec.to_builtins(question)
    return {name: value for name, value in named.items() if value}


def _indented(text: bytes) -> str:
    return msgspec.json.format(text, indent=2).decode()


def _indented_xml(content: bytes) -> str:
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    etree.indent(root)
    declaration = content.partition(b"\n")[0].decode("ascii")
    return f"{declaration}\n{etree.tostring(root, encoding='unicode')}"
