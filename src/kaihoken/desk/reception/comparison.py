"""カルテと今日の回答: what the clinic's file says beside what was answered. Pure.

A 公費 that the answer does not mention is not ended: it stays in the file, and its paper is looked at.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec
from markupsafe import Markup

from kaihoken.coverage import WELFARE, Answer, Result
from kaihoken.coverage.view import as_read
from kaihoken.desk.patients import Patient, Subsidy, plain_branch, same_insurer
from kaihoken.identity import (
    canonical_number,
    canonical_symbol,
    may_be_same_name,
)
from kaihoken.problems import Problem
from kaihoken.web import Language, day_on_page, messages


@dataclass(frozen=True, slots=True)
class Beside:
    """One line: its label, both sides, and whether they differ."""

    label: Markup
    file: Markup
    answer: Markup
    differs: bool


def beside(patient: Patient, answer: Answer, language: Language) -> tuple[Beside, ...]:
    """The lines for an answer that shows a coverage; none for one that shows nothing."""
    if not answer.results:
        return ()
    result = answer.results[0]
    return tuple(
        line
        for line in (
            _line("name", patient.name, result.name or "", language, may_be_same_name),
            _line("birthdate", patient.birthdate, result.birthdate, language),
            _line(
                "insurer_number", patient.insurer_number, result.insurer_number or "", language, same_insurer
            ),
            _numbers(patient, result, language),
            _share(patient, answer, language),
            _valid(result, language),
            *_subsidies(patient, answer, language),
        )
        if line is not None
    )


def has_numbers(answer: Answer) -> bool:
    """Whether the answer shows numbers of an insurance; those of 医療扶助 are those of a 公費."""
    return (
        bool(answer.results)
        and answer.results[0].classification != WELFARE
        and bool(answer.results[0].number)
    )


def adopts(patient: Patient | None, answer: Answer) -> bool:
    """Whether the file would change by it."""
    return patient is not None and has_numbers(answer) and adopted(patient, answer) != patient


def adopted(patient: Patient, answer: Answer) -> Patient:
    """The file with the numbers of the answer. What an answer does not say stays as it is: its 公費 are added to those
    of the file and take none away. Problem `desk.nothing-to-adopt` for an answer that shows no coverage."""
    if not has_numbers(answer):
        raise Problem("desk.nothing-to-adopt")
    result = answer.results[0]
    told = tuple(Subsidy(one.payer_number, one.recipient_number) for one in answer.subsidies)
    return msgspec.structs.replace(
        patient,
        insurer_number=result.insurer_number or patient.insurer_number,
        symbol=result.symbol or "",
        insured_number=result.number or patient.insured_number,
        branch=result.branch or "",
        birthdate=patient.birthdate or result.birthdate,
        share_percent=answer.share.percent if answer.share.kind == "value" else patient.share_percent,
        subsidies=tuple(dict.fromkeys((*patient.subsidies, *told))),
    )


def _line(
    name: str,
    file: str | date | None,
    answer: str | date | None,
    language: Language,
    same: Callable[[str, str], bool] | None = None,
) -> Beside | None:
    if not answer:
        return None
    differs = bool(file) and not (
        same(file, answer) if same and isinstance(file, str) and isinstance(answer, str) else file == answer
    )
    return Beside(
        _label(name, language), as_read(name, file, language), as_read(name, answer, language), differs
    )


def _numbers(patient: Patient, result: Result, language: Language) -> Beside | None:
    """記号・番号・枝番 in one line; what differs is marked by itself."""
    parts = [
        (patient.symbol, result.symbol or "", canonical_symbol),
        (patient.insured_number, result.number or "", canonical_number),
        (patient.branch, result.branch or "", plain_branch),
    ]
    if not any(answer for _, answer, _ in parts):
        return None
    differs = [plain(file) != plain(answer) for file, answer, plain in parts]
    has_file = any(file for file, _, _ in parts)
    told = [
        Markup("<mark>{}</mark>").format(answer or "－") if off and has_file else Markup.escape(answer)
        for (_, answer, _), off in zip(parts, differs, strict=True)
    ]
    label = messages("desk").html("compare.numbers", language)
    return Beside(
        label,
        _dotted([Markup.escape(file) for file, _, _ in parts]),
        _dotted(told),
        False if len(set(differs)) > 1 else has_file and differs[0],
    )


def _dotted(parts: list[Markup]) -> Markup:
    return Markup("・").join(part for part in parts if part)


def _share(patient: Patient, answer: Answer, language: Language) -> Beside | None:
    if answer.share.kind != "value" or answer.share.percent is None or patient.share_percent is None:
        return None
    percent = answer.share.percent
    return Beside(
        messages("desk").html("compare.share", language),
        as_read("share_percent", str(patient.share_percent), language),
        as_read("share_percent", str(percent), language),
        percent != patient.share_percent,
    )


def _valid(result: Result, language: Language) -> Beside | None:
    start = result.valid_from or result.acquired
    end = result.valid_to or (result.lost - timedelta(days=1) if result.lost else None)
    if start is None and end is None:
        return None
    days = [day_on_page(day, language, year=True, weekday=False) if day else Markup() for day in (start, end)]
    span = Markup("{} 〜 {}").format(*days).strip()
    return Beside(messages("desk").html("compare.valid", language), Markup(), span, result.lost is not None)


def _subsidies(patient: Patient, answer: Answer, language: Language) -> Iterator[Beside]:
    words = messages("desk")
    told = {one.payer_number: one for one in answer.subsidies}
    held = {one.payer_number: one for one in patient.subsidies}
    for number in dict.fromkeys((*held, *told)):
        answered = told.get(number)
        kept = held.get(number)
        yield Beside(
            words.html("compare.subsidy", language),
            Markup.escape(f"{kept.payer_number}・{kept.recipient_number}") if kept else Markup(),
            Markup.escape(f"{answered.payer_number}・{answered.recipient_number}")
            if answered
            else words.html("compare.subsidy-silent", language),
            answered is not None and (kept is None or kept.recipient_number != answered.recipient_number),
        )


def _label(name: str, language: Language) -> Markup:
    return messages("coverage").html(f"field.{name}", language)
