"""A sheet, a quote and a projection as lines of text for a person at a terminal, Japanese and English."""

from collections.abc import Iterable, Iterator, Sequence

from kaihoken.adoption.checking import CheckedQuote
from kaihoken.adoption.comparing import ComparedLine
from kaihoken.adoption.duty import DutyStanding
from kaihoken.adoption.rollout import Rollout
from kaihoken.adoption.sheet import Offer, Sheet
from kaihoken.adoption.wording import duty_said, finding_said
from kaihoken.payment.fees import Doubt
from kaihoken.web import Language, messages

_WORDS = messages("adoption")
_BOTH: tuple[Language, Language] = ("ja", "en")


def sheet_lines(sheet: Sheet) -> Iterator[str]:
    """The sheet: own cost and break-even first, then what to do by when, then the working."""
    quotes = [offer.quote for offer in sheet.offers]
    if sheet.compared:
        own = [offer.cost.own_yen for offer in sheet.offers]
        yield from comparison_lines(quotes, sheet.compared, [("sheet.own", own)])
    for number, offer in enumerate(sheet.offers, 1):
        yield f"━ {_named(number, offer.quote)}"
        yield from _offer(offer)
    yield "━ 義務 / duties"
    yield from (line for standing in sheet.duties for line in _duty(standing))
    for one in sheet.narrower:
        yield f"  ・ {one.apply.value}  {_both(f'narrower.{one.key.value}')}: {one.yen.value:,}円"
    if sheet.returned is not None:
        back = sheet.returned
        yield (
            f"━ 返戻 / claims that come back a month: 資格喪失 {float(back.lost_coverage):.1f},"
            f" 転記ミス / errors of copying {float(back.transcription):.1f}"
        )
    yield from _doubts(sheet.doubts)


def quote_lines(quote: CheckedQuote) -> Iterator[str]:
    """The lines as read, then what is worth asking."""
    for line in quote.lines:
        part = line.part.value if line.part is not None else "none"
        said = _both(f"part.{part}")
        mark = " （語から / by its words）" if line.by_words and line.part is not None else ""
        yield f"{line.number:>3}  {line.yen:>9,}円 {_WORDS.text(f'per.{line.per}', 'ja')}  {line.name} → {said}{mark}"
        yield f"     {_both(f'covered.{line.covered.value}')}"
    yield (
        f"事業額 / system {quote.system_yen:,}円, カードリーダー / readers {quote.readers_yen:,}円,"
        f" 対象外 / not subsidised {quote.uncovered_yen:,}円, 月 / a month {quote.monthly_yen:,}円"
    )
    for finding in quote.findings:
        yield from (f"△ {finding_said(finding, language).striptags()}" for language in _BOTH)
    yield from _doubts(quote.doubts)


def quotes_lines(quotes: Sequence[CheckedQuote], lines: Iterable[ComparedLine]) -> Iterator[str]:
    """Several quotes beside each other, then each for itself."""
    yield from comparison_lines(quotes, lines)
    for number, quote in enumerate(quotes, 1):
        yield f"━ {_named(number, quote)}"
        yield from quote_lines(quote)


def comparison_lines(
    quotes: Sequence[CheckedQuote],
    lines: Iterable[ComparedLine],
    sums: Iterable[tuple[str, Sequence[int]]] = (),
) -> Iterator[str]:
    """The quotes in columns: line by line, then the sums. More `sums` stand above, each with its message."""
    yield f"━ {_both('compare.title')}"
    sellers = "  ".join(_named(number, quote) for number, quote in enumerate(quotes, 1))
    yield _row([f"[{number}]" for number in range(1, len(quotes) + 1)], sellers)
    for name, each in sums:
        yield _row([f"{yen:,}" for yen in each], _both(name))
    for total, each in (
        ("compare.once", [quote.once_yen for quote in quotes]),
        ("compare.monthly", [quote.monthly_yen for quote in quotes]),
    ):
        yield _row([f"{yen:,}" for yen in each], _both(total))
    for line in lines:
        part = _both(f"part.{line.part.value if line.part is not None else 'none'}")
        per = _both("per.month" if line.monthly else "per.once")
        cells = (_cell(yen, missing) for yen, missing in zip(line.yen, line.missing, strict=True))
        yield _row(cells, f"{part}  ({per})")
    yield f"△ {_both('compare.missing')}"


def rollout_lines(found: Rollout) -> Iterator[str]:
    """The months to come with their range, and how far the method was off."""
    yield "月 / month   低 low   中 middle   高 high"
    for one in found.projected:
        yield f"{one.month}    {one.low:6.1%}    {one.middle:6.1%}    {one.high:6.1%}"
    high, middle, low = (str(month) if month is not None else "－" for month in found.reached)
    yield f"{found.aim:.0%}: {high} / {middle} / {low}（早い・中ほど・遅い / early, middle, late）"
    if found.error is None:
        yield "誤差はまだ測れません（4か月分から） / too few counts to measure the error (four are needed)"
    else:
        within = sum(one.within for one in found.misses)
        yield (
            f"この方法を過去にあてはめた誤差 / error on these counts: 平均 mean {found.error:.1f},"
            f" 最大 worst {found.worst:.1f} ポイント / points;"
            f" 幅の中 / within the range {within} of {len(found.misses)}"
        )


def _offer(offer: Offer) -> Iterator[str]:
    cost, paid = offer.cost, offer.cost.subsidy
    yield f"自己負担 / own cost: {cost.own_yen:,}円"
    if offer.add_on is not None:
        even = offer.add_on.even
        visits, patients = even.visits_to_a_tenth, even.patients_a_day
        people = f", 1日の患者 / patients a day {patients}" if patients is not None else ""
        yield (
            f"採算 / break-even: 初診 / first visits a day {visits}{people}"
            f"（{cost.monthly_yen:,}円 ÷ {even.yen}円 ÷ {even.days}日, {offer.add_on.name} {offer.add_on.points}点）"
        )
    for deadline in paid.deadlines:
        mark = {None: "・", True: "✓", False: "×"}[deadline.met]
        yield f"{mark} {deadline.by}  {_both(f'step.{deadline.step.value}')}"
    yield (
        f"  1回だけの費用 / paid once {cost.once_yen:,} − 無償提供 / in kind {cost.given_yen:,}"
        f" − 補助 / subsidy {paid.yen:,}"
    )
    if paid.difference:
        yield f"  うち差額 / of it the difference {paid.difference:,}"
    if paid.open_difference:
        yield f"  {paid.difference_until} までに運用を始めると / if live by then: +{paid.open_difference:,}"
    for years, back in enumerate(offer.by_year, 1):
        yield f"  {years}年でやめると返納 / returned when closed after {years} y: {back.yen:,}円"
    if offer.closing is not None:
        yield f"  {offer.closing.on} にやめると返納 / returned when closed then: {offer.closing.yen:,}円"
    for finding in offer.quote.findings:
        yield from (f"  △ {finding_said(finding, language).striptags()}" for language in _BOTH)


def _duty(standing: DutyStanding) -> Iterator[str]:
    for language in _BOTH:
        yield f"  {_WORDS.text(f'duty.{standing.duty.value}', language)}: {duty_said(standing, language).striptags()}"


def _doubts(doubts: Iterable[Doubt]) -> Iterator[str]:
    for doubt in doubts:
        yield f"? 未確認 / unconfirmed: {_both(f'doubt.{doubt.what}')} （{doubt.source}）"


def _named(number: int, quote: CheckedQuote) -> str:
    return f"[{number}] {quote.seller or _both('compare.quote')}"


def _row(cells: Iterable[str], said: str) -> str:
    return f"{''.join(f'{cell:>13}' for cell in cells)}  {said}".rstrip()


def _cell(yen: int | None, missing: bool) -> str:
    if yen is None:
        return "△" if missing else "-"
    return f"{yen:,}"


def _both(name: str) -> str:
    return " / ".join(_WORDS.text(name, language) for language in _BOTH)
