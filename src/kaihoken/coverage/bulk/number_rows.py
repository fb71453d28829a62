"""A row of a list of numbers, in our own JSON or as an OQS client sends it: from its bytes to a question.

A row is read by itself, so one that cannot be read costs no other; what is wrong with it is a Problem with the place in
the row.
"""

from collections.abc import Iterator
from datetime import date
from typing import Literal

import msgspec

from kaihoken.coverage import oqs
from kaihoken.coverage.asked_days import day_asked
from kaihoken.coverage.free_text import LONGEST_TEXT, can_be_brought, check_characters, check_lengths
from kaihoken.coverage.inquiry import BulkInquiry, CareDayInquiry, Chart, birthdate_asked, insurer_asked
from kaihoken.coverage.review.terms import check_claimable
from kaihoken.coverage.shape import read_message
from kaihoken.identity import canonical_branch, canonical_number
from kaihoken.problems import Problem

LONGEST_ROW = 8 * 1024
"""Bytes. A row has some hundred."""

_SEARCH = "/XmlMsg/MessageBody/QualificationConfirmSearchInfo/"


class NumberRow(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False
):
    """Who is asked about: 保険者番号, 記号, 番号, 枝番 and 生年月日 as in a question by number. `id` is the asker's
    own key for the row and is given back with its result. `on` is a day on which the asker saw the patient and which it
    is about to claim: the row is then answered as a claim of that day is, and not as the list is. `kana`, `name`, `sex`
    and `relation` (本人・家族) are what the asker has written down of the patient: compared with the register, never
    told from it."""

    insurer_number: str
    number: str
    birthdate: date
    symbol: str = ""
    branch: str = ""
    id: str = ""
    kana: str = ""
    name: str = ""
    sex: Literal["", "1", "2"] = ""
    relation: Literal["", "1", "2"] = ""
    on: date | msgspec.UnsetType = msgspec.UNSET


_TEXTS = ("insurer_number", "symbol", "number", "branch", "id", "kana", "name")
_NAMES = frozenset(NumberRow.__struct_fields__)
_decoder = msgspec.json.Decoder(NumberRow)
_decode_sent = msgspec.json.Decoder(tuple[str | None, ...]).decode
_decode_id = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class AskedRow(msgspec.Struct, frozen=True, gc=False):
    """A row that could be read. `id` and `sent` are what is given back with its result."""

    inquiry: BulkInquiry | CareDayInquiry
    id: str = ""
    sent: bytes = b""  # JSON of the texts of the OQS elements
    on: date | None = None  # a day of its own


def read_number(content: bytes, facility: str, today: date) -> AskedRow:
    """The question in a row of our own JSON. Problems of `read_check`, `coverage.request-length`,
    `coverage.request-character`, `coverage.request-number`, those of identity, with the field as `where`;
    `coverage.bulk-row-long`; of a row with a day of its own those of `day_asked` and `check_claimable`."""
    if len(content) > LONGEST_ROW:
        raise Problem("coverage.bulk-row-long", most=LONGEST_ROW)
    row = read_message(content, _decoder, _NAMES)
    if len(content) > LONGEST_TEXT:
        check_lengths(_texts(row))
    # An escape, or the bytes of U+FFFE and U+FFFF: JSON writes none of the others in another way.
    if b"\\" in content or b"\xef\xbf" in content:
        check_characters(_texts(row))
    if not canonical_number(row.number):
        raise Problem("coverage.request-number", where="number")
    canonical_branch(row.branch, "branch")
    on = None if row.on is msgspec.UNSET else row.on
    if on is not None:
        check_claimable(day_asked(on, today), today)
    inquiry = (BulkInquiry if on is None else CareDayInquiry)(
        insurer_asked(row.insurer_number, facility, "insurer_number"),
        row.symbol,
        row.number,
        row.branch,
        birthdate_asked(row.birthdate, today, "birthdate"),
        facility,
        chart=_chart(row),
    )
    return AskedRow(inquiry, row.id, on=on)


def _chart(row: NumberRow) -> Chart | None:
    if not (row.kana or row.name or row.sex or row.relation):
        return None
    return Chart(row.kana, row.name, row.relation, sex=row.sex)


def _texts(row: NumberRow) -> Iterator[tuple[str, str]]:
    """The free texts of a row, with their places."""
    yield from ((name, getattr(row, name)) for name in _TEXTS)


def id_of(content: bytes) -> str:
    """The asker's key of a row that could not be read as a question, where it can be told; else ""."""
    try:
        own = msgspec.json.decode(_decode_id(content)["id"], type=str)
    except (msgspec.MsgspecError, KeyError, UnicodeDecodeError, RecursionError):
        return ""
    return own if len(own) <= LONGEST_TEXT and can_be_brought(own) else ""


def packed_search(sent: oqs.Sent) -> bytes:
    """A row as a list of an OQS client keeps it: the texts of its elements in the order of the wire."""
    return msgspec.json.encode(sent)


def read_search(content: bytes, facility: str, today: date) -> AskedRow:
    """The question in a row of an OQS list. Problems of the `oqs.` family, `coverage.request-number` and those of
    identity, with the path of the element as `where`."""
    search = oqs.search_of(_decode_sent(content))
    if not canonical_number(search.number):
        raise Problem("coverage.request-number", where=f"{_SEARCH}InsuredIdentificationNumber")
    canonical_branch(search.branch or "", f"{_SEARCH}InsuredBranchNumber")
    inquiry = BulkInquiry(
        insurer_asked(search.insurer_number.strip(), facility, f"{_SEARCH}InsurerNumber"),
        search.symbol or "",
        search.number,
        search.branch or "",
        birthdate_asked(search.birthdate, today, f"{_SEARCH}Birthdate"),
        facility,
    )
    return AskedRow(inquiry, sent=content)
