"""The pages of the clinic's patients: searching, one patient, those who are alike, and what differs from the hub."""

from datetime import date
from typing import Final, cast

from starlette.responses import Response

from kaihoken.desk.day import Visit
from kaihoken.desk.files import Charset, Difference, Way, can_be_taken_off, differences_of
from kaihoken.desk.frame import Frame, Row, Visitor
from kaihoken.desk.patients import Patient
from kaihoken.desk.slices import in_slices
from kaihoken.problems import Problem
from kaihoken.web import messages

PATIENTS: Final = "/patients"
PATIENT: Final = "/patients/{patient}"
_CHARSETS: Final = ("utf-8", "cp932")
_MOST_SHOWN: Final = 200


async def patients(frame: Frame, visitor: Visitor) -> Response:
    """GET /patients: how to find one, and what else can be done with the list."""
    return _patients(frame, visitor, None, "")


async def search(frame: Frame, visitor: Visitor) -> Response:
    """POST /patients: those whose number, name or kana holds the text. By a form: a name enters no address."""
    text = visitor.form.get("text", "")
    return _patients(frame, visitor, frame.desk.patients.search(text), text)


async def alike(frame: Frame, visitor: Visitor) -> Response:
    """GET /patients/alike: 同姓同名・同じ生年月日."""
    return frame.page(
        "patients_alike.html", visitor, {"groups": await in_slices(frame.desk.patients.looking_alike())}
    )


async def differences(frame: Frame, visitor: Visitor) -> Response:
    """GET /patients/differences: what the hub last answered otherwise than the file says, and who took it out."""
    found = differences_of(frame.desk.patients.all())
    values = {
        "count": len(found),
        "lines": [_difference_line(visitor, one) for one in found[:_MOST_SHOWN]],
        "exports": frame.desk.files.exports()[:_MOST_SHOWN],
    }
    return frame.page("patients_differences.html", visitor, values)


async def take_differences(frame: Frame, visitor: Visitor) -> Response:
    """POST /patients/differences: the same as CSV."""
    charset = visitor.form.get("charset", "")
    if charset not in _CHARSETS:
        raise Problem("hub.form-missing", where="charset")
    body = frame.desk.files.differences_csv(
        visitor.language, cast("Charset", charset), visitor.sign, Way.UPLOAD
    )
    return frame.file(body, f"text/csv; charset={charset}", "differences.csv")


async def patient(frame: Frame, visitor: Visitor) -> Response:
    """GET /patients/{patient}: what the file says, what was asked, which appointments there are."""
    found = _patient(frame, visitor)
    desk = frame.desk
    visits = sorted(
        (one for one in desk.day.since(date.min) if one.patient == found.patient),
        key=lambda one: one.at,
        reverse=True,
    )
    values = {
        "patient": found,
        "alike": desk.patients.like(found),
        "checks": [one.told_in(visitor.language) for visit in visits for one in reversed(visit.checks)],
        "coming": [one for one in visits if one.day >= desk.clock.today() and can_be_taken_off(one)],
    }
    return frame.page("patient.html", visitor, values)


async def take_off(frame: Frame, visitor: Visitor) -> Response:
    """POST /patients/{patient}/off: an appointment that is not kept."""
    found = _patient(frame, visitor)
    visit: Visit = frame.desk.day.get(visitor.form.get("visit", ""))
    if visit.patient != found.patient:
        raise Problem("desk.no-such-visit")
    frame.desk.files.take_off(visit)
    frame.desk.events.bump("day")
    return frame.see(visitor, f"/patients/{found.patient}")


async def drop(frame: Frame, visitor: Visitor) -> Response:
    """POST /patients/{patient}/drop: off the list, because the number was given to somebody else. Visits stay."""
    found = _patient(frame, visitor)
    if visitor.form.get("sure") != "yes":
        raise Problem("hub.form-missing", where="sure")
    frame.desk.patients.drop([found.patient])
    return frame.see(visitor, PATIENTS)


def _patients(frame: Frame, visitor: Visitor, found: list[Patient] | None, text: str) -> Response:
    values = {"count": len(frame.desk.patients), "found": found, "searched": text}
    return frame.page("patients.html", visitor, values)


def _patient(frame: Frame, visitor: Visitor) -> Patient:
    found = frame.desk.patients.get(visitor.named["patient"])
    if found is None:
        raise Problem("desk.no-such-patient")
    return found


def _difference_line(visitor: Visitor, one: Difference) -> tuple[object, ...]:
    words = messages("desk")
    return (
        one.patient.number,
        one.patient.name,
        words.html(f"file.field.{one.field}", visitor.language),
        one.held,
        one.answered,
        one.checked.day.isoformat(),
        words.html(f"by.{one.checked.by}", visitor.language),
    )


ROWS = (
    Row("GET", PATIENTS, patients),
    Row("POST", PATIENTS, search),
    Row("GET", "/patients/alike", alike),
    Row("GET", "/patients/differences", differences),
    Row("POST", "/patients/differences", take_differences),
    Row("GET", PATIENT, patient),
    Row("POST", f"{PATIENT}/off", take_off),
    Row("POST", f"{PATIENT}/drop", drop),
)
"""The pages of the patients."""
