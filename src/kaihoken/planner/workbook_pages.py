"""表計算: what a page shows as a workbook with formulas, in Japanese as all documents are."""

from collections.abc import Sequence
from typing import Final

from kaihoken import shipped
from kaihoken.planner.access_page import access_rows
from kaihoken.planner.asked import Asked, File
from kaihoken.planner.plan_page import plan_asked
from kaihoken.web import messages
from kaihoken.workforce import Row
from kaihoken.workforce.documents import (
    Book,
    Column,
    Formula,
    Sheet,
    SheetCell,
    area_workbook,
    compare_workbook,
    index_workbook,
    plan_workbook,
    workbook,
)
from kaihoken.workforce.index import rows_of
from kaihoken.workforce.portrait import Atlas
from kaihoken.workforce.tables import AREA_TABLE

_SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def nation_xlsx(atlas: Atlas, asked: Asked) -> File:
    """Every area."""
    return _index(atlas, asked, range(len(atlas.index)), "kaihoken-index")


def prefecture_xlsx(atlas: Atlas, asked: Asked) -> File:
    """The areas of a prefecture. Problem `workforce.area-unknown`."""
    found = atlas.prefectures.areas.find(asked.named["code"])
    return _index(
        atlas, asked, rows_of(atlas.index, found.prefecture_code), f"kaihoken-prefecture-{found.code}"
    )


def area_xlsx(atlas: Atlas, asked: Asked) -> File:
    """One area. Problem `workforce.area-unknown`."""
    found = atlas.index.areas.find(asked.named["code"])
    return _file(
        area_workbook(atlas, found.code, caution=_caution(), made_on=asked.today),
        f"kaihoken-area-{found.code}",
    )


def compare_xlsx(atlas: Atlas, asked: Asked) -> File:
    """The areas `a` and `b` of the query. Problem `workforce.area-unknown`."""
    codes = [asked.query.get(name, "") for name in ("a", "b")]
    return _file(compare_workbook(atlas, codes, caution=_caution(), made_on=asked.today), "kaihoken-compare")


def plan_xlsx(atlas: Atlas, asked: Asked) -> File:
    """A prefecture's targets. Problems as `plan_page.plan_docx`."""
    made = plan_asked(atlas, asked)
    return _file(
        plan_workbook(made, caution=_caution()), f"kaihoken-plan-{made.prefecture_code}-{made.spread}"
    )


def access_xlsx(atlas: Atlas, asked: Asked) -> File:
    """Who has the nearest of each need within the limits, by municipality and age. Problems as `access_page.access`."""
    area, rows, measured = access_rows(atlas, asked)
    words = messages("planner")
    sheets = [
        Sheet(
            f"近さ{number}",
            f"{area.prefecture} {area.name}　{need}",
            _REACHED,
            tuple(map(_reached, found)),
            3,
        )
        for number, (need, found) in enumerate(
            (need, [row for row in rows if row["need"] == need])
            for need in dict.fromkeys(row["need"] for row in rows)
        )
    ]
    notes = (words.text("access.no-index", "ja"), measured)
    book = Book(f"{area.name} 近さ", _caution(), (), asked.today, notes)
    return _file(workbook(book, sheets), f"kaihoken-access-{area.code}")


_REACHED: Final = (
    Column("市区町村", 9),
    Column("名前", 16),
    Column("年齢", 12),
    Column("住民（人）", 12),
    Column("30分以内（人）", 14),
    Column("60分以内（人）", 14),
    Column("30分以内（%）", 14, "0.0"),
    Column("60分以内（%）", 14, "0.0"),
    Column("行けない（人）", 14),
)


def _reached(row: Row) -> tuple[SheetCell, ...]:
    people = [float(row[name] or 0) for name in ("residents", "within_30", "within_60", "unreachable")]
    shares = (
        Formula(
            f'IF(D{{line}}=0,"",100*{letter}{{line}}/D{{line}})',
            100 * part / people[0] if people[0] else None,
        )
        for letter, part in zip("EF", people[1:3], strict=True)
    )
    age = messages("planner").text(f"age.{str(row['age']).rstrip('+')}", "ja")
    return str(row["municipality_code"]), str(row["municipality"]), age, *people[:3], *shares, people[3]


def _index(atlas: Atlas, asked: Asked, rows: Sequence[int], name: str) -> File:
    body = index_workbook(
        atlas.index, caution=_caution(), sources=(shipped.credit(AREA_TABLE),), made_on=asked.today, rows=rows
    )
    return _file(body, name)


def _file(body: bytes, name: str) -> File:
    return File(body, _SHEET, f"{name}.xlsx")


def _caution() -> str:
    return messages("workforce").text("caution", "ja")
