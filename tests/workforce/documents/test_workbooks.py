"""Each page's workbook computes what it shows: every formula, worked out here, is the value that it is written with."""

import re
from io import BytesIO

import openpyxl
import pytest
from openpyxl.workbook.workbook import Workbook

from kaihoken.workforce.documents import area_workbook, compare_workbook, index_workbook, plan_workbook
from kaihoken.workforce.index import rows_of, shipped_index
from kaihoken.workforce.plan import Spread, plan_of
from kaihoken.workforce.portrait import Atlas

from .conftest import CAUTION, DAY

ATLAS = Atlas.shipped()
BODIES = {
    "area": area_workbook(ATLAS, "0306", caution=CAUTION, made_on=DAY),
    "area drawn anew": area_workbook(ATLAS, "0501", caution=CAUTION, made_on=DAY),
    "compare": compare_workbook(ATLAS, ("0306", "1301"), caution=CAUTION, made_on=DAY),
    "plan": plan_workbook(plan_of("岩手", on=DAY, spread=Spread.PROPORTIONAL), caution=CAUTION),
    "plan that waits": plan_workbook(plan_of("福島", on=DAY, spread=Spread.PROPORTIONAL), caution=CAUTION),
    "prefecture": index_workbook(
        shipped_index(), caution=CAUTION, sources=(), made_on=DAY, rows=rows_of(shipped_index(), "03")
    ),
}
_REFERENCE = re.compile(r"\b([A-Z])(\d+)(?::([A-Z])(\d+))?")


def worked_out(formula: str, sheet: str, values: Workbook, names: dict[str, object]) -> object:
    """A formula of our sheets as Python: cells, names, IF and SUM."""
    cells = values[sheet]

    def put(found: re.Match[str]) -> str:
        column, line, _, last = found.groups()
        if last is None:
            value = cells[f"{column}{line}"].value
            return repr("" if value is None else value)
        return repr([cells[f"{column}{at}"].value or 0 for at in range(int(line), int(last) + 1)])

    text = _REFERENCE.sub(put, re.sub(r"(?<![<>])=(?!=)", "==", formula[1:]))
    scope = {"IF": lambda asked, then, other: then if asked else other, "SUM": sum, **names}
    return eval(text, {}, scope)


@pytest.mark.parametrize("kind", BODIES)
def test_every_formula_gives_the_value_it_is_written_with(kind: str) -> None:
    formulas = openpyxl.load_workbook(BytesIO(BODIES[kind]))
    values = openpyxl.load_workbook(BytesIO(BODIES[kind]), data_only=True)
    named = values["基準値"]
    names = {
        name: named[defined.attr_text.rpartition("!")[2].replace("$", "")].value
        for name, defined in formulas.defined_names.items()
        if not name.startswith("_xlnm")
    }

    worked = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    shown = values[sheet.title][cell.coordinate].value
                    found = worked_out(cell.value, sheet.title, values, names)
                    assert found == (
                        pytest.approx(shown, abs=1e-6) if isinstance(shown, float | int) else shown
                    )
                    worked += 1
    assert worked > 4
    assert all(sheet["A2"].value == CAUTION for sheet in formulas if sheet.title not in ("基準値", "出典"))
    assert "令和8年11月22日 作成" in [row[0] for row in formulas["出典"].values]


def test_the_workbook_of_an_area_holds_what_its_page_shows() -> None:
    book = openpyxl.load_workbook(BytesIO(BODIES["area"]), data_only=True)

    assert book.sheetnames == [
        "指標",
        "内訳",
        "届出医師数",
        "年齢",
        "市区町村",
        "患者の流れ",
        "基準値",
        "出典",
    ]
    assert [row[2] for row in book["内訳"].values][4:] == [
        pytest.approx(255.6, abs=0.05),
        pytest.approx(147.9, abs=0.05),
        pytest.approx(107.8, abs=0.05),
        pytest.approx(107.8, abs=0.05),
    ]
    flows = [row[1:] for row in book["患者の流れ"].values][4:7]
    assert flows[0] == ("釜石", pytest.approx(70.5, abs=0.05))
    assert flows[1][0] == "盛岡"


def test_an_area_that_was_drawn_anew_has_no_flows() -> None:
    assert "患者の流れ" not in openpyxl.load_workbook(BytesIO(BODIES["area drawn anew"])).sheetnames
