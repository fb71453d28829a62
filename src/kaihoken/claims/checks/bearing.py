"""What the patient and the payers bear: shares, ceilings, meals, relief, and the order of public payers."""

from collections.abc import Iterator
from datetime import date

from kaihoken import rules
from kaihoken.claims.checks.terms import Terms, found
from kaihoken.claims.finding import Finding
from kaihoken.claims.receipt import YEN_PER_POINT, Insurance, Receipt, day_of_care, whole
from kaihoken.claims.records import Insured, Meaning, NoteClasses, ReceiptType, code_tables, receipt_type
from kaihoken.identity import Scheme
from kaihoken.payment import (
    PublicExpenseOrder,
    Setting,
    ShareKind,
    SpecifiedDisease,
    ceiling_of,
    statutory_share,
    turns_75_in,
)
from kaihoken.problems import Problem

_IN_KIND = (Meaning.IN_KIND, Meaning.IN_KIND_OFTEN)


def benefit(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """給付割合 stands on receipts of 国保 alone, and leaves the patient no more than the law does."""
    if not receipt.benefit:
        return
    insurer = receipt.insurance.known if receipt.insurance is not None else None
    if insurer is None:
        return
    if insurer.scheme is not Scheme.NATIONAL_HEALTH:
        yield found("bearing.benefit-elsewhere", receipt, receipt.common, "benefit")
        return
    day = day_of_care(receipt)
    benefit = whole(receipt.benefit)
    if receipt.birthdate is None or day is None or benefit is None:
        return
    share = statutory_share(receipt.birthdate, day, law=insurer.law.code)
    most = share.percent if share.kind is ShareKind.VALUE else share.high
    borne = 100 - benefit
    if most is not None and borne > most:
        written, least = receipt.benefit, 100 - most
        yield found("bearing.benefit", receipt, receipt.common, "benefit", written=written, least=least)


def patient_yen(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """負担金額 is no more than the ceiling of the class that the receipt names, or of its 特定疾病. It stands where
    高額療養費 was given in kind, where 公費 pays or where there is relief, and nowhere else."""
    insurance = receipt.insurance
    if insurance is None or receipt.month is None:
        return
    counter = _counter(receipt, receipt.month)
    if insurance.patient_yen is None:
        if counter in _IN_KIND:
            yield found("bearing.in-kind-empty", receipt, insurance.line, "patient_yen")
        return
    relieved = bool(receipt.text(insurance.line, "relief"))
    if counter is Meaning.NOT_IN_KIND and not receipt.publics and not relieved:
        yield found("bearing.not-in-kind", receipt, insurance.line, "patient_yen")
    ceiling = _ceiling(receipt, insurance, receipt.month)
    if ceiling is not None and insurance.patient_yen > ceiling[0]:
        check = "bearing.beyond-ceiling-unconfirmed" if ceiling[1] else "bearing.beyond-ceiling"
        facts = {"written": insurance.patient_yen, "ceiling": ceiling[0]}
        yield found(check, receipt, insurance.line, "patient_yen", **facts)


def meals(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """An outpatient has no meals."""
    kind = _kind(receipt)
    if kind is None or kind.inpatient:
        return
    for payer in (receipt.insurance, *receipt.publics):
        if payer is not None and any(receipt.text(payer.line, key) for key in ("meals", "meal_yen")):
            yield found("bearing.meals", receipt, payer.line, "meals")


def meal_class(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """標準負担額区分 is one that stands for a ceiling of an outpatient; who has 現役並み所得 has none."""
    kind = _kind(receipt)
    if kind is None or kind.person is None or receipt.month is None or not receipt.meal_class:
        return
    marks = rules.load(NoteClasses, on=receipt.month).marks_of(kind.person, inpatient=kind.inpatient)
    if marks is not None and receipt.meal_class not in marks:
        facts = {"code": receipt.meal_class, "type": receipt.type_code}
        yield found("bearing.meal-class", receipt, receipt.common, "meal_class", **facts)


def often(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """Where 窓口負担額区分 says 多数回該当, a 特記事項 does, too."""
    month = receipt.month
    if month is None or _counter(receipt, month) is not Meaning.IN_KIND_OFTEN:
        return
    classes = rules.load(NoteClasses, on=month).by_code
    if not any(classes[code].often for code in receipt.notes if code in classes):
        yield found("bearing.often", receipt, receipt.common, "notes", code=receipt.counter)


def relief(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """減額 says by how much, in percent (of a hundred) or yen; 免除 and 猶予 do not."""
    insurance = receipt.insurance
    if insurance is None or receipt.month is None:
        return
    mark, percent, yen = (
        receipt.text(insurance.line, key) for key in ("relief", "relief_percent", "relief_yen")
    )
    amounts = bool(percent) + bool(yen)
    reduced = code_tables(receipt.month)["relief"].meaning(mark) is Meaning.REDUCED
    share = whole(percent)
    if share is not None and not 0 < share <= 100:
        yield found("bearing.relief-percent", receipt, insurance.line, "relief_percent", written=share)
    if reduced and amounts != 1:
        yield found("bearing.relief-amount", receipt, insurance.line, "relief")
    elif not reduced and amounts:
        yield found("bearing.relief-without", receipt, insurance.line, "relief")


def order(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """Public payers stand in the order in which they pay."""
    if len(receipt.publics) < 2 or receipt.month is None:
        return
    table = rules.load(PublicExpenseOrder, on=receipt.month)
    places = [table.place(public.payer[:2]) for public in receipt.publics]
    for before, after, public in zip(places, places[1:], receipt.publics[1:], strict=False):
        if after < before:
            yield found("bearing.order", receipt, public.line, "payer", payer=public.payer)


def _ceiling(receipt: Receipt, insurance: Insurance, month: date) -> tuple[int, bool] | None:
    """The ceiling in yen and whether it is unconfirmed; None where the receipt names no class."""
    kind = _kind(receipt)
    if kind is None or insurance.points is None or receipt.birthdate is None:
        return None
    classes = rules.load(NoteClasses, on=month)
    disease = next((one for one in classes.disease if one.code in receipt.notes), None)
    named = next((classes.by_code[code] for code in receipt.notes if code in classes.by_code), None)
    elderly = kind.person in (Insured.ELDERLY, Insured.ELDERLY_FULL)
    name = disease.name if disease else (named.elderly if elderly else named.under_70) if named else None
    if name is None:
        return None
    try:
        ceiling = ceiling_of(
            month,
            name,
            insurance.points * YEN_PER_POINT,
            setting=Setting.INPATIENT if kind.inpatient else Setting.OUTPATIENT,
            multiple=named is not None and named.often,
            halved=turns_75_in(receipt.birthdate, month),
            disease=SpecifiedDisease.DIALYSIS if disease else None,
        )
    except Problem:  # a month or a class for which there is no table
        return None
    return ceiling.amount, ceiling.unconfirmed


def _kind(receipt: Receipt) -> ReceiptType | None:
    return receipt_type(receipt.type_code, receipt.month) if receipt.month is not None else None


def _counter(receipt: Receipt, month: date) -> Meaning | None:
    """What 窓口負担額区分 says of 高額療養費 in kind."""
    return code_tables(month)["counter_payment"].meaning(receipt.counter)
