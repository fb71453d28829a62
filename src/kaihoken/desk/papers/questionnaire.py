"""標準的な問診票: nine items on paper; what consented records answer is printed and need not be written.

The items are dated data (rule family desk/questionnaire); their words, for paper and screen, are `ask.…` of the desk's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import msgspec

from kaihoken import rules
from kaihoken.paper import (
    ACROSS,
    BODY,
    LEFT,
    SMALL,
    Box,
    Choice,
    Field,
    Paper,
    Patient,
    Printing,
    Sheet,
    Ticks,
    heights,
    put_fields,
)
from kaihoken.problems import Problem
from kaihoken.web import messages

_TICKS = 190.0  # the room for an item's answers where a hint stands beside them
_GAP = 22.0


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question. `answers` are ticked, `lines` are written on. `omit_with` is what answers it with the patient's
    consent: a kind of record (OQSCD036), or CARD, the card by which the consent was given; `still_ask`: something is
    asked even then; `hint`: it says what to write."""

    key: str
    answers: tuple[str, ...]
    lines: int
    omit_with: str | None
    still_ask: bool
    hint: bool


class StandardQuestions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The sheet's questions and what it tells the patient (rule family desk/questionnaire)."""

    family: ClassVar[str] = "desk/questionnaire"

    items: tuple[Item, ...]
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Prefilled:
    """What is known already. `answer` is the code of one of the item's answers, or "" where only text is known; `text`
    is printed as it is, one line each; `source` says from where it is (薬剤情報 2026年11月20日 取得)."""

    answer: str = ""
    text: tuple[str, ...] = ()
    source: str = ""


def questionnaire(patient: Patient, known: Mapping[str, Prefilled], printing: Printing) -> Paper:
    """The sheet for one patient, or an empty one. `known` has what is known by the key of its item: an item that
    records answer (`omit_with`) is then not asked, another has its answer ticked and its lines all the same. The caller
    passes only what the patient consented to. Problem `desk.paper-code` for a key or an answer that the rule does not
    have; and what `rules.load` and `Sheet` raise."""
    form = rules.load(StandardQuestions, on=printing.on)
    _check(form, known)
    sheet = Sheet(printing, "問診票")
    sheet.title(
        "問診票", "答えたくないことは書かなくてもかまいません。わからないことは窓口に聞いてください。"
    )
    name = f"{patient.name}（{patient.kana}）" if patient.kana else patient.name
    put_fields(
        sheet,
        [
            [Field("氏名・カナ", name), Field("患者番号", patient.number, weight=0.6)],
            [
                Field("生年月日", patient.born),
                Field("性別", patient.sex, weight=0.6),
                Field("書いた日"),
            ],
        ],
        label=62,
    )
    sheet.space(4)
    for number, item in enumerate(form.items, 1):
        _ask(sheet, number, item, known.get(item.key))
    sheet.space(6)
    for notice in form.notices:
        sheet.paragraph(_said(f"notice.{notice}"), 8, ink=0.2)
    return sheet.finished("monshinhyo.pdf")


def _check(form: StandardQuestions, known: Mapping[str, Prefilled]) -> None:
    items = {item.key: item for item in form.items}
    for key, prefilled in known.items():
        if key not in items:
            raise Problem("desk.paper-code", where="known", given=key, known=", ".join(items))
        if prefilled.answer and prefilled.answer not in items[key].answers:
            given, answers = prefilled.answer, ", ".join(items[key].answers)
            raise Problem("desk.paper-code", where=key, given=given, known=answers)


def _ask(sheet: Sheet, number: int, item: Item, known: Prefilled | None) -> None:
    answered = known is not None and item.omit_with is not None
    question = sheet.lines(_said(item.key), ACROSS - 22, BODY)
    sheet.need(heights(question, BODY) + 30 + (0 if answered else _GAP * item.lines))
    sheet.space(7)
    sheet.place(sheet.lines(str(number), 20, BODY), LEFT + 2, sheet.top, BODY)
    sheet.top += sheet.place(question, LEFT + 22, sheet.top, BODY)
    if known is not None:
        _told(sheet, item, known, answered=answered)
    if not answered:
        _answers(sheet, item, known)
    elif item.still_ask:
        sheet.space(3)
        sheet.paragraph(_said(f"{item.key}.still"), BODY, indent=22)
        _room(sheet, 1)


def _told(sheet: Sheet, item: Item, known: Prefilled, *, answered: bool) -> None:
    said = known.text or ((_said(f"{item.key}.{known.answer}"),) if answered and known.answer else ())
    if said or answered:
        lead = (
            "同意いただいた情報があるため、書かなくてかまいません" if answered else "前もってわかっていること"
        )
        source = f"（{known.source}）" if known.source else ""
        sheet.paragraph(f"{lead}{source}", SMALL, indent=22, ink=0.25)
    for line in said:
        lines = sheet.lines(line, ACROSS - 40, BODY - 0.5)
        high = heights(lines, BODY - 0.5)
        sheet.need(high)
        sheet.put(Box(LEFT + 24, sheet.top, 2.2, high, stroke=0, fill=0.45))
        sheet.top += sheet.place(lines, LEFT + 34, sheet.top, BODY - 0.5)


def _answers(sheet: Sheet, item: Item, known: Prefilled | None) -> None:
    told = _said(f"{item.key}.hint") if item.hint else ""
    if item.answers:
        chosen = known.answer if known is not None else ""
        room = _TICKS if told else ACROSS - 22
        choices = [Choice(_said(f"{item.key}.{one}"), one == chosen) for one in item.answers]
        ticks = Ticks(sheet, choices, LEFT + 22, room, 10)
        hint = sheet.lines(told, ACROSS - 34 - _TICKS, SMALL)
        high = max(ticks.height, heights(hint, SMALL))
        sheet.need(high)
        ticks.put(sheet.top)
        sheet.place(hint, LEFT + 34 + _TICKS, sheet.top + 1.5, SMALL, ink=0.25)
        sheet.space(high)
    elif told:
        sheet.paragraph(told, SMALL, indent=22, ink=0.25)
    _room(sheet, item.lines)


def _said(name: str) -> str:
    return messages("desk").text(f"ask.{name}", "ja")


def _room(sheet: Sheet, lines: int) -> None:
    sheet.to_write(lines, _GAP, indent=22)
