"""Consents as OQS messages of which nobody could confirm the layout: asked again about one person, and withdrawn.

The same journeys as our own JSON (`ConsentDesk.asked_again`, `withdraw_every`); only reading and writing differ, by
the table of the message. What speaks against the patient's consents is 処理結果状況 2 with what was asked given back;
anything else that is wrong is 処理結果区分 9 (`refuse_oqs`).
"""

from datetime import datetime

from kaihoken.clock import tokyo_day
from kaihoken.consent import END_REASON_OF_CODE, Care, EndReason
from kaihoken.coverage import oqs
from kaihoken.coverage.consents.desk import Admit, ConsentDesk, Nobody
from kaihoken.coverage.consents.messages import PatientByNumber, StandingCheck
from kaihoken.coverage.oqs_api import (
    OqsCarrier,
    OqsReply,
    check_facility,
    response_of,
    written,
    written_of_visit,
)
from kaihoken.coverage.question import Answered, Asker, Found
from kaihoken.problems import Problem

_OF_CONSENTS = "consent."


async def consents_oqs(
    desk: ConsentDesk,
    asker: Asker,
    carrier: OqsCarrier,
    message: oqs.UnconfirmedMessage,
    body: bytes,
    now: datetime,
    declared: str | None = None,
    admit: Admit = lambda _: None,
    nobody: Nobody = lambda _: None,
) -> OqsReply:
    """Answer one message by the function that it names: ask again, or withdraw.

    `declared` is the charset of the content type, where one was given. Raises the Problems of reading (`oqs.…`), those
    of the function but `consent.…`, and those of the store and the log.
    """
    xml = carrier == "oqs-xml"
    asked = oqs.read_unconfirmed(message, body, tokyo_day(now), xml=xml, transport=declared)
    question = asked.question
    check_facility(question.header.medical_institution_code, asker)
    care = message.care
    assert care is not None  # the table says so
    answered: Answered | None = None
    try:
        if message.function is oqs.Function.ASK_AGAIN:
            answered = await _asked_again(desk, asker, carrier, asked, care, admit, nobody)
            content = answered.payload
        else:
            reason = END_REASON_OF_CODE[asked.text("reason")] if "reason" in asked.fields else _OWN
            await desk.withdraw_every(asker, _patient(asked), care, reason, admit, nobody)
            content = written(oqs.done(question, at=now), carrier)
    except Problem as problem:
        if not problem.code.startswith(_OF_CONSENTS):
            raise oqs.placed(message, problem) from problem
        content = written(oqs.person_failed(question, problem, at=now), carrier)
    return OqsReply(content, question.encoding, answered)


_OWN = EndReason.FACILITY


async def _asked_again(
    desk: ConsentDesk,
    asker: Asker,
    carrier: OqsCarrier,
    asked: oqs.UnconfirmedRequest,
    care: Care,
    admit: Admit,
    nobody: Nobody,
) -> Answered:
    request = StandingCheck(patient=_patient(asked), care=care, on=asked.on)

    def write(found: Found) -> bytes:
        return written_of_visit(response_of(asked.question, found), carrier)

    return await desk.asked_again(asker, request, carrier, write, admit, nobody)


def _patient(asked: oqs.UnconfirmedRequest) -> PatientByNumber:
    return PatientByNumber(
        insurer_number=asked.text("insurer_number").strip(),
        symbol=asked.text("symbol"),
        number=asked.text("number"),
        branch=asked.text("branch"),
        birthdate=asked.day("birthdate"),
    )
