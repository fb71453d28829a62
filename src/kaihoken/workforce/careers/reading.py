"""Careers from a table that a coordinator fills in: a row for each person, each thing that happened, each post.

Headings and words are Japanese or the codes; a row whose first cell is 「例」 is an example. Who has a row that cannot
be read is left out whole and told by line and field; everybody else is read.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Protocol

from kaihoken.problems import Problem
from kaihoken.workforce.careers.book import Career
from kaihoken.workforce.careers.life import Event
from kaihoken.workforce.careers.timeline import Happening, Interruption, Post, Timeline

FIELDS: Final = {
    "person": "人",
    "kind": "種類",
    "first": "はじめの日",
    "last": "おわりの日",
    "what": "内容",
    "hospital": "病院",
    "department": "診療科",
    "prefecture": "都道府県",
    "area": "二次医療圏",
    "municipality": "市区町村",
    "residency": "臨床研修",
    "unavoidable": "やむをえない県外",
    "name": "名前",
    "contact": "連絡先",
    "note": "メモ",
    "loan_months": "貸与の月数",
    "licensed_on": "免許の日",
    "residency_began": "研修を始めた日",
}
"""The columns, each by its code and its Japanese heading. Of a person `first` is the day on which they agreed."""

KINDS: Final = {
    "person": "人",
    "event": "できごと",
    "post": "勤務",
    "interruption": "やむをえない中断",
    "duty": "業務",
}
EVENTS: Final[Mapping[str, str]] = {
    Event.BEGIN: "開始",
    Event.PAUSE: "中断",
    Event.RESUME: "再開",
    Event.BREACH: "違反",
    Event.REMEDY: "是正",
    Event.LEAVE: "離脱",
    Event.COMPLETE: "満了",
}
REASONS: Final = {"birth": "出産", "child-care": "育児", "family-care": "介護", "illness": "病気"}
DUTIES: Final = {"continuing-care": "継続的な診療", "coordination": "連携", "public-health": "公衆衛生"}
_NEEDED: Final = ("person", "kind", "first")
"""Columns that must be there."""
_YES, _NO = ("はい", "yes", "true", "1", "○"), ("", "いいえ", "no", "false", "0", "－", "-")
_EXAMPLE: Final = "例"

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ReadCareer:
    """Somebody of the file: how it calls them (a random key of the book, or the file's own sign), and the career."""

    sign: str
    career: Career


@dataclass(slots=True)
class _Person:
    about: Row | None = None
    happenings: list[Happening] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    interruptions: list[Interruption] = field(default_factory=list)
    duties: set[str] = field(default_factory=set)
    wrong: bool = False


class _Take(Protocol):
    def __call__(self, person: _Person, row: Row) -> None: ...


def read_careers(text: str) -> tuple[tuple[ReadCareer, ...], tuple[Problem, ...]]:
    """Everybody who could be read, in the order of the file, and what is wrong with the others' rows.

    Problem `workforce.career-file` where a column is missing.
    """
    people: dict[str, _Person] = {}
    problems: list[Problem] = []
    for line, row in _rows(text):
        person = people.setdefault(row["person"], _Person())
        try:
            _TAKE[_word(row, "kind", KINDS)](person, row)
        except Problem as problem:
            person.wrong = True
            problems.append(Problem(problem.code, where=f"line {line}", **problem.facts))
    read = []
    for sign, person in people.items():
        try:
            if not person.wrong:
                read.append(ReadCareer(sign, _career(sign, person)))
        except Problem as problem:
            problems.append(Problem(problem.code, where=f"{sign} {problem.where}".strip(), **problem.facts))
    return tuple(read), tuple(problems)


def template() -> str:
    """The table to fill in, with examples of each kind of row."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((_EXAMPLE, *FIELDS.values()))
    for row in _EXAMPLES:
        writer.writerow((_EXAMPLE, *(row.get(name, "") for name in FIELDS)))
    return text.getvalue()


def _rows(text: str) -> Iterator[tuple[int, Row]]:
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    names = {heading: name for name, ja in FIELDS.items() for heading in (name, ja)}
    headings = [names.get(cell.strip(), "") for cell in next(reader, [])]
    missing = [FIELDS[name] for name in _NEEDED if name not in headings]
    if missing:
        raise Problem(
            "workforce.career-file",
            where="line 1",
            field="、".join(missing),
            given="－",
            wanted="この列を足してください / add this column",
        )
    for cells in reader:
        row = dict.fromkeys(FIELDS, "")
        row.update({name: cell.strip() for name, cell in zip(headings, cells, strict=False) if name})
        if (cells and cells[0].strip() == _EXAMPLE) or not any(row.values()):
            continue
        yield reader.line_num, row


def _take_person(person: _Person, row: Row) -> None:
    if person.about is not None:
        raise _unreadable("person", row["person"], "1人に1行です / one row for each person")
    if not row["name"]:
        raise _unreadable("name", "", "名前を書いてください / write the name")
    for day in ("first", "licensed_on", "residency_began"):
        _day(row, day, needed=day == "first")
    _months(row)
    person.about = row


def _take_event(person: _Person, row: Row) -> None:
    person.happenings.append(Happening(Event(_word(row, "what", EVENTS)), _needed_day(row, "first")))


def _take_post(person: _Person, row: Row) -> None:
    for name in ("hospital", "department", "prefecture", "area"):
        if not row[name]:
            raise _unreadable(
                name, "", "勤務の行には病院・診療科・都道府県・圏域が要ります / a post needs it"
            )
    person.posts.append(
        Post(
            _needed_day(row, "first"),
            _day(row, "last"),
            row["hospital"],
            row["department"],
            row["prefecture"],
            row["area"],
            row["municipality"],
            _is(row, "residency"),
            _is(row, "unavoidable"),
        )
    )


def _take_interruption(person: _Person, row: Row) -> None:
    first, last = _needed_day(row, "first"), _needed_day(row, "last")
    person.interruptions.append(Interruption(first, last, _word(row, "what", REASONS)))


def _take_duty(person: _Person, row: Row) -> None:
    person.duties.add(_word(row, "what", DUTIES))


_TAKE: Final[Mapping[str, _Take]] = {
    "person": _take_person,
    "event": _take_event,
    "post": _take_post,
    "interruption": _take_interruption,
    "duty": _take_duty,
}


def _career(sign: str, person: _Person) -> Career:
    about = person.about
    if about is None:
        raise _unreadable("person", sign, "「人」の行を足してください / add the row of the person")
    timeline = Timeline(
        about["prefecture"],
        _needed_day(about, "first"),
        tuple(person.happenings),
        tuple(sorted(person.posts, key=lambda post: post.first)),
        _months(about),
    )
    return Career(
        name=about["name"],
        contact=about["contact"],
        note=about["note"],
        timeline=timeline,
        licensed_on=_day(about, "licensed_on"),
        residency_began=_day(about, "residency_began"),
        interruptions=tuple(person.interruptions),
        duties=frozenset(person.duties),
    )


def _word(row: Row, name: str, words: Mapping[str, str]) -> str:
    """The code of a word, given as the code or in Japanese."""
    given = row[name]
    for code, japanese in words.items():
        if given in (str(code), japanese):
            return str(code)
    raise _unreadable(name, given, "・".join(words.values()))


def _day(row: Row, name: str, *, needed: bool = False) -> date | None:
    given = row[name].replace("/", "-")
    if not given and not needed:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise _unreadable(name, given, "2026-04-01 の形で / as 2026-04-01") from None


def _needed_day(row: Row, name: str) -> date:
    day = _day(row, name, needed=True)
    assert day is not None
    return day


def _months(row: Row) -> int | None:
    given = row["loan_months"]
    if given and not (given.isascii() and given.isdecimal()):
        raise _unreadable("loan_months", given, "月数を数字で / a number of months")
    return int(given) if given else None


def _is(row: Row, name: str) -> bool:
    given = row[name].lower()
    if given not in (*_YES, *_NO):
        raise _unreadable(name, given, "はい・いいえ / yes, no")
    return given in _YES


def _unreadable(name: str, given: str, wanted: str) -> Problem:
    return Problem("workforce.career-file", field=FIELDS[name], given=given or "－", wanted=wanted)


_EXAMPLES: Final[tuple[Row, ...]] = (
    {
        "person": "A",
        "kind": KINDS["person"],
        "first": "2026-04-01",
        "prefecture": "03",
        "name": "（名前）",
        "loan_months": "72",
        "licensed_on": "2026-03-20",
        "residency_began": "2026-04-01",
    },
    {"person": "A", "kind": KINDS["event"], "first": "2026-04-01", "what": EVENTS[Event.BEGIN]},
    {
        "person": "A",
        "kind": KINDS["post"],
        "first": "2026-04-01",
        "last": "2028-03-31",
        "hospital": "（病院）",
        "department": "内科",
        "prefecture": "03",
        "area": "0301",
        "residency": "はい",
    },
    {
        "person": "A",
        "kind": KINDS["interruption"],
        "first": "2029-01-01",
        "last": "2029-06-30",
        "what": REASONS["birth"],
    },
    {"person": "A", "kind": KINDS["duty"], "first": "2028-04-01", "what": DUTIES["coordination"]},
)
