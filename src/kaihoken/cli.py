"""The commands: `kaihoken <noun> <verb>`, each noun owned by one room and imported only when it is called.

The list of nouns is a table, so `kaihoken --help` answers without importing a room. Exit codes: 0 done, 1 the data
has findings, 2 misuse. A problem is told in Japanese and English on stderr; with `--json` (or `--format json`) it is an
RFC 9457 object on stdout, so that a program that asked for JSON reads JSON from one stream whatever happened.
"""

import gc
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from errno import ENOSPC
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from kaihoken import __version__
from kaihoken.problems import Problem

if TYPE_CHECKING:
    from typer import Typer


@dataclass(frozen=True, slots=True)
class Noun:
    """What can be typed after `kaihoken`. `attribute` is a typer application; without verbs it is one command. `rooms`
    are modules that are imported first, because they add what they alone know (see `kaihoken.store.register_check`)."""

    name: str
    module: str
    japanese: str
    english: str
    attribute: str = "app"
    verbs: bool = True
    rooms: tuple[str, ...] = ()


NOUNS = (
    Noun(
        "demo",
        "kaihoken.demo",
        "架空の国とハブを、この1台で動かす",
        "a fictional nation and its hub",
        verbs=False,
    ),
    Noun(
        "eligibility", "kaihoken.coverage.commands", "資格確認の質問と回答", "ask whether a person is covered"
    ),
    Noun("oqs", "kaihoken.coverage.commands", "XmlMsg の要求に答える", "answer XmlMsg requests", "oqs_app"),
    Noun(
        "receipt",
        "kaihoken.audit.receipt_command",
        "回答の受領証を検証する",
        "verify receipts of answers",
    ),
    Noun("audit", "kaihoken.audit.commands", "改ざん検知ログ", "the tamper-evident log"),
    Noun(
        "clients",
        "kaihoken.access.commands",
        "施設・保険者の鍵と権限",
        "facilities, insurers: keys and scopes",
    ),
    Noun(
        "accounts",
        "kaihoken.access.people.commands",
        "利用者: 招待・停止・一覧",
        "people who sign in: invite, disable, list",
    ),
    Noun(
        "store",
        "kaihoken.store.commands",
        "保管庫: 移行・控え・点検",
        "the store: migrate, back up, check",
        rooms=(
            "kaihoken.audit.recorded",
            "kaihoken.audit.person_index",
            "kaihoken.consent.recorded",
            "kaihoken.access.recorded",
            "kaihoken.access.people.recorded",
            "kaihoken.coverage.bulk.recorded",
            "kaihoken.coverage.facility.recorded",
            "kaihoken.coverage.failure.owed",
            "kaihoken.coverage.failure.recorded",
            "kaihoken.coverage.limits_shown",
            "kaihoken.coverage.projection",
            "kaihoken.coverage.recorded",
            "kaihoken.coverage.statistics.recorded",
            "kaihoken.workforce.careers.checking",
        ),
    ),
    Noun(
        "keys",
        "kaihoken.store.key_commands",
        "鍵: 一覧・取り替え・控え",
        "the keys: list, rotate, put away",
        rooms=("kaihoken.coverage.store",),
    ),
    Noun(
        "statistics",
        "kaihoken.coverage.statistics.commands",
        "月ごとの統計（小さな数は伏せる）",
        "monthly statistics, small numbers hidden",
    ),
    Noun(
        "payment",
        "kaihoken.payment.commands",
        "患者の支払い・高額療養費・加算",
        "what a patient pays, ceilings, add-ons",
    ),
    Noun("rules", "kaihoken.rules.commands", "日付つきの制度データ", "the law as data with dates"),
    Noun(
        "workforce",
        "kaihoken.workforce.commands",
        "医師偏在: 指標と計画",
        "where doctors are relatively few, and what would help",
    ),
    Noun(
        "card", "kaihoken.card.commands", "仮想カードと試験用の認証局", "virtual cards, their TEST authority"
    ),
    Noun("people", "kaihoken.people.commands", "架空の国民を作る", "make a fictional nation"),
    Noun(
        "sandbox", "kaihoken.people.commands", "試験用の決まった番号", "the fixed test numbers", "sandbox_app"
    ),
    Noun(
        "claims",
        "kaihoken.claims.commands",
        "レセプトを送る前に点検する",
        "check claims before they are sent",
    ),
    Noun(
        "adoption",
        "kaihoken.adoption.commands",
        "導入の前に: 補助・採算・返納・義務・見積",
        "before buying: subsidy, break-even, duties, quotes",
    ),
    Noun("hub", "kaihoken.hub.commands", "ハブを動かす", "run the hub"),
    Noun("desk", "kaihoken.desk.commands", "受付のPCを動かす", "run a clinic's desk"),
    Noun("planner", "kaihoken.planner.commands", "医師偏在のページを出す", "serve the planner's pages"),
    Noun(
        "config",
        "kaihoken.hub.commands",
        "設定を見る（秘密は伏せる）",
        "show settings, secrets masked",
        "config_app",
    ),
)

MISUSE = 2
FINDINGS = 1
INTERRUPTED = 130
_MISUSE_STATUSES = range(400, 422)


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry point `kaihoken`. Ends the process with the exit code."""
    raise SystemExit(run(list(sys.argv[1:] if arguments is None else arguments)))


def run(arguments: list[str]) -> int:
    """Runs one command line and returns its exit code."""
    first, rest = (arguments[0], arguments[1:]) if arguments else ("--help", [])
    try:
        if first in ("--help", "-h", "help"):
            return _say(overview())
        if first in ("--version", "-V"):
            return _say(f'{{"version":"{__version__}"}}' if "--json" in rest else f"kaihoken {__version__}")
        return _call(_noun(first), rest)
    except Problem as problem:
        tell(problem, as_json=_asked_json(arguments))
        return exit_code(problem)
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        if error.errno != ENOSPC:
            raise
        tell(Problem("store.full", where=error.filename or "stdout"), as_json=False)
        return FINDINGS


def overview() -> str:
    """The help of `kaihoken` itself, from the table alone."""
    lines = [
        f"kaihoken {__version__}  皆保険: 資格確認からはじまる、医療保険のオープンなシステム",
        "",
        "使いかた / usage:  kaihoken <noun> <verb> [--json]",
        "                   kaihoken <noun> --help",
        "",
    ]
    lines += [f"  {noun.name:<12} {noun.japanese}\n{'':<15}{noun.english}" for noun in NOUNS]
    lines += ["", "終了コード / exit: 0 ok, 1 データに指摘あり findings, 2 使いかたの誤り misuse"]
    return "\n".join(lines)


def application(noun: Noun) -> "Typer":
    """The typer application of a noun. Imports its room, and looks for no garbage meanwhile: most of what is imported
    stays, and the search takes a seventh of the time until a command starts."""
    gc.disable()
    try:
        for room in noun.rooms:
            import_module(room)
        found: Typer = getattr(import_module(noun.module), noun.attribute)
    finally:
        gc.enable()
    return found


def exit_code(problem: Problem) -> int:
    """2 where the caller has to ask differently (settings, 400 to 421), 1 where the data or the machine is at fault."""
    asked_wrongly = problem.entry.status in _MISUSE_STATUSES or problem.code.startswith("settings.")
    return MISUSE if asked_wrongly else FINDINGS


def tell(problem: Problem, *, as_json: bool) -> None:
    """Prints a problem: what happened, where, how to mend it, its code."""
    if as_json:
        import orjson

        _say(orjson.dumps(problem.as_rfc9457()).decode())
        return
    where = f"  [{problem.where}]" if problem.where else ""
    for language in ("ja", "en"):
        sys.stderr.write(f"{problem.title(language)}{where}\n  → {problem.mend(language)}\n")
    sys.stderr.write(f"  ({problem.code} · {problem.entry.oqs})\n")


def _asked_json(arguments: Sequence[str]) -> bool:
    pairs = pairwise(arguments)
    return "--json" in arguments or "--format=json" in arguments or ("--format", "json") in pairs


def _noun(name: str) -> Noun:
    for noun in NOUNS:
        if noun.name == name:
            return noun
    from difflib import get_close_matches

    near = get_close_matches(name, [noun.name for noun in NOUNS], n=1)
    raise Problem("cli.noun_unknown", noun=name, near=near[0] if near else "--help")


def _call(noun: Noun, arguments: list[str]) -> int:
    from typer import Abort, TyperException
    from typer.main import get_command, get_group

    app = application(noun)
    # get_group keeps the verb in a room that has only one.
    command = get_group(app) if noun.verbs else get_command(app)
    if noun.verbs and not arguments:
        arguments = ["--help"]
    try:
        answer = command.main(
            arguments,
            prog_name=f"kaihoken {noun.name}",
            standalone_mode=False,
            default_map=_configured(command, arguments),
        )
    except TyperException as error:
        reason = error.format_message().rstrip(".")
        raise Problem("cli.misuse", reason=reason, command=f"kaihoken {noun.name}") from error
    except Abort:
        return INTERRUPTED
    sys.stdout.flush()  # a full disk is told here, not when the process ends
    return answer if isinstance(answer, int) else 0


def _configured(command: object, typed: Sequence[str]) -> dict[str, object]:
    """What the settings file says, for every option of what was typed that the environment could give as well, and for
    those called like a setting of `[tls]`: typed words win, then the environment, then the file. Problem
    `settings.invalid` for a file that cannot be read."""
    from kaihoken.settings import FILE_VARIABLE, PREFIX, in_file

    if FILE_VARIABLE not in os.environ:
        return {}
    said = in_file(Path(os.environ[FILE_VARIABLE]))

    def defaults(one: object) -> dict[str, object]:
        verbs: Mapping[str, object] = getattr(one, "commands", {})
        own: dict[str, object] = {name: defaults(verbs[name]) for name in verbs if name in typed}
        for parameter in getattr(one, "params", ()):
            variable = getattr(parameter, "envvar", None)
            name = variable.removeprefix(PREFIX).lower() if isinstance(variable, str) else ""
            if parameter.name in said and parameter.name.startswith("tls_"):
                name = parameter.name
            if name in said:
                own[parameter.name] = said[name]
        return own

    return defaults(command)


def _say(text: str) -> int:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
    return 0
