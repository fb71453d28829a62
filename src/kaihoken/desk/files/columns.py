"""Which column of a file holds what: guessed from words and contents, confirmed by a person, remembered by the header.
Pure."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Final, Literal

import msgspec

from kaihoken.identity import InsurerNumber, PayerNumber, RecipientNumber, has_kanji, read_birthdate
from kaihoken.problems import Problem


class Field(StrEnum):
    """What a column can hold. 公費 come in pairs: up to four."""

    NUMBER = "number"  # 患者番号
    NAME = "name"
    KANA = "kana"
    BIRTHDATE = "birthdate"
    INSURER_NUMBER = "insurer-number"
    SYMBOL = "symbol"
    INSURED_NUMBER = "insured-number"
    BRANCH = "branch"
    SHARE = "share"
    PHONE = "phone"
    PAYER_1 = "payer-1"
    RECIPIENT_1 = "recipient-1"
    PAYER_2 = "payer-2"
    RECIPIENT_2 = "recipient-2"
    PAYER_3 = "payer-3"
    RECIPIENT_3 = "recipient-3"
    PAYER_4 = "payer-4"
    RECIPIENT_4 = "recipient-4"
    DAY = "day"  # of an appointment
    TIME = "time"
    AT = "at"  # day and time in one cell
    STATUS = "status"  # whether it was cancelled


SUBSIDIES: Final = tuple((Field(f"payer-{one}"), Field(f"recipient-{one}")) for one in range(1, 5))
Kind = Literal["patients", "appointments"]
_OF_APPOINTMENTS = {Field.DAY, Field.TIME, Field.AT, Field.STATUS}
FIELDS_OF: Final[Mapping[Kind, tuple[Field, ...]]] = {
    "patients": tuple(field for field in Field if field not in _OF_APPOINTMENTS),
    "appointments": (
        Field.NUMBER,
        Field.NAME,
        Field.BIRTHDATE,
        Field.DAY,
        Field.TIME,
        Field.AT,
        Field.STATUS,
    ),
}

_WORDS: Final[Mapping[Field, str]] = {
    Field.NUMBER: "患者番号 患者id 患者コード 患者no カルテ番号 カルテno 診察券番号 診察券no patientid patientnumber",
    Field.NAME: "氏名 患者氏名 漢字氏名 氏名漢字 患者氏名漢字 患者名 名前 お名前 name",
    Field.KANA: "カナ カナ氏名 氏名カナ 患者カナ 患者カナ氏名 患者氏名カナ フリガナ ふりがな カナ名 kana",
    Field.BIRTHDATE: "生年月日 患者生年月日 誕生日 birthdate dateofbirth",
    Field.INSURER_NUMBER: "保険者番号 保険者no 主保険者番号 保険保険者番号 insurernumber",
    Field.SYMBOL: "記号 被保険者証記号 被保険者記号 保険証記号 保険記号 資格記号 symbol",
    Field.INSURED_NUMBER: "番号 被保険者証番号 被保険者番号 保険証番号 保険番号 資格番号 insurednumber",
    Field.BRANCH: "枝番 枝番号 被保険者証枝番 被保険者枝番 保険枝番 branch",
    Field.SHARE: "割合 負担割合 一部負担割合 一部負担金割合 自己負担割合 窓口負担割合 負担率 share",
    Field.PHONE: "電話 電話番号 tel 連絡先 携帯電話 携帯番号 携帯電話番号 phone",
    Field.DAY: "予約日 予約年月日 来院予定日 予約日付 date",
    Field.TIME: "予約時刻 予約時間 時刻 開始時刻 予約開始時刻 time",
    Field.AT: "予約日時 日時 来院予定日時",
    Field.STATUS: "状態 予約状態 予約状況 状況 ステータス キャンセル status",
}
_FIELD_OF_WORD = {word: field for field, words in _WORDS.items() for word in words.split()}
_SUBSIDY = re.compile(
    r"第?([1-4一二三四])?公費?([1-4])?(?:の)?(負担者|受給者)(?:番号|no)?([1-4])?|(負担者|受給者)番号([1-4])?"
)
_KANJI_DIGITS = {"一": "1", "二": "2", "三": "3", "四": "4"}


class Columns(msgspec.Struct, frozen=True):
    """What a person confirmed of a header: the kind of the file, and the column (from 0) of each field."""

    kind: Kind
    at: dict[Field, int]


class Guess(msgspec.Struct, frozen=True):
    """Which column a field may be in, and why: a word of the header, the contents, or what was confirmed before."""

    column: int
    why: Literal["word", "content", "before"]


def plain_heading(text: str) -> str:
    """A heading as it is compared: one width, no spaces and marks."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).lower() if char.isalnum())


def field_of_heading(text: str) -> Field | None:
    """What a heading says, None where it is no word that we know."""
    plain = plain_heading(text)
    known = _FIELD_OF_WORD.get(plain)
    if known is not None or "者" not in plain:
        return known
    found = _SUBSIDY.fullmatch(plain)
    if found is None:
        return None
    first, second, who, third, bare, fourth = found.groups()
    place = first or second or third or fourth or "1"
    kind = "payer" if (who or bare) == "負担者" else "recipient"
    return Field(f"{kind}-{_KANJI_DIGITS.get(place, place)}")


def fingerprint(header: Sequence[str], width: int) -> str:
    """What a header is remembered by. Files without a header are told apart by how many columns they have."""
    said = "\x1f".join(map(plain_heading, header)) if header else f"no header, {width} columns"
    return hashlib.sha256(said.encode()).hexdigest()


def guess_columns(
    header: Sequence[str], rows: Sequence[Sequence[str]], today: date, before: Mapping[str, Field]
) -> dict[Field, Guess]:
    """A column for each field for which one offers itself. `rows` are some of the first ones, `before` what headings
    meant in files that were confirmed before. No column is given twice, and what could be either is left open."""
    found: dict[Field, Guess] = {}
    for column, heading in enumerate(header):
        earlier = before.get(plain_heading(heading))
        field = earlier or field_of_heading(heading)
        if field is not None and field not in found:
            found[field] = Guess(column, "before" if earlier else "word")
    taken = {guess.column for guess in found.values()}
    width = len(header) or max(map(len, rows), default=0)
    for field, fits in _BY_CONTENT.items():
        if field in found:
            continue
        columns = [
            column
            for column in range(width)
            if column not in taken
            and _mostly([row[column] for row in rows if column < len(row)], fits, today)
        ]
        if len(columns) == 1:
            found[field] = Guess(columns[0], "content")
            taken.add(columns[0])
    return found


def kind_of(guesses: Mapping[Field, Guess]) -> Kind:
    """The kind of file that these columns make: with a day of an appointment it is a list of appointments."""
    return "appointments" if Field.DAY in guesses or Field.AT in guesses else "patients"


def require_columns(columns: Columns) -> Columns:
    """What a file needs to be read. Problem `desk.file-columns`."""
    at = columns.at
    if len(set(at.values())) < len(at):
        raise Problem("desk.file-columns")
    if columns.kind == "patients":
        wanted = (Field.NUMBER in at, Field.NAME in at)
    else:
        whose = Field.NUMBER in at or (Field.NAME in at and Field.BIRTHDATE in at)
        wanted = (whose, Field.AT in at or (Field.DAY in at and Field.TIME in at))
    if not all(wanted):
        raise Problem("desk.file-columns")
    return columns


def _mostly(cells: list[str], fits: Callable[[str, date], bool], today: date) -> bool:
    """Nine of ten: a file may hold slips, and one number in ten passes a check digit by chance."""
    filled = [unicodedata.normalize("NFKC", cell) for cell in cells if cell]
    return len(filled) >= 3 and sum(fits(cell, today) for cell in filled) >= 0.9 * len(filled)


def _is_insurer(cell: str, today: date) -> bool:
    return len(cell) in (6, 8) and _reads(InsurerNumber.parse, cell)


def _is_payer(cell: str, today: date) -> bool:
    return _reads(PayerNumber.parse, cell)


def _is_recipient(cell: str, today: date) -> bool:
    return _reads(RecipientNumber.parse, cell)


def _is_birthdate(cell: str, today: date) -> bool:
    return len(cell) >= 7 and _reads(lambda text: _require_past(read_birthdate(text), today), cell)


def _require_past(day: date, today: date) -> None:
    if not date(1900, 1, 1) <= day <= today:
        raise Problem("identity.date", form="")


def _is_kana(cell: str, today: date) -> bool:
    return re.fullmatch(r"[ァ-ヶー ・]+", cell) is not None


def _is_name(cell: str, today: date) -> bool:
    parts = cell.split()
    return len(parts) == 2 and has_kanji(cell) and not any(map(str.isdigit, cell)) and len(cell) <= 12


def _is_phone(cell: str, today: date) -> bool:
    return re.fullmatch(r"0[0-9]{9,10}", re.sub(r"[-() ]", "", cell)) is not None


def _is_share(cell: str, today: date) -> bool:
    return re.fullmatch(r"[0-3]割|0[123]0|[123]0%?", cell) is not None


def _reads(read: Callable[[str], object], cell: str) -> bool:
    try:
        read(cell)
    except Problem:
        return False
    return True


_BY_CONTENT: Final[Mapping[Field, Callable[[str, date], bool]]] = {
    Field.INSURER_NUMBER: _is_insurer,
    Field.PAYER_1: _is_payer,
    Field.RECIPIENT_1: _is_recipient,
    Field.BIRTHDATE: _is_birthdate,
    Field.KANA: _is_kana,
    Field.NAME: _is_name,
    Field.PHONE: _is_phone,
    Field.SHARE: _is_share,
}
"""In this order: what has a check digit first."""
