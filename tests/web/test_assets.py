"""Static files: kept for ever under the hash of their content, revalidated without it, and nothing else is served."""

import pytest

from kaihoken.problems import Problem
from kaihoken.web import PAGE_HEADERS, Assets
from kaihoken.web.assets import Reply, Scope

STYLE = "web/kaihoken.css"


@pytest.fixture(scope="module")
def assets() -> Assets:
    return Assets("web")


async def requested(assets: Assets, path: str, **headers: str) -> tuple[int, bytes]:
    """Status and body of a GET through ASGI."""
    sent: list[Scope] = []

    async def receive() -> Scope:
        return {"type": "http.request"}

    async def send(message: Scope) -> None:
        sent.append(message)

    names = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    await assets({"type": "http", "method": "GET", "path": path, "headers": names}, receive, send)
    return sent[0]["status"], sent[1]["body"]


def cache_of(reply: Reply) -> str:
    return reply.headers["Cache-Control"]


def test_the_address_of_a_file_holds_its_hash_and_is_kept_for_ever(assets: Assets) -> None:
    reply = assets.answer("GET", assets.url(STYLE))

    assert reply.status == 200
    assert b"--paper" in reply.body
    assert reply.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in cache_of(reply)


def test_without_the_hash_a_file_is_asked_for_again_each_time(assets: Assets) -> None:
    reply = assets.answer("GET", f"/static/{STYLE}")

    assert reply.status == 200
    assert cache_of(reply) == "no-cache"


def test_an_old_hash_finds_nothing(assets: Assets) -> None:
    assert assets.answer("GET", f"/static/0123456789abcdef/{STYLE}").status == 404


def test_what_the_browser_has_is_not_sent_again(assets: Assets) -> None:
    tag = assets.answer("GET", assets.url(STYLE)).headers["ETag"]

    again = assets.answer("GET", f"/static/{STYLE}", if_none_match=f'"other", {tag}')

    assert (again.status, again.body) == (304, b"")
    assert assets.answer("GET", f"/static/{STYLE}", if_none_match='"other"').status == 200


def test_head_tells_the_length_without_the_body(assets: Assets) -> None:
    reply = assets.answer("HEAD", assets.url(STYLE))

    assert reply.body == b""
    assert int(reply.headers["Content-Length"]) > 1000


@pytest.mark.parametrize(
    "path", ["/static/web/../pages.py", "/static/web/vendor/.hidden", "/static/", "/static/web/"]
)
def test_nothing_else_is_there(assets: Assets, path: str) -> None:
    assert assets.answer("GET", path).status == 404


def test_only_reading_is_allowed(assets: Assets) -> None:
    assert assets.answer("POST", assets.url(STYLE)).status == 405


def test_a_page_that_names_a_file_that_is_not_there_is_a_problem(assets: Assets) -> None:
    with pytest.raises(Problem) as caught:
        assets.url("web/vendor/nothing.js")

    assert caught.value.code == "web.asset_missing"


@pytest.mark.parametrize(
    "name", ["web/vendor/tokens.css", "web/vendor/htmx.min.js", "web/copy.js", "web/mark.svg"]
)
def test_every_file_a_page_needs_is_built_and_typed(assets: Assets, name: str) -> None:
    reply = assets.answer("GET", assets.url(name))

    assert reply.headers["Content-Type"] != "application/octet-stream"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


async def test_it_is_an_asgi_application(assets: Assets) -> None:
    status, body = await requested(assets, assets.url(STYLE))
    tag = assets.answer("GET", assets.url(STYLE)).headers["ETag"]

    assert (status, len(body) > 1000) == (200, True)
    assert await requested(assets, assets.url(STYLE), if_none_match=tag) == (304, b"")


@pytest.mark.parametrize(("method", "path"), [("GET", STYLE), ("GET", "web/nothing.css"), ("POST", STYLE)])
def test_a_file_that_is_opened_by_itself_runs_and_frames_nothing(
    assets: Assets, method: str, path: str
) -> None:
    headers = assets.answer(method, f"/static/{path}").headers

    assert headers["Content-Security-Policy"] == "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"


def test_a_page_lets_nothing_run_that_is_not_ours() -> None:
    policy = PAGE_HEADERS["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert PAGE_HEADERS["Cache-Control"] == "no-store"
