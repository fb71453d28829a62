"""The unit that the page for operators shows is the one that is shipped, and it keeps a hub where it belongs."""

import configparser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
UNIT = (ROOT / "deploy" / "kaihoken.service").read_text(encoding="utf-8")


def test_the_page_shows_the_unit_as_it_is() -> None:
    page = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")

    assert f"```ini\n{UNIT}```\n" in page


def test_the_service_has_no_right_that_a_hub_does_not_need() -> None:
    read = configparser.RawConfigParser(strict=False)
    read.read_string(UNIT)
    service = read["Service"]  # names in lower case

    assert service["umask"] == "0077"
    assert service["limitcore"] == "0"
    assert service["capabilityboundingset"] == ""
    assert service["nonewprivileges"] == "yes"
    assert service["protectsystem"] == "strict"
    assert int(service["timeoutstopsec"]) > 10, "longer than a hub takes to let those who wait finish"
