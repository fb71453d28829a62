"""Nothing that a person can type, set, meet or look up is left out of docs/. `make docs` writes the tables."""

import re
from pathlib import Path

import pytest

from kaihoken.coverage.asked_days import earliest_day

from .sources import ROOT, script

DOCS = ROOT / "docs"
SECURITY = ("security/guideline", "security/asvs", "security/fapi", "security/disclosure")
PAGES = (
    *SECURITY,
    "commands",
    "settings",
    "hub",
    "pages",
    "problems",
    "rules",
    "workforce/api",
    "situations",
    "steps",
    "advisories",
    "cases",
    "unconfirmed",
)


@pytest.mark.parametrize("page", PAGES)
def test_the_table_names_everything(page: str) -> None:
    writer = script("write_docs")
    there = {row[0] for row in writer.rows_of(page)}
    named = writer.named_in(page)

    assert len(there) > 0
    assert [f"{writer.file_of(page).name} lacks {name}: make docs" for name in sorted(there - named)] == []
    assert [
        f"{writer.file_of(page).name} names {name}, which is gone: make docs"
        for name in sorted(named - there)
    ] == []


def test_every_drawing_is_that_of_its_table() -> None:
    writer = script("write_docs")

    assert [
        page for page in writer.DRAWINGS if writer.drawn(page) != (DOCS / f"{page}.md").read_text("utf-8")
    ] == []


def test_what_is_left_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    writer = script("write_docs")
    monkeypatch.setitem(
        writer.PAGES, "problems", (lambda: iter([("web.new", "", "", "", "", "")]), ("code",) * 6)
    )

    assert {row[0] for row in writer.rows_of("problems")} - writer.named_in("problems") == {"web.new"}
    assert "| `web.new` |" in writer.written("problems")


def test_every_setting_says_what_it_means() -> None:
    silent = [
        f"{application}.{name}"
        for name, _, _, application, words in script("write_docs").rows_of("settings")
        if not words
    ]

    assert silent == []


def links(page: Path) -> list[Path]:
    """The files that a page links to."""
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    return [(page.parent / target).resolve() for target in targets]


def test_every_link_between_pages_leads_somewhere() -> None:
    pages = [*DOCS.rglob("*.md"), *ROOT.glob("*.md")]

    assert [
        f"{page.name}: {target.name}" for page in pages for target in links(page) if not target.exists()
    ] == []


def test_every_page_can_be_reached_from_the_index() -> None:
    seen: set[Path] = set()
    waiting = [DOCS / "README.md"]
    while waiting:
        page = waiting.pop()
        if page not in seen and page.suffix == ".md" and page.is_file():
            seen.add(page)
            waiting += links(page)

    assert sorted(page.name for page in DOCS.rglob("*.md") if page not in seen) == []


def test_every_library_is_explained() -> None:
    words = (DOCS / "dependencies.md").read_text(encoding="utf-8").lower()
    libraries = set()
    for name in ("core", "planner", "desk", "pcsc", "build", "node", "test", "generate", "advisories"):
        lines = (ROOT / f"requirements/{name}.in").read_text(encoding="utf-8").splitlines()
        libraries |= {
            re.split(r"[<>=;\[ ]", line)[0] for line in lines if line and not line.startswith(("-", "#"))
        }

    assert sorted(library for library in libraries if f"`{library}`" not in words) == []


@pytest.mark.parametrize("page", ["integrate.md", "oqs.md"])
def test_the_first_day_that_can_be_asked_about_stands_in_the_docs(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")

    assert f"from {earliest_day().isoformat()}" in text
