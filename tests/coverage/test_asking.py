"""Asking a real store: decided, put on record, proved, and nothing leaves before."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from kaihoken.audit import public
from kaihoken.audit.verifier import keys_from_json, receipt_from_header, receipt_from_json, verify_receipt
from kaihoken.clock import FixedClock
from kaihoken.coverage import Consent, Found, LimitCertificate, Presented, Situation
from kaihoken.coverage.answer import Answer
from kaihoken.coverage.store import Stored
from kaihoken.coverage.turn import _Record
from kaihoken.problems import Problem
from kaihoken.store import Statement, Write
from kaihoken.web import Language

from .house import MORNING, House, a_house, record_of
from .people import FACILITY, TODAY, a_certificate, a_person, asking_for, by_card, covered_by
from .test_rows import CERTIFICATE, COVERAGE, LIMIT, SUBSIDY
from .without_store import MemoryLog, ask_without_store

VISIBLE = COVERAGE | {"match": "visible", "limits": [LIMIT]}


async def with_somebody(house: House) -> House:
    await house.register(VISIBLE, SUBSIDY, CERTIFICATE, may_match=True)
    return house


async def test_the_answer_and_its_record_belong_together(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_somebody(house)
        ((person,),) = await house.rows("SELECT person_id FROM person")
        card = by_card(presented=Presented.PHONE, consents=[Consent.LIMIT, Consent.DISEASE, Consent.SUBSIDY])

        answered = await house.ask(card, language="en")

        assert isinstance(person, bytes)
        answer = msgspec.json.decode(answered.payload, type=Answer)
        assert answer == answered.found.answer
        assert record_of(answered) == {
            "answer_hash": sha256(answered.payload).hexdigest(),
            "at": "2026-11-20T01:00:01Z",
            "by": FACILITY,
            "carrier": "json",
            "challenge": "",
            "client": "facility-1",
            "consents": ["disease", "limit", "subsidy"],
            "facts_known_at": 1,
            "fields": sorted(record_of(answered)["fields"]),
            "key": "key-1",
            "kind": "certificate",
            "method": "terminal",
            "on": "2026-11-20",
            "person": person.hex(),
            "presented": "phone",
            "rules": answer.rules,
            "situation": "valid",
            "validity": "1",
        }
        assert answer.subsidies[0].scheme == SUBSIDY["scheme"]
        left = {*msgspec.to_builtins(answer.results[0]), "subsidies"}
        assert set(record_of(answered)["fields"]) == left


async def test_the_record_names_nobody_and_no_number(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_somebody(house)
        for inquiry in (asking_for(covered_by()), by_card(), asking_for(covered_by(), number="99")):
            record = str(record_of(await house.ask(inquiry)))
            for personal in ("山田", "ﾔﾏﾀﾞ", "12-34", "1980-01-01", "1234567890", "01130012"):
                assert personal not in record


async def test_the_receipt_proves_the_answer_offline(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_somebody(house)
        answered = await house.ask(asking_for(covered_by()))
        keys = keys_from_json(public.keys(house.keys))

        for receipt in (
            receipt_from_json(answered.committed.receipt()),
            receipt_from_header(answered.committed.receipt_header()),
        ):
            verify_receipt(receipt, keys)
            assert receipt.kind == "eligibility.answer"
            assert msgspec.json.decode(receipt.body)["answer_hash"] == answered.answer_hash


async def test_a_thousand_identical_questions_at_once_have_one_answer(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_somebody(house)
        inquiry = asking_for(covered_by(), consents=[Consent.LIMIT])
        before = house.committer.committed_seq

        async def ask(number: int) -> tuple[bytes, str, tuple[int, int]]:
            house.clock.at += timedelta(milliseconds=number % 3)  # the instant is not part of the answer
            answered = await house.ask(inquiry)
            place = (answered.committed.seq, answered.committed.first)
            return answered.payload, record_of(answered)["answer_hash"], place

        answers = await asyncio.gather(*map(ask, range(1000)))

        assert len({payload for payload, _, _ in answers}) == 1
        assert len({answer_hash for _, answer_hash, _ in answers}) == 1
        assert len({place for _, _, place in answers}) == 1000  # and a thousand records
        assert house.committer.committed_seq > before


async def test_nothing_leaves_when_the_record_cannot_be_kept(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_somebody(house)
        before = house.committer.committed_seq
        house.unreliable.refusing = "store.full"
        with pytest.raises(Problem, match=r"store\.full"):
            await house.ask(asking_for(covered_by()))

        house.unreliable.refusing = ""
        assert house.committer.committed_seq == before
        assert (await house.ask(asking_for(covered_by()))).found.answer.situation == Situation.VALID


async def test_what_cannot_be_written_leaves_no_record(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_somebody(house)
        before = house.committer.committed_seq

        def refuse(found: Found) -> bytes:
            raise Problem("hub.not-ready")

        with pytest.raises(Problem, match=r"hub\.not-ready"):
            await house.ask(asking_for(covered_by()), write=refuse)
        assert house.committer.committed_seq == before


async def test_an_error_of_our_own_is_told_as_it_is(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_somebody(house)
        before = house.committer.committed_seq
        error = ZeroDivisionError()

        def fail(found: Found) -> bytes:
            raise error

        with pytest.raises(ZeroDivisionError) as caught:
            await house.ask(asking_for(covered_by()), write=fail)
        assert caught.value is error
        assert house.committer.committed_seq == before


async def test_when_nobody_can_be_looked_up_everybody_is_told(
    location: str | Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_somebody(house)

        async def fail(_: object) -> list[list[Stored]]:
            raise Problem("store.failed", reason="planted")

        with monkeypatch.context() as planted:
            planted.setattr(house.finder, "find_each", fail)
            told = await asyncio.gather(
                *(house.ask(asking_for(covered_by())) for _ in range(3)), return_exceptions=True
            )
        assert [str(problem) for problem in told] == ["store.failed"] * 3
        assert len({id(problem) for problem in told}) == 3

        assert (await house.ask(asking_for(covered_by()))).found.answer.situation == Situation.VALID


async def test_one_question_that_fails_leaves_the_others_of_its_turn_alone(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_somebody(house)

        def refuse(found: Found) -> bytes:
            raise Problem("hub.not-ready")

        good, bad, also_good = await asyncio.gather(
            house.ask(asking_for(covered_by())),
            house.ask(asking_for(covered_by()), write=refuse),
            house.ask(by_card()),
            return_exceptions=True,
        )

        assert isinstance(bad, Problem)
        for answered in (good, also_good):
            assert not isinstance(answered, BaseException)
            assert record_of(answered)["answer_hash"] == sha256(answered.payload).hexdigest()


async def test_a_damaged_history_fails_the_question_about_it_and_no_other(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_somebody(house)
        await house.register(VISIBLE | {"link": "k-2", "number": "57"}, may_match=True)
        damage = "UPDATE person SET packed = substr(packed, 1, 20) WHERE person_no = 2"
        await house.store.transaction([Write(Statement("damage", damage, damage), [()])])

        good, damaged = await asyncio.gather(
            house.ask(asking_for(covered_by())),
            house.ask(asking_for(covered_by(number="57"))),
            return_exceptions=True,
        )

        assert isinstance(damaged, Problem)
        assert (damaged.code, damaged.where) == ("store.corrupt", "person 2")
        assert not isinstance(good, BaseException)
        assert good.found.answer.situation == Situation.VALID


async def test_who_goes_away_while_others_are_answered_disturbs_nobody(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_somebody(house)

        def refuse(found: Found) -> bytes:
            raise Problem("hub.not-ready")

        gone = [
            asyncio.create_task(house.ask(asking_for(covered_by()))),
            asyncio.create_task(house.ask(asking_for(covered_by()), write=refuse)),
        ]
        stays = asyncio.create_task(house.ask(by_card()))
        await asyncio.sleep(0)
        for task in gone:
            task.cancel()

        answered = await stays
        assert record_of(answered)["answer_hash"] == sha256(answered.payload).hexdigest()
        assert [task.cancelled() for task in gone] == [True, True]


async def test_a_question_sees_what_was_registered_before_it(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        for number in range(1, 21):
            await house.register(VISIBLE | {"link": f"k-{number}", "number": str(number)}, may_match=True)
            answered = await house.ask(asking_for(covered_by(), number=str(number)))
            assert answered.found.answer.situation == Situation.VALID


async def test_an_address_hidden_since_does_not_leave_in_a_question_about_earlier(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_somebody(house)
        then = house.clock.at
        await house.register(VISIBLE | {"non_disclosure": True}, may_match=True)

        for known_at in (None, then):
            (result,) = (await house.ask(asking_for(covered_by()), known_at=known_at)).found.answer.results
            assert (result.name, result.address) == (COVERAGE["name"], None)


@pytest.mark.parametrize(
    ("asked", "code", "where"),
    [
        ({"on": TODAY + timedelta(days=1)}, "coverage.future", "on"),
        ({"known_at": datetime(2026, 11, 21, tzinfo=UTC)}, "coverage.not-known-yet", "known_at"),
        ({"on": date(2008, 3, 31)}, "coverage.too-early", "on"),
    ],
)
async def test_what_cannot_be_asked(
    location: str | Path, tmp_path: Path, asked: dict[str, object], code: str, where: str
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_somebody(house)
        before = house.committer.committed_seq
        with pytest.raises(Problem) as caught:
            await house.ask(asking_for(covered_by()), **asked)

        assert caught.value.code == code
        assert caught.value.where == where
        assert house.committer.committed_seq == before


async def test_before_the_log_began_nobody_was_known(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await with_somebody(house)
        answered = await house.ask(asking_for(covered_by()), known_at=datetime(2000, 1, 1, tzinfo=UTC))

        assert (answered.found.answer.situation, answered.found.known_at) == (Situation.NOT_FOUND, -1)


@pytest.mark.parametrize(
    ("instant", "today"),
    [
        (datetime(2026, 11, 20, 14, 59, 59, 999999, tzinfo=UTC), date(2026, 11, 20)),
        (datetime(2026, 11, 20, 15, 0, tzinfo=UTC), date(2026, 11, 21)),
    ],
)
async def test_today_is_the_day_in_tokyo(instant: datetime, today: date) -> None:
    coverage = covered_by(lost=date(2026, 11, 21))
    answered = await ask_without_store(asking_for(coverage), [a_person(coverage)], FixedClock(instant))

    assert answered.found.answer.on == today
    assert answered.found.answer.situation == ("valid" if today == date(2026, 11, 20) else "ended")


async def test_the_same_in_three_languages() -> None:
    coverage = covered_by()
    clock = FixedClock(MORNING)
    answers = []
    for language in get_args(Language):
        answered = await ask_without_store(
            asking_for(coverage), [a_person(coverage)], clock, language=language
        )
        answers.append(answered.found.answer)

    assert [answer.words.title for answer in answers] == ["有効", "有効（ゆうこう）", "Valid"]
    assert [answer.share.text for answer in answers] == ["3割", "3割（わり）", "30 %"]
    assert len({msgspec.json.encode(answer.results) for answer in answers}) == 1


async def test_an_answer_is_the_same_whenever_it_is_given_on_a_day() -> None:
    """Also where a consent stands in the question: its instant is the question's, not the answer's."""
    limit = LimitCertificate("01", "A03", None, date(2026, 8, 1), None)
    coverage = covered_by(limits=(limit,))
    inquiry = asking_for(coverage, consents=[Consent.LIMIT])
    payloads = [
        (await ask_without_store(inquiry, [a_person(coverage)], FixedClock(instant))).payload
        for instant in (datetime(2026, 11, 20, 0, tzinfo=UTC), datetime(2026, 11, 20, 14, tzinfo=UTC))
    ]

    assert payloads[0] == payloads[1]
    assert b'"category":"A03"' in payloads[0]


async def test_absent_subsidies_are_never_said_not_to_be() -> None:
    """With consent and nothing registered as without consent: this hub cannot say that there is none."""
    person = a_person(covered_by(), a_certificate())
    clock = FixedClock(MORNING)
    asked = {
        "subsidy-not-by-number": asking_for(covered_by()),
        "subsidy-not-consented": by_card(),
        "subsidy-not-online": by_card(consents=[Consent.SUBSIDY]),
    }
    for told, inquiry in asked.items():
        answer = (await ask_without_store(inquiry, [person], clock)).found.answer
        assert [said.kind for said in answer.advisories] == [told]


async def test_an_answer_about_nobody_says_nothing_of_subsidies() -> None:
    clock = FixedClock(MORNING)
    log = MemoryLog()
    answered = await ask_without_store(asking_for(covered_by()), [], clock, log=log)

    assert [said.kind for said in answered.found.answer.advisories] == ["lag-likely"]
    (record,) = log.records
    assert msgspec.json.decode(record.body)["person"] is None


def test_the_members_of_a_record_stand_in_their_canonical_order() -> None:
    assert list(_Record.__struct_fields__) == sorted(_Record.__struct_fields__)
