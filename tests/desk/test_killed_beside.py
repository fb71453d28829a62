"""SIGKILL at each step of what a clinic does beside its checks: registering a card, the questionnaire, cards that were
found, the system-failure mode. Nothing that somebody was shown is lost, and it goes on from where it stood."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from kaihoken.clock import FixedClock
from kaihoken.desk.checked import By
from kaihoken.desk.failuremode import UseState
from kaihoken.desk.foundcards import Standing as CardStanding
from kaihoken.desk.questionnaire import Standing
from kaihoken.desk.reader import Stage

from ..hub.cards import ADDRESS, a_card_hub, a_holder_service, records
from ..hub.test_failure_mode import opened
from .desks import a_covered_patient
from .dying import Afterwards, Dying, Life
from .questionnaire.test_answering import FORM, a_phone, answered, go
from .reader.readers import Desk, a_card, reader_settings
from .test_failure_mode import BACK, CALL, ITEMS, step
from .test_found_cards import LIST, WAITING
from .test_killed import VISIT, a_patient, check_whole, the_visit

pytestmark = pytest.mark.process

QUESTIONS = f"/visit/{VISIT}/questionnaire"


@pytest_asyncio.fixture
async def dying(tmp_path: Path) -> AsyncIterator[Dying]:
    async with a_holder_service() as holders, a_card_hub(tmp_path, card_holders=holders) as hub:
        (tmp_path / "clinic").mkdir()
        settings = msgspec.structs.replace(
            reader_settings(tmp_path),
            folder=str(tmp_path / "clinic" / "desk"),
            evening_at="",
            phones="uketsuke.example",
        )
        yield Dying(hub, settings)


async def test_a_card_that_is_registered_at_the_reader(dying: Dying) -> None:
    serials = count(7_000_001)
    serial = next(serials)
    lives = 0

    async def registered(desk: Desk) -> None:
        stage = await desk.confirmed(a_card(serial=serial))
        if stage is Stage.FIRST_USE:
            desk.press("yes")
            stage = await desk.until(Stage.DONE, Stage.RECEPTION)
        assert stage is Stage.DONE

    async def course(life: Life) -> None:
        await registered(life.desk)
        life.tell("done")
        await life.desk.beside()

    async def held(after: Afterwards) -> None:
        nonlocal serial, lives
        lives += 1
        check_whole(after.desk)
        links = len(await records(dying.hub, "coverage.card-link"))
        assert links in ({lives} if after.told else {lives - 1, lives})

        await registered(after.desk)
        await after.desk.beside()
        await after.desk.take()
        check_whole(after.desk)
        assert the_visit(after.desk).checks[-1].answer.situation == "valid"
        assert len(await records(dying.hub, "coverage.card-link")) == lives
        serial = next(serials)

    await dying.each(a_patient, course, held)
    assert dying.deaths >= 15


async def test_a_questionnaire_from_its_link_to_the_reception(dying: Dying) -> None:
    async def course(life: Life) -> None:
        counter = life.desk.counter
        await counter.post(QUESTIONS, how="phone")
        async with a_phone(counter) as phone:
            await phone.post(f"/q/{counter.desk.questionnaires.link_of(VISIT)}", data=FORM)
            await answered(phone, counter, the_visit(life.desk))
            await go(phone, "send")
            life.tell("sent")

    async def held(after: Afterwards) -> None:
        counter = after.desk.counter
        sheet = counter.desk.questionnaires.of(VISIT)
        assert (await counter.http.get(QUESTIONS)).status_code == 200
        if sheet is not None and sheet.standing is Standing.SENT:
            assert "せきが出る" in (await counter.http.get(QUESTIONS)).text
            return
        assert after.told == []
        await counter.post(f"{QUESTIONS}/withdraw")
        assert (await counter.post(QUESTIONS, how="phone")).status_code == 303
        assert counter.desk.questionnaires.link_of(VISIT)

    await dying.each(a_patient, course, held)
    assert dying.deaths >= 8


async def test_a_card_that_was_found_until_its_owner_has_it(dying: Dying) -> None:
    async def course(life: Life) -> None:
        counter = life.desk.counter
        entered = await counter.post(LIST, **WAITING)
        life.tell("found")
        await counter.post(f"{entered.headers['location']}/told", note="電話した")
        life.tell("told")
        await counter.post(f"{entered.headers['location']}/back", to="owner", confirmed="photo")
        life.tell("back")

    async def held(after: Afterwards) -> None:
        log = after.desk.counter.desk.found_cards
        kept = [*log.open(), *log.settled_since(date.min)]
        assert len(kept) in ({1} if after.told else {0, 1})
        reached = {"found": 0, "told": 1, "back": 2}
        shown = max((reached[one] for one in after.told), default=-1)
        for card in kept:
            stands = {CardStanding.FOUND: 0, CardStanding.TOLD: 1, CardStanding.HANDED_BACK: 2}
            assert stands[card.standing] in (shown, shown + 1)
            assert len(card.steps) == stands[card.standing]

    async def nobody(_: Desk) -> None:
        """No list is needed."""

    await dying.each(nobody, course, held)
    assert dying.deaths >= 3


async def test_the_failure_mode_from_the_call_back_to_the_report(dying: Dying) -> None:
    async def prepared(desk: Desk) -> None:
        await a_patient(desk)
        desk.counter.arrived(a_covered_patient(desk.counter))
        assert isinstance(dying.hub.clock, FixedClock)
        assert (await step(desk.counter, "telephone", **CALL)).status_code == 303
        dying.hub.clock.at += timedelta(minutes=2)
        assert (await opened(dying.hub)).status_code == 200

    async def course(life: Life) -> None:
        counter = life.desk.counter
        await step(counter, "called-back", **BACK)
        life.tell("open")
        asked = await step(counter, "ask", visit=VISIT, **{**ITEMS, "address": ADDRESS})
        assert asked.status_code == 303, asked.text
        life.tell("answered")
        reported = await step(counter, "report", why="停電と雷", failed_at=CALL["failed_at"])
        assert reported.status_code == 303, reported.text
        life.tell("reported")

    async def held(after: Afterwards) -> None:
        counter = after.desk.counter
        (use,) = counter.desk.failures.all()
        last = the_visit(after.desk).last
        was_found = last is not None and last.by is By.FAILURE
        assert use.state is not UseState.TELEPHONED or "open" not in after.told
        assert was_found or "answered" not in after.told
        if "reported" in after.told:
            assert use.state is UseState.REPORTED
        if was_found and use.state is not UseState.REPORTED:
            owed = await step(counter, "report", why="停電と雷", failed_at=CALL["failed_at"])
            assert owed.status_code == 303, owed.text
            (use,) = counter.desk.failures.all()
            assert use.state is UseState.REPORTED

    await dying.each(prepared, course, held)
    assert dying.deaths >= 6
