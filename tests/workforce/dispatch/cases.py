"""Small cases of a dispatch: departments, needs and moves with what a test does not say left open."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import product

import numpy as np

from kaihoken import rules
from kaihoken.workforce.areas import area_set
from kaihoken.workforce.dispatch import (
    NO_NEED,
    Case,
    Departments,
    Duty,
    Moves,
    Needs,
    Terms,
    WorkingHours,
)

RULES = rules.load(WorkingHours, on=date(2026, 4, 1))
AREAS = area_set("330")


def departments(*rows: dict[str, object]) -> Departments:
    """Departments D0, D1, …: ten doctors of level A with a week of 20 hours, in area 0, without floor or need."""
    usual: dict[str, object] = {
        "area": 0, "doctors": 10.0, "keeps": 0.0, "standardised": 1.0, "level": "A", "hours": 200.0, "duty": 0.0,
        "duty_permitted": False, "interview": False, "capacity": float("inf"), "least": 0.0, "need": NO_NEED,
    }  # fmt: skip
    filled = [{**usual, **row} for row in rows]

    def column(name: str) -> list[object]:
        return [row[name] for row in filled]

    return Departments(
        code=tuple(f"D{row}" for row in range(len(rows))),
        area=np.array(column("area"), dtype=np.int64),
        department=("内科",) * len(rows),
        doctors=np.array(column("doctors"), dtype=np.float64),
        keeps=np.array(column("keeps"), dtype=np.float64),
        standardised=np.array(column("standardised"), dtype=np.float64),
        level=tuple(str(level) for level in column("level")),
        hours=np.array(column("hours"), dtype=np.float64),
        duty=np.array(column("duty"), dtype=np.float64),
        duty_permitted=np.array(column("duty_permitted"), dtype=np.bool_),
        interview=np.array(column("interview"), dtype=np.bool_),
        capacity=np.array(column("capacity"), dtype=np.float64),
        least=np.array(column("least"), dtype=np.float64),
        need=np.array(column("need"), dtype=np.int64),
    )


def moves(*rows: dict[str, object]) -> Moves:
    """Moves of at most 3 doctors from D0 to D1 who work 40 hours there, 30 minutes away."""
    usual: dict[str, object] = {
        "sender": 0, "receiver": 1, "whole": True, "share": 1.0, "hours": 40.0, "most": 3, "minutes": 30.0,
        "wish": 1.0, "declined": False,
    }  # fmt: skip
    filled = [{**usual, **row} for row in rows]

    def column(name: str) -> list[object]:
        return [row[name] for row in filled]

    return Moves(
        sender=np.array(column("sender"), dtype=np.int64),
        receiver=np.array(column("receiver"), dtype=np.int64),
        whole=np.array(column("whole"), dtype=np.bool_),
        share=np.array(column("share"), dtype=np.float64),
        hours=np.array(column("hours"), dtype=np.float64),
        most=np.array(column("most"), dtype=np.int64),
        minutes=np.array(column("minutes"), dtype=np.float64),
        wish=np.array(column("wish"), dtype=np.float64),
        declined=np.array(column("declined"), dtype=np.bool_),
    )


def days(**row: object) -> dict[str, object]:
    """A move of days a week of eight hours."""
    return {"whole": False, "share": 0.2, "hours": 8.0, "most": 5, **row}


def needs(*amounts: float) -> Needs:
    """Needs N0, N1, …"""
    return Needs(tuple(f"N{row}" for row in range(len(amounts))), np.array(amounts, dtype=np.float64))


def a_case(
    staff: Departments, wanted: Needs, possible: Moves, *, duties: Sequence[Duty] = (), room: object = None
) -> Case:
    """A case in the 330 areas. `room`: by area row; areas that are not named may lose what they like."""
    rooms = None
    if isinstance(room, dict):
        rooms = np.full(len(AREAS), np.inf)
        for area, amount in room.items():
            rooms[area] = amount
    return Case(AREAS, staff, wanted, possible, tuple(duties), rooms)


def a_duty(name: str, least: int, *rows: int) -> Duty:
    return Duty(name, np.array(rows, dtype=np.int64), least)


def terms(**given: object) -> Terms:
    """Exact terms: no gap."""
    return replace(Terms(hours=RULES, gap=1e-9, seconds=20.0), **given)


def every_plan(case: Case) -> list[np.ndarray]:
    """All whole numbers of all moves, the declined ones at 0."""
    most = np.where(case.moves.declined, 0, case.moves.most)
    return [np.array(units) for units in product(*(range(number + 1) for number in most))]


def covered(case: Case, units: np.ndarray) -> np.ndarray:
    """What of each need a plan covers, told apart from the program: what comes less what goes, at most the need."""
    found = np.zeros(len(case.needs))
    for move, number in enumerate(units):
        sender, receiver = case.moves.sender[move], case.moves.receiver[move]
        amount = case.departments.standardised[sender] * case.moves.share[move] * number
        if case.departments.need[receiver] != NO_NEED:
            found[case.departments.need[receiver]] += amount
        if case.departments.need[sender] != NO_NEED:
            found[case.departments.need[sender]] -= amount
    return np.minimum(found, case.needs.amount)
