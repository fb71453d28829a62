"""差分: what a corrected file has otherwise than the file that was read, field by field."""

from collections.abc import Iterable, Iterator

import msgspec

FOR_CHECKING = (
    "確認用です。このまま送らないでください。レセコンで同じ修正をして、ファイルを作り直してください。\n"
    "For checking only. Do not send it: mend the same in the software that made the file, and make the file again."
)


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One field of one line. `before` and `after` are what the field holds: of a person, so not for logs."""

    check: str
    line: int
    receipt: int  # its place in the file, 0 outside of receipts
    record: str
    field: str
    position: int
    name: str
    before: str
    after: str


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """Every change of a file, in its order. `sha256` is of the file that was read."""

    sha256: str
    changes: tuple[Change, ...]
    notice: str = FOR_CHECKING


def told_as_text(changes: Iterable[Change]) -> Iterator[str]:
    """The difference for people, line by line."""
    yield FOR_CHECKING + "\n\n"
    for one in changes:
        yield f"{one.line}行 {one.record}({one.position}) {one.name} [{one.check}]\n"
        yield f"  - 「{one.before}」\n  + 「{one.after}」\n"
