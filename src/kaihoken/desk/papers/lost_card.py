"""What to do about a lost card, on one page in three languages, with the line that stops it in large."""

from typing import ClassVar

import msgspec

from kaihoken import rules
from kaihoken.paper import ACROSS, BODY, LEFT, Box, Paper, Piece, Printing, Sheet, in_era, read_markup, spoken
from kaihoken.web import LANGUAGES, Language, messages

_INNER = ACROSS - 28
_STEPS = ("stop", "police", "city", "found")


class StopLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The telephone that stops a card. `guide` is the key to press; what is None is not known and left open."""

    telephone: str | None
    guide: str | None
    fax: str | None
    free: bool
    all_hours: bool


class LostCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to call about a lost card (rule family desk/lost-card)."""

    family: ClassVar[str] = "desk/lost-card"

    stop_line: StopLine


def lost_card_sheet(printing: Printing) -> Paper:
    """The sheet to hand out. It names nobody. Raises what `rules.load` and `Sheet` raise."""
    line = rules.load(LostCard, on=printing.on).stop_line
    sheet = Sheet(printing, "カードをなくしたとき", stamp=in_era(printing.on))
    sheet.title(messages("desk").text("paper.lost-title", "ja"))
    _number(sheet, line)
    for language in LANGUAGES:
        if language != "ja":
            sheet.heading(spoken(messages("desk"), "paper.lost-title", language), room=100)
        size = BODY + 0.5 if language == "ja" else BODY - 0.5
        sheet.numbered([spoken(messages("desk"), f"paper.lost-{step}", language) for step in _STEPS], size)
        sheet.space(2)
        sheet.paragraph(_here(printing.clinic.telephone, language), size)
    return sheet.finished("card-funshitsu.pdf")


def _here(telephone: str, language: Language) -> tuple[Piece, ...]:
    """That care goes on, and whom to ask about a card that was left or found here."""
    said = messages("desk")
    left = (
        said.html("paper.lost-here", language, telephone=telephone)
        if telephone
        else said.html("paper.lost-here-unnamed", language)
    )
    parts = (said.html("paper.lost-care", language), left, said.html("paper.lost-somebodys", language))
    return read_markup(("" if language == "ja" else " ").join(str(part) for part in parts))


def _number(sheet: Sheet, line: StopLine) -> None:
    top = sheet.top
    sheet.space(8)
    named = [spoken(messages("desk"), "paper.lost-line", language) for language in LANGUAGES]
    line_of_names = tuple(piece for words in named for piece in (*words, Piece("　")))
    sheet.top += sheet.place(sheet.lines(line_of_names, _INNER, 10), LEFT + 14, sheet.top, 10)
    if line.telephone is None:
        sheet.space(44)
    else:
        sheet.top += sheet.place(
            sheet.lines(line.telephone, _INNER, 30), LEFT + 14, sheet.top, 30, weight="bold"
        )
    for language in LANGUAGES:
        told = sheet.lines(_told(line, language), _INNER, 9)
        sheet.top += sheet.place(told, LEFT + 14, sheet.top, 9)
    sheet.space(8)
    sheet.put(Box(LEFT, top, ACROSS, sheet.top - top, stroke=1.0))
    sheet.space(12)


def _told(line: StopLine, language: Language) -> tuple[Piece, ...]:
    """What is known of the line, one sentence after the other."""
    said = messages("desk")
    sentences = [
        *([said.html("paper.lost-hours", language)] if line.all_hours else []),
        *([said.html("paper.lost-free", language)] if line.free else []),
        *([said.html("paper.lost-guide", language, guide=line.guide)] if line.guide is not None else []),
        *([said.html("paper.lost-fax", language, fax=line.fax)] if line.fax is not None else []),
    ]
    return read_markup((" " if language != "ja" else "").join(str(sentence) for sentence in sentences))
