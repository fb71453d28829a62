"""The readers of a desk as they run: cards come and go, one operation at a time."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from kaihoken.card import PinAnswer, TokenKind
from kaihoken.card.certificate import Trust
from kaihoken.card.presence import Method
from kaihoken.card.readers import CardReader
from kaihoken.clock import Clock
from kaihoken.desk.line import Line, at_counter
from kaihoken.desk.reader.flow import ENDED, Attention, Happened, Stage
from kaihoken.desk.reader.looking import MEANING, Seen, look_again, look_at
from kaihoken.desk.reader.operation import Operation
from kaihoken.desk.reader.questioning import Kept, Questioning, SignMessage, Wish
from kaihoken.desk.reader.reader import OtherPerson, Reader
from kaihoken.desk.reader.spot import CardSession, Spot
from kaihoken.desk.reader.terms import ReaderTerms, reader_terms
from kaihoken.desk.troubles import Kind, Troubles
from kaihoken.problems import Problem

Sleep = Callable[[float], Awaitable[None]]

_GONE: Final = frozenset({"card.removed", "card.no-card", "card.reader-lost"})
_NO_WORD_TAKEN: Final = "card.attested-off"
_PAUSE_SECONDS: Final = 3.0
"""Before a reader that was lost is looked for again."""

_log = logging.getLogger("kaihoken.desk")


def _signing(card: CardSession) -> SignMessage:
    return lambda message: card.ask(lambda client: client.sign(message))


class Serving:
    """Leads each card through its operation. `trust` None: no authority is pinned, and no card is taken."""

    def __init__(
        self,
        reader: Reader,
        trust: Trust | None,
        questioning: Questioning,
        line: Line,
        clock: Clock,
        sleep: Sleep,
        troubles: Troubles,
    ) -> None:
        self._reader = reader
        self._trust = trust
        self._questioning = questioning
        self._line = line
        self._clock = clock
        self._sleep = sleep
        self._troubles = troubles
        self._one = asyncio.Lock()
        self._beside: set[asyncio.Future[None]] = set()

    @property
    def is_busy_beside(self) -> bool:
        """Whether an answer is carried through whose card is gone, or a file for a レセコン is written."""
        return bool(self._beside)

    async def serve(self, readers: Sequence[CardReader]) -> None:
        """Until cancelled."""
        spots = [Spot(reader) for reader in readers]
        try:
            async with asyncio.TaskGroup() as group:
                for spot in spots:
                    group.create_task(self._at(spot))
        finally:
            for spot in spots:
                spot.close()

    async def _at(self, spot: Spot) -> None:
        while True:
            try:
                await spot.put()
                async with self._one:
                    if await spot.has_card():
                        await self._while_there(spot)
            except Problem as problem:  # of the reader itself
                _log.warning("reader: %s", problem.code)
                self._troubles.count(Kind.READER, problem.code)
                await self._sleep(_PAUSE_SECONDS)

    async def _while_there(self, spot: Spot) -> None:
        """One card, from the moment it lies there until it does not."""
        work, taken = asyncio.ensure_future(self._lead(spot)), asyncio.ensure_future(spot.taken())
        try:
            await asyncio.wait({work, taken}, return_when=asyncio.FIRST_COMPLETED)
            if work.done() and (fault := work.exception()) is not None:
                self._of_ours(fault, self._reader.visit or self._reader.expected)
                self._end(Happened.NOT_CONFIRMED)
            await taken
        finally:
            for task in (work, taken):
                task.cancel()
            await asyncio.wait({work, taken})
            self._reader.gone()

    async def _lead(self, spot: Spot) -> None:
        reader = self._reader
        reader.become(reader.now.seen())
        kept: Kept | None = None
        try:
            async with spot.session() as card:
                seen = await self._look(card)
                while reader.now.stage not in ENDED:
                    if reader.now.stage is Stage.CHECKING:
                        seen = await self._try_pin(card, seen)
                    elif reader.now.stage is Stage.ASKING:
                        kept = await self._ask(card, seen) or kept
                    elif reader.now.stage is Stage.REGISTERING and kept is not None:
                        await self._register(card, kept)
                    else:
                        await self._touched_or_quiet()
        except Problem as problem:
            if problem.code not in _GONE or await self._lies_there(spot):
                self._fail(problem)
        while True:
            await self._touched_or_quiet()

    async def _lies_there(self, spot: Spot) -> bool:
        """Whether a card that was gone lies there again, faster than anybody could see: it slipped, or was swapped. A
        reader that is lost is told of where its cards are watched."""
        try:
            return await spot.has_card()
        except Problem:
            return False

    async def _look(self, card: CardSession) -> Seen:
        trust = self._require_ready()
        seen = await card.ask(lambda client: look_at(client, trust, self._clock.now(), self._terms))
        questions = await self._questioning.questions(self._reader.expected, self._terms)
        self._go_to(self._reader.now.read(seen.card, questions, attested=self._reader.attested))
        return seen

    def _go_to(self, now: Operation) -> None:
        """Where the card stands now; of a phone whose PIN is blocked the reception is told."""
        if now.stage is Stage.RECEPTION:
            self._questioning.unanswered("card.pin-blocked", self._reader.expected)
        self._reader.become(now)

    def _require_ready(self) -> Trust:
        """Problems `desk.reader-roots`, `desk.reader-line`, `desk.clock-wrong`: nobody types a PIN for an answer that
        cannot come."""
        if self._trust is None:
            raise Problem("desk.reader-roots")
        if not self._line.view.is_up:
            if self._line.view.why == "clock":
                raise Problem("desk.clock-wrong")
            raise Problem("desk.reader-line")
        return self._trust

    async def _try_pin(self, card: CardSession, seen: Seen) -> Seen:
        reader, token = self._reader, seen.card.token
        pin, confirmed = reader.take_pin(), reader.now.last_confirmed
        result = await card.ask(lambda client: client.verify(pin, last_try_confirmed=confirmed))
        if result.answer is not PinAnswer.ACCEPTED:
            self._troubles.count_pin(result.answer)
            self._go_to(reader.now.pin_tried(result))
        elif token is TokenKind.ANDROID:
            trust, now, terms = self._require_ready(), self._clock.now(), self._terms
            seen = await card.ask(lambda client: look_again(client, token, result.left, trust, now, terms))
            reader.become(reader.now.known("phone", seen.card))
        else:
            reader.become(reader.now.known("pin"))
        return seen

    async def _ask(self, card: CardSession, seen: Seen) -> Kept | None:
        """The question; None where another way to confirm has to be chosen."""
        reader, now = self._reader, self._reader.now
        assert now.confirmed is not None
        wish = Wish(
            Method(now.confirmed),
            seen.certificate,
            now.consents,
            now.prescription_form,
            reader.looked_at_by,
            seen.card.last_day,
            now.answered_by,
        )
        try:
            request = await self._questioning.signed(wish, _signing(card))
            expected, reader.other_person = reader.expected, None
            question = self._questioning.carried_through(request, wish, expected)
            kept = await self._carried_through(self._kept(question, expected), expected)
        except Problem as problem:
            if problem.code != _NO_WORD_TAKEN:
                raise
            reader.attested = False
            reader.become(reader.now.not_attested())
            return None
        reader.visit = kept.visit
        if kept.happened is Happened.NOT_REGISTERED and not reader.now.can_be_registered:
            code = "card.certificate-expired" if seen.card.in_grace else "card.link-unsigned"
            self._questioning.unanswered(code, kept.visit)
        reader.become(reader.now.answered_by_hub(kept.happened))
        return kept

    async def _register(self, card: CardSession, kept: Kept) -> None:
        """利用登録 at the holder's wish, and the question once more: the patient signs one thing and starts nothing
        anew."""
        reader = self._reader
        request = await self._questioning.wished(kept.wish, _signing(card))
        question = self._questioning.registered(request, kept)
        again = await self._carried_through(self._kept(question, kept.visit), kept.visit)
        reader.visit = again.visit
        reader.become(reader.now.answered_by_hub(again.happened))

    async def _carried_through(self, question: Awaitable[Kept], visit: str) -> Kept:
        """The answer. It is kept also where the card is taken away meanwhile, and so is that there was none: with that
        visit."""
        asked = asyncio.ensure_future(question)
        try:
            return await asyncio.shield(asked)
        except asyncio.CancelledError:
            self._go_on(self._told_if_unanswered(asked, visit))
            raise

    async def _kept(self, question: Awaitable[Kept], expected: str) -> Kept:
        """The answer, told to whom it concerns. It may come when another card is waited for already."""
        reader, kept = self._reader, await question
        if reader.expected == expected:
            reader.expected = ""
        if kept.other_than:
            reader.other_person = OtherPerson(kept.other_than, kept.visit)
        self._go_on(self._questioning.tell_software(kept))
        return kept

    async def _told_if_unanswered(self, question: asyncio.Future[Kept], visit: str) -> None:
        await asyncio.wait({question})
        fault = question.exception()
        if isinstance(fault, Problem):
            self._questioning.unanswered(at_counter(fault).code, visit)
        elif fault is not None:
            self._of_ours(fault, visit)

    def _of_ours(self, fault: BaseException, visit: str) -> None:
        """A fault of ours: the reception is told that there was one, the log of which kind. Its words may quote an
        answer."""
        _log.error("reader: %s", type(fault).__name__)
        self._questioning.unanswered("desk.reader-fault", visit)

    def _go_on(self, work: Awaitable[None]) -> None:
        """Beside the readers, to its end."""
        task = asyncio.ensure_future(work)
        self._beside.add(task)
        task.add_done_callback(self._went_on)

    def _went_on(self, task: asyncio.Future[None]) -> None:
        self._beside.discard(task)
        if not task.cancelled() and (fault := task.exception()) is not None:
            _log.error("reader: %s", type(fault).__name__)

    async def _touched_or_quiet(self) -> None:
        reader, terms = self._reader, self._terms
        reader.woken.clear()
        if reader.now.stage in ENDED:
            seconds = terms.alarm_seconds
        else:
            asked = reader.now.attention is Attention.ASKED
            seconds = terms.leave_seconds if asked else terms.ask_seconds
        touched = asyncio.ensure_future(reader.woken.wait())
        quiet = asyncio.ensure_future(self._sleep(seconds))
        try:
            await asyncio.wait({touched, quiet}, return_when=asyncio.FIRST_COMPLETED)
            if not touched.done():
                reader.become(reader.now.quiet())
                if reader.now.stage is Stage.LEFT_BEHIND:
                    self._troubles.count(Kind.CARD_LEFT)
        finally:
            touched.cancel()
            quiet.cancel()

    def _fail(self, problem: Problem) -> None:
        """A card that is none of those that are taken is sent away; of any other failure the reception is told."""
        self._troubles.count_problem(problem)
        happened = MEANING.get(problem.code, Happened.NOT_CONFIRMED)
        if not self._reader.now.may(happened):
            happened = Happened.NOT_CONFIRMED
        if happened is Happened.NOT_CONFIRMED:
            self._questioning.unanswered(
                at_counter(problem).code, self._reader.visit or self._reader.expected
            )
        self._end(happened)

    def _end(self, happened: Happened) -> None:
        if self._reader.now.may(happened):
            self._reader.become(self._reader.now.unfit(happened))

    @property
    def _terms(self) -> ReaderTerms:
        return reader_terms(self._clock.today())
