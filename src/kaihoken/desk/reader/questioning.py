"""A card's question to the hub: challenge, signature, presence, answer; its registration; and whose answer it is.

From the signature on it is carried through, whether or not the card still lies there: what its holder agreed to was
signed, and the reception has the answer.
"""

import hashlib
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Final, Literal

import msgspec

from kaihoken.card.presence import (
    LINKING,
    Agreement,
    AnsweredBy,
    Bound,
    Challenge,
    Method,
    Purpose,
    agreed,
    message_of,
)
from kaihoken.clock import Clock
from kaihoken.consent import Care, Item
from kaihoken.coverage import Answer, Result, Situation
from kaihoken.coverage.client import (
    AsyncHub,
    CardChallengeRequest,
    CardLinkRequest,
    CardPresenceRequest,
    CheckAnswer,
    FacePresence,
    HubProblem,
    PresenceCheck,
)
from kaihoken.coverage.folder import DiskThread
from kaihoken.coverage.oqs import face_name
from kaihoken.desk.asking import Asking
from kaihoken.desk.checked import By
from kaihoken.desk.day import CardShown, Day, Source, Visit
from kaihoken.desk.enrolment import Enrolment
from kaihoken.desk.events import Events
from kaihoken.desk.line import Line
from kaihoken.desk.patients import Patients, is_same_person, patient_of, person_in
from kaihoken.desk.reader.flow import Happened
from kaihoken.desk.reader.operation import PRESCRIPTION, WHO, Question
from kaihoken.desk.reader.terms import ReaderTerms
from kaihoken.identity import age_on
from kaihoken.problems import Problem
from kaihoken.web import messages

_FACE_TOKEN: Final = 10
_UNNAMED: Final = "reader.unnamed"
_CONFIRMED: Final = frozenset({"1", "6"})  # OQSCD006: 有効, 有効（未登録）

_log = logging.getLogger("kaihoken.desk")

SignMessage = Callable[[bytes], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the holder of a card agreed to, and how it was confirmed who they are. `staff`: who looked at the card;
    `ends`: the last day of its certificate; `answered_by`: who answered."""

    method: Method
    certificate: bytes = field(repr=False)
    consents: tuple[Item, ...]
    prescription_form: Literal["1", "2"] | None
    staff: str = ""
    ends: date | None = None
    answered_by: AnsweredBy = AnsweredBy.PERSON


@dataclass(frozen=True, slots=True)
class Kept:
    """Where an answer stands now. `other_than`: the visit for which the staff had the card put on, where the answer is
    somebody else's."""

    happened: Happened
    visit: str
    check: PresenceCheck = field(repr=False)
    wish: Wish
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
        hangs_on: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """`requests` is the folder with `face` in it, "" for none; `asks` are the items that are asked of those that
        the facility uses, none for all of them; `hangs_on` says of a visit whether the staff has begun something on
        it."""
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
        self._hangs_on = hangs_on
        # A share that hangs holds up its files alone; one after the other, because a writer has one half-written file.
        self._on_disk = DiskThread()

    async def signed(self, wish: Wish, sign: SignMessage) -> CardPresenceRequest:
        """A challenge of the hub, answered by the card. A face or a look at the card has no signature: the terminal's
        word stands for it (a simulation). Raises HubProblem, and what `sign` raises."""
        agreement = replace(agreed(wish.consents, Care.OUTPATIENT), by=wish.answered_by)
        attested = wish.method.attested
        challenge, signature = await self._answered(
            Purpose.ELIGIBILITY, agreement, None if attested else sign
        )
        return CardPresenceRequest(
            challenge=challenge,
            terminal=self._enrolment.terminal,
            method=wish.method,
            certificate=wish.certificate,
            signature=signature,
            consents=wish.consents,
            answered_by=wish.answered_by,
        )

    async def wished(self, wish: Wish, sign: SignMessage) -> CardLinkRequest:
        """A challenge of the hub for a card that its holder wants registered, answered by the card. Raises HubProblem,
        and what `sign` raises."""
        challenge, signature = await self._answered(
            Purpose.REGISTRATION, replace(LINKING, by=wish.answered_by), sign
        )
        return CardLinkRequest(
            challenge=challenge,
            terminal=self._enrolment.terminal,
            method=wish.method,
            certificate=wish.certificate,
            signature=signature,
            agreed=True,
            answered_by=wish.answered_by,
        )

    async def _answered(
        self, purpose: Purpose, agreement: Agreement, sign: SignMessage | None
    ) -> tuple[str, bytes]:
        """The name of a challenge, and the card's signature to it; none where nothing signs."""
        own = self._enrolment
        request = CardChallengeRequest(terminal=own.terminal, purpose=purpose)
        asked = await self._line.asked(self._hub.card_challenge(request))
        if sign is None:
            return asked.challenge, b""
        bound = Bound(own.facility, own.terminal, purpose)
        challenge = Challenge(asked.challenge, asked.nonce)
        return asked.challenge, await sign(message_of(self._hub.url, bound, challenge, agreement))

    async def questions(self, expected: str, terms: ReaderTerms) -> tuple[Question, ...]:
        """What a reader of this facility asks, in its order (環境設定); before it who answers, where a child's visit is
        `expected`. Raises HubProblem."""
        settings = await self._line.asked(self._hub.facility_settings())
        form: tuple[Question, ...] = (PRESCRIPTION,) if settings.asks_prescription else ()
        asked = tuple(one for one in settings.asked if not self._asks or one in self._asks)
        who: tuple[Question, ...] = (WHO,) if (asked or form) and self._is_child(expected, terms) else ()
        return *who, *asked, *form

    def _is_child(self, expected: str, terms: ReaderTerms) -> bool:
        """Whether, by the clinic's file, a parent may answer for whom the staff awaits: a card says no age."""
        visit = self._chosen(expected)
        patient = self._patients.get(visit.patient) if visit is not None else None
        born, today = patient.birthdate if patient is not None else None, self._clock.today()
        return born is not None and born <= today and age_on(born, today) < terms.parent_below

    async def carried_through(self, request: CardPresenceRequest, wish: Wish, expected: str) -> Kept:
        """The question, and its answer kept with the visit that it belongs to. `expected`: the visit for which the
        staff had the card put on, "" for none. Raises HubProblem."""
        proved = await self._line.asked(self._hub.prove_card(request))
        check = PresenceCheck(presence=proved.presence, terminal=request.terminal, consents=request.consents)
        said = await self._line.asked(self._hub.check(check))
        assert said.answer is not None
        return self._kept(said, self._visit_of(said.answer, expected), check, wish, expected)

    async def registered(self, request: CardLinkRequest, kept: Kept) -> Kept:
        """The card stands for its holder from now on, and the same question is asked again: the presence that was
        proved serves on. Raises HubProblem."""
        await self._line.asked(self._hub.link_card(request))
        said = await self._line.asked(self._hub.check(kept.check))
        assert said.answer is not None
        before = self._chosen(kept.visit) or self._stranger()
        expected = before.visit if before.patient else ""
        visit = self._visit_of(said.answer, expected) if expected else self._named(before, said.answer)
        gone = () if expected or visit.visit == before.visit else (before,)
        return self._kept(said, visit, kept.check, kept.wish, expected, registered=True, instead_of=gone)

    def _kept(
        self,
        said: CheckAnswer,
        visit: Visit,
        check: PresenceCheck,
        wish: Wish,
        expected: str,
        *,
        registered: bool = False,
        instead_of: Sequence[Visit] = (),
    ) -> Kept:
        phone = wish.method is Method.PHONE
        shown = CardShown(ends=wish.ends, is_phone=phone, registered=registered, answered_by=wish.answered_by)
        visit = msgspec.structs.replace(visit, card=shown)
        self._asking.keep_said(visit, said, By.PHONE if phone else By.CARD, wish.staff, instead_of)
        other_than = expected if expected and visit.visit != expected else ""
        return Kept(_meaning(said), visit.visit, check, wish, other_than)

    def _named(self, stranger: Visit, answer: Answer) -> Visit:
        """The line of somebody of whom only the card was known, now that the answer says who it is: that of the patient
        with these numbers, together with what was answered before, unless the staff has begun something on the line;
        else theirs by name. Nothing is written down yet."""
        person = person_in(answer)
        if person is None:
            return stranger
        patient = patient_of(person, self._patients.all())
        if patient is None:
            name = person.name or stranger.name
            return msgspec.structs.replace(stranger, name=name, kana=person.kana or "")
        there = self._day.visit_of(patient.patient)
        if there is None or self._hangs_on(stranger.visit):
            mine = {"patient": patient.patient, "name": patient.name, "kana": patient.kana}
            return msgspec.structs.replace(stranger, **mine)
        checks = tuple(sorted((*there.checks, *stranger.checks), key=lambda one: one.at))
        return msgspec.structs.replace(there, checks=checks)

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
        if chosen is not None and self._may_be_of(chosen, person):
            return chosen
        patient = patient_of(person, self._patients.all())
        if patient is not None:
            return self._day.visit_of(patient.patient) or self._day.a_line(patient, Source.READER)
        return self._day.a_stranger(person.name or self._unnamed(), person.kana or "", Source.READER)

    def _may_be_of(self, visit: Visit, person: Result) -> bool:
        """Whether an answer may be of whom a visit is. Where nothing but a name was written down the staff knows."""
        known = self._patients.get(visit.patient)
        before = person_in(visit.last.answer) if known is None and visit.last is not None else None
        whose = known or before
        return whose is None or is_same_person(whose, person)

    def _chosen(self, expected: str) -> Visit | None:
        """The visit that the staff chose, unless somebody has taken it off the list since."""
        return self._day.find(expected)

    def _stranger(self) -> Visit:
        return self._day.a_stranger(self._unnamed(), "", Source.READER)

    def _unnamed(self) -> str:
        return messages("desk").text(_UNNAMED, "ja")

    async def tell_software(self, kept: Kept) -> None:
        """The same answer as a file in `face`, where a folder for a レセコン is named. A failure is logged by its kind:
        the reception has the answer all the same."""
        if not self._requests:
            return
        check, form = kept.check, kept.wish.prescription_form
        question = FacePresence(
            presence=check.presence, terminal=check.terminal, consents=check.consents, prescription_form=form
        )
        name = face_name(self._enrolment.facility, secrets.token_bytes(_FACE_TOKEN), self._clock.now())
        try:
            message = await self._line.asked(self._hub.face(question))
            file = Path(self._requests) / "face" / str(name)
            await self._on_disk(lambda: put_whole(file, message.content, self._enrolment.terminal))
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
