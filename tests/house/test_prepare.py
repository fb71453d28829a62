"""What `make demo` installs: a fresh clone has no more than that."""

import re
import tomllib

import pytest

from .sources import ROOT, script

_PINNED = re.compile(r"^([a-z0-9._-]+)==(\S+)", re.MULTILINE)
_NAMED = re.compile(r"^[A-Za-z0-9._-]+")


@pytest.fixture(scope="module")
def demo() -> tuple[str, ...]:
    """The lists of libraries that `make demo` installs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "scripts")  # it imports what builds the web assets
        lists: tuple[str, ...] = script("prepare").DEMO
        return lists


def pinned(lock: str) -> dict[str, str]:
    return dict(_PINNED.findall((ROOT / "requirements" / lock).read_text(encoding="utf-8")))


@pytest.mark.parametrize("extra", ["desk", "planner"])
def test_the_demonstration_has_the_libraries_of_each_part_that_it_runs(
    extra: str, demo: tuple[str, ...]
) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {_NAMED.findall(one)[0].lower() for one in project["optional-dependencies"][extra]}
    installed = {name for lock in demo for name in pinned(lock)}

    assert asked
    assert sorted(asked - installed) == []


def test_no_two_of_its_lists_disagree_about_a_version(demo: tuple[str, ...]) -> None:
    versions: dict[str, set[str]] = {}
    for lock in demo:
        for name, version in pinned(lock).items():
            versions.setdefault(name, set()).add(version)

    assert {name: those for name, those in versions.items() if len(those) > 1} == {}
