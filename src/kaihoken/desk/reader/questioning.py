"""A card's question to the hub: challenge, signature, presence, answer; and whose answer it is.

From the signature on it is carried through, whether or not the card still lies there: what its holder agreed to was
signed, and the reception has the answer.
"""

import hashlib
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from kaihoken.card.presence import Bound, Challenge, Method, Purpose, agreed, message_of
from kaihoken.clock import Clock
from kaihoken.consent import Care, Item
from kaihoken.coverage import Answer, Situation
from kaihoken.coverage.client import (
    AsyncHub,
    CardChallengeRequest,
    CardPresenceRequest,
    CheckAnswer,
    FacePresence,
    HubProblem,
    PresenceCheck,
)
from kaihoken.coverage.oqs import face_name
from kaihoken.desk.asking import Asking
from kaihoken.desk.checked import By
from kaihoken.desk.day import Day, Source, Visit
from kaihoken.desk.enrolment import Enrolment
from kaihoken.desk.events import Events
from kaihoken.desk.line import Line
from kaihoken.desk.patients import Patients
from kaihoken.desk.reader.flow import Happened
from kaihoken.desk.reader.matching import is_same_person, patient_of, person_in
from kaihoken.desk.reader.operation import PRESCRIPTION, Question
from kaihoken.problems import Problem
from kaihoken.web import messages

_FACE_TOKEN: Final = 10
_UNNAMED: Final = "reader.unnamed"
_CONFIRMED: Final = frozenset({"1", "6"})  # OQSCD006: 有効, 有効（未登録）

_log = logging.getLogger("kaihoken.desk")

SignMessage = Callable[[bytes], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the holder of a card agreed to, and how it was confirmed who they are. `staff`: who looked at the card."""

    method: Method
    certificate: bytes = field(repr=False)
    consents: tuple[Item, ...]
    prescription_form: Literal["1", "2"] | None
    staff: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """Where an answer stands now. `other_than`: the visit for which the staff had the card put on, where the answer is
    somebody else's."""

    happened: Happened
    visit: str
    check: PresenceCheck = field(repr=False)
    other_than: str = ""


class Questioning:
    """Questions of one desk's readers."""

    def __init__(
        self,
        hub: AsyncHub,
        line: Line,
        enrolment: Enrolment,
        asking: Asking,
        day: Day,
        patients: Patients,
        events: Events,
        clock: Clock,
        requests: str,
        asks: Sequence[str] = (),
    ) -> None:
        """`requests` is the folder with `face` in it, "" for none; `asks` are the items that are asked of those that
        the facility uses, none for all of them."""
        self._hub = hub
        self._line = line
        self._enrolment = enrolment
        self._asking = asking
        self._day = day
        self._patients = patients
        self._events = events
        self._clock = clock
        self._requests = requests
        self._asks = asks

    async def signed(self, wish: Wish, sign: SignMessage) -> CardPresenceRequest:
        """A challenge of the hub, answered by the card. A face or a look at the card has no signature: the terminal's
        word stands for it (a simulation). Raises HubProblem, and what `sign` raises."""
        own = self._enrolment
        asked = await self._line.asked(self._hub.card_challenge(CardChallengeRequest(terminal=own.terminal)))
        bound = Bound(own.facility, own.terminal, Purpose.ELIGIBILITY)
        agreement = agreed(wish.consents, Care.OUTPATIENT)
        signature = b""
        if not wish.method.attested:
            challenge = Challenge(asked.challenge, asked.nonce)
            signature = await sign(message_of(self._hub.url, bound, challenge, agreement))
        return CardPresenceRequest(
            challenge=asked.challenge,
            terminal=own.terminal,
            method=wish.method,
            certificate=wish.certificate,
            signature=signature,
            consents=wish.consents,
        )

    async def questions(self) -> tuple[Question, ...]:
        """What a reader of this facility asks, in its order (環境設定). Raises HubProblem."""
        settings = await self._line.asked(self._hub.facility_settings())
        form: tuple[Question, ...] = (PRESCRIPTION,) if settings.asks_prescription else ()
        asked = tuple(one for one in settings.asked if not self._asks or one in self._asks)
        return *asked, *form

    async def carried_through(self, request: CardPresenceRequest, wish: Wish, expected: str) -> Kept:
        """The question, and its answer kept with the visit that it belongs to. `expected`: the visit for which the
        staff had the card put on, "" for none. Raises HubProblem."""
        proved = await self._line.asked(self._hub.prove_card(request))
        check = PresenceCheck(presence=proved.presence, terminal=request.terminal, consents=request.consents)
        said = await self._line.asked(self._hub.check(check))
        by = By.PHONE if wish.method is Method.PHONE else By.CARD
        assert said.answer is not None
        visit = self._visit_of(said.answer, expected)
        self._asking.keep_said(visit, said, by, wish.staff)
        other_than = expected if expected and visit.visit != expected else ""
        return Kept(_meaning(said), visit.visit, check, other_than)

    def unanswered(self, trouble: str, visit: str) -> None:
        """Somebody comes to the reception whom the reader could not confirm: on the line of that visit, or on a new one
        where it is "". `trouble` is the code of what kept the reader from it."""
        try:
            self._day.trouble(self._chosen(visit) or self._stranger(), trouble)
        except (
            Problem
        ) as problem:  # the disk is full, which every page says: the patient is sent there all the same
            _log.warning("reader: %s", problem.code)
        self._events.bump("day")

    def _visit_of(self, answer: Answer, expected: str) -> Visit:
        """The visit that the staff chose where the answer may be its patient's; else that of the patient with these
        numbers; else a stranger's. One that is new is not written down yet."""
        person, chosen = person_in(answer), self._chosen(expected)
        if person is None:
            return chosen or self._stranger()
        known = self._patients.get(chosen.patient) if chosen is not None else None
        if chosen is not None and (known is None or is_same_person(known, person)):
            return chosen
        patient = patient_of(person, self._patients.all())
        if patient is not None:
            return self._day.visit_of(patient.patient) or self._day.a_line(patient, Source.READER)
        return self._day.a_stranger(person.name or self._unnamed(), person.kana or "", Source.READER)

    def _chosen(self, expected: str) -> Visit | None:
        """The visit that the staff chose, unless somebody has taken it off the list since."""
        return self._day.find(expected)

    def _stranger(self) -> Visit:
        return self._day.a_stranger(self._unnamed(), "", Source.READER)

    def _unnamed(self) -> str:
        return messages("desk").text(_UNNAMED, "ja")

    async def tell_software(self, kept: Kept, form: Literal["1", "2"] | None) -> None:
        """The same answer as a file in `face`, where a folder for a レセコン is named. A failure is logged by its kind:
        the reception has the answer all the same."""
        if not self._requests:
            return
        check = kept.check
        question = FacePresence(
            presence=check.presence, terminal=check.terminal, consents=check.consents, prescription_form=form
        )
        name = face_name(self._enrolment.facility, secrets.token_bytes(_FACE_TOKEN), self._clock.now())
        try:
            message = await self._line.asked(self._hub.face(question))
            put_whole(Path(self._requests) / "face" / str(name), message.content, self._enrolment.terminal)
        except (HubProblem, OSError) as error:
            _log.warning("face: %s", error.code if isinstance(error, HubProblem) else type(error).__name__)


def put_whole(file: Path, content: bytes, writer: str) -> None:
    """A file that is there whole or not at all. What a writer who died left half-written is written over by its next
    one."""
    part = file.with_name(f".{hashlib.sha256(writer.encode()).hexdigest()[:16]}.part")
    part.write_bytes(content)
    part.replace(file)


def _meaning(said: CheckAnswer) -> Happened:
    assert said.answer is not None
    if said.answer.situation == Situation.CARD_NOT_LINKED:
        return Happened.NOT_REGISTERED
    return Happened.CONFIRMED if said.answer.validity in _CONFIRMED else Happened.NOT_CONFIRMED
