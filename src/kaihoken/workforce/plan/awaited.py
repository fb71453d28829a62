"""入力待ち: parts of the plan that need a table which does not ship, each with its template and where its figures
are."""

import csv
import io
from typing import Final

import msgspec


class Awaited(msgspec.Struct, frozen=True):
    """A part of the plan and the short table that it is computed from.

    `keys` and `numbers` are the table's columns in order: text that names a row (codes with leading zeros), then
    figures. `official` says where they are published; `tables` are the catalogue's tables that they can be made of.
    Until the table is given the part is not computed, and nothing stands in for it.
    """

    part: str
    table: str
    keys: tuple[str, ...]
    numbers: tuple[str, ...]
    official: str
    tables: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column, in order."""
        return (*self.keys, *self.numbers)

    def template(self) -> str:
        """The table's header as CSV, to be filled in."""
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerow(self.columns)
        return text.getvalue()


AGES: Final = Awaited(
    "age_structure",
    "plan-ages",
    ("area_code", "workplace", "age_from", "age_to"),
    ("physicians",),
    "医師・歯科医師・薬剤師統計 (e-Stat 00450026); by area, sex and age: special tabulation of 厚生労働省",
    ("physicians", "clinic-physicians"),
)
"""`workplace` is all or clinic; an age band is age_from to below age_to."""

HEADS: Final = Awaited(
    "heads",
    "plan-heads",
    ("area_code",),
    ("physicians",),
    "医師・歯科医師・薬剤師統計 (e-Stat 00450026): 医療施設従事医師 by area, workplaces counted 0.8 and 0.2",
    ("physicians",),
)
RATIO_AT_END: Final = Awaited(
    "ratio_at_end",
    "plan-ratio-at-end",
    ("area_code",),
    ("ratio",),
    "標準化受療率比 of the plan's end: 社人研 population by municipality, sex and age; 患者調査 (e-Stat 00450022)",
    ("projection-sex-age", "rates", "flows-inpatient", "flows-clinic"),
)
POPULATION_AT_END: Final = Awaited(
    "population_at_end",
    "plan-population-at-end",
    ("area_code",),
    ("residents",),
    "社人研 projects the 13 municipalities of 福島県 浜通り as one row; the prefecture's own projection by area",
)
SUPPLY: Final = Awaited(
    "balance_2036",
    "plan-supply-2036",
    ("area_code",),
    ("supply_upper", "supply_lower"),
    "supply by area in 2036, standardised: the projection of `workforce.training`, or the prefecture's own",
    ("physicians", "survival", "entrants", "working-hours"),
)
CLINICS: Final = Awaited(
    "clinics",
    "plan-clinics",
    ("municipality_code",),
    ("clinics_then", "clinics_now", "population_then", "population_now"),
    "医療施設調査 (e-Stat 00450021): 一般診療所 by municipality, two years ten years apart; 国勢調査 or 住民基本台帳",
)
OBSTETRIC: Final = Awaited(
    "benchmark_obstetric",
    "plan-deliveries",
    ("area_code",),
    ("physicians", "deliveries_at_end"),
    "分娩取扱医師偏在指標 by 周産期医療圏 with its lowest-third threshold; 医療施設調査, 人口動態調査",
    ("delivery-physicians", "deliveries"),
)
PAEDIATRIC: Final = Awaited(
    "benchmark_paediatric",
    "plan-children",
    ("area_code",),
    ("physicians", "children_at_end", "ratio_at_end"),
    "小児医師偏在指標 by 小児医療圏 with its lowest-third threshold; 社人研 population of 0 to 14",
    ("paediatric-physicians", "projection-sex-age", "child-rates"),
)
LAST_PLAN: Final = Awaited(
    "evaluation",
    "plan-last",
    ("area_code",),
    (
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
OWN_TARGETS: Final = Awaited(
    "own_targets",
    "plan-targets",
    ("area_code",),
    ("target",),
    "the prefecture's own targets, standardised doctors",
)
"""Nobody waits for it: without it a target is its limit."""

MEASURES: Final = Awaited(
    "measures",
    "plan-measures",
    ("area_code", "kind", "text"),
    (),
    "what the last plan did (kind measure) and what goes on in the next (carried_over), in the prefecture's words",
)
"""Nobody waits for it: it stands beside the evaluation."""

TABLES: Final = (
    AGES,
    HEADS,
    RATIO_AT_END,
    POPULATION_AT_END,
    SUPPLY,
    CLINICS,
    OBSTETRIC,
    PAEDIATRIC,
    LAST_PLAN,
    OWN_TARGETS,
    MEASURES,
)
"""Every short table of a plan."""
