"""Workbooks of what a page shows: one area, two areas side by side, a prefecture's targets."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from kaihoken.workforce.areas import AreaCode
from kaihoken.workforce.documents.chapter_words import CLASSES, SPREADS
from kaihoken.workforce.documents.eras import fiscal_year_words, year_words
from kaihoken.workforce.documents.spreadsheet import (
    FIRST_LINE,
    Book,
    Column,
    Formula,
    Sheet,
    SheetCell,
    workbook,
)
from kaihoken.workforce.documents.workbook import TITLE, index_book, index_sheet
from kaihoken.workforce.index import Explanation, explain, label, rows_of
from kaihoken.workforce.plan import AreaTarget, PrefecturePlan, PrefectureTarget
from kaihoken.workforce.portrait import Atlas, doctors_of, flow_source, flows_of, municipalities_of
from kaihoken.workforce.tables import AGES, SEXES, SURVEY_YEARS

_INDEX_SOURCE: Final = "「医師偏在指標」（厚生労働省, 令和6年1月公表版）を加工して作成"
_SIGNED: Final = "+0.0;-0.0;0.0"


def area_workbook(atlas: Atlas, code: str, *, caution: str, made_on: date) -> bytes:
    """One area and its neighbours in the prefecture, what makes its difference from the nation, doctors by year, ages,
    municipalities, flows. Problem `workforce.area-unknown`."""
    found = atlas.index.areas.find(code)
    row = atlas.index.areas.position(found.code)
    sheets = [
        index_sheet(atlas.index, rows_of(atlas.index, found.prefecture_code)),
        _steps(explain(atlas.index, row)),
        _doctors(atlas, found.code),
        _ages(atlas, row),
        _municipalities(atlas, found.code),
        *_flows(found.code),
    ]
    sources = (
        _INDEX_SOURCE,
        atlas.doctors.source.credit,
        atlas.residents.source.credit,
        flow_source().credit,
    )
    return workbook(index_book(atlas.index, caution=caution, sources=sources, made_on=made_on), sheets)


def compare_workbook(atlas: Atlas, codes: Sequence[str], *, caution: str, made_on: date) -> bytes:
    """Areas side by side with the difference of the first two. Problem `workforce.area-unknown`."""
    rows = [atlas.index.areas.position(atlas.index.areas.find(code).code) for code in codes]
    sheet = index_sheet(atlas.index, rows)
    first, second = FIRST_LINE, FIRST_LINE + 1
    values = [
        (table[rows[0]], table[rows[1]])
        for table in (
            atlas.index.physicians,
            atlas.index.population,
            atlas.index.ratio,
            atlas.index.index,
            atlas.index.published,
        )
    ]
    difference: list[SheetCell] = ["", "", "差（下−上）"]
    difference += [
        Formula(f"{column}{second}-{column}{first}", float(after - before))
        for column, (before, after) in zip("DEFGH", values, strict=True)
    ]
    difference += [None] * (len(sheet.columns) - len(difference))
    both = Sheet(sheet.name, TITLE, sheet.columns, (*sheet.rows, tuple(difference)), frozen=3)
    book = index_book(atlas.index, caution=caution, sources=(_INDEX_SOURCE,), made_on=made_on)
    return workbook(book, (both,))


def plan_workbook(plan: PrefecturePlan, *, caution: str) -> bytes:
    """A prefecture's targets and need as formulas over residents, ratio and the threshold."""
    threshold = {"下位の基準": ("計画開始時の下位の基準", plan.threshold_lower)}
    need = {
        f"全国の値_{plan.need.year}": (f"{year_words(plan.need.year)}の全国の値", plan.need.national_index)
    }
    book = Book(
        f"{plan.prefecture} 医師確保計画",
        caution,
        tuple(f"{one.title}：{one.credit}" for one in plan.credits),
        plan.made_on,
        (
            "下位の基準に達する数 = 下位の基準 × 計画終了時の人口 × 標準化受療率比。",
            "差 = 下位の基準に達する数 − 現在。増やす数 = 目標 − 現在。目標の上限は規則、収め方は県の選択によります。",
            f"必要医師数 = 全国の値 × {year_words(plan.need.year)}の人口（表の外）× 標準化受療率比。",
            f"計画終了時: {fiscal_year_words(plan.population_year)}。収め方: {SPREADS[plan.spread]}。",
        ),
        threshold | need,
    )
    columns = (
        Column("コード", 8),
        Column("区域", 16),
        Column("区分", 9),
        Column("現在（標準化医師数、人）", 14),
        Column("計画終了時の人口（10万人）", 15, "0.000"),
        Column("標準化受療率比", 13, "0.000"),
        Column("下位の基準に達する数", 14, "0.0"),
        Column("差", 9, _SIGNED),
        Column("上限", 10, "0.0"),
        Column("目標", 10, "0.0"),
        Column("増やす数", 10, _SIGNED),
        Column(f"{plan.need.year}年の必要医師数", 14, "0.0"),
    )
    required = {area.area_code: area.required for area in plan.need.areas}
    rows = [_target(area, required.get(area.area_code)) for area in plan.areas]
    last = FIRST_LINE + len(rows) - 1
    whole = plan.whole
    rows.append(
        (
            "",
            "区域の合計",
            "",
            Formula(f"SUM(D{FIRST_LINE}:D{last})", whole.physicians),
            *(None,) * 5,
            *_sums(whole, f"SUM(J{FIRST_LINE}:J{last})"),
            None,
        )
    )
    return workbook(
        book, (Sheet("目標", f"{plan.prefecture} 医師確保計画（数値編）", columns, tuple(rows), 2),)
    )


def _sums(whole: PrefectureTarget, formula: str) -> tuple[SheetCell, SheetCell]:
    """The sum of the targets and the increase; none where a target waits, for a sum of some is no sum."""
    if whole.sum_of_targets is None:
        return None, None
    increase = Formula("J{line}-D{line}", whole.sum_of_targets - whole.physicians)
    return Formula(formula, whole.sum_of_targets), increase


def _target(area: AreaTarget, required: float | None) -> tuple[SheetCell, ...]:
    known = area.lower_third is not None
    return (
        area.area_code,
        area.area,
        CLASSES[area.index_class],
        area.physicians,
        area.population_end,
        area.ratio_end,
        Formula("下位の基準*E{line}*F{line}", area.lower_third) if known else None,
        Formula("G{line}-D{line}", area.gap) if known else None,
        area.limit,
        area.target,
        None if area.increase is None else Formula("J{line}-D{line}", area.increase),
        required,
    )


def _steps(told: Explanation) -> Sheet:
    """From the nation to the area: each bar adds to the line above."""
    rows: list[tuple[SheetCell, ...]] = [("全国", None, told.start)]
    reached = told.start
    for bar in told.bars:
        reached += bar.amount
        rows.append(
            (
                label(bar.factor, "ja"),
                bar.amount,
                Formula(f"C{FIRST_LINE + len(rows) - 1}+B{{line}}", reached),
            )
        )
    rows.append((told.area.name, None, Formula(f"C{FIRST_LINE + len(rows) - 1}", told.end)))
    columns = (Column("要因", 34), Column("差", 12, _SIGNED), Column("指標", 12, "0.0"))
    return Sheet("内訳", f"全国から{told.area.name}まで", columns, tuple(rows))


def _doctors(atlas: Atlas, code: AreaCode) -> Sheet:
    together = atlas.doctors.rows.name(atlas.doctors.rows.row(code))
    counts = zip(SURVEY_YEARS, doctors_of(atlas, code), strict=True)
    rows = tuple((year_words(year), count) for year, count in counts)
    title = f"届出医師数（{together}）。指標の標準化医師数とは別の数です"
    return Sheet("届出医師数", title, (Column("年", 18), Column("届出医師数（人）", 14)), rows)


def _ages(atlas: Atlas, row: int) -> Sheet:
    men, women = (atlas.residents.by_age[row, SEXES.index(sex)].tolist() for sex in ("male", "female"))
    columns = (Column("年齢", 10), Column("男（人）", 12), Column("女（人）", 12), Column("合計（人）", 12))
    rows = tuple(
        (age, man, woman, Formula("B{line}+C{line}", man + woman))
        for age, man, woman in zip(AGES, men, women, strict=True)
    )
    return Sheet("年齢", "住民の年齢（2025年（令和7年）1月）", columns, rows)


def _municipalities(atlas: Atlas, code: AreaCode) -> Sheet:
    columns = (
        Column("コード", 8),
        Column("市区町村", 16),
        Column("住民（人）", 12),
        Column("65歳以上（人）", 14),
        Column("65歳以上（%）", 13, "0.0"),
    )
    rows = tuple(
        (
            one,
            name,
            total,
            aged,
            Formula('IF(C{line}=0,"",100*D{line}/C{line})', 100 * aged / total if total else None),
        )
        for one, name, total, aged in municipalities_of(atlas, code)
    )
    return Sheet("市区町村", "市区町村（市町村別の偏在指標はありません）", columns, rows)


def _flows(code: AreaCode) -> list[Sheet]:
    columns = (Column("向き", 30), Column("区域", 20), Column("割合（%）", 12, "0.0"))
    flows = flows_of(code, "ja")
    rows = tuple((one.picture.title, name, 100 * share) for one in flows for name, share in one.places)
    return (
        [Sheet("患者の流れ", "急性期の入院患者の流れ（2024年度（令和6年度））", columns, rows)]
        if flows
        else []
    )
