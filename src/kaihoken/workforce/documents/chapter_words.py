"""The words of a plan's chapter: what the plan calls by an id, as an officer reads it."""

from typing import Final

from kaihoken.workforce.index import IndexClass
from kaihoken.workforce.plan import Spread

CLASSES: Final = {
    IndexClass.MINORITY: "少数",
    IndexClass.MIDDLE: "中程度",
    IndexClass.MAJORITY: "多数",
    None: "入力待ち",
}
SPREADS: Final = {
    Spread.PROPORTIONAL: "各区域の目標を同じ割合で下げる",
    Spread.ONLY_INCREASES: "増やす分だけを同じ割合で下げる",
    Spread.MANY_FIRST: "医師が相対的に多い区域から下げる",
}
PARTS: Final = {
    "age_structure": "医師の年齢構成",
    "heads": "目標医師数の実人数",
    "ratio_at_end": "計画終了時の標準化受療率比",
    "population_at_end": "計画終了時の人口",
    "balance_2036": "供給の見込みと必要数の差",
    "duty_doctors": "地域枠の医師",
    "clinics": "診療所と人口の変化",
    "benchmark_obstetric": "分娩の偏在対策基準医師数",
    "benchmark_paediatric": "小児の偏在対策基準医師数",
    "evaluation": "前計画の区域別の評価",
}
RULES: Final = {
    "workforce/plan-targets": (
        "計画の期間と計算",
        "後期（2027–2029年度）の指針は見つかっていません。前期の計算をそのまま使っています。",
    ),
    "workforce/plan-targets limits": (
        "目標医師数の上限",
        "2022年10月12日の作業部会に示された案です。指針の本文では確かめていません。",
    ),
    "workforce/plan-targets prefecture_sum_at_start": (
        "都道府県の目標の合計の上限",
        "上限と同じ案です。合計をどのように収めるかは書かれていないため、都道府県が選びます。",
    ),
    "workforce/plan-targets round_up_at_end": (
        "端数の切り上げ",
        "この計算での読み方です。実人数に直してから、最後に1度だけ切り上げます。",
    ),
    "workforce/need-2036 national_index": (
        "2036年の全国の指標",
        "指標の定義から、全国の標準化医師数を人口で割りました。指針の言葉では確かめていません。",
    ),
    "workforce/age-structure": (
        "年齢構成で目を引く区域",
        "2026年度の医学部臨時定員の規則（報道）にある上位・下位半分を、区域にも当てはめました。",
    ),
    "workforce/priority-areas": (
        "重点医師偏在対策支援区域の目安",
        "2026年1月23日に報道された109区域に合う3つの条件です。国の本文は見つかっていません。",
    ),
}
DUTY: Final = {"minority": "少数区域", "middle": "中程度の区域", "majority": "多数区域"}
BASES: Final = {"frozen": "公表値を据え置き", "projected": "将来推計人口", "given": "入力された表"}
NATIONAL: Final = {
    "frozen": "公表された医師数を据え置き",
    "projected": "供給の推計の中央値",
    "given": "入力された医師数",
}
REASONS: Final = {
    "lowest_of_prefecture": "都道府県内で指標が最も低い",
    "minority_in_minority_prefecture": "医師少数県の少数区域",
    "sparse_minority": "少数区域で、可住地面積あたりの医師数が下位1/4",
}
STATUSES: Final = {"confirmed": "確認済み", "unconfirmed": "未確認", "planned": "予定"}
