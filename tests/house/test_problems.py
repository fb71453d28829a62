"""The catalogue of problems: complete in both languages, codes never shared, and every problem raised is in it."""

import ast
import string
from collections import Counter
from collections.abc import Iterator

import pytest

from kaihoken.problems import catalogue

from .sources import parsed, python_files

# The first two digits of the OQS code say the room; 29 are advices that come with an answer.
NUMBERS = {
    "settings": ("00",),
    "cli": ("00",),
    "identity": ("01",),
    "rules": ("02",),
    "store": ("03",),
    "audit": ("04",),
    "access": ("05",),
    "web": ("06",),
    "shipped": ("07",),
    "paper": ("08",),
    "payment": ("10",),
    "consent": ("11",),
    "card": ("12",),
    "coverage": ("20", "22", "29"),
    "statistics": ("24",),
    "oqs": ("21",),
    "fhir": ("28",),
    "people": ("50",),
    "claims": ("23",),
    "adoption": ("17",),
    "workforce": ("15", "16"),
    "planner": ("61",),
    "desk": ("62", "63"),
    "hub": ("60",),
}
FHIR_ISSUES = {
    "invalid", "structure", "required", "value", "invariant", "security", "login", "unknown", "expired", "forbidden",
    "suppressed", "processing", "not-supported", "duplicate", "multiple-matches", "not-found", "deleted", "too-long",
    "code-invalid", "extension", "too-costly", "business-rule", "conflict", "transient", "lock-error", "no-store",
    "exception", "timeout", "incomplete", "throttled", "informational", "success",
}  # fmt: skip


@pytest.mark.parametrize("code", catalogue())
def test_a_title_is_no_sentence_that_others_end_again(code: str) -> None:
    entry = catalogue()[code]
    assert not [
        title for title in (entry.title_ja, entry.title_en, entry.title_easy) if title.endswith(("。", "."))
    ]


@pytest.mark.parametrize("code", catalogue())
def test_an_entry_is_complete(code: str) -> None:
    entry = catalogue()[code]
    room = code.partition(".")[0]

    assert entry.oqs[:3] == "KHK"
    assert entry.oqs[3:5] in NUMBERS[room]
    assert len(entry.oqs) == 7
    assert 200 <= entry.status <= 599
    assert entry.fhir_issue in FHIR_ISSUES
    assert facts(entry.title_ja) == facts(entry.title_en)
    assert facts(entry.mend_ja) == facts(entry.mend_en)
    assert all(words.strip() for words in (entry.title_ja, entry.title_en, entry.mend_ja, entry.mend_en))


def test_no_number_means_two_things() -> None:
    numbers = Counter(entry.oqs for entry in catalogue().values())

    assert [number for number, times in numbers.items() if times > 1] == []


def test_every_problem_that_is_raised_is_in_the_catalogue() -> None:
    raised = {code for path in python_files("src") for code in codes(parsed(path))}

    assert len(raised) > 10
    assert sorted(raised - set(catalogue())) == []


def test_every_entry_is_raised_somewhere() -> None:
    written = {text for path in python_files("src") for text in strings(parsed(path))}

    assert sorted(set(catalogue()) - written) == []


def facts(words: str) -> set[str]:
    """The facts that some words ask for; one in two languages (`field_ja`, `field_en`) counts as one."""
    return {
        name.removesuffix("_ja").removesuffix("_en")
        for _, name, _, _ in string.Formatter().parse(words)
        if name
    }


def codes(tree: ast.AST) -> Iterator[str]:
    """The codes of `Problem("…")` in a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Problem" and node.args:
            for part in ast.walk(node.args[0]):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value


def strings(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
