"""Small claim files for tests: a lawful receipt, changed where a test wants it changed."""

from collections.abc import Iterable, Mapping, Sequence

Fields = list[str]
CRLF = "\r\n"


def days(*marked: int, mark: str = "1") -> Fields:
    """31 fields, marked on these days."""
    return [mark if day in marked else "" for day in range(1, 32)]


def head(**changed: str) -> Fields:
    """IR of a clinic in Tokyo that sends to 支払基金 in November."""
    fields = ["IR", "1", "13", "1", "1234566", "", "港クリニック", "202611", "00", "03-0000-0000"]
    return _changed(fields, {"house": 1, "point_table": 3, "claimed_month": 7, "volume": 8}, changed)


def act(code: str, points: int, *on: int, record: str = "SI", section: str = "", burden: str = "1") -> Fields:
    """An act that is billed once on each of these days."""
    line = [record, section, burden, code, "", str(points), str(len(on)), *[""] * 6, *days(*on)]
    return line if record != "TO" else [*line[:7], "", "", "", "", *line[7:]]


def a_receipt(
    number: int = 1,
    *,
    re: Mapping[int, str] | None = None,
    ho: Mapping[int, str] | None = None,
    publics: Sequence[Fields] = (),
    visits: Sequence[int] = (3, 10),
    acts: Sequence[Fields] | None = None,
    without: Iterable[str] = (),
) -> list[Fields]:
    """A receipt of October: first visit on the 3rd, another on the 10th. `re` and `ho` replace fields by position."""
    billed = (
        [
            act("111000110", 291, 3, section="11"),
            act("112007410", 76, 10, section="12"),
            act("112011010", 52, 10),
        ]
        if acts is None
        else list(acts)
    )
    points = sum(int(line[5]) * int(line[6]) for line in billed if line[0] in ("SI", "IY", "TO") and line[5])
    common = ["RE", str(number), "1112", "202610", "山田　花子", "2", "19850512", *[""] * 31]
    common[11], common[13], common[36] = "29", str(5000 + number), "ヤマダ　ハナコ"
    insurance = ["HO", "01130012", "１２３４５６７８", "１２３", str(len(visits)), str(points), *[""] * 9]
    lines = [
        _put(common, re or {}),
        _put(insurance, ho or {}),
        *publics,
        ["SN", "1", "01", "", "", "", "01", "", ""],
        ["JD", "1", *days(*visits)],
        ["MF", "00", *[""] * 31],
        ["SY", "8830052", "20261003", "1", "", "", "01", ""],
        *billed,
    ]
    return [line for line in lines if line[0] not in set(without)]


def a_file(*receipts: list[Fields], first: Fields | None = None, end: Fields | None = None) -> bytes:
    """A whole file; GO counts what the receipts say unless `end` is given."""
    paid = [line for receipt in receipts for line in receipt if line[0] in ("HO", "KO")]
    firsts = [next((line for line in receipt if line[0] in ("HO", "KO")), None) for receipt in receipts]
    points = 0 if end else sum(int(line[5] or "0") for line in firsts if line and line[5].isdigit())
    closing = end or ["GO", str(len(paid)), str(points), "99"]
    return in_bytes([first or head(), *(line for receipt in receipts for line in receipt), closing]) + b"\x1a"


def in_bytes(lines: Iterable[Fields]) -> bytes:
    """Lines as they stand in a file."""
    return "".join(",".join(line) + CRLF for line in lines).encode("cp932")


def _put(fields: Fields, changed: Mapping[int, str]) -> Fields:
    return [changed.get(at, text) for at, text in enumerate(fields)]


def _changed(fields: Fields, places: Mapping[str, int], changed: Mapping[str, str]) -> Fields:
    return _put(fields, {places[key]: text for key, text in changed.items()})
