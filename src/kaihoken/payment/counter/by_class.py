"""What a visit costs by 適用区分, for somebody who does not know theirs."""

import msgspec

from kaihoken.payment.ceiling import month_table
from kaihoken.payment.counter.bill import Bill, Visit
from kaihoken.payment.counter.reckoning import counter_bill


class ClassSum(msgspec.Struct, frozen=True, gc=False):
    """One class and what its patient pays today. `remuneration_from` is the lowest 標準報酬月額 of the class, None for
    who is free of resident tax."""

    name: str
    remuneration_from: int | None
    due_yen: int


def sums_by_class(visit: Visit, bill: Bill) -> tuple[ClassSum, ...]:
    """The sum of each class of that age and share, from the highest income down. None of them where the class is known
    or would change nothing, or where the share itself is open."""
    limit = visit.limit
    if limit is None or bill.due_yen is None or "open.limit-class" not in bill.open:
        return ()
    table = month_table(visit.on)
    rows = {**table.under_70.classes, **table.elderly.classes}
    rows |= {name: rows[row] for name, row in table.elderly.same_as.value.items()}
    sums = []
    for name in limit.classes(visit.on, bill.reckonings[0].percent):
        shown = msgspec.structs.replace(limit, name=name)
        due = counter_bill(msgspec.structs.replace(visit, limit=shown)).due_yen
        assert due is not None
        sums.append(ClassSum(name, rows[name].remuneration_from, due))
    return tuple(sums)
