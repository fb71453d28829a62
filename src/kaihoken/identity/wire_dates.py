"""Dates as the wires carry them: exact in form, and days that exist."""

from datetime import date

from kaihoken.identity.eras import ERAS, Era, era_day, era_month
from kaihoken.problems import Problem

_BY_CODE = {era.code: era for era in ERAS}


def parse_wire_date(text: str, where: str = "") -> date:
    """The day in yyyyMMdd (OQS, claims). Problem identity.date for another form or a day that does not exist."""
    if len(text) == 8 and text.isascii() and text.isdigit():
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise Problem("identity.date", where=where, form="yyyyMMdd")


def parse_iso_date(text: str, where: str = "") -> date:
    """The day in yyyy-MM-dd (JSON, FHIR). Problem identity.date for another form or a day that does not exist."""
    if len(text) == 10 and text.isascii() and text[4] == "-" == text[7]:
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise Problem("identity.date", where=where, form="yyyy-MM-dd")


def wire_date(day: date) -> str:
    """yyyyMMdd."""
    return day.isoformat().replace("-", "")


def parse_claim_date(text: str, where: str = "") -> date:
    """The day in a claim file: yyyyMMdd, or GYYMMDD (年号区分 and 和暦) of files from before the western calendar.

    Problems: identity.date, identity.era (no such day in that era).
    """
    if len(text) == 7 and text.isascii() and text.isdigit():
        return era_day(_era(text, where), int(text[1:3]), int(text[3:5]), int(text[5:]), where)
    return parse_wire_date(text, where)


def parse_claim_month(text: str, where: str = "") -> date:
    """The first day of a claim file's month: yyyyMM, or GYYMM of older files.

    A month in which the era changed is found under both eras. Problems: identity.date, identity.era.
    """
    if len(text) == 5 and text.isascii() and text.isdigit():
        return era_month(_era(text, where), int(text[1:3]), int(text[3:]), where)
    try:
        return parse_wire_date(text + "01", where)
    except Problem:
        raise Problem("identity.date", where=where, form="yyyyMM") from None


def _era(text: str, where: str) -> Era:
    era = _BY_CODE.get(text[0])
    if era is None:
        raise Problem("identity.era", where=where)
    return era
