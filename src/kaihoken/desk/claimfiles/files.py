"""The claim files of one desk: each is checked once and held in memory, packed, until the desk ends or the days of
correcting are over. On disk is only what somebody ticked as corrected: a digest of the file and a place in it, sealed.
"""

import hashlib
import secrets
import zlib
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import accumulate
from typing import Final

import msgspec

from kaihoken.claims.checks import RECEIPT_CHECKS, Examined, Finding, ReceiptCheck, Step, Terms, examine
from kaihoken.claims.eligibility import Asking, Eligibility, Kept, Verdict
from kaihoken.claims.month import Month, Pile, claim_calendar, coming_days, drawn, together
from kaihoken.claims.receipt import Receipt
from kaihoken.claims.remedy import Change, Correcting
from kaihoken.claims.uke import read
from kaihoken.clock import Clock
from kaihoken.desk.safe import Drop, Put, Safe
from kaihoken.desk.slices import Sliced
from kaihoken.problems import Problem

SHELF: Final = "claim-corrected"
LARGEST_FILE: Final = 20 * 2**20
MOST_FINDINGS: Final = 20_000
MOST_FILES: Final = 4
"""A clinic sends two files a month; the oldest goes when a fifth comes."""
_SLICE: Final = 20
_PIECE: Final = 1 << 16
_NAMED: Final = "eligibility.branch"
"""The finding that names its mend: the registered 枝番."""
_UNANSWERED: Final = "eligibility.not-asked"


class Corrected(msgspec.Struct, frozen=True):
    """直した: a receipt of a file, by the file's digest and the receipt's place in it. `until` is when it goes."""

    file: str
    place: int
    until: date


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt and what would become of it by the register."""

    name: str
    chart: str
    verdict: Verdict


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """One of several files that came joined in one: its head, its receipts by their places from `first` to `last`, and
    what would come back of it if it went alone."""

    facility_name: str
    house: str
    claimed: date | None
    first: int
    last: int
    received: Pile
    at_stake: Pile


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A file that was checked. `month` is all of it, also where several were joined in one: then `joined` tells of
    each, and is empty otherwise. `packed` are its bytes;
    `until` is the last day on which it is held. Once its days were asked about, `asking` says how it went the last
    time, `judged` is every receipt, and `named` are the findings that name their mend; `kept` is what the hub answered
    so far, and goes with the file."""

    file: str
    digest: str
    month: Month
    joined: tuple[Joined, ...] = ()
    changes: tuple[Change, ...]
    packed: bytes
    until: date
    kept: Kept = msgspec.field(default_factory=Kept)
    asking: Asking | None = None
    judged: tuple[Judged, ...] = ()
    named: tuple[Finding, ...] = ()
    asked_times: int = 0

    @property
    def content(self) -> bytes:
        """The file as it was brought."""
        return zlib.decompress(self.packed)

    def corrected_bytes(self) -> bytes:
        """The file with its certain mends."""
        return b"".join(Correcting(self.named).bytes_of(read([self.content])))


class ClaimFiles:
    """Those that are held, and the ticks."""

    def __init__(self, safe: Safe, clock: Clock) -> None:
        """Reads the ticks and drops those whose time is over. Problem `desk.safe-broken`."""
        self._safe = safe
        self._clock = clock
        self._held: dict[str, Held] = {}
        self._ticks = {(one.file, one.place): one for one in safe.all(SHELF, Corrected)}
        self._forget()

    def all(self) -> list[Held]:
        """The files, the newest first."""
        self._forget()
        return list(reversed(self._held.values()))

    def get(self, file: str) -> Held:
        """That file. Problem `desk.no-such-claim-file`."""
        self._forget()
        try:
            return self._held[file]
        except KeyError:
            raise Problem("desk.no-such-claim-file") from None

    def taking(self, content: bytes) -> Sliced[Held]:
        """Checks a file, slice by slice, and holds it. The same bytes again are what is held of them, with what is
        known of their days. Problem `desk.claim-file-large`."""
        if len(content) > LARGEST_FILE:
            raise _too_large()
        digest = hashlib.sha256(content).hexdigest()
        if (held := self._of(digest)) is not None:
            return held
        correcting = Correcting()
        months: list[Month] = []
        steps = _counted(examine(correcting.seen(read(_pieces(content)))))
        for at, month in enumerate(drawn(steps)):
            if month is not None:
                months.append(month)
            if at % _SLICE == 0:
                yield
        packer = zlib.compressobj(1)
        packed = bytearray()
        for piece in _pieces(content):
            packed += packer.compress(piece)
            yield
        packed += packer.flush()
        held = Held(
            file=secrets.token_hex(8),
            digest=digest,
            month=together(months),
            joined=_joined(months),
            changes=tuple(correcting.changes),
            packed=bytes(packed),
            until=self._until(together(months).claimed),
        )
        self._keep(held)
        return held

    def weighing(self, held: Held, eligibility: Eligibility, kept: Kept) -> Sliced[Held]:
        """Checks a file that is held once more, with what is known of its days, and holds the result in its place.
        Problem `desk.claim-file-large`; `desk.no-such-claim-file` where it was taken away meanwhile."""
        content = held.content
        yield
        seen = _Seen()
        months: list[Month] = []
        steps = _counted(examine(read(_pieces(content)), (*RECEIPT_CHECKS, _answered(eligibility))))
        for at, month in enumerate(drawn(seen.passing(steps))):
            if month is not None:
                months.append(month)
            if at % _SLICE == 0:
                yield
        correcting = Correcting(seen.named)
        for at, _ in enumerate(correcting.seen(read(_pieces(content)))):
            if at % _SLICE == 0:
                yield
        weighed = msgspec.structs.replace(
            held,
            month=together(months),
            joined=_joined(months),
            changes=tuple(correcting.changes),
            kept=kept,
            asking=eligibility.asking,
            judged=seen.judged(eligibility.verdicts),
            named=tuple(seen.named),
            asked_times=held.asked_times + 1,
        )
        self.get(held.file)
        self._held[held.file] = weighed
        return weighed

    def standing(self, held: Held, broke: str, kept: Kept) -> Held:
        """Everything was known of a file, and asking for it once more broke off: what was known stands. Problem
        `desk.no-such-claim-file`."""
        self.get(held.file)
        asking = msgspec.structs.replace(held.asking or Asking(), broke=broke)
        stands = msgspec.structs.replace(held, kept=kept, asking=asking, asked_times=held.asked_times + 1)
        self._held[held.file] = stands
        return stands

    def drop(self, file: str) -> None:
        """Takes a file away; its ticks stay until their time is over, for the same file may come again."""
        self._held.pop(file, None)

    def ticked(self, held: Held) -> frozenset[int]:
        """The receipts that were corrected, by their places."""
        return frozenset(place for file, place in self._ticks if file == held.digest)

    def tick(self, held: Held, place: int, *, done: bool) -> None:
        """Somebody corrected that receipt in the レセコン, or did not after all. Problem `desk.no-such-receipt`."""
        if all(item.place != place for item in held.month.work):
            raise Problem("desk.no-such-receipt")
        name = f"{held.digest}-{place}"
        if done:
            one = Corrected(held.digest, place, self._ticked_until(held))
            self._safe.write([Put(SHELF, name, one)])
            self._ticks[one.file, one.place] = one
        else:
            self._safe.write([Drop(SHELF, name)])
            self._ticks.pop((held.digest, place), None)

    def _of(self, digest: str) -> Held | None:
        return next((one for one in self.all() if one.digest == digest), None)

    def _keep(self, held: Held) -> None:
        if (same := self._of(held.digest)) is not None:  # it came a second time while it was checked
            del self._held[same.file]
        while len(self._held) >= MOST_FILES:
            del self._held[next(iter(self._held))]
        self._held[held.file] = held

    def _until(self, claimed: date | None) -> date:
        """The last day of correcting of the month in which the file is sent; at least today."""
        today = self._clock.today()
        try:
            return max(today, claim_calendar(claimed or today.replace(day=1))[-1].day)
        except Problem:  # the head names a month long before the first rules
            return today

    def _ticked_until(self, held: Held) -> date:
        """A tick outlives a file whose days are over: what is late goes with the next claims, and until these are
        corrected the same file may come again."""
        return max(held.until, coming_days(self._clock.today())[-1].day)

    def _forget(self) -> None:
        today = self._clock.today()
        for name in [name for name, one in self._held.items() if one.until < today]:
            del self._held[name]
        old = [(key, one) for key, one in self._ticks.items() if one.until < today]
        if old:
            self._safe.write([Drop(SHELF, f"{one.file}-{one.place}") for _, one in old])
            for key, _ in old:
                del self._ticks[key]


def _joined(months: Sequence[Month]) -> tuple[Joined, ...]:
    """Each of several months; the places of the receipts run on from one file to the next."""
    if len(months) == 1:
        return ()
    last = list(accumulate(month.received.receipts for month in months))
    return tuple(
        Joined(
            facility_name=month.facility_name,
            house=month.house,
            claimed=month.claimed,
            first=end - month.received.receipts + 1,
            last=end,
            received=month.received,
            at_stake=month.coming_back,
        )
        for month, end in zip(months, last, strict=True)
    )


class _Seen:
    """What a second look keeps of a file beside its picture: who each receipt is about, and the mends by name."""

    def __init__(self) -> None:
        self.named: list[Finding] = []
        self._people: list[tuple[str, str]] = []

    def passing(self, steps: Iterator[Step]) -> Iterator[Step]:
        for step in steps:
            if isinstance(step, Examined):
                self._people.append((step.receipt.name, step.receipt.chart))
                self.named += (one for one in step.findings if one.check == _NAMED)
            yield step

    def judged(self, verdicts: Sequence[Verdict]) -> tuple[Judged, ...]:
        """The verdicts, which come receipt by receipt as the people do."""
        return tuple(
            Judged(name=name, chart=chart, verdict=verdict)
            for (name, chart), verdict in zip(self._people, verdicts, strict=True)
        )


def _answered(eligibility: Eligibility) -> ReceiptCheck:
    """What was found of the days that were answered. Which were not, their own page says: nothing of them is to be
    corrected, and a line that broke would bury the work under the whole file."""

    def check(receipt: Receipt, terms: Terms) -> Iterator[Finding]:
        return (one for one in eligibility.check(receipt, terms) if one.check != _UNANSWERED)

    return check


def _counted(steps: Iterator[Step]) -> Iterator[Step]:
    found = 0
    for step in steps:
        found += len(step.findings)
        if found > MOST_FINDINGS:
            raise _too_large()
        yield step


def _pieces(content: bytes) -> Iterator[bytes]:
    for at in range(0, len(content), _PIECE):
        yield content[at : at + _PIECE]


def _too_large() -> Problem:
    return Problem("desk.claim-file-large", most=LARGEST_FILE // 2**20, findings=MOST_FINDINGS)
