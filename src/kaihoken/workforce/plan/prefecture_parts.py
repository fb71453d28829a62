"""The parts of a prefecture's plan that wait for given tables, as rows; a part that waits is empty."""

from datetime import date

import numpy as np
import numpy.typing as npt

from kaihoken import rules
from kaihoken.workforce.index import IndexTable
from kaihoken.workforce.plan.absence import present
from kaihoken.workforce.plan.ages import AgeRules, age_structure
from kaihoken.workforce.plan.benchmark import BenchmarkRules, obstetric_benchmark, paediatric_benchmark
from kaihoken.workforce.plan.clinics import ClinicCounts, SizeClass, by_size, clinic_speed
from kaihoken.workforce.plan.completeness import look_over
from kaihoken.workforce.plan.correction import CorrectionPlan
from kaihoken.workforce.plan.effect import effect
from kaihoken.workforce.plan.evaluation import AreaEvaluation, Attainment, evaluate
from kaihoken.workforce.plan.inputs import PlanInputs, column
from kaihoken.workforce.plan.prefecture_rows import AreaAges, Benchmark, Correction, MunicipalityClinics
from kaihoken.workforce.plan.procedure import standing
from kaihoken.workforce.tables import LongTable

Floats = npt.NDArray[np.float64]


def ages_of(
    table: IndexTable, rows: npt.NDArray[np.intp], inputs: PlanInputs, on: date
) -> tuple[AreaAges, ...]:
    """The ages of the doctors of a prefecture's areas; what stands out is told among all areas given."""
    if inputs.ages is None:
        return ()
    found = age_structure(inputs.ages, rules.load(AgeRules, on=on))
    doctors = inputs.ages.heads.sum(axis=1)
    clinic = np.full_like(doctors, np.nan) if inputs.ages.clinic is None else inputs.ages.clinic.sum(axis=1)
    return tuple(
        AreaAges(
            area_code=table.areas.areas[at].code,
            doctors=present(doctors[at]),
            clinic_doctors=present(clinic[at]),
            young=present(found.young[at]),
            old=present(found.old[at]),
            mean_age=present(found.mean_age[at]),
            clinic_old=present(found.clinic_old[at]),
            young_few=bool(found.young_few[at]),
            old_many=bool(found.old_many[at]),
            clinic_old_many=bool(found.clinic_old_many[at]),
        )
        for at in rows.tolist()
    )


def _within(counts: ClinicCounts, code: str) -> ClinicCounts:
    inside = np.array([one[:2] == code for one in counts.codes], dtype=bool)
    return ClinicCounts(
        tuple(one for one in counts.codes if one[:2] == code),
        counts.clinics_then[inside],
        counts.clinics_now[inside],
        counts.population_then[inside],
        counts.population_now[inside],
    )


def clinics_of(inputs: PlanInputs, code: str) -> tuple[MunicipalityClinics, ...]:
    """The speed of each municipality of a prefecture."""
    if inputs.clinics is None:
        return ()
    counts = _within(inputs.clinics, code)
    found = clinic_speed(counts)
    return tuple(
        MunicipalityClinics(
            municipality_code=one,
            clinics=present(found.clinics[at]),
            population=present(found.population[at]),
            speed=present(found.speed[at]),
            faster=bool(found.faster[at]),
        )
        for at, one in enumerate(counts.codes)
    )


def clinics_by_size_of(inputs: PlanInputs, code: str) -> tuple[SizeClass, ...]:
    """The prefecture's municipalities by size class."""
    return () if inputs.clinics is None else by_size(_within(inputs.clinics, code))


def obstetric_of(inputs: PlanInputs, on: date) -> tuple[Benchmark, ...]:
    """偏在対策基準医師数 of deliveries, for the areas given with their threshold."""
    given, threshold = inputs.deliveries, inputs.obstetric_threshold
    if given is None or threshold is None:
        return ()
    units = rules.load(BenchmarkRules, on=on)
    values = obstetric_benchmark(threshold, column(given, given.labels("place"), "deliveries_at_end"), units)
    return _benchmarks(given, values)


def paediatric_of(inputs: PlanInputs, on: date) -> tuple[Benchmark, ...]:
    """The same of children."""
    given, threshold = inputs.children, inputs.paediatric_threshold
    if given is None or threshold is None:
        return ()
    units = rules.load(BenchmarkRules, on=on)
    codes = given.labels("place")
    children, ratio = column(given, codes, "children_at_end"), column(given, codes, "ratio_at_end")
    return _benchmarks(given, paediatric_benchmark(threshold, children, ratio, units))


def _benchmarks(given: LongTable, values: Floats) -> tuple[Benchmark, ...]:
    codes = given.labels("place")
    physicians = column(given, codes, "physicians")
    return tuple(
        Benchmark(
            area_code=code,
            physicians=present(physicians[at]),
            benchmark=present(values[at]),
            gap=present(values[at] - physicians[at]),
        )
        for at, code in enumerate(codes)
    )


def evaluation_of(
    table: IndexTable, rows: npt.NDArray[np.intp], inputs: PlanInputs
) -> tuple[AreaEvaluation, ...]:
    """The last plan of each area of a prefecture."""
    if inputs.last_plan is None:
        return ()
    last = inputs.last_plan
    found = evaluate(table.areas, last.target, last.start, last.end, last.measures, last.carried_over)
    return tuple(found.areas[at] for at in rows.tolist())


def attainment_of(inputs: PlanInputs, rows: tuple[AreaEvaluation, ...]) -> Attainment | None:
    """How many of the areas with a target and a result reached it."""
    if inputs.last_plan is None:
        return None
    judged = [row.reached for row in rows if row.reached is not None]
    return Attainment(judged.count(True), len(judged))


def correction_of(plan: CorrectionPlan, on: date) -> Correction:
    """A correction plan with where it stands, what it lacks and its effects on a day."""
    return Correction(
        plan=plan,
        state=standing(plan.steps),
        findings=tuple((one.code, one.where) for one in look_over(plan)),
        effects=tuple(effect(check, on) for check in plan.effects),
    )
