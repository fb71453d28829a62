"""What the page of careers shows is what the code does."""

import re
import runpy
from pathlib import Path

from kaihoken.workforce.careers import Reckoning

PAGE = Path(__file__).parents[3] / "docs" / "workforce" / "careers.md"


def test_the_lines_of_the_page_give_its_numbers(tmp_path: Path) -> None:
    code = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)[0]
    (tmp_path / "shown.py").write_text(code, encoding="utf-8")

    found = runpy.run_path(str(tmp_path / "shown.py"))["found"]

    assert isinstance(found, Reckoning)
    shown = (found.duty_days, found.duty_required, found.short_days, found.short_required)
    assert ", ".join(map(str, shown)) in code
    assert str(found.planned) in code
