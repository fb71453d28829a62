"""How a 医師偏在是正プラン says what its data names."""

from collections.abc import Mapping
from typing import Final

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
)

UNITS: Final[Mapping[Unit, str]] = {
    Unit.PREFECTURE: "都道府県",
    Unit.AREA: "二次医療圏",
    Unit.MUNICIPALITY: "市区町村",
    Unit.DISTRICT: "地区",
    Unit.CIRCLE: "円",
}
FACTORS: Final[Mapping[Factor, str]] = {
    Factor.INDEX: "医師偏在指標",
    Factor.DOCTORS_PER_HABITABLE_LAND: "可住地面積あたりの医師数",
    Factor.ACCESS: "医療機関への行きやすさ",
    Factor.OLD_CLINIC_DOCTORS: "診療所の医師の高齢化",
    Factor.USE_OF_CARE: "受療の状況",
    Factor.POPULATION_CHANGE: "人口の変化",
    Factor.OTHER: "その他",
}
INSTITUTIONS: Final[Mapping[InstitutionKind, str]] = {
    InstitutionKind.HOSPITAL: "病院",
    InstitutionKind.CLINIC: "診療所",
    InstitutionKind.CLINIC_TO_OPEN: "開業する診療所",
    InstitutionKind.CLINIC_TO_TAKE_OVER: "承継する診療所",
}
MEASURES: Final[Mapping[MeasureKind, str]] = {
    MeasureKind.TAKE_OVER_OR_OPEN: "診療所の承継・開業の支援",
    MeasureKind.ALLOWANCE: "医師への手当",
    MeasureKind.WORKING_CONDITIONS: "勤務環境の改善",
    MeasureKind.SENDING_HOSPITAL: "医師を派遣する医療機関への支援",
    MeasureKind.WIDE_MATCHING: "全国的なマッチング",
    MeasureKind.DISPATCH: "医師の派遣",
    MeasureKind.MOBILE_CLINIC: "巡回診療",
    MeasureKind.REMOTE_CARE: "オンライン診療",
    MeasureKind.TRAINING: "研修",
    MeasureKind.OTHER: "その他",
}
PAYERS: Final[Mapping[Payer, str]] = {
    Payer.NATION: "国",
    Payer.PREFECTURE: "都道府県",
    Payer.MUNICIPALITY: "市町村",
    Payer.INSURERS: "保険者",
    Payer.INSTITUTION: "医療機関",
}
COUNCILS: Final[Mapping[Council, str]] = {
    Council.REGIONAL_MEDICAL: "地域医療対策協議会",
    Council.INSURERS: "保険者協議会",
}
OUTCOMES: Final[Mapping[Outcome, str]] = {
    Outcome.EXPLAINED: "説明した",
    Outcome.AGREED: "合意",
    Outcome.RETURNED: "再検討",
}
DIRECTIONS: Final[Mapping[Direction, str]] = {
    Direction.UP: "上げる",
    Direction.DOWN: "下げる",
    Direction.HOLD: "下回らない",
}
STANDINGS: Final[Mapping[Standing, str]] = {
    Standing.NOT_MEASURED: "まだ測っていない",
    Standing.REACHED: "達した",
    Standing.UNDER_WAY: "途中",
    Standing.NOT_REACHED: "達していない",
}
STATES: Final[Mapping[State, str]] = {
    State.DRAFT: "案",
    State.MEDICAL_COUNCIL_AGREED: "地域医療対策協議会が合意、保険者協議会を待っている",
    State.INSURERS_COUNCIL_AGREED: "保険者協議会が合意、地域医療対策協議会を待っている",
    State.BOTH_AGREED: "両方の協議会が合意",
    State.DECIDED: "決定",
    State.PUBLISHED: "公表",
    State.EFFECT_CHECKED: "効果を検証した",
    State.ENDED: "終了",
    State.WITHDRAWN: "取り下げ",
}
EVENTS: Final[Mapping[Event, str]] = {
    Event.MEDICAL_COUNCIL_AGREES: "地域医療対策協議会の合意",
    Event.INSURERS_COUNCIL_AGREES: "保険者協議会の合意",
    Event.RETURNED: "再検討",
    Event.DECIDED: "決定",
    Event.PUBLISHED: "公表",
    Event.EFFECT_CHECKED: "効果の検証",
    Event.REVISION_BEGINS: "見直しの開始",
    Event.ENDED: "終了",
    Event.WITHDRAWN: "取り下げ",
}
PARTS: Final[Mapping[str, str]] = {
    "areas": "区域",
    "institutions": "医療機関",
    "needed": "必要な医師数",
    "measures": "取組",
    "effects": "効果の検証",
    "steps": "経過",
    "reasons": "選んだ理由",
    "basis": "求め方",
    "last_fiscal_year": "終わりの年度",
}
