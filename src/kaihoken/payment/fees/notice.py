"""院内掲示: what an add-on demands to be posted, as PDF for the wall, as HTML and plain text for the website.

The notice names what the facility said that it does, and the items that it reaches once the notice hangs there. The
three forms say the same, in the same order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import msgspec
from markupsafe import Markup

from kaihoken.paper import (
    BODY,
    SMALL,
    Cell,
    Column,
    Paper,
    Piece,
    Printing,
    Sheet,
    in_era,
    put_table,
    read_markup,
    spoken,
)
from kaihoken.payment.fees.facility import Facility
from kaihoken.payment.fees.law import Fact, Item, Kind, Record
from kaihoken.payment.fees.standing import add_ons
from kaihoken.payment.fees.telling import often, points
from kaihoken.problems import Problem
from kaihoken.web import LANGUAGES, Language, messages, read_aloud

_SAID_WHEN_SO = (
    Fact.VIEW_IN_ROOM,
    Fact.E_PRESCRIPTION,
    Fact.CHART_SHARING,
    Fact.HEALTH_ADVICE,
    Fact.FREE_STATEMENT,
)
_YEN = 10  # 1点
_WIDTHS: Final = (205.0, 140.0, 42.0, 62.0, 50.0)
_BETWEEN: Final = {"ja": "、", "ja@easy": "、", "en": ", "}
_PAGE: Final = Markup(
    '<!doctype html>\n<html lang="ja">\n<meta charset="utf-8">\n<title>{}</title>\n{}\n</html>\n'
)
_SECTION: Final = Markup('<section lang="{}">\n<h2>{}</h2>\n{}\n<ul>\n{}\n</ul>\n</section>')


@dataclass(frozen=True, slots=True)
class Notice:
    """What hangs on the wall: the ids of its sentences (`post.…` of the words of this room), then the items."""

    on: date
    sentences: tuple[str, ...]
    items: tuple[Item, ...]


def notice_of(on: date, facility: Facility) -> Notice:
    """The notice of a facility on a day. Problem `payment.nothing-to-post` where it reaches no add-on even with the
    notice up, and what `add_ons` raises."""
    place = "pharmacy" if facility.kind is Kind.PHARMACY else "care"
    so = (fact for fact in _SAID_WHEN_SO if facility.said(fact, on))
    return Notice(on, (f"obtain.{place}", *so, "card"), reached(on, facility))


def reached(on: date, facility: Facility) -> tuple[Item, ...]:
    """The items that a facility reaches once its notice is posted. Problem `payment.nothing-to-post` where there is
    none."""
    posted = msgspec.structs.replace(facility.facts, posting=True, web=True)
    answer = add_ons(on, msgspec.structs.replace(facility, facts=posted))
    best = [ladder.best.item for ladder in answer.ladders if ladder.best is not None]
    items = tuple(item for item in best if item.points.value is not None)
    if not items:
        raise Problem("payment.nothing-to-post", where="facts", day=on.isoformat())
    return items


def as_paper(notice: Notice, printing: Printing) -> Paper:
    """The notice for the wall, in three languages. Raises what `Sheet` raises."""
    said = messages("payment")
    sheet = Sheet(printing, said.text("post.title", "ja"), stamp=in_era(printing.on))
    sheet.title(said.text("post.title", "ja"))
    for sentence in (*notice.sentences, "items"):
        sheet.paragraph(spoken(said, f"post.{sentence}", "ja"), BODY + 1.5)
        sheet.space(3)
    put_items(sheet, notice.items, "ja")
    sheet.space(4)
    sheet.paragraph(said.text("post.on", "ja", day=in_era(notice.on)), SMALL, ink=0.25)
    for language in LANGUAGES[1:]:
        sheet.heading(spoken(said, "post.title", language))
        told = [spoken(said, f"post.{sentence}", language) for sentence in (*notice.sentences, "items")]
        sheet.paragraph(tuple(piece for one in told for piece in (*one, Piece(" "))), BODY - 0.5)
        put_items(sheet, notice.items, language)
    return sheet.finished("keiji-kasan.pdf")


def as_html(notice: Notice) -> str:
    """The notice as a page of its own; each of its sections may be pasted into another."""
    sections = Markup("\n").join(_section(notice, language) for language in LANGUAGES)
    title = messages("payment").text("post.title", "ja")
    return str(_PAGE.format(title, sections))


def as_text(notice: Notice) -> str:
    """The notice as plain text, readings in brackets."""
    said = messages("payment")
    lines: list[str] = []
    for language in LANGUAGES:
        lines.append(said.text("post.title", language))
        lines += [said.text(f"post.{sentence}", language) for sentence in (*notice.sentences, "items")]
        lines += [f"・{sentence_of(item, language)}" for item in notice.items]
        lines.append("")
    return "\n".join(lines)


def sentence_of(item: Item, language: Language) -> str:
    """An item in one sentence: name, when, how often, points, yen."""
    said = messages("payment")
    whole, share = fee(item)
    facts: dict[str, str | int] = {
        "name": item.name,
        "at": _when(item, language),
        "points": points(item, language),
        "yen": f"{whole:,}",
        "share": f"{share:,}",
    }
    if often(item, language):
        return said.text("post.item-often", language, **facts, often=often(item, language))
    return said.text("post.item", language, **facts)


def put_items(sheet: Sheet, items: Sequence[Item], language: Language) -> None:
    """The items: in Japanese as a table, in the other languages in a sentence each, which holds readings."""
    if language != "ja":
        for item in items:
            told = read_markup(str(read_aloud(f"・{sentence_of(item, language)}", language)))
            sheet.paragraph(told, BODY - 0.5, indent=8)
        return
    said = messages("payment")
    titles = [
        said.text(f"post.column.{name}", language) for name in ("name", "when", "points", "yen", "share")
    ]
    columns = [Column(title, width) for title, width in zip(titles, _WIDTHS, strict=True)]
    put_table(sheet, columns, (_cells(item, language) for item in items))


def _cells(item: Item, language: Language) -> tuple[Cell, ...]:
    whole, share = fee(item)
    amounts = (messages("payment").text("post.yen", language, yen=f"{amount:,}") for amount in (whole, share))
    when = Cell(_when(item, language), under=often(item, language))
    return Cell(item.name), when, Cell(points(item, language)), *(Cell(amount) for amount in amounts)


def _when(item: Item, language: Language) -> str:
    """At what it is added, and whether records were seen where that matters."""
    said = messages("payment")
    at = said.text(f"fee.at.{item.occasion}", language)
    if item.record is Record.ANY:
        return at
    return f"{at}{_BETWEEN[language]}{said.text(f'fee.record.{item.record}', language)}"


def _section(notice: Notice, language: Language) -> Markup:
    said = messages("payment")
    sentences = Markup("\n").join(
        Markup("<p>{}</p>").format(said.html(f"post.{sentence}", language))
        for sentence in (*notice.sentences, "items")
    )
    items = Markup("\n").join(
        Markup("<li>{}</li>").format(read_aloud(sentence_of(item, language), language))
        for item in notice.items
    )
    title = said.html("post.title", language)
    return _SECTION.format("en" if language == "en" else "ja", title, sentences, items)


def fee(item: Item) -> tuple[int, int]:
    """The whole fee of an item in yen, and what 30 % of it are. A notice names no item whose points are not known."""
    known = item.points.value or 0
    return known * _YEN, known * _YEN * 3 // 10
