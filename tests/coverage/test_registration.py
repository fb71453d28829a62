"""Registering on a real store: every row answered, nothing lost, nothing said twice."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kaihoken.coverage import Coverage, Fact, RowAnswer, Situation, unpack_history
from kaihoken.coverage.history import PersonId
from kaihoken.coverage.registration.registrar import SLICE, Registering
from kaihoken.problems import Problem
from kaihoken.store import Statement, Write

from .house import INSURER_SAYS, House, a_house
from .people import COMPANY, TODAY, asking_for, by_card, covered_by
from .test_rows import CERTIFICATE, COVERAGE, SUBSIDY

VISIBLE = COVERAGE | {"match": "visible"}


def statuses(answers: list[RowAnswer]) -> list[str]:
    return [answer.status for answer in answers]


async def situation(house: House, coverage: Coverage | None = None, **more: Any) -> str:
    answered = await house.ask(asking_for(coverage or covered_by()), **more)
    return answered.found.answer.situation


async def test_every_row_is_answered_in_order(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        answers = await house.register(
            COVERAGE, COVERAGE | {"branch": "1"}, COVERAGE, SUBSIDY, CERTIFICATE | {"link": "個人"}
        )

        assert [(answer.row, answer.status, answer.state) for answer in answers] == [
            (0, "registered", "pending"),
            (1, "refused", None),
            (2, "unchanged", "pending"),
            (3, "registered", None),
            (4, "refused", None),
        ]
        assert [answer.problem["where"] for answer in answers if answer.problem] == [
            "rows[1].branch",
            "rows[4].link",
        ]


async def test_no_rows_are_answered_with_none_and_leave_no_record(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        before = house.committer.committed_seq

        assert await house.register() == []
        assert statuses(await house.register(COVERAGE | {"sex": "9"})) == ["refused"]
        assert house.committer.committed_seq == before


async def test_sending_it_again_changes_nothing(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await house.register(VISIBLE, SUBSIDY, CERTIFICATE, may_match=True)
        seq, stood = house.committer.committed_seq, await house.rows("SELECT packed FROM person")

        assert set(statuses(await house.register(VISIBLE, SUBSIDY, CERTIFICATE, may_match=True))) == {
            "unchanged"
        }
        assert set(statuses(await house.register(COVERAGE, SUBSIDY, CERTIFICATE))) == {"unchanged"}
        assert (house.committer.committed_seq, await house.rows("SELECT packed FROM person")) == (seq, stood)


async def test_a_request_that_says_a_thing_twice_says_it_once(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        moved = COVERAGE | {"address": "別の住所"}

        assert statuses(await house.register(COVERAGE, COVERAGE, moved, moved, COVERAGE)) == [
            "registered",
            "unchanged",
            "registered",
            "unchanged",
            "registered",
        ]
        assert await house.rows("SELECT ordinal, subject, supersedes FROM assertion ORDER BY ordinal") == [
            (0, 1, None),
            (1, 1, 0),
            (2, 1, 1),
        ]


async def test_people_are_numbered_as_they_come_and_found_again(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await house.register(COVERAGE, COVERAGE | {"link": "k-2", "number": "57"})
        await house.register(COVERAGE | {"link": "k-3", "number": "58"}, SUBSIDY)

        assert await house.rows("SELECT person_no, ordinal, subject FROM assertion ORDER BY 1, 2") == [
            (1, 0, 1),
            (1, 1, 2),
            (2, 0, 1),
            (3, 0, 1),
        ]
        ids = [row[0] for row in await house.rows("SELECT person_id FROM person")]
        assert len(set(ids)) == 3
        assert all(isinstance(one, bytes) and len(one) == 16 for one in ids)


async def test_the_truth_holds_what_the_projection_holds(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await house.register(COVERAGE, SUBSIDY, CERTIFICATE)
        await house.register(COVERAGE | {"lost": "2026-11-01"})

        bodies = [row[0] for row in await house.rows("SELECT body FROM assertion ORDER BY ordinal")]
        ((packed,),) = await house.rows("SELECT packed FROM person")
        history = unpack_history(PersonId(bytes(16)), packed)
        assert packed == bytes([0x90 | 4]) + b"".join(bodies)
        assert [(a.subject, a.source, a.link) for a in history.assertions] == [
            (1, "insurer-1", "k-1"),
            (2, "insurer-1", ""),
            (3, "insurer-1", ""),
            (1, "insurer-1", ""),
        ]
        assert await house.rows(
            "SELECT valid_from, valid_to, commit_seq FROM assertion ORDER BY ordinal"
        ) == [
            (date(2020, 4, 1).toordinal(), None, 1),
            (date(2025, 4, 1).toordinal(), None, 1),
            (date(2025, 1, 1).toordinal(), None, 1),
            (date(2020, 4, 1).toordinal(), date(2026, 11, 1).toordinal(), 2),
        ]


async def test_another_insurers_members_are_refused_and_ones_own_kept(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:

        def own(fact: Fact) -> bool:
            return isinstance(fact, Coverage) and fact.insurer_number == "01130012"

        foreign = COVERAGE | {"insurer_number": COMPANY}
        answers = await house.register(COVERAGE, foreign, SUBSIDY, CERTIFICATE, speaks_for=own)

        assert statuses(answers) == ["registered", "refused", "refused", "refused"]
        assert [answer.problem["where"] for answer in answers if answer.problem] == [
            "rows[1].insurer_number",
            "rows[2].payer_number",
            "rows[3].kind",
        ]
        assert {answer.problem["code"] for answer in answers if answer.problem} == {
            "coverage.row-other-insurer"
        }
        assert await house.rows("SELECT count(*) FROM assertion") == [(1,)]


async def test_nobody_is_registered_before_the_day_of_birth_in_japan(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        newborn = COVERAGE | {"birthdate": "2026-11-21", "acquired": "2026-11-21"}
        house.clock.at = datetime(2026, 11, 20, 14, 59, 58, tzinfo=UTC)
        (early,) = await house.register(newborn)
        (in_time,) = await house.register(newborn)

        assert early.problem is not None
        assert (early.problem["code"], early.problem["where"]) == (
            "coverage.row-unborn",
            "rows[0].birthdate",
        )
        assert in_time.status == "registered"


async def test_nobody_is_registered_who_would_be_older_than_anybody(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        house.clock.at = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
        early, oldest = await house.register(
            COVERAGE | {"birthdate": "1900-12-31", "link": "1"},
            COVERAGE | {"birthdate": "1901-01-01", "link": "2", "number": "57"},
        )

        assert early.problem is not None
        assert (early.problem["code"], early.problem["where"]) == ("coverage.row-early", "rows[0].birthdate")
        assert oldest.status == "registered"


async def test_only_the_matching_authority_says_how_the_match_stands(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        (answer,) = await house.register(VISIBLE)
        assert (answer.status, answer.problem and answer.problem["code"]) == ("refused", "coverage.row-match")

        (answer,) = await house.register(VISIBLE, may_match=True)
        assert (answer.status, answer.state) == ("registered", "visible")


async def test_the_match_is_pending_then_visible_then_visible_at_once_elsewhere(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        new = COVERAGE | {"insurer_number": COMPANY, "number": "77", "acquired": "2026-11-01"}
        await house.register(COVERAGE)
        assert await situation(house) == Situation.PENDING
        await house.register(VISIBLE, may_match=True)
        assert await situation(house) == Situation.VALID

        (answer,) = await house.register(new)

        assert (answer.status, answer.state) == ("registered", "visible")
        assert await situation(house, covered_by(COMPANY, number="77")) == Situation.VALID
        assert await situation(house) == Situation.OVERLAP


async def test_a_coverage_that_does_not_fit_the_person_is_stopped_until_it_is_mended(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        wrong = COVERAGE | {"insurer_number": COMPANY, "number": "77", "kana": "ヤマダ　ジロウ"}
        asked = covered_by(COMPANY, number="77")
        await house.register(VISIBLE, may_match=True)

        (answer,) = await house.register(wrong)
        assert answer.state == "suspended-3"
        assert await situation(house, asked) == Situation.SUSPENDED
        (answer,) = await house.register(wrong)
        assert (answer.status, answer.state) == ("unchanged", "suspended-3")

        (answer,) = await house.register(wrong | {"kana": "ヤマダ　タロウ"})
        assert (answer.status, answer.state) == ("registered", "corrected")
        assert await situation(house, asked) == Situation.VALID


@pytest.mark.parametrize("link", ["123456789018", "1234-5678-9018"])
async def test_what_could_be_an_individual_number_is_refused_and_not_kept(
    location: str | Path, tmp_path: Path, link: str
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        (answer,) = await house.register(COVERAGE | {"link": link})

        assert (answer.status, answer.problem and answer.problem["code"]) == (
            "refused",
            "coverage.row-individual-number",
        )
        assert "9018" not in str(answer.problem)
        for table in ("assertion", "person", "lookup", "log_body"):
            for row in await house.rows(f"SELECT * FROM {table}"):
                assert b"123456789018" not in b"".join(part for part in row if isinstance(part, bytes))
        assert await house.rows("SELECT count(*) FROM lookup") == [(0,)]


async def test_a_correction_counts_from_its_commit_on(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await house.register(VISIBLE, may_match=True)
        registered = house.clock.at
        house.clock.at += timedelta(days=1)
        await house.register(VISIBLE | {"lost": "2026-11-01"}, may_match=True)

        async def known(at: datetime, on: date = TODAY) -> str:
            return await situation(house, on=on, known_at=at)

        assert await known(registered - timedelta(seconds=1)) == Situation.NOT_FOUND
        assert await known(registered) == Situation.VALID
        assert await known(house.clock.at - timedelta(milliseconds=1)) == Situation.VALID
        assert await known(house.clock.at) == Situation.ENDED
        assert await known(house.clock.at, on=date(2026, 10, 31)) == Situation.VALID
        assert await situation(house) == Situation.ENDED


async def test_a_coverage_taken_back_never_was(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await house.register(VISIBLE, may_match=True)
        then = house.clock.at
        (answer,) = await house.register(COVERAGE | {"withdrawn": True})

        assert answer.status == "registered"
        assert await situation(house) == Situation.NOT_FOUND
        answered = await house.ask(asking_for(covered_by()), known_at=then)
        assert (answered.found.answer.situation, answered.found.answer.results) == (Situation.VALID, ())


async def test_questions_find_a_person_by_everything_that_was_registered(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        later = COVERAGE | {"insurer_number": COMPANY, "number": "００７７", "acquired": "2026-11-01"}
        await house.register(VISIBLE, later, CERTIFICATE, may_match=True)

        assert await situation(house, covered_by(COMPANY, number="77")) == Situation.VALID
        answered = await house.ask(by_card())
        assert [result.number for result in answered.found.answer.results] == ["００７７"]


async def test_many_rows_go_in_slices_each_with_its_record(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        count = 2 * SLICE + 3
        rows = [COVERAGE | {"link": f"k-{n}", "number": str(n)} for n in range(1, count + 1)]
        rows[SLICE] |= {"sex": "x"}

        answers = await house.register(*rows)

        assert [answer.row for answer in answers] == list(range(count))
        assert [answer.row for answer in answers if answer.status == "refused"] == [SLICE]
        assert house.committer.committed_seq == 3
        assert await house.rows("SELECT count(*), max(person_no) FROM person") == [(count - 1, count - 1)]
        records = [msgspec.json.decode((await house.committer.log.record(seq, 0)).body) for seq in (1, 2, 3)]
        assert [record["rows"] for record in records] == [SLICE, SLICE - 1, 3]
        assert all(record["client"] == "insurer-1" and len(record["digest"]) == 64 for record in records)


async def test_the_stored_answer_of_a_request_joins_its_last_slice(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        note = Statement(
            "note an answer",
            "INSERT INTO store_meta (name, value) VALUES (?1, ?2)",
            "INSERT INTO store_meta (name, value) VALUES ($1, $2)",
        )
        kept: list[int] = []

        def keep(answers: Any) -> list[Write]:
            kept.append(len(answers))
            return [Write(note, [(f"answer {len(kept)}", str(len(answers)))])]

        raw = [msgspec.Raw(msgspec.json.encode(COVERAGE | {"link": f"k-{n}"})) for n in range(SLICE + 1)]
        registering = Registering(INSURER_SAYS, lambda _: True, may_match=False)
        await house.registrar.register(raw, registering, keep)
        await house.registrar.register(
            raw, registering, keep
        )  # nothing is new, the answer is kept all the same

        assert kept == [SLICE + 1, SLICE + 1]
        assert await house.rows("SELECT value FROM store_meta WHERE name LIKE 'answer %' ORDER BY name") == [
            (str(SLICE + 1),),
            (str(SLICE + 1),),
        ]


async def test_when_the_commit_fails_nothing_stands_and_repeating_is_safe(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        house.unreliable.refusing = "store.full"
        with pytest.raises(Problem, match=r"store\.full"):
            await house.register(COVERAGE, SUBSIDY)
        assert await house.rows("SELECT count(*) FROM lookup") == [(0,)]

        house.unreliable.refusing = ""
        assert statuses(await house.register(COVERAGE, SUBSIDY)) == ["registered"] * 2


async def test_two_requests_at_once_make_one_person_once(location: str | Path, tmp_path: Path) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        answers = await asyncio.gather(house.register(COVERAGE), house.register(COVERAGE))

        assert sorted(answer.status for (answer,) in answers) == ["registered", "unchanged"]
        assert await house.rows("SELECT count(*) FROM person") == [(1,)]


async def test_a_link_under_which_several_stand_refuses_its_rows_only(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await house.register(COVERAGE, COVERAGE | {"link": "k-2", "number": "57"})
        share = Statement(
            "plant a shared link",
            *[
                "INSERT INTO lookup SELECT key, birth, 2, key_version, normalisation_version FROM lookup l "
                "WHERE person_no = 1 AND birth = 0"
            ]
            * 2,
        )
        await house.store.transaction([Write(share, [()])])

        answers = await house.register(SUBSIDY, SUBSIDY | {"link": "k-2"})

        assert statuses(answers) == ["refused", "registered"]
        assert answers[0].problem is not None
        assert (answers[0].problem["code"], answers[0].problem["where"]) == (
            "coverage.link-shared",
            "rows[0].link",
        )


async def test_a_damaged_history_refuses_its_own_rows_and_no_other(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await house.register(VISIBLE, may_match=True)
        damage = "UPDATE person SET packed = substr(packed, 1, 20)"
        await house.store.transaction([Write(Statement("damage", damage, damage), [()])])

        others = [VISIBLE | {"link": f"k-{n}", "number": str(n)} for n in (61, 62)]
        answers = await house.register(others[0], VISIBLE | {"number": "57"}, others[1], may_match=True)

        assert statuses(answers) == ["registered", "refused", "registered"]
        assert answers[1].problem is not None
        assert (answers[1].problem["code"], answers[1].problem["where"]) == ("store.corrupt", "rows[1].link")


async def test_people_are_found_under_the_old_and_the_new_look_up_key(
    location: str | Path, tmp_path: Path
) -> None:
    async with a_house(location, tmp_path / "keys") as house:
        await house.register(VISIBLE, CERTIFICATE, may_match=True)
    keys = house.keys.rotate_lookup(house.clock)
    async with a_house(location, tmp_path / "keys", again=True, clock=house.clock) as house:
        assert len(house.lookup_keys) == 2
        assert await situation(house) == Situation.VALID
        new = VISIBLE | {"insurer_number": COMPANY, "number": "77", "acquired": "2026-11-01"}
        assert statuses(await house.register(VISIBLE, new, may_match=True)) == ["unchanged", "registered"]

        assert await situation(house, covered_by(COMPANY, number="77")) == Situation.VALID
        assert await situation(house) == Situation.OVERLAP
        assert (await house.ask(by_card())).found.answer.results[0].number == "77"
        assert await house.rows("SELECT count(*) FROM person") == [(1,)]
        assert await house.rows("SELECT key_version, count(*) FROM lookup GROUP BY 1 ORDER BY 1") == [
            (1, 3),
            (2, 1),
        ]
    assert len(keys.lookup_created()) == 2
