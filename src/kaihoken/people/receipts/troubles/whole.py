"""Troubles of a whole file, planted into its bytes."""

from collections.abc import Callable
from dataclasses import dataclass

from kaihoken.people.receipts.files import END

_LINE = b"\r\n"


@dataclass(frozen=True, slots=True)
class FileTrouble:
    """Something wrong with a file as a whole. `lawful` marks what only looks so."""

    key: str
    says: str
    spoil: Callable[[bytes], bytes]
    lawful: bool = False


def _last_field(place: int) -> Callable[[bytes], bytes]:
    """One more in a field of GO."""

    def spoil(raw: bytes) -> bytes:
        before, last = _parted(raw)
        fields = last.split(b",")
        fields[place] = str(int(fields[place]) + 1).encode()
        return before + b",".join(fields) + _LINE + END

    return spoil


def _parted(raw: bytes) -> tuple[bytes, bytes]:
    """What stands before the last record, and that record."""
    place = raw.rindex(b"GO,")
    return raw[:place], raw[place:].removesuffix(END).removesuffix(_LINE)


def _headless(raw: bytes) -> bytes:
    return raw[raw.index(_LINE) + 2 :]


def _two_heads(raw: bytes) -> bytes:
    head = raw[: raw.index(_LINE) + 2]
    return head + raw


def _other_house(raw: bytes) -> bytes:
    return raw.replace(b"IR,1,", b"IR,9,", 1).replace(b"IR,2,", b"IR,9,", 1)


def _goes_on(raw: bytes) -> bytes:
    before, last = _parted(raw)
    return before + last[: last.rindex(b",") + 1] + b"01" + _LINE + END


FILE_TROUBLES = (
    FileTrouble("file-points-off", "総合計点数 of GO is one more", _last_field(2)),
    FileTrouble("file-count-off", "総件数 of GO is one more", _last_field(1)),
    FileTrouble("file-cut-short", "the last third is missing", lambda raw: raw[: len(raw) * 2 // 3]),
    FileTrouble("file-without-an-end", "no GO", lambda raw: _parted(raw)[0] + END),
    FileTrouble("file-without-a-head", "no IR", _headless),
    FileTrouble("file-with-two-heads", "IR twice", _two_heads),
    FileTrouble("file-of-no-house", "審査支払機関 9", _other_house),
    FileTrouble("two-files-in-one", "the file twice, one behind the other", lambda raw: raw + raw),
    FileTrouble(
        "file-in-another-encoding", "all of it in UTF-8", lambda raw: raw.decode("cp932").encode("utf-8")
    ),
    FileTrouble("file-that-goes-on", "GO says volume 01, as if another file came", _goes_on),
    FileTrouble("file-with-plain-line-ends", "LF alone", lambda raw: raw.replace(_LINE, b"\n")),
    FileTrouble("file-without-the-mark", "no 0x1A", lambda raw: raw.removesuffix(END), lawful=True),
)
