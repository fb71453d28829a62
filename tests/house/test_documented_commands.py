"""A command line in a document names a command that there is, with options that it takes."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from .sources import ROOT, script

_FENCED = re.compile(r"^```(\w*)\n(.*?)\n```$", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"`(kaihoken [^`\n]+)`")
_TYPED = re.compile(r"(?:^|\$\(|/)(kaihoken [^)|\n]+)", re.MULTILINE)
_SHELLS = ("", "sh")
_NO_COMMANDS = ("kaihoken --help", "kaihoken <noun> <verb>", "kaihoken log head v1")
"""The help itself, how commands are formed, and the first line of what a head of the log signs."""


def command_lines(page: str) -> Iterator[str]:
    """What a reader is told to type: lines of blocks that are no output, and code within a sentence."""
    for language, block in _FENCED.findall(page):
        if language in _SHELLS:
            yield from _TYPED.findall(block.replace("\\\n", " "))
    yield from _INLINE.findall(_FENCED.sub("", page))


def known() -> dict[str, set[str]]:
    """Every command with its options."""
    rows = script("write_docs").rows_of("commands")
    return {command: set(re.findall(r"`(--[a-z0-9-]+)`", options)) for command, options, _ in rows}


def wrong_in(line: str, commands: dict[str, set[str]]) -> str | None:
    """What is wrong with a command line; alternatives stand in it as `add|disable`."""
    words = line.split()
    spelt = [
        " ".join(["kaihoken", *chosen])
        for depth in (3, 4)
        for chosen in _choices([word.split("|") for word in words[1:depth]])
    ]
    meant = [command for command in commands if command in spelt or command == " ".join(words[:2])]
    if not meant:
        return f"no command: {line}"
    options = set(re.findall(r"(?<!\w)--[a-z0-9-]+", line))
    unknown = options - set.union(*(commands[command] for command in meant)) - {"--help"}
    return f"no option {', '.join(sorted(unknown))}: {line}" if unknown else None


def _choices(verbs: list[list[str]]) -> list[list[str]]:
    chosen: list[list[str]] = [[]]
    for words in verbs:
        chosen = [[*before, word] for before in chosen for word in words]
    return chosen


def pages() -> list[Path]:
    return [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


def test_every_command_line_of_the_documents_names_what_there_is() -> None:
    commands = known()
    lines = [
        (page.relative_to(ROOT), line)
        for page in pages()
        for line in command_lines(page.read_text(encoding="utf-8"))
        if line.strip() not in _NO_COMMANDS
    ]

    assert len(lines) > 50
    assert [f"{page}: {wrong}" for page, line in lines if (wrong := wrong_in(line, commands))] == []


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("kaihoken sandbox cases --json", False),
        ("kaihoken keys create|list --keys FOLDER", False),
        ("kaihoken demo --smoke", False),
        ("kaihoken workforce data check|import --data FOLDER", False),
        ("kaihoken workforce data chek", True),
        ("kaihoken sandbox case", True),
        ("kaihoken sandbox", True),
        ("kaihoken sandbox cases --jason", True),
        ("kaihoken demonstrate", True),
    ],
)
def test_what_there_is_not_is_found(line: str, wrong: bool) -> None:
    assert (wrong_in(line, known()) is not None) == wrong


def test_only_what_is_to_be_typed_is_read() -> None:
    page = (
        "Run `kaihoken demo`.\n\n```sh\nT=$(kaihoken clients token a \\\n  --key k)\nbin/kaihoken demo | cat\n```\n"
        '```json\n{"format": "kaihoken receipt v1"}\n```\n'
    )

    assert [" ".join(line.split()) for line in command_lines(page)] == [
        "kaihoken clients token a --key k",
        "kaihoken demo",
        "kaihoken demo",
    ]
