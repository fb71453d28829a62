"""再請求: what a receipt that was claimed before brings with it. Its 履歴管理ブロック stands behind it unchanged, and
its 検索番号 is that of the block."""

from collections.abc import Iterator, Sequence, Set
from functools import cache

from kaihoken import rules
from kaihoken.claims.checks.terms import Terms, found
from kaihoken.claims.finding import Finding
from kaihoken.claims.receipt import Receipt
from kaihoken.claims.records import ReturnedCodes, heads, history_layout
from kaihoken.claims.uke import Line

IN_FRONT = 3
"""Data kind, line number and branch stand in front of each record of the block."""
_LAST = "RC"
_LAST_FIELDS = 5
_HOUSE = 1
"""Where 審査支払機関 stands in the head of every kind of file."""


def history_findings(receipt: Receipt, terms: Terms) -> Iterator[Finding]:
    """The block stands in one piece at the end, its last line is レコード管理情報, and it is the block of this
    receipt."""
    block = history_of(receipt.lines)
    if not block:
        return
    if receipt.lines[-len(block)] is not block[0]:
        yield found("returned.block-apart", receipt, block[0])
    last = block[-1]
    if last.at(IN_FRONT) != _LAST or len(last.fields) != _LAST_FIELDS:
        yield found("returned.block-end", receipt, last)
    for line in block:
        if line.kind not in _data_kinds():
            yield found("returned.data-kind", receipt, line, kind=line.kind)
    if terms.house and (house := _house_in(block)) not in ("", terms.house):
        yield found("returned.other-house", receipt, block[0], house=house)
    written = search_in(block, receipt)
    if not receipt.search or (written and written != receipt.search):
        yield found("returned.search", receipt, receipt.common, "search")


def history_of(lines: Sequence[Line]) -> list[Line]:
    """The lines of the 履歴管理ブロック among those of a receipt."""
    return [line for line in lines if line.fields[0].isdecimal()]


def search_in(block: Sequence[Line], receipt: Receipt) -> str:
    """検索番号 as the first line of the block that has one says it: レセプト管理, or the receipt as it was claimed. ""
    where none does."""
    places = {"MN": history_layout().by_id["MN"].index["search"], "RE": receipt.position("RE", "search")}
    written = (line.at(IN_FRONT + places[line.at(IN_FRONT)]) for line in block if line.at(IN_FRONT) in places)
    return next((search for search in written if search), "")


def _house_in(block: Sequence[Line]) -> str:
    """審査支払機関 to which it was claimed before, as the head within the block says it; "" where there is none."""
    claimed = (line for line in block if line.at(IN_FRONT) in heads())
    return next((line.at(IN_FRONT + _HOUSE) for line in claimed), "")


@cache
def _data_kinds() -> Set[str]:
    """データ識別."""
    newest = rules.PACKAGED.versions(ReturnedCodes.family)[-1].effective_from
    return rules.load(ReturnedCodes, on=newest).by_id["data_kind"].by_code.keys()
