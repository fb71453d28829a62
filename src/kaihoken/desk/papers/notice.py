"""The notice for the wall while the reader or the line is down, in three languages, to be read from some metres off."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kaihoken.paper import ACROSS, LEFT, Paper, Printing, Sheet, heights, in_era, spoken
from kaihoken.web import LANGUAGES, messages, time_in_words


class Down(StrEnum):
    """What does not work."""

    READER = "reader"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Outage:
    """What is down, and since when (an instant with a zone; None: not said)."""

    what: Down
    since: datetime | None = None


def wall_notice(outage: Outage, printing: Printing) -> Paper:
    """The notice. Raises what `Sheet` raises."""
    sheet = Sheet(printing, "お知らせ", stamp=in_era(printing.on))
    sheet.space(6)
    for language in LANGUAGES:
        large = 27.0 if language == "ja" else 19.0
        plain = 14.0 if language == "ja" else 13.0
        size, lines = sheet.fitted(
            spoken(messages("desk"), f"paper.down-{outage.what}", language), ACROSS, large, large - 6, 1
        )
        sheet.need(heights(lines, size) + 90)
        sheet.top += sheet.place(lines, LEFT, sheet.top, size, weight="bold")
        if outage.since is not None:
            at = time_in_words(outage.since)
            since = spoken(messages("desk"), "paper.down-since", language, time=at)
            sheet.paragraph(since, plain, ink=0.25)
        sheet.space(8)
        for name in ("paper.down-care", "paper.down-ask", "paper.down-show"):
            sheet.paragraph(spoken(messages("desk"), name, language), plain)
            sheet.space(3)
        sheet.space(10)
        sheet.rule()
        sheet.space(14)
    return sheet.finished("oshirase.pdf")
