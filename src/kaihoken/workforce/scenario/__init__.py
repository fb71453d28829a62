"""シナリオ（仮定）: any combination of levers on a copy of the index table, explained by lever, kept as one small file.

>>> from kaihoken.workforce.index import shipped_index
>>> from kaihoken.workforce.scenario import HoursChanged, Scenario, run
>>> run(Scenario("as published"), shipped_index()).moved
()
"""

from kaihoken.workforce.scenario.comparison import Beside, Comparison, compare
from kaihoken.workforce.scenario.files import SCHEMA, base_of, decoded, encoded, read, write
from kaihoken.workforce.scenario.geography import GeographyAsked, geography_scenario
from kaihoken.workforce.scenario.levers import (
    KINDS,
    AnyLever,
    AreasMerged,
    Base,
    DoctorsChanged,
    DoctorsMoved,
    HoursChanged,
    Lever,
    OwnThresholds,
    PopulationOfYear,
    RatioChanged,
    ReachCounted,
    RuralityCounted,
    Scenario,
)
from kaihoken.workforce.scenario.outcome import MOST_LEVERS, Moved, Outcome, run

__all__ = [
    "KINDS",
    "MOST_LEVERS",
    "SCHEMA",
    "AnyLever",
    "AreasMerged",
    "Base",
    "Beside",
    "Comparison",
    "DoctorsChanged",
    "DoctorsMoved",
    "GeographyAsked",
    "HoursChanged",
    "Lever",
    "Moved",
    "Outcome",
    "OwnThresholds",
    "PopulationOfYear",
    "RatioChanged",
    "ReachCounted",
    "RuralityCounted",
    "Scenario",
    "base_of",
    "compare",
    "decoded",
    "encoded",
    "geography_scenario",
    "read",
    "run",
    "write",
]
