"""The lever: only where doctors are few, by the shares of the scenario, with every assumption beside it."""

from dataclasses import replace

import numpy as np
import pytest
from msgspec import structs

from kaihoken.problems import Problem
from kaihoken.rules import Status
from kaihoken.workforce.remote import (
    Kind,
    RemoteScenario,
    awaited,
    outpatients,
    ratio_to_nation,
    read_scenario,
    remote_lever,
)
from kaihoken.workforce.remote.lever import Place

from .builders import AREAS, DEPARTMENTS, EYES, RULE, a_number, a_scenario, doctors_of, some_terms

PATIENTS = outpatients(AREAS, RULE)
MANY = 100_000.0
AT = AREAS.position("0306")
FEW = doctors_of(MANY, a0306=0.0)


def test_only_places_with_few_doctors_are_seen_online() -> None:
    found = remote_lever(PATIENTS, FEW, a_scenario(), RULE)

    assert (found.place[AT] == Place.FEW).all()
    assert (np.delete(found.place, AT, axis=0) == Place.NOT_FEW).all()
    assert found.freed.sum() == pytest.approx(found.freed[AT].sum())
    assert [row["department"] for row in found.rows()] == list(DEPARTMENTS)


def test_the_hours_are_those_of_the_scenario() -> None:
    found = remote_lever(PATIENTS, FEW, a_scenario(), RULE)
    patients = PATIENTS.by_department[AT, EYES]

    assert found.online[AT, EYES] == pytest.approx(patients * np.array([0, 0.2, 0.1, 0.05]))
    # in person 12 minutes, beside a doctor 10 of them stay
    assert found.freed[AT, EYES] == pytest.approx(patients * 5 * (0.3 * 12 + 0.05 * 2) / 60)
    assert found.far[AT, EYES] == pytest.approx(patients * 5 * 0.35 * 10 / 60)
    assert found.nurse[AT, EYES] == pytest.approx(patients * 5 * 0.1 * 15 / 60)
    # who is with a doctor saves nobody the way
    assert found.travel[AT, EYES] == pytest.approx(patients * 5 * 0.3 / 20 * 60 / 60)


def test_few_is_below_the_ratio_and_not_at_it() -> None:
    heads = doctors_of(3.0)
    ratio = float(ratio_to_nation(heads, RULE)[AT, EYES])

    at, above = (
        structs.replace(RULE, few_below=a_number(limit)) for limit in (ratio, float(np.nextafter(ratio, 9)))
    )

    assert remote_lever(PATIENTS, heads, a_scenario(), at).place[AT, EYES] == Place.NOT_FEW
    assert remote_lever(PATIENTS, heads, a_scenario(), above).place[AT, EYES] == Place.FEW


def test_what_is_not_known_is_waiting_and_never_zero() -> None:
    found = remote_lever(PATIENTS, awaited(AREAS, RULE), a_scenario(), RULE)

    assert (found.place == Place.WAITING).all()
    for hours in (found.freed, found.far, found.nurse, found.travel, found.online):
        assert np.isnan(hours).all()
    assert list(found.rows()) == []


def test_where_nobody_is_ill_there_is_nothing_to_do() -> None:
    none = replace(PATIENTS, by_department=np.zeros_like(PATIENTS.by_department))

    found = remote_lever(none, FEW, a_scenario(), RULE)

    assert (found.place == Place.NO_PATIENTS).all()
    assert found.freed.sum() == 0


def test_a_department_may_have_its_own_share() -> None:
    own = a_scenario(shares={"眼科": {Kind.FOLLOW_UP: a_number(0.0)}})

    found = remote_lever(PATIENTS, FEW, own, RULE)

    assert found.online[AT, EYES, 1] == 0
    assert found.online[AT, EYES - 1, 1] > 0


def test_every_assumption_stands_beside_the_result_with_its_source() -> None:
    found = remote_lever(PATIENTS, FEW, a_scenario(), RULE)

    assert len(found.assumptions) == 1 + 4 * 4 + 4
    assert dict(found.assumptions)["kinds.with-nurse.share"].source == "a test"
    assert found.status is Status.UNCONFIRMED


def test_a_scenario_is_as_sure_as_its_least_sure_number() -> None:
    sure = {
        name: a_number(12, Status.CONFIRMED)
        for name in ("in_person_minutes", "days_a_week", "session_patients", "session_travel_minutes")
    }

    assert remote_lever(PATIENTS, FEW, a_scenario(**sure), RULE).status is Status.UNCONFIRMED


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"days_a_week": a_number(-1)}, "days_a_week"),
        ({"session_patients": a_number(0)}, "session_patients"),
        ({"shares": {"歯科": {}}}, "歯科"),
        ({"shares": {"眼科": {Kind.INITIAL: a_number(0.66)}}}, "shares.眼科"),
        ({"kinds": {Kind.INITIAL: some_terms(0.1)}}, "follow-up"),
        ({"in_person_minutes": a_number(float("nan"))}, "in_person_minutes"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(more: dict[str, object], where: str) -> None:
    with pytest.raises(Problem) as caught:
        remote_lever(PATIENTS, FEW, a_scenario(**more), RULE)

    assert (caught.value.code, caught.value.where) == ("workforce.remote-scenario", where)


def test_shares_may_make_up_everybody() -> None:
    whole = a_scenario(shares={"眼科": {Kind.INITIAL: a_number(0.65)}})

    assert isinstance(remote_lever(PATIENTS, FEW, whole, RULE).scenario, str)


NUMBER = "{value: 0.1, status: unconfirmed, source: a test}"
TERMS = f"{{share: {NUMBER}, far_minutes: {NUMBER}, near_minutes: {NUMBER}, nurse_minutes: {NUMBER}}}"
FILE = f"""
name: 試し
kinds: {{initial: {TERMS}, follow-up: {TERMS}, with-nurse: {TERMS}, with-doctor: {TERMS}}}
in_person_minutes: {NUMBER}
days_a_week: {NUMBER}
session_patients: {NUMBER}
session_travel_minutes: {NUMBER}
"""


def test_a_scenario_is_read_from_a_file() -> None:
    found = read_scenario(FILE.encode(), DEPARTMENTS)

    assert isinstance(found, RemoteScenario)
    assert found.kinds[Kind.WITH_NURSE].share.value == 0.1


@pytest.mark.parametrize(
    "wrong",
    [
        FILE.replace("days_a_week", "days"),
        FILE.replace("status: unconfirmed, ", "", 1),
        FILE.replace(f"with-nurse: {TERMS}, ", ""),
        FILE.replace("0.1", "0.3"),
        "[",
        "[" * 100_000,
    ],
    ids=["unknown", "no-status", "no-department", "more-than-all", "not-closed", "endlessly-deep"],
)
def test_a_file_that_leaves_out_or_invents_something_is_refused(wrong: str) -> None:
    with pytest.raises(Problem) as caught:
        read_scenario(wrong.encode(), DEPARTMENTS)

    assert caught.value.code == "workforce.remote-scenario"
