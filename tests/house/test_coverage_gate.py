"""The gate on modules that decide money or access."""

from typing import Any

from .sources import HOUSE, script

WHOLE: dict[str, Any] = {"missing_lines": [], "missing_branches": []}


def test_a_branch_not_taken_is_named() -> None:
    measured = {"payment/share.py": {"missing_lines": [], "missing_branches": [[4, 9]]}}

    (found,) = script("coverage_gate").gaps(["payment/share.py"], measured, ["payment/share.py"])

    assert "payment/share.py" in found
    assert "4->9" in found


def test_a_line_not_run_is_named() -> None:
    measured = {"payment/share.py": {"missing_lines": [7], "missing_branches": []}}

    (found,) = script("coverage_gate").gaps(["payment/*.py"], measured, ["payment/share.py"])

    assert "[7]" in found


def test_a_module_no_test_imports_and_a_line_that_names_nothing_are_refused() -> None:
    found = script("coverage_gate").gaps(["payment/*.py", "gone/*.py"], {}, ["payment/share.py"])

    assert found == ["payment/share.py: never imported by a test", "gone/*.py: names no module"]


def test_what_is_whole_passes_and_other_modules_do_not_matter() -> None:
    measured = {"payment/share.py": WHOLE, "web/pages.py": {"missing_lines": [1], "missing_branches": []}}

    assert (
        script("coverage_gate").gaps(["payment/share.py"], measured, ["payment/share.py", "web/pages.py"])
        == []
    )


def test_the_list_names_modules_that_are_there() -> None:
    gate = script("coverage_gate")
    modules = [path.relative_to(HOUSE).as_posix() for path in HOUSE.rglob("*.py")]

    named_nothing = [
        line
        for line in gate.gaps(gate.patterns(gate.LIST.read_text("utf-8")), {}, modules)
        if "no module" in line
    ]

    assert named_nothing == []
