"""Writes the tables of docs/ that follow from the code: commands, settings, routes, problems, rules (`make docs`).

Each page holds its table between two marks; the words around it are written by hand. `rows_of` gives what the code
has, `named_in` what a page names: a test compares them, so nothing can be added to the code and left out of the docs.
"""

import re
import sys
from collections.abc import Callable, Iterator
from datetime import date
from enum import StrEnum
from functools import partial
from importlib import import_module
from inspect import cleandoc, getmembers, getsource, isclass
from itertools import chain
from pathlib import Path
from pkgutil import iter_modules, walk_packages
from typing import TYPE_CHECKING, Literal, cast

import msgspec

import kaihoken
from kaihoken import consent, rules
from kaihoken.access.people import Role, may
from kaihoken.claims.checks import checks_of
from kaihoken.claims.records import LAYOUTS, ClaimCodes, ReturnedCodes, layout_of
from kaihoken.cli import NOUNS, application
from kaihoken.coverage import Advisory, Situation, StepKind
from kaihoken.coverage.bulk import LIFE as BULK_LIFE
from kaihoken.coverage.folder.passage import PASSAGE
from kaihoken.coverage.oqs import unconfirmed_messages
from kaihoken.desk.drill import WALK
from kaihoken.desk.failuremode import USE
from kaihoken.desk.foundcards import FOUND_CARD
from kaihoken.desk.offline import ENTRY
from kaihoken.desk.orders import ORDER
from kaihoken.desk.questionnaire import QUESTIONNAIRE
from kaihoken.hub import refusals
from kaihoken.hub.assembly import route_table
from kaihoken.hub.pages.site import ROWS
from kaihoken.people import Case, NumberAsk, ReferenceAsk, sandbox_cases
from kaihoken.problems import catalogue
from kaihoken.settings import PREFIX
from kaihoken.web import Language, messages
from kaihoken.workforce import careers, dispatch, openings, plan

if TYPE_CHECKING:
    from typer.core import TyperGroup

    from kaihoken.hub.machine import Machine

DOCS = Path(__file__).resolve().parent.parent / "docs"
BEGIN, END = "<!-- table: {} (make docs) -->", "<!-- end of table -->"

Row = tuple[str, ...]
"""The cells of one line; the first is the name by which a reader looks it up."""


def command_rows() -> Iterator[Row]:
    """Every command with what it is for, in the order of `kaihoken --help`."""
    from typer.main import get_command, get_group

    for noun in NOUNS:
        app = application(noun)
        if not noun.verbs:
            yield _command(f"kaihoken {noun.name}", get_command(app))
            continue
        for name, command in _verbs(get_group(app), f"kaihoken {noun.name}"):
            yield _command(name, command)


def _verbs(group: "TyperGroup", path: str) -> Iterator[tuple[str, object]]:
    from typer.core import TyperGroup

    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from _verbs(command, f"{path} {name}")
        elif not command.hidden:
            yield f"{path} {name}", command


def _command(name: str, command: object) -> Row:
    options = [
        written
        for parameter in getattr(command, "params", ())
        if parameter.name != "help"
        for written in (
            [name for name in parameter.opts if name.startswith("--")]
            if parameter.param_type_name == "option"
            else [f"<{parameter.name}>"]
        )
    ]
    # \f ends what typer itself shows.
    purpose = cleandoc(getattr(command, "help", None) or "").split("\f")[0].split("\n\n")[0]
    return name, " ".join(f"`{option}`" for option in options), purpose.replace("\n", " ")


def setting_rows() -> Iterator[Row]:
    """Every field of every struct named …Settings in a module named settings; a struct inside is a table of its own."""
    for kind in _settings():
        yield from _fields(kind, kind.__name__)


def _settings() -> Iterator[type[msgspec.Struct]]:
    for module in walk_packages(kaihoken.__path__, "kaihoken."):
        if module.name.endswith(".settings"):
            found = import_module(module.name)
            for name, kind in getmembers(found, isclass):
                if (
                    name.endswith("Settings")
                    and issubclass(kind, msgspec.Struct)
                    and kind.__module__ == found.__name__
                ):
                    yield kind


def _fields(kind: type, application: str, table: str = "") -> Iterator[Row]:
    meanings = dict(re.findall(r"(?m)^    (\w+): [^#\n]*#\s*(.+)$", getsource(kind)))
    for field in msgspec.structs.fields(kind):
        default = field.default_factory() if callable(field.default_factory) else field.default
        if isinstance(default, msgspec.Struct) and not table:
            yield from _fields(type(default), application, f"{table}{field.name}.")
            continue
        secret = field.name.endswith(("_secret", "_password"))
        shown = (
            "required"
            if default is msgspec.NODEFAULT
            else "—"
            if secret or default in ("", None)
            else f"`{default}`"
        )
        variable = "—" if table else f"`{PREFIX}{field.name.upper()}`"
        yield f"{table}{field.name}", variable, shown, application, meanings.get(field.name, "")


def problem_rows() -> Iterator[Row]:
    """Every problem of the catalogue."""
    for code, entry in catalogue().items():
        told = f"{entry.title_ja}<br>{entry.title_en}"
        mend = f"{entry.mend_ja}<br>{entry.mend_en}"
        yield code, entry.oqs, str(entry.status), entry.fhir_issue, told, mend


def rule_rows() -> Iterator[Row]:
    """Every dated rule file and every code list."""
    for family in rules.PACKAGED.families():
        for version in rules.PACKAGED.versions(family):
            until = version.effective_to.isoformat() if version.effective_to else "—"
            days = f"{version.effective_from.isoformat()} … {until}"
            yield version.file, days, version.status.value, version.source
    for number in rules.CODES.numbers():
        listed = rules.CODES.code_list(number)
        yield f"codes/{number}.yaml", f"{listed.ja} / {listed.en}", listed.status.value, listed.source


def route_rows() -> Iterator[Row]:
    """Every route of the hub, and what the routes refuse with in common under a word of its own."""
    common = {"caller": refusals.CALLER, "body": refusals.BODY, "record": refusals.RECORD}
    # The rows are read here, not called: no machine stands behind them.
    for route in route_table(cast("Machine", None)).routes:
        who = f"`{route.scope.value}`" if route.scope else "everybody"
        kinds = [", ".join(body.media_type for body in bodies) for bodies in (route.reads, route.answers)]
        words = [word for word, codes in common.items() if set(codes) <= set(route.problems)]
        shared = {code for word in words for code in common[word]}
        own = [f"`{code}`" for code in route.problems if code not in shared]
        said = [f"`{code}`" for code in route.said_in_answer]
        told = f"; in an answer of status 200: {' '.join(said)}" if said else ""
        yield (
            f"{route.method} {route.path}",
            route.summary_en,
            who,
            " → ".join(filter(None, kinds)),
            " ".join([*(f"*{word}*" for word in words), *own]) + told,
        )
    for word, codes in common.items():
        yield word, "what several routes refuse with", "", "", " ".join(f"`{code}`" for code in codes)


def page_rows() -> Iterator[Row]:
    """Every page and form of people: who comes there, by which right, and what it leaves in the log."""
    for row in ROWS:
        if row.right is None:
            who = "everybody" if row.needs == "anybody" else "whoever signed in"
        else:
            who = ", ".join(role.value for role in Role if may(role, row.right))
        right = f"`{row.right.value}`" if row.right else "—"
        fresh = "yes" if row.fresh else ""
        purpose = cleandoc(row.handler.__doc__ or "").split("\n\n")[0].replace("\n", " ").partition(": ")[2]
        yield (
            f"{row.method} {row.path}",
            purpose,
            who,
            right,
            fresh,
            " ".join(f"`{kind}`" for kind in row.records),
        )


def situation_rows() -> Iterator[Row]:
    """Every situation that an answer can name."""
    return _told(Situation, "situation.{}.staff")


def step_rows() -> Iterator[Row]:
    """Every thing to do next."""
    return _told(StepKind, "step.{}")


def advisory_rows() -> Iterator[Row]:
    """Every thing to watch."""
    return _told(Advisory, "advisory.{}")


def _told(kinds: type[StrEnum], message: str) -> Iterator[Row]:
    """Each word of a list with what is said of it; … stands for what depends on the answer."""
    room = messages("coverage")
    for kind in kinds:
        name = message.format(kind.value)
        languages: tuple[Language, ...] = ("ja", "en")
        said = [room.text(name, one, **dict.fromkeys(room.facts(name, one), "…")) for one in languages]
        yield kind.value, *said


def passage_rows() -> Iterator[Row]:
    """Every step of a request file on its way from `req` to `res`."""
    for state, event, following in PASSAGE.edges():
        yield f"{state} + {event}", f"`{following}`"


def unconfirmed_rows() -> Iterator[Row]:
    """Every OQS message of which nobody could confirm the layout."""
    for stem, message in unconfirmed_messages().items():
        if message.function is None:
            here = f"cannot be turned on: {message.missing_en}"
        else:
            elements = ", ".join(
                f"`{one.name}`{'' if one.required else ' (optional)'}" for one in message.question
            )
            here = f"{message.assumed} Elements: {elements}." if elements else message.assumed
        yield stem, f"{message.ja}<br>{message.en}", message.known, here


def case_rows() -> Iterator[Row]:
    """Every test number, without the birthdate: some are so old on the day on which they are asked."""
    for case in sandbox_cases(_A_DAY):
        ask = case.ask
        if isinstance(ask, NumberAsk):
            asked = f"{ask.insurer_number} / {ask.symbol or '—'} / {ask.number} / {ask.branch or '—'}"
        elif isinstance(ask, ReferenceAsk):
            asked = f"照会番号 {ask.reference_number}"
        else:
            asked = f"{ask.presented} {ask.serial}"
        if ask.consents:
            asked += f", consents {', '.join(ask.consents)}"
        yield case.key, f"{case.ja}<br>{case.en}", asked, " ".join(filter(None, _expected(case)))


def _expected(case: Case) -> Iterator[str]:
    play = case.rehearsal
    if play is not None and play.play != "delay":
        yield play.play
        return
    yield case.expect.validity or "—"
    yield f"`{case.expect.situation}`"
    yield from (f"`{advisory}`" for advisory in case.expect.advisories)
    if play is not None:
        yield f"after {play.seconds:g} s"


class Clause(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A clause of a guideline in our own words, and what shows that it is met (docs/security/*.yaml)."""

    number: str
    words: str
    state: Literal["met", "documented", "not met", "does not apply"]
    tests: list[str] = []
    page: str = ""
    why: str = ""
    unconfirmed: bool = False


class Guideline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The clauses of one guideline. `read` says how their numbers were read."""

    title: str
    read: str
    clauses: list[Clause]


class Disclosed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer of the disclosure form MDS/SDS; `clause` is "guideline number" of the table that shows it."""

    number: str
    question_ja: str
    question_en: str
    answer: Literal["yes", "partly", "no", "n/a"]
    remark_ja: str
    remark_en: str
    clause: str


class Disclosure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The answers of the form."""

    title: str
    read: str
    answers: list[Disclosed]


GUIDELINES = ("guideline", "asvs", "fapi")
_ANSWERS = {"yes": "はい / yes", "partly": "一部 / partly", "no": "いいえ / no", "n/a": "対象外 / n/a"}


def guideline(name: str) -> Guideline:
    """A guideline's clauses."""
    return msgspec.yaml.decode((DOCS / f"security/{name}.yaml").read_bytes(), type=Guideline)


def disclosure() -> Disclosure:
    """The answers of MDS/SDS."""
    return msgspec.yaml.decode((DOCS / "security/disclosure.yaml").read_bytes(), type=Disclosure)


def clause_rows(name: str) -> Iterator[Row]:
    """Every clause of a guideline."""
    for clause in guideline(name).clauses:
        shown = [f"`{test.removeprefix('tests/')}`" for test in clause.tests]
        if clause.page:
            shown.append(f"[{clause.page.removeprefix('docs/')}](../{clause.page.removeprefix('docs/')})")
        if clause.why:
            shown.append(clause.why)
        mark = " · unconfirmed" if clause.unconfirmed else ""
        yield clause.number, clause.words, f"{clause.state}{mark}", "<br>".join(shown)


def disclosure_rows() -> Iterator[Row]:
    """Every answer of MDS/SDS."""
    for one in disclosure().answers:
        question = f"{one.question_ja}<br>{one.question_en}"
        yield one.number, question, _ANSWERS[one.answer], f"{one.remark_ja}<br>{one.remark_en}", one.clause


def face_rows() -> Iterator[Row]:
    """Every room of planning that has a face: what it is, and the names that other programs may use."""
    room = import_module("kaihoken.workforce")
    inside = [found for found in iter_modules(room.__path__, "kaihoken.workforce.") if found.ispkg]
    for name in ("kaihoken.workforce", *(found.name for found in inside)):
        face = import_module(name)
        names = getattr(face, "__all__", ())
        if names:
            purpose = cleandoc(face.__doc__ or "").split("\n\n")[0]
            yield name, purpose, " ".join(f"`{one}`" for one in names)


def record_rows() -> Iterator[Row]:
    """Every record of a claim file by kind of file: where it stands, how many fields since when, what is not sure."""
    for kind in LAYOUTS:
        family = kind.family
        months = [version.effective_from for version in rules.PACKAGED.versions(family)]
        laid = {month: layout_of(kind, month).by_id for month in months}
        for id_ in dict.fromkeys(chain.from_iterable(reversed(laid.values()))):
            having = {month: records[id_] for month, records in laid.items() if id_ in records}
            newest = having[max(having)]
            most = "" if newest.most is None else newest.most
            counts = f"{newest.least}–{most}"
            fields = {month: 1 + len(record.positions) for month, record in having.items()}
            told = ", ".join(f"{number} ({month:%Y-%m})" for month, number in fields.items())
            gone = "" if max(having) == months[-1] else ", no longer"
            unsure = dict.fromkeys(field.key for field in newest.fields if not field.sure)
            status = rules.PACKAGED.version_named(family, on=max(having)).status
            known = "one source" if not newest.sure or status is rules.Status.UNCONFIRMED else "two sources"
            doubts = f"{known}, not sure: {' '.join(unsure)}" if unsure else known
            yield (
                f"{family.removeprefix('claims/layout-')} {id_}",
                newest.name,
                newest.place,
                counts,
                told + gone,
                doubts,
            )


def claim_code_rows() -> Iterator[Row]:
    """Every code table of claims: how many codes, which of them are not sure."""
    for kind in (ClaimCodes, ReturnedCodes):
        version = rules.PACKAGED.versions(kind.family)[-1]
        for table in rules.load(kind, on=version.effective_from).tables:
            unsure = [code.code for code in table.codes if not code.sure]
            known = "two sources" if table.sure and version.status is rules.Status.CONFIRMED else "one source"
            doubts = f"{known}, not sure: {' '.join(unsure)}" if unsure else known
            yield table.id, table.name, str(len(table.codes)), doubts


def claim_check_rows() -> Iterator[Row]:
    """Every check of claims: how grave, what it says, whether that is sure."""
    words = messages("claims")
    for check in checks_of(None).values():
        facts = {fact: f"({fact})" for fact in words.facts(f"check.{check.id}", "en")}
        sure = "" if check.sure else "unconfirmed"
        yield (
            check.id,
            check.level,
            check.code,
            words.text(f"check.{check.id}", "ja", **facts),
            words.text(f"check.{check.id}", "en", **facts),
            sure,
        )


PAGES: dict[str, tuple[Callable[[], Iterator[Row]], Row]] = {
    "commands": (command_rows, ("command", "arguments, options", "what it does")),
    "settings": (setting_rows, ("setting", "environment", "default", "application", "meaning")),
    "problems": (problem_rows, ("code", "OQS", "HTTP", "FHIR issue", "what happened", "what to do")),
    **{
        f"security/{name}": (
            partial(clause_rows, name),
            ("clause", "in our words", "state", "shown by, or why"),
        )
        for name in GUIDELINES
    },
    "security/disclosure": (
        disclosure_rows,
        ("no.", "問い / question", "答え / answer", "備考 / remark", "clause"),
    ),
    "hub": (route_rows, ("route", "what it does", "who", "takes → answers", "refuses with")),
    "pages": (page_rows, ("page", "what is done", "who", "right", "fresh proof", "in the log")),
    "rules": (rule_rows, ("file", "days, or what it lists", "status", "source")),
    "workforce/api": (face_rows, ("import from", "what it is", "names")),
    "claims/records": (
        record_rows,
        ("record", "名", "where", "how many", "fields with its id, since", "known from"),
    ),
    "claims/checks": (claim_check_rows, ("check", "level", "code", "日本語", "English", "")),
    "claims/codes": (claim_code_rows, ("table", "別表", "codes", "known from")),
    "situations": (situation_rows, ("situation", "日本語", "English")),
    "steps": (step_rows, ("steps.kind", "日本語", "English")),
    "advisories": (advisory_rows, ("advisories.kind", "日本語", "English")),
    "unconfirmed": (
        unconfirmed_rows,
        ("name", "what it is", "what is known", "what we assume, or why it is not here"),
    ),
    "passage": (passage_rows, ("stands + happens", "stands then")),
    "cases": (
        case_rows,
        (
            "case",
            "what it is",
            "保険者番号 / 記号 / 番号 / 枝番, or card",
            "資格有効性, situation, advisories",
        ),
    ),
}
"""Tables by name; each stands on the page of its name, or of `_PAGE_OF`."""

DRAWINGS: dict[str, Callable[[], str]] = {
    "bulk": BULK_LIFE.drawing,
    "consent": consent.LIFE.drawing,
    "desk/tomorrow": ORDER.drawing,
    "desk/line-down": ENTRY.drawing,
    "desk/failure-mode": USE.drawing,
    "desk/questionnaire": QUESTIONNAIRE.drawing,
    "desk/found-cards": FOUND_CARD.drawing,
    "desk/drill": WALK.drawing,
    "workforce/careers": careers.LIFE.drawing,
    "workforce/plan": plan.CORRECTION_LIFE.drawing,
    "workforce/openings": openings.LIFE.drawing,
    "workforce/dispatch": dispatch.LOCUM_LIFE.drawing,
}
"""Drawings that are made from a table of steps, by the page on which each stands."""

_PAGE_OF = dict.fromkeys(("situations", "steps", "advisories", "cases"), "integrate")
_PAGE_OF["passage"] = "folder"
_PAGE_OF["unconfirmed"] = "oqs"
_PAGE_OF["claims/codes"] = "claims/records"
_A_DAY = date(2026, 11, 20)


def file_of(page: str) -> Path:
    """Where a table stands."""
    return DOCS / f"{_PAGE_OF.get(page, page)}.md"


def rows_of(page: str) -> list[Row]:
    """What the code has for a page."""
    return list(PAGES[page][0]())


def named_in(page: str) -> set[str]:
    """What the table of a page names."""
    _, table, _ = _cut(page)
    return set(re.findall(r"^\| `([^`]+)` \|", table, flags=re.MULTILINE))


def written(page: str) -> str:
    """The page with its table made anew."""
    before, _, after = _cut(page)
    headings = PAGES[page][1]
    lines = [
        headings,
        tuple("---" for _ in headings),
        *((f"`{name}`", *cells) for name, *cells in rows_of(page)),
    ]
    table = "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)
    return f"{before}{BEGIN.format(page)}\n\n{table}\n\n{END}{after}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _cut(page: str) -> tuple[str, str, str]:
    text = file_of(page).read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN.format(page))
    table, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"docs/{file_of(page).name} has no {BEGIN.format(page)} … {END}")
    return before, table, after


def drawn(page: str) -> str:
    """The page with its drawing made anew."""
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    before, begin, rest = text.partition(f"<!-- drawing: {page} (make docs) -->\n")
    _, end, after = rest.partition("<!-- end of drawing -->")
    if not begin or not end:
        raise SystemExit(f"docs/{page}.md has no place for its drawing")
    return f"{before}{begin}```mermaid\n{DRAWINGS[page]()}\n```\n{end}{after}"


def main() -> None:
    for page in DRAWINGS:
        (DOCS / f"{page}.md").write_text(drawn(page), encoding="utf-8")
    for page in PAGES:
        text = written(page)
        file = file_of(page)
        if text != file.read_text(encoding="utf-8"):
            file.write_text(text, encoding="utf-8")
            sys.stdout.write(f"docs/{file.name} written\n")


if __name__ == "__main__":
    main()
