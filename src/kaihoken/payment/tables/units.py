"""Household-months in columns: units, their people, their claims and the care in each, every column by number.

The steps are those of `payment.ceiling.month`, each for all units at once. 付加給付 is not in it, nor the working.
"""

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from kaihoken.payment.tables.ceilings import NO_DISEASE, CeilingTable, Codes, Flags, Marks, Months, Yen

Numbers: TypeAlias = NDArray[np.int64]

WITHOUT = -1
"""`own_payment` without 公費."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitMonths:
    """Units by number: `month`, the classes by `CeilingTable.code` (any where nobody has it), `multiple`, `halved`.

    People by number: their `unit`, whether they are `elderly` and `half` alone. Claims by number, dispensing joined to
    its clinic: their `person`, and `outpatient`, `disease`, `subsidised` (公費). Then care: its `claim`, `cost`,
    `percent`, `own_payment` (or WITHOUT), `known`.
    """

    month: Months
    name: Codes
    elderly_name: Codes
    multiple: Flags
    halved: Flags
    unit: Numbers
    elderly: Flags
    half: Flags
    person: Numbers
    outpatient: Flags
    disease: Codes
    subsidised: Flags
    claim: Numbers
    cost: Yen
    percent: Codes
    own_payment: Yen
    known: Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitSums:
    """One row for each unit, in yen, as `UnitMonth` has them without 付加給付, and how sure it is."""

    cost: Yen
    counter: Yen
    refund: Yen
    patient: Yen
    public: Yen
    benefit: Yen
    summed: Yen
    marks: Marks


def unit_sums(table: CeilingTable, of: UnitMonths) -> UnitSums:
    """What each unit pays and gets back. Problems as `CeilingTable.ceilings`."""
    units, people, claims = len(of.month), len(of.unit), len(of.person)
    claim_unit = of.unit[of.person]
    claim_row = _row(table, of, of.person, of.outpatient, of.disease)

    share = (of.cost * of.percent + 50) // 100
    held = np.minimum(share, table.at(claim_row[of.claim], of.cost))
    with_public = of.own_payment != WITHOUT
    left = np.where(with_public, np.minimum(held, of.own_payment), held)
    counter = np.where(of.known | with_public, left, share)

    claim_share = _sum(of.claim, share, claims)
    claim_cost = _sum(of.claim, of.cost, claims)
    amount = _sum(of.claim, left, claims)
    amount = np.minimum(amount, table.at(claim_row, claim_cost))
    of_disease = of.disease != NO_DISEASE

    elderly = of.elderly[of.person]
    place = table.place(of.month)[claim_unit]
    halves = (of.half[of.person] | of.halved[claim_unit]).astype(np.int64)
    reaches = claim_share >= table.counted_from[place, halves]
    reduced = of_disease | of.subsidised
    counted = reaches & (table.remainder_counts[place] | ~reduced) & ~elderly
    unsure = table.unconfirmed[claim_row] | (reduced & (reaches | elderly) & table.remainder_unsure[place])
    unsure |= reaches & ~elderly & table.counted_from_unsure[place, halves]

    everybody = np.arange(people)
    outside = elderly & of.outpatient
    own_row = _row(table, of, everybody, outpatient=True)
    own = _sum(of.person, amount, people, outside)
    own_cost = _sum(of.person, claim_cost, people, outside)
    own = np.where(table.own_outpatient[own_row], np.minimum(own, table.at(own_row, own_cost)), own)

    own += _sum(of.person, amount, people, counted | (elderly & ~of.outpatient))
    own_cost += _sum(of.person, claim_cost, people, counted | (elderly & ~of.outpatient))
    own = np.where(of.half, np.minimum(own, table.at(_row(table, of, everybody), own_cost)), own)

    old, old_cost = _sum(of.unit, own, units, of.elderly), _sum(of.unit, own_cost, units, of.elderly)
    has_old = np.bincount(of.unit[of.elderly], minlength=units) > 0
    old = _held(table, of, of.elderly_name, has_old, old, old_cost)
    whole, whole_cost = _sum(of.unit, own, units, ~of.elderly), _sum(of.unit, own_cost, units, ~of.elderly)
    has_counted = np.bincount(claim_unit[counted], minlength=units) > 0
    summed = _held(table, of, of.name, has_counted, whole + old, whole_cost + old_cost)

    patient = summed + _sum(claim_unit, amount, units, ~(counted | elderly))
    care_unit = claim_unit[of.claim]
    paid, public = _sum(care_unit, counter, units), _sum(care_unit, held - left, units)
    return UnitSums(
        cost=_sum(care_unit, of.cost, units),
        counter=paid,
        refund=paid - patient,
        patient=patient,
        public=public,
        benefit=_sum(care_unit, share, units) - public - patient,
        summed=summed,
        marks=_marks(table, of.month, claim_unit[unsure]),
    )


def _marks(table: CeilingTable, month: Months, unsure_units: Numbers) -> Marks:
    """The marks of units by their months, with the units of claims that are not confirmed."""
    by_month = table.marks_of(month)
    unconfirmed = np.bincount(unsure_units, minlength=len(month)) > 0
    return replace(by_month, unconfirmed=by_month.unconfirmed | unconfirmed)


def _row(
    table: CeilingTable,
    of: UnitMonths,
    person: Numbers,
    outpatient: Flags | bool = False,
    disease: Codes | int = NO_DISEASE,
) -> Numbers:
    """The rows that hold for people."""
    unit = of.unit[person]
    return table.numbered(
        of.month[unit],
        np.where(of.elderly[person], of.elderly_name[unit], of.name[unit]),
        of.half[person] | of.halved[unit],
        of.multiple[unit],
        outpatient,
        disease,
    )


def _held(table: CeilingTable, of: UnitMonths, name: Codes, holds: Flags, amount: Yen, cost: Yen) -> Yen:
    """Amounts of units held to their ceilings, where these hold."""
    row = table.numbered(of.month, name, of.halved, of.multiple)
    found = amount.copy()
    found[holds] = np.minimum(amount[holds], table.at(row[holds], cost[holds]))
    return found


def _sum(group: Numbers, amount: Yen, groups: int, of: Flags | slice = slice(None)) -> Yen:
    """Sums by group. Yen of a group stay far below 2^53, so doubles are exact."""
    return np.bincount(group[of], weights=amount[of], minlength=groups).astype(np.int64)
