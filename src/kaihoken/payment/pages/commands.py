"""`kaihoken payment pay`: what a visit costs the patient, with the working."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated

import typer

from kaihoken import rules
from kaihoken.clock import SystemClock
from kaihoken.identity import parse_iso_date
from kaihoken.options import AsJson
from kaihoken.payment.ceiling import Setting, SpecifiedDisease
from kaihoken.payment.counter import (
    Asked,
    Assistance,
    Bill,
    CounterTerms,
    MonthSoFar,
    Reckoning,
    Source,
    Visit,
    counter_bill,
    local_assistance,
    public_assistance,
    sources_of,
    sums_by_class,
    visit_asked,
)
from kaihoken.payment.meals import MealClass
from kaihoken.payment.pages.data import data_of
from kaihoken.payment.pages.wording import (
    bill_said,
    class_said,
    limit_lines,
    line_said,
    payers_of,
    payers_title,
)
from kaihoken.problems import Problem
from kaihoken.rules import Status
from kaihoken.web import LANGUAGES, Language, messages


def pay(
    born: Annotated[str, typer.Option(metavar="yyyy-MM-dd", help="生年月日 / date of birth")],
    points: Annotated[int | None, typer.Option(help="点数 / points of the visit")] = None,
    yen: Annotated[int | None, typer.Option(help="医療費（10割、円） / the whole cost in yen")] = None,
    on: Annotated[
        str | None, typer.Option(metavar="yyyy-MM-dd", help="受診した日、なければ今日 / day, else today")
    ] = None,
    law: Annotated[
        str | None,
        typer.Option(help="保険の法別番号、国保は 00、なければ年齢どおり / law number, else by age"),
    ] = None,
    classification: Annotated[str, typer.Option(help="被保険者証区分（05 は特別療養費） / OQSCD010")] = "",
    share: Annotated[int | None, typer.Option(help="負担割合、% / the registered share")] = None,
    name: Annotated[str, typer.Option("--class", help="適用区分（ウ、一般、A03 など） / income class")] = "",
    inpatient: Annotated[bool, typer.Option("--inpatient", help="入院 / in hospital")] = False,
    multiple: Annotated[bool, typer.Option("--multiple", help="多数回該当")] = False,
    disease: Annotated[SpecifiedDisease | None, typer.Option(help="特定疾病 / specified disease")] = None,
    month_points: Annotated[int, typer.Option(help="今月ここまでの点数 / points of the month so far")] = 0,
    month_yen: Annotated[int, typer.Option(help="同じく払った額 / paid of the month so far")] = 0,
    public: Annotated[
        list[str] | None,
        typer.Option(metavar="LAW[:LIMIT[:PAID]]", help="公費、月の上限額、払った額 / public expense"),
    ] = None,
    subsidy: Annotated[str, typer.Option(help="自治体の助成の型 / pattern of a municipal subsidy")] = "",
    subsidy_days: Annotated[
        int, typer.Option(min=0, max=31, help="今月ここで助成を使った日数 / days it was used here this month")
    ] = 0,
    subsidy_paid: Annotated[
        int,
        typer.Option(min=0, help="今月ここで助成を使って払った額 / paid here this month with it"),
    ] = 0,
    subsidy_elsewhere: Annotated[
        int,
        typer.Option(min=0, help="今月ほかの医療機関で同じく払った額 / the same at other institutions"),
    ] = 0,
    outside: Annotated[
        bool, typer.Option("--outside", help="ほかの都道府県 / in another prefecture")
    ] = False,
    meals: Annotated[int, typer.Option(min=0, help="食事の数 / meals in hospital")] = 0,
    meal_class: Annotated[MealClass, typer.Option(help="食事の区分")] = MealClass.ORDINARY,
    language: Annotated[str, typer.Option("--language", help="ja, ja@easy, en")] = "ja",
    as_json: AsJson = False,
) -> None:
    """窓口でいくら払うか、なぜか、だれが負担するか / what a visit costs the patient, why, and who bears the rest."""
    day = SystemClock().today() if on is None else parse_iso_date(on, "--on")
    birthdate = parse_iso_date(born, "--born")
    setting = Setting.INPATIENT if inpatient else Setting.OUTPATIENT
    helped = [_public(text, day) for text in public or ()]
    if subsidy:
        helped.append(
            local_assistance(
                subsidy,
                day,
                birthdate=birthdate,
                inside=not outside,
                inpatient=inpatient,
                days_before=subsidy_days,
                month_paid_yen=subsidy_paid,
                month_elsewhere_yen=subsidy_elsewhere,
            )
        )
    visit = visit_asked(
        Asked(
            on=day,
            birthdate=birthdate,
            points=_points(points, yen, day),
            law=law,
            classification=classification,
            percent=share,
            class_name=name,
            setting=setting,
            multiple=multiple,
            disease=disease,
            month=MonthSoFar(points=month_points, share_yen=month_yen),
            assistance=tuple(helped),
            meals=meals,
            meal_class=meal_class,
        )
    )
    bill = counter_bill(visit)
    sources = sources_of(visit, bill)
    if as_json:
        typer.echo(data_of(visit, bill, sources).decode())
        return
    typer.echo("\n".join(_lines(visit, bill, sources, _language(language))))


def _points(points: int | None, yen: int | None, on: date) -> int:
    if (points is None) is (yen is None):
        raise typer.BadParameter("--points / --yen")
    if yen is None:
        assert points is not None
        return points
    unit = rules.load(CounterTerms, on=on).point_yen
    if yen % unit:
        raise Problem("payment.whole-cost", where="--yen", unit=unit)
    return yen // unit


def _public(text: str, on: date) -> Assistance:
    law, _, rest = text.partition(":")
    limit, _, paid = rest.partition(":")
    if not all(part.isdecimal() for part in (law, limit or "0", paid or "0")):
        raise typer.BadParameter("--public LAW[:LIMIT[:PAID]]")
    return public_assistance(law, on, month_yen=int(limit) if limit else None, month_paid_yen=int(paid or 0))


def _language(text: str) -> Language:
    for language in LANGUAGES:
        if language == text:
            return language
    raise typer.BadParameter(f"--language {', '.join(LANGUAGES)}")


def _lines(visit: Visit, bill: Bill, sources: Sequence[Source], language: Language) -> Iterator[str]:
    said = messages("payment").text
    sums = sums_by_class(visit, bill)
    yield bill_said(bill, sums, language)
    for one in bill.reckonings:
        yield from _working(visit, bill, one, language)
    for name in bill.open:
        yield f"△ {said(f'pay.{name}', language)}"
    for one_class in sums:
        yield f"  {one_class.due_yen:>12,}  {class_said(one_class, language)}"
    for name in bill.unconfirmed:
        yield f"※ {said('pay.unconfirmed', language)}: {said(f'pay.{name}', language)}"
    for source in sources:
        mark = "" if source.status is Status.CONFIRMED else f" ※ {said('pay.unconfirmed', language)}"
        since = said("pay.since", language, since=source.since.isoformat())
        yield f"{said(f'pay.source.{source.family}', language)} {since}{mark}"


def _working(visit: Visit, bill: Bill, one: Reckoning, language: Language) -> Iterator[str]:
    said = messages("payment").text
    for line in one.lines:
        yield f"  {line.yen:>12,}  {line_said(line, language)}"
    yield f"  {one.due_yen:>12,}  {said('pay.due', language)}"
    for name, facts in limit_lines(visit, one):
        yield f"  {'':>12}  {said(name, language, **facts)}"
    yield said(payers_title(bill), language)
    for (name, facts), yen in payers_of(one):
        yield f"  {yen:>12,}  {said(name, language, **facts)}"
    for back in one.refunds:
        payer = said(f"pay.payer.{back.payer}", language, law=back.law)
        yield f"  {back.yen:>12,}  {said('pay.refunds.title', language)}: {payer}"
