"""`kaihoken workforce data check|template|import`."""

import shutil
from pathlib import Path
from typing import Annotated, Final, cast

import typer

from kaihoken.problems import Problem
from kaihoken.workforce.printing import Form, FormOption, Row, print_rows
from kaihoken.workforce.tables.catalogue import Dimension, Entry, needed
from kaihoken.workforce.tables.grouping import areas_named
from kaihoken.workforce.tables.importing import Finding, Imported, LongTable, read_table
from kaihoken.workforce.tables.presence import Presence, State, check
from kaihoken.workforce.tables.writing import template, write_table

app = typer.Typer(help="表: そろえる・ひな形・取り込み / the tables that analyses need", no_args_is_help=True)

CHECK_COLUMNS: Final = (
    "table",
    "name",
    "state",
    "state_ja",
    "needed_by",
    "source",
    "number",
    "file",
    "findings",
)
FINDING_COLUMNS: Final = ("level", "where", "code", "what", "mend")
_SHOWN: Final = 20
_FINDINGS: Final = 1

DataFolder = Annotated[
    Path | None, typer.Option("--data", help="読み込んだ表のフォルダー / folder of imported tables")
]
SetOption = Annotated[
    str,
    typer.Option(
        "--set", help="圏域の組（330・335・339、または CSV） / the set of areas, or a CSV file of one"
    ),
]


@app.command("check")
def check_command(
    data: DataFolder = None,
    analysis: Annotated[
        str | None, typer.Option("--for", help="この分析に要る表だけ / tables of one analysis")
    ] = None,
    boundary: SetOption = "330",
    form: FormOption = Form.TABLE,
) -> None:
    """どの表があり、どの表が入力待ちか / which tables are there, and which wait for input."""
    wanted = {one.id for one in needed(analysis)} if analysis is not None else None
    found = [
        one for one in check(data, areas=areas_named(boundary)) if wanted is None or one.entry.id in wanted
    ]
    counts = {state.value: sum(one.state is state for one in found) for state in State}
    print_rows(CHECK_COLUMNS, [_check_row(one) for one in found], form, facts={"counts": counts})


@app.command("template")
def template_command(
    table: Annotated[str, typer.Argument(help="表の名前 / name of the table")],
    out: Annotated[Path, typer.Option(help="書き出すフォルダー / folder to write into")] = Path(),
    form: FormOption = Form.TABLE,
) -> None:
    """ひな形を XLSX と CSV で書き出す / write a template as XLSX and CSV."""
    if not out.is_dir():
        raise Problem("workforce.data-folder", where=str(out), folder=str(out))
    print_rows(("file",), [{"file": str(path)} for path in template(table, out)], form)


@app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(help="XLSX か CSV / an XLSX or CSV file")],
    table: Annotated[str, typer.Option(help="表の名前 / name of the table")],
    data: DataFolder = None,
    boundary: SetOption = "330",
    given: Annotated[
        list[str] | None,
        typer.Option(help="シートに書いていないこと / what the sheet does not say: year=2025"),
    ] = None,
    form: FormOption = Form.TABLE,
) -> int:
    """公式のファイルを読んで点検し、--data に置く / read and check an official file; with --data keep it."""
    areas = areas_named(boundary)
    imported = read_table(file, table, areas=areas, given=_given(given or []))
    if data is not None and imported.table is not None and not imported.errors:
        data.mkdir(parents=True, exist_ok=True)
        write_table(imported.table, data / table, areas)
        shutil.copyfile(file, data / f"{table}.original{file.suffix}")
    facts = {
        "table": table,
        "digest": imported.digest,
        "kept": imported.kept,
        "left_out": imported.left_out,
        "totals": imported.totals,
    }
    print_rows(FINDING_COLUMNS, _finding_rows(imported, form), form, notes=_summary(imported), facts=facts)
    return _FINDINGS if imported.errors else 0


def _check_row(one: Presence) -> Row:
    origin = one.entry.origins[0]
    findings = len(one.imported.findings) if one.imported is not None else None
    return {
        "table": one.entry.id,
        "name": one.entry.ja,
        "state": one.state.value,
        "state_ja": one.state.ja,
        "needed_by": " ".join(one.entry.needed_by),
        "source": origin.title,
        "number": _number(one.entry),
        "file": one.file or " ".join(one.entry.ships) or None,
        "findings": findings,
    }


def _number(wanted: Entry) -> str | None:
    return (
        " ".join(origin.table or origin.statistics for origin in wanted.origins if origin.statistics) or None
    )


def _finding_rows(imported: Imported[LongTable], form: Form) -> list[Row]:
    """Every finding; for people at most `_SHOWN` of one kind."""
    shown: dict[str, int] = {}
    rows: list[Row] = []
    for finding in imported.findings:
        shown[finding.code] = shown.get(finding.code, 0) + 1
        if form is not Form.TABLE or shown[finding.code] <= _SHOWN:
            rows.append(_finding_row(finding))
    return rows


def _finding_row(finding: Finding) -> Row:
    problem = finding.problem
    return {
        "level": finding.level,
        "where": finding.where,
        "code": finding.code,
        "what": f"{problem.title('ja')} / {problem.title('en')}",
        "mend": f"{problem.mend('ja')} / {problem.mend('en')}",
    }


def _summary(imported: Imported[LongTable]) -> tuple[str, ...]:
    kept = f"{imported.kept} 行を読みました（{imported.left_out} 行は使わず、計の行は {imported.totals}）"
    told = f"{imported.kept} rows read, {imported.left_out} left out, {imported.totals} rows of sums"
    return (f"{kept} / {told}", f"SHA-256 {imported.digest}")


def _given(pairs: list[str]) -> dict[Dimension, str]:
    given: dict[Dimension, str] = {}
    for pair in pairs:
        key, _, value = pair.partition("=")
        if key not in ("sex", "age", "year", "kind") or not value:
            raise Problem("workforce.import-given", where=pair, given=pair)
        given[cast("Dimension", key)] = value
    return given
