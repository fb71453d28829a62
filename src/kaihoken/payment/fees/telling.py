"""The answer of `add_ons` in words and as data."""

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from kaihoken.payment.fees.law import Fact, Item, Kind, Level, Occasion, Record
from kaihoken.payment.fees.standing import AddOns, Lack, Ladder, Standing
from kaihoken.payment.fees.terms import Doubt
from kaihoken.web import Language, messages


class ToldUsage(msgspec.Struct, frozen=True):
    """マイナ保険証利用率: what is needed, over which months, and the best of those that are known."""

    needed: float
    months: tuple[str, ...]
    best: float | None


class ToldLack(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is missing: `still` of `facts`, or a usage rate."""

    facts: tuple[Fact, ...] = ()
    still: int = 1
    unsaid: tuple[Fact, ...] = ()
    usage: ToldUsage | None = None


class ToldItem(msgspec.Struct, frozen=True):
    """An item. Null points or a null code are not known; null months: as often as it happens."""

    key: str
    name: str
    occasion: Occasion
    record: Record
    points: int | None
    code: str | None
    months: int | None
    usage_level: Level | None
    met: bool
    missing: tuple[ToldLack, ...]
    waived: tuple[Fact, ...]
    unconfirmed: tuple[Doubt, ...]


class ToldLadder(msgspec.Struct, frozen=True):
    """Items of which one is claimed: the one reached, and the next above it with what it still needs."""

    group: str
    reached: ToldItem | None
    next: ToldItem | None


class Told(msgspec.Struct, frozen=True):
    """The answer as JSON has it."""

    on: date
    kind: Kind
    rules: str
    add_ons: tuple[ToldLadder, ...]
    forbidden: tuple[str, ...]


def as_data(answer: AddOns) -> Told:
    """The answer as data."""
    ladders = tuple(
        ToldLadder(one.group, _told(one.best) if one.best else None, _told(one.next) if one.next else None)
        for one in answer.ladders
    )
    return Told(answer.on, answer.kind, answer.digest, ladders, tuple(one.name for one in answer.forbidden))


def lines_of(answer: AddOns, language: Language) -> Iterator[str]:
    """The answer line by line for a terminal."""
    yield f"{answer.on.isoformat()}  {_said(f'kind.{answer.kind}', language)}"
    if not answer.ladders:
        yield _said("none", language)
    for ladder in answer.ladders:
        yield from _of_ladder(ladder, language)
    if answer.forbidden:
        names = _joined((one.name for one in answer.forbidden), language)
        yield messages("payment").text("fee.forbidden", language, names=names)


def often(item: Item, language: Language) -> str:
    """How often it is claimed, in words; "" where that is as often as it happens."""
    months = item.months.value
    if months is None:
        return ""
    if months == 1:
        return _said("often-monthly", language)
    return messages("payment").text("fee.often", language, months=months)


def points(item: Item, language: Language) -> str:
    """The points in words."""
    if item.points.value is None:
        return _said("points-unknown", language)
    return messages("payment").text("fee.points", language, points=item.points.value)


def _of_ladder(ladder: Ladder, language: Language) -> Iterator[str]:
    standing = ladder.best or ladder.next
    when = [_said(f"at.{ladder.standings[0].item.occasion}", language)]
    if ladder.record is not Record.ANY:
        when.append(_said(f"record.{ladder.record}", language))
    yield ""
    yield _joined(when, language)
    if ladder.best is None:
        yield f"  {_said('not-reached', language)}"
    else:
        yield f"  {_line(ladder.best.item, language)}"
        yield from _beside(ladder.best, language)
    if ladder.next is not None:
        line = _line(ladder.next.item, language)
        yield f"    {messages('payment').text('fee.next', language, name=line)}"
        yield from (f"      {_lack(lack, language)}" for lack in ladder.next.lacks)
    if standing is not None and standing.doubts:
        whats = dict.fromkeys(_said(f"doubt.{doubt.what}", language) for doubt in standing.doubts)
        yield f"    {messages('payment').text('fee.doubts', language, whats=_joined(whats, language))}"


def _beside(standing: Standing, language: Language) -> Iterator[str]:
    if standing.item.waived:
        facts = _facts(standing.item.waived, language)
        yield f"    {messages('payment').text('fee.waived', language, facts=facts)}"


def _line(item: Item, language: Language) -> str:
    code = item.code.value or _said("code-unknown", language)
    parts = (item.name, points(item, language), code, often(item, language))
    return "  ".join(part for part in parts if part)


def _lack(lack: Lack, language: Language) -> str:
    said = messages("payment")
    if lack.usage is not None:
        months = _joined(lack.usage.months, language)
        needed = f"{lack.usage.needed:g}"
        if lack.usage.best is None:
            return said.text("fee.lack.usage-unsaid", language, needed=needed, months=months)
        best = f"{lack.usage.best:g}"
        return said.text("fee.lack.usage", language, needed=needed, months=months, best=best)
    if len(lack.facts) > 1:
        return said.text("fee.lack.some", language, facts=_facts(lack.facts, language), still=lack.still)
    fact = _facts(lack.facts, language)
    return said.text("fee.lack.unsaid" if lack.unsaid else "fee.lack.fact", language, fact=fact)


def _told(standing: Standing) -> ToldItem:
    item = standing.item
    return ToldItem(
        key=item.key,
        name=item.name,
        occasion=item.occasion,
        record=item.record,
        points=item.points.value,
        code=item.code.value,
        months=item.months.value,
        usage_level=item.usage,
        met=standing.met,
        missing=tuple(_told_lack(lack) for lack in standing.lacks),
        waived=item.waived,
        unconfirmed=standing.doubts,
    )


def _told_lack(lack: Lack) -> ToldLack:
    usage = lack.usage
    told = None if usage is None else ToldUsage(usage.needed, usage.months, usage.best)
    return ToldLack(lack.facts, lack.still, lack.unsaid, told)


def _facts(facts: Iterable[Fact], language: Language) -> str:
    return _joined((_said(f"fact.{fact}", language) for fact in facts), language)


def _joined(words: Iterable[str], language: Language) -> str:
    return (", " if language == "en" else "、").join(words)


def _said(name: str, language: Language) -> str:
    return messages("payment").text(f"fee.{name}", language)
