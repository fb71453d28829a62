"""SIGKILL at each step of each flow: nothing that somebody was shown is lost, nothing stands there half, nothing is
asked or answered twice, and no card is asked about that nobody put on."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from kaihoken.clock import tokyo_day
from kaihoken.desk.day import Visit
from kaihoken.desk.followup import Standing
from kaihoken.desk.offline import EntryState
from kaihoken.desk.reader import Stage

from ..card.presence.cards import known_as
from ..hub.cards import SERIAL, a_card_hub
from ..hub.hub import NOW, a_message, a_row
from ..polling import until
from .desks import Counter, a_covered_patient, carried_on, lists_at
from .dying import Afterwards, Dying, Life
from .files.lists import YAMADA, a_list
from .files.lists import a_row as a_line
from .reader.readers import Desk, a_card, reader_settings

pytestmark = pytest.mark.process

ASKED = "/v1/eligibility-checks"
TOMORROW = NOW + timedelta(days=1)
VISIT = "visit-00231"
LIST = a_list(
    YAMADA, a_line(患者番号="300", 氏名="佐藤　花", 枝番="x"), a_line(患者番号="400", 氏名="山田　太朗")
)


@pytest_asyncio.fixture
async def dying(tmp_path: Path) -> AsyncIterator[Dying]:
    async with a_card_hub(tmp_path) as hub:
        clinic = tmp_path / "clinic"
        for name in ("req", "res", "face"):
            (clinic / "oqs" / name).mkdir(parents=True)
        yield Dying(
            hub,
            msgspec.structs.replace(reader_settings(tmp_path), folder=str(clinic / "desk"), evening_at=""),
        )


def with_folder(dying: Dying) -> Path:
    """The same with a folder of a レセコン; where it is."""
    place = Path(dying.settings.folder).parent / "oqs"
    dying.settings = msgspec.structs.replace(dying.settings, requests=str(place))
    return place


async def a_patient(desk: Desk) -> None:
    """Somebody of the file has an appointment today."""
    desk.counter.expected(a_covered_patient(desk.counter), NOW)


def the_visit(desk: Desk) -> Visit:
    return desk.counter.desk.day.get(VISIT)


def check_whole(desk: Desk) -> None:
    """Each line of the list is one, and each answer is the last one of its patient too."""
    assert desk.is_clean
    for one in desk.visits:
        patient = desk.counter.desk.patients.get(one.patient)
        assert not one.checks or patient is None or patient.last == one.checks[-1]


async def check_nobody_is_asked_about_again(desk: Desk) -> None:
    """Of all that goes on by itself, nothing asks about a card that is not there."""
    clinic = desk.counter.desk
    await carried_on(clinic.evening.carry_on)
    await carried_on(clinic.entries.carry_on)
    await clinic.rechecking.run()
    assert [one for one in desk.counter.wire.sent if "card" in one or one == ASKED] == []


async def test_a_card_at_the_reader_from_its_presence_to_the_result(dying: Dying) -> None:
    face = with_folder(dying) / "face"

    async def course(life: Life) -> None:
        assert await life.desk.confirmed(a_card()) is Stage.DONE
        life.tell("done")
        await life.desk.beside()

    async def held(after: Afterwards) -> None:
        desk = after.desk
        check_whole(desk)
        checks = len(the_visit(desk).checks)
        assert (checks, len(desk.visits)) == (1 if after.told else checks, 1)
        whole = [one.read_bytes() for one in face.iterdir() if not one.name.startswith(".")]
        assert all(one.endswith(b"</XmlMsg>") for one in whole)
        await check_nobody_is_asked_about_again(desk)

        assert await desk.confirmed(a_card()) is Stage.DONE
        await desk.beside()
        assert len(the_visit(desk).checks) == checks + 1
        assert len(list(face.iterdir())) == len(whole) + 1, "and nothing half-written beside it"

    await dying.each(a_patient, course, held)
    assert dying.deaths >= 12


async def test_somebody_whom_the_reader_sends_to_the_reception(dying: Dying) -> None:
    async def nobody(_: Desk) -> None:
        """The clinic's file is empty."""

    async def course(life: Life) -> None:
        await life.desk.put(a_card(), Stage.METHOD)
        life.desk.press("staff")
        life.desk.reader.send_to_reception()
        life.tell("sent")

    async def held(after: Afterwards) -> None:
        check_whole(after.desk)
        assert [one.trouble for one in after.desk.visits] == ["desk.reader-by-staff"] * len(after.told)

    await dying.each(nobody, course, held)
    assert dying.deaths >= 3


async def test_a_check_by_the_numbers_of_the_file(dying: Dying) -> None:
    async def course(life: Life) -> None:
        assert (await life.desk.counter.post(f"/visit/{VISIT}/check")).status_code == 303
        life.tell("seen")

    async def held(after: Afterwards) -> None:
        check_whole(after.desk)
        checks = len(the_visit(after.desk).checks)
        assert checks or not after.told
        shown = await after.desk.counter.http.get(f"/visit/{VISIT}")
        assert ("3割" in shown.text) is bool(checks)
        await check_nobody_is_asked_about_again(after.desk)

    await dying.each(a_patient, course, held)
    assert dying.deaths >= 3


async def test_a_confirmation_document_of_somebody_who_is_on_no_list(dying: Dying) -> None:
    numbers = {
        "insurer_number": "01130012",
        "symbol": "12-34",
        "number": "56",
        "branch": "01",
        "birthdate": "1980-01-01",
        "presented": "confirmation",
    }

    async def nobody(_: Desk) -> None:
        """The clinic's file is empty."""

    async def course(life: Life) -> None:
        counter = life.desk.counter
        form = (await counter.post("/stranger", name="やまだ")).headers["location"]
        life.tell("arrived")
        assert (await counter.post(form, **numbers)).status_code == 303
        life.tell("seen")

    async def held(after: Afterwards) -> None:
        check_whole(after.desk)
        assert len(after.desk.visits) >= bool(after.told)
        for one in after.desk.visits:
            assert (bool(one.checks), bool(one.shown)) == (True, True) or "seen" not in after.told
            assert (
                await after.desk.counter.post(f"/visit/{one.visit}/numbers", **numbers)
            ).status_code == 303
            assert after.desk.counter.desk.day.get(one.visit).name == "山田　太郎"

    await dying.each(nobody, course, held)
    assert dying.deaths >= 7


async def test_the_steps_where_a_coverage_is_not_valid(dying: Dying) -> None:
    await dying.hub.register(a_row(lost="2026-11-01", number="57", link="link-ended"), key="ended")
    steps = ("check", "call", "reply", "settle")
    far = {
        "check": Standing.OPEN,
        "call": Standing.ASKED,
        "reply": Standing.REPLIED,
        "settle": Standing.SETTLED,
    }

    async def ended(desk: Desk) -> None:
        desk.counter.expected(a_covered_patient(desk.counter, insured_number="57"), NOW)

    async def course(life: Life) -> None:
        for step in steps:
            said = {"who": "保険者の係", "due": "2026-11-27", "reply": "確認中", "note": "新しい番号で"}
            assert (await life.desk.counter.post(f"/visit/{VISIT}/{step}", **said)).status_code == 303
            life.tell(step)

    async def held(after: Afterwards) -> None:
        check_whole(after.desk)
        clinic = after.desk.counter.desk
        stands = clinic.follow_ups.of(the_visit(after.desk)).standing
        if after.told:
            reached = list(far.values())
            assert reached.index(stands) >= reached.index(far[after.told[-1]])
            await check_nobody_is_asked_about_again(after.desk)

    await dying.each(ended, course, held)
    assert dying.deaths >= 7


async def test_what_is_taken_down_while_the_line_is_cut_and_its_settlement(dying: Dying) -> None:
    lists = 0

    async def course(life: Life) -> None:
        counter = life.desk.counter
        counter.wire.down = True
        await counter.post(f"/take-down/{VISIT}", seen="card", share="30")
        life.tell("taken")
        counter.wire.down = False
        await carried_on(counter.desk.entries.carry_on)
        life.tell("settled")

    async def held(after: Afterwards) -> None:
        nonlocal lists
        check_whole(after.desk)
        clinic = after.desk.counter.desk
        await carried_on(clinic.entries.carry_on)
        taken = clinic.entries.all()
        assert [one.state for one in taken] == [EntryState.AGREED] * len(taken)
        assert len(taken) == len(the_visit(after.desk).checks) >= bool(after.told)
        lists += len(taken)
        assert await lists_at(dying.hub) == lists, "no list is sent twice"

    await dying.each(a_patient, course, held)
    assert dying.deaths > 8


async def test_tomorrow_s_list(dying: Dying) -> None:
    lists = 0

    async def tomorrow(desk: Desk) -> None:
        desk.counter.expected(a_covered_patient(desk.counter), TOMORROW)

    async def course(life: Life) -> None:
        assert (await life.desk.counter.post("/tomorrow")).status_code == 303
        life.tell("asked")
        await carried_on(life.desk.counter.desk.evening.carry_on)
        life.tell("answered")

    async def held(after: Afterwards) -> None:
        nonlocal lists
        clinic = after.desk.counter.desk
        drawn = clinic.evening.of(tokyo_day(TOMORROW)) is not None
        assert drawn or not after.told
        await carried_on(clinic.evening.carry_on)
        assert len(the_visit(after.desk).checks) == drawn
        lists += drawn
        assert await lists_at(dying.hub) == lists, "no list is sent twice"

    await dying.each(tomorrow, course, held)
    assert dying.deaths > 7


async def test_a_list_that_is_brought_in(dying: Dying) -> None:
    async def nobody(_: Desk) -> None:
        """The clinic's file is empty."""

    async def brought_in(counter: Counter, life: Life | None = None) -> None:
        sent = await counter.http.post("/patients/import", files={"file": ("list.csv", LIST, "text/csv")})
        intake = counter.desk.files.get(sent.headers["location"].rpartition("/")[2])
        if life:
            life.tell("kept")
        if intake.table is not None:
            columns = {
                one.value: str(guess.column)
                for one, guess in counter.desk.files.guesses(intake.table).items()
            }
            await counter.post(sent.headers["location"], kind="patients", **columns)
        if life:
            life.tell("imported")

    async def course(life: Life) -> None:
        await brought_in(life.desk.counter, life)

    async def held(after: Afterwards) -> None:
        clinic = after.desk.counter.desk
        assert len(clinic.files.intakes()) >= bool(after.told)
        assert len(clinic.patients) in ([2] if "imported" in after.told else [0, 2])
        await brought_in(after.desk.counter)
        assert [one.number for one in clinic.patients.all()] == ["00231", "400"]
        assert all(one.outcome is not None and len(one.outcome.bad) == 1 for one in clinic.files.intakes())

    await dying.each(nobody, course, held)
    assert dying.deaths > 3


CARD = {"by": "certificate", "issuer": known_as("root"), "serial": str(SERIAL), "consents": []}


@pytest.mark.parametrize(
    ("name", "content", "answered_in"),
    [
        ("OQSsiquc01req_0001.xml", a_message(), "res"),
        ("OQSsiquc01req_face_1.json", json.dumps(CARD).encode(), "face"),
    ],
)
async def test_a_request_in_the_folder_and_its_one_result(
    dying: Dying, name: str, content: bytes, answered_in: str
) -> None:
    place = with_folder(dying)

    async def nobody(_: Desk) -> None:
        """The clinic's file is empty."""

    def is_done(counter: Counter) -> bool:
        carrier = counter.desk.carrier
        assert carrier is not None
        results = list((place / answered_in).iterdir())
        return bool(results) and not list((place / "req").iterdir()) and not carrier.state.waiting

    async def course(life: Life) -> None:
        (place / "req" / name).write_bytes(content)
        await asyncio.to_thread(until, lambda: is_done(life.desk.counter))

    async def held(after: Afterwards) -> None:
        await asyncio.to_thread(until, lambda: is_done(after.desk.counter))
        (result,) = (one for part in ("res", "face") for one in (place / part).iterdir())
        assert result.parent.name == answered_in
        assert b"<QualificationValidity>1<" in result.read_bytes()
        assert after.desk.visits == []

    await dying.each(nobody, course, held)
    assert dying.deaths > 4
