"""`kaihoken rules list|show|check`."""

import sys
from datetime import date
from importlib.resources import files
from typing import Annotated

import msgspec
import typer
import yaml

from kaihoken.clock import SystemClock
from kaihoken.options import AsJson
from kaihoken.problems import Problem
from kaihoken.rules import CODES, PACKAGED
from kaihoken.rules.book import digest_of
from kaihoken.rules.checking import check as checked
from kaihoken.rules.code_lists import CodeList
from kaihoken.rules.listing import rows
from kaihoken.rules.version import Status

app = typer.Typer(help="日付つきの制度データ / the law as data with dates", no_args_is_help=True)


FINDINGS = 1


@app.command("list")
def list_rules(as_json: AsJson = False) -> int:
    """規則とコード表の一覧 / every rule file and code list: days, status, source."""
    listed = list(rows(files("kaihoken.rules")))
    if as_json:
        return _print_json(listed)
    for row in listed:
        _say(f"{row.file:<45} {row.days:<26} {row.certainty}")
        _say(f"    {row.ja} / {row.en}\n    {row.source}")
    return 0


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="share/statutory, OQSCD006, …")],
    on: Annotated[str, typer.Option(help="YYYY-MM-DD. なければ今日 / today if left out")] = "",
    planned: Annotated[
        bool, typer.Option("--planned", help="予定の版も見る / let planned versions count")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """ある日に使われる規則、またはコード表 / the rules in force on a day, or a code list."""
    if name in CODES.numbers():
        return _show_codes(CODES.code_list(name), as_json)
    find = PACKAGED.version_planned if planned else PACKAGED.version_named
    version = find(name, on=_day(on))
    digest = digest_of([version])
    if as_json:
        return _print_json({"digest": digest, **msgspec.structs.asdict(version)})
    until = version.effective_to.isoformat() if version.effective_to else ""
    _say(f"{version.file}  ({version.effective_from.isoformat()} … {until}, {version.status}, {digest})")
    _say(version.source + (f"\n{version.url}" if version.url else ""))
    _say("")
    _say(yaml.safe_dump(version.values, allow_unicode=True, sort_keys=False, width=110).rstrip())
    return 0


@app.command("check")
def check_rules(as_json: AsJson = False) -> int:
    """すべての規則とコード表を点検する / check every rule file and code list."""
    found = checked(files("kaihoken.rules"), SystemClock().today())
    if as_json:
        _print_json([problem.as_rfc9457() for problem in found])
    else:
        for problem in found:
            _tell(problem)
        _say(f"{len(PACKAGED.families())} families, {len(CODES.numbers())} code lists: {len(found)} findings")
    return FINDINGS if found else 0


def _show_codes(codes: CodeList, as_json: bool) -> int:
    if as_json:
        return _print_json(
            {
                "list": codes.number,
                "ja": codes.ja,
                "en": codes.en,
                "status": codes.status,
                "source": codes.source,
                "note": codes.note,
                "values": list(codes.codes.values()),
            }
        )
    _say(f"{codes.number}  {codes.ja} / {codes.en}  ({codes.status})")
    for code in codes.codes.values():
        unsure = "" if code.status is Status.CONFIRMED else f"  ({code.status})"
        _say(f"  {code.code:<5} {code.ja} / {code.en}{unsure}")
    return 0


def _day(text: str) -> date:
    if not text:
        return SystemClock().today()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter("a day is written YYYY-MM-DD", param_hint="--on") from error


def _tell(problem: Problem) -> None:
    for language in ("ja", "en"):
        _say(f"{problem.where}: {problem.title(language)}\n  → {problem.mend(language)}")


def _print_json(value: object) -> int:
    _say(msgspec.json.encode(value).decode())
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
