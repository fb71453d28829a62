"""A claim file held against every check, receipt by receipt: what is found comes out as the file goes in, so a file
of a million receipts needs no more room than one of a hundred."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

import msgspec

from kaihoken.claims.checks import (
    arithmetic,
    bearing,
    coded,
    diseases,
    fees,
    kind,
    notes,
    numbers,
    person,
    reclaimed,
    structure,
)
from kaihoken.claims.checks.earlier import EarlierClaims
from kaihoken.claims.checks.terms import ReceiptCheck, Terms
from kaihoken.claims.checks.whole_file import WholeFile
from kaihoken.claims.finding import Finding
from kaihoken.claims.receipt import Receipt, month_judged, receipt_of
from kaihoken.claims.records import ReturnedLayout
from kaihoken.claims.uke import Head, Part, ReceiptLines, Tail
from kaihoken.problems import Problem

RECEIPT_CHECKS: tuple[ReceiptCheck, ...] = (
    structure.records,
    reclaimed.history_findings,
    structure.sections,
    structure.payers_told_once,
    structure.visits_told,
    coded.codes,
    person.months,
    person.name,
    person.birth,
    person.admission,
    kind.kind,
    kind.insurer,
    kind.house,
    kind.persons,
    kind.age,
    numbers.insurer,
    numbers.insured,
    numbers.branch,
    numbers.branch_told,
    numbers.unstated,
    numbers.publics,
    notes.notes,
    notes.income,
    notes.half,
    notes.outside,
    diseases.diseases,
    bearing.benefit,
    bearing.patient_yen,
    bearing.meals,
    bearing.meal_class,
    bearing.often,
    bearing.relief,
    bearing.order,
    arithmetic.points,
    arithmetic.burdens,
    arithmetic.times,
    arithmetic.open_unit,
    arithmetic.visit_days,
    arithmetic.billed_days,
    fees.points,
    fees.add_ons,
)


class Begun(msgspec.Struct, frozen=True):
    """A file begins."""

    terms: Terms
    findings: Sequence[Finding]


class Examined(msgspec.Struct, frozen=True):
    """One receipt and what was found in it."""

    receipt: Receipt
    findings: Sequence[Finding]


class Ended(msgspec.Struct, frozen=True):
    """A file ends: what its last records say, and what was found in the file as a whole."""

    receipts: int
    findings: Sequence[Finding]


Step: TypeAlias = Begun | Examined | Ended


def examine(
    parts: Iterable[Part],
    checks: Sequence[ReceiptCheck] = RECEIPT_CHECKS,
    earlier: EarlierClaims | None = None,
) -> Iterator[Step]:
    """Every part of a file with its findings, in the order of the file. Several files in one come one after another.
    `earlier` knows what the clinic claimed in the months before. Problem `claims.is-returned` for a returned file."""
    whole: WholeFile | None = None
    for part in parts:
        if isinstance(part, Head):
            if isinstance(part.layout, ReturnedLayout):
                raise Problem("claims.is-returned")
            whole = WholeFile(terms_of(part, earlier), part)
            yield Begun(whole.terms, [*part.findings, *whole.head_findings()])
        elif whole is None:
            raise ValueError("a file begins with its head")
        elif isinstance(part, Tail):
            yield Ended(whole.receipts, [*part.findings, *whole.tail_findings(part)])
        else:
            yield _examined(part, whole, checks)


def _examined(part: ReceiptLines, whole: WholeFile, checks: Sequence[ReceiptCheck]) -> Examined:
    terms = whole.terms
    receipt = receipt_of(part, terms.layout)
    findings = list(part.findings)
    for check in checks:
        findings += check(receipt, terms)
    findings += whole.receipt_findings(receipt)
    if findings:
        number = receipt.number or str(receipt.place)
        findings = [msgspec.structs.replace(finding, receipt=number) for finding in findings]
    return Examined(receipt, findings)


def terms_of(head: Head, earlier: EarlierClaims | None = None) -> Terms:
    """What the head of a file says, as far as it can be read."""
    line = next(iter(head.named()), None)
    index = head.layout.by_id[line.kind].index if line is not None else {}

    def text(key: str) -> str:
        return line.at(index[key]) if line is not None and key in index else ""

    return Terms(
        layout=head.layout,
        claimed=month_judged(text("claimed_month")),
        house=text("payer_house"),
        prefecture=text("prefecture"),
        point_table=text("point_table"),
        facility=text("prefecture") + text("point_table") + text("facility"),
        facility_name=text("facility_name"),
        earlier=earlier,
    )


def receipts_of(parts: Iterable[Part]) -> Iterator[Receipt]:
    """The receipts of a file without any check."""
    layout = None
    for part in parts:
        if isinstance(part, Head):
            layout = part.layout
        elif isinstance(part, ReceiptLines) and layout is not None:
            yield receipt_of(part, layout)
