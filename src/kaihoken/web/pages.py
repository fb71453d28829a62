"""Pages: one Jinja2 environment per room, its layout and parts shared, its words from the room's catalogue.

A template of a room extends `web/page.html` and imports `web/parts.html` with context. It finds `t(id, **facts)`
(the room's words) and `w(id, **facts)` (the shared words), both as `t_plain` and `w_plain` for attributes, `language`,
`demo`, `asset(path)`, and the filters `day`, `time` and `ruby`. The language stands in the first part of the path
(/, /easy/, /en/): it needs no cookie, no script and no query, and each language can be linked to. A page that answered
a form gives the form's fields as `again`, so that changing the language asks again by POST and nothing personal enters
an address. On English pages what is Japanese is marked as such.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from types import CodeType, MappingProxyType
from typing import Literal

from jinja2 import (
    BaseLoader,
    BytecodeCache,
    ChoiceLoader,
    Environment,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    pass_context,
)
from jinja2.bccache import Bucket
from jinja2.runtime import Context
from markupsafe import Markup

from kaihoken.clock import TOKYO
from kaihoken.web.assets import Assets
from kaihoken.web.catalogues import LANGUAGES, Fact, Language, messages, read_aloud, with_readings
from kaihoken.web.days import day_on_page, time_in_words
from kaihoken.web.foreign import is_japanese, japanese_marked

State = Literal["valid", "special", "pending", "clarify", "stale", "failed", "missing"]
"""How a verdict looks, always word, sign and colour together: 有効, 有効（特別療養費）, 手続中・未登録, 要確認,
前回の答え, 機械・回線・人違い, 入力待ち."""

_IN_PATH: Mapping[Language, str] = {"ja": "", "ja@easy": "/easy", "en": "/en"}
_HTML_LANGUAGE: Mapping[Language, str] = {"ja": "ja", "ja@easy": "ja", "en": "en"}


def split_language(path: str) -> tuple[Language, str]:
    """The language that a path asks for, and the path without it: "/en/about" is ("en", "/about")."""
    for language, prefix in _IN_PATH.items():
        if prefix and (path == prefix or path.startswith(f"{prefix}/")):
            return language, path.removeprefix(prefix) or "/"
    return "ja", path


def path_in(language: Language, path: str) -> str:
    """The address of a page in a language: the reverse of `split_language`."""
    return f"{_IN_PATH[language]}{path}"


class _Compiled(BytecodeCache):
    """Templates that this process has compiled: rooms share a layout and parts, and each has an environment."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._kept[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _Compiled()


class Pages:
    """Renders the pages of one room. `demo` puts 「架空のデータ・国の公式システムではありません」 on each.

    `words` are lower rooms whose parts of pages are shown: their templates as `<room>/…`, their words by a name.
    """

    def __init__(
        self,
        room: str,
        *,
        assets: Assets,
        demo: bool,
        templates: BaseLoader | None = None,
        words: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        shared = {name: PackageLoader(f"kaihoken.{name}", "templates") for name in ("web", *words.values())}
        own = templates or PackageLoader(f"kaihoken.{room}", "templates")
        self._environment = Environment(
            loader=ChoiceLoader([PrefixLoader(shared), own]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            bytecode_cache=_COMPILED,
        )
        self._environment.globals.update(
            t=_on_page(room),
            t_plain=_in_attribute(room),
            w=_on_page("web"),
            w_plain=_in_attribute("web"),
            asset=assets.url,
            demo=demo,
            languages=LANGUAGES,
            html_language=_HTML_LANGUAGE,
            path_in=path_in,
        )
        for name, lower in words.items():
            self._environment.globals.update({name: _on_page(lower), f"{name}_plain": _in_attribute(lower)})
        self._environment.filters.update(
            day=_day,
            time=time_in_words,
            ruby=with_readings,
            aloud=_aloud,
            instant=_instant,
        )
        self._environment.tests["japanese"] = is_japanese

    def render(
        self,
        template: str,
        language: Language,
        *,
        here: str = "/",
        again: Mapping[str, str] | None = None,
        **values: object,
    ) -> str:
        """One page. `here` is its path without the language, `again` the fields of the form that it answers."""
        found = self._environment.get_template(template)
        page = found.render(language=language, here=here, again=again, **values)
        return japanese_marked(page) if language == "en" else page


def _on_page(room: str) -> object:
    @pass_context
    def words(context: Context, name: str, /, **facts: Fact) -> Markup:
        return messages(room).html(name, context["language"], **facts)

    return words


def _in_attribute(room: str) -> object:
    @pass_context
    def words(context: Context, name: str, /, **facts: Fact) -> str:
        return messages(room).text(name, context["language"], **facts)

    return words


@pass_context
def _aloud(context: Context, text: str) -> Markup:
    return read_aloud(text, context["language"])


def _instant(milliseconds: int) -> datetime:
    """The instant of a stored number of milliseconds."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


@pass_context
def _day(context: Context, on: date | datetime, year: bool = False) -> Markup:
    """The day; of an instant, the day that it is in Asia/Tokyo."""
    day = on.astimezone(TOKYO).date() if isinstance(on, datetime) else on
    return day_on_page(day, context["language"], year=year)
