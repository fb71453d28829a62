"""What the page of remote care shows is what the code does."""

import re
import runpy
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "workforce" / "remote.md"


def test_the_lines_of_the_page_give_its_numbers(tmp_path: Path) -> None:
    code = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)[0]
    (tmp_path / "shown.py").write_text(code, encoding="utf-8")

    shown = runpy.run_path(str(tmp_path / "shown.py"))

    assert f"# {shown['patients'].share_of_all:.2f} of all" in code
    rows = list(shown["found"].rows())
    assert [f"{row['area_code']} {row['department']}" for row in rows] == ["0306 皮膚科"]
    assert shown["bad"] == ()
