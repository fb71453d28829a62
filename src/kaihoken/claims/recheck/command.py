"""`kaihoken claims recheck`: a year of claims against a table of coverages."""

import hashlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Literal

import orjson
import typer
from rich.console import Console
from rich.progress import Progress

from kaihoken.claims.recheck.claim_files import is_claim_file, write_table
from kaihoken.claims.uke import unreadable_files
from kaihoken.options import AsJson
from kaihoken.problems import Problem
from kaihoken.store import path_problems
from kaihoken.web import messages

if TYPE_CHECKING:
    from kaihoken.claims.recheck.engine import Told

_FINDINGS = 1
_MEMORY = "6GB"
_LANGUAGES: tuple[Literal["ja", "en"], ...] = ("ja", "en")
_TOLD = 20
"""Rows left out that the terminal shows; all that are told stand in refused.csv."""

Claims = Annotated[
    list[Path],
    typer.Argument(
        help="UKE（フォルダーごとでも）・CSV・Parquet / claim files or a folder of them, or tables of claims",
        show_default=False,
    ),
]
Coverages = Annotated[
    Path,
    typer.Option("--coverages", help="資格の表（CSV・Parquet） / table of coverages", show_default=False),
]
Out = Annotated[Path, typer.Option("--out", help="新しいフォルダー / a new folder", show_default=False)]
AsKnown = Annotated[
    datetime | None,
    typer.Option(
        "--as-known",
        formats=["%Y-%m-%d"],
        help="この日の終わりに分かっていた資格で / by what was known at the end of this day",
    ),
]
AsCsv = Annotated[bool, typer.Option("--csv", help="一覧を CSV で / lists as CSV instead of Parquet")]
Memory = Annotated[str, typer.Option("--memory", help="使う記憶の上限 / memory that DuckDB may use")]


def recheck(
    claims: Claims,
    coverages: Coverages,
    out: Out,
    as_known: AsKnown = None,
    as_csv: AsCsv = False,
    memory: Memory = _MEMORY,
    as_json: AsJson = False,
) -> int:
    """レセプトを資格の表と突き合わせる。確認区分は見込み / hold claims against coverages; 確認区分 is a forecast."""
    if find_spec("duckdb") is None:
        raise Problem("claims.recheck-library")
    claims = [file for named in claims for file in _files(named)]
    for file in (*claims, coverages):
        if not file.is_file():
            reason = "Is a directory" if file.is_dir() else "No such file or directory"
            raise Problem("claims.file-unreadable", where=str(file), reason=reason)
    _require_once(claims)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Problem("claims.recheck-folder", where=str(out))
    with path_problems(out):
        out.mkdir(parents=True, exist_ok=True, mode=0o700)
    known = as_known.date() if as_known else None
    with TemporaryDirectory(dir=out, prefix=".working-") as working:
        told, cut = _run(claims, coverages, out, known, Path(working), memory, "csv" if as_csv else "parquet")
    if as_json:
        sys.stdout.write(_json(told, known, cut) + "\n")
    else:
        _print(told, cut, out)
    return _FINDINGS if told.left_out_claims or told.left_out_coverages or cut else 0


def _files(named: Path) -> list[Path]:
    """The claim files in a folder and the folders in it, where there are any; else what was named."""
    return sorted(file for file in named.rglob("*") if is_claim_file(file)) or [named]


def _require_once(claims: Iterable[Path]) -> None:
    """Problem `claims.recheck-twice` for a file that is named twice, or a claim file that lies there as a copy."""
    seen: dict[Path | bytes, Path] = {}
    for file in claims:
        marks: list[Path | bytes] = [file.resolve()]
        if is_claim_file(file):
            with unreadable_files(file), file.open("rb") as opened:
                marks.append(hashlib.file_digest(opened, "sha256").digest())
        for mark in marks:
            if mark in seen:
                raise Problem("claims.recheck-twice", where=str(file), other=str(seen[mark]))
        seen |= dict.fromkeys(marks, file)


def _run(
    claims: Sequence[Path],
    coverages: Path,
    out: Path,
    known: date | None,
    working: Path,
    memory: str,
    form: Literal["parquet", "csv"],
) -> tuple["Told", list[str]]:
    """What was found, and the claim files that are cut off."""
    from kaihoken.claims.recheck.engine import STEPS, Recheck
    from kaihoken.claims.recheck.written import write_lists, write_refused

    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("", total=len(STEPS) + len(claims) + 1)

        def step(_: str) -> None:
            bar.advance(task)

        with _stopping(out):
            run = Recheck(spill=working / "spill", memory=memory, step=step)
            try:
                tables, cut = [], []
                for number, file in enumerate(claims):
                    table = working / f"{number}.csv" if is_claim_file(file) else file
                    if table != file and not write_table(file, table):
                        cut.append(str(file))
                    tables.append((str(file), table))
                    bar.advance(task)
                run.read(tables, coverages, known)
                run.decide()
                lists = write_lists(run.database, working, form)
                told = run.told()
            finally:
                run.close()
            if told.refused:
                lists.append(working / "refused.csv")
                write_refused(told.refused, lists[-1])
            _give(lists, out)
    return told, cut


@contextmanager
def _stopping(out: Path) -> Iterator[None]:
    """What DuckDB says when it cannot go on may quote what it read: it is told in other words. Problems
    `claims.recheck-stopped`, `store.path`, `store.full`."""
    import duckdb

    try:
        with path_problems(out):
            yield
    except duckdb.Error:
        raise Problem("claims.recheck-stopped", where=str(out)) from None


def _give(lists: Iterable[Path], out: Path) -> None:
    """The lists get their places when all of them are whole, for their owner alone."""
    for file in lists:
        file.chmod(0o600)
        file.replace(out / file.name)


def _print(told: "Told", cut: Sequence[str], out: Path) -> None:
    words = messages("claims")
    say = sys.stdout.write
    say(f"{'件数 claims':>14} {'点数 points':>16} {'円 yen':>18}\n")
    for verdict in dict.fromkeys(row.verdict for row in told.rows):
        rows = [row for row in told.rows if row.verdict == verdict]
        name = f"{words.text(f'recheck.{verdict}', 'ja')} / {words.text(f'recheck.{verdict}', 'en')}"
        counts = [sum(getattr(row, column) for row in rows) for column in ("claims", "points", "yen")]
        say(f"{counts[0]:>14,} {counts[1]:>16,} {counts[2]:>18,}  {name}\n")
    say(f"{told.claims:>14,}  {words.text('recheck.all', 'ja')} / {words.text('recheck.all', 'en')}\n")
    for language in _LANGUAGES:
        say(words.text("recheck.forecast", language) + "\n")
    problems = [refused.problem for refused in told.refused[:_TOLD]]
    for problem in (*(Problem("claims.recheck-cut", where=file) for file in cut), *problems):
        say(f"{problem.title('ja')}  [{problem.where}]\n  → {problem.mend('ja')}\n  → {problem.mend('en')}\n")
    left_out = told.left_out_claims, told.left_out_coverages
    if any(left_out):
        for language in _LANGUAGES:
            say(words.text("recheck.left-out", language, claims=left_out[0], coverages=left_out[1]) + "\n")
    say(f"→ {out}\n")


def _json(told: "Told", known: date | None, cut: Sequence[str]) -> str:
    refused = [
        {
            "file": one.file,
            "row": one.row,
            "column": one.column.name,
            "ja": one.problem.mend("ja"),
            "en": one.problem.mend("en"),
        }
        for one in told.refused
    ]
    return orjson.dumps(
        {
            "claims": told.claims,
            "as_known": known,
            "forecast": True,
            "report": [
                {
                    "month": f"{row.month:%Y-%m}",
                    "verdict": row.verdict,
                    "reason": row.reason,
                    "claims": row.claims,
                    "points": row.points,
                    "yen": row.yen,
                }
                for row in told.rows
            ],
            "left_out": {"claims": told.left_out_claims, "coverages": told.left_out_coverages},
            "refused": refused,
            "cut": cut,
        }
    ).decode()
