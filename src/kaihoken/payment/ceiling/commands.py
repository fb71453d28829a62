"""`kaihoken payment ceiling|household`."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from kaihoken.identity import parse_iso_date
from kaihoken.options import AsJson
from kaihoken.payment.ceiling.answer import HouseholdMonth
from kaihoken.payment.ceiling.bands import Band, elderly_band, under_70_band
from kaihoken.payment.ceiling.law import AgeGroup
from kaihoken.payment.ceiling.limits import month_table
from kaihoken.payment.ceiling.one import (
    Ceiling,
    Setting,
    SpecifiedDisease,
    age_group,
    ceiling_of,
    class_named,
    class_without_certificate,
    group_of_age,
    turns_75_in,
)
from kaihoken.payment.ceiling.reading import read_households, read_month
from kaihoken.payment.ceiling.wording import worded
from kaihoken.payment.ceiling.working import Line
from kaihoken.payment.ceiling.year import HouseholdYears, household_years
from kaihoken.problems import Problem
from kaihoken.web import LANGUAGES, Language, messages

LanguageOption = Annotated[str, typer.Option("--language", help="ja, ja@easy, en")]
PlannedOption = Annotated[bool, typer.Option("--planned", help="予定の法律で / by the law that is planned")]


def ceiling(
    month: Annotated[str, typer.Option(metavar="YYYY-MM", help="診療の月 / month of care")],
    cost: Annotated[int, typer.Option(help="医療費（10割、円） / the whole cost in yen")],
    age: Annotated[int | None, typer.Option(min=0, max=150, help="年齢 / age")] = None,
    born: Annotated[str | None, typer.Option(metavar="yyyy-MM-dd", help="生年月日 / birth date")] = None,
    name: Annotated[
        str | None, typer.Option("--class", help="所得区分（ウ、一般、A03 など） / income class")
    ] = None,
    percent: Annotated[
        int | None, typer.Option(help="負担割合（70歳以上、区分がわからないとき） / the share, from 70 on")
    ] = None,
    remuneration: Annotated[
        int | None, typer.Option(min=0, help="標準報酬月額 / standard remuneration")
    ] = None,
    income: Annotated[
        int | None,
        typer.Option(min=0, help="旧ただし書所得（70歳以上は課税所得） / income as 国保 counts it"),
    ] = None,
    untaxed: Annotated[bool, typer.Option("--untaxed", help="住民税非課税 / no resident tax")] = False,
    outpatient: Annotated[bool, typer.Option("--outpatient", help="外来 / outpatient care")] = False,
    multiple: Annotated[
        bool, typer.Option("--multiple", help="多数回該当 / the fourth such month in a year")
    ] = False,
    disease: Annotated[
        SpecifiedDisease | None, typer.Option(help="特定疾病の診療 / care of a specified disease")
    ] = None,
    planned: PlannedOption = False,
    language: LanguageOption = "ja",
    as_json: AsJson = False,
) -> None:
    """ひとりが 1 つの医療機関で 1 か月に払う限度額 / the most that one person pays at one institution in a month."""
    first, said = read_month(month), _language(language)
    birthdate = None if born is None else parse_iso_date(born, "--born")
    group = _group(first, age, birthdate)
    incomes = _Incomes(percent, remuneration, income, untaxed, planned)
    band = _band(first, group, incomes) if name is None else Band(class_named(name))
    if group is not None:
        month_table(first, as_planned=planned).check_age(band.name, group)
    found = ceiling_of(
        first,
        band.name,
        cost,
        setting=Setting.OUTPATIENT if outpatient else Setting.INPATIENT,
        multiple=multiple,
        halved=birthdate is not None and turns_75_in(birthdate, first),
        disease=disease,
        as_planned=planned,
    )
    unconfirmed = found.unconfirmed or band.unconfirmed
    if as_json:
        facts = msgspec.to_builtins(found)
        told = {
            "month": month,
            "class": facts.pop("name"),
            "cost": cost,
            **facts,
            "lines": _told(found.lines),
            "unconfirmed": unconfirmed,
        }
        typer.echo(msgspec.json.encode(told).decode())
        return
    _say(found.lines, said, _marks(found, unconfirmed=unconfirmed))
    typer.echo(f"{found.amount:,}")


def household(
    file: Annotated[
        Path, typer.Argument(help="世帯のひと月、または数か月の YAML / a household's month or months")
    ],
    planned: PlannedOption = False,
    language: LanguageOption = "ja",
    as_json: AsJson = False,
) -> None:
    """世帯のひと月: 窓口で払う額、もどる額、計算のしかた / a household's month: paid, refunded, and the working."""
    said = _language(language)
    try:
        content = file.read_bytes()
    except OSError:
        raise Problem("payment.household", where=str(file), reason="file") from None
    found = household_years(read_households(content), as_planned=planned)
    if as_json:
        typer.echo(msgspec.json.encode(_with_words(found)).decode())
        return
    for month in found.months:
        lines = [line for unit in month.units for line in unit.lines]
        _say(lines, said, _marks(month, unconfirmed=month.unconfirmed))
    for year in found.years if len(found.months) > 1 else ():
        _say(year.lines, said, ("unconfirmed",) if year.unconfirmed else ())


class _Incomes(msgspec.Struct, frozen=True):
    """What was typed of somebody's income."""

    percent: int | None
    remuneration: int | None
    income: int | None
    untaxed: bool
    planned: bool


def _band(month: date, group: AgeGroup | None, known: _Incomes) -> Band:
    """The class, where it was not given: from 70 on by the share, else by income."""
    if group is None:
        raise Problem("payment.income", where="--class")
    if group is AgeGroup.UNDER_70:
        return under_70_band(
            month,
            remuneration=known.remuneration,
            income=known.income,
            untaxed=known.untaxed,
            as_planned=known.planned,
        )
    by_share = None if known.percent is None else class_without_certificate(group, known.percent, month)
    if by_share is not None:
        return Band(by_share)
    return elderly_band(month, remuneration=known.remuneration, taxable=known.income, untaxed=known.untaxed)


def _group(month: date, age: int | None, birthdate: date | None) -> AgeGroup | None:
    if birthdate is not None:
        return age_group(birthdate, month)
    return None if age is None else group_of_age(age)


def _language(text: str) -> Language:
    for language in LANGUAGES:
        if language == text:
            return language
    raise typer.BadParameter("--language: ja, ja@easy, en")


def _told(lines: Iterable[Line]) -> list[dict[str, object]]:
    """The working for a program: each line with its facts, and in words."""
    kept = list(lines)
    words = {language: worded(kept, language) for language in LANGUAGES}
    return [
        {"id": line.id, "facts": line.facts, **{language: words[language][at] for language in LANGUAGES}}
        for at, line in enumerate(kept)
    ]


def _with_words(found: HouseholdYears) -> dict[str, object]:
    months = [
        {
            **msgspec.to_builtins(month),
            "units": [{**msgspec.to_builtins(unit), "lines": _told(unit.lines)} for unit in month.units],
        }
        for month in found.months
    ]
    years = [
        {**msgspec.to_builtins(year), "lines": _told(year.lines), "refund": year.refund}
        for year in found.years
    ]
    return {"months": months, "years": years}


def _marks(found: Ceiling | HouseholdMonth, *, unconfirmed: bool) -> list[str]:
    """How sure the law behind an answer is, as the last part of message ids."""
    marks = {"planned": found.planned, "announced": found.announced, "unconfirmed": unconfirmed}
    return [mark for mark, holds in marks.items() if holds]


def _say(lines: Iterable[Line], language: Language, marks: Iterable[str]) -> None:
    said = messages("payment")
    for sentence in worded(lines, language):
        typer.echo(sentence)
    for mark in marks:
        typer.echo(f"※ {said.text(f'ceiling.{mark}', language)}")
