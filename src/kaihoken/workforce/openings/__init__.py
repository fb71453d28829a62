"""外来医師過多区域: which areas are candidates, and the notice of an opening there with its days and letters."""

from kaihoken.workforce.openings.criteria import (
    Candidates,
    Mean,
    OutpatientOpenings,
    Solved,
    all_readings,
    candidates,
    solve_mean_and_sd,
)
from kaihoken.workforce.openings.density import (
    Densities,
    PrintedCandidate,
    clinic_densities,
    printed_candidates,
)
from kaihoken.workforce.openings.index_file import read_outpatient_index
from kaihoken.workforce.openings.letter import LetterFacts, letter
from kaihoken.workforce.openings.life import LIFE, Event, State
from kaihoken.workforce.openings.notice import Notice, Step, Timing, designation_years, timing

__all__ = [
    "LIFE",
    "Candidates",
    "Densities",
    "Event",
    "LetterFacts",
    "Mean",
    "Notice",
    "OutpatientOpenings",
    "PrintedCandidate",
    "Solved",
    "State",
    "Step",
    "Timing",
    "all_readings",
    "candidates",
    "clinic_densities",
    "designation_years",
    "letter",
    "printed_candidates",
    "read_outpatient_index",
    "solve_mean_and_sd",
    "timing",
]
