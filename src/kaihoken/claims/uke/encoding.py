"""Which encoding a file is in that is not in Shift_JIS."""

_MARKS = ((b"\xef\xbb\xbf", "UTF-8"), (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


def foreign_encoding(raw: bytes) -> str:
    """UTF-8 or UTF-16 where the bytes of a line can hardly be anything else, "" where they may be Shift_JIS."""
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return name
    if b"\x00" in raw:
        return "UTF-16"
    if raw.isascii():
        return ""
    try:
        raw.decode()
    except UnicodeDecodeError:
        return ""
    return "UTF-8"


def as_cp932(raw: bytes) -> bytes:
    """A line in UTF-8 as it would stand in Shift_JIS, without the mark of its encoding."""
    return raw.decode("utf-8-sig", "replace").encode("cp932", "replace")
