"""The tray: every virtual card of a folder, to be put on a reader and taken away. Only a demonstration has these pages:
who could put cards on the reader of a clinic could be anybody's patient."""

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path

from starlette.responses import Response

from kaihoken.card.readers import InProcessReader
from kaihoken.card.virtual import KeptCard, VirtualJpkiCard
from kaihoken.desk.frame import Frame, Row, Visitor
from kaihoken.problems import Problem
from kaihoken.web import messages

TRAY = "/cards"
_OTHERS = "card"
_number = re.compile(r"^[0-9]+-").sub
"""What a file may begin with, for its place on the tray."""


@dataclass(frozen=True, slots=True)
class OnTray:
    """A card of the tray: the name of its file, the message `tray.<words>` that tells whose it is."""

    name: str
    words: str


async def tray(frame: Frame, visitor: Visitor) -> Response:
    """GET /cards."""
    cards = await asyncio.to_thread(_cards, Path(frame.desk.settings.cards))
    lies = any(one.has_card() for one in _readers(frame))
    name = visitor.query.get("card", "") if lies else ""
    return frame.page("tray.html", visitor, {"cards": cards, "lies": lies, "lying": name})


async def put(frame: Frame, visitor: Visitor) -> Response:
    """POST /cards/put: a card on its reader, a phone on the second one. One that lies there is taken away first."""
    name = visitor.form.get("card", "")
    folder = Path(frame.desk.settings.cards)
    if name not in {one.name for one in await asyncio.to_thread(_cards, folder)}:
        raise Problem("desk.no-such-page")
    _taken(frame)
    kept = await asyncio.to_thread(KeptCard.read, folder / f"{name}.json")
    readers = _readers(frame)
    reader = readers[-1] if _is_phone(kept) else readers[0]
    await asyncio.to_thread(reader.put, kept.card)
    return frame.see(visitor, f"{TRAY}?card={name}")


async def take(frame: Frame, visitor: Visitor) -> Response:
    """POST /cards/take: whatever lies on a reader is taken away."""
    _taken(frame)
    return frame.see(visitor, TRAY)


def _cards(folder: Path) -> list[OnTray]:
    """The cards of a folder; none where none is named."""
    if not folder.is_dir():
        return []
    known = messages("desk").names("ja")
    names = sorted(file.stem for file in folder.glob("*.json"))
    words = [_number(r"", name) for name in names]
    return [
        OnTray(name, word if f"tray.{word}" in known else _OTHERS)
        for name, word in zip(names, words, strict=True)
    ]


def _taken(frame: Frame) -> None:
    for reader in _readers(frame):
        reader.take()


def _readers(frame: Frame) -> list[InProcessReader]:
    """The readers that are in memory. Problem `desk.no-such-page` where the desk has others."""
    found = [one for one in frame.desk.card_readers if isinstance(one, InProcessReader)]
    if not found:
        raise Problem("desk.no-such-page")
    return found


def _is_phone(kept: KeptCard) -> bool:
    card = kept.card
    return isinstance(card, VirtualJpkiCard) and (
        card.personalisation.certificate_needs_pin or card.personalisation.opened_by_holder
    )


ROWS = (
    Row("GET", TRAY, tray, needs="demo"),
    Row("POST", f"{TRAY}/put", put, needs="demo"),
    Row("POST", f"{TRAY}/take", take, needs="demo"),
)
"""The tray."""
