"""File names of the req, res and face folders: which interface a file belongs to, and what its result is called.

Pure text. A name is `<interface><step>(req|res)_<suffix>.<extension>`; the result of a request has its name with req
turned into res, and a request that was refused on the spot comes back under its own name beside a `.err`.

`INTERFACES` says of each name how far it is known. The layouts themselves are not public; "C" is confirmed in use, "C2"
twice over, "I" inferred, "U" unknown.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from kaihoken.clock import TOKYO
from kaihoken.coverage.oqs.wire_text import day, second
from kaihoken.problems import Problem

Direction = Literal["req", "res"]
Certainty = Literal["C2", "C", "I", "U"]


@dataclass(frozen=True, slots=True)
class Interface:
    """One interface by the stem of its files. `steps` are those that were seen, none where only the stem was."""

    stem: str
    steps: tuple[str, ...]
    meaning_ja: str
    meaning_en: str
    stem_certainty: Certainty
    meaning_certainty: Certainty

    @property
    def many(self) -> bool:
        """Whether its messages speak of many persons."""
        return self.stem[3:5] == "mu"


_ONE = ("01",)
_TWO = ("01", "02")

INTERFACES = tuple(
    Interface(*row)
    for row in (
        ("OQSsiquc", _ONE, "資格確認", "eligibility, one person", "C2", "C2"),
        ("OQSsiimm", _ONE, "照会番号登録", "registration of a reference number", "C2", "C2"),
        ("OQSmuquc", _TWO, "資格確認 一括照会", "eligibility, many persons", "C2", "C2"),
        ("OQSmuimm", _TWO, "照会番号 一括登録", "registration of many reference numbers", "C2", "C2"),
        ("OQSmutic", _TWO, "医療扶助 医療券 一括取得", "tickets of public assistance, many", "C", "C"),
        ("OQSmuhvq", _TWO, "訪問診療等 一括", "home visits, many", "C", "C"),
        ("OQSsihvq", (), "訪問診療等", "home visits, one person", "C", "I"),
        ("OQSmuonq", _TWO, "オンライン診療等 一括", "online visits, many", "C", "C"),
        ("OQSsionq", (), "オンライン診療等", "online visits, one person", "C", "I"),
        ("OQSsihvd", (), "訪問診療等 同意の取消", "taking back a consent for home visits", "C", "I"),
        ("OQSsiurl", (), "URLの取得・変更", "address for home and online visits", "C", "I"),
        ("OQSsiinq", (), "環境設定 照会", "settings, asking", "C", "I"),
        ("OQSsiupd", (), "環境設定 更新", "settings, changing", "C", "I"),
        ("YZKsiquc", _ONE, "薬剤情報・診療情報 閲覧", "medicines and care, viewing", "C", "C"),
        ("TKKsiquc", _ONE, "特定健診情報 閲覧", "check-ups, viewing", "C", "C"),
        (
            "EPSsiDMP",
            _ONE,
            "電子処方箋（別のシステム）",
            "electronic prescriptions, another system",
            "C",
            "U",
        ),
        ("PMHsimsm", (), "PMH", "PMH", "C", "U"),
    )
)
"""Every interface whose files were seen, with how certain the name and its meaning are."""

_BY_STEM = {interface.stem: interface for interface in INTERFACES}

# A suffix is free, but must be the end of a file name on every system and never a path.
_name = re.compile(
    r"(?P<stem>[A-Z]{3}[A-Za-z]{5})(?P<step>\d\d)(?P<direction>req|res)_"
    r"(?P<suffix>[^/\\:*?\"<>|.\x00-\x1f]{1,120})\.(?P<extension>(?i:xml|zip|pdf|err))"
).fullmatch
_daily = re.compile(r"[0-9]{12}").fullmatch
_LAST_OF_A_DAY = 9999
_face = re.compile(
    r"OQSsiquc01res_face_(?P<facility>[0-9]{10})(?P<token>[0-9a-f]{20})_(?P<at>[0-9]{14})\.xml"
).fullmatch


@dataclass(frozen=True, slots=True)
class FileName:
    """A name taken apart. `str()` puts it together again."""

    interface: Interface
    step: str
    direction: Direction
    suffix: str
    extension: str = "xml"

    def __str__(self) -> str:
        return f"{self.interface.stem}{self.step}{self.direction}_{self.suffix}.{self.extension}"

    def result(self, extension: str = "xml") -> "FileName":
        """The name of the result of this request: `zip` where it is packed, `pdf` where it is for reading."""
        return replace(self, direction="res", extension=extension)

    def rejection(self) -> tuple["FileName", "FileName"]:
        """What appears in `res` when this request was refused on the spot: the request itself, and its `.err`."""
        return self, replace(self, extension="err")


@dataclass(frozen=True, slots=True)
class FaceName:
    """Name of a card reader's result: 医療機関コード, 20 hexadecimal digits at random, and when."""

    facility: str
    token: str
    at: datetime

    def __str__(self) -> str:
        return f"OQSsiquc01res_face_{self.facility}{self.token}_{second(self.at)}.xml"


def parse_file_name(name: str) -> FileName:
    """The parts of a name in `req` or `res`. Problem `oqs.file-name` for a name of another form, of an interface that
    is not known, or of a step that the interface does not have."""
    found = _name(name)
    interface = found and _BY_STEM.get(found["stem"])
    if found is None or interface is None or (interface.steps and found["step"] not in interface.steps):
        raise Problem("oqs.file-name")
    direction: Direction = "req" if found["direction"] == "req" else "res"
    return FileName(interface, found["step"], direction, found["suffix"], found["extension"].lower())


def file_name(stem: str, step: str, direction: Direction, suffix: str) -> FileName:
    """A name from its parts. Problem `oqs.file-name` as for a name that was read."""
    return parse_file_name(f"{stem}{step}{direction}_{suffix}.xml")


def daily_suffix(on: date, sequence: int) -> str:
    """The suffix that senders use among themselves: the day and a number within it, 1 to 9999."""
    if not 1 <= sequence <= _LAST_OF_A_DAY:
        raise ValueError("a daily sequence number has four digits")
    return f"{day(on)}{sequence:04}"


def fresh_name(stem: str, step: str, on: date, used: Iterable[str]) -> FileName:
    """A name for a request that none of `used` has, whichever their interface and direction: the day and the number
    after the largest. Other names do not count. Problems `oqs.file-name`, `oqs.folder-names-used-up` after 9999."""
    today, last = day(on), 0
    for name in used:
        with suppress(Problem):
            suffix = parse_file_name(name.removeprefix(".").removesuffix(".part")).suffix
            if _daily(suffix) is not None and suffix.startswith(today):
                last = max(last, int(suffix[len(today) :]))
    if last >= _LAST_OF_A_DAY:
        raise Problem("oqs.folder-names-used-up", day=on.isoformat())
    return file_name(stem, step, "req", daily_suffix(on, last + 1))


def parse_face_name(name: str) -> FaceName:
    """The parts of a name in `face`. Problem `oqs.file-name` for another form or an impossible time."""
    found = _face(name)
    if found is None:
        raise Problem("oqs.file-name")
    try:
        at = datetime.strptime(found["at"], "%Y%m%d%H%M%S").replace(tzinfo=TOKYO)
    except ValueError:
        raise Problem("oqs.file-name") from None
    return FaceName(found["facility"], found["token"], at)


def face_name(facility: str, token: bytes, at: datetime) -> FaceName:
    """A name for `face` from a 医療機関コード and ten random bytes. The name of a patient is never in it."""
    return FaceName(facility, token.hex(), at)
