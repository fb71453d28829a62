"""レセプト種別 against the rest: who pays, where it is sent, how old the patient is."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from kaihoken import rules
from kaihoken.claims.checks.forms import NumberForms
from kaihoken.claims.checks.terms import Terms, found
from kaihoken.claims.finding import Finding
from kaihoken.claims.receipt import Receipt, last_day_of
from kaihoken.claims.records import (
    Insurance,
    Insured,
    Meaning,
    ReceiptType,
    ReceiptTypes,
    code_tables,
    receipt_type,
)
from kaihoken.claims.uke import Line
from kaihoken.coverage import ReviewTerms
from kaihoken.identity import InsurerNumber, Scheme, age_on, elderly_from, is_preschool, late_elderly_from


def kind(receipt: Receipt, terms: Terms) -> Iterator[Finding]:
    """種別 is one of those that there are, of this 点数表, and sent to whom such receipts are sent."""
    if receipt.month is None or not receipt.type_code:
        return
    known = receipt_type(receipt.type_code, receipt.month)
    if known is None:
        yield found("kind.unknown", receipt, receipt.common, "type", type=receipt.type_code)
        return
    if terms.layout.point_tables and known.point_table not in terms.layout.point_tables:
        yield found("kind.point-table", receipt, receipt.common, "type", type=receipt.type_code)
    if terms.house and terms.house not in known.payer_houses:
        yield found("kind.house", receipt, receipt.common, "type", type=receipt.type_code)
    kinds = {kind for kind, _payer in receipt.payers}
    if kinds != known.payer_kinds:
        yield found("kind.payers", receipt, receipt.common, "type", type=receipt.type_code, have=len(kinds))


def insurer(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """後期 and 退職 are claimed from insurers of these schemes, everything else from all others."""
    known, number = _known(receipt), _number(receipt)
    month = receipt.month
    if known is None or number is None or month is None or known.insurance is Insurance.PUBLIC:
        return
    if rules.load(ReceiptTypes, on=month).insurance_of(number.law.code) is not known.insurance:
        yield found("kind.scheme", receipt, _insurance_line(receipt), "insurer", type=receipt.type_code)


def house(receipt: Receipt, terms: Terms) -> Iterator[Finding]:
    """国保 and 後期 are sent to 国保連, all others to 支払基金."""
    number = _number(receipt)
    if number is None or receipt.month is None:
        return
    sent_to = code_tables(receipt.month)["payer_house"].meaning(terms.house)
    federation = number.scheme in _federation_schemes(receipt.month)
    if sent_to is not None and federation != (sent_to is Meaning.FEDERATION):
        yield found("kind.other-house", receipt, _insurance_line(receipt), "insurer")


def persons(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """自衛官 are insured for themselves alone, 日雇 have no share of high incomes."""
    known, number = _known(receipt), _number(receipt)
    if known is None or number is None or receipt.month is None:
        return
    only = rules.load(ReceiptTypes, on=receipt.month).only_by_law.get(number.law.code)
    if only is not None and known.person not in only.persons:
        yield found(only.check, receipt, receipt.common, "type", type=receipt.type_code)


def age(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """Who the patient is to the insurance fits the age in the month of care: 未就学 until the school year in which six
    is reached has ended, 高齢受給者 from 70, 後期 from 75 (65 with a disability), 本人 of 社保 from 15."""
    known, birthdate, month = _known(receipt), receipt.birthdate, receipt.month
    if known is None or known.person is None or birthdate is None or month is None:
        return
    for check in _age_checks(known, birthdate, month, _is_employee(receipt)):
        years = age_on(birthdate, max(month, birthdate))
        yield found(check, receipt, receipt.common, "type", type=receipt.type_code, age=years)


def _age_checks(known: ReceiptType, birthdate: date, month: date, employee: bool) -> Iterator[str]:
    """The checks that fire, also of who is not born yet, as the office checks do. Ages change between months but for
    75, which is reached on the birthday."""
    forms = rules.load(NumberForms, on=month)
    years = age_on(birthdate, max(_last(month), birthdate))
    preschool = is_preschool(birthdate, max(month, birthdate))
    seventy = elderly_from(birthdate) <= month
    person = known.person
    if known.insurance is Insurance.LATE_ELDERLY:
        if years < forms.late_elderly_from_age:
            yield "age.late-elderly"
    elif person is Insured.PRESCHOOL:
        if not preschool:
            yield "age.not-preschool"
    elif person in (Insured.ELDERLY, Insured.ELDERLY_FULL):
        if preschool:
            yield "age.preschool"
        elif not seventy or month >= late_elderly_from(birthdate):
            yield "age.elderly"
    else:
        if preschool:
            yield "age.preschool"
        if seventy:
            yield "age.seventy"
        if person is Insured.SELF and employee and years < forms.self_from_age:
            yield "age.self"


def _is_employee(receipt: Receipt) -> bool:
    """Whether the insurance is one of employees: there 本人 is who works, in 国保 who heads the household."""
    number = _number(receipt)
    return number is not None and number.scheme is not Scheme.NATIONAL_HEALTH


def _number(receipt: Receipt) -> InsurerNumber | None:
    return receipt.insurance.known if receipt.insurance is not None else None


def _insurance_line(receipt: Receipt) -> Line | None:
    return receipt.insurance.line if receipt.insurance is not None else None


def _federation_schemes(month: date) -> tuple[Scheme, ...]:
    """Whose claims 国保連 holds; before the first version of the terms it held the same."""
    earliest = rules.PACKAGED.versions(ReviewTerms.family)[0].effective_from
    return rules.load(ReviewTerms, on=max(month, earliest)).federation_schemes.value


def _known(receipt: Receipt) -> ReceiptType | None:
    return receipt_type(receipt.type_code, receipt.month) if receipt.month is not None else None


@lru_cache(maxsize=256)
def _last(month: date) -> date:
    return month.replace(day=last_day_of(month))
