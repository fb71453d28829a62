"""What a file changes in the desk's list of patients. Pure: the same file a second time changes nothing.

Files may be parts: who is not in one stays, and what a row does not say stays as it was. 公費 are only ever added or
given another 受給者番号: absent is not ended.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec

from kaihoken.desk.files.cells import number_key
from kaihoken.desk.files.columns import Field
from kaihoken.desk.files.rows import BadRow, PatientRow, Rows, refused
from kaihoken.desk.patients import Patient, Subsidy
from kaihoken.identity import may_be_same_name


@dataclass(slots=True)
class Merged:
    """The patients to be written, how many stay as they are, the rows that cannot be taken, and everybody whom the rows
    name, by the desk's key of them."""

    new: list[Patient] = field(default_factory=list)
    changed: list[Patient] = field(default_factory=list)
    same: int = 0
    bad: list[BadRow] = field(default_factory=list)
    named: set[str] = field(default_factory=set)


def merge(rows: Rows[PatientRow], patients: Iterable[Patient]) -> Merged:
    """The rows beside the patients that are known. They are told apart by 患者番号 alone; one that now names somebody
    else altogether (another name and another birthdate) is refused."""
    known = {number_key(one.number): one for one in patients}
    merged = Merged(bad=list(rows.bad))
    for line, row in rows.good:
        key = number_key(row.number)
        there = known.get(key)
        if there is None:
            merged.new.append(_new(row))
            continue
        merged.named.add(there.patient)
        if _is_somebody_else(there, row):
            merged.bad.append(refused(line, "desk.file-somebody-else", Field.NUMBER))
            continue
        after = with_row(there, row)
        if after == there:
            merged.same += 1
        else:
            merged.changed.append(after)
    return merged


def with_row(patient: Patient, row: PatientRow) -> Patient:
    """The patient after what a row says. An insurance is taken as a whole: parts of two are no insurance. A 割合 of
    another insurance does not stay."""
    moved = any(row.insurance) and row.insurance != _insurance(patient)
    insurer_number, symbol, insured_number, branch = row.insurance if moved else _insurance(patient)
    kept_share = None if moved and row.insurer_number != patient.insurer_number else patient.share_percent
    return msgspec.structs.replace(
        patient,
        number=row.number,
        name=row.name,
        kana=row.kana or patient.kana,
        birthdate=row.birthdate or patient.birthdate,
        insurer_number=insurer_number,
        symbol=symbol,
        insured_number=insured_number,
        branch=branch,
        share_percent=row.share_percent if row.share_percent is not None else kept_share,
        subsidies=_with_subsidies(patient.subsidies, row.subsidies),
        phone=row.phone or patient.phone,
    )


def _new(row: PatientRow) -> Patient:
    empty = Patient(patient=secrets.token_hex(8), number=row.number, name=row.name)
    return with_row(empty, row)


def _insurance(patient: Patient) -> tuple[str, str, str, str]:
    return patient.insurer_number, patient.symbol, patient.insured_number, patient.branch


def _with_subsidies(held: Sequence[Subsidy], said: Sequence[Subsidy]) -> tuple[Subsidy, ...]:
    by_payer = {one.payer_number: one for one in held}
    by_payer.update((one.payer_number, one) for one in said)
    return tuple(by_payer.values())


def _is_somebody_else(patient: Patient, row: PatientRow) -> bool:
    both = patient.birthdate is not None and row.birthdate is not None
    return both and patient.birthdate != row.birthdate and not may_be_same_name(patient.name, row.name)
