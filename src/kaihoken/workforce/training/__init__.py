"""養成と供給: how many doctors there will be, and the rules that steer where they train.

>>> made_up = fictitious_inputs(demo=True)
>>> supply_bands(made_up, seed=1, runs=1000).nation.heads.shape
(5, 10, 1)
"""

from kaihoken.workforce.training.ages import FIVE_YEARS, SEXES, SINGLE_YEARS, SURVEY_STEP, AgeBands
from kaihoken.workforce.training.bands import PROBABILITIES, Band, SupplyBands, supply_bands
from kaihoken.workforce.training.basis import Basis
from kaihoken.workforce.training.ceiling_amounts import (
    CeilingAmounts,
    contribution_rate,
    legacy_amounts,
    published_amounts,
    ratio_to_required,
    required_in_prefecture,
    required_nationally,
)
from kaihoken.workforce.training.ceilings import (
    CeilingRules,
    CeilingTest,
    CellFigures,
    Condition,
    may_be_partner,
    small_cell_seats,
    under_ceiling,
)
from kaihoken.workforce.training.duty import (
    DutyCohorts,
    DutyDoctors,
    DutyRules,
    SeatsNeeded,
    designated_years,
    duty_doctors,
    seats_needed,
)
from kaihoken.workforce.training.fictitious import fictitious_inputs
from kaihoken.workforce.training.given import (
    DutyGiven,
    duty_in,
    supply_in,
    waiting_for_duty,
    waiting_for_standardised,
    waiting_for_supply,
)
from kaihoken.workforce.training.residents import (
    BaseSeats,
    ResidentCap,
    ResidentQuotaRules,
    base_seats,
    density_addition,
    island_addition,
    national_cap,
    provisional_cap,
    smoothed,
)
from kaihoken.workforce.training.seats import (
    MajorityPrefecture,
    TemporarySeatRules,
    TemporarySeats,
    majority_seats,
    minority_seats,
    total_allowed,
)
from kaihoken.workforce.training.supply import Supply, SupplyAssumption, SupplyInputs, between, project

__all__ = [
    "FIVE_YEARS",
    "PROBABILITIES",
    "SEXES",
    "SINGLE_YEARS",
    "SURVEY_STEP",
    "AgeBands",
    "Band",
    "BaseSeats",
    "Basis",
    "CeilingAmounts",
    "CeilingRules",
    "CeilingTest",
    "CellFigures",
    "Condition",
    "DutyCohorts",
    "DutyDoctors",
    "DutyGiven",
    "DutyRules",
    "MajorityPrefecture",
    "ResidentCap",
    "ResidentQuotaRules",
    "SeatsNeeded",
    "Supply",
    "SupplyAssumption",
    "SupplyBands",
    "SupplyInputs",
    "TemporarySeatRules",
    "TemporarySeats",
    "base_seats",
    "between",
    "contribution_rate",
    "density_addition",
    "designated_years",
    "duty_doctors",
    "duty_in",
    "fictitious_inputs",
    "island_addition",
    "legacy_amounts",
    "majority_seats",
    "may_be_partner",
    "minority_seats",
    "national_cap",
    "project",
    "provisional_cap",
    "published_amounts",
    "ratio_to_required",
    "required_in_prefecture",
    "required_nationally",
    "seats_needed",
    "small_cell_seats",
    "smoothed",
    "supply_bands",
    "supply_in",
    "total_allowed",
    "under_ceiling",
    "waiting_for_duty",
    "waiting_for_standardised",
    "waiting_for_supply",
]
