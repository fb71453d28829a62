"""The doctor's pages, and the table of troubles. For the staff."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Final

import msgspec
from starlette.responses import Response

from kaihoken.desk.doctor.checks import examined, is_well
from kaihoken.desk.doctor.examination import examine_desk
from kaihoken.desk.doctor.machine import this_machine
from kaihoken.desk.doctor.report import Counts, Report, as_text, report_of
from kaihoken.desk.doctor.said import said
from kaihoken.desk.frame import Frame, Row, Visitor
from kaihoken.desk.traffic import About, DayTraffic
from kaihoken.desk.troubles import Month
from kaihoken.web import Language, messages

DOCTOR: Final = "/doctor"
TROUBLES: Final = "/troubles"


async def doctor(frame: Frame, visitor: Visitor) -> Response:
    """GET /doctor: every part, what is wrong first."""
    results = examined(await examine_desk(frame.desk))
    values = {
        "parts_said": said(results, visitor.language),
        "is_well": is_well(results),
        "traffic": _traffic_rows(frame.desk.traffic.today(), visitor.language),
    }
    return frame.page("doctor.html", visitor, values)


async def doctor_data(frame: Frame, visitor: Visitor) -> Response:
    """GET /doctor.json: the same as data."""
    return frame.data(msgspec.to_builtins((await _report(frame, visitor.language)).found))


async def report_page(frame: Frame, visitor: Visitor) -> Response:
    """GET /doctor/report: what would be sent, to be read first."""
    return frame.page(
        "doctor_report.html", visitor, {"text": as_text(await _report(frame, visitor.language))}
    )


async def report_file(frame: Frame, visitor: Visitor) -> Response:
    """POST /doctor/report: the report as it was read, as a file. What was shown is what is saved."""
    text = visitor.form.get("text", "")
    if not text:
        return frame.see(visitor, f"{DOCTOR}/report")
    name = f"kaihoken-report-{frame.desk.clock.today():%Y%m%d}.txt"
    return frame.file(text.replace("\r\n", "\n").encode(), "text/plain; charset=utf-8", name)


async def troubles(frame: Frame, visitor: Visitor) -> Response:
    """GET /troubles: what went wrong in a month, by kind."""
    month = _month(frame, visitor)
    values = {
        "month": month.month,
        "months": frame.desk.troubles.months(),
        "rows": _rows(month, visitor.language),
    }
    return frame.page("troubles.html", visitor, values)


async def troubles_table(frame: Frame, visitor: Visitor) -> Response:
    """GET /troubles.csv: the same day by day, as a table."""
    month = _month(frame, visitor)
    rows = [
        (month.month, f"{month.month}-{day:02}", one.kind.value, one.detail, count)
        for one in month.counted
        for day, count in sorted(one.days.items())
    ]
    return _table(frame, ("month", "day", "kind", "detail", "count"), rows, f"troubles-{month.month}.csv")


async def traffic_table(frame: Frame, visitor: Visitor) -> Response:
    """GET /traffic.csv: the bytes of every day that is kept, by what they were for."""
    rows = [
        (day.day.isoformat(), about.value, one.exchanges, one.sent, one.received, one.heaviest)
        for day in frame.desk.traffic.days()
        for about, one in sorted(day.tallies.items())
    ]
    return _table(frame, ("day", "about", "exchanges", "sent", "received", "heaviest"), rows, "traffic.csv")


def _table(frame: Frame, header: Sequence[str], rows: Iterable[Sequence[object]], name: str) -> Response:
    written = StringIO()
    write = csv.writer(written, lineterminator="\r\n")
    write.writerow(header)
    write.writerows(rows)
    return frame.file(written.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", name)


async def _report(frame: Frame, language: Language) -> Report:
    desk = frame.desk
    log = desk.troubles
    return report_of(
        desk.clock.now(),
        desk.settings,
        this_machine(),
        examined(await examine_desk(desk)),
        Counts(log.of(log.this_month()), desk.traffic.days()),
        desk.enrolment.client,
        desk.enrolment.facility,
        language,
    )


def _month(frame: Frame, visitor: Visitor) -> Month:
    log = frame.desk.troubles
    return log.of(visitor.query.get("month", "") or log.this_month())


def _rows(month: Month, language: Language) -> list[tuple[str, str, int, int]]:
    """Kind in words, its detail, how often, on how many days."""
    words = messages("desk")
    return [
        (words.text(f"trouble.{one.kind}", language), one.detail, one.total, len(one.days))
        for one in month.counted
    ]


def _traffic_rows(day: DayTraffic, language: Language) -> list[tuple[str, ...]]:
    """What for, how often, bytes of one in the mean and of the heaviest, and of all of them."""
    words = messages("desk")
    named = [(f"traffic.{about}", day.of(about)) for about in About if day.of(about).exchanges]
    named = [*named, ("traffic.all", day.total)] if named else []
    return [
        (
            words.text(name, language),
            *(f"{number:,}" for number in (one.exchanges, one.each or 0, one.heaviest, one.total)),
        )
        for name, one in named
    ]


ROWS = (
    Row("GET", DOCTOR, doctor),
    Row("GET", f"{DOCTOR}.json", doctor_data),
    Row("GET", f"{DOCTOR}/report", report_page),
    Row("POST", f"{DOCTOR}/report", report_file),
    Row("GET", TROUBLES, troubles),
    Row("GET", f"{TROUBLES}.csv", troubles_table),
    Row("GET", "/traffic.csv", traffic_table),
)
"""The doctor's pages."""
