"""The data that ships is what its manifest says, and nothing else ships."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kaihoken import shipped
from kaihoken.problems import Problem


def test_every_file_is_the_one_that_the_manifest_names() -> None:
    listed = shipped.manifest().files

    assert len(listed) > 3
    assert [file.path for file in listed if shipped.sha256(file.path) != file.sha256] == []
    assert [file.path for file in listed if shipped.path(file.path).stat().st_size != file.bytes] == []


def test_no_other_file_ships() -> None:
    there = {
        path.relative_to(shipped.folder()).as_posix()
        for path in shipped.folder().rglob("*")
        if path.is_file()
    }

    assert there == {file.path for file in shipped.manifest().files} | {shipped.MANIFEST}


def test_every_file_has_terms_a_source_a_credit_and_its_processing() -> None:
    manifest = shipped.manifest()

    for file in manifest.files:
        assert manifest.licences[file.licence].terms
        assert file.source
        assert file.credit
        assert file.processing


def test_every_licence_is_used() -> None:
    manifest = shipped.manifest()

    assert {file.licence for file in manifest.files} == set(manifest.licences)


def test_the_credits_page_names_every_file_and_credit() -> None:
    page = (Path(__file__).parents[1] / "docs/data-credits.md").read_text(encoding="utf-8")

    assert [file.path for file in shipped.manifest().files if f"`{file.path}`" not in page] == []
    assert [file.credit for file in shipped.manifest().files if file.credit not in page] == []


def test_a_program_without_its_data_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "__file__", str(tmp_path / "src/kaihoken/shipped.py"))
    shipped.folder.cache_clear()

    with pytest.raises(Problem) as raised:
        shipped.folder()

    assert raised.value.code == "shipped.no-data"


def test_a_wheel_carries_the_data_beside_the_rooms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "kaihoken"
    (package / "_data").mkdir(parents=True)
    shutil.copy(shipped.path(shipped.MANIFEST), package / "_data")
    monkeypatch.setattr(shipped, "__file__", str(package / "shipped.py"))
    shipped.folder.cache_clear()

    assert shipped.folder() == package / "_data"


@pytest.fixture(autouse=True)
def _find_again() -> Iterator[None]:
    """The folder is looked for once per process."""
    shipped.folder.cache_clear()
    yield
    shipped.folder.cache_clear()
