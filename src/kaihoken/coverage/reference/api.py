"""POST /v1/reference-numbers and /v1/reference-number-withdrawals: 照会番号 in our own JSON.

Everything stands in the body. A facility registers for itself alone: whose number it is follows from who asks.
"""

from datetime import date
from typing import TypeVar

import msgspec

from kaihoken.coverage.free_text import check_characters, check_lengths
from kaihoken.coverage.inquiry import birthdate_asked, insurer_asked, reference_asked
from kaihoken.coverage.reference.referencing import Linking, LinkStatus
from kaihoken.coverage.shape import read_message
from kaihoken.identity import canonical_branch, canonical_number
from kaihoken.problems import Problem


class ReferenceNumberRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Register `reference_number` for whoever has these numbers, as an eligibility check answers them. 記号, 枝番 and
    生年月日 may be left out where the rest means one person."""

    reference_number: str
    insurer_number: str
    number: str
    symbol: str = ""
    branch: str = ""
    birthdate: date | None = None


class ReferenceNumberWithdrawal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take back `reference_number`, whoever it stands for."""

    reference_number: str


class ReferenceNumberAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What became of it: registered, replaced (the patient had another), unchanged, withdrawn."""

    status: LinkStatus


_Asked = TypeVar("_Asked", ReferenceNumberRequest, ReferenceNumberWithdrawal)

_TEXTS = ("insurer_number", "symbol", "number", "branch")


def read_linking(body: bytes, facility: str, today: date) -> Linking:
    """The registration in a body, of a facility. Problems of `question_problem`, `coverage.request-repeated`,
    `coverage.request-json`, those of identity and of 照会番号 with the field as `where`."""
    request = _read(body, ReferenceNumberRequest)
    reference_number = reference_asked(request.reference_number, "reference_number")
    texts = [(name, getattr(request, name)) for name in _TEXTS]
    check_lengths(texts)
    check_characters(texts)
    if not canonical_number(request.number):
        raise Problem("coverage.request-number", where="number")
    canonical_branch(request.branch, "branch")
    born = request.birthdate
    return Linking(
        reference_number=reference_number,
        insurer=insurer_asked(request.insurer_number, facility, "insurer_number"),
        symbol=request.symbol,
        number=request.number,
        branch=request.branch,
        birthdate=None if born is None else birthdate_asked(born, today, "birthdate"),
    )


def read_withdrawal(body: bytes) -> str:
    """The 照会番号 that a body takes back. Problems as of `read_linking`."""
    return reference_asked(_read(body, ReferenceNumberWithdrawal).reference_number, "reference_number")


def _read(body: bytes, kind: type[_Asked]) -> _Asked:
    return read_message(body, msgspec.json.Decoder(kind), frozenset(kind.__struct_fields__))
