"""A hub's counts of visits as a flow table of their own, never one of the official ones."""

from pathlib import Path

import pytest

from kaihoken.cli import run
from kaihoken.problems import Problem
from kaihoken.workforce import area_set
from kaihoken.workforce.tables import hub_visits, read_table

AREAS = area_set("330")


def a_file(path: Path, *lines: str, fictional: int = 1) -> Path:
    """As `kaihoken statistics visits` writes it."""
    head = ("ハブの受診件数,2026-11,", "二次医療圏コード,受診地コード,性別,年齢階級,受診件数,架空")
    path.write_text("\n".join([*head, *(f"{line},{fictional}" for line in lines)]) + "\n", encoding="utf-8")
    return path


LINES = ("1301,1301,男,45～49歳,30", "1301,1302,男,45～49歳,12", "1302,1301,女,100歳以上,10")


def test_a_file_is_imported_and_becomes_flows_of_its_own(tmp_path: Path) -> None:
    file = a_file(tmp_path / "visits.csv", *LINES)
    data = tmp_path / "data"

    assert run(["workforce", "data", "import", str(file), "--table", "hub-visits", "--data", str(data)]) == 0
    found = hub_visits(data, AREAS)

    one, two = AREAS.position("1301"), AREAS.position("1302")
    assert found.fictional
    assert (found.staying[one], found.leaving[one], found.coming[one]) == (30, 12, 10)
    assert (found.staying[two], found.leaving[two], found.coming[two]) == (0, 10, 12)


def test_counts_of_a_real_hub_carry_no_watermark_and_a_place_elsewhere_is_kept(tmp_path: Path) -> None:
    a_file(tmp_path / "hub-visits.csv", *LINES, "1301,9999,男,0～4歳,11", fictional=0)

    found = hub_visits(tmp_path, AREAS)

    assert not found.fictional
    assert found.leaving[AREAS.position("1301")] == 23


@pytest.mark.parametrize("table", ["flows", "flows-share", "physicians"])
def test_a_hubs_counts_never_stand_for_an_official_table(tmp_path: Path, table: str) -> None:
    file = a_file(tmp_path / f"{table}.csv", *LINES)

    with pytest.raises(Problem, match="visits-apart") as refused:
        read_table(file, table)

    assert refused.value.facts["table"] == table
