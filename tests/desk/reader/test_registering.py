"""利用登録 at the reader: a card that stands for nobody is registered at its holder's wish and the check goes on; on
trouble the patient hears nothing but where help is, and the reception why. And how the last day of a certificate is
told to both."""

import asyncio
import html
from datetime import timedelta
from pathlib import Path

import pytest

from kaihoken.card.virtual import Profile
from kaihoken.consent import COVERAGE_ITEMS
from kaihoken.desk.checked import By
from kaihoken.desk.followup import Outcome
from kaihoken.desk.reader import PRESCRIPTION, Stage
from kaihoken.desk.screen.picture import picture_of
from kaihoken.problems import catalogue
from kaihoken.web import Language

from ...hub.cards import a_holder_service, records
from ...hub.hub import NOW
from ..desks import a_covered_patient
from .pictures import TERMS, words_of
from .readers import PIN, Desk, a_card, a_reader, reached

UNKNOWN = 7_000_007
LANGUAGES: tuple[Language, ...] = ("ja", "ja@easy", "en")


async def seen_by_staff(desk: Desk) -> str:
    """The page of the one visit of today."""
    (visit,) = desk.visits
    return html.unescape((await desk.counter.http.get(f"/visit/{visit.visit}")).text)


def said_to_patient(desk: Desk) -> str:
    return "\n".join(words_of(picture_of(desk.now, TERMS, one), one) for one in LANGUAGES)


@pytest.mark.parametrize("is_on_the_list", [False, True])
async def test_a_card_is_registered_and_the_check_goes_on(tmp_path: Path, is_on_the_list: bool) -> None:
    async with a_holder_service() as holders, a_reader(tmp_path, holders=holders) as desk:
        await desk.counter.sign_in()
        patient = a_covered_patient(desk.counter)
        if is_on_the_list:
            desk.counter.arrived(patient)

        assert await desk.confirmed(a_card(serial=UNKNOWN)) is Stage.FIRST_USE
        assert {"yes", "no"} < set(desk.now.touches())
        desk.press("yes")
        assert await desk.until(Stage.DONE, Stage.RECEPTION) is Stage.DONE

        (visit,) = desk.visits
        assert visit.patient == patient.patient
        assert [one.answer.situation for one in visit.checks] == ["card-not-linked", "valid"]
        assert visit.checks[-1].answer.results[0].medicine_consent is not None  # what was agreed to first
        assert "登録しました" in said_to_patient(desk)
        assert "健康保険証としての利用登録をしました" in await seen_by_staff(desk)
        assert len(await records(desk.counter.hub, "coverage.card-link")) == 1
        await desk.take()
        assert desk.is_clean
        assert await desk.confirmed(a_card(serial=UNKNOWN)) is Stage.DONE
        assert not desk.now.registered


async def test_what_the_staff_began_on_a_line_stays_on_it(tmp_path: Path) -> None:
    async with a_holder_service() as holders, a_reader(tmp_path, holders=holders) as desk:
        patient = a_covered_patient(desk.counter)
        theirs = desk.counter.arrived(patient)
        assert await desk.confirmed(a_card(serial=UNKNOWN)) is Stage.FIRST_USE
        (nameless,) = (one for one in desk.visits if one.visit != theirs.visit)
        assert nameless.last is not None
        step = nameless.last.answer.steps[0].kind
        desk.counter.desk.follow_ups.tick(nameless, step, Outcome.DONE, "受付A")
        desk.press("yes")
        assert await desk.until(Stage.DONE, Stage.RECEPTION) is Stage.DONE

        kept = desk.counter.desk.day.get(nameless.visit)
        assert (kept.patient, kept.name) == (patient.patient, patient.name)
        assert [one.kind for one in desk.counter.desk.follow_ups.of(kept).ticks] == [step]


async def test_a_line_that_the_staff_took_off_meanwhile_costs_no_answer(tmp_path: Path) -> None:
    async with a_holder_service() as holders, a_reader(tmp_path, holders=holders) as desk:
        patient = a_covered_patient(desk.counter)
        assert await desk.confirmed(a_card(serial=UNKNOWN)) is Stage.FIRST_USE
        desk.counter.desk.day.change([], desk.visits)
        desk.press("yes")

        assert await desk.until(Stage.DONE, Stage.RECEPTION) is Stage.DONE

        (visit,) = desk.visits
        assert visit.patient == patient.patient
        assert [one.answer.situation for one in visit.checks] == ["valid"]


async def test_who_is_not_in_the_file_has_a_line_with_their_name_by_phones_too(tmp_path: Path) -> None:
    async with a_holder_service() as holders, a_reader(tmp_path, holders=holders) as desk:
        for serial, profile in ((UNKNOWN, Profile.ANDROID), (UNKNOWN + 1, Profile.IPHONE)):
            stage = await desk.put(a_card(profile, serial=serial), Stage.PIN, Stage.QUESTION, phone=True)
            if stage is Stage.PIN:
                await desk.type_pin(PIN, Stage.QUESTION)
            assert await desk.answer() is Stage.FIRST_USE
            desk.press("yes")
            assert await desk.until(Stage.DONE, Stage.RECEPTION) is Stage.DONE
            await desk.take()

        assert [one.name for one in desk.visits] == ["山田　太郎"] * 2
        assert [[seen.by for seen in one.checks] for one in desk.visits] == [[By.PHONE] * 2] * 2


@pytest.mark.parametrize(
    ("lives_at", "code"),
    [("架空県のほかの町", "card.link-nobody"), ("", "card.holders-off")],
)
async def test_on_trouble_the_patient_hears_where_help_is_and_the_reception_why(
    tmp_path: Path, lives_at: str, code: str
) -> None:
    async with (
        a_holder_service(lives_at) as holders,
        a_reader(tmp_path, holders=holders if lives_at else "") as desk,
    ):
        await desk.counter.sign_in()
        await desk.confirmed(a_card(serial=UNKNOWN))
        desk.press("yes")
        assert await desk.until(Stage.DONE, Stage.RECEPTION) is Stage.RECEPTION

        reason = catalogue()[code]
        assert [one.trouble for one in desk.visits] == [code]
        page = await seen_by_staff(desk)
        assert reason.title_ja in page
        assert reason.mend_ja in page
        assert not [
            word
            for word in (reason.title_ja, reason.title_easy, reason.title_en)
            if word in said_to_patient(desk)
        ]
        assert "受付にお越しください" in said_to_patient(desk)


async def test_what_cannot_sign_is_not_asked_and_goes_to_the_reception(tmp_path: Path) -> None:
    async with (
        a_holder_service() as holders,
        a_reader(tmp_path, holders=holders, attested=True, hub_attested=True) as desk,
    ):
        await desk.put(a_card(serial=UNKNOWN), Stage.METHOD)
        desk.press("face")
        desk.press("matched")
        assert await desk.answer() is Stage.RECEPTION
        await desk.take()
        ended = a_card(serial=UNKNOWN, ends=NOW - timedelta(days=20))
        assert await desk.confirmed(ended) is Stage.RECEPTION

        assert {one.trouble for one in desk.visits} == {"card.link-unsigned", "card.certificate-expired"}
        assert "/v1/card-links" not in desk.counter.wire.sent


async def test_a_card_pulled_out_registers_nothing_until_it_has_signed(tmp_path: Path) -> None:
    async with a_holder_service() as holders, a_reader(tmp_path, holders=holders) as desk:
        wire = desk.counter.wire
        await desk.confirmed(a_card(serial=UNKNOWN))
        await desk.take()
        assert desk.is_clean
        assert "/v1/card-links" not in wire.sent

        await desk.confirmed(a_card(serial=UNKNOWN))
        desk.press("yes")
        await reached(lambda: wire.sent[-1].endswith("card-challenges"))
        wire.held = asyncio.Event()
        await reached(lambda: wire.sent[-1].endswith("card-links"))
        await desk.take()
        desk.let_through()
        await desk.beside()

        assert desk.is_clean
        assert sorted(one.card is not None and one.card.registered for one in desk.visits) == [False, True]


async def test_the_last_day_is_told_from_90_days_before_louder_at_60_and_30(tmp_path: Path) -> None:
    days = {91: 0, 90: 1, 61: 1, 60: 2, 31: 2, 30: 3, 0: 3, -20: 3}
    async with a_reader(tmp_path) as desk:
        await desk.counter.sign_in()
        a_covered_patient(desk.counter)
        shown, told, staff = {}, {}, {}
        for left in days:
            assert await desk.confirmed(a_card(ends=NOW + timedelta(days=left, hours=1))) is Stage.DONE
            assert desk.now.card is not None
            shown[left] = desk.now.card.notice
            told[left] = [one.word for one in picture_of(desk.now, TERMS, "ja").below]
            page = await seen_by_staff(desk)
            staff[left] = [word for word in (f"あと{left}日", "期限が切れています") if word in page]
            await desk.take()

        assert shown == days
        assert told == {
            left: ["reader.notice.grace"] if left < 0 else [f"reader.notice.{how}"] if how else []
            for left, how in days.items()
        }
        assert staff == {
            left: ["期限が切れています"] if left < 0 else [f"あと{left}日"] if how else []
            for left, how in days.items()
        }


async def test_a_phone_in_its_grace_is_asked_about_the_coverage_alone(tmp_path: Path) -> None:
    over, left = NOW - timedelta(days=20), NOW + timedelta(days=20)
    phones = (
        (Profile.ANDROID, over),
        (Profile.ANDROID, left),
        (Profile.IPHONE, over),
        (Profile.IPHONE, left),
    )
    async with a_reader(tmp_path) as desk:
        a_covered_patient(desk.counter)
        for profile, ends in phones:
            stage = await desk.put(a_card(profile, ends=ends), Stage.PIN, Stage.QUESTION, phone=True)
            if stage is Stage.PIN:
                await desk.type_pin(PIN, Stage.QUESTION)
            medical = {one for one in desk.now.questions if one not in COVERAGE_ITEMS and one != PRESCRIPTION}
            assert await desk.answer() is Stage.DONE
            result = desk.visits[0].checks[-1].answer.results[0]
            shown = result.medicine_consent is not None and result.medicine_consent.flag == "1"
            below = [one.word for one in picture_of(desk.now, TERMS, "ja").below]
            await desk.take()

            assert (bool(medical), shown) == (ends is left, ends is left)
            assert below == ["reader.notice.phone-soon" if ends is left else "reader.notice.phone-grace"]
