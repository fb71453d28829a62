"""Structure: which records a receipt has, in which order, how often."""

from collections import Counter
from collections.abc import Iterator

from kaihoken.claims.checks.terms import Terms, found
from kaihoken.claims.finding import Finding
from kaihoken.claims.receipt import Receipt


def records(receipt: Receipt, terms: Terms) -> Iterator[Finding]:
    """Each record as often as it may stand, and where it may stand."""
    by_id = terms.layout.by_id
    last = 0
    counts: dict[str, int] = {}
    for line in receipt.lines:
        kind = line.fields[0]
        layout = by_id.get(kind)
        if layout is None:
            continue
        count = counts[kind] = counts.get(kind, 0) + 1
        if layout.most is not None and count == layout.most + 1:
            yield found(layout.if_many, receipt, line, name=layout.name, most=layout.most)
        if layout.rank < last and not layout.restarts:
            yield found("structure.order", receipt, line, name=layout.name)
        else:
            last = layout.rank
    for layout in terms.layout.records:
        if layout.place == "receipt" and counts.get(layout.id, 0) < layout.least:
            yield found(layout.if_few, receipt, None, name=layout.name, missing=layout.id)
    if not receipt.acts:
        yield found("structure.no-acts", receipt, None)
    if receipt.insurance is None and not receipt.publics:
        yield found("structure.no-payer", receipt, None)


def sections(receipt: Receipt, terms: Terms) -> Iterator[Finding]:
    """診療識別 may be left out where it is that of the record before, but not for too long, and not at the first."""
    run, most = 0, terms.layout.without_section
    for at, line in enumerate(line for line in receipt.acts if receipt.position(line.kind, "section")):
        if line.at(1):
            run = 0
            continue
        run += 1
        if at == 0:
            yield found("structure.no-section", receipt, line, "section")
        elif most is not None and run == most + 1:
            yield found("structure.section-run", receipt, line, "section", most=most)


def payers_told_once(receipt: Receipt, _: Terms) -> Iterator[Finding]:
    """資格確認 and 受診日等: one for each payer, and of payers that the receipt has."""
    payers = {kind for kind, _payer in receipt.payers}
    for kind, told in (("SN", receipt.confirmations), ("JD", receipt.visits)):
        counts = Counter(one.payer_kind for one in told)
        for one in told:
            if one.payer_kind not in payers:
                yield found("structure.payer-unknown", receipt, one.line, "payer_kind", payer=one.payer_kind)
            elif counts[one.payer_kind] > 1 and one is not next(
                o for o in told if o.payer_kind == one.payer_kind
            ):
                yield found("structure.payer-twice", receipt, one.line, "payer_kind", kind=kind)


def visits_told(receipt: Receipt, terms: Terms) -> Iterator[Finding]:
    """Where the days of one payer are told, those of every payer are."""
    if not receipt.visits or "JD" not in terms.layout.by_id:
        return
    told = {visit.payer_kind for visit in receipt.visits}
    for kind, payer in receipt.payers:
        if kind not in told:
            yield found("structure.days-missing", receipt, payer.line, payer=kind)
