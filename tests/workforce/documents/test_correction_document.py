"""医師偏在是正プラン on paper: both councils, blanks where nothing was given, the effect as it stands on the day."""

from datetime import date
from pathlib import Path

import msgspec
import pytest

from kaihoken.problems import Problem
from kaihoken.workforce.documents import Document, Table, correction_document
from kaihoken.workforce.documents.correction import AWAITED
from kaihoken.workforce.documents.correction_words import (
    COUNCILS,
    DIRECTIONS,
    EVENTS,
    FACTORS,
    INSTITUTIONS,
    MEASURES,
    OUTCOMES,
    PAYERS,
    STANDINGS,
    STATES,
    UNITS,
)
from kaihoken.workforce.plan import (
    Council,
    Direction,
    Event,
    Factor,
    InstitutionKind,
    MeasureKind,
    Outcome,
    Payer,
    Standing,
    State,
    Unit,
    correction_of_prefecture,
    look_over,
    read_correction_plan,
)
from kaihoken.workforce.printing import FICTITIOUS_JA

from ..plan.builders import a_correction_plan
from .conftest import CAUTION, DAY

EXAMPLE = (
    Path(__file__).parents[3] / "docs" / "workforce" / "examples" / "correction" / "correction-plan.json"
)


def tables(document: Document) -> dict[str, Table]:
    return {
        block.caption: block
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Table)
    }


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Council, COUNCILS),
        (Direction, DIRECTIONS),
        (Event, EVENTS),
        (Factor, FACTORS),
        (InstitutionKind, INSTITUTIONS),
        (MeasureKind, MEASURES),
        (Outcome, OUTCOMES),
        (Payer, PAYERS),
        (Standing, STANDINGS),
        (State, STATES),
        (Unit, UNITS),
    ],
)
def test_there_is_a_word_for_everything(kind: type, words: dict[object, str]) -> None:
    assert set(words) == set(kind)


def test_it_holds_both_councils_money_and_the_effect() -> None:
    found = correction_of_prefecture("岩手", a_correction_plan(), date(2027, 5, 1))

    document = correction_document(found, on=date(2027, 5, 1), caution=CAUTION)

    made = tables(document)
    assert made["地域医療対策協議会"].rows[0][0] == "2026年（令和8年）6月10日"
    assert made["保険者協議会"].rows[0][2:5] == ("進め方に異議はない", AWAITED, "合意")
    assert made["費用の合計（千円）"].rows == (
        ("2026年度（令和8年度）", "国", 6000.0),
        ("2026年度（令和8年度）", "都道府県", 3000.0),
        ("2027年度（令和9年度）", "国", 1000.0),
    )
    assert made["これまでの結果"].rows == (("圏域の診療所の診療日", 22.0, 2.0, 40.0, "途中"),)
    assert made["医療機関"].rows[0][1] == "釜石"
    assert document.watermark == FICTITIOUS_JA
    assert "整っていないところ" not in made


def test_what_was_not_given_is_a_visible_blank() -> None:
    found = correction_of_prefecture("13", None, DAY)

    document = correction_document(found, on=DAY, caution=CAUTION)

    made = tables(document)
    for caption in ("区域", "医療機関", "取組", "地域医療対策協議会", "保険者協議会", "指標と目標", "経過"):
        assert made[caption].rows[0][0] == AWAITED
    assert made["整っていないところ"].rows == (("区域", "区域が入力待ち"),)
    assert document.title == "東京都 医師偏在是正プラン"
    assert document.watermark == ""


def test_every_finding_says_where_in_words() -> None:
    plan = msgspec.structs.replace(
        read_correction_plan(EXAMPLE.read_bytes()), measures=(), last_fiscal_year=2020
    )
    found = correction_of_prefecture("03", plan, DAY)

    rows = tables(correction_document(found, on=DAY, caution=CAUTION))["整っていないところ"].rows

    assert len(rows) == len(look_over(plan)) > 2
    assert ("区域（area-1）", "取組が入力待ち") in rows
    assert ("必要な医師数（2番目）", "求め方が入力待ち") in rows
    assert any(row[0] == "終わりの年度" for row in rows)


def test_a_plan_of_another_prefecture_is_refused() -> None:
    with pytest.raises(Problem) as raised:
        correction_of_prefecture("13", a_correction_plan(), DAY)

    assert raised.value.code == "workforce.correction-elsewhere"
    assert raised.value.facts == {"given": "03", "asked": "13"}
