"""`kaihoken workforce <verb>`: each verb owned by one room and imported only when it is called.

The verbs are a table, so `kaihoken workforce --help` answers without the planners' libraries; a room adds its own with
one entry. Whoever walks the commands of the group (the docs, the tests) opens every verb.
"""

from collections.abc import Iterator, MutableMapping
from copy import copy
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Final

from typer import Typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

if TYPE_CHECKING:
    from typer._click import Context, HelpFormatter
    from typer._click.core import Command


@dataclass(frozen=True, slots=True)
class Verb:
    """What can be typed after `kaihoken workforce`. `target` is `module:attribute` below `kaihoken.workforce`, a typer
    application or a function. `line` is the first paragraph of its help."""

    name: str
    target: str
    line: str

    def opened(self) -> "Command":
        """The command itself. Imports its room."""
        module, _, attribute = self.target.partition(":")
        found: object = getattr(import_module(f"kaihoken.workforce.{module}"), attribute)
        if isinstance(found, Typer):
            group = get_group(found)
            group.name = self.name
            return group
        if not callable(found):
            raise TypeError(f"{self.target} is no command")
        alone = Typer(add_completion=False)
        alone.command(self.name)(found)
        return get_command(alone)


VERBS: Final = (
    Verb(
        "index",
        "index.commands:index",
        "公表された医師偏在指標とその内訳 / the published index, computed again, with its factors.",
    ),
    Verb(
        "explain",
        "index.explaining:explain",
        "指標の差を要因に分ける（順番によらず、足せば差になる） / what makes an index differ; the parts sum exactly.",
    ),
    Verb(
        "plan",
        "plan.commands:plan",
        "都道府県の医師確保計画の数値 / the numbers of a prefecture's plan: targets, need, candidates, what waits.",
    ),
    Verb(
        "supply",
        "plan.supply_commands:supply",
        "医師供給推計: 年ごとの幅と必要医師数との差 / the supply of doctors by year, with bands, against the need.",
    ),
    Verb(
        "duty",
        "plan.duty_commands:duty",
        "地域枠の医師: 入学年・診療科・区域の種類・年度 / doctors under duty, and the seats that a gap would take.",
    ),
    Verb(
        "ceilings",
        "training.ceiling_commands:ceilings",
        "専攻医シーリング: 数の内訳か、対象の判定 / the seats of a ceiling in parts, or the cells under it.",
    ),
    Verb(
        "residents",
        "training.resident_commands:residents",
        "臨床研修の募集定員上限: 全国、仮上限、激変緩和 / the cap of residents in the parts that make it.",
    ),
    Verb(
        "seats",
        "training.seat_commands:seats",
        "医学部臨時定員: 残る数と戻る数、総数 / temporary seats: what is kept, what comes back, the total.",
    ),
    Verb(
        "access",
        "access.commands:access",
        "住民が届く医療機関の多さ（人口10万対、市区町村別） / institutions within reach per 100,000 people.",
    ),
    Verb(
        "openings",
        "openings.commands:openings",
        "外来医師過多区域の候補（指標がなければ公表された9区域） / candidate areas; without an index the nine"
        " published.",
    ),
    Verb(
        "remote",
        "remote.commands:remote",
        "患者がいて医師が相対的に少ない圏域と診療科、遠隔医療の効果 / where remote care would reach whom.",
    ),
    Verb(
        "dispatch",
        "dispatch.commands:dispatch",
        "派遣調整案・候補 / who could go where; where nothing can, which rules bind.",
    ),
    Verb(
        "closure",
        "closure.commands:closure",
        "施設を廃止・統合・移転・短縮したら、だれが 30 分・60 分をこえるか / who is then beyond 30 or 60 minutes.",
    ),
    Verb(
        "successors",
        "closure.succession_command:successors",
        "後継者のいない診療所と、診療所がなくなる市区町村 / clinics without a successor, and who is left with none.",
    ),
    Verb(
        "reach",
        "access.reach_command:reach",
        "30 分・60 分以内に施設がある住民（診療科・年齢・救急の段階別） / who has one within 30 and 60 minutes.",
    ),
    Verb(
        "districts",
        "access.districts_command:districts",
        "無医地区の候補（4 km・50 人） / candidates of districts without a doctor: a list to look through.",
    ),
    Verb(
        "rurality",
        "access.rurality_command:rurality",
        "へき地尺度（順位 1–100、未確認） / a scale of rurality: ranks of 1 to 100, unconfirmed.",
    ),
    Verb(
        "specialties",
        "access.specialties_command:specialties",
        "診療科ごとの人口10万対の医師数（少数区域と全国） / doctors per 100,000 by specialty, in few areas and all.",
    ),
    Verb(
        "birth",
        "birth.commands:app",
        "出産: 分娩施設と支援 / where births are handled, and the aid",
    ),
    Verb(
        "data",
        "tables.commands:app",
        "表: そろえる・ひな形・取り込み / the tables that analyses need",
    ),
    Verb(
        "careers",
        "careers.commands:app",
        "キャリア形成プログラム: 義務の日数・認定・封をした記録 / careers: duties, accreditation, the sealed book",
    ),
    Verb("export", "documents.commands:app", "文書とデータに書き出す / documents and data"),
    Verb("scenario", "scenario.commands:app", "シナリオ（仮定） / what-if scenarios on a copy of the tables"),
)


class _Opened(MutableMapping[str, "Command"]):
    """The verbs by name; the value is what imports the room."""

    def __init__(self) -> None:
        self._verbs = {verb.name: verb for verb in VERBS}
        self._opened: dict[str, Command] = {}

    def __getitem__(self, name: str) -> "Command":
        if name not in self._opened:
            self._opened[name] = self._verbs[name].opened()
        return self._opened[name]

    def __setitem__(self, name: str, command: "Command") -> None:
        self._opened[name] = command

    def __delitem__(self, name: str) -> None:
        del self._verbs[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._verbs)

    def __len__(self) -> int:
        return len(self._verbs)


class _Group(TyperGroup):
    """The verbs of the table; help shows its lines."""

    @property
    def commands(self) -> MutableMapping[str, "Command"]:
        return self._commands

    @commands.setter
    def commands(self, own: MutableMapping[str, "Command"]) -> None:
        self._commands = own or _Opened()

    def format_help(self, ctx: "Context", formatter: "HelpFormatter") -> None:
        shown = copy(self)
        shown.commands = {verb.name: TyperCommand(verb.name, help=verb.line) for verb in VERBS}
        TyperGroup.format_help(shown, ctx, formatter)


app = Typer(cls=_Group, help="医師偏在: 指標と計画 / where doctors are relatively few", no_args_is_help=True)


@app.callback()
def _workforce() -> None:
    """医師偏在: 指標と計画 / where doctors are relatively few."""
