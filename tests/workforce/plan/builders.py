"""Small pieces of plans for the tests of the plan."""

from datetime import date

import numpy as np
import numpy.typing as npt

from kaihoken import rules
from kaihoken.workforce import Area, AreaCode, AreaSet, PrefectureCode
from kaihoken.workforce.index import IndexClass
from kaihoken.workforce.plan import (
    CorrectionPlan,
    Council,
    Direction,
    Discussion,
    EffectCheck,
    Event,
    Factor,
    Institution,
    InstitutionKind,
    Measure,
    MeasureKind,
    Measurement,
    Money,
    NeededDoctors,
    Outcome,
    Outlook,
    Payer,
    Posts,
    Reason,
    Step,
    SupportArea,
    TargetRules,
    Unit,
)

MINORITY, MIDDLE, MAJORITY = IndexClass.MINORITY, IndexClass.MIDDLE, IndexClass.MAJORITY
DURING_THE_PLAN = date(2026, 11, 21)
RULES = rules.load(TargetRules, on=DURING_THE_PLAN)


def numbers(*values: float) -> npt.NDArray[np.float64]:
    return np.array(values, dtype=np.float64)


def areas_of(prefecture: str, *codes: str) -> AreaSet:
    """Areas of one prefecture, named by their codes."""
    return AreaSet(
        "test",
        tuple(Area(AreaCode(code), code, PrefectureCode(prefecture), f"県{prefecture}") for code in codes),
        {},
    )


def an_outlook(
    physicians: tuple[float, ...],
    index: tuple[float, ...],
    population: tuple[float, ...],
    ratio: tuple[float, ...] | None = None,
    prefecture: str = "10",
) -> Outlook:
    """Areas 1001, 1002 … with what they have and what is expected; the ratio is 1 where it is left out."""
    codes = tuple(f"{prefecture}{at:02d}" for at in range(1, len(physicians) + 1))
    return Outlook(
        areas_of(prefecture, *codes),
        numbers(*physicians),
        numbers(*index),
        numbers(*population),
        numbers(*(ratio or (1.0,) * len(physicians))),
        "given",
        "given",
        2026,
    )


def a_correction_plan() -> CorrectionPlan:
    """A fictional plan with one of everything, on which nothing is to be found."""
    return CorrectionPlan(
        prefecture_code="03",
        title="架空の県 医師偏在是正プラン",
        first_fiscal_year=2026,
        last_fiscal_year=2029,
        areas=(
            SupportArea(
                key="area-1",
                unit=Unit.AREA,
                code="0306",
                name="釜石",
                within=("0306",),
                reasons=(Reason(factor=Factor.INDEX, text="指標が県内で最も小さい", value=107.8),),
                national_candidate=True,
            ),
        ),
        institutions=(
            Institution(
                key="clinic-1", area="area-1", kind=InstitutionKind.CLINIC_TO_TAKE_OVER, name="架空診療所"
            ),
        ),
        needed=(
            NeededDoctors(
                area="area-1",
                institution="clinic-1",
                department="内科",
                full_time=1.0,
                by=date(2028, 4, 1),
                basis="現在の診療日数を保つ",
            ),
        ),
        measures=(
            Measure(
                key="measure-1",
                kind=MeasureKind.TAKE_OVER_OR_OPEN,
                title="承継の支援",
                text="施設と設備の費用を助ける",
                areas=("area-1",),
                institutions=("clinic-1",),
                responsible="医療政策室",
                begins=date(2026, 10, 1),
                ends=date(2029, 3, 31),
                money=(
                    Money(fiscal_year=2026, payer=Payer.NATION, yen=6_000_000),
                    Money(fiscal_year=2026, payer=Payer.PREFECTURE, yen=3_000_000),
                    Money(fiscal_year=2027, payer=Payer.NATION, yen=1_000_000),
                ),
                posts=(Posts(department="内科", full_time=1.0, since=date(2027, 4, 1)),),
            ),
        ),
        discussions=(
            a_discussion(Council.REGIONAL_MEDICAL, date(2026, 6, 10)),
            a_discussion(Council.INSURERS, date(2026, 7, 2)),
        ),
        effects=(
            EffectCheck(
                key="effect-1",
                indicator="圏域の診療所の診療日",
                unit="日/週",
                areas=("area-1",),
                direction=Direction.UP,
                base=Measurement(on=date(2026, 4, 1), value=20.0, source="県調べ"),
                target=25.0,
                target_on=date(2029, 3, 31),
                measured=(Measurement(on=date(2027, 4, 1), value=22.0, source="県調べ"),),
            ),
        ),
        steps=(
            Step(Event.MEDICAL_COUNCIL_AGREES, date(2026, 6, 10)),
            Step(Event.INSURERS_COUNCIL_AGREES, date(2026, 7, 2)),
            Step(Event.DECIDED, date(2026, 8, 1)),
        ),
        demo=True,
    )


def a_discussion(council: Council, held_on: date, outcome: Outcome = Outcome.AGREED) -> Discussion:
    return Discussion(
        council=council, held_on=held_on, agenda="プラン案", opinions=("進め方に異議はない",), outcome=outcome
    )
