"""`ceilings`, `residents`, `seats`: the published totals in their parts, tables of many, and the rule beside them."""

from pathlib import Path

import msgspec
import pytest

from kaihoken.cli import run

from .supply_folder import written


class Basis(msgspec.Struct):
    """The rule that was used."""

    file: str
    status: str
    not_found: list[str]


class Told(msgspec.Struct):
    """What a command prints as JSON."""

    notes: list[str]
    basis: Basis
    rows: list[dict[str, str | float | bool | None]]


def ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> Told:
    assert run(["workforce", *arguments, "--format", "json"]) == 0
    return msgspec.json.decode(capsys.readouterr().out, type=Told)


def parts(told: Told) -> dict[str, object]:
    return {str(row["part"]): row["seats"] for row in told.rows}


def test_the_published_ceiling_of_internal_medicine_in_tokyo(capsys: pytest.CaptureFixture[str]) -> None:
    published = ("--normal", "398", "--partner", "123", "--limited", "31", "--special", "52")
    told = ran(capsys, "ceilings", *published, "--on", "2025-04-01")

    assert (parts(told)["within"], parts(told)["total"]) == (521, 573)
    assert (told.basis.file, told.basis.status) == ("workforce/ceilings/2020-04-01.yaml", "confirmed")
    assert "医師専門研修部会 2024-12-13" in told.notes[0]

    hires = ("--mean-hires", "521", "--needed", "-94", "--contribution", "0.25")
    assert parts(ran(capsys, "ceilings", *hires, "--on", "2025-04-01"))["normal"] == pytest.approx(398)


def test_of_a_later_year_the_total_waits_and_what_was_not_found_is_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = ran(capsys, "ceilings", "--partner", "3", "--on", "2026-04-01")

    assert parts(told)["total"] is parts(told)["within"] is None
    assert told.basis.status == "unconfirmed"
    assert "normal_seats" in told.basis.not_found
    assert any("normal_seats" in note for note in told.notes)


def test_the_cells_of_a_table_are_under_the_ceiling_or_wait(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    header = ("都道府県コード", "基本領域", "年", "医師数", "必要医師数", "採用数")
    years = [(2022, 100, 90, ""), (2023, "", "", 6), (2024, "", "", 6), (2025, "", "", 6), (2030, "", 95, "")]
    written(
        tmp_path,
        "ceiling-cells",
        header,
        [
            *[("13", "内科", *row) for row in years],
            *[("26", "内科", *row) for row in years[:-1]],
            *[("03", "内科", *row) for row in (*years[:-1], (2030, "", 101, ""))],
            ("13", "外科", *years[0]),
        ],
    )

    told = ran(capsys, "ceilings", "--tables", str(tmp_path), "--on", "2027-04-01")

    found = {(row["prefecture_code"], row["specialty"]): (row["held"], row["waiting"]) for row in told.rows}
    assert found == {
        ("13", "内科"): (True, None),
        ("26", "内科"): (None, "required 2030"),
        ("03", "内科"): (False, None),
        ("13", "外科"): (False, None),
    }


def test_the_caps_of_residents_that_were_published(capsys: pytest.CaptureFixture[str]) -> None:
    nation = ran(capsys, "residents", "--applicants", "10540", "--on", "2025-04-01")
    assert parts(nation)["nation"] == pytest.approx(11_067)

    hokkaido = ("--base", "337", "--addition", "68", "--addition", "5")
    assert parts(ran(capsys, "residents", *hokkaido, "--on", "2025-04-01"))["provisional"] == 410

    caps = [
        parts(
            ran(
                capsys,
                "residents",
                *("--provisional", provisional, "--hires", hires, "--before", before),
                "--on",
                "2024-04-01",
            )
        )["cap"]
        for provisional, hires, before in (
            ("1223", "1287", "1280"),
            ("211", "261", "253"),
            ("124", "128", "131"),
        )
    ]
    assert caps == [1280, 253, 128]


def test_the_base_of_every_prefecture_sums_to_the_residents_of_the_nation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    header = (
        "都道府県コード",
        "人口",
        "医学部定員",
        "地域枠入学者数",
        "100km2あたりの医師数",
        "離島人口",
        "少数区域などの加算",
        "前々年の採用数",
        "前年の上限",
    )
    rows = [(f"{code:02}", 1_000_000, 100, *[""] * 6) for code in range(2, 48)]
    written(tmp_path, "resident-quota", header, [("01", 5_000_000, 300, 10, 20, 0, 3, 0, 0), *rows])

    told = ran(capsys, "residents", "--tables", str(tmp_path), "--nation-density", "80", "--on", "2025-04-01")

    assert sum(float(row["base"] or 0) for row in told.rows) == pytest.approx(9443)
    first, second = told.rows[:2]
    base = float(first["base"] or 0)
    assert first["provisional"] == pytest.approx(base + 10 * 1.05 + 0.10 * base + 3)
    assert first["cap"] == first["provisional"]
    assert second["provisional"] is second["cap"] is None


def test_temporary_seats_by_options_and_by_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("--seats-2024", "10", "--before", "10", "--reserved", "4", "--further-need", "--young-low")
    (row,) = ran(capsys, "seats", *asked, "--on", "2026-04-01").rows
    assert (row["kept"], row["first_restored"], row["second_restored"], row["seats"]) == (8, 1, 1, 10)

    header = (
        "都道府県コード",
        "2024年度の臨時定員",
        "前年度の臨時定員",
        "恒久定員100人あたりの地域枠",
        "さらに必要",
        "35歳未満の割合が下位半分",
        "75歳以上の割合が上位半分",
    )
    written(tmp_path, "temporary-seats", header, [("13", 10, 10, 4, 1, 0, 0), ("26", 10, 10, 3, 1, 1, 1)])
    told = ran(capsys, "seats", "--tables", str(tmp_path), "--on", "2026-04-01")
    assert [(row["prefecture"], row["seats"]) for row in told.rows] == [("東京都", 9), ("京都府", 8)]

    (few,) = ran(
        capsys, "seats", "--wish", "30", "--before", "20", "--no-conditions-kept", "--on", "2026-04-01"
    ).rows
    assert few["seats"] == 20


def test_the_total_by_what_is_announced(capsys: pytest.CaptureFixture[str]) -> None:
    told = ran(capsys, "seats", "--total", "9392", "--planned", "--on", "2027-04-01")

    assert told.rows == [{"total": 9392, "allowed": True}]
    assert told.basis.status == "planned"


@pytest.mark.parametrize("verb", ["ceilings", "residents", "seats"])
def test_without_figures_the_command_says_what_it_takes(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["workforce", verb, "--on", "2026-04-01"]) != 0
    assert "--tables" in capsys.readouterr().err
