"""`kaihoken workforce export index|map|area|plan`: the ending of the file says which form it takes."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import msgspec
import polars as pl
import typer

from kaihoken import shipped
from kaihoken.clock import SystemClock
from kaihoken.options import AsJson
from kaihoken.problems import Problem
from kaihoken.web import messages
from kaihoken.workforce.documents.chapter import chapter_of
from kaihoken.workforce.documents.geography import index_geojson
from kaihoken.workforce.documents.paper import pdf_of, png_of, rendered
from kaihoken.workforce.documents.print import html_of
from kaihoken.workforce.documents.sheet import area_sheet
from kaihoken.workforce.documents.word import docx_of
from kaihoken.workforce.documents.workbook import index_workbook
from kaihoken.workforce.index import INDEX_COLUMNS, index_row, shipped_index
from kaihoken.workforce.pictures import OUTLINES_CREDIT
from kaihoken.workforce.plan import Spread, plan_of
from kaihoken.workforce.portrait import Atlas, map_of_index
from kaihoken.workforce.printing import Row, as_csv, as_json
from kaihoken.workforce.tables import AREA_TABLE

app = typer.Typer(help="文書とデータに書き出す / documents and data", no_args_is_help=True)

To = Annotated[Path, typer.Argument(help="書き出すファイル / the file, its ending says the form")]
Wide = Annotated[int, typer.Option("--width", help="PNG の幅（画素） / width of a PNG in pixels")]
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
            ".csv": lambda: b"\xef\xbb\xbf" + as_csv(INDEX_COLUMNS, rows).encode(),
            ".json": lambda: as_json(INDEX_COLUMNS, rows, notes=notes).encode(),
            ".parquet": lambda: _parquet(rows),
            ".geojson": lambda: index_geojson(table, (*notes, OUTLINES_CREDIT)),
        },
        as_json_too,
    )


@app.command("map")
def export_map(file: To, width: Wide = 2000, as_json_too: AsJson = False) -> None:
    """全国の地図 / the map of the nation: .svg .png."""
    picture = map_of_index(Atlas.shipped(), "ja")
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
    prefecture: Annotated[str, typer.Argument(help="都道府県のコードか名前 / code or name of a prefecture")],
    file: To,
    spread: Annotated[
        Spread, typer.Option(help="県の上限への収め方 / how the prefecture's sum of targets is held")
    ],
    as_json_too: AsJson = False,
) -> None:
    """医師確保計画の数値の章 / the chapter of a prefecture's plan: .docx .pdf .html."""
    document = chapter_of(
        plan_of(prefecture, on=_today(), spread=spread), Atlas.shipped(), caution=_caution()
    )
    _write(
        file,
        {
            ".docx": lambda: docx_of(document),
            ".pdf": lambda: pdf_of(html_of(document)),
            ".html": lambda: html_of(document).encode(),
        },
        as_json_too,
    )


def _write(file: Path, forms: dict[str, Write], as_json_too: bool) -> None:
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
        typer.echo(msgspec.json.encode({"file": str(file), "bytes": len(body)}).decode())
    else:
        typer.echo(f"{file}  {len(body):,} B")


def _parquet(rows: list[Row]) -> bytes:
    from io import BytesIO

    out = BytesIO()
    pl.DataFrame(rows, schema_overrides={"area_code": pl.String}).write_parquet(out, compression="zstd")
    return out.getvalue()


def _sound(width: int) -> int:
    if not 0 < width <= _MOST_WIDE:
        raise typer.BadParameter(f"1–{_MOST_WIDE}", param_hint="--width")
    return width


def _caution() -> str:
    return messages("workforce").text("caution", "ja")


def _today() -> date:
    return SystemClock().today()
