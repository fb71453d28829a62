"""入力待ち: a part of the plan that needs a table which is not loaded, with the table's template."""

import csv
import io
from typing import Final

import msgspec


class Awaited(msgspec.Struct, frozen=True):
    """A part of the plan that is not computed: which part, the table it needs, the table's columns (a template has them
    in this order), and where the official figures are. Nothing stands in for it."""

    part: str
    table: str
    columns: tuple[str, ...]
    official: str

    def template(self) -> str:
        """The table's header as CSV, to be filled in."""
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerow(self.columns)
        return text.getvalue()


AGES: Final = Awaited(
    "age_structure",
    "physicians_by_age",
    ("area_code", "workplace", "age_from", "age_to", "physicians"),
    "医師・歯科医師・薬剤師統計 (e-Stat 00450026); by area, sex and age: special tabulation of 厚生労働省",
)
HEADS: Final = Awaited(
    "heads",
    "physicians_by_area",
    ("area_code", "physicians"),
    "医師・歯科医師・薬剤師統計 (e-Stat 00450026): 医療施設従事医師 by area, workplaces counted 0.8 and 0.2",
)
RATIO_AT_END: Final = Awaited(
    "ratio_at_end",
    "consultation_ratio_at_end",
    ("area_code", "ratio"),
    "標準化受療率比 of the plan's end: 社人研 population by municipality, sex and age; 患者調査 (e-Stat 00450022)",
)
CLINICS: Final = Awaited(
    "clinics",
    "clinics_by_municipality",
    ("municipality_code", "clinics_then", "clinics_now", "population_then", "population_now"),
    "医療施設調査 (e-Stat 00450021): 一般診療所 by municipality, two years ten years apart; 国勢調査 or 住民基本台帳",
)
PROJECTION: Final = Awaited(
    "population_at_end",
    "population_at_end",
    ("area_code", "residents"),
    "福島県 浜通り: 社人研 projects its 13 municipalities as one; the prefecture's own projection by area",
)
SUPPLY: Final = Awaited(
    "balance_2036",
    "supply_2036",
    ("area_code", "supply_upper", "supply_lower"),
    "医師需給推計 by area: `workforce.training`, or the prefecture's own projection",
)
OBSTETRIC: Final = Awaited(
    "benchmark_obstetric",
    "deliveries_at_end",
    ("area_code", "physicians", "deliveries_at_end"),
    "周産期医療圏: 分娩取扱医師偏在指標 with its lowest-third threshold; 医療施設調査, 人口動態調査 (e-Stat 00450011)",
)
PAEDIATRIC: Final = Awaited(
    "benchmark_paediatric",
    "children_at_end",
    ("area_code", "physicians", "children_at_end", "ratio_at_end"),
    "小児医療圏: 厚生労働省 小児医師偏在指標 with its lowest-third threshold; 社人研 population of 0 to 14",
)
LAST_PLAN: Final = Awaited(
    "evaluation",
    "last_plan",
    (
        "area_code",
        "target",
        "physicians_start",
        "population_start",
        "ratio_start",
        "physicians_end",
        "population_end",
        "ratio_end",
    ),
    "the prefecture's 医師確保計画 of the last round: targets, and the index tables of its start and its end",
)
