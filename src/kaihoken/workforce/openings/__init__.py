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
    PRINTED_COLUMNS,
    Densities,
    PrintedCandidate,
    clinic_densities,
    printed_candidates,
)
from kaihoken.workforce.openings.index_file import OUTPATIENT_INDEX_COLUMNS, read_outpatient_index
from kaihoken.workforce.openings.letter import LETTERS, LetterFacts, letter, letter_form
from kaihoken.workforce.openings.life import LIFE, Event, State
from kaihoken.workforce.openings.notice import Notice, Step, Timing, designation_years, timing

__all__ = [
    "LETTERS",
    "LIFE",
    "OUTPATIENT_INDEX_COLUMNS",
    "PRINTED_COLUMNS",
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
    "letter_form",
    "printed_candidates",
    "read_outpatient_index",
    "solve_mean_and_sd",
    "timing",
]
