"""What the page of openings shows is what the code does."""

import re
import runpy
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "workforce" / "openings.md"


def test_the_lines_of_the_page_give_its_numbers(tmp_path: Path) -> None:
    code = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)[0]
    (tmp_path / "shown.py").write_text(code, encoding="utf-8")

    shown = runpy.run_path(str(tmp_path / "shown.py"))

    assert f": {shown['found'].awaiting.sum()}\n" in code
    assert f"{shown['solve_mean_and_sd']((190.0, 101.0), (7.22, 1.58)).sd:.2f}" in code
