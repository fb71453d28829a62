"""Every rule file is inside the wheel, and every one is named in docs/rules.md (`make docs`)."""

from pathlib import Path

from hatchling.builders.wheel import WheelBuilder

import kaihoken

ROOT = Path(__file__).resolve().parents[2]
RULES = Path(kaihoken.__file__).parent / "rules"


def rule_files() -> set[str]:
    return {path.relative_to(RULES).as_posix() for path in RULES.rglob("*.yaml")}


def test_the_wheel_holds_every_rule_file():
    builder = WheelBuilder(str(ROOT))

    packaged = {file.distribution_path for file in builder.recurse_included_files()}

    assert rule_files()
    assert {f"kaihoken/rules/{file}" for file in (*rule_files(), "contents.toml")} <= packaged


def test_the_docs_name_every_rule_file():
    page = (ROOT / "docs" / "rules.md").read_text("utf-8")

    assert [file for file in sorted(rule_files()) if f"`{file}`" not in page] == []
