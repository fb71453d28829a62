"""An exported table of coverages: it says of a day what a hub says, and to whom besides."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import cast

import msgspec
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from kaihoken.audit import Committer
from kaihoken.claims.eligibility import CareDay, DayAnswer, Eligibility, TableSource, days_in
from kaihoken.claims.eligibility.hub_source import answer_in, row_of
from kaihoken.claims.eligibility.kept import Kept, Page, Sent
from kaihoken.coverage import Finding, History
from kaihoken.coverage.bulk.kinds import Row
from kaihoken.coverage.bulk.numbers import NUMBERS, Numbers
from kaihoken.coverage.client import ListResult
from kaihoken.problems import Problem

from ...coverage.bulk.test_links import Allowance
from ...coverage.bulk.test_same_as_alone import (
    CARE_DAYS,
    CLOCK,
    Nation,
    a_job,
    asked_in,
    nations,
    rows_about,
)
from ...coverage.people import a_person, covered_by
from ...coverage.strategies import NAMES
from ...coverage.without_store import LOOKUP, MemoryLog
from ..files import a_file
from .claimed import by_table, lines_of_claim, receipts_in, write_table


async def by_hub(people: Sequence[History], days: Sequence[CareDay]) -> Mapping[CareDay, DayAnswer]:
    """What a hub at which these people are registered answers to a list."""
    nation = Nation(people)
    numbers = Numbers(nation, nation, cast("Committer", MemoryLog()), [LOOKUP], CLOCK, Allowance())
    rows = [Row(line, msgspec.json.encode(row_of(day))) for line, day in enumerate(days, 1)]
    part = await numbers.answer(a_job(NUMBERS), rows)
    results = [msgspec.json.decode(line, type=ListResult) for line in part.lines]
    return {day: answer_in(result) for day, result in zip(days, results, strict=True)}


KANA = st.sampled_from(("", "ヤマダ　タロウ", "タカギ　ケン"))
NAME = st.sampled_from(("", "高木健", "ヤマダ　タロウ", *NAMES))
SAID = st.sampled_from(("", "1", "2"))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
async def test_it_finds_what_the_hub_finds_of_the_same_people(tmp_path: Path, data: st.DataObject) -> None:
    people = data.draw(nations)
    days = []
    for row in data.draw(st.lists(rows_about(people), min_size=1, max_size=8)):
        asked = asked_in(row)
        if not isinstance(asked, Problem):
            on = data.draw(st.sampled_from(CARE_DAYS))
            numbers = (asked.symbol, asked.number, asked.branch)
            said = [data.draw(one) for one in (KANA, NAME, SAID, SAID)]
            days.append(CareDay(asked.insurer.canonical, *numbers, asked.birthdate, on, *said))

    told = by_table(write_table(tmp_path / "coverages.csv", people), days)
    heard = await by_hub(people, days)

    for day in days:
        event(f"{told[day].finding} {' '.join(told[day].differs)}")
        assert msgspec.structs.replace(told[day], other=None) == msgspec.structs.replace(
            heard[day], answer_hash="", batch=None
        )
        assert (told[day].other is not None) == (told[day].finding is Finding.OTHER_INSURER)


OWN = covered_by()
CELLS = (
    b"p", b"q", b"01130012", b"56", b"1980-01-01", b"2020-04-01", b"", b"\n", b"pending", b'"', b"\x00", b"9" * 5000,
    "山".encode(),
)  # fmt: skip
LINES = (
    b'{"type":"sent","hub":"h","reception_number":"1","questions":"q"}',
    b'{"type":"page","answers":{"k":{"finding":"as-written"}},"next":"1"}',
    b'{"type":"page","answers":{},"next":""}',
    b'{"type":"page"',
    b"null",
)
CLAIM = receipts_in(a_file(lines_of_claim(OWN, 3, symbol="", branch="")))


def written(
    folder: Path, *rows: str, head: str = "person,insurer_number,number,birthdate,from_day,until_day"
) -> Path:
    file = folder / "coverages.csv"
    file.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return file


def found(file: Path) -> str:
    (answer,) = by_table(file, days_in(CLAIM)).values()
    return str(answer.finding)


def test_columns_that_need_not_be_there_may_be_left_out(tmp_path: Path) -> None:
    file = written(tmp_path, "p,01130012,56,1980-01-01,2020-04-01,")

    assert found(file) == "as-written"


def test_what_was_superseded_is_not_believed(tmp_path: Path) -> None:
    head = "person,insurer_number,number,birthdate,from_day,until_day,superseded_at"
    before = "p,01130012,56,1980-01-01,2020-04-01,,2026-10-02"

    assert found(written(tmp_path, before, "p,01130012,56,1980-01-01,2020-04-01,2026-10-01,", head=head)) == (
        "not-covered"
    )


def test_two_people_of_one_number_are_not_told_apart(tmp_path: Path) -> None:
    rows = [f"{person},01130012,56,1980-01-01,2020-04-01," for person in ("p", "q")]

    assert found(written(tmp_path, *rows)) == "unconfirmable"


def test_a_row_of_somebody_who_is_not_asked_about_may_be_unreadable(tmp_path: Path) -> None:
    rows = ["p,01130012,56,1980-01-01,2020-04-01,", "q,x,57,1980-01-01,then,"]

    assert found(written(tmp_path, *rows)) == "as-written"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("p,01130012,56,1980-01-01,then,", "from_day"),
        ("p,01130012,56,1980-01-01,2020-04-01,2026-13-01", "until_day"),
        ("p,x,56,1980-01-01,2020-04-01,", "insurer_number"),
        ("p,01130012,56,born,2020-04-01,", "birthdate"),
    ],
)
def test_a_row_of_somebody_who_is_asked_about_must_be_readable(tmp_path: Path, row: str, column: str) -> None:
    file = written(tmp_path, "p,01130012,56,1980-01-01,2020-04-01,", row)

    with pytest.raises(Problem) as caught:
        found(file)
    assert (caught.value.code, caught.value.where) == ("claims.recheck-row", f"coverages.csv:2 {column}")


@pytest.mark.parametrize(("column", "value"), [("match", "perhaps"), ("subject", "first")])
def test_state_and_place_must_be_readable(tmp_path: Path, column: str, value: str) -> None:
    head = f"person,insurer_number,number,birthdate,from_day,{column}"

    with pytest.raises(Problem, match=rf"claims\.recheck-row .*{column}"):
        found(written(tmp_path, f"p,01130012,56,1980-01-01,2020-04-01,{value}", head=head))


def test_a_table_that_lacks_a_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"claims\.recheck-columns"):
        found(written(tmp_path, head="person,number,birthdate,from_day"))


@pytest.mark.parametrize(
    ("name", "code"),
    [("there.parquet", "claims.coverages-kind"), ("no", "claims.file-unreadable")],
)
def test_what_is_no_csv_or_not_there_is_refused(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "there.parquet").write_bytes(b"PAR1")
    with pytest.raises(Problem) as caught:
        found(tmp_path / name)
    assert caught.value.code == code


def test_what_is_not_utf_8_is_told_without_its_content(tmp_path: Path) -> None:
    file = tmp_path / "coverages.csv"
    file.write_bytes("person,insurer_number,number,birthdate,from_day\n山田,".encode("cp932"))

    with pytest.raises(Problem) as caught:
        found(file)
    assert (caught.value.code, caught.value.facts["reason"]) == (
        "claims.file-unreadable",
        "UnicodeDecodeError",
    )


HEAD = b"person,insurer_number,number,birthdate,from_day,until_day,match,subject\n"


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary() | st.lists(st.sampled_from(CELLS), max_size=24).map(lambda cells: HEAD + b",".join(cells)))
def test_whatever_stands_in_a_table_is_read_or_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "coverages.csv"
    file.write_bytes(content)

    try:
        answer = found(file)
    except Problem as problem:
        event(problem.code)
    else:
        event(answer)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary() | st.lists(st.sampled_from(LINES), max_size=5).map(b"\n".join))
def test_whatever_stands_in_the_kept_file_is_taken_as_far_as_it_goes(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "kept"
    file.write_bytes(content)

    kept = Kept(file)

    assert kept.sent is not None or not kept.answers


def test_a_kept_line_that_broke_off_costs_no_other(tmp_path: Path) -> None:
    file = tmp_path / "kept"
    kept = Kept(file)
    kept.begin(Sent(hub="https://hub", reception_number="1", questions="q"))
    whole = file.read_bytes()
    kept.add(Page(answers={"a": DayAnswer(finding=None)}, next="2"))
    file.write_bytes(file.read_bytes()[: len(whole) + 20])  # the machine went off while a page was written

    Kept(file).add(Page(answers={"a": DayAnswer(finding=None)}, next="3"))

    again = Kept(file)
    assert (again.sent, list(again.answers), again.next) == (kept.sent, ["a"], "3")


def test_the_file_of_a_large_clinic_is_one_question_and_two_readings(tmp_path: Path) -> None:
    """3,000 receipts of two visits, in a register of others."""
    count = 3_000
    people = [
        a_person(
            covered_by(number=str(1000 + place), lost=date(2026, 10, 15) if place % 10 == 0 else None),
            person=place + 1,
        )
        for place in range(count)
    ]
    file = a_file(
        *(
            lines_of_claim(covered_by(number=str(1000 + place)), 3, 20, place=place + 1)
            for place in range(count)
        )
    )
    eligibility = Eligibility.asked(
        receipts_in(file), TableSource(write_table(tmp_path / "coverages.csv", people))
    )

    assert (eligibility.asking.asked, eligibility.asking.answered) == (2 * count, 2 * count)
