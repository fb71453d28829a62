"""Units of `payment.ceiling` as columns."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from kaihoken.payment.ceiling import AgeGroup, Care, Household, Setting, SpecifiedDisease, month_table
from kaihoken.payment.tables.ceilings import DISEASES, CeilingTable, month_number
from kaihoken.payment.tables.units import WITHOUT, UnitMonths

_DISEASE = {
    None: 0,
    SpecifiedDisease.DIALYSIS: DISEASES.index(SpecifiedDisease.DIALYSIS),
    SpecifiedDisease.HAEMOPHILIA: DISEASES.index(SpecifiedDisease.HAEMOPHILIA),
    SpecifiedDisease.HIV: DISEASES.index(SpecifiedDisease.HAEMOPHILIA),
}


def columns_of(table: CeilingTable, households: Iterable[Household]) -> UnitMonths:
    """The units of households in columns, in their order."""
    units = [(household.month, unit) for household in households for unit in household.units]
    people = [(number, member) for number, (_, unit) in enumerate(units) for member in unit.members]
    person_of = {(number, member.person): place for place, (number, member) in enumerate(people)}
    cares = [(number, care) for number, (_, unit) in enumerate(units) for care in unit.care]
    claims: dict[tuple[object, ...], int] = {}
    firsts: list[tuple[int, Care]] = []
    claim: list[int] = []
    for number, care in cares:
        key = (number, *_key(care))
        if key not in claims:
            claims[key] = len(firsts)
            firsts.append((person_of[number, care.person], care))
        claim.append(claims[key])
    before = [month_table(month).terms.multiple.paid_before for month, _ in units]
    return UnitMonths(
        month=_column([month_number(month) for month, _ in units], np.int32),
        name=_column([table.code(unit.name) if unit.name else 0 for _, unit in units], np.int8),
        elderly_name=_column(
            [table.code(unit.elderly_name) if unit.elderly_name else 0 for _, unit in units], np.int8
        ),
        multiple=_column(
            [unit.paid_before >= least for (_, unit), least in zip(units, before, strict=True)], np.bool_
        ),
        halved=_column([unit.halved for _, unit in units], np.bool_),
        unit=_column([number for number, _ in people], np.int64),
        elderly=_column([member.group is not AgeGroup.UNDER_70 for _, member in people], np.bool_),
        half=_column([member.halved for _, member in people], np.bool_),
        person=_column([person for person, _ in firsts], np.int64),
        outpatient=_column([care.setting is Setting.OUTPATIENT for _, care in firsts], np.bool_),
        disease=_column([_DISEASE[care.disease] for _, care in firsts], np.int8),
        subsidised=_column([care.own_payment is not None for _, care in firsts], np.bool_),
        claim=_column(claim, np.int64),
        cost=_column([care.cost for _, care in cares], np.int64),
        percent=_column(
            [_percent(people[person_of[number, care.person]][1].percent, care) for number, care in cares],
            np.int8,
        ),
        own_payment=_column(
            [WITHOUT if care.own_payment is None else care.own_payment for _, care in cares], np.int64
        ),
        known=_column([care.known for _, care in cares], np.bool_),
    )


def _key(care: Care) -> tuple[object, ...]:
    at = care.prescribed_by or care.institution
    return care.person, at, care.setting, care.dental, care.disease, care.own_payment is None


def _percent(own: int, care: Care) -> int:
    return own if care.percent is None else care.percent


N = TypeVar("N", bound=np.generic)


def _column(values: Sequence[int], kind: type[N]) -> NDArray[N]:
    return np.array(values, dtype=kind)
