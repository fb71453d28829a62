"""An answer of a hub as a desk keeps it: when, by what, for whom of the staff, with its receipt."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import msgspec

from kaihoken.clock import tokyo_day
from kaihoken.coverage import Answer
from kaihoken.coverage.view import retold
from kaihoken.web import Language


class By(StrEnum):
    """How a patient's coverage was asked about."""

    CARD = "card"  # マイナンバーカード at the reader
    PHONE = "phone"  # スマホ at the second reader
    NUMBER = "number"  # 記号番号 typed in, or of the file
    LIST = "list"  # 一括照会 of the evening before
    CONFIRMATION = "confirmation"  # 資格確認書, its numbers asked
    FAILURE = "failure"  # システム障害時モード: by four items
    STANDING = "standing"  # 再照会 on a consent that stands


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """One answer. `receipt` is the receipt's JSON, "" for a row of a list, whose record stands at the hub; `staff` the
    sign of who asked, "" where a patient did at the reader or the desk by itself."""

    at: datetime
    by: By
    answer: Answer
    answer_hash: str
    receipt: str
    staff: str = ""

    def told_in(self, language: Language) -> "Checked":
        """The same for who reads that language, in whichever it was asked."""
        return msgspec.structs.replace(self, answer=retold(self.answer, language))

    @property
    def day(self) -> date:
        """The day on which it was answered: not always the day asked about."""
        return tokyo_day(self.at)


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """Where the record of an answer stands: the log by the start of its id, and the place."""

    log: str
    place: int


class _Head(msgspec.Struct, frozen=True):
    log_id: str
    size: int


class _Receipt(msgspec.Struct, frozen=True):
    head: _Head


def receipt_line(checked: Checked) -> ReceiptLine | None:
    """The receipt in one line, None where none is kept."""
    try:
        head = msgspec.json.decode(checked.receipt, type=_Receipt).head
    except msgspec.MsgspecError:
        return None
    return ReceiptLine(head.log_id[:8], head.size)
