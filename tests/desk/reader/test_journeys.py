"""From a card on the reader to the answer at the reception, and every way in which that does not come about."""

import logging
import threading
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from kaihoken.card.presence import AnsweredBy
from kaihoken.card.virtual import OtherCard, Profile, VirtualJpkiCard
from kaihoken.consent import COVERAGE_ITEMS
from kaihoken.coverage.client import NumberCheck
from kaihoken.coverage.oqs import parse_face_name
from kaihoken.desk.checked import By
from kaihoken.desk.day import Source
from kaihoken.desk.line import LineState
from kaihoken.desk.reader import WHO, Attention, OtherPerson, Stage, questioning
from kaihoken.problems import Problem

from ...hub.cards import records, revoke
from ...hub.hub import a_question, a_row
from ..desks import SIGN, a_covered_patient
from .readers import LONGEST_SECONDS, PIN, Desk, a_card, a_reader, reached

IN_GRACE = datetime(2026, 10, 1, tzinfo=UTC)
ENDED = datetime(2026, 5, 1, tzinfo=UTC)
SOON = datetime(2026, 12, 10, tzinfo=UTC)
PASSWORD = "look at the card"


async def test_a_card_with_its_pin_ends_in_an_answer_for_the_patient_of_the_file(tmp_path: Path) -> None:
    async with a_reader(tmp_path) as desk:
        patient = a_covered_patient(desk.counter)

        assert await desk.confirmed(a_card()) is Stage.DONE

        (visit,) = desk.visits
        (checked,) = visit.checks
        assert (visit.patient, visit.source) == (patient.patient, "reader")
        assert (checked.by, checked.staff, checked.answer.validity) == (By.CARD, "", "1")
        (result,) = checked.answer.results
        assert result.medicine_consent is not None
        assert result.medicine_consent.flag == "1"


async def test_who_says_no_to_all_is_covered_all_the_same(tmp_path: Path) -> None:
    async with a_reader(tmp_path) as desk:
        assert await desk.confirmed(a_card(), yes=False) is Stage.DONE

        (result,) = desk.visits[0].checks[0].answer.results
        consents = (result.medicine_consent, result.limit_consent)
        assert [one for one in consents if one is not None and one.flag == "1"] == []


async def test_a_reader_asks_no_more_than_its_desk_wants(tmp_path: Path) -> None:
    async with a_reader(tmp_path, asks="limit,operation") as desk:
        await desk.put(a_card(), Stage.METHOD)

        assert desk.now.questions == ("limit",)  # the facility uses no operations


async def test_who_is_not_in_the_file_has_a_line_of_their_own(tmp_path: Path) -> None:
    async with a_reader(tmp_path) as desk:
        a_covered_patient(desk.counter, insured_number="57")
        a_covered_patient(desk.counter, "00232", insurer_number="06132013")

        await desk.confirmed(a_card())

        (visit,) = desk.visits
        assert (visit.patient, visit.name) == ("", "山田　太郎")


async def test_numbers_of_the_file_are_compared_as_people_write_them(tmp_path: Path) -> None:
    async with a_reader(tmp_path) as desk:
        patient = a_covered_patient(
            desk.counter, symbol="１２－３４", insured_number="０56", branch="", insurer_number="1130012"
        )

        await desk.confirmed(a_card())

        assert [one.patient for one in desk.visits] == [patient.patient]


async def test_the_family_goes_on_without_a_restart(tmp_path: Path) -> None:
    async with a_reader(tmp_path) as desk:
        a_covered_patient(desk.counter)
        await desk.confirmed(a_card())
        await desk.take()
        before = desk.now

        assert await desk.confirmed(a_card(serial=5), yes=False) is Stage.FIRST_USE
        assert before.card is None
        assert len(desk.visits) == 2


async def test_a_wrong_pin_tells_what_is_left_and_the_last_try_is_asked_for(tmp_path: Path) -> None:
    async with a_reader(tmp_path) as desk:
        await desk.put(a_card(), Stage.METHOD)
        desk.press("pin")
        await desk.type_pin("9999", Stage.PIN)
        assert desk.now.card is not None
        assert (desk.now.again, desk.now.card.left) == (True, 2)

        await desk.type_pin("9999", Stage.LAST_TRY)
        desk.press("yes")
        await desk.type_pin(PIN, Stage.QUESTION)

        assert await desk.answer() is Stage.DONE


async def test_a_last_try_that_fails_leads_calmly_to_another_way(tmp_path: Path) -> None:
    async with a_reader(tmp_path) as desk:
        await desk.put(a_card(tries=1), Stage.METHOD)
        desk.press("pin")
        assert desk.now.stage is Stage.LAST_TRY
        desk.press("back")
        desk.press("pin")
        desk.press("yes")
        await desk.type_pin("9999", Stage.LOCKED)

        assert desk.now.touches() == ("staff", "stop")


async def test_a_card_without_a_pin_is_looked_at_by_the_staff(tmp_path: Path) -> None:
    async with a_reader(tmp_path, attested=True, hub_attested=True) as desk:
        await desk.put(a_card(Profile.PIN_LOCKED), Stage.LOCKED)
        with pytest.raises(Problem, match=r"desk\.visual-off"):
            desk.reader.allow_visual(SIGN, PASSWORD)
        desk.reader.set_visual_password(PASSWORD)
        with pytest.raises(Problem, match=r"desk\.nobody-waits"):
            desk.reader.allow_visual(SIGN, PASSWORD)
        desk.press("staff")
        with pytest.raises(Problem, match=r"desk\.sign-in"):
            desk.reader.allow_visual(SIGN, "something else")
        assert desk.reader.waits_for_staff
        desk.reader.allow_visual(SIGN, PASSWORD)

        assert await desk.answer() is Stage.DONE
        (checked,) = desk.visits[0].checks
        assert checked.staff == SIGN
        assert "card-simulated" in [one.kind for one in checked.answer.advisories]


async def test_the_password_of_the_visual_check_lets_nobody_sign_in(tmp_path: Path) -> None:
    async with a_reader(tmp_path, attested=True) as desk:
        desk.reader.set_visual_password(PASSWORD)

        assert desk.counter.desk.staff.signs() == [SIGN]


async def test_a_face_is_a_simulation_that_the_hub_may_take(tmp_path: Path) -> None:
    async with a_reader(tmp_path, attested=True, hub_attested=True) as desk:
        await desk.put(a_card(), Stage.METHOD)
        desk.press("face")
        desk.press("matched")

        assert await desk.answer() is Stage.DONE


async def test_where_the_hub_takes_no_word_of_a_terminal_a_face_is_not_offered_again(tmp_path: Path) -> None:
    async with a_reader(tmp_path, attested=True) as desk:
        await desk.put(a_card(), Stage.METHOD)
        desk.press("face")
        desk.press("matched")
        while desk.now.stage is Stage.QUESTION:
            desk.press("yes")
        await desk.until(Stage.METHOD)

        assert (desk.now.touches(), desk.now.consents) == (("pin", "staff", "stop"), ())
        desk.press("pin")
        await desk.type_pin(PIN, Stage.QUESTION)
        assert await desk.answer() is Stage.DONE


async def test_staff_can_send_a_patient_to_the_counter(tmp_path: Path) -> None:
    async with a_reader(tmp_path) as desk:
        await desk.put(a_card(), Stage.METHOD)
        desk.press("staff")
        desk.reader.send_to_reception()

        assert desk.now.stage is Stage.RECEPTION
        assert [one.trouble for one in desk.visits] == ["desk.reader-by-staff"]


@pytest.mark.parametrize(
    ("card", "stage"),
    [
        (lambda: a_card(Profile.OTHER), Stage.OTHER_CARD),
        (lambda: a_card(Profile.OLD_JUKI), Stage.OLD_CARD),
        (lambda: a_card(root="real"), Stage.REAL_CARD),
        (lambda: a_card(Profile.IPHONE, root="real"), Stage.REAL_CARD),
        (lambda: a_card(Profile.ANDROID, root="real"), Stage.REAL_CARD),
    ],
)
async def test_a_card_that_is_not_taken_leaves_nothing_and_is_asked_nothing(
    tmp_path: Path,
    card: Callable[[], VirtualJpkiCard | OtherCard],
    stage: Stage,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with a_reader(tmp_path) as desk:
        await reached(lambda: desk.counter.desk.line.view.state is LineState.UP)
        desk.counter.wire.sent.clear()
        with caplog.at_level(logging.DEBUG, "kaihoken"):
            assert await desk.put(card(), *set(Stage) - {Stage.WAITING, Stage.READING}) is stage

        assert desk.now.card is None
        assert desk.visits == []
        assert [one.getMessage() for one in caplog.records if one.name.startswith("kaihoken.desk")] == []
        assert set(desk.counter.wire.sent) <= {"/ready"}  # the line looks by itself
        await desk.take()


async def test_a_real_phone_that_lies_about_its_authority_is_found_out_behind_its_pin(tmp_path: Path) -> None:
    async with a_reader(tmp_path) as desk:
        await desk.put(a_card(Profile.ANDROID, root="real", authority="root"), Stage.PIN, phone=True)

        assert await desk.type_pin(PIN, Stage.REAL_CARD, Stage.QUESTION) is Stage.REAL_CARD
        assert desk.visits == []


async def test_an_android_phone_asks_its_pin_first(tmp_path: Path) -> None:
    async with a_reader(tmp_path) as desk:
        await desk.put(a_card(Profile.ANDROID), Stage.PIN, phone=True)
        assert desk.now.touches() == ("stop",)
        await desk.type_pin(PIN, Stage.QUESTION)

        assert await desk.answer() is Stage.DONE
        assert desk.visits[0].checks[0].by is By.PHONE


async def test_a_phone_whose_pin_is_blocked_goes_to_the_reception(tmp_path: Path) -> None:
    async with a_reader(tmp_path) as desk:
        phone = a_card(Profile.ANDROID, tries=1)
        await desk.put(phone, Stage.LAST_TRY, phone=True)
        desk.press("yes")
        await desk.type_pin("9999", Stage.RECEPTION)
        await desk.take()
        await desk.put(phone, Stage.RECEPTION, phone=True)

        assert [one.trouble for one in desk.visits] == ["card.pin-blocked"] * 2


async def test_an_iphone_has_asked_its_holder_itself(tmp_path: Path) -> None:
    async with a_reader(tmp_path) as desk:
        await desk.put(a_card(Profile.IPHONE), Stage.QUESTION, phone=True)

        assert await desk.answer() is Stage.DONE


async def test_a_phone_waits_until_the_card_of_somebody_else_is_gone(tmp_path: Path) -> None:
    async with a_reader(tmp_path) as desk:
        await desk.put(a_card(), Stage.METHOD)
        desk.phones.put(a_card(Profile.IPHONE))
        desk.press("pin")
        desk.spot.take()

        assert await desk.until(Stage.QUESTION) is Stage.QUESTION
        assert desk.now.is_phone


async def test_in_its_grace_a_card_is_asked_about_the_coverage_alone(tmp_path: Path) -> None:
    async with a_reader(tmp_path) as desk:
        await desk.put(a_card(ends=IN_GRACE), Stage.METHOD)
        desk.press("pin")
        await desk.type_pin(PIN, Stage.QUESTION)

        assert set(desk.now.questions) <= COVERAGE_ITEMS
        assert await desk.answer() is Stage.DONE
        assert desk.now.card is not None
        assert desk.now.card.in_grace


async def test_the_last_day_of_a_card_is_told_after_the_result(tmp_path: Path) -> None:
    async with a_reader(tmp_path) as desk:
        await desk.confirmed(a_card(ends=SOON))

        assert desk.now.card is not None
        assert desk.now.card.notice == 3


async def test_a_card_beyond_its_grace_reads_like_any_other_failure(tmp_path: Path) -> None:
    async with a_reader(tmp_path) as desk:
        await desk.put(a_card(ends=ENDED), Stage.RECEPTION)

        assert [one.trouble for one in desk.visits] == ["card.certificate-expired"]


async def test_a_card_that_was_taken_back_reads_like_any_other_failure(tmp_path: Path) -> None:
    revoke(tmp_path / "authority", 4_000_001)
    async with a_reader(tmp_path) as desk:
        assert await desk.confirmed(a_card()) is Stage.RECEPTION
        assert [one.trouble for one in desk.visits] == ["card.certificate-revoked"]


async def test_a_card_that_is_not_registered_is_asked_whether_it_shall_be(tmp_path: Path) -> None:
    async with a_reader(tmp_path) as desk:
        assert await desk.confirmed(a_card(serial=7)) is Stage.FIRST_USE
        desk.press("no")

        assert desk.now.stage is Stage.RECEPTION
        (visit,) = desk.visits
        assert (visit.trouble, visit.name, len(visit.checks)) == ("desk.reader-first-use", "カードの方", 1)


async def test_without_the_line_nobody_types_a_pin(tmp_path: Path) -> None:
    async with a_reader(tmp_path) as desk:
        desk.counter.wire.down = True
        await desk.put(a_card(), Stage.RECEPTION)
        await desk.take()
        await desk.put(a_card(), Stage.RECEPTION)
        sent = len(desk.counter.wire.sent)
        await desk.take()
        await desk.put(a_card(), Stage.RECEPTION)

        assert [one.trouble for one in desk.visits][-1] == "desk.reader-line"
        assert len(desk.visits) == 3
        assert len(desk.counter.wire.sent) == sent


async def test_a_line_that_is_cut_before_the_answer_leaves_an_entry_at_the_reception(tmp_path: Path) -> None:
    async with a_reader(tmp_path) as desk:
        await desk.put(a_card(), Stage.METHOD)
        desk.press("pin")
        await desk.type_pin(PIN, Stage.QUESTION)
        desk.counter.wire.down = True

        assert await desk.answer() is Stage.RECEPTION
        assert [(one.trouble, one.checks) for one in desk.visits] == [("desk.hub-silent", ())]


async def test_a_desk_without_an_authority_takes_no_card(tmp_path: Path) -> None:
    async with a_reader(tmp_path, roots=False) as desk:
        await desk.put(a_card(), Stage.RECEPTION)

        assert [one.trouble for one in desk.visits] == ["desk.reader-roots"]


async def test_a_card_of_somebody_else_than_was_expected_is_told_to_the_staff_alone(tmp_path: Path) -> None:
    async with a_reader(tmp_path) as desk:
        hers = desk.counter.arrived(desk.counter.patient("00500", name="佐藤　花子"))
        patient = a_covered_patient(desk.counter)
        desk.reader.expect(hers.visit)

        assert await desk.confirmed(a_card()) is Stage.DONE

        his = desk.counter.desk.day.visit_of(patient.patient)
        assert his is not None
        assert desk.reader.other_person == OtherPerson(hers.visit, his.visit)
        assert desk.counter.desk.day.get(hers.visit).checks == ()


async def test_a_line_of_which_it_is_known_whose_it_is_takes_no_answer_about_somebody_else(
    tmp_path: Path,
) -> None:
    async with a_reader(tmp_path) as desk:
        counter = desk.counter
        born = "1990-05-05"
        other = a_row(name="鈴木　花子", kana="ｽｽﾞｷ ﾊﾅｺ", number="61", link="link-61", birthdate=born)
        await counter.hub.register(other, key="other")
        hers = counter.desk.day.stranger("鈴木　花子", "", Source.WALK_IN)
        numbers = msgspec.convert(a_question(number="61", birthdate=born), NumberCheck)
        await counter.desk.asking.check(hers, numbers, By.NUMBER, "受付A")
        desk.reader.expect(hers.visit)

        assert await desk.confirmed(a_card()) is Stage.DONE

        (his,) = (one for one in desk.visits if one.visit != hers.visit)
        assert desk.reader.other_person == OtherPerson(hers.visit, his.visit)
        assert len(counter.desk.day.get(hers.visit).checks) == 1


async def test_who_was_expected_is_kept_where_expected_also_under_another_insurance(tmp_path: Path) -> None:
    async with a_reader(tmp_path) as desk:
        visit = desk.counter.arrived(a_covered_patient(desk.counter, insurer_number="06132013"))
        desk.reader.expect(visit.visit)

        await desk.confirmed(a_card())

        assert desk.reader.other_person is None
        assert len(desk.counter.desk.day.get(visit.visit).checks) == 1


async def test_the_answer_goes_into_the_folder_too(tmp_path: Path) -> None:
    (tmp_path / "oqs" / "face").mkdir(parents=True)
    async with a_reader(tmp_path, requests=str(tmp_path / "oqs")) as desk:
        await desk.confirmed(a_card())
        await desk.beside()

        (file,) = (tmp_path / "oqs" / "face").iterdir()
        assert parse_face_name(file.name).facility == desk.counter.desk.enrolment.facility
        assert "<QualificationValidity>1<" in file.read_bytes().decode("cp932", "replace")
        assert "山田" not in file.name


async def test_a_folder_that_is_not_there_costs_no_patient_an_answer(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with a_reader(tmp_path, requests=str(tmp_path / "gone")) as desk:
        assert await desk.confirmed(a_card()) is Stage.DONE
        await desk.beside()

    assert "face: FileNotFoundError" in caplog.text
    assert "gone" not in caplog.text


class Slipping:
    """A card that lies there and loses the field for one command, before anybody sees that it was gone."""

    def __init__(self) -> None:
        self._card = a_card()
        self.slips = False
        self.atr = self._card.atr
        self.reset = self._card.reset

    def transmit(self, command: bytes | bytearray) -> bytes:
        if self.slips:
            self.slips = False
            raise Problem("card.removed")
        return self._card.transmit(command)


@pytest.mark.parametrize("at", [Stage.READING, Stage.PIN, Stage.QUESTION])
async def test_a_card_that_slips_and_lies_there_again_keeps_nobody_waiting(tmp_path: Path, at: Stage) -> None:
    async with a_reader(tmp_path) as desk:
        card = Slipping()
        card.slips = at is Stage.READING
        stage = await desk.put(card, Stage.METHOD, Stage.UNREADABLE)
        if at is not Stage.READING:
            desk.press("pin")
            card.slips = at is Stage.PIN
            stage = await desk.type_pin(PIN, Stage.QUESTION, Stage.UNREADABLE)
        if at is Stage.QUESTION:
            card.slips = True
            stage = await desk.answer()

        assert stage is (Stage.RECEPTION if at is Stage.QUESTION else Stage.UNREADABLE)
        assert [one.trouble for one in desk.visits] == ["card.removed"] * (at is Stage.QUESTION)
        await desk.take()
        assert desk.is_clean


async def test_while_the_folder_does_not_answer_the_reader_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[bytes] = []
    answers = threading.Event()

    def put_at_last(file: Path, content: bytes, writer: str) -> None:
        assert answers.wait(LONGEST_SECONDS)
        written.append(content)

    monkeypatch.setattr(questioning, "put_whole", put_at_last)
    async with a_reader(tmp_path, requests=str(tmp_path)) as desk:
        for _ in range(2):
            assert await desk.confirmed(a_card()) is Stage.DONE
            await desk.take()
        assert written == []
        answers.set()
        await desk.beside()

    assert len(written) == 2


async def _at_method(desk: Desk) -> None:
    await desk.put(a_card(), Stage.METHOD)


async def _at_pin(desk: Desk) -> None:
    await _at_method(desk)
    desk.press("pin")


async def _at_question(desk: Desk) -> None:
    await _at_pin(desk)
    await desk.type_pin(PIN, Stage.QUESTION)
    desk.press("yes")


async def _at_last_try(desk: Desk) -> None:
    await desk.put(a_card(tries=1), Stage.METHOD)
    desk.press("pin")


async def _at_staff(desk: Desk) -> None:
    await _at_method(desk)
    desk.press("staff")


async def _at_still_there(desk: Desk) -> None:
    await _at_question(desk)
    await desk.quiet(Attention.ASKED)


@pytest.mark.parametrize(
    "there", [_at_method, _at_pin, _at_question, _at_last_try, _at_staff, _at_still_there]
)
async def test_a_card_pulled_out_leaves_a_clean_state(
    tmp_path: Path, there: Callable[[Desk], Awaitable[None]]
) -> None:
    async with a_reader(tmp_path) as desk:
        await there(desk)
        await desk.take()

        assert desk.is_clean
        assert desk.visits == []
        assert "/v1/eligibility-checks" not in desk.counter.wire.sent
        assert await desk.confirmed(a_card()) is Stage.DONE


async def test_what_was_signed_is_carried_through_where_the_card_is_pulled_out_meanwhile(
    tmp_path: Path,
) -> None:
    async with a_reader(tmp_path) as desk:
        await desk.held_at_the_hub()
        await desk.take()
        assert desk.is_clean

        desk.let_through()
        await desk.beside()

        assert [len(one.checks) for one in desk.visits] == [1]


async def test_an_answer_that_comes_late_takes_nothing_from_whose_card_is_waited_for_now(
    tmp_path: Path,
) -> None:
    async with a_reader(tmp_path) as desk:
        next_one = desk.counter.arrived(desk.counter.patient("00500", name="佐藤　花子"))
        await desk.held_at_the_hub()
        await desk.take()
        desk.reader.expect(next_one.visit)

        desk.let_through()
        await desk.beside()

        assert desk.reader.expected == next_one.visit
        assert [len(one.checks) for one in desk.visits if one.visit != next_one.visit] == [1]


async def test_what_goes_wrong_in_the_desk_itself_is_told_to_the_reception_and_its_words_to_no_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise ValueError("山田太郎")

    monkeypatch.setattr(questioning, "put_whole", failing)
    async with a_reader(tmp_path, requests=str(tmp_path)) as desk:
        assert await desk.confirmed(a_card()) is Stage.DONE
        await desk.beside()
        await desk.take()
        await _at_question(desk)
        desk.counter.wire.failure = ValueError("山田太郎")
        assert await desk.answer() is Stage.RECEPTION
        await desk.take()
        desk.counter.wire.failure = None
        await desk.held_at_the_hub()
        desk.counter.wire.failure = ValueError("山田太郎")
        await desk.take()
        desk.let_through()
        await desk.beside()

        troubles = sorted(one.trouble for one in desk.visits)
        assert troubles == ["", "desk.reader-fault", "desk.reader-fault"]
        assert caplog.text.count("reader: ValueError") == 3
        assert "山田" not in caplog.text


async def test_where_the_answer_then_stays_out_the_reception_is_told(tmp_path: Path) -> None:
    async with a_reader(tmp_path) as desk:
        await desk.held_at_the_hub()
        desk.counter.wire.lose_answers = True
        await desk.take()
        desk.let_through()
        await desk.beside()

        assert [one.trouble for one in desk.visits] == ["desk.hub-silent"]


async def test_a_screen_that_nobody_touches_asks_first_then_ends_then_calls(tmp_path: Path) -> None:
    async with a_reader(tmp_path) as desk:
        await _at_question(desk)
        await desk.quiet(Attention.ASKED)
        desk.press("here")
        assert desk.now.stage is Stage.QUESTION
        assert desk.now.answers
        await desk.quiet(Stage.LEAVING)
        assert desk.now.answers == ()
        await desk.quiet(Stage.LEFT_BEHIND)
        assert desk.reader.card_left
        await desk.take()

        assert desk.is_clean
        assert desk.visits == []


async def test_a_card_that_is_not_taken_after_the_result_is_called_out(tmp_path: Path) -> None:
    async with a_reader(tmp_path) as desk:
        await desk.confirmed(a_card())
        await desk.quiet(Stage.LEFT_BEHIND)

        assert desk.reader.card_left


async def test_a_patient_can_stop(tmp_path: Path) -> None:
    async with a_reader(tmp_path) as desk:
        await _at_question(desk)
        desk.press("stop")

        assert desk.now.stage is Stage.LEAVING
        assert desk.visits == []


async def test_no_log_and_no_repr_holds_a_pin_or_a_person(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with a_reader(tmp_path, requests=str(tmp_path / "gone")) as desk:
            a_covered_patient(desk.counter)
            await desk.put(a_card(), Stage.METHOD)
            desk.press("pin")
            typed = bytearray(b"7351")
            desk.reader.type_pin(desk.now.step, typed)
            await desk.until(Stage.PIN)
            await desk.type_pin(PIN, Stage.QUESTION)
            await desk.answer()
            shown = repr(desk.now) + repr(vars(desk.reader))

    assert typed == bytearray(4)
    for canary in ("7351", PIN, "山田", "4000001", "12-34"):
        assert canary not in caplog.text
        assert canary not in shown


async def test_a_parent_answers_for_a_child_and_that_is_kept(tmp_path: Path) -> None:
    async with a_reader(tmp_path) as desk:
        await desk.counter.sign_in()
        a_covered_patient(desk.counter)
        for answers, told in (("guardian", True), ("person", False)):
            await desk.put(a_card(Profile.CHILD), Stage.METHOD)
            desk.press("pin")
            await desk.type_pin(PIN, Stage.QUESTION)
            desk.press("guardian")
            if answers == "person":
                desk.press("person")  # it was touched by mistake
            desk.press("yes")
            assert not {"guardian", "person"} & set(desk.now.touches())
            assert await desk.answer() is Stage.DONE
            await desk.take()

            (visit,) = desk.visits
            assert visit.card is not None
            assert visit.card.answered_by == answers
            page = (await desk.counter.http.get(f"/visit/{visit.visit}")).text
            assert ("保護者などが代わりに答えました" in page) is told
            (*_, proof) = await records(desk.counter.hub, "card.proved")
            assert proof["answered_by"] == answers


@pytest.mark.parametrize(
    ("born", "is_asked"), [(date(2020, 5, 1), True), (date(1980, 1, 1), False), (None, False)]
)
async def test_where_the_staff_awaits_a_child_the_reader_asks_who_answers(
    tmp_path: Path, born: date | None, is_asked: bool
) -> None:
    async with a_reader(tmp_path) as desk:
        patient = desk.counter.patient("00231", name="山田　次郎", birthdate=born)
        desk.reader.expect(desk.counter.arrived(patient).visit)
        await desk.put(a_card(Profile.CHILD), Stage.METHOD)
        desk.press("pin")
        await desk.type_pin(PIN, Stage.QUESTION)

        assert (desk.now.question == WHO) is is_asked
        if is_asked:
            assert desk.now.touches() == ("guardian", "person", "stop")
            desk.press("guardian")
        assert desk.now.question != WHO
        assert "yes" in desk.now.touches()
        assert (desk.now.answered_by is AnsweredBy.GUARDIAN) is is_asked
