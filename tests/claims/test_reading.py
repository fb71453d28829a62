"""The reader of claim files: every byte kept, every fault placed, the good part read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.claims.checks import examine
from kaihoken.claims.uke import Head, Line, Part, ReceiptLines, Tail, raw_bytes, read
from kaihoken.claims.uke.reading import LONGEST_LINE

from .files import a_file, a_receipt, head, in_bytes


def checks(parts: list[Part]) -> list[str]:
    return [finding.check for part in parts for finding in part.findings]


def parts_of(content: bytes) -> list[Part]:
    return list(read([content]))


def test_a_lawful_file_is_read_without_a_word() -> None:
    parts = parts_of(a_file(a_receipt(1), a_receipt(2)))

    assert [type(part) for part in parts] == [Head, ReceiptLines, ReceiptLines, Tail]
    assert checks(parts) == []
    first = parts[1]
    assert [line.kind for line in first.lines] == ["RE", "HO", "SN", "JD", "MF", "SY", "SI", "SI", "SI"]
    assert first.lines[0].number == 2


def test_the_mark_of_the_end_may_be_missing() -> None:
    content = a_file(a_receipt()).removesuffix(b"\x1a")

    assert checks(parts_of(content)) == []


@given(
    content=st.one_of(
        st.binary(max_size=600),
        st.lists(
            st.sampled_from(
                (
                    b"IR,1,13,1,1234566,,,202611,00,",
                    b"RE,1,1112",
                    b"GO,1,2,99",
                    b"\x1a",
                    b"SI,,1",
                    b"\xef\xbb\xbf",
                )
            ),
            max_size=12,
        ).map(b"\r\n".join),
    ),
    cut=st.integers(0, 600),
)
def test_whatever_comes_is_kept_byte_for_byte_however_it_comes(content: bytes, cut: int) -> None:
    assert b"".join(raw_bytes(read([content]))) == content
    assert b"".join(raw_bytes(read([content[:cut], content[cut:]]))) == content


@given(number=st.integers(1, 40), receipts=st.integers(0, 4), chunk=st.integers(1, 200))
def test_pieces_of_any_size_read_the_same(number: int, receipts: int, chunk: int) -> None:
    content = a_file(*(a_receipt(number + at) for at in range(receipts)))
    pieces = [content[at : at + chunk] for at in range(0, len(content), chunk)]

    assert list(read(pieces)) == parts_of(content)


def test_a_changed_field_changes_no_other_byte() -> None:
    line = parts_of(a_file(a_receipt()))[1].lines[1]

    changed = line.with_field(3, "４５６")

    assert changed.raw == line.raw.replace("１２３,".encode("cp932"), "４５６,".encode("cp932"))
    assert changed.at(3) == "４５６"
    assert (changed.number, changed.ending) == (line.number, line.ending)


def test_a_field_behind_the_last_one_is_added_with_its_commas() -> None:
    line = Line(1, b"GO,1,2", b"\r\n", ["GO", "1", "2"])

    assert line.at(4) == ""
    assert line.with_field(4, "99").raw == b"GO,1,2,,99"


def test_utf8_is_named_and_read_all_the_same() -> None:
    parts = parts_of(a_file(a_receipt()).decode("cp932").encode())

    assert checks(parts) == ["file.encoding"]
    assert parts[0].findings[0].facts == {"encoding": "UTF-8"}
    assert parts[1].lines[0].at(4) == "山田　花子"


def test_utf8_with_its_mark_is_read_too() -> None:
    parts = parts_of(a_file(a_receipt()).decode("cp932").encode("utf-8-sig"))

    assert checks(parts) == ["file.encoding"]
    assert parts[0].lines[0].kind == "IR"


def test_utf16_is_named_once() -> None:
    assert checks(parts_of(a_file(a_receipt()).decode("cp932").encode("utf-16"))).count("file.encoding") == 1


def test_a_name_in_plain_letters_says_nothing_of_the_encoding() -> None:
    content = a_file(a_receipt()).decode("cp932").replace("山田　花子", "YAMADA HANAKO").encode("cp932")

    assert checks(parts_of(content)) == []


def test_a_file_that_is_cut_off_keeps_the_receipts_before() -> None:
    content = a_file(a_receipt(1), a_receipt(2))
    parts = parts_of(content[: content.index(b"RE,2") + 30])

    assert [type(part) for part in parts] == [Head, ReceiptLines, ReceiptLines, Tail]
    assert checks(parts[:2]) == []
    assert "file.line-end" in checks(parts[2:3])
    assert checks(parts[3:]) == ["file.no-end"]


def test_two_files_in_one_are_two_files() -> None:
    one = a_file(a_receipt(1))
    parts = parts_of(one + one)

    assert [type(part) for part in parts] == [Head, ReceiptLines, Tail, Head, ReceiptLines, Tail]
    assert checks(parts) == ["file.several", "file.end-inside"]


def test_two_files_joined_without_their_ends_are_found() -> None:
    one = in_bytes([head(), *a_receipt(1)])

    assert checks(parts_of(one + one)) == ["file.no-end", "file.several", "file.no-end"]


def test_receipts_behind_the_end_are_read() -> None:
    parts = parts_of(a_file(a_receipt(1)).removesuffix(b"\x1a") + in_bytes(a_receipt(2)))

    assert [type(part) for part in parts] == [Head, ReceiptLines, Tail, Head, ReceiptLines, Tail]
    assert checks(parts) == ["file.no-head", "file.no-end"]


def test_records_outside_of_receipts_are_named() -> None:
    stray = ["SY", "8830052", "20261003", "1", "", "", "01", ""]
    content = in_bytes([head(), stray, *a_receipt(1), ["GO", "1", "419", "99"], stray])

    assert checks(parts_of(content)) == ["file.before-receipts", "file.behind-end"]


def test_an_empty_file_is_one() -> None:
    assert checks(parts_of(b"")) == ["file.empty", "file.no-end"]
    assert checks(parts_of(b"\x1a")) == ["file.empty", "file.no-end"]


def test_lines_without_carriage_return_are_read_and_named() -> None:
    found = checks(parts_of(a_file(a_receipt()).replace(b"\r\n", b"\n")))

    assert set(found) == {"file.line-end"}
    assert len(found) == 11


def test_a_line_without_end_is_cut_before_it_fills_the_memory() -> None:
    content = b"x" * ((1 << 20) + 10)

    assert b"".join(raw_bytes(read([content]))) == content
    assert max(len(line.raw) for part in read([content]) for line in part.lines) == 1 << 20


@pytest.mark.parametrize("before", [b"", in_bytes([head(), ["RE", "1"]]), a_file(a_receipt())])
def test_what_does_not_end_is_given_up_before_it_fills_the_memory(
    before: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kaihoken.claims.uke.reading.LARGEST_PART", 10_000)
    content = before + b"\r\n" * 1000

    parts = parts_of(content)

    assert b"".join(raw_bytes(parts)) == content
    assert max(len(part.lines) for part in parts) < 100
    assert "file.endless" in checks(parts)
    assert list(examine(parts))


def test_a_long_line_is_cut_in_a_file_that_comes_at_once_too() -> None:
    content = in_bytes([head()]) + b"x" * (5 * LONGEST_LINE) + b"\r\n"

    assert max(len(line.raw) for part in parts_of(content) for line in part.lines) < 3 * LONGEST_LINE


def test_a_record_of_no_kind_stays_in_its_receipt() -> None:
    receipt = a_receipt()
    parts = parts_of(a_file([*receipt, ["ZZ", "1"]]))

    assert checks(parts) == ["form.record"]
    assert parts[1].lines[-1].kind == "ZZ"


def test_a_file_of_a_month_before_the_first_layout_is_read_by_the_newest() -> None:
    first, *rest = parts_of(a_file(a_receipt(), first=head(claimed_month="199001")))

    assert isinstance(first, Head)
    assert first.layout.calendar == "western"
    assert checks([first, *rest]) == []
