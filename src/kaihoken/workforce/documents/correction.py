"""医師偏在是正プラン as a document: areas with reasons, institutions, doctors needed, measures with money, what both
councils said, and the effect check. What was not given stands as 「入力待ち」 where it belongs."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from kaihoken.problems import Problem
from kaihoken.workforce import PrefectureCode, prefectures
from kaihoken.workforce.documents.content import Block, Cell, Document, Paragraph, Section, Table
from kaihoken.workforce.documents.correction_words import (
    COUNCILS,
    DIRECTIONS,
    EVENTS,
    FACTORS,
    INSTITUTIONS,
    MEASURES,
    OUTCOMES,
    PARTS,
    PAYERS,
    STANDINGS,
    STATES,
    UNITS,
)
from kaihoken.workforce.documents.eras import day_words, fiscal_year_words
from kaihoken.workforce.plan import (
    Correction,
    CorrectionPlan,
    Council,
    EffectCheck,
    look_over,
    money_by_year,
)
from kaihoken.workforce.printing import FICTITIOUS_JA

AWAITED: Final = "入力待ち"


def correction_document(found: Correction, *, on: date, caution: str) -> Document:
    """The document of a plan as it stands on a day. A plan of the demonstration carries the watermark."""
    plan = found.plan
    years = (fiscal_year_words(year) for year in (plan.first_fiscal_year, plan.last_fiscal_year))
    return Document(
        title=plan.title,
        subtitle=f"{prefectures()[PrefectureCode(plan.prefecture_code)]}　{'–'.join(years)}",
        made_on=on,
        caution=caution,
        sections=tuple(
            Section(title, tuple(blocks))
            for title, blocks in (
                ("1　このプランの状況", _standing(found)),
                ("2　重点医師偏在対策支援区域", _areas(plan)),
                ("3　支援対象医療機関", _institutions(plan)),
                ("4　必要な医師数", _needed(plan)),
                ("5　取組", _measures(plan)),
                ("6　協議", _councils(plan)),
                ("7　効果の検証", _effects(found)),
                ("8　経過", _course(plan)),
            )
        ),
        sources=plan.sources,
        watermark=FICTITIOUS_JA if plan.demo else "",
    )


def _standing(found: Correction) -> list[Block]:
    blocks: list[Block] = [Paragraph(f"状況: {STATES[found.state]}。")]
    findings = look_over(found.plan)
    if findings:
        blocks += [
            Paragraph("決める前に、次のところを整えてください。"),
            Table(
                "整っていないところ",
                ("どこ", "何が"),
                tuple((_place(one.where), _lacks(one)) for one in findings),
                (0, 0),
            ),
        ]
    else:
        blocks.append(Paragraph("必要な部分はそろっています。"))
    return blocks


def _areas(plan: CorrectionPlan) -> list[Block]:
    candidates = {True: "当たる", False: "当たらない", None: AWAITED}
    return [
        _table(
            "区域",
            ("記号", "単位", "コード", "名前", "含まれる二次医療圏", "国の目安"),
            (
                (
                    one.key,
                    UNITS[one.unit],
                    one.code,
                    one.name,
                    "、".join(one.within),
                    candidates[one.national_candidate],
                )
                for one in plan.areas
            ),
        ),
        _table(
            "選んだ理由",
            ("区域", "観点", "内容", "値", "単位", "出典"),
            (
                (area.name, FACTORS[one.factor], one.text, one.value, one.unit, one.source or AWAITED)
                for area in plan.areas
                for one in area.reasons
            ),
            {3: 1},
        ),
    ]


def _institutions(plan: CorrectionPlan) -> list[Block]:
    areas = _names(plan)
    return [
        _table(
            "医療機関",
            ("記号", "区域", "種類", "名前", "医療機関コード", "市区町村", "診療科", "役割"),
            (
                (
                    one.key,
                    areas.get(one.area, one.area),
                    INSTITUTIONS[one.kind],
                    one.name,
                    one.institution_code or AWAITED,
                    one.municipality_code or AWAITED,
                    "、".join(one.departments) or AWAITED,
                    one.role or AWAITED,
                )
                for one in plan.institutions
            ),
        )
    ]


def _needed(plan: CorrectionPlan) -> list[Block]:
    names = _names(plan)
    return [
        Paragraph("常勤換算の数です。医師の名前は書きません。", note=True),
        _table(
            "必要な医師数（常勤換算、人）",
            ("区域", "医療機関", "診療科", "人数", "週の日数", "いつまでに", "求め方"),
            (
                (
                    names.get(one.area, one.area),
                    "区域全体" if one.institution is None else names.get(one.institution, one.institution),
                    one.department,
                    one.full_time,
                    one.days_a_week,
                    day_words(one.by),
                    one.basis or AWAITED,
                )
                for one in plan.needed
            ),
            {3: 1, 4: 1},
        ),
    ]


def _measures(plan: CorrectionPlan) -> list[Block]:
    names = _names(plan)
    sums = money_by_year(plan)
    return [
        _table(
            "取組",
            ("取組", "種類", "内容", "区域・医療機関", "担当", "期間"),
            (
                (
                    one.title,
                    MEASURES[one.kind],
                    one.text or AWAITED,
                    "、".join(names.get(key, key) for key in (*one.areas, *one.institutions)),
                    one.responsible or AWAITED,
                    f"{day_words(one.begins)}から{day_words(one.ends)}",
                )
                for one in plan.measures
            ),
        ),
        _table(
            "費用（千円）",
            ("取組", "年度", "負担する者", "額"),
            (
                (one.title, fiscal_year_words(money.fiscal_year), PAYERS[money.payer], money.yen / 1000)
                for one in plan.measures
                for money in one.money
            ),
        ),
        *(
            [
                _table(
                    "費用の合計（千円）",
                    ("年度", "負担する者", "額"),
                    (
                        (fiscal_year_words(year), PAYERS[payer], yen / 1000)
                        for (year, payer), yen in sums.items()
                    ),
                )
            ]
            if sums
            else []
        ),
        _table(
            "医師を置く数（常勤換算、人）",
            ("取組", "診療科", "人数", "いつから"),
            (
                (one.title, posts.department, posts.full_time, day_words(posts.since))
                for one in plan.measures
                for posts in one.posts
            ),
            {2: 1},
        ),
    ]


def _councils(plan: CorrectionPlan) -> list[Block]:
    """Both councils, whether or not they have met."""
    return [
        Paragraph("地域医療対策協議会と保険者協議会の両方で協議します。どちらが先でもかまいません。"),
        *(
            _table(
                COUNCILS[council],
                ("開催日", "議題", "意見", "対応", "結果", "議事録"),
                (
                    (
                        day_words(one.held_on),
                        one.agenda,
                        "、".join(one.opinions) or "意見なし",
                        "、".join(one.answers) or AWAITED,
                        OUTCOMES[one.outcome],
                        one.minutes or AWAITED,
                    )
                    for one in sorted(plan.discussions, key=lambda one: one.held_on)
                    if one.council is council
                ),
            )
            for council in Council
        ),
    ]


def _effects(found: Correction) -> list[Block]:
    plan = found.plan
    checks = {one.key: one for one in plan.effects}
    return [
        _table(
            "指標と目標",
            ("指標", "単位", "対象", "基準（日、出典）", "基準の値", "向き", "目標", "目標の日"),
            (
                (
                    one.indicator,
                    one.unit,
                    _targets(plan, one),
                    f"{day_words(one.base.on)}、{one.base.source or AWAITED}",
                    one.base.value,
                    DIRECTIONS[one.direction],
                    one.target,
                    day_words(one.target_on),
                )
                for one in plan.effects
            ),
            {4: 1, 6: 1},
        ),
        _table(
            "これまでの結果",
            ("指標", "最新の値", "基準からの変化", "目標までの進み（%）", "状況"),
            (
                (
                    checks[one.key].indicator,
                    one.value,
                    one.change,
                    None if one.part is None else 100 * one.part,
                    STANDINGS[one.standing],
                )
                for one in found.effects
            ),
            {1: 1, 2: 1},
        ),
    ]


def _targets(plan: CorrectionPlan, check: EffectCheck) -> str:
    names = _names(plan)
    return "、".join(names.get(key, key) for key in (*check.areas, *check.measures)) or AWAITED


def _course(plan: CorrectionPlan) -> list[Block]:
    return [
        _table(
            "経過",
            ("日", "できごと", "備考"),
            ((day_words(one.on), EVENTS[one.event], one.note) for one in plan.steps),
        )
    ]


def _table(
    caption: str,
    columns: tuple[str, ...],
    rows: Iterable[tuple[Cell, ...]],
    decimals: Mapping[int, int] | None = None,
) -> Table:
    """A table; without a row it keeps an empty one in which 「入力待ち」 stands, to be filled in."""
    lines = tuple(rows) or ((AWAITED, *("" for _ in columns[1:])),)
    places = decimals or {}
    return Table(caption, columns, lines, tuple(places.get(at, 0) for at in range(len(columns))))


def _names(plan: CorrectionPlan) -> dict[str, str]:
    named = {area.key: area.name for area in plan.areas} | {one.key: one.name for one in plan.institutions}
    return named | {measure.key: measure.title for measure in plan.measures}


def _place(where: str) -> str:
    """ "areas.area-1" as 「区域（area-1）」, "needed[0]" as 「必要な医師数（1番目）」."""
    part, mark, rest = where.partition(".")
    name, _, number = part.partition("[")
    words = [f"{int(number[:-1]) + 1}番目"] if number else []
    told = "、".join([*words, *([rest] if mark else [])])
    return f"{PARTS.get(name, name)}（{told}）" if told else PARTS.get(name, name)


def _lacks(finding: Problem) -> str:
    """What a finding of `look_over` says, in words of the document."""
    if finding.code == "workforce.correction-missing":
        part = str(finding.facts["part"])
        return f"{PARTS.get(part, part)}が{AWAITED}"
    return finding.title()
