"""What the repository must not carry: paths of a machine, addresses of registries, names of somebody's workplace."""

import json
import re

import pytest

from .sources import ROOT, tracked

# In pieces, so that this file is not its own finding.
FORBIDDEN = {
    "a path of a machine": r"/w[o]rk/"
    + r"(main|shared)|/ro"
    + r"ot/|/ho"
    + r"me/[a-z]|/Us"
    + r"ers/[a-z]|C:\\\\Us"
    + r"ers",
    "the address of a registry": r"registry\.(npm|yarn)|pypi"
    + r"\.org|pythonhosted"
    + r"\.org|--(extra-)?index"
    + r"-url",
    "a tool of a workplace": r"farm-" + r"(studio|bench)|issues " + r"show",
}
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_names(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])

    found = [f"{path}: {hit[0]}" for path in tracked() if (hit := pattern.search(_text(path)))]

    assert found == []


def test_such_a_name_would_be_found() -> None:
    texts = ["/work" + "/main/x", "https://registry" + ".npmjs.org", "farm" + "-studio"]

    assert [
        bool(re.search(pattern, text)) for pattern, text in zip(FORBIDDEN.values(), texts, strict=True)
    ] == [True] * 3


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_each_library_is_pinned_by_hash_and_without_an_address(lock: object) -> None:
    text = (ROOT / "requirements" / getattr(lock, "name", "")).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-z0-9])", re.sub(r"(?m)^#.*\n", "", text))

    assert len(entries) >= 1
    assert [entry.split()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []
    assert "://" not in text


def test_each_package_of_the_pages_is_pinned_by_hash_and_without_an_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    installed = {
        name: package
        for name, package in packages.items()
        if name and not package.get("inBundle")  # inside another package, and under its hash
    }

    assert len(installed) >= 3
    assert [name for name, package in installed.items() if "integrity" not in package] == []
    assert [name for name, package in installed.items() if "resolved" in package] == []


def test_what_is_installed_in_the_end_is_what_the_package_asks_for() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {re.split(r"[<>=;\[ ]", line)[0].lower() for line in project["dependencies"]}
    locked = set(
        re.findall(r"(?m)^([a-z0-9._-]+)==", (ROOT / "requirements/core.txt").read_text(encoding="utf-8"))
    )
    direct = {
        re.split(r"[<>=;\[ ]", line)[0].lower()
        for line in (ROOT / "requirements/core.in").read_text(encoding="utf-8").split("\n")
        if line
    }

    assert asked == direct
    assert asked <= locked


def _text(path: object) -> str:
    raw = (ROOT / str(path)).read_bytes()
    return "" if b"\0" in raw[:4096] else raw.decode("utf-8", errors="replace")
