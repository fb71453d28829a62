"""`kaihoken workforce careers template|keep|list|open|check|counts|calendar|rotate-key`.

Whoever has the store and its keys says which role they act in; that, the reason, and that it was a command are on
record. The book is read by the one writer of its store, because no name leaves before its record is durable.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Final, TypeVar

import msgspec
import typer

from kaihoken import rules
from kaihoken.access.people import BY_COMMAND, Role
from kaihoken.clock import SystemClock
from kaihoken.options import KEYS, STORE, AsJson, KeysAt, StoreAt, WitnessAt
from kaihoken.problems import Problem
from kaihoken.web import messages
from kaihoken.workforce.careers.book import Career, Opener, Unnamed
from kaihoken.workforce.careers.designation import Designations, read_designations
from kaihoken.workforce.careers.diary import calendar as calendar_of
from kaihoken.workforce.careers.diary import entries
from kaihoken.workforce.careers.judging import by_the_index, duty_of, judge, plan_of_the_index
from kaihoken.workforce.careers.opening import OpenedBook, opened_book
from kaihoken.workforce.careers.reading import read_careers
from kaihoken.workforce.careers.reading import template as empty_table
from kaihoken.workforce.careers.resealing import reseal
from kaihoken.workforce.careers.telling import sentences, state_in_words
from kaihoken.workforce.careers.terms import SmallCounts
from kaihoken.workforce.months import fiscal_year
from kaihoken.workforce.printing import Form, FormOption, Row, print_rows

app = typer.Typer(
    help="キャリア形成プログラム: 義務の日数・認定・封をした記録 / careers: duties, accreditation, the sealed book",
    no_args_is_help=True,
)

KEPT_COLUMNS: Final = ("sign", "participant", "version")
LISTED_COLUMNS: Final = (
    "participant",
    "version",
    "state",
    "duty_days",
    "duty_required",
    "short_days",
    "short_required",
    "planned",
)
CHECK_COLUMNS: Final = ("who", "says")
OPEN_COLUMNS: Final = ("participant", "name", "says")
COUNT_COLUMNS: Final = ("hospital", "department", "fiscal_year", "people")

RoleOption = Annotated[
    Role, typer.Option(help="どの役割で / in which role: coordinator, planner, participant")
]
ReasonOption = Annotated[
    str, typer.Option(help="開く理由。名前は書かない / why; it stays in the log, so nobody's name")
]
ShortOption = Annotated[
    Path | None,
    typer.Option(
        "--short",
        help="指定の表 kind,place,first,last (CSV) / areas and spots by day",
        exists=True,
        dir_okay=False,
    ),
]
OnOption = Annotated[
    str, typer.Option("--on", metavar="DAY", help="この日の終わりで（既定は今日） / at the end of this day")
]
T = TypeVar("T")


@app.callback()
def _careers() -> None:
    """キャリア形成プログラム / career programmes."""


@app.command()
def template(as_json: AsJson = False) -> None:
    """記入する表 (CSV) を出す / print the table to fill in."""
    _say(f"\ufeff{empty_table()}", "table", as_json=as_json)


@app.command()
def keep(
    file: Annotated[Path, typer.Argument(help="記入した表 (CSV) / the table", exists=True, dir_okay=False)],
    role: RoleOption,
    store: StoreAt = STORE,
    keys: KeysAt = KEYS,
    witness: WitnessAt = "",
    form: FormOption = Form.TABLE,
) -> int:
    """表の人を記録に加えるか、新しい版にする / add the people of a table to the book, or a version of each.

    「人」の欄が32けたの番号なら、その人の新しい版になります / a key of 32 digits in the first column is a new version.
    """
    read, problems = read_careers(file.read_text(encoding="utf-8"))

    async def kept(opened: OpenedBook) -> list[Row]:
        who = Opener(BY_COMMAND, role)
        rows: list[Row] = []
        for one in read:
            career = await opened.book.succeeding(who, one.sign, one.career)
            made = await opened.book.keep(who, career)
            rows.append({"sign": one.sign, "participant": made.participant, "version": made.version})
        return rows

    print_rows(KEPT_COLUMNS, _with_book(store, keys, witness, kept), form)
    return _tell(problems)


@app.command("list")
def list_careers(
    role: RoleOption,
    short: ShortOption = None,
    on: OnOption = "",
    store: StoreAt = STORE,
    keys: KeysAt = KEYS,
    witness: WitnessAt = "",
    form: FormOption = Form.TABLE,
) -> int:
    """名前のない一覧 / everybody without a name: where they stand, and the days."""
    areas, problems = _designations(short)
    day = _day(on)

    async def listed(opened: OpenedBook) -> tuple[Unnamed, ...]:
        return await opened.book.listed(Opener(BY_COMMAND, role))

    rows = [_listed_row(one, areas, day) for one in _with_book(store, keys, witness, listed)]
    print_rows(LISTED_COLUMNS, rows, form, notes=_notes(short))
    return _tell(problems)


@app.command("open")
def open_career(
    participant: Annotated[str, typer.Argument(help="32けたの番号 / the key of 32 digits")],
    reason: ReasonOption,
    role: RoleOption,
    short: ShortOption = None,
    on: OnOption = "",
    store: StoreAt = STORE,
    keys: KeysAt = KEYS,
    witness: WitnessAt = "",
    form: FormOption = Form.TABLE,
) -> int:
    """名前の入った記録を開く。だれが、なぜ開いたかを先に記録する / open one with its name, on record first."""
    areas, problems = _designations(short)
    (career,) = _opened(store, keys, witness, role, reason, [participant])
    judged = judge(career, areas, _day(on))
    rows: list[Row] = [
        {"participant": career.participant, "name": career.name, "says": said}
        for said in sentences(judged, "ja")
    ]
    print_rows(OPEN_COLUMNS, rows, form, notes=_notes(short), facts={"career": msgspec.to_builtins(career)})
    return _tell(problems)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="記入した表 (CSV) / the table", exists=True, dir_okay=False)],
    short: ShortOption = None,
    on: OnOption = "",
    form: FormOption = Form.TABLE,
) -> int:
    """表の人の義務の日数、少数区域の年数、認定を確かめる（名前は出さない） / what is done and what is missing.

    記録には何も書かず、何も残しません / the book is not touched.
    """
    areas, unread = _designations(short)
    read, problems = read_careers(file.read_text(encoding="utf-8"))
    day = _day(on)
    judged = [(one.sign, judge(one.career, areas, day)) for one in read]
    rows: list[Row] = [
        {"who": sign, "says": said} for sign, found in judged for said in sentences(found, "ja")
    ]
    facts = {"people": {sign: msgspec.to_builtins(found) for sign, found in judged}}
    print_rows(CHECK_COLUMNS, rows, form, notes=_notes(short), facts=facts)
    return _tell((*unread, *problems))


@app.command()
def counts(
    role: RoleOption,
    first_year: Annotated[int | None, typer.Option(help="はじめの年度 / first fiscal year")] = None,
    last_year: Annotated[int | None, typer.Option(help="おわりの年度 / last fiscal year")] = None,
    store: StoreAt = STORE,
    keys: KeysAt = KEYS,
    witness: WitnessAt = "",
    form: FormOption = Form.TABLE,
) -> None:
    """病院・診療科・年度ごとの人数（少ない数は伏せる） / people by hospital, department and year.

    --format csv は表 duty-doctors としてページに渡せます / the CSV is the table duty-doctors of the pages.
    """
    today = SystemClock().today()
    first = first_year if first_year is not None else fiscal_year(today)
    last = last_year if last_year is not None else first
    rule = rules.load(SmallCounts, on=today)
    made = _with_book(
        store, keys, witness, lambda opened: opened.book.counts(Opener(BY_COMMAND, role), rule, first, last)
    )
    if form is Form.CSV:
        sys.stdout.write(made.as_csv())
        return
    rows: list[Row] = [
        {
            "hospital": one.hospital,
            "department": one.department,
            "fiscal_year": one.year,
            "people": one.people,
        }
        for one in made.lines
    ]
    hidden = _both("careers.hidden", least=made.least)
    print_rows(
        COUNT_COLUMNS, rows, form, notes=(hidden,), facts={"least": made.least, "status": made.least_status}
    )


@app.command()
def calendar(
    reason: ReasonOption,
    role: RoleOption,
    participant: Annotated[
        str | None,
        typer.Argument(help="32けたの番号。なければ全員を名前なしで / the key; none: all, unnamed"),
    ] = None,
    short: ShortOption = None,
    store: StoreAt = STORE,
    keys: KeysAt = KEYS,
    witness: WitnessAt = "",
    as_json: AsJson = False,
) -> int:
    """iCalendar を出す。1人なら名前入り、全員なら名前なし / one person's with the name, the programme's without."""
    areas, problems = _designations(short)
    clock = SystemClock()
    careers = _opened(store, keys, witness, role, reason, None if participant is None else [participant])
    people = tuple(
        (one.participant, one.version, entries(one.timeline, duty_of(one.timeline, areas, clock.today())))
        for one in careers
    )
    names = {one.participant: one.name for one in careers} if participant is not None else None
    _say(calendar_of(people, clock.now(), names).decode(), "calendar", as_json=as_json)
    return _tell(problems)


@app.command("rotate-key")
def rotate_key(
    store: StoreAt = STORE, keys: KeysAt = KEYS, witness: WitnessAt = "", form: FormOption = Form.TABLE
) -> None:
    """キャリアの鍵を取り替え、すべて封をし直し、前の鍵を捨てる / seal everything under a new key, destroy the old.

    終わったら鍵の控えをとり直してください / put a new sealed copy of the keys away afterwards.
    """
    clock = SystemClock()
    done = _with_book(
        store,
        keys,
        witness,
        lambda opened: reseal(opened.store, opened.committer, keys, clock, BY_COMMAND),
    )
    retired = " ".join(str(one) for one in done.retired) or None
    print_rows(
        ("version", "rows", "retired"),
        [{"version": done.version, "rows": done.rows, "retired": retired}],
        form,
    )


def _with_book(store: str, keys: Path, witness: str, work: Callable[[OpenedBook], Awaitable[T]]) -> T:
    async def done() -> T:
        async with opened_book(store, keys, SystemClock(), witness) as opened:
            return await work(opened)

    return asyncio.run(done())


def _opened(
    store: str, keys: Path, witness: str, role: Role, reason: str, participants: list[str] | None
) -> tuple[Career, ...]:
    """Whose careers these are; a participant at the command line is the one whom they name."""
    own = participants[0] if participants and role is Role.PARTICIPANT else ""
    who = Opener(BY_COMMAND, role, own)
    return _with_book(store, keys, witness, lambda opened: opened.book.open_named(who, reason, participants))


def _listed_row(one: Unnamed, areas: Designations, on: date) -> Row:
    found = duty_of(one.timeline, areas, on)
    return {
        "participant": one.participant,
        "version": one.version,
        "state": f"{state_in_words(found, 'ja')} / {found.state}",
        "duty_days": found.duty_days,
        "duty_required": found.duty_required,
        "short_days": found.short_days,
        "short_required": found.short_required,
        "planned": str(found.planned) if found.planned else None,
    }


def _designations(short: Path | None) -> tuple[Designations, tuple[Problem, ...]]:
    if short is None:
        return by_the_index(), ()
    return read_designations(short.read_text(encoding="utf-8"))


def _day(on: str) -> date:
    if not on:
        return SystemClock().today()
    try:
        return date.fromisoformat(on)
    except ValueError:
        raise Problem(
            "workforce.career-file", where="--on", field="--on", given=on, wanted="2026-04-01"
        ) from None


def _notes(short: Path | None) -> tuple[str, ...]:
    judgement = _both("careers.judgement")
    if short is not None:
        return (judgement,)
    plan = plan_of_the_index()
    return (_both("careers.index-areas", first=plan.first_fiscal_year, last=plan.last_fiscal_year), judgement)


def _both(name: str, **facts: int) -> str:
    words = messages("workforce")
    return f"{words.text(name, 'ja', **facts)} / {words.text(name, 'en', **facts)}"


def _say(text: str, name: str, *, as_json: bool) -> None:
    """Prints a text as its bytes are, or as the member of a JSON object."""
    typer.echo(msgspec.json.encode({name: text}) if as_json else text.encode(), nl=as_json)


def _tell(problems: tuple[Problem, ...]) -> int:
    """Tells what was not read; 1 where there is something."""
    for one in problems:
        typer.echo(f"{one.where}: {one.title('ja')} / {one.title('en')}", err=True)
    return 1 if problems else 0
