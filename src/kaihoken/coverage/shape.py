"""A JSON message read strictly, and what is wrong with its shape, said without a word of what was sent.

A decoder quotes keys and values in its complaints; those can be personal (a name typed as a key), and a problem's facts
reach logs. What it says of our own types and fields is kept, and of a field that we do not know the name where it is
letters alone, as names of fields are: a sender must be told which one it was.
"""

import re
from typing import TypeVar

import msgspec

from kaihoken.coverage.names_once import repeated_name
from kaihoken.problems import Problem

T = TypeVar("T")

_OWN_WORDS = ("Expected ", "Object missing required field ")

_COMPLAINT = re.compile(
    r"(?P<reason>.*?)(?: - at `\$(?P<path>(?:\.[A-Za-z_]+|\[(?:\d{1,7}|\.\.\.)\])*)`)?", re.DOTALL
)
_OF_A_FIELD = re.compile(r"Object (?:missing required|contains unknown) field `(.*)`", re.DOTALL)
_NAME = re.compile(r"[A-Za-z][A-Za-z_]{0,39}")


_FORMS_OF_TIME = {
    "Invalid RFC3339 encoded date": "yyyy-MM-dd",
    "Invalid RFC3339 encoded datetime": "yyyy-MM-ddThh:mm:ss+09:00",
}


def read_message(body: bytes, decoder: msgspec.json.Decoder[T], names: frozenset[str]) -> T:
    """A body as the message of a decoder; `names` are those that may be told where one stands twice.

    Problems of `question_problem`, which name the path and what was expected there, `coverage.request-repeated`,
    `coverage.request-json`.
    """
    try:
        read = decoder.decode(body)
    except msgspec.ValidationError as error:
        raise question_problem(error) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Problem("coverage.request-json") from None
    if (repeated := repeated_name(body, names)) is not None:
        raise Problem("coverage.request-repeated", where=repeated)
    return read


def question_problem(error: msgspec.ValidationError) -> Problem:
    """What is said of a question of that shape: `identity.date` of a day or instant that cannot be, else
    `coverage.request-shape`."""
    path, reason = misshapen(error)
    where = path.lstrip(".")
    if (form := _FORMS_OF_TIME.get(reason)) is not None:
        return Problem("identity.date", where=where, form=form)
    return Problem("coverage.request-shape", where=where, reason=reason)


def misshapen(error: msgspec.ValidationError) -> tuple[str, str]:
    """The path of the field ("" for the message itself, else ".chart.kana", "[2]") and the reason.

    The path of a field that is missing or unknown is its own, not that of the object in which it was looked for; "?"
    stands for a name that is not told.
    """
    complaint = _COMPLAINT.fullmatch(str(error))
    assert complaint is not None  # the reason alone matches anything
    reason, path = complaint["reason"], complaint["path"] or ""
    if field := _OF_A_FIELD.fullmatch(reason):
        path = f"{path}.{field[1] if _NAME.fullmatch(field[1]) else '?'}"
    if reason.startswith(_OWN_WORDS):
        return path, reason.split(", got ")[0]
    return path, reason.replace("'", "`").split("`")[0].strip()
