"""A document made anew says what has changed since the last one, and loses nothing that a person wrote into it."""

import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document as WordDocument
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from typer.testing import CliRunner

from kaihoken.clock import FixedClock
from kaihoken.problems import Problem
from kaihoken.workforce.documents import (
    Document,
    Paragraph,
    Section,
    Table,
    commands,
    content_json,
    docx_of,
    html_of,
)
from kaihoken.workforce.documents.changes import Change, Line, MarkedTable, marked, words_changed
from kaihoken.workforce.documents.commands import app
from kaihoken.workforce.documents.kept import Kept, hand_edits, kept, read_kept

EXAMPLE = Path(__file__).parents[3] / "docs" / "workforce" / "examples" / "correction"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def a_table(*rows: tuple[str, float]) -> Table:
    return Table("区域の表", ("コード", "人数"), rows, (0, 0))


def a_document(*blocks: Paragraph | Table, made_on: date = date(2026, 11, 1)) -> Document:
    return Document("題", "副題", made_on, "注意", (Section("1　節", blocks),), ("出典A",))


BEFORE = a_document(
    Paragraph("合計は 120 人です。"), a_table(("0301", 100), ("0302", 20)), Paragraph("消える文。")
)
AFTER = a_document(
    Paragraph("合計は 135 人です。"),
    a_table(("0301", 100), ("0302", 25), ("0303", 10)),
    made_on=date(2026, 11, 22),
)


def body_of(docx: bytes) -> etree._Element:
    with zipfile.ZipFile(BytesIO(docx)) as archive:
        return etree.fromstring(archive.read("word/document.xml"))


def texts(root: etree._Element, mark: str, kind: str) -> list[str]:
    return [
        text
        for one in root.iter(f"{W}{mark}")
        if (text := "".join(run.text or "" for run in one.iter(f"{W}{kind}")))
    ]


def seen(line: Line, *changes: Change) -> str:
    return "".join(piece.text for piece in line if piece.change in changes)


def test_only_what_changed_is_marked_and_by_whom() -> None:
    root = body_of(docx_of(AFTER, kept(BEFORE)))

    assert texts(root, "ins", "t") == ["22", "135", "25", "0303", "10"]
    assert texts(root, "del", "delText") == ["1", "120", "20", "消える文。"]
    marks = [one for mark in ("ins", "del") for one in root.iter(f"{W}{mark}")]
    assert {one.get(f"{W}author") for one in marks} == {"Kaihoken"}
    assert {one.get(f"{W}date") for one in marks} == {"2026-11-22T00:00:00Z"}
    ids = [one.get(f"{W}id") for one in marks]
    assert len(ids) == len(set(ids))
    added = [row for row in root.iter(f"{W}tr") if row.find(f"{W}trPr/{W}ins") is not None]
    assert ["".join(run.text or "" for run in row.iter(f"{W}t")) for row in added] == ["030310"]


def test_a_document_without_an_earlier_one_has_no_marks() -> None:
    root = body_of(docx_of(AFTER))

    assert [one for mark in ("ins", "del") for one in root.iter(f"{W}{mark}")] == []
    assert "<ins>" not in html_of(AFTER)


def test_the_same_document_again_has_no_change(chapter: Document) -> None:
    assert marked(chapter, kept(chapter)).changes() == 0
    assert marked(AFTER, kept(BEFORE)).changes() == 5


def test_paper_shows_the_same_changes() -> None:
    html = html_of(AFTER, kept(BEFORE))

    assert "合計は <del>120</del><ins>135</ins> 人です。" in html
    assert "<del>消える文。</del>" in html
    assert "変わったところ: 5" in html


def test_a_table_with_other_columns_is_another_table() -> None:
    wider = Table("区域の表", ("コード", "人数", "差"), (("0301", 100.0, 1.0),), (0, 0, 0))

    tables = [
        block
        for block in marked(a_document(wider), kept(BEFORE)).sections[0].blocks
        if isinstance(block, MarkedTable)
    ]

    assert [table.change for table in tables] == [Change.REMOVED, Change.ADDED]


CELL = st.text("01月人東 ", max_size=6)
ROWS = st.lists(st.tuples(CELL, st.floats(0, 99)), max_size=4)


@settings(max_examples=60, deadline=None)
@given(st.lists(CELL, max_size=4), st.lists(CELL, max_size=4), ROWS, ROWS)
def test_both_documents_can_be_read_off_the_marks(
    old: list[str], new: list[str], old_rows: list[tuple[str, float]], new_rows: list[tuple[str, float]]
) -> None:
    earlier = a_document(*map(Paragraph, old), a_table(*old_rows))
    later = a_document(*map(Paragraph, new), a_table(*new_rows))

    lines: list[Line] = []
    for block in marked(later, kept(earlier)).sections[0].blocks:
        if isinstance(block, MarkedTable):
            lines += [sum(row.cells, ()) for row in block.rows]
        elif hasattr(block, "line"):
            lines.append(block.line)

    def kept_lines(document: Document) -> list[str]:
        table = document.sections[0].blocks[-1]
        assert isinstance(table, Table)
        texts = [block.text for block in document.sections[0].blocks if isinstance(block, Paragraph)]
        return [*texts, *("".join(row) for row in table.shown())]

    for document, gone in ((earlier, Change.ADDED), (later, Change.REMOVED)):
        stays = [seen(line, *(change for change in Change if change is not gone)) for line in lines]
        assert [line for line in stays if line] == [line for line in kept_lines(document) if line]


def test_a_number_changes_as_a_whole() -> None:
    line = words_changed("1,200 人（−3.5）", "1,300 人（+3.5）")

    assert [piece.text for piece in line if piece.change is not Change.NONE] == [
        "1,200",
        "1,300",
        "−3.5",
        "+3.5",
    ]


def written(folder: Path, document: Document, since: Kept | None = None) -> Path:
    file = folder / "kept.docx"
    file.write_bytes(docx_of(document, since))
    return file


def test_a_word_file_carries_its_content_also_after_it_was_saved_by_another_program(tmp_path: Path) -> None:
    file = written(tmp_path, BEFORE)
    WordDocument(str(file)).save(str(file))

    assert read_kept(file) == kept(BEFORE)
    assert hand_edits(file, kept(BEFORE)) == ()


def test_marks_are_no_edits_by_hand(tmp_path: Path) -> None:
    assert hand_edits(written(tmp_path, AFTER, kept(BEFORE)), kept(AFTER)) == ()


def test_what_a_person_wrote_is_told_line_by_line(tmp_path: Path) -> None:
    file = written(tmp_path, BEFORE)
    word = WordDocument(str(file))
    sentence = next(one for one in word.paragraphs if one.text.startswith("合計"))
    sentence.runs[0].text = "合計は 121 人です。"
    sentence.insert_paragraph_before("県で書き足した文。")
    word.tables[0].rows[2].cells[1].paragraphs[0].runs[0].text = "19"
    next(one for one in word.paragraphs if one.text == "消える文。").runs[0].text = ""
    word.save(str(file))

    told = {(one.written, one.found) for one in hand_edits(file, read_kept(file))}

    assert told == {
        ("合計は 120 人です。", "県で書き足した文。"),
        ("", "合計は 121 人です。"),
        ("0302 | 20", "0302 | 19"),
        ("消える文。", ""),
    }


def test_json_holds_the_same_content(tmp_path: Path) -> None:
    file = tmp_path / "kept.json"
    file.write_bytes(content_json(BEFORE))

    assert read_kept(file) == kept(BEFORE)
    assert hand_edits(file, kept(BEFORE)) == ()


@pytest.mark.parametrize(("name", "body"), [("a.json", b"{}"), ("a.docx", b"no zip"), ("b.docx", None)])
def test_what_holds_no_content_is_refused(tmp_path: Path, name: str, body: bytes | None) -> None:
    file = tmp_path / name
    if body is not None:
        file.write_bytes(body)
    elif name == "b.docx":
        WordDocument().save(str(file))

    with pytest.raises(Problem) as raised:
        read_kept(file)
    assert raised.value.code == "workforce.export-since"


def test_the_command_marks_tells_and_never_writes_over_what_a_person_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    within = FixedClock(
        datetime(2026, 11, 22, tzinfo=UTC)
    )  # the next plan is not in force yet, and stays refused until it is
    monkeypatch.setattr(commands, "SystemClock", lambda: within)
    plan = ["correction-plan", "03"]
    old, new = tmp_path / "old.docx", tmp_path / "new.docx"
    data = ["--data", str(EXAMPLE)]
    assert CliRunner().invoke(app, [*plan, str(old)]).exit_code == 0
    assert CliRunner().invoke(app, [*plan, str(old)]).exit_code == 0, "unedited: it may be made again"
    word = WordDocument(str(old))
    word.paragraphs[-1].insert_paragraph_before("県の文。")
    word.save(str(old))
    edited = old.read_bytes()

    over = CliRunner().invoke(app, [*plan, str(old)])
    ran = CliRunner().invoke(app, [*plan, str(new), *data, "--since", str(old)])
    again = CliRunner().invoke(app, [*plan, str(new), *data, "--since", str(old)])

    assert isinstance(over.exception, Problem)
    assert over.exception.code == "workforce.export-edited"
    assert old.read_bytes() == edited
    assert ran.exit_code == 0, ran.output
    assert "県の文。" in ran.output
    assert "承継の支援" in "".join(texts(body_of(new.read_bytes()), "ins", "t"))
    assert isinstance(again.exception, Problem)


def test_a_caution_that_changed_is_marked() -> None:
    line = marked(replace(BEFORE, caution="新しい注意"), kept(BEFORE)).caution

    assert seen(line, Change.NONE, Change.ADDED) == "新しい注意"
    assert seen(line, Change.NONE, Change.REMOVED) == "注意"
