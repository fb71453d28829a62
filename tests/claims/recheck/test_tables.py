"""The tables that a recheck reads: what they may look like, and what is said of what cannot be read."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest

from kaihoken.claims.recheck import CLAIMS, COVERAGES, Recheck, reading
from kaihoken.problems import Problem

from ...coverage.people import a_person, covered_by, said
from ...house.sources import ROOT
from .exported import claim_of, recorded_on, write_claims, write_coverages

HEAD = "claim_id,insurer_number,symbol,number,branch,birthdate,month,days,points,public_payer"
GOOD = "A,01130012,12-34,56,01,1980-01-01,2026-09,3 20,100,"
COVERAGE_HEAD = (
    "person,insurer_number,symbol,number,branch,birthdate,from_day,until_day,match,recorded_at,superseded_at"
)
COVERAGE = "P,01130012,12-34,56,01,1980-01-01,2020-04-01,,,2020-04-02,"


def table(folder: Path, name: str, *lines: str) -> Path:
    file = folder / name
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def run_on(claims: Path, coverages: Path, as_known: date | None = None) -> Recheck:
    run = Recheck(threads=1)
    run.read([(claims.name, claims)], coverages, as_known)
    run.decide()
    return run


def found(run: Recheck) -> list[tuple[str, str]]:
    return run.database.execute("select claim_id, verdict from verdicts order by claim").fetchall()


BAD_CLAIMS = (
    (",01130012,12-34,56,01,1980-01-01,2026-09,3,1,", "claim_id"),
    ("B,0113001,12-34,56,01,1980-01-01,2026-09,3,1,", "insurer_number"),
    ("B,01130012,12-34,,01,1980-01-01,2026-09,3,1,", "number"),
    ("B,01130012,12-34,56,123,1980-01-01,2026-09,3,1,", "branch"),
    ("B,01130012,12-34,56,01,1980-01-32,2026-09,3,1,", "birthdate"),
    ("B,01130012,12-34,56,01,1980-01-01,2026-13,3,1,", "month"),
    ("B,01130012,12-34,56,01,1980-01-01,,3,1,", "month"),
    ("B,01130012,12-34,56,01,1980-01-01,2026-09,,1,", "days"),
    ("B,01130012,12-34,56,01,1980-01-01,2026-09,31,1,", "days"),
    ("B,01130012,12-34,56,01,1980-01-01,2026-09,3 x,1,", "days"),
    ("B,01130012,12-34,56,01,1980-01-01,2021-09,3,1,", "days"),
    ("B,01130012,12-34,56,01,1980-01-01,2026-09,3,-1,", "points"),
    ("B,01130012,12-34,56,01,1980-01-01,2026-09,3,1,perhaps", "public_payer"),
    ("B,01130012,12-34,56,01,1980-01-01 09:00,2026-09,3,1,", "birthdate"),
    ("B,01130012,12-34,56,01,1980-01-01,2026-09,0x3,1,", "days"),
    ("B,01130012,12-34,56,01,1980-01-01,2026-09,3 4.0,1,", "days"),
    ("B,01130012,12-34,56,01,1980-01-01,2026-09,3,1.5,", "points"),
    ("B,01130012,12-34,56,01,1980-01-01,2026-09,3,1e5,", "points"),
)
BAD_COVERAGES = (
    (COVERAGE.replace("P,", ",", 1), "person"),
    (COVERAGE.replace("2020-04-01", ""), "from_day"),
    (COVERAGE.replace("2020-04-01,", "2020-04-01,soon"), "until_day"),
    (COVERAGE.replace(",,,2020", ",,seen,2020"), "match"),
    (COVERAGE.replace("2020-04-02", "2020-04-02 10:00"), "recorded_at"),
    (COVERAGE + "later", "superseded_at"),
)


def test_a_row_that_cannot_be_read_is_left_out_and_told(tmp_path: Path) -> None:
    claims = table(
        tmp_path, "claims.csv", HEAD, GOOD, *(line for line, _ in BAD_CLAIMS), GOOD.replace("A,", "C,")
    )
    coverages = table(
        tmp_path, "coverages.csv", COVERAGE_HEAD, *(line for line, _ in BAD_COVERAGES), COVERAGE
    )

    run = run_on(claims, coverages)

    told = run.told()
    assert found(run) == [("A", "as-written"), ("C", "as-written")]
    assert [(one.file, one.row, one.column.name) for one in told.refused] == [
        *((str(coverages), row, column) for row, (_, column) in enumerate(BAD_COVERAGES, 1)),
        *(("claims.csv", row, column) for row, (_, column) in enumerate(BAD_CLAIMS, 2)),
    ]
    assert (told.left_out_claims, told.left_out_coverages) == (len(BAD_CLAIMS), len(BAD_COVERAGES))
    last = told.refused[-1].problem
    assert (last.where, last.mend("ja")[:12]) == (
        f"claims.csv:{1 + len(BAD_CLAIMS)} points",
        "points に入るのは",
    )
    assert "a whole number" in last.mend("en")


def test_a_row_may_be_a_visit_day(tmp_path: Path) -> None:
    head = "claim_id,insurer_number,symbol,number,branch,birthdate,day,points"
    claims = table(
        tmp_path,
        "claims.csv",
        head,
        "A,01130012,12-34,56,01,1980-01-01,2026-09-03,100",
        "B,01130012,12-34,56,01,1980-01-01,2026-09-04,1",
        "A,01130012,12-34,56,01,1980-01-01,2026-09-20,100",
        "C,01130012,12-34,56,01,1980-01-01,2026-09-30,1",
        "C,01130012,12-34,56,01,1980-01-01,2026-10-01,1",
    )
    lost = COVERAGE.replace("2020-04-01,", "2020-04-01,2026-09-15")

    run = run_on(claims, table(tmp_path, "coverages.csv", COVERAGE_HEAD, lost))

    assert found(run) == [("A", "lost"), ("B", "as-written")]
    assert [(one.row, one.column.name) for one in run.told().refused] == [(4, "claim_id")]
    assert run.database.execute("select points from verdicts order by claim").fetchall() == [(100,), (1,)]


def test_parquet_brings_its_types(tmp_path: Path) -> None:
    claims, coverages = tmp_path / "claims.parquet", tmp_path / "coverages.parquet"
    duckdb.execute(
        f"""copy (select 7 as claim_id, '01130012' as insurer_number, '12-34' as symbol, 56 as number,
            1 as branch, date '1980-01-01' as birthdate, date '2026-09-09' as month, [3, 20] as days, 12 as points,
            true as public_payer) to '{claims}'"""
    )
    duckdb.execute(
        f"""copy (select 1 as person, '01130012' as insurer_number, '１２ー３４' as symbol, '0056' as number,
            '01' as branch, date '1980-01-01' as birthdate, date '2020-04-01' as from_day,
            timestamptz '2026-10-01 00:00:00+09:00' as recorded_at, null::timestamptz as superseded_at)
            to '{coverages}'"""
    )

    assert found(run_on(claims, coverages, date(2026, 10, 1))) == [("7", "as-written")]
    assert found(run_on(claims, coverages, date(2026, 9, 30))) == [("7", "unknown")]


def test_a_number_or_an_instant_of_parquet_is_taken_where_it_is_whole(tmp_path: Path) -> None:
    claims = tmp_path / "claims.parquet"
    duckdb.execute(
        f"""copy (select * from (values
            ('A', timestamp '1980-01-01 00:00:00', [3.0, 20.0]::double[], 12.0::double),
            ('B', timestamp '1980-01-01 09:00:00', [3.0]::double[], 12.0::double),
            ('C', timestamp '1980-01-01 00:00:00', [3.5]::double[], 12.0::double),
            ('D', timestamp '1980-01-01 00:00:00', [3.0]::double[], 12.5::double)
            ) as t(claim_id, birthdate, days, points),
            (select '01130012' as insurer_number, '12-34' as symbol, '56' as number, '01' as branch,
            '2026-09' as month) as u) to '{claims}'"""
    )

    run = run_on(claims, table(tmp_path, "coverages.csv", COVERAGE_HEAD, COVERAGE))

    assert found(run) == [("A", "as-written")]
    assert [one.column.name for one in run.told().refused] == ["birthdate", "days", "points"]


def test_more_rows_than_can_be_numbered_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    claims = table(tmp_path, "claims.csv", HEAD, GOOD, GOOD.replace("A,", "B,"))
    coverages = table(tmp_path, "coverages.csv", COVERAGE_HEAD, COVERAGE)

    monkeypatch.setattr(reading, "MOST_ROWS", 2)
    assert found(run_on(claims, coverages)) == [("A", "as-written"), ("B", "as-written")]
    monkeypatch.setattr(reading, "MOST_ROWS", 1)
    with pytest.raises(Problem, match=r"claims\.recheck-too-many"):
        run_on(claims, coverages)


def test_a_correction_counts_from_the_end_of_its_day(tmp_path: Path) -> None:
    first = covered_by()
    person = said(a_person(first), 1, 5, covered_by(lost=date(2026, 9, 1), loss_reason="03"))
    claims = write_claims(tmp_path / "claims.csv", [claim_of(first, date(2026, 9, 3))])
    coverages = write_coverages(tmp_path / "coverages.csv", [person])

    told = {
        known: found(run_on(claims, coverages, known))[0][1]
        for known in (recorded_on(0), recorded_on(1), recorded_on(4), recorded_on(5), None)
    }

    assert list(told.values()) == ["unknown", "as-written", "as-written", "lost", "lost"]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([HEAD.replace("birthdate", "born"), GOOD], "claims.recheck-unknown-column"),
        ([HEAD.replace(",birthdate", ""), GOOD.replace(",1980-01-01", "")], "claims.recheck-columns"),
        ([HEAD.replace(",month,days", ""), GOOD.replace(",2026-09,3 20", "")], "claims.recheck-columns"),
        ([HEAD, GOOD, GOOD.replace("A", '"A')], "claims.recheck-unreadable"),
    ],
)
def test_a_table_of_another_form_is_refused(tmp_path: Path, lines: Sequence[str], code: str) -> None:
    claims = table(tmp_path, "claims.csv", *lines)
    coverages = table(tmp_path, "coverages.csv", COVERAGE_HEAD, COVERAGE)

    with pytest.raises(Problem, match=code.replace(".", r"\.")) as told:
        run_on(claims, coverages)
    assert "1980" not in str(told.value.as_rfc9457())


def test_what_was_known_then_needs_the_columns_that_say_when(tmp_path: Path) -> None:
    coverages = table(
        tmp_path, "coverages.csv", COVERAGE_HEAD.removesuffix(",superseded_at"), COVERAGE.removesuffix(",")
    )
    claims = table(tmp_path, "claims.csv", HEAD, GOOD)

    with pytest.raises(Problem, match=r"claims\.recheck-record-times"):
        run_on(claims, coverages, date(2026, 10, 1))
    assert found(run_on(claims, coverages)) == [("A", "as-written")]


def test_the_page_names_every_column() -> None:
    page = (ROOT / "docs/claims/recheck.md").read_text(encoding="utf-8")

    assert [column.name for column in (*CLAIMS, *COVERAGES) if f"`{column.name}`" not in page] == []
