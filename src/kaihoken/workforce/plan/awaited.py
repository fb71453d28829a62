"""入力待ち: parts of the plan that need a table which does not ship, each by its table of the catalogue."""

from typing import Final

import msgspec

from kaihoken.workforce.tables import Entry, entry


class Awaited(msgspec.Struct, frozen=True):
    """A part of the plan and the table that it is computed from; `tables` are the catalogue's tables that the same can
    be made of. Until the table is given the part is not computed, and nothing stands in for it."""

    part: str
    table: str
    tables: tuple[str, ...] = ()

    @property
    def entry(self) -> Entry:
        """The table in the catalogue: its columns, its template, and where its figures are published."""
        return entry(self.table)

    @property
    def published(self) -> str:
        """Where its figures are published, for people."""
        return "; ".join(origin.title for origin in self.entry.origins)


AGES: Final = Awaited("age_structure", "plan-ages", ("physicians", "clinic-physicians"))
HEADS: Final = Awaited("heads", "plan-heads", ("physicians",))
RATIO_AT_END: Final = Awaited(
    "ratio_at_end", "plan-ratio-at-end", ("projection-sex-age", "consultation-rates", "flows")
)
POPULATION_AT_END: Final = Awaited("population_at_end", "plan-population-at-end")
SUPPLY: Final = Awaited(
    "balance_2036",
    "plan-supply-2036",
    (
        "physicians",
        "survival",
        "entrants",
        "entrants-sex-age",
        "doctor-migration",
        "doctor-arrivals",
        "hours",
        "physicians-prefecture",
    ),
)
"""`physicians-prefecture` is asked for only where `physicians` does not cover the nation."""

DUTY: Final = Awaited(
    "duty_doctors", "duty-entrants", ("duty-retention", "duty-assumptions", "duty-placement")
)
CLINICS: Final = Awaited("clinics", "plan-clinics")
OBSTETRIC: Final = Awaited("benchmark_obstetric", "plan-deliveries", ("delivery-physicians", "deliveries"))
PAEDIATRIC: Final = Awaited(
    "benchmark_paediatric", "plan-children", ("paediatric-physicians", "projection-sex-age", "children")
)
LAST_PLAN: Final = Awaited("evaluation", "plan-last")
OWN_TARGETS: Final = Awaited("own_targets", "plan-targets")
"""Nobody waits for it: without it a target is its limit."""

MEASURES: Final = Awaited("measures", "plan-measures")
"""Nobody waits for it: it stands beside the evaluation."""

TABLES: Final = (
    AGES,
    HEADS,
    RATIO_AT_END,
    POPULATION_AT_END,
    SUPPLY,
    DUTY,
    CLINICS,
    OBSTETRIC,
    PAEDIATRIC,
    LAST_PLAN,
    OWN_TARGETS,
    MEASURES,
)
"""Every table that a plan reads by itself."""
