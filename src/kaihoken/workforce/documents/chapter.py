"""The chapter of a prefecture's plan: 医師確保計画 as sections, tables and figures, from the plan's numbers alone.

What waits for a table says so where it would stand; what rests on a rule that is not confirmed is listed at the end.
"""

from kaihoken.workforce.documents.chapter_given import ages, benchmarks, clinics, heads
from kaihoken.workforce.documents.chapter_words import (
    BASES,
    CLASSES,
    DUTY,
    NATIONAL,
    PARTS,
    REASONS,
    RULES,
    SPREADS,
    STATUSES,
)
from kaihoken.workforce.documents.content import ABSENT, Block, Document, Figure, Paragraph, Section, Table
from kaihoken.workforce.documents.eras import fiscal_year_words, year_words
from kaihoken.workforce.plan import AreaTarget, Candidate, Need, PrefecturePlan
from kaihoken.workforce.portrait import Atlas, map_of_index


def chapter_of(plan: PrefecturePlan, atlas: Atlas, *, caution: str, watermark: str = "") -> Document:
    """The chapter for a plan. `atlas` draws the map; `caution` is the ministry's."""
    return Document(
        title=f"{plan.prefecture} 医師確保計画（数値編）",
        subtitle=f"{fiscal_year_words(plan.first_fiscal_year)}–{fiscal_year_words(plan.last_fiscal_year)}",
        made_on=plan.made_on,
        caution=caution,
        sections=tuple(
            Section(title, tuple(blocks))
            for title, blocks in (
                ("1　現在の医師偏在指標と区域", _now(plan, atlas)),
                ("2　目標医師数", _targets(plan)),
                (f"3　{year_words(plan.need.year)}の必要医師数", _need(plan)),
                ("4　重点医師偏在対策支援区域の候補", _candidates(plan)),
                (
                    "5　実人数・年齢構成・診療所・周産期・小児",
                    [*heads(plan), *ages(plan), *clinics(plan), *benchmarks(plan), *_awaited(plan)],
                ),
                ("6　前計画の評価", _evaluation(plan)),
                ("7　確認できていない規則", _doubts(plan)),
            )
        ),
        sources=tuple(f"{one.title}：{one.credit}" for one in plan.credits),
        watermark=watermark,
    )


def _now(plan: PrefecturePlan, atlas: Atlas) -> list[Block]:
    whole = plan.whole
    named = CLASSES[whole.index_class]
    codes = tuple(area.area_code for area in plan.areas)
    return [
        Paragraph(
            f"{plan.prefecture}の医師偏在指標は {_number(whole.index)}（{named}）、"
            f"区域の標準化医師数の合計は {whole.physicians:,.0f} 人です。"
            f"区域の基準値は上位 {plan.threshold_upper:.1f}、下位 {plan.threshold_lower:.1f} です。"
        ),
        Table(
            "区域別の医師偏在指標と内訳",
            ("コード", "区域", "指標", "区分", "標準化医師数（人）", "人口（10万人）", "標準化受療率比"),
            tuple(
                (
                    area.area_code,
                    area.area,
                    _shown_index(area),
                    CLASSES[area.index_class] + ("（境界）" if area.borderline else ""),
                    area.physicians,
                    area.population_start,
                    area.ratio_start,
                )
                for area in plan.areas
            ),
            (0, 0, 1, 0, 0, 3, 3),
        ),
        Figure(
            map_of_index(atlas, "ja", codes),
            "図　医師偏在指標の区分（濃い斜線: 少数、中間: 中程度、薄い: 多数、破線: 境界）",
        ),
        Paragraph(
            "都道府県の指標は区域の値の合計ではありません。患者の流れを都道府県の単位で数えなおしているためです。",
            note=True,
        ),
    ]


def _targets(plan: PrefecturePlan) -> list[Block]:
    whole = plan.whole
    held = (
        f"目標の合計を、計画開始時の医師数に収めました（{SPREADS[plan.spread]}）。"
        if whole.held
        else "目標の合計は、計画開始時の医師数に収める対象ではないか、その範囲にあります。"
    )
    return [
        Paragraph(
            f"計画終了時（{fiscal_year_words(plan.population_year)}）に指標が計画開始時の下位の基準値となる医師数と、区分ごとの上限から求めました。"
            f"人口: {BASES[plan.population_basis]}。標準化受療率比: {BASES[plan.ratio_basis]}。{held}"
        ),
        Table(
            "区域別の目標医師数（標準化医師数、人）",
            ("コード", "区域", "現在", "下位の基準に達する数", "差", "上限", "目標", "増やす数"),
            tuple(
                (
                    area.area_code,
                    area.area,
                    area.physicians,
                    area.lower_third,
                    area.gap,
                    area.limit,
                    area.target,
                    area.increase,
                )
                for area in plan.areas
            ),
            (0, 0, 0, 1, 1, 1, 1, 1),
        ),
        Paragraph(
            "差が負の区域は、計画終了時にも下位の基準値を上回る見込みです。数は標準化医師数で、実人数は区域の医師の実人数との比から求めます"
            "（その表を入力すると出ます）。",
            note=True,
        ),
    ]


def _need(plan: PrefecturePlan) -> list[Block]:
    need = plan.need
    names = {area.area_code: area.area for area in plan.areas}
    return [
        Paragraph(
            f"{year_words(need.year)}に区域の指標が全国の値（{need.national_index:.1f}）と等しくなる医師数です。"
            f"全国の値は {NATIONAL[need.national_basis]}、"
            f"標準化受療率比は {BASES[need.ratio_basis]}（{STATUSES[need.status]}）。"
        ),
        Table(
            f"{year_words(need.year)}の必要医師数と供給の見込み（標準化医師数、人）",
            (
                "コード",
                "区域",
                "必要数",
                "供給（下位）",
                "供給（中央値）",
                "供給（上位）",
                "差（下位）",
                "差（上位）",
            ),
            tuple(
                (
                    area.area_code,
                    names[area.area_code],
                    area.required,
                    area.supply_lower,
                    area.supply_median,
                    area.supply_upper,
                    area.balance_lower,
                    area.balance_upper,
                )
                for area in need.areas
            ),
            (0, 0, 0, 0, 0, 0, 0, 0),
        ),
        *_projected(need),
        Paragraph("区域の必要数の合計は、都道府県の必要数ではありません（非加法性）。", note=True),
        *_duty(plan),
    ]


def _projected(need: Need) -> list[Block]:
    made = need.projection
    if made is None:
        return []
    fictitious = f"{made.watermark}。" if made.watermark else ""
    return [
        Paragraph(
            f"{fictitious}供給は{year_words(made.first_year)}の医師数から、2年ごとに残る人・移る人・始める人を数えました"
            f"（試行 {made.runs:,} 回、乱数の種 {made.seed}）。下位と上位は2つの仮定、中央値は試行の値です。"
            "国の推計手順は確認できていません。",
            note=True,
        )
    ]


def _duty(plan: PrefecturePlan) -> list[Block]:
    if not plan.duty:
        return []
    return [
        Table(
            "地域枠の医師の見込み（人）",
            ("年度", "臨床研修", *DUTY.values(), "中断", "離脱（累計）", "義務の終了（累計）"),
            tuple(
                (
                    fiscal_year_words(one.fiscal_year),
                    one.residents,
                    *(one.serving.get(name) for name in DUTY),
                    one.suspended,
                    one.left,
                    one.finished,
                )
                for one in plan.duty
            ),
            (0, 1, 1, 1, 1, 1, 1, 1),
        )
    ]


def _candidates(plan: PrefecturePlan) -> list[Block]:
    own = [_candidate_table("都道府県の方針による候補", plan.own_candidates)] if plan.own_candidates else []
    if not plan.candidates:
        return [
            Paragraph("国の目安に当たる区域はありません。都道府県が地域の実情で選ぶことができます。"),
            *own,
        ]
    return [
        Paragraph(
            "国の目安（未確認の部分を含む）に当たる区域です。選ぶのは都道府県で、地域医療対策協議会と保険者協議会で協議します。"
        ),
        _candidate_table("候補と理由", plan.candidates),
        *own,
    ]


def _candidate_table(caption: str, candidates: tuple[Candidate, ...]) -> Table:
    return Table(
        caption,
        ("コード", "区域", "理由"),
        tuple(
            (one.code, one.name, "、".join(REASONS.get(reason, reason) for reason in one.reasons))
            for one in candidates
        ),
        (0, 0, 0),
    )


def _awaited(plan: PrefecturePlan) -> list[Block]:
    if not plan.awaited:
        return []
    return [
        Paragraph(
            "次の部分は、表が入力されるまで計算しません（入力待ち）。代わりの値で埋めることはありません。"
        ),
        Table(
            "入力待ちの表",
            ("部分", "表", "内容", "公表元"),
            tuple((PARTS[one.part], one.entry.ja, one.entry.about, one.published) for one in plan.awaited),
            (0, 0, 0, 0),
        ),
    ]


def _evaluation(plan: PrefecturePlan) -> list[Block]:
    published = plan.published_attainment
    blocks: list[Block] = [
        Paragraph(
            "全国では、前の計画の目標に "
            f"{published.prefectures.of} の医師少数県のうち {published.prefectures.reached}、"
            f"{published.areas.of} の医師少数区域（秋田県を除く）のうち {published.areas.reached} が達しました。"
        )
    ]
    if plan.evaluation:
        blocks.append(
            Table(
                "区域別の評価",
                ("コード", "目標", "実績", "差", "医師数による変化", "人口による変化", "受療率比による変化"),
                tuple(
                    (
                        one.area_code,
                        one.target,
                        one.result,
                        one.difference,
                        one.from_doctors,
                        one.from_population,
                        one.from_ratio,
                    )
                    for one in plan.evaluation
                ),
                (0, 0, 0, 0, 1, 1, 1),
            )
        )
    done = tuple(
        (one.area_code, "、".join(one.measures) or ABSENT, "、".join(one.carried_over) or ABSENT)
        for one in plan.evaluation
        if one.measures or one.carried_over
    )
    if done:
        blocks.append(
            Table("行った取組と次の計画へ引き継ぐこと", ("コード", "取組", "引き継ぐこと"), done, (0, 0, 0))
        )
    return blocks


def _doubts(plan: PrefecturePlan) -> list[Block]:
    return [
        Paragraph("この章の数値のうち、次の規則によるものは、公表された文書で確認できていません。"),
        Table(
            "規則と確からしさ",
            ("規則", "状態", "分かっていること"),
            tuple((RULES[one.rule][0], STATUSES[one.status], RULES[one.rule][1]) for one in plan.doubts),
            (0, 0, 0),
        ),
    ]


def _shown_index(area: AreaTarget) -> float | None:
    return area.index if area.published_index is None else area.published_index


def _number(value: float | None) -> str:
    return "－" if value is None else f"{value:.1f}"
