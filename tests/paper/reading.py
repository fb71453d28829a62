"""Papers as a reader has them: their text, where each character stands, what is ticked, where ink is."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

import numpy as np
import pypdfium2

from kaihoken.paper import Clinic, Paper, Patient, Printing

A4 = (595, 842)
TOKYO = timezone(timedelta(hours=9))
EVENING = datetime(2026, 11, 20, 18, 5, tzinfo=TOKYO)
CLINIC = Clinic("架空みなとクリニック", "神奈川県架空市港町1-2-3", "000-0000-0000", "1419999996")
FICTITIOUS = "架空のデータ・国の公式システムではありません"


def printing(*, demonstration: bool = True, at: datetime = EVENING, clinic: Clinic = CLINIC) -> Printing:
    return Printing(clinic, at, "受付B", demonstration)


def a_patient(name: str = "髙橋 花子", kana: str = "タカハシ ハナコ", number: str = "00231") -> Patient:
    address = "神奈川県架空市港町4-5-6"
    return Patient(name, kana, date(1958, 3, 14), "女", address, "090-0000-0000", number)


@dataclass(frozen=True)
class Character:
    """A character on a page with its box in points, from the lower left corner."""

    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float


def pages_of(paper: Paper) -> list[str]:
    """The text of each page, with neither blanks nor breaks: wrapping must not hide a word."""
    document = pypdfium2.PdfDocument(paper.content)
    return ["".join(page.get_textpage().get_text_range().split()) for page in document]


def text_of(paper: Paper) -> str:
    return "".join(pages_of(paper))


def sizes_of_pages(paper: Paper) -> list[tuple[int, int]]:
    return [
        (round(page.get_width()), round(page.get_height())) for page in pypdfium2.PdfDocument(paper.content)
    ]


def characters(paper: Paper, page: int = 0) -> list[Character]:
    """Every character that leaves ink, in the order of the page."""
    found = []
    text = pypdfium2.PdfDocument(paper.content)[page].get_textpage()
    for at in range(text.count_chars()):
        char = text.get_text_range(at, 1)
        if char.strip():
            size = pypdfium2.raw.FPDFText_GetFontSize(text.raw, at)
            found.append(Character(char, *text.get_charbox(at), size))
    return found


def where(paper: Paper, words: str, page: int = 0) -> list[tuple[Character, ...]]:
    """Each place where the words stand."""
    there = characters(paper, page)
    run = "".join(char.text for char in there)
    starts = [at for at in range(len(run)) if run.startswith(words, at)]
    return [tuple(there[at : at + len(words)]) for at in starts]


def overlapping(paper: Paper, page: int = 0) -> list[str]:
    """Pairs of characters that lie on each other by more than a seventh of the smaller one."""
    chars = characters(paper, page)
    box = np.array([(one.left, one.bottom, one.right, one.top) for one in chars])
    wide = np.minimum(box[:, None, 2], box[None, :, 2]) - np.maximum(box[:, None, 0], box[None, :, 0])
    high = np.minimum(box[:, None, 3], box[None, :, 3]) - np.maximum(box[:, None, 1], box[None, :, 1])
    area = (box[:, 2] - box[:, 0]) * (box[:, 3] - box[:, 1])
    shared = np.clip(wide, 0, None) * np.clip(high, 0, None)
    heavy = np.argwhere(np.triu(shared > np.minimum(area[:, None], area[None, :]) / 7, 1))
    return [f"{chars[one].text} on {chars[other].text}" for one, other in heavy]


@lru_cache(maxsize=4)
def ink(paper: Paper, page: int = 0, scale: float = 2) -> np.ndarray:
    """The page in grey, 0 black to 255 white; `scale` pixels to a point, from the upper left corner."""
    return np.asarray(pypdfium2.PdfDocument(paper.content)[page].render(scale=scale, grayscale=True).to_pil())


def margins_are_white(paper: Paper, page: int = 0) -> bool:
    """Whether nothing is printed outside 44 points at the sides and 20 above and below."""
    grey = ink(paper, page)
    outside = (grey[:, :88], grey[:, -88:], grey[:40], grey[-40:])
    return all(int(part.min()) == 255 for part in outside)


def is_ticked(paper: Paper, label: str, page: int = 0) -> bool:
    """Whether the box before the label has a tick: ink inside its frame."""
    (first, *_), *_ = where(paper, label, page)
    height = sizes_of_pages(paper)[page][1]
    middle = height - (first.bottom + first.top) / 2
    inside = ink(paper, page, 4)[
        int((middle - 2.5) * 4) : int((middle + 2.5) * 4),
        int((first.left - 11) * 4) : int((first.left - 6.5) * 4),
    ]
    return int(inside.min()) < 100
