"""The first remedy: slips that say where to mend, and a corrected file in which nothing else is changed."""

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaihoken.claims.checks import examine
from kaihoken.claims.finding import Finding
from kaihoken.claims.month import pictures
from kaihoken.claims.remedy import NEVER, Change, Correcting, slips_of
from kaihoken.claims.uke import Tail, raw_bytes, read
from kaihoken.cli import run
from kaihoken.problems import Problem

from ..files import a_file, a_receipt, head


def corrected(content: bytes, *named: Finding) -> tuple[bytes, list[Change]]:
    correcting = Correcting(named)
    return b"".join(correcting.bytes_of(read([content]))), correcting.changes


def with_kana(kana: str) -> bytes:
    return a_file(a_receipt(1, re={36: kana}))


@pytest.mark.parametrize(
    ("content", "record", "after"),
    [
        (a_file(a_receipt(1, re={13: "5001 "})), "RE", "5001"),
        (with_kana("サト―　ハナコ"), "RE", "サトー　ハナコ"),
        (with_kana("ｻﾄｳ"), "RE", "サトウ"),
        (a_file(a_receipt(1, ho={1: "138057"})), "HO", "  138057"),
        (a_file(a_receipt(1, re={12: "0050"})), "RE", "50"),  # beds
        (a_file(a_receipt(1, re={26: "0"}, ho={4: "02"})), "", ""),
    ],
)
def test_a_mend_of_form_changes_one_field(content: bytes, record: str, after: str) -> None:
    mended, changes = corrected(content)

    assert [(one.record, one.after) for one in changes] == ([(record, after)] if record else [])
    assert [
        (at, is_now)
        for at, (was, is_now) in enumerate(zip(content.split(b"\r\n"), mended.split(b"\r\n"), strict=True), 1)
        if was != is_now
    ] == [
        (
            one.line,
            content.split(b"\r\n")[one.line - 1].replace(
                one.before.encode("cp932"), one.after.encode("cp932"), 1
            ),
        )
        for one in changes
    ]


@pytest.mark.parametrize(
    "content",
    [
        a_file(a_receipt(1, re={4: "山田　花子 "})),  # a name
        a_file(a_receipt(1, ho={5: "0419"})),  # points
        a_file(a_receipt(1, ho={8: "01340"})),  # yen
        a_file(a_receipt(1, ho={1: "12345"})),  # no insurer's number has five digits
        with_kana("サト―ハナコ" + "ア" * 50),  # would still be too long
        with_kana("ﾔﾏﾀﾞ?"),  # would still not be kana of one width
        a_file(a_receipt(1)).decode("cp932").encode(),  # another encoding
        a_file(a_receipt(1)).replace(b"SY,", b"ZZ,"),
        b"",
    ],
)
def test_what_is_not_certain_stays(content: bytes) -> None:
    assert corrected(content) == (content, [])


def test_a_branch_that_an_answer_names_is_written_and_the_class_of_confirmation_is_not() -> None:
    content = a_file(a_receipt(1))
    line = next(at for at, raw in enumerate(content.split(b"\r\n"), 1) if raw.startswith(b"SN"))
    branch = Finding(check="eligibility.branch", line=line, position=6, facts={"branch": "02"})
    elsewhere = msgspec.structs.replace(branch, position=2)
    unread = msgspec.structs.replace(branch, facts={"branch": "2"})

    mended, changes = corrected(content, branch)

    assert [(one.before, one.after) for one in changes] == [("01", "02")]
    assert mended == content.replace(b"SN,1,01,,,,01,", b"SN,1,01,,,,02,")
    assert corrected(content, elsewhere, unread, msgspec.structs.replace(branch, position=99)) == (
        content,
        [],
    )


def test_a_field_that_was_left_out_is_added_where_an_answer_names_it() -> None:
    content = a_file(a_receipt(1)).replace(b"SN,1,01,,,,01,,", b"SN,1,01")
    line = next(at for at, raw in enumerate(content.split(b"\r\n"), 1) if raw.startswith(b"SN"))
    branch = Finding(check="eligibility.branch", line=line, position=6, facts={"branch": "02"})

    assert b"SN,1,01,,,,02\r\n" in corrected(content, branch)[0]


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, 900), junk=st.binary(max_size=12))
def test_whatever_the_file_holds_only_what_the_difference_names_is_changed(at: int, junk: bytes) -> None:
    whole = a_file(a_receipt(1, re={13: "5001 "}), a_receipt(2))
    content = whole[:at] + junk + whole[at:]
    mended, changes = corrected(content)
    lines = {one.line for one in changes}
    assert not {one.field for one in changes} & NEVER

    def others(one: bytes) -> list[bytes]:
        kept: list[bytes] = []
        for part in read([one]):
            kept += [line.raw + line.ending for line in part.lines if line.number not in lines]
            kept += [part.rest] if isinstance(part, Tail) else []
        return kept

    assert others(mended) == others(content)
    assert b"".join(raw_bytes(read([content]))) == content


def test_changes_are_noted_while_others_read_the_same_parts() -> None:
    content, correcting = a_file(a_receipt(1, re={13: "5001 "})), Correcting()

    assert b"".join(raw_bytes(correcting.seen(read([content])))) == content
    assert correcting.changes == corrected(content)[1]


def test_a_slip_says_what_and_where_with_the_gravest_first() -> None:
    content = a_file(a_receipt(1, without=["SY"], re={13: "5001 "}), a_receipt(2))
    (month,) = pictures(examine(read([content])))

    slips = slips_of(month)

    (slip,) = slips.slips
    assert (slip.number, slip.name) == ("1", "山田　花子")
    assert [line.level for line in slip.lines] == ["receipt", "notice"]
    assert all(line.what and line.where for line in slip.lines)
    assert slips_of(month, frozenset()).slips == ()
    assert slips.facility_name == "港クリニック"


def test_the_file_as_a_whole_has_lines_of_its_own() -> None:
    (month,) = pictures(examine(read([a_file(a_receipt(1), end=["GO", "9", "419", "99"])])))

    assert [line.level for line in slips_of(month).file_lines] == ["file"]


def test_the_commands_write_new_files_and_leave_the_original(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, content = (
        tmp_path / "RECEIPTC.UKE",
        a_file(a_receipt(1, re={13: "5001 "}), end=["GO", "9", "419", "99"]),
    )
    file.write_bytes(content)

    assert not run(["claims", "slips", str(file), "--out", str(tmp_path / "slips.pdf"), "--json"])
    assert json.loads(capsys.readouterr().out)["slips"][0]["number"] == "1"
    assert not run(["claims", "corrected", str(file), "--out", str(tmp_path), "--json"])

    told = json.loads(capsys.readouterr().out)
    assert [(one["before"], one["after"]) for one in told["changes"]] == [("5001 ", "5001")]
    assert "確認用" in told["notice"]
    assert (tmp_path / "slips.pdf").read_bytes().startswith(b"%PDF-")
    assert file.read_bytes() == content
    assert (tmp_path / "確認用_RECEIPTC.UKE").read_bytes() == content.replace(b"5001 ,", b"5001,")
    assert "確認用" in (tmp_path / "確認用_RECEIPTC.UKE.diff.txt").read_text(encoding="utf-8")
    assert run(["claims", "corrected", str(file), "--out", str(tmp_path)])  # never over what is there
    assert run(["claims", "slips", str(tmp_path / "none.UKE"), "--out", str(tmp_path / "no.pdf")])


def test_slips_are_printed_whatever_a_name_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, first = tmp_path / "RECEIPTC.UKE", head()
    first[6] = "港" * 3000
    file.write_bytes(a_file(a_receipt(1, re={2: "\x1b[2J", 4: "山" * 3000, 13: "5" * 3000}), first=first))

    assert not run(["claims", "slips", str(file), "--out", str(tmp_path / "slips.pdf")])
    assert run(["claims", "check", str(file)]) == 1
    told = capsys.readouterr().out
    assert "There is no レセプト種別 \ufffd[2J" in told
    assert "\x1b" not in told


def test_the_commands_make_the_folder_and_say_where_they_wrote(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = tmp_path / "RECEIPTC.UKE", tmp_path / "new" / "out"
    file.write_bytes(a_file(a_receipt(1, re={13: "5001 "})))

    assert not run(["claims", "corrected", str(file), "--out", str(out)])
    assert capsys.readouterr().out.endswith(f"→ {out}/確認用_RECEIPTC.UKE\n")
    assert not run(["claims", "slips", str(file), "--out", str(out / "slips.pdf")])
    assert capsys.readouterr().out == f"1 件 / receipts\n→ {out}/slips.pdf\n"


@pytest.mark.parametrize(
    ("verb", "out", "code"),
    [
        ("corrected", "RECEIPTC.UKE", "claims.reclaim-folder"),
        ("slips", "RECEIPTC.UKE", "claims.out-exists"),
        ("slips", "RECEIPTC.UKE/slips.pdf", "claims.reclaim-folder"),
        ("slips", "nowhere/slips.pdf", "claims.reclaim-folder"),
    ],
)
def test_a_place_that_cannot_be_written_to_asks_for_another(
    verb: str, out: str, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "RECEIPTC.UKE"
    file.write_bytes(a_file(a_receipt(1, re={13: "5001 "})))

    assert run(["claims", verb, str(file), "--out", str(tmp_path / out)]) == 2
    assert code in capsys.readouterr().err


def test_a_full_disk_is_no_wrong_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise Problem("store.full", where="out")

    monkeypatch.setattr("kaihoken.claims.remedy.command.write_private", full)
    file = tmp_path / "RECEIPTC.UKE"
    file.write_bytes(a_file(a_receipt(1, re={13: "5001 "})))

    assert run(["claims", "slips", str(file), "--out", str(tmp_path / "slips.pdf")]) == 1
    assert "store.full" in capsys.readouterr().err
