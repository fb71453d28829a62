"""A folder of tables as a prefecture fills them in: nine areas of 岩手県, few figures, all made up for the tests."""

from collections.abc import Iterable
from pathlib import Path

from kaihoken.workforce.index import IndexClass, shipped_index

AGES = ("24歳以下", *(f"{first}～{first + 4}歳" for first in range(25, 85, 5)), "85歳以上")
DECADES = ("20歳代", "30歳代", "40歳代", "50歳代", "60歳代", "70歳代以上")
IWATE = tuple(f"030{at}" for at in range(1, 10))
EACH = 6
"""Doctors of each area, sex and age: four at one workplace, two at several."""

CLASSES = {IndexClass.MINORITY: "少数", IndexClass.MIDDLE: "中程度", IndexClass.MAJORITY: "多数"}


def written(folder: Path, table: str, header: Iterable[object], rows: Iterable[Iterable[object]]) -> None:
    """One table as CSV."""
    lines = (",".join(str(cell) for cell in row) for row in (header, *rows))
    (folder / f"{table}.csv").write_text("\n".join(lines), encoding="utf-8")


def supply_folder(folder: Path, *, survival: float = 0.9, entrants: int = 3, moving: float = 0.0) -> Path:
    """The tables of the projection but hours: doctors of 2022, entrants of 2023 to 2036."""
    table = shipped_index()
    classes = sorted({CLASSES[kind] for code in IWATE if (kind := table.classes[table.areas.position(code)])})
    sexes = ("男", "女")
    written(
        folder,
        "physicians",
        ("二次医療圏コード", "従事先の区分", "性別", *AGES),
        [
            (code, kind, sex, *[count] * len(AGES))
            for code in IWATE
            for kind, count in (("従たる従事先なし", EACH - 2), ("主たる従事先", 2), ("従たる従事先", 1))
            for sex in sexes
        ],
    )
    written(
        folder,
        "survival",
        ("仮定", "性別", *AGES),
        [("共通", sex, *[survival] * len(AGES)) for sex in sexes]
        + [("下位", "男", *[survival - 0.1] * len(AGES))],
    )
    years = range(2023, 2037)
    written(
        folder,
        "entrants",
        ("二次医療圏コード", "仮定", "年", "新たに従事する医師数"),
        [(code, "共通", year, entrants) for code in IWATE for year in years],
    )
    written(
        folder,
        "entrants-sex-age",
        ("性別", *AGES),
        [("男", 3, 1, *["－"] * 12), ("女", 3, 1, *["－"] * 12)],
    )
    written(
        folder,
        "doctor-migration",
        ("コード", "移動先の種類", "仮定", "性別", *AGES),
        [
            (before, after, "共通", sex, *[moving] * len(AGES))
            for before in classes
            for after in classes
            for sex in sexes
        ],
    )
    written(
        folder,
        "doctor-arrivals",
        ("二次医療圏コード", "移ってきた医師数"),
        [(code, at + 1) for at, code in enumerate(IWATE)],
    )
    return folder


def hours_in(folder: Path) -> Path:
    """Hours, and the nation's doctors by prefecture, sex and age: twice as many men as women."""
    written(folder, "hours", ("性別", *DECADES), [("男", *[60] * 6), ("女", *[45] * 6)])
    written(
        folder,
        "physicians-prefecture",
        ("都道府県コード", "性別", *AGES),
        [
            (f"{code:02}", sex, *[count] * len(AGES))
            for code in range(1, 48)
            for sex, count in (("男", 200), ("女", 100))
        ],
    )
    return folder


def duty_in_folder(folder: Path, *, prefecture: str = "03", pausing: float = 0.1) -> Path:
    """地域枠: ten enter in each of 2022 to 2026; of those in their third year of duty some pause."""
    written(
        folder,
        "duty-entrants",
        ("都道府県コード", "年", "診療科", "入学者数"),
        [(prefecture, year, "全診療科", 10) for year in range(2022, 2027)],
    )
    written(
        folder,
        "duty-retention",
        ("都道府県コード", "従事年", "中断の割合", "離脱の割合"),
        [(prefecture, year, pausing if year == 3 else 0, 0) for year in range(1, 10)],
    )
    written(
        folder,
        "duty-assumptions",
        ("都道府県コード", "医師になる割合", "義務の後に県内に残る割合"),
        [(prefecture, 1, 0.5)],
    )
    written(
        folder,
        "duty-placement",
        ("都道府県コード", "区域の種類", "診療科", *(f"{year}年目" for year in range(3, 10))),
        [
            (prefecture, kind, "全診療科", *[share] * 7)
            for kind, share in (("少数", 0.5), ("中程度", 0.5), ("多数", 0))
        ],
    )
    return folder
