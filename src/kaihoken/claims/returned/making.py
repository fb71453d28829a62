"""再請求: the claim made of receipts that came back. The 履歴管理ブロック stays as it is, byte for byte, and so does
every field that nobody corrects; what is left out and what is changed is said with it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from difflib import unified_diff

import msgspec

from kaihoken.claims.checks import IN_FRONT, Ended, Examined, examine
from kaihoken.claims.finding import Finding
from kaihoken.claims.receipt import Receipt, receipt_of
from kaihoken.claims.records import (
    ClaimLayout,
    Meaning,
    MedicalLayout,
    RecordLayout,
    code_tables,
    kind_of,
    layout_of,
)
from kaihoken.claims.returned.edits import Change, Edit, edited, with_fields
from kaihoken.claims.returned.parts import Returned, ReturnedHead
from kaihoken.claims.uke import Line, ReceiptLines, read
from kaihoken.problems import Problem

_CRLF = b"\r\n"
_END = b"\x1a"
_FIRST_VOLUME = "00"
_LAST_VOLUME = "99"
_OTHER_HOUSE = frozenset(("kind.other-house", "kind.house"))
_FREED = Edit(record="RE", field="search", value="")
_WRITTEN_BY_OTHERS = ("insurer", "symbol", "number", "recipient")
"""What the 審査支払機関 wrote into 資格確認 (SN)."""


class Again(msgspec.Struct, frozen=True):
    """A receipt that is claimed again: with these corrections, or as the レセコン wrote it anew, whose 検索番号 must be
    that of the returned one."""

    returned: Returned
    edits: Sequence[Edit] = ()
    anew: Receipt | None = None


class Claim(msgspec.Struct, frozen=True):
    """A claim file, to be looked at before anything is done with it. `file_name` says so (確認用). `changes` are the
    fields that are not as they came back, `dropped` the records that are left out, `kept` the lines of the
    履歴管理ブロック; `diff` has every line that came or went. `findings` are what the checks say of it."""

    file_name: str
    content: bytes
    changes: tuple[Change, ...]
    dropped: tuple[str, ...]
    kept: int
    diff: tuple[str, ...]
    findings: tuple[Finding, ...]


def reclaim(head: ReturnedHead, receipts: Sequence[Again], month: date, facility_name: str = "") -> Claim:
    """The claim of some receipts of a returned file, numbered anew in that order, to the same 審査支払機関 in the month
    that begins on `month`. `facility_name` is needed where no block says it. Problems `claims.reclaim-no-history`,
    `claims.reclaim-damaged`, `claims.reclaim-search`, `claims.reclaim-other-receipt`, `claims.reclaim-other-house`,
    `claims.reclaim-facility`, and those of the corrections."""
    for one in receipts:
        _refuse_without_history(one.returned)
        if one.anew is not None and one.anew.search != one.returned.receipt.search:
            raise Problem("claims.reclaim-other-receipt")
    claim = _Writing(head, receipts, month, facility_name).claim(head.terms.house)
    if _is_elsewhere(claim):
        raise Problem("claims.reclaim-other-house")
    return claim


def claim_late(head: ReturnedHead, receipts: Sequence[Again], month: date, facility_name: str = "") -> Claim:
    """A new claim (月遅れ) of what came back, to the 審査支払機関 of its insurers: without 検索番号 and block, which
    only the one that returned it knows, and with 資格確認 as on every first claim. Problem `claims.reclaim-two-houses`
    where the insurers are claimed from both, and those of `reclaim` for the rest."""
    writing = _Writing(head, receipts, month, facility_name, late=True)
    house = head.terms.house
    claim = writing.claim(house)
    others = [code.code for code in code_tables(month)["payer_house"].codes if code.code != house]
    if len(others) == 1 and _is_elsewhere(claim):
        claim = writing.claim(others[0])
        if _is_elsewhere(claim):
            raise Problem("claims.reclaim-two-houses")
    return claim


def _is_elsewhere(claim: Claim) -> bool:
    return any(finding.check in _OTHER_HOUSE for finding in claim.findings)


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
        self,
        head: ReturnedHead,
        receipts: Sequence[Again],
        month: date,
        facility_name: str,
        *,
        late: bool = False,
    ) -> None:
        self._head = head
        self._month = month
        self._facility_name = facility_name
        self._returned = [one.returned for one in receipts]
        requests = [_request(one) for one in receipts]
        self._layout = _layout(head, (line for request in requests for line in request), month)
        self._kept = [] if late else [one.history for one in self._returned]
        self._requests: list[list[Line]] = []
        self._changes: list[Change] = []
        for place, (one, request) in enumerate(zip(receipts, requests, strict=True), 1):
            lines, changes = edited(request, one.edits, self._layout)
            own = [Edit(record="RE", field="number", value=str(place))]
            own += _as_first(lines, month) if late else []
            lines, more = with_fields(lines, own, self._layout)
            self._requests.append(lines)
            self._changes += (
                msgspec.structs.replace(change, receipt=str(place)) for change in (*changes, *more)
            )

    def claim(self, house: str) -> Claim:
        """The file, and what the checks say of it."""
        layout = self._layout
        receipts = [
            receipt_of(ReceiptLines(list(request), [], at), layout)
            for at, request in enumerate(self._requests, 1)
        ]
        kept = self._kept or [()] * len(receipts)
        body = [line.raw for one in zip(self._requests, kept, strict=True) for lines in one for line in lines]
        lines = [self._first(house), *body, self._last(receipts)]
        content = b"".join(line + _CRLF for line in lines) + _END
        before = [self._head.line.raw, *(line.raw for one in self._returned for line in one.receipt.lines)]
        return Claim(
            file_name=f"確認用_{layout.file_name}",
            content=content,
            changes=tuple(self._changes),
            dropped=tuple(self._dropped()),
            kept=sum(len(history) for history in self._kept),
            diff=tuple(_diff(before, lines)),
            findings=tuple(_findings(content)),
        )

    def _dropped(self) -> Iterator[str]:
        yield self._head.line.kind
        for one in self._returned:
            yield from (reason.line.kind for reason in one.reasons)
            if not self._kept:
                yield from (line.at(IN_FRONT) for line in one.history)

    def _first(self, house: str) -> bytes:
        """The head: as a block has it of the claim before, else as 返戻医療機関 says."""
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
        history = (line for one in self._returned for line in one.history)
        return next((line for line in history if line.at(IN_FRONT) == record.id), None)

    def _last(self, receipts: Iterable[Receipt]) -> bytes:
        """The end, counted anew: 総件数 counts payers, 総合計点数 is what the first of each is asked for."""
        payers = points = 0
        for receipt in receipts:
            payers += len(receipt.payers)
            points += next((payer.points or 0 for _kind, payer in receipt.payers), 0)
        record = next(record for record in self._layout.records if record.place == "end")
        return _line(record, {"count": str(payers), "points": str(points), "volume": _LAST_VOLUME})


def _request(again: Again) -> list[Line]:
    if again.anew is None:
        return list(again.returned.request)
    return [line for line in again.anew.lines if not line.kind.isdecimal()]


def _as_first(lines: Iterable[Line], month: date) -> list[Edit]:
    """What a first claim has otherwise: no 検索番号, and nothing in 資格確認 that others write."""
    codes = code_tables(month)["confirmation"].codes
    first = next(code.code for code in codes if code.means is Meaning.FIRST_CLAIM)
    told = sum(line.kind == "SN" for line in lines)
    edits = [_FREED]
    for nth in range(1, told + 1):
        edits.append(Edit(record="SN", field="confirmation", value=first, nth=nth))
        edits += [Edit(record="SN", field=field, value="", nth=nth) for field in _WRITTEN_BY_OTHERS]
    return edits


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
