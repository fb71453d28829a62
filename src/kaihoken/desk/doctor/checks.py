"""The checks: for each part of a desk one small decision over facts. Pure.

The table is ordered so that a cause stands before what follows from it. A part whose cause is at fault is not judged: a
hub behind a cut line is not a second fault.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from kaihoken.desk.doctor.facts import Distrust, Facts, Reach, ReaderIs
from kaihoken.desk.line import LineState
from kaihoken.problems import Fact, Problem

FULL_BYTES: Final = 100_000_000
LOW_BYTES: Final = 1_000_000_000
CLOCK_WARNS_SECONDS: Final = 60
CLOCK_FAILS_SECONDS: Final = 300
SLOW_SECONDS: Final = 3.0
SOON_DAYS: Final = 14
EARLY_DAYS: Final = 30
"""A certificate is renewed within its last days; one that comes before them was not announced by the old one's end."""
PHONES_SOON_DAYS: Final = 30
"""The clinic itself has to renew what phones are shown: earlier than the hub's, which its operator renews."""
NEWS_DAYS: Final = 14
"""For so long a certificate that came early is pointed out."""

_MEGABYTE: Final = 1_000_000
_OK, _UNAVAILABLE = 200, 503
_DISABLED: Final = "access.client-disabled"
_TIME: Final = "access.assertion-time"
_OTHER_HUB: Final = frozenset({"access.metadata-refused", "access.assertion-audience"})


class Part(StrEnum):
    """What can fail, causes first."""

    DISK = "disk"
    SAFE = "safe"
    ENROLMENT = "enrolment"
    LINE = "line"
    CLOCK = "clock"
    CERTIFICATE = "certificate"
    HUB = "hub"
    KEY = "key"
    READER = "reader"
    ROOTS = "roots"
    FOLDER = "folder"
    PHONES = "phones"


class Standing(StrEnum):
    """How a part stands."""

    WELL = "well"
    WARNING = "warning"
    FAULT = "fault"
    FOLLOWS = "follows"  # its cause is at fault: it is not judged
    UNUSED = "unused"  # not set up here, or it cannot be looked at just now


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found. Its words are `doctor.<code>` of the desk's catalogue; where a `problem` is given, that's."""

    code: str
    is_fault: bool = True
    facts: Mapping[str, Fact] = field(default_factory=dict)
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One row: the part, the parts that explain its failing, whether it is there at all, and the decision."""

    part: Part
    after: tuple[Part, ...]
    is_used: Callable[[Facts], bool]
    find: Callable[[Facts], Finding | None]


@dataclass(frozen=True, slots=True)
class Result:
    """How a part stands. `cause` is the part at fault from which this one follows."""

    part: Part
    standing: Standing
    finding: Finding | None = None
    cause: Part | None = None


def examined(facts: Facts) -> tuple[Result, ...]:
    """Every part in the order of the table."""
    results: dict[Part, Result] = {}
    for check in CHECKS:
        results[check.part] = _result(check, facts, results)
    return tuple(results.values())


def is_well(results: tuple[Result, ...]) -> bool:
    """Whether no part is at fault; warnings are none."""
    return all(one.standing is not Standing.FAULT for one in results)


def _result(check: Check, facts: Facts, before: Mapping[Part, Result]) -> Result:
    for part in check.after:
        earlier = before[part]
        if earlier.standing is Standing.FAULT:
            return Result(check.part, Standing.FOLLOWS, cause=part)
        if earlier.standing is Standing.FOLLOWS:
            return Result(check.part, Standing.FOLLOWS, cause=earlier.cause)
    if not check.is_used(facts):
        return Result(check.part, Standing.UNUSED)
    found = check.find(facts)
    if found is None:
        return Result(check.part, Standing.WELL)
    return Result(check.part, Standing.FAULT if found.is_fault else Standing.WARNING, found)


def disk(facts: Facts) -> Finding | None:
    """Free space where the desk keeps its things."""
    free = facts.free_bytes
    if free is None or free >= LOW_BYTES:
        return None
    code = "disk.full" if free < FULL_BYTES else "disk.low"
    return Finding(code, free < FULL_BYTES, {"free": free // _MEGABYTE})


def safe(facts: Facts) -> Finding | None:
    """Whether what is kept opens with the key of this PC."""
    return Finding("safe", problem=facts.safe) if facts.safe is not None else None


def enrolment(facts: Facts) -> Finding | None:
    """Whether a hub knows this desk, and it is the one of the settings."""
    if not facts.enrolled_at:
        return Finding("enrolment.none")
    if facts.hub and facts.enrolled_at.rstrip("/") != facts.hub.rstrip("/"):
        return Finding("enrolment.other", False, {"hub": facts.enrolled_at, "named": facts.hub})
    return None


_REACHES = {
    Reach.NO_NETWORK: "line.no-network",
    Reach.NO_NAME: "line.no-name",
    Reach.REFUSED: "line.refused",
    Reach.SILENT: "line.silent",
    Reach.PROXY: "line.proxy",
    Reach.PLAIN: "line.plain",
    Reach.BROKEN: "line.broken",
}


def line(facts: Facts) -> Finding | None:
    """Whether a question comes through to a machine that answers, and how fast."""
    way = facts.way
    if way is None:
        return None
    if way.reach in _REACHES:
        stopped_at = way.proxy or way.host
        return Finding(_REACHES[way.reach], facts={"host": stopped_at})
    if way.seconds > SLOW_SECONDS or facts.line is LineState.SLOW:
        return Finding("line.slow", False, {"seconds": f"{way.seconds:.1f}"})
    return None


def clock(facts: Facts) -> Finding | None:
    """The PC's clock against the hub's."""
    if facts.way is None or facts.way.date is None:
        return None
    ahead = round((facts.now - facts.way.date).total_seconds())
    if abs(ahead) <= CLOCK_WARNS_SECONDS:
        return None
    code = "clock.ahead" if ahead > 0 else "clock.behind"
    return Finding(code, abs(ahead) > CLOCK_FAILS_SECONDS, {"minutes": -(-abs(ahead) // 60)})


def certificate(facts: Facts) -> Finding | None:
    """The hub's certificate: its days, its authority, its name, and whether it is the one that was known."""
    way = facts.way
    if facts.authorities is not None:
        return Finding("certificate", problem=facts.authorities)
    if way is None or way.certificate is None:
        return None
    shown, now = way.certificate, way.date or facts.now
    if way.distrust is Distrust.NAME:
        return Finding("certificate.name", facts={"host": way.host})
    if way.distrust is Distrust.AUTHORITY:
        return Finding("certificate.authority", facts={"issuer": shown.issuer})
    if now < shown.since:
        return Finding("certificate.early", facts={"day": f"{shown.since:%Y-%m-%d}"})
    if now > shown.until or way.distrust is Distrust.DATES:
        return Finding("certificate.expired", facts={"day": f"{shown.until:%Y-%m-%d}"})
    known = facts.known
    if known is not None and known.early and (facts.now - known.since).days < NEWS_DAYS:
        facts_of_it = {"day": f"{known.since:%Y-%m-%d}", "issuer": known.issuer}
        return Finding("certificate.changed", False, facts_of_it)
    left = (shown.until - now).days
    return Finding("certificate.soon", False, {"days": left}) if left < SOON_DAYS else None


def hub(facts: Facts) -> Finding | None:
    """Whether it is a hub, ours, and ready."""
    way = facts.way
    if way is None:
        return None
    if not way.is_hub or facts.asked in _OTHER_HUB:
        return Finding("hub.other", facts={"host": way.host})
    if way.status == _UNAVAILABLE:
        return Finding("hub.not-ready")
    if way.status != _OK:
        return Finding("hub.fault", facts={"status": way.status})
    return None


def key(facts: Facts) -> Finding | None:
    """What the hub says to this desk's own key."""
    if not facts.asked:
        return None
    if facts.asked == _DISABLED:
        return Finding("key.disabled")
    if facts.asked == _TIME:
        return Finding("key.clock")
    return Finding("key.refused", facts={"code": facts.asked})


def reader(facts: Facts) -> Finding | None:
    """The card reader and its driver."""
    seen = facts.reader
    if seen is None:
        return None
    if seen.problem is not None:
        return Finding("reader", problem=seen.problem)
    if seen.kind is ReaderIs.VIRTUAL:
        return None if facts.demo else Finding("reader.virtual", is_fault=False)
    return None if seen.count else Finding("reader.none")


def roots(facts: Facts) -> Finding | None:
    """Whose cards are taken."""
    if facts.roots is not None:
        return Finding("roots", problem=facts.roots)
    return None if facts.has_roots else Finding("roots.none", is_fault=False)


def folder(facts: Facts) -> Finding | None:
    """The folders into which a レセコン writes."""
    seen = facts.folder
    if seen is None:
        return None
    if seen.is_away:
        return Finding("folder.away", facts={"folder": seen.folder})
    if not seen.is_there:
        return Finding("folder.missing", facts={"folder": seen.folder})
    if seen.missing:
        return Finding("folder.parts", facts={"folder": seen.folder, "missing": "・".join(seen.missing)})
    return None if seen.is_writable else Finding("folder.locked", facts={"folder": seen.folder})


def phones(facts: Facts) -> Finding | None:
    """The certificate by which patients' phones reach the questionnaire: a phone says no more than "not safe"."""
    door = facts.phones
    if door is None:
        return None
    if door.problem is not None:
        return Finding("phones", problem=door.problem)
    if door.unread:
        return Finding("phones.file", facts={"setting": door.unread})
    if not door.fits or door.since is None or door.until is None:
        return Finding("phones.pair")
    if not door.is_named:
        return Finding("phones.name", facts={"name": door.name, "names": "・".join(door.names) or "–"})
    if facts.now < door.since:
        return Finding("phones.early", facts={"day": f"{door.since:%Y-%m-%d}"})
    if facts.now > door.until:
        return Finding("phones.expired", facts={"day": f"{door.until:%Y-%m-%d}"})
    left = (door.until - facts.now).days
    return Finding("phones.soon", False, {"days": left}) if left < PHONES_SOON_DAYS else None


CHECKS: Final[tuple[Check, ...]] = (
    Check(Part.DISK, (), lambda facts: facts.free_bytes is not None, disk),
    Check(Part.SAFE, (Part.DISK,), lambda facts: not facts.is_held, safe),
    Check(Part.ENROLMENT, (Part.SAFE,), lambda facts: not facts.is_held, enrolment),
    Check(Part.LINE, (), lambda facts: facts.way is not None, line),
    Check(
        Part.CLOCK, (Part.LINE,), lambda facts: facts.way is not None and facts.way.date is not None, clock
    ),
    Check(
        Part.CERTIFICATE,
        (Part.LINE, Part.CLOCK),
        lambda facts: (
            facts.authorities is not None or (facts.way is not None and facts.way.certificate is not None)
        ),
        certificate,
    ),
    Check(Part.HUB, (Part.LINE, Part.CERTIFICATE), lambda facts: facts.way is not None, hub),
    Check(
        Part.KEY,
        (Part.ENROLMENT, Part.LINE, Part.CLOCK, Part.CERTIFICATE, Part.HUB),
        lambda facts: facts.asked is not None,
        key,
    ),
    Check(Part.READER, (), lambda facts: facts.reader is not None, reader),
    Check(Part.ROOTS, (), lambda facts: facts.has_roots is not None, roots),
    Check(Part.FOLDER, (), lambda facts: facts.folder is not None, folder),
    Check(Part.PHONES, (), lambda facts: facts.phones is not None, phones),
)
"""Every check, causes before what follows from them. A row that has none of what it looks at is not used here."""
