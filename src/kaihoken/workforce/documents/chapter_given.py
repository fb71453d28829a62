"""The parts of the chapter that rest on the prefecture's own tables: heads, ages, clinics, benchmarks.

A part whose table was not given is left out here and stands among what waits. Small counts of people are hidden.
"""

from collections.abc import Iterable

from kaihoken import rules
from kaihoken.workforce.careers import SmallCounts
from kaihoken.workforce.documents.content import HIDDEN, Block, Cell, Paragraph, Table
from kaihoken.workforce.documents.suppression import hide_share, hide_small
from kaihoken.workforce.plan import Benchmark, PrefecturePlan

_STATUSES = {
    rules.Status.CONFIRMED: "",
    rules.Status.UNCONFIRMED: "（基準は未確認）",
    rules.Status.PLANNED: "（予定）",
}


def heads(plan: PrefecturePlan) -> list[Block]:
    """現在の実人数と、目標に当たる実人数."""
    known = [area for area in plan.areas if area.heads_now is not None]
    if not known:
        return []
    rows: list[tuple[Cell, ...]] = [
        (area.area_code, area.area, area.heads_now, area.heads_target, area.heads_increase) for area in known
    ]
    if len(known) == len(plan.areas):
        figures = ((area.heads_now, area.heads_target, area.heads_increase) for area in known)
        rows.append(("", "区域の合計", *map(_sum, zip(*figures, strict=True))))
    table = Table(
        "医療施設従事医師数（実人数、人）",
        ("コード", "区域", "現在", "目標に当たる数", "増やす数"),
        tuple(rows),
        (0, 0, 0, 0, 0),
    )
    hidden = hide_small(table, _least(plan), (2, 3), (4,), summed=len(known) == len(plan.areas))
    return [hidden, *_why(plan, hidden)]


def ages(plan: PrefecturePlan) -> list[Block]:
    """年齢構成: shares, mean age, and what stands out."""
    names = {area.area_code: area.area for area in plan.areas}
    least = _least(plan)
    rows = tuple(
        (
            one.area_code,
            names[one.area_code],
            _percent(hide_share(one.young, one.doctors, least)),
            _percent(hide_share(one.old, one.doctors, least)),
            HIDDEN if one.doctors is not None and 0 < one.doctors < least else one.mean_age,
            _percent(hide_share(one.clinic_old, one.clinic_doctors, least)),
            "、".join(
                words
                for words, told in (
                    ("若い医師が相対的に少ない", one.young_few),
                    ("高齢の医師が相対的に多い", one.old_many),
                    ("診療所の高齢の医師が相対的に多い", one.clinic_old_many),
                )
                if told
            ),
        )
        for one in plan.ages
    )
    if not rows:
        return []
    table = Table(
        "医師の年齢構成",
        (
            "コード",
            "区域",
            "若い医師（%）",
            "高齢の医師（%）",
            "平均年齢",
            "診療所の高齢の医師（%）",
            "目にとまること",
        ),
        rows,
        (0, 0, 1, 1, 1, 1, 0),
    )
    return [table, *_why(plan, table)]


def clinics(plan: PrefecturePlan) -> list[Block]:
    """診療所と人口の変化 by municipality."""
    if not plan.clinics:
        return []
    return [
        Table(
            "一般診療所と人口の変化（%）",
            ("市区町村", "診療所", "人口", "差", "診療所の減りが人口より速い"),
            tuple(
                (one.municipality_code, one.clinics, one.population, one.speed, "○" if one.faster else "")
                for one in plan.clinics
            ),
            (0, 1, 1, 1, 0),
        )
    ]


def benchmarks(plan: PrefecturePlan) -> list[Block]:
    """偏在対策基準医師数 of deliveries and of children."""
    return [
        *_benchmark(plan, "分娩取扱医師の偏在対策基準医師数（人）", plan.obstetric),
        *_benchmark(plan, "小児科医師の偏在対策基準医師数（人）", plan.paediatric),
    ]


def _benchmark(plan: PrefecturePlan, caption: str, found: tuple[Benchmark, ...]) -> list[Block]:
    if not found:
        return []
    table = Table(
        caption,
        ("圏域", "現在", "基準医師数", "差"),
        tuple((one.area_code, one.physicians, one.benchmark, one.gap) for one in found),
        (0, 0, 1, 1),
    )
    hidden = hide_small(table, _least(plan), (1,), (3,))
    return [hidden, *_why(plan, hidden)]


def _why(plan: PrefecturePlan, table: Table) -> list[Block]:
    if not any(HIDDEN in row for row in table.rows):
        return []
    rule = rules.load(SmallCounts, on=plan.made_on).least
    return [
        Paragraph(
            f"{HIDDEN}: {rule.value}人未満の数と、そこから{rule.value}人未満の数が分かる数は伏せています"
            f"{_STATUSES[rule.status]}。",
            note=True,
        )
    ]


def _least(plan: PrefecturePlan) -> int:
    return rules.load(SmallCounts, on=plan.made_on).least.value


def _percent(share: Cell) -> Cell:
    return share if isinstance(share, str) or share is None else 100 * share


def _sum(figures: Iterable[float | None]) -> float | None:
    known = list(figures)
    return None if None in known else sum(one for one in known if one is not None)
