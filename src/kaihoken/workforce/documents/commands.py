"""`kaihoken workforce export index|map|area|plan|correction-plan`: the ending of the file says which form it takes."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer

from kaihoken import shipped
from kaihoken.clock import SystemClock
from kaihoken.options import AsJson
from kaihoken.problems import Problem
from kaihoken.web import messages
from kaihoken.workforce.documents.chapter import chapter_of
from kaihoken.workforce.documents.content import Document
from kaihoken.workforce.documents.correction import correction_document
from kaihoken.workforce.documents.data import index_csv, index_parquet
from kaihoken.workforce.documents.geography import index_geojson
from kaihoken.workforce.documents.kept import HandEdit, content_json, hand_edits, read_kept
from kaihoken.workforce.documents.paper import pdf_of, png_of, rendered
from kaihoken.workforce.documents.print import html_of
from kaihoken.workforce.documents.sheet import area_sheet
from kaihoken.workforce.documents.word import docx_of
from kaihoken.workforce.documents.workbook import index_workbook
from kaihoken.workforce.index import INDEX_COLUMNS, index_row, shipped_index
from kaihoken.workforce.pictures import OUTLINES_CREDIT, noted
from kaihoken.workforce.plan import correction_in, correction_of_prefecture, plan_of
from kaihoken.workforce.plan.commands import (
    DataOption,
    ObstetricOption,
    PaediatricOption,
    PopulationOption,
    PrefectureAsked,
    SpreadOption,
    SupplyOption,
    inputs_given,
)
from kaihoken.workforce.portrait import Atlas, map_of_index
from kaihoken.workforce.printing import as_json
from kaihoken.workforce.tables import AREA_TABLE

app = typer.Typer(help="文書とデータに書き出す / documents and data", no_args_is_help=True)

To = Annotated[Path, typer.Argument(help="書き出すファイル / the file, its ending says the form")]
Wide = Annotated[int, typer.Option("--width", help="PNG の幅（画素） / width of a PNG in pixels")]
Since = Annotated[
    Path | None,
    typer.Option(
        "--since",
        help="前の文書（.docx か .json）からの変更に印を付ける / mark what changed since an earlier document",
    ),
]
_MOST_WIDE: Final = 12_000

Write = Callable[[], bytes]


@app.callback()
def _export() -> None:
    """文書とデータに書き出す / documents and data."""


@app.command("index")
def export_index(file: To, as_json_too: AsJson = False) -> None:
    """指標の表 / the table of the index: .xlsx .csv .json .parquet .geojson."""
    table = shipped_index()
    notes = (_caution(), shipped.credit(AREA_TABLE))
    rows = [index_row(table, position) for position in range(len(table))]
    _write(
        file,
        {
            ".xlsx": lambda: index_workbook(table, caution=_caution(), sources=notes[1:], made_on=_today()),
            ".csv": lambda: index_csv(rows, _caution()),
            ".json": lambda: as_json(INDEX_COLUMNS, rows, notes=notes).encode(),
            ".parquet": lambda: index_parquet(rows, notes),
            ".geojson": lambda: index_geojson(table, (*notes, OUTLINES_CREDIT)),
        },
        as_json_too,
    )


@app.command("map")
def export_map(file: To, width: Wide = 2000, as_json_too: AsJson = False) -> None:
    """全国の地図 / the map of the nation: .svg .png."""
    picture = noted(map_of_index(Atlas.shipped(), "ja"), (_caution(), OUTLINES_CREDIT))
    _write(file, {".svg": picture.file.encode, ".png": lambda: png_of(picture, _sound(width))}, as_json_too)


@app.command("area")
def export_area(
    area: Annotated[str, typer.Argument(help="圏域のコードか名前 / code or name of an area")],
    file: To,
    as_json_too: AsJson = False,
) -> None:
    """1区域を A3 1枚に / one area on one A3 sheet: .pdf .png .html."""
    html = area_sheet(Atlas.shipped(), area, caution=_caution(), made_on=_today())
    _write(
        file,
        {
            ".pdf": lambda: pdf_of(html),
            ".png": lambda: rendered(pdf_of(html), 0, 2),
            ".html": html.encode,
        },
        as_json_too,
    )


@app.command("plan")
def export_plan(
    prefecture: PrefectureAsked,
    file: To,
    spread: SpreadOption,
    population: PopulationOption = "projected",
    data: DataOption = None,
    obstetric_threshold: ObstetricOption = None,
    paediatric_threshold: PaediatricOption = None,
    national_supply: SupplyOption = None,
    since: Since = None,
    as_json_too: AsJson = False,
) -> None:
    """医師確保計画の数値の章 / the chapter of a prefecture's plan: .docx .pdf .html .json."""
    inputs = inputs_given(data, obstetric_threshold, paediatric_threshold, national_supply, on=_today())
    made = plan_of(prefecture, on=_today(), spread=spread, population=population, inputs=inputs)
    _write_document(file, chapter_of(made, Atlas.shipped(), caution=_caution()), since, as_json_too)


@app.command("correction-plan")
def export_correction_plan(
    prefecture: PrefectureAsked,
    file: To,
    data: DataOption = None,
    since: Since = None,
    as_json_too: AsJson = False,
) -> None:
    """医師偏在是正プラン（空欄は入力待ち） / the correction plan, with blanks to fill in: .docx .pdf .html .json."""
    given = None if data is None else correction_in(data)
    found = correction_of_prefecture(prefecture, given, _today())
    document = correction_document(found, on=_today(), caution=_caution())
    _write_document(file, document, since, as_json_too)


def _write_document(file: Path, document: Document, since: Path | None, as_json_too: bool) -> None:
    """Writes a document. What a person wrote into an earlier DOCX is never written over, and told where it stays
    behind."""
    earlier = None if since is None else read_kept(since)
    edits = () if since is None or earlier is None else hand_edits(since, earlier)
    _leave_what_is_edited(file, since)
    _write(
        file,
        {
            ".docx": lambda: docx_of(document, earlier),
            ".pdf": lambda: pdf_of(html_of(document, earlier)),
            ".html": lambda: html_of(document, earlier).encode(),
            ".json": lambda: content_json(document),
        },
        as_json_too,
        edits,
    )


def _leave_what_is_edited(file: Path, since: Path | None) -> None:
    if not file.exists():
        return
    if since is not None:
        raise Problem("workforce.export-edited", where=str(file), reason="--since")
    if file.suffix.lower() == ".docx":
        try:
            edits = hand_edits(file, read_kept(file))
        except Problem as unknown:
            raise Problem(
                "workforce.export-edited", where=str(file), reason=str(unknown.facts["reason"])
            ) from unknown
        if edits:
            first = edits[0].found or edits[0].written
            raise Problem("workforce.export-edited", where=str(file), reason=f"{len(edits)}: {first}")


def _write(file: Path, forms: dict[str, Write], as_json_too: bool, edits: tuple[HandEdit, ...] = ()) -> None:
    write = forms.get(file.suffix.lower())
    if write is None:
        raise Problem("workforce.export-form", where=str(file), forms=" ".join(forms))
    body = write()
    try:
        file.write_bytes(body)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Problem("workforce.export-write", where=str(file), reason=reason) from error
    if as_json_too:
        told = {"file": str(file), "bytes": len(body), "hand_edits": edits}
        typer.echo(msgspec.json.encode(told).decode())
        return
    typer.echo(f"{file}  {len(body):,} B")
    if edits:
        typer.echo(
            f"手で直されたところ（引き継いでいません）/ edited by hand, not carried over: {len(edits)}"
        )
    for edit in edits:
        typer.echo(f"  − {edit.written or '（なし）'}\n  ＋ {edit.found or '（なし）'}")


def _sound(width: int) -> int:
    if not 0 < width <= _MOST_WIDE:
        raise typer.BadParameter(f"1–{_MOST_WIDE}", param_hint="--width")
    return width


def _caution() -> str:
    return messages("workforce").text("caution", "ja")


def _today() -> date:
    return SystemClock().today()
