"""The questionnaire of one visit as it is kept: which questions, what was answered, where it stands. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import msgspec

from kaihoken import rules
from kaihoken.desk.papers import Item, StandardQuestions
from kaihoken.desk.questionnaire.life import QUESTIONNAIRE, Happening, Standing
from kaihoken.desk.questionnaire.records import FromRecords
from kaihoken.problems import Problem
from kaihoken.transitions import ImpossibleStep

UNKNOWN: Final = "unknown"  # わからない
SKIPPED: Final = "skipped"
LONGEST_TEXT: Final = 400
"""Characters of what is written to one question."""


class Given(msgspec.Struct, frozen=True):
    """What was answered to an item: one of its answers, UNKNOWN, SKIPPED or "", and what was written."""

    item: str
    answer: str = ""
    text: str = ""

    def __repr__(self) -> str:
        return f"Given({self.item})"


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One questionnaire. `link` and `session` are the SHA-256 of its secrets, b"" once they are used up; `on_screen`:
    it is answered on the reader's screen; `items` are asked in this order, `records` answer others; `at` is the place
    of the question that is asked now."""

    visit: str
    day: date
    opened_at: datetime
    staff: str
    standing: Standing = QUESTIONNAIRE.first
    link: bytes = b""
    session: bytes = b""
    on_screen: bool = False
    items: tuple[str, ...] = ()
    records: tuple[FromRecords, ...] = ()
    given: tuple[Given, ...] = ()
    at: int = 0
    sent_at: datetime | None = None

    def __repr__(self) -> str:
        return f"Sheet({self.standing})"

    def of(self, item: str) -> Given | None:
        """What was answered to an item."""
        return next((one for one in self.given if one.item == item), None)

    @property
    def item(self) -> str:
        """What is asked now."""
        return self.items[self.at]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as a patient gets it. `word` names its words; `answers` are what may be chosen beside UNKNOWN;
    `writes`: there is room to write."""

    key: str
    word: str
    answers: tuple[str, ...]
    hint: bool
    writes: bool


def questions_on(day: date) -> Mapping[str, Item]:
    """The items of the standard questionnaire on a day, by their key, in their order."""
    return {item.key: item for item in rules.load(StandardQuestions, on=day).items}


def asked(sheet: Sheet, key: str) -> Asked:
    """One of its questions: shorter where records answer the rest of it."""
    item = questions_on(sheet.day)[key]
    known = any(one.item == key for one in sheet.records)
    word = f"{key}.still" if known and item.still_ask else key
    return Asked(key, word, item.answers, item.hint, bool(item.lines or item.hint))


def begun(sheet: Sheet, session: bytes, records: Sequence[FromRecords]) -> Sheet:
    """Somebody has opened the link: it is theirs. Problem `desk.questionnaire-over`."""
    known = {one.item for one in records}
    items = [key for key, item in questions_on(sheet.day).items() if key not in known or item.still_ask]
    return msgspec.structs.replace(
        sheet,
        standing=_after(sheet, Happening.BEGUN),
        link=b"",
        session=session,
        items=tuple(items),
        records=tuple(records),
    )


def answered(sheet: Sheet, key: str, answer: str, text: str) -> Sheet:
    """An answer to what is asked now. One to another question (an old page, a double touch) changes nothing. Problems
    `desk.questionnaire-over`, `desk.questionnaire-empty`, `desk.questionnaire-long`, `desk.paper-code`."""
    if sheet.standing is not Standing.ASKING or key != sheet.item:
        _after(sheet, Happening.BACK)
        return sheet
    question, written = asked(sheet, key), _plain(text)
    if answer and answer not in (*question.answers, UNKNOWN, SKIPPED):
        known = ", ".join((*question.answers, UNKNOWN, SKIPPED))
        raise Problem("desk.paper-code", where=key, given=answer, known=known)
    if len(written) > LONGEST_TEXT:
        raise Problem("desk.questionnaire-long", where=key, most=LONGEST_TEXT)
    if not answer and (question.answers or not written):
        raise Problem("desk.questionnaire-empty", where=key)
    if answer == SKIPPED or not question.writes:
        written = ""
    others = tuple(one for one in sheet.given if one.item != key)
    now = msgspec.structs.replace(sheet, given=(*others, Given(key, answer, written)))
    left = [at for at, item in enumerate(now.items) if now.of(item) is None]
    happening = Happening.ANSWERED if left else Happening.ANSWERED_LAST
    standing = _after(sheet, happening)
    return msgspec.structs.replace(now, standing=standing, at=left[0] if left else len(now.items) - 1)


def back(sheet: Sheet, key: str = "") -> Sheet:
    """To the question before, or to that one; the first stays where it is. Problem `desk.questionnaire-over`."""
    standing = _after(sheet, Happening.BACK)
    if key in sheet.items:
        at = sheet.items.index(key)
    else:
        at = sheet.at if sheet.standing is Standing.REVIEW else max(sheet.at - 1, 0)
    return msgspec.structs.replace(sheet, standing=standing, at=at)


def sent(sheet: Sheet, at: datetime) -> Sheet:
    """The reception has it: nobody answers any more. Problem `desk.questionnaire-over`."""
    return msgspec.structs.replace(
        sheet, standing=_after(sheet, Happening.SENT), link=b"", session=b"", sent_at=at
    )


def ended(sheet: Sheet, why: Happening) -> Sheet:
    """It ended without being sent: what was typed is gone. Problem `desk.questionnaire-over`."""
    return msgspec.structs.replace(
        sheet, standing=_after(sheet, why), link=b"", session=b"", items=(), records=(), given=(), at=0
    )


def reopened(sheet: Sheet, link: bytes, at: datetime, staff: str, *, on_screen: bool) -> Sheet:
    """With a new link, empty. Problem `desk.questionnaire-over`."""
    return Sheet(
        visit=sheet.visit,
        day=sheet.day,
        opened_at=at,
        staff=staff,
        standing=_after(sheet, Happening.OPENED),
        link=link,
        on_screen=on_screen,
    )


def _after(sheet: Sheet, happening: Happening) -> Standing:
    try:
        return QUESTIONNAIRE.after(sheet.standing, happening)
    except ImpossibleStep:
        raise Problem("desk.questionnaire-over") from None


def _plain(text: str) -> str:
    """What was written, without blanks around it and without characters that are none."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("".join(c for c in line if c.isprintable()).rstrip() for line in lines).strip()
