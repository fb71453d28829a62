"""The rows of OQS messages whose layout nobody could confirm: one for each, refused unless a setting names it."""

from kaihoken.access import Scope
from kaihoken.coverage import consents_oqs, settings_oqs
from kaihoken.coverage.oqs import (
    LARGEST_MESSAGE,
    SALVAGED,
    STEP,
    UnconfirmedMessage,
    require_on,
    unconfirmed_answer_schema,
    unconfirmed_messages,
    unconfirmed_schema,
)
from kaihoken.hub.consent_routes import guards
from kaihoken.hub.exchange import Reply, Request, asker_of
from kaihoken.hub.machine import Machine
from kaihoken.hub.questions import Questions, content_type, oqs_carrier, receipt_header
from kaihoken.hub.reference_numbers import ReferenceNumberRoutes
from kaihoken.hub.refusals import BODY, CALLER, OQS_PATIENT, OQS_REFUSED, RECORD, UNCONFIRMED
from kaihoken.hub.routes import Body, Route

_MEDIA = ("application/xml", "application/json")


class UnconfirmedRoute:
    """The handler of one message."""

    def __init__(self, machine: Machine, stem: str, message: UnconfirmedMessage) -> None:
        self._machine = machine
        self._stem = stem
        self._message = message

    async def take(self, request: Request) -> Reply:
        """POST /oqs/<stem>01, XML or JSON by content type."""
        caller = request.authenticated
        machine = self._machine
        carrier, declared = oqs_carrier(request.header(b"content-type"))
        require_on(self._stem, machine.settings.oqs_unconfirmed)
        asked = (asker_of(caller), carrier, self._message, request.body, machine.clock.now(), declared)
        if self._message.in_block:
            reply = await consents_oqs(machine.consents, *asked, *guards(machine, caller))
        else:
            reply = await settings_oqs(machine.facilities, *asked)
        if reply.answered is not None:
            machine.metrics.answered(carrier, reply.answered.found.answer.validity)
        headers = receipt_header(reply.answered)
        return Reply(reply.content, content_type(carrier, reply.encoding.value), headers=headers)


def unconfirmed_rows(machine: Machine) -> tuple[Route, ...]:
    """A row for each message, whether it is taken or not."""
    return tuple(_row(machine, stem, message) for stem, message in unconfirmed_messages().items())


def _row(machine: Machine, stem: str, message: UnconfirmedMessage) -> Route:
    # What is about no day is refused as a registration is, without the day and the way of asking.
    refuse = (Questions(machine) if message.in_block else ReferenceNumberRoutes(machine)).refuse_oqs
    return Route(
        "POST",
        f"/oqs/{stem}{STEP}",
        f"{message.ja}（{stem}）: 形は未確認、既定では止めてある",
        f"{message.en[0].upper()}{message.en[1:]} ({stem}): layout unconfirmed, off by default",
        UnconfirmedRoute(machine, stem, message).take,
        refuse,
        Scope.OQS,
        reads=tuple(
            Body(media, schema=unconfirmed_schema(message, xml=media == _MEDIA[0])) for media in _MEDIA
        ),
        answers=tuple(
            Body(media, schema=unconfirmed_answer_schema(message, xml=media == _MEDIA[0])) for media in _MEDIA
        ),
        problems=(*CALLER, *OQS_REFUSED, *BODY, *RECORD),
        said_in_answer=(*UNCONFIRMED, *OQS_PATIENT, "consent.item-unknown"),
        most_body=LARGEST_MESSAGE,
        too_large="oqs.too-large",
        refuses_in_kind=True,
        read_to_refuse=SALVAGED,
    )
