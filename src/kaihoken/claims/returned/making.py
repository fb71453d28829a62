"""再請求: the claim made of a receipt that came back. The 履歴管理ブロック stays as it is, byte for byte, and so does
every field that nobody corrects; what is left out and what is changed is said with it."""

from collections.abc import Iterable, Sequence
from datetime import date
from difflib import unified_diff

import msgspec

from kaihoken.claims.checks import IN_FRONT, Ended, Examined, examine
from kaihoken.claims.finding import Finding
from kaihoken.claims.receipt import Receipt, receipt_of
from kaihoken.claims.records import ClaimLayout, MedicalLayout, RecordLayout, kind_of, layout_of
from kaihoken.claims.returned.edits import Change, Edit, edited, with_fields
from kaihoken.claims.returned.parts import Returned, ReturnedHead
from kaihoken.claims.uke import Line, ReceiptLines, read
from kaihoken.problems import Problem

_CRLF = b"\r\n"
_END = b"\x1a"
_FIRST_VOLUME = "00"
_LAST_VOLUME = "99"
_OTHER_HOUSE = frozenset(("kind.other-house", "kind.house"))
_HOUSES = {"1": "2", "2": "1"}
_NUMBERED = Edit(record="RE", field="number", value="1")
_FREED = Edit(record="RE", field="search", value="")


class Claim(msgspec.Struct, frozen=True):
    """A claim file with one receipt, to be looked at before anything is done with it. `file_name` says so (確認用).
    `changes` are the fields that are not as they came back, `dropped` the records that are left out, `kept` the lines
    of the 履歴管理ブロック; `diff` has every line that came or went. `findings` are what the checks say of it."""

    file_name: str
    content: bytes
    changes: tuple[Change, ...]
    dropped: tuple[str, ...]
    kept: int
    diff: tuple[str, ...]
    findings: tuple[Finding, ...]


def reclaim(
    head: ReturnedHead, returned: Returned, month: date, edits: Sequence[Edit] = (), facility_name: str = ""
) -> Claim:
    """The claim to the same 審査支払機関 in the month that begins on `month`, with these corrections. `facility_name`
    is needed where the block does not say it. Problems `claims.reclaim-no-history`, `claims.reclaim-damaged`,
    `claims.reclaim-search`, `claims.reclaim-other-house`, `claims.reclaim-facility`, and those of the corrections."""
    return _reclaimed(head, returned, returned.request, month, edits, facility_name)


def reclaim_as(
    head: ReturnedHead, returned: Returned, corrected: Receipt, month: date, facility_name: str = ""
) -> Claim:
    """The same with the receipt as the レセコン wrote it anew: its 検索番号 must be that of the returned one. Problem
    `claims.reclaim-other-receipt`, and those of `reclaim`."""
    if corrected.search != returned.receipt.search:
        raise Problem("claims.reclaim-other-receipt")
    lines = [line for line in corrected.lines if not line.kind.isdecimal()]
    return _reclaimed(head, returned, lines, month, (), facility_name)


def claim_late(
    head: ReturnedHead, returned: Returned, month: date, edits: Sequence[Edit] = (), facility_name: str = ""
) -> Claim:
    """A new claim (月遅れ) of what came back, to the 審査支払機関 of its insurer: without 検索番号 and without the
    block, which only the one that returned it knows."""
    layout = _layout(head, returned.request, month)
    lines, changes = edited(returned.request, edits, layout)
    lines, freed = with_fields(lines, [_NUMBERED, _FREED], layout)
    writing = _Writing(head, returned, layout, month, facility_name)
    house = head.terms.house
    claim = writing.claim(lines, [], [*changes, *freed], house)
    if house in _HOUSES and any(finding.check in _OTHER_HOUSE for finding in claim.findings):
        claim = writing.claim(lines, [], [*changes, *freed], _HOUSES[house])
    return claim


def _reclaimed(
    head: ReturnedHead,
    returned: Returned,
    request: Iterable[Line],
    month: date,
    edits: Sequence[Edit],
    facility_name: str,
) -> Claim:
    _refuse_without_history(returned)
    request = list(request)
    layout = _layout(head, request, month)
    lines, changes = edited(request, edits, layout)
    lines, numbered = with_fields(lines, [_NUMBERED], layout)
    writing = _Writing(head, returned, layout, month, facility_name)
    claim = writing.claim(lines, returned.history, [*changes, *numbered], head.terms.house)
    if any(finding.check in _OTHER_HOUSE for finding in claim.findings):
        raise Problem("claims.reclaim-other-house")
    return claim


def _refuse_without_history(returned: Returned) -> None:
    """A re-claim is known by its block, whole, and by the 検索番号 that both say."""
    if not returned.history:
        raise Problem("claims.reclaim-no-history")
    if returned.damaged:
        raise Problem("claims.reclaim-damaged")
    if not returned.can_reclaim:
        raise Problem("claims.reclaim-search")


def _layout(head: ReturnedHead, lines: Iterable[Line], month: date) -> ClaimLayout:
    """The layout of claims of the kind that came back, in the month in which they are claimed."""
    records = frozenset(line.kind for line in lines)
    return layout_of(kind_of(head.terms.point_table, records) or MedicalLayout, month)


class _Writing:
    """One claim file while it is written."""

    def __init__(
        self, head: ReturnedHead, returned: Returned, layout: ClaimLayout, month: date, facility_name: str
    ) -> None:
        self._head = head
        self._returned = returned
        self._layout = layout
        self._month = month
        self._facility_name = facility_name

    def claim(
        self, request: Sequence[Line], history: Sequence[Line], changes: Iterable[Change], house: str
    ) -> Claim:
        """The file, and what the checks say of it."""
        receipt = receipt_of(ReceiptLines(list(request), [], 1), self._layout)
        body = [line.raw for line in (*request, *history)]
        lines = [self._first(house), *body, self._last(receipt)]
        content = b"".join(line + _CRLF for line in lines) + _END
        kept = frozenset(line.raw for line in history)
        returned = self._returned
        dropped = [self._head.line.kind, *(reason.line.kind for reason in returned.reasons)]
        dropped += [line.at(IN_FRONT) for line in returned.history if line.raw not in kept]
        before = [self._head.line.raw, *(line.raw for line in returned.receipt.lines)]
        return Claim(
            file_name=f"確認用_{self._layout.file_name}",
            content=content,
            changes=tuple(changes),
            dropped=tuple(dropped),
            kept=len(history),
            diff=tuple(_diff(before, lines)),
            findings=tuple(_findings(content)),
        )

    def _first(self, house: str) -> bytes:
        """The head: as the block has it of the claim before, else as 返戻医療機関 says."""
        record = next(record for record in self._layout.records if record.place == "head")
        terms = self._head.terms
        written = self._claimed_head(record)
        fields = {key: written.at(IN_FRONT + at) for key, at in record.index.items()} if written else {}
        returned = self._head.terms.layout.by_id[self._head.line.kind].index
        fields |= {
            "payer_house": house,
            "prefecture": terms.prefecture,
            "point_table": terms.point_table,
            "facility": self._head.line.at(returned["facility"]),
            "claimed_month": self._month.strftime("%Y%m"),
            "volume": _FIRST_VOLUME,
        }
        fields["facility_name"] = self._facility_name or fields.get("facility_name", "")
        if not fields["facility_name"]:
            raise Problem("claims.reclaim-facility")
        return _line(record, fields)

    def _claimed_head(self, record: RecordLayout) -> Line | None:
        history = self._returned.history
        return next((line for line in history if line.at(IN_FRONT) == record.id), None)

    def _last(self, receipt: Receipt) -> bytes:
        """The end, counted anew: 総件数 counts payers, 総合計点数 is what the first of them is asked for."""
        payers = len(receipt.publics) + (receipt.insurance is not None)
        first = receipt.insurance or next(iter(receipt.publics), None)
        points = first.points if first is not None and first.points is not None else 0
        record = next(record for record in self._layout.records if record.place == "end")
        return _line(record, {"count": str(payers), "points": str(points), "volume": _LAST_VOLUME})


def _line(record: RecordLayout, fields: dict[str, str]) -> bytes:
    places = {at: fields.get(key, "") for key, at in record.index.items()}
    texts = [record.id, *(places.get(at, "") for at in range(1, len(record.positions) + 1))]
    return ",".join(texts).encode("cp932")


def _diff(before: Iterable[bytes], after: Iterable[bytes]) -> Iterable[str]:
    """Every line that came (+) or went (-)."""
    went, came = ([line.decode("cp932", "replace") for line in lines] for lines in (before, after))
    names = ("返戻 / returned", "確認用 / to be looked at")
    return unified_diff(went, came, *names, lineterm="", n=0)


def _findings(content: bytes) -> Iterable[Finding]:
    for step in examine(read([content])):
        if isinstance(step, Examined | Ended):
            yield from step.findings
