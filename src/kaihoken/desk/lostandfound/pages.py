"""/found-cards: which cards lie here, whose they may be, and where each went. No number of a card is asked for."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final, TypeVar

from starlette.responses import Response

from kaihoken import rules
from kaihoken.desk.foundcards import CardKind, Confirmed, Finder, FoundCard, Place, Receiver, Standing
from kaihoken.desk.frame import Frame, Row, Visitor, line_typed
from kaihoken.desk.papers import LostCard, lost_card_sheet
from kaihoken.desk.patients import Patient
from kaihoken.desk.printing import printing_of
from kaihoken.problems import Problem
from kaihoken.web import State

LIST: Final = "/found-cards"
CARD: Final = "/found-cards/{card}"
_SHOWN_DAYS: Final = 30
_STOPPED_BY_LINE: Final = frozenset({CardKind.MY_NUMBER, CardKind.PHONE})

_LOOKS: Final[dict[Standing, State]] = {
    Standing.FOUND: "clarify",
    Standing.TOLD: "pending",
    Standing.HANDED_BACK: "valid",
    Standing.HANDED_OVER: "valid",
}

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Line:
    """A card with whose it may be, as the list of the day and the clinic's file have them."""

    card: FoundCard
    look: State
    name: str
    patient: Patient | None


async def listing(frame: Frame, visitor: Visitor) -> Response:
    """GET /found-cards."""
    desk = frame.desk
    since = desk.clock.today() - timedelta(days=_SHOWN_DAYS)
    values = {
        "lines": [_line(frame, one) for one in desk.found_cards.open()],
        "settled": [_line(frame, one) for one in desk.found_cards.settled_since(since)],
        "visits": desk.day.today(),
        "kinds": list(CardKind),
        "places": list(Place),
        "finders": list(Finder),
    }
    return frame.page("found_cards.html", visitor, values)


async def card_page(frame: Frame, visitor: Visitor) -> Response:
    """GET /found-cards/{card}."""
    line = _line(frame, frame.desk.found_cards.get(visitor.named["card"]))
    stop_line = rules.load(LostCard, on=frame.desk.clock.today()).stop_line
    values = {
        "found": line,
        "card": line.card,
        "ways": {one.value for one in line.card.ways},
        "stop_line": stop_line if line.card.kind in _STOPPED_BY_LINE else None,
        "confirmations": list(Confirmed),
        "kinds": [one for one in CardKind if one is not line.card.kind],
    }
    return frame.page("found_card.html", visitor, values)


async def found(frame: Frame, visitor: Visitor) -> Response:
    """POST /found-cards: a card was found. Problems `desk.found-card-choice`, `desk.found-card-number`,
    `desk.note-long`, `desk.no-such-visit`."""
    desk, form = frame.desk, visitor.form
    visit = form.get("visit", "")
    if visit:
        desk.day.get(visit)
    card = desk.found_cards.found(
        _chosen(CardKind, visitor, "kind"),
        _chosen(Place, visitor, "place"),
        _chosen(Finder, visitor, "finder"),
        visitor.sign,
        visit,
        line_typed(form.get("note", "")),
    )
    return _see(frame, visitor, card)


async def left(frame: Frame, visitor: Visitor) -> Response:
    """POST /found-cards/left: the card that lies at the reader now. Problem `desk.no-card-left`."""
    reader = frame.desk.reader
    if not reader.card_left:
        raise Problem("desk.no-card-left")
    kind = CardKind.OTHER  # one that was sent away, or that gave no answer, may be any
    if reader.visit:
        kind = CardKind.PHONE if reader.now.is_phone else CardKind.MY_NUMBER
    card = frame.desk.found_cards.left_at_reader(reader.now.step, kind, reader.visit, visitor.sign)
    return _see(frame, visitor, card)


async def told(frame: Frame, visitor: Visitor) -> Response:
    """POST /found-cards/{card}/told: its owner knows."""
    note = line_typed(visitor.form.get("note", ""))
    return _see(frame, visitor, frame.desk.found_cards.told(visitor.named["card"], visitor.sign, note))


async def corrected(frame: Frame, visitor: Visitor) -> Response:
    """POST /found-cards/{card}/kind: it is another kind of card than was written down."""
    kind = _chosen(CardKind, visitor, "kind")
    return _see(frame, visitor, frame.desk.found_cards.corrected(visitor.named["card"], kind, visitor.sign))


async def stopped(frame: Frame, visitor: Visitor) -> Response:
    """POST /found-cards/{card}/stopped: the line that stops a card was called."""
    note = line_typed(visitor.form.get("note", ""))
    return _see(frame, visitor, frame.desk.found_cards.stopped(visitor.named["card"], visitor.sign, note))


async def back(frame: Frame, visitor: Visitor) -> Response:
    """POST /found-cards/{card}/back: to whom, and how it was confirmed that it is theirs."""
    to, confirmed = _chosen(Receiver, visitor, "to"), _chosen(Confirmed, visitor, "confirmed")
    note = line_typed(visitor.form.get("note", ""))
    frame.desk.found_cards.handed_back(visitor.named["card"], to, confirmed, visitor.sign, note)
    return frame.see(visitor, LIST)


async def over(frame: Frame, visitor: Visitor) -> Response:
    """POST /found-cards/{card}/over: to the police or the city hall."""
    to, note = _chosen(Receiver, visitor, "to"), line_typed(visitor.form.get("note", ""))
    frame.desk.found_cards.handed_over(visitor.named["card"], to, visitor.sign, note)
    return frame.see(visitor, LIST)


async def sheet(frame: Frame, visitor: Visitor) -> Response:
    """GET /lost-card.pdf: what to do about a lost card, to hand out."""
    paper = lost_card_sheet(printing_of(frame, visitor))
    return frame.file(paper.content, "application/pdf", paper.file_name)


def _line(frame: Frame, card: FoundCard) -> Line:
    visit = frame.desk.day.find(card.visit)
    patient = frame.desk.patients.get(visit.patient) if visit is not None else None
    return Line(card, _LOOKS[card.standing], visit.name if visit is not None else "", patient)


def _chosen(choices: type[E], visitor: Visitor, field: str) -> E:
    """What was chosen of these. Problem `desk.found-card-choice`."""
    try:
        return choices(visitor.form.get(field, ""))
    except ValueError:
        raise Problem("desk.found-card-choice", where=field) from None


def _see(frame: Frame, visitor: Visitor, card: FoundCard) -> Response:
    return frame.see(visitor, CARD.format(card=card.card))


ROWS = (
    Row("GET", LIST, listing),
    Row("POST", LIST, found),
    Row("POST", f"{LIST}/left", left),
    Row("GET", CARD, card_page),
    Row("POST", f"{CARD}/told", told),
    Row("POST", f"{CARD}/kind", corrected),
    Row("POST", f"{CARD}/stopped", stopped),
    Row("POST", f"{CARD}/back", back),
    Row("POST", f"{CARD}/over", over),
    Row("GET", "/lost-card.pdf", sheet),
)
"""The pages and forms of cards lost and found."""
