"""A page that shows every part, and a small server for it: what the browser tests look at."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

from jinja2 import FileSystemLoader

from kaihoken.problems import Problem
from kaihoken.web import PAGE_HEADERS, Assets, Language, Pages, split_language
from kaihoken.web.assets import Receive, Scope, Send

from ..serving import served as serving

PEOPLE = [
    ("9:02", "佐藤 花子", "ﾊﾅｺ　1958-03-14　00231", "valid", "有効　2割"),
    ("9:05", "高● 健", "読み：高（はしご）　00877", "valid", "有効　3割"),
    ("9:11", "鈴木 一郎", "ｲﾁﾛｳ　1984-07-02　01205", "clarify", "要確認"),
    ("9:15", "田中 みどり", "医療費助成（子）　01440", "valid", "有効　2割＋公費"),
    ("9:20", "山本 ゆき", "転職の届出 11/16　00092", "pending", "手続中　3割"),
    ("9:24", "中村 良", "00518", "stale", "前回 11/18（2日前）"),
    ("9:30", "小林 正", "後期　00033", "valid", "有効　1割"),
    ("9:40", "加藤 愛", "予約・前日照会すみ　01377", "special", "特別療養費"),
]
STATES = [
    ("valid", "有効　2割"),
    ("special", "有効（特別療養費）"),
    ("pending", "手続中　3割"),
    ("clarify", "要確認"),
    ("stale", "前回 11/18（2日前）"),
    ("failed", "カードを読めません"),
    ("missing", "入力待ち"),
]


def sample_page(
    language: Language = "ja",
    *,
    demo: bool = True,
    again: dict[str, str] | None = None,
    assets: Assets | None = None,
) -> str:
    """The page as HTML."""
    templates = FileSystemLoader(Path(__file__).parent / "templates")
    pages = Pages("web", assets=assets or Assets(), demo=demo, templates=templates)
    return pages.render(
        "sample.html",
        language,
        again=again,
        today=date(2026, 11, 20),
        people=PEOPLE,
        states=STATES,
        problem=Problem("settings.unknown", where="kaihoken.toml", key="prot"),
    )


@asynccontextmanager
async def served() -> AsyncIterator[str]:
    """The address of a server that shows the page in each language."""
    assets = Assets()

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["path"].startswith("/static/"):
            await assets(scope, receive, send)
            return
        language, _ = split_language(scope["path"])
        headers = [(name.lower().encode(), value.encode()) for name, value in PAGE_HEADERS.items()]
        headers.append((b"content-type", b"text/html; charset=utf-8"))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": sample_page(language, assets=assets).encode()})

    async with serving(application) as address:
        yield address
