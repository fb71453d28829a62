"""The pages of claims: a file comes in, its month as a picture, ticks, 修正票, the file for checking."""

import asyncio
from typing import Final

from starlette.responses import Response

from kaihoken.claims.month import claim_calendar, coming_days, due
from kaihoken.claims.remedy import CHECKED_NAME, slips_of, slips_paper, told_as_text
from kaihoken.desk.claimfiles import LARGEST_FILE, Held
from kaihoken.desk.claims.showing import (
    FINDINGS_ON_A_PAGE,
    LATE_ON_A_PAGE,
    ROWS_ON_A_PAGE,
    SHOWN,
    Asked,
    as_data,
    as_table,
    first_step,
    in_words,
    late_until,
    mends,
    rows,
    segments,
    wanted,
)
from kaihoken.desk.files import as_csv
from kaihoken.desk.frame import Frame, Row, Visitor
from kaihoken.desk.printing import printing_of
from kaihoken.desk.slices import in_slices
from kaihoken.desk.uploading import uploaded
from kaihoken.problems import Problem

CLAIMS: Final = "/claims"
ONE: Final = "/claims/{file}"
_AROUND_A_FILE: Final = 64 * 1024
_MOST_CHANGES: Final = 500


async def claims(frame: Frame, visitor: Visitor) -> Response:
    """GET /claims: choose a file; those that are held; the days of this month."""
    return _front(frame, visitor, None)


async def upload(frame: Frame, visitor: Visitor) -> Response:
    """POST /claims: a file, checked on this machine."""
    try:
        content, visitor.body = uploaded(visitor.content_type, visitor.body), b""
        held = await in_slices(frame.desk.claim_files.taking(content))
    except Problem as problem:
        visitor.here = CLAIMS
        return _front(frame, visitor, problem)
    return frame.see(visitor, f"{CLAIMS}/{held.file}")


async def month(frame: Frame, visitor: Visitor) -> Response:
    """GET /claims/{file}: the month as a picture, and the work."""
    held = _held(frame, visitor)
    ticked = frame.desk.claim_files.ticked(held)
    asked = Asked.of(visitor.query)
    found = wanted(held, ticked, asked)
    page = found[asked.first : asked.first + ROWS_ON_A_PAGE]
    shown = held.month
    today = frame.desk.clock.today()
    calendar_of = shown.claimed or today.replace(day=1)
    next_step, last_day = due(calendar_of, today)
    undone = sum(item.place not in ticked for item in shown.work)
    values = {
        "held": held,
        "month": shown,
        "segments": segments(shown),
        "file_findings": in_words(shown, shown.file_findings[:FINDINGS_ON_A_PAGE], visitor.language),
        "more_findings": max(len(shown.file_findings) - FINDINGS_ON_A_PAGE, 0),
        "rows": rows(held, page, ticked, visitor.language),
        "found": len(found),
        "asked": asked,
        "shows": SHOWN,
        "step": ROWS_ON_A_PAGE,
        "done": len(shown.work) - undone,
        "undone": undone,
        "first": first_step(held, undone),
        "mends": mends(shown, visitor.language),
        "late": late_until(shown)[:LATE_ON_A_PAGE],
        "late_count": len(shown.late),
        "calendar": claim_calendar(calendar_of),
        "of_month": calendar_of,
        "due": next_step,
        "due_day": last_day,
        "days_left": (last_day - today).days,
        "line_up": frame.desk.line.view.is_up,
        "under": frame.desk.claim_questions.under(held.file),
    }
    return frame.page("claims_month.html", visitor, values)


async def data(frame: Frame, visitor: Visitor) -> Response:
    """GET /claims/{file}/data: the same as JSON."""
    held = _held(frame, visitor)
    return frame.data(as_data(held, frame.desk.claim_files.ticked(held)))


async def table(frame: Frame, visitor: Visitor) -> Response:
    """GET /claims/{file}/list.csv: everything that the page lists, for a spreadsheet."""
    held = _held(frame, visitor)
    rows = as_table(held, frame.desk.claim_files.ticked(held), visitor.language)
    return frame.file(as_csv(rows), "text/csv; charset=utf-8", "claims.csv")


async def done(frame: Frame, visitor: Visitor) -> Response:
    """POST /claims/{file}/done: a receipt was corrected in the レセコン, or was not after all."""
    held = _held(frame, visitor)
    place = visitor.form.get("place", "")
    if not (place.isascii() and place.isdecimal() and len(place) < 8):
        raise Problem("hub.form-missing", where="place")
    frame.desk.claim_files.tick(held, int(place), done=visitor.form.get("done") == "yes")
    asked = Asked.of(visitor.form)
    query = asked.address(**{"from": asked.first})
    return frame.see(visitor, f"{CLAIMS}/{held.file}?{query}#place-{int(place)}")


async def slips(frame: Frame, visitor: Visitor) -> Response:
    """GET /claims/{file}/slips: 修正票 of what is not corrected yet, as PDF."""
    held = _held(frame, visitor)
    ticked = frame.desk.claim_files.ticked(held)
    places = frozenset(item.place for item in held.month.work if item.place not in ticked)
    printing = printing_of(frame, visitor)
    # Thousands of receipts take seconds: in a thread, so that the reception goes on answering.
    paper = await asyncio.to_thread(lambda: slips_paper(slips_of(held.month, places), printing))
    return frame.file(paper.content, "application/pdf", paper.file_name)


async def differences(frame: Frame, visitor: Visitor) -> Response:
    """GET /claims/{file}/corrected: what a corrected file would have otherwise."""
    held = _held(frame, visitor)
    count = len(held.changes)
    name = f"{CHECKED_NAME}{held.month.file_name}"
    shown = held.changes[:_MOST_CHANGES]
    values = {"held": held, "changes": shown, "count": count, "more": count - len(shown), "file_name": name}
    return frame.page("claims_corrected.html", visitor, values)


async def take_corrected(frame: Frame, visitor: Visitor) -> Response:
    """POST /claims/{file}/corrected: the file for checking."""
    held = _held(frame, visitor)
    content = await asyncio.to_thread(held.corrected_bytes)
    return frame.file(content, "application/octet-stream", f"{CHECKED_NAME}{held.month.file_name}")


async def take_differences(frame: Frame, visitor: Visitor) -> Response:
    """GET /claims/{file}/corrected.txt: every change, as the command writes it beside its file."""
    held = _held(frame, visitor)
    told = "".join(told_as_text(held.changes)).encode()
    name = f"{CHECKED_NAME}{held.month.file_name}.diff.txt"
    return frame.file(told, "text/plain; charset=utf-8", name)


async def drop(frame: Frame, visitor: Visitor) -> Response:
    """POST /claims/{file}/drop: away with it."""
    frame.desk.claim_files.drop(_held(frame, visitor).file)
    return frame.see(visitor, CLAIMS)


def _held(frame: Frame, visitor: Visitor) -> Held:
    return frame.desk.claim_files.get(visitor.named["file"])


def _front(frame: Frame, visitor: Visitor, problem: Problem | None) -> Response:
    values = {
        "problem": problem,
        "files": frame.desk.claim_files.all(),
        "calendar": coming_days(frame.desk.clock.today()),
        "most": LARGEST_FILE // 2**20,
    }
    return frame.page("claims.html", visitor, values, problem.entry.status if problem is not None else 200)


ROWS = (
    Row("GET", CLAIMS, claims),
    Row("POST", CLAIMS, upload, raw=True, largest=LARGEST_FILE + _AROUND_A_FILE),
    Row("GET", ONE, month),
    Row("GET", f"{ONE}/data", data),
    Row("GET", f"{ONE}/list.csv", table),
    Row("POST", f"{ONE}/done", done),
    Row("GET", f"{ONE}/slips", slips),
    Row("GET", f"{ONE}/corrected", differences),
    Row("POST", f"{ONE}/corrected", take_corrected),
    Row("GET", f"{ONE}/corrected.txt", take_differences),
    Row("POST", f"{ONE}/drop", drop),
)
"""The pages of claims."""
