"""A day as somebody typed it: either width, 西暦 or 和暦."""

import unicodedata
from collections.abc import Callable
from datetime import date

from kaihoken.identity.eras import from_wareki
from kaihoken.identity.wire_dates import parse_claim_date, parse_iso_date
from kaihoken.problems import Problem

BIRTHDATE_FORM = "1984-07-02"


def read_birthdate(text: str) -> date:
    """A day as people and レセコン write it, in either width: 1984-07-02, 1984/7/2, 19840702, 昭和59年7月2日, 昭59.7.2,
    S590702, 3590702 (the era as its number).

    Problems: identity.date, identity.era.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.isascii() and plain.isdigit():
        return _as_date(lambda: parse_claim_date(plain))
    if plain[:4].isascii() and plain[:4].isdigit():
        year, *rest = (
            plain.replace("年", "-")
            .replace("月", "-")
            .rstrip("日")
            .replace("/", "-")
            .replace(".", "-")
            .split("-")
        )
        return _as_date(lambda: parse_iso_date("-".join((year, *(part.strip().zfill(2) for part in rest)))))
    return _as_date(lambda: from_wareki(plain))


def _as_date(read: Callable[[], date]) -> date:
    try:
        return read()
    except Problem as problem:
        raise Problem(problem.code, form=BIRTHDATE_FORM) from None
