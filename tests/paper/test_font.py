"""What papers are printed with: there, or said to be missing; not loaded before the first paper."""

import subprocess
import sys

import pytest

from kaihoken.paper import font
from kaihoken.problems import Problem


@pytest.fixture
def unread():
    font.face.cache_clear()
    yield
    font.face.cache_clear()


@pytest.mark.usefixtures("unread")
@pytest.mark.parametrize("file", ["vendor/none.ttf", "vendor/NotoSansJP.LICENSE.txt"])
def test_a_missing_or_broken_typeface_is_a_problem(monkeypatch: pytest.MonkeyPatch, file: str) -> None:
    monkeypatch.setattr(font, "FILE", file)

    with pytest.raises(Problem) as found:
        font.face()

    assert found.value.code == "paper.font"


@pytest.mark.usefixtures("unread")
def test_a_desk_without_reportlab_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "reportlab.pdfbase", None)

    with pytest.raises(Problem) as found:
        font.face()

    assert found.value.code == "paper.library"
    assert "kaihoken[desk]" in found.value.mend("en")


def test_a_desk_that_prints_nothing_does_not_load_it() -> None:
    asked = "import sys, kaihoken.desk.papers; print('reportlab' in sys.modules)"

    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "False"
