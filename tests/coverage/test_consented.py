"""Consents that come with a question: kept in the transaction of its answer, dated in it, and nothing more where none
outlives it."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kaihoken.audit import KindReader, log_of
from kaihoken.consent import MEDICAL_ITEMS, Care, ConsentBook, Item, Means, check_consents
from kaihoken.coverage import Answer, CertificateInquiry, Inquiry, PersonId, Presented
from kaihoken.coverage.answer import ConsentShown, Result
from kaihoken.coverage.disclosure import consent_field
from kaihoken.coverage.inquiry import Spoken, StandingInquiry
from kaihoken.coverage.store import find_people
from kaihoken.problems import Problem

from .a_row import CERTIFICATE, COVERAGE, DISEASE, SUBSIDY
from .house import House, a_house, record_of
from .people import FACILITY, asking_for, by_card, covered_by

DAY = timedelta(hours=24)
LIMIT = {"classification": "01", "category": "A03", "valid_from": "2026-08-01"}
SEEN = COVERAGE | {"match": "visible", "limits": [LIMIT]}


async def with_somebody(house: House, **more: Any) -> None:
    await house.register(SEEN | more, SUBSIDY, CERTIFICATE, may_match=True)


def the_book(house: House) -> ConsentBook:
    return ConsentBook(house.store, house.committer, house.clock)


async def the_person(house: House) -> bytes:
    ((person,),) = await house.rows("SELECT person_id FROM person")
    assert isinstance(person, bytes)
    return person


async def asked(house: House, inquiry: Inquiry) -> Answer:
    answered = await house.ask(inquiry)
    return msgspec.json.decode(answered.payload, type=Answer)


def consents_in(result: Result) -> dict[str, ConsentShown]:
    return {item: told for item in Item if (told := getattr(result, consent_field(item), None)) is not None}


async def records(house: House, kind: str) -> list[tuple[int, dict[str, Any]]]:
    log = await log_of(house.store)
    assert log is not None
    return [
        (seq, msgspec.json.decode(entry.body))
        async for seq, entries in KindReader(log, kind).batches(0, await log.size())
        for entry in entries or ()
    ]


async def test_medical_items_are_kept_with_the_answer_for_24_hours(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_somebody(house)
        answer = await asked(house, by_card(consents=[Item.MEDICINE, Item.OPERATION, Item.LIMIT]))
        (held,) = await the_book(house).of_person(await the_person(house))
        grant, now = held.grant, house.clock.now()

        assert (grant.facility, grant.care, grant.means) == (FACILITY, Care.OUTPATIENT, Means.CARD)
        assert grant.items == {Item.MEDICINE, Item.OPERATION}
        shown = ConsentShown(flag="1", given_at=now, available_until=now + DAY, id=grant.consent.hex())
        assert consents_in(answer.results[0]) == {
            Item.LIMIT: ConsentShown(flag="1"),
            Item.MEDICINE: shown,
            Item.OPERATION: shown,
        }
        ((answered_in, _),) = await records(house, "eligibility.answer")
        ((given_in, body),) = await records(house, "consent.given")
        assert answered_in == given_in
        assert (body["by"], body["client"], body["key"]) == (FACILITY, "facility-1", "key-1")
        assert [told async for told in check_consents(house.store)] == []


async def test_a_question_without_standing_consents_leaves_one_record_and_no_row(tmp_path: Path) -> None:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        await with_somebody(house)
        before = house.committer.log
        for inquiry in (
            by_card(consents=[Item.LIMIT, Item.DISEASE, Item.SUBSIDY]),
            by_card(),
            asking_for(covered_by(), consents=[Item.LIMIT]),
        ):
            size = house.committer.committed_seq
            await house.ask(inquiry)
            assert house.committer.committed_seq == size + 1
        assert before is house.committer.log
        assert await records(house, "consent.given") == []
        assert await house.rows("SELECT count(*) FROM consent") == [(0,)]


async def test_what_the_store_refuses_leaves_neither_answer_nor_consent(tmp_path: Path) -> None:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        await with_somebody(house)
        house.unreliable.refusing = "store.full"
        with pytest.raises(Problem, match=r"store\.full"):
            await house.ask(by_card(consents=[Item.MEDICINE]))
        house.unreliable.refusing = ""

        assert await house.rows("SELECT count(*) FROM consent") == [(0,)]
        await house.ask(by_card(consents=[Item.MEDICINE]))
        assert await house.rows("SELECT count(*) FROM consent") == [(1,)]
        assert len(await records(house, "consent.given")) == 1


async def test_a_whole_turn_keeps_each_consent_with_its_own_answer(tmp_path: Path) -> None:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        await with_somebody(house)
        asked = [by_card(consents=[item] if item else []) for item in (Item.MEDICINE, None, Item.OPERATION)]
        answered = await asyncio.gather(*(house.ask(one) for one in asked))

        kinds = [record_of(one)["consents"] for one in answered]
        assert kinds == [["medicine"], [], ["operation"]]
        assert len({one.committed.seq for one in answered}) == 1
        given = [body["items"] for _, body in await records(house, "consent.given")]
        assert given == [["medicine"], ["operation"]]


async def test_each_medical_item_has_its_field(tmp_path: Path) -> None:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        await with_somebody(house)
        answer = await asked(house, by_card(consents=list(Item)))

        assert set(consents_in(answer.results[0])) == set(Item) - {Item.SUBSIDY}
        (held,) = await the_book(house).of_person(await the_person(house))
        assert held.grant.items == MEDICAL_ITEMS


@pytest.mark.parametrize(
    ("person", "card"),
    [
        ({"classification": "07", "insurer_number": "07130016"}, {}),
        ({"insurer_number": "03130010"}, {}),
        ({"insurer_number": "04130019"}, {}),
        ({}, {"not_after": "2026-11-01"}),  # in grace: coverage only
        ({"match": "suspended-1"}, {}),
        ({"match": "suspended-3"}, {}),
        ({"lost": "2026-11-01"}, {}),
    ],
)
async def test_nothing_medical_is_consented_to_where_nothing_can_be_viewed(
    tmp_path: Path, person: dict[str, Any], card: dict[str, Any]
) -> None:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        await house.register(SEEN | person, CERTIFICATE | card, may_match=True)
        answer = await asked(house, by_card(consents=[Item.MEDICINE]))

        assert [consents_in(result) for result in answer.results] == [{}] * len(answer.results)
        assert await house.rows("SELECT count(*) FROM consent") == [(0,)]


async def test_nobody_consents_to_nothing(tmp_path: Path) -> None:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        answer = await asked(house, by_card(consents=[Item.MEDICINE]))

        assert answer.situation == "card-not-linked"
        assert await house.rows("SELECT count(*) FROM consent") == [(0,)]


def at_home(**more: Any) -> CertificateInquiry:
    return msgspec.structs.replace(
        by_card(consents=[Item.LIMIT, Item.SUBSIDY, Item.MEDICINE]), care=Care.HOME, means=Means.HOME, **more
    )


async def test_in_home_care_every_item_is_kept_until_it_is_ended(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_somebody(house)
        answer = await asked(house, at_home())
        (held,) = await the_book(house).of_person(await the_person(house))

        assert (held.grant.items, held.grant.until) == ({Item.LIMIT, Item.SUBSIDY, Item.MEDICINE}, None)
        assert consents_in(answer.results[0]) == dict.fromkeys(
            (Item.LIMIT, Item.MEDICINE),
            ConsentShown(flag="1", given_at=house.clock.now(), id=held.grant.consent.hex()),
        )
        assert len(answer.subsidies) == 1


async def test_a_consent_that_cannot_be_given_so_refuses_the_question_alone(tmp_path: Path) -> None:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        await with_somebody(house)
        late = msgspec.structs.replace(at_home(), care=Care.ONLINE, examined_on=date(2026, 11, 19))

        with pytest.raises(Problem, match=r"consent\.means"):
            await house.ask(msgspec.structs.replace(at_home(), means=Means.SPOKEN))
        with pytest.raises(Problem, match=r"consent\.examination-day"):
            await house.ask(late)
        assert await records(house, "eligibility.answer") == []


async def test_spoken_words_are_kept_with_who_recorded_them(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_somebody(house)
        said_at = datetime(2026, 11, 20, 0, 55, tzinfo=UTC)
        number = asking_for(covered_by(), consents=[Item.LIMIT])
        answer = await asked(house, msgspec.structs.replace(number, spoken=Spoken("desk-2", said_at)))
        (held,) = await the_book(house).of_person(await the_person(house))

        assert answer.results[0].limit is not None
        assert (held.grant.staff, held.grant.spoken_at, held.grant.means) == ("desk-2", said_at, Means.SPOKEN)
        assert held.grant.until == house.clock.now()
        ((_, body),) = await records(house, "consent.given")
        assert body["staff"] == "desk-2"


@pytest.mark.parametrize(
    ("consents", "spoken", "shown"),
    [
        pytest.param([Item.DISEASE], False, "", id="T70 特定疾病 without a word"),
        pytest.param(
            [Item.LIMIT, Item.DISEASE], False, "limit", id="T70 限度額 with the flag, never 特定疾病"
        ),
        pytest.param([], False, "", id="T70 限度額 without the flag"),
        pytest.param([Item.LIMIT], True, "limit", id="T70 限度額 with spoken consent"),
        pytest.param([Item.DISEASE], True, None, id="T70 特定疾病 cannot be spoken of"),
    ],
)
async def test_typed_from_a_card_the_limit_asks_for_spoken_consent_and_the_disease_is_refused(
    tmp_path: Path, consents: list[Item], spoken: bool, shown: str | None
) -> None:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        await with_somebody(house, diseases=[DISEASE])
        said = Spoken("desk-2", datetime(2026, 11, 20, 0, 55, tzinfo=UTC)) if spoken else None
        question = msgspec.structs.replace(asking_for(covered_by(), consents=consents), spoken=said)

        if shown is None:
            with pytest.raises(Problem, match=r"consent\.means"):
                await house.ask(question)
            return
        (result,) = (await asked(house, question)).results

        assert (result.diseases, result.disease_consent) == ((), None)
        assert (result.limit is not None) is (shown == "limit")


async def test_by_card_the_same_disease_is_shown(tmp_path: Path) -> None:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        await with_somebody(house, diseases=[DISEASE])
        (result,) = (await asked(house, by_card(consents=[Item.DISEASE]))).results

        assert result.diseases


async def test_asked_again_it_shows_what_the_consents_let_through_and_since_when(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_somebody(house)
        await house.ask(at_home())
        given_at = house.clock.now()
        person = await the_person(house)
        house.clock.at += timedelta(days=40)
        standing = await the_book(house).standing(person, FACILITY, Care.HOME)
        again = StandingInquiry(PersonId(person), FACILITY, Care.HOME, standing.alive)
        people = await find_people(house.store, [PersonId(person)])

        answered = await house.ask(again, people=people)
        answer = msgspec.json.decode(answered.payload, type=Answer)

        (grant,) = {id(one): one for one in standing.alive.values()}.values()
        assert (answer.kind, answer.situation) == ("standing", "valid")
        assert consents_in(answer.results[0]) == dict.fromkeys(
            (Item.LIMIT, Item.MEDICINE), ConsentShown(flag="1", given_at=given_at, id=grant.consent.hex())
        )
        assert answer.results[0].diseases == ()
        assert len(answer.subsidies) == 1
        ((_, body),) = (await records(house, "eligibility.answer"))[1:]
        assert (body["kind"], body["consents"]) == ("standing", ["limit", "medicine", "subsidy"])
        assert len(await records(house, "consent.given")) == 1


async def test_asked_again_of_nobody_or_somebody_else_it_shows_nothing(tmp_path: Path) -> None:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        await with_somebody(house)
        known = await find_people(house.store, [PersonId(await the_person(house)), PersonId(bytes(16))])
        nobody = StandingInquiry(PersonId(bytes(16)), FACILITY, Care.HOME, {}, Presented.NOTHING)

        assert len(known) == 1
        for people in ([], known):
            answered = await house.ask(nobody, people=people)
            assert msgspec.json.decode(answered.payload, type=Answer).results == ()
        with pytest.raises(ValueError, match="known already"):
            await house.ask(nobody)
