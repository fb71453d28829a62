"""A list of cuts with its words, the largest first, without the names of people."""

from collections.abc import Iterator

import msgspec

from kaihoken.claims.checks import checks_of
from kaihoken.claims.receipt import YEN_PER_POINT
from kaihoken.claims.report import Told, in_words
from kaihoken.claims.returned.cuts import Cut, Cuts
from kaihoken.claims.returned.printed import UNSURE, finding_lines


class ToldCut(msgspec.Struct, frozen=True, kw_only=True):
    """One line of what was cut or added, as `Cut` has it; `change_yen` is points and yen in yen, below zero for a cut,
    None where the amount cannot be read."""

    line: int
    month: str
    receipt: str
    chart: str
    section: str
    points: int | None
    yen: int | None
    change_yen: int | None
    reasons: str
    reasons_ja: tuple[str, ...]
    reasons_en: tuple[str, ...]
    claimed: str
    decided: str
    search: str


class ToldCuts(msgspec.Struct, frozen=True, kw_only=True):
    """The list, the largest cut first, and what all of it comes to in yen."""

    cuts: tuple[ToldCut, ...]
    yen: int
    unconfirmed: bool
    findings: tuple[Told, ...]


def cuts_told(cuts: Cuts) -> ToldCuts:
    """A list in words."""
    checks = checks_of(None)
    told = sorted((_told(cut) for cut in cuts.cuts), key=lambda cut: (cut.change_yen or 0, cut.line))
    return ToldCuts(
        cuts=tuple(told),
        yen=sum(cut.change_yen or 0 for cut in told),
        unconfirmed=not cuts.sure,
        findings=tuple(in_words(finding, checks[finding.check]) for finding in cuts.findings),
    )


def cut_lines(told: ToldCuts) -> Iterator[str]:
    """The list for a terminal, in Japanese and English."""
    unsure = UNSURE if told.unconfirmed else ""
    yield f"増減点 / cuts: {len(told.cuts)} 件 / lines, {told.yen:+,} 円 / yen{unsure}"
    for cut in told.cuts:
        change = "?" if cut.change_yen is None else f"{cut.change_yen:+,}"
        yield (
            f"[{cut.line}] レセプト {cut.receipt or '-'} 診療 {cut.month or '-'} カルテ {cut.chart or '-'}"
            f" {change} 円 / yen"
        )
        if cut.claimed or cut.decided:
            yield f"    {cut.section} {cut.claimed} → {cut.decided}"
        for ja, en in zip(cut.reasons_ja, cut.reasons_en, strict=True):
            yield f"    {ja} / {en}"
    for finding in told.findings:
        yield from finding_lines(finding)


def _told(cut: Cut) -> ToldCut:
    amount = cut.yen if cut.points is None else cut.points * YEN_PER_POINT
    return ToldCut(
        line=cut.line,
        month=f"{cut.month:%Y-%m}" if cut.month else "",
        receipt=cut.receipt,
        chart=cut.chart,
        section=cut.section,
        points=cut.points,
        yen=cut.yen,
        change_yen=amount,
        reasons=cut.reasons,
        reasons_ja=cut.said("ja"),
        reasons_en=cut.said("en"),
        claimed=cut.claimed,
        decided=cut.decided,
        search=cut.search,
    )
