"""レセプト特記事項: which may stand on such a receipt, beside which others, and which must."""

from collections.abc import Iterator

from kaihoken.claims.checks.terms import Terms, found
from kaihoken.claims.finding import Finding
from kaihoken.claims.receipt import Receipt
from kaihoken.claims.records import Insured, Meaning, clashing_notes, code_tables, notes_in, receipt_type
from kaihoken.identity import Scheme

_INCOME = "income"
"""The group of 特記事項 that tell 所得区分 and 多数回該当."""


def notes(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """特記事項 are two digits each, stand in the month and on such receipts, and do not exclude each other."""
    month, common = receipt.month, receipt.common
    if month is None or not receipt.notes:
        return
    if len(receipt.notes[-1]) != 2:
        yield found("note.width", receipt, common, "notes")
        return
    known = notes_in(month)
    kind = receipt_type(receipt.type_code, month)
    for code in dict.fromkeys(receipt.notes):
        note = known.get(code)
        if note is None:
            yield found("note.unknown", receipt, common, "notes", code=code)
        elif kind is not None and not note.stands_on(kind, month):
            check = "note.not-here" if note.sure else "note.not-here-unconfirmed"
            yield found(check, receipt, common, "notes", code=code, note=note.name, type=receipt.type_code)
    for one, other in clashing_notes(receipt.notes, month):
        yield found("note.clash", receipt, common, "notes", one=one, other=other)


def income(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """A receipt of somebody over 70 tells the 所得区分."""
    month = receipt.month
    kind = receipt_type(receipt.type_code, month) if month is not None else None
    if month is None or kind is None or kind.person not in (Insured.ELDERLY, Insured.ELDERLY_FULL):
        return
    known = notes_in(month)
    if not any(known[code].group == _INCOME for code in receipt.notes if code in known):
        yield found("note.income-missing", receipt, receipt.common, "notes", type=receipt.type_code)


def half(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """高半 (75歳到達月) is for the family of who turned 75 in the insurance of employees, not for who works."""
    month, insurance = receipt.month, receipt.insurance
    kind = receipt_type(receipt.type_code, month) if month is not None else None
    insurer = insurance.known if insurance is not None else None
    if kind is None or kind.person is not Insured.SELF or insurer is None:
        return
    if insurer.scheme is not Scheme.NATIONAL_HEALTH and _says(receipt, Meaning.HALF_CEILING):
        yield found("note.half", receipt, receipt.common, "notes")


def outside(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """Accidents that others answer for are not what insurance is checked for: said, and left alone. 船員保険 pays for
    some of those at work."""
    if receipt.month is None:
        return
    if _says(receipt, Meaning.THIRD_PARTY):
        yield found("outside.third-party", receipt, receipt.common, "notes")
    insurance = receipt.insurance
    if insurance is None or (insurance.known is not None and insurance.known.scheme is Scheme.SEAMEN):
        return
    duty = code_tables(receipt.month)["duty"].meaning(receipt.text(insurance.line, "duty"))
    if duty is Meaning.AT_WORK:
        yield found("outside.at-work", receipt, insurance.line, "duty")


def _says(receipt: Receipt, meaning: Meaning) -> bool:
    """Whether a 特記事項 of the receipt says it."""
    known = notes_in(receipt.month) if receipt.month is not None else {}
    return any(known[code].means is meaning for code in receipt.notes if code in known)
