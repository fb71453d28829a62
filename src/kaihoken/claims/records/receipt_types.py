"""レセプト種別: what the four digits say of a receipt."""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated, ClassVar

import msgspec

from kaihoken import rules


class Insurance(StrEnum):
    """Which insurance is claimed from."""

    INSURED = "insured"  # 医保・国保
    PUBLIC = "public"  # 公費単独
    LATE_ELDERLY = "late-elderly"  # 後期高齢者医療
    RETIRED = "retired"  # 退職者医療


class Insured(StrEnum):
    """Who the patient is to the insurance."""

    SELF = "self"  # 本人・世帯主
    PRESCHOOL = "preschool"  # 未就学者
    FAMILY = "family"  # 家族・その他
    ELDERLY = "elderly"  # 高齢受給者・後期高齢者 一般・低所得
    ELDERLY_FULL = "elderly-full"  # 高齢受給者・後期高齢者 7割 (現役並み所得)


class ReceiptType(msgspec.Struct, frozen=True):
    """A レセプト種別 taken apart. `payers` is how many bear the receipt: its records HO and KO; `person` is None where
    公費 alone bears it. `payer_houses` are the 審査支払機関 to which such a receipt goes."""

    code: str
    point_table: str
    insurance: Insurance
    payers: int
    inpatient: bool
    person: Insured | None
    payer_houses: tuple[str, ...]

    @property
    def payer_kinds(self) -> frozenset[str]:
        """The 負担者種別 of everybody who bears it: "1" the insurance, "2" to "5" the first to fourth 公費."""
        first = 2 if self.insurance is Insurance.PUBLIC else 1
        return frozenset(str(kind) for kind in range(first, first + self.payers))


class _PointTable(msgspec.Struct, frozen=True):
    code: str
    inpatients: bool


class _Insurance(msgspec.Struct, frozen=True):
    code: str
    insurance: Insurance
    payer_houses: tuple[str, ...]
    payers: Annotated[int, msgspec.Meta(ge=1, le=5)]
    persons: tuple[Insured, ...]
    laws: tuple[str, ...] = ()


class _Person(msgspec.Struct, frozen=True):
    person: Insured
    inpatient: str
    outpatient: str


class PersonsOfLaw(msgspec.Struct, frozen=True):
    """Whom alone the insurers of some 法別番号 insure, and the check that says of a receipt of anybody else."""

    laws: tuple[str, ...]
    persons: tuple[Insured, ...]
    check: str


class ReceiptTypes(msgspec.Struct, frozen=True, dict=True):
    """What each digit may be, and of whose insurers (rule family claims/receipt-types)."""

    family: ClassVar[str] = "claims/receipt-types"

    point_tables: tuple[_PointTable, ...]
    insurances: tuple[_Insurance, ...]
    persons: tuple[_Person, ...]
    only: tuple[PersonsOfLaw, ...]

    @cached_property
    def only_by_law(self) -> Mapping[str, PersonsOfLaw]:
        """Whom alone the insurers of a 法別番号 insure; one that is not in it insures everybody."""
        return {law: one for one in self.only for law in one.laws}

    def insurance_of(self, law: str) -> Insurance:
        """The insurance on the receipts of the insurers of a 法別番号 ("" is 国保)."""
        return next((each.insurance for each in self.insurances if law in each.laws), Insurance.INSURED)

    @cached_property
    def by_code(self) -> Mapping[str, ReceiptType]:
        """Every lawful レセプト種別."""
        return {made.code: made for made in self._made()}

    def _made(self) -> Iterator[ReceiptType]:
        digits = {each.person: each for each in self.persons}
        for table in self.point_tables:
            for law in self.insurances:
                for payers in range(1, law.payers + 1):
                    for person in law.persons:
                        begin = f"{table.code}{law.code}{payers}"
                        who = None if law.insurance is Insurance.PUBLIC else person
                        outside = ReceiptType(
                            begin + digits[person].outpatient,
                            table.code,
                            law.insurance,
                            payers,
                            inpatient=False,
                            person=who,
                            payer_houses=law.payer_houses,
                        )
                        yield outside
                        if table.inpatients:
                            code = begin + digits[person].inpatient
                            yield msgspec.structs.replace(outside, code=code, inpatient=True)


def receipt_type(code: str, month: date) -> ReceiptType | None:
    """What a レセプト種別 says in the month of care that begins on `month`; None where there is no such one. Raises
    Problem `rules.no_version`."""
    return rules.load(ReceiptTypes, on=month).by_code.get(code)
