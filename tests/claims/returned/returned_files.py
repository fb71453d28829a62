"""Small returned files for tests: a receipt with the reason why it came back and the block that it brings."""

from collections.abc import Mapping, Sequence

from tests.claims.files import Fields, a_receipt, head, in_bytes

SEARCH = "130000000000000000000000000001"


def a_reason(
    code: str = "L3129",
    *,
    search: str = SEARCH,
    kind: str = "1",
    text: str = "種別の誤り",
    corrected: str = "",
) -> Fields:
    """HR as 支払基金 wrote it in December."""
    return ["HR", "202612", kind, "", code, text, "", corrected, "", search, "", "", "", ""]


def a_block(
    request: Sequence[Fields],
    search: str = SEARCH,
    *,
    first: Fields | None = None,
    last: Fields | None = None,
) -> list[Fields]:
    """履歴管理ブロック: what was claimed, line by line, between レセプト管理 and レコード管理情報."""
    claimed = [first or head(), *request]
    return [
        ["8", "1", "0", "MN", "0000000000000001", "東京都港区", search, "", "", ""],
        *(["1", str(at), "0", *line] for at, line in enumerate(claimed, 2)),
        last or ["8", str(len(claimed) + 2), "0", "RC", "ABC123"],
    ]


def a_returned(
    number: int = 1,
    *,
    search: str = SEARCH,
    reasons: Sequence[Fields] | None = None,
    block: Sequence[Fields] | None = None,
    re: Mapping[int, str] | None = None,
    ho: Mapping[int, str] | None = None,
    publics: Sequence[Fields] = (),
) -> list[Fields]:
    """A receipt of October that came back."""
    request = a_receipt(number, re={18: search} | dict(re or {}), ho=ho, publics=publics)
    why = [a_reason(search=search)] if reasons is None else list(reasons)
    return [*request, *why, *(a_block(request, search) if block is None else block)]


def a_returned_file(
    *receipts: list[Fields], house: str = "1", month: str = "202612", count: str = ""
) -> bytes:
    """A whole returned file."""
    first = ["HI", house, month, "13", "1", "1234566", "", "00"]
    last = ["HG", count or str(len(receipts)), "", "99"]
    return in_bytes([first, *(line for receipt in receipts for line in receipt), last]) + b"\x1a"
