"""The adoption sheet, in words and as data, from the command line."""

import json
from datetime import date
from pathlib import Path

import pytest

from kaihoken import cli
from kaihoken.adoption import adoption_sheet, read_facts
from kaihoken.adoption.facts import AdoptionFacts
from kaihoken.adoption.template import FACTS_TEMPLATE
from kaihoken.problems import Problem

FILES = Path(__file__).with_name("files")
FACTS = (FILES / "facts.yaml").read_bytes()
LATER = date(2026, 11, 22)


def a_sheet(*changes):
    content = FACTS.decode()
    for old, new in changes:
        assert old in content
        content = content.replace(old, new)
    return adoption_sheet(read_facts(content.encode(), "facts.yaml"), LATER)


def test_the_sheet_shows_the_day_that_it_is_asked_for_or_today():
    assert a_sheet().on == date(2022, 10, 15)
    assert a_sheet(("as_of: 2022-10-15\n", ""), ("add_on: enhancement-1\n", "")).on == LATER


def test_a_facility_counts_by_the_add_on_that_it_names_else_by_the_smallest():
    (named,) = a_sheet().offers
    (smallest,) = a_sheet(("add_on: enhancement-1\n", "")).offers

    assert (named.add_on.key, smallest.add_on.key) == ("enhancement-1", "enhancement-2")


def test_before_there_were_add_ons_none_is_counted():
    (offer,) = a_sheet(("as_of: 2022-10-15", "as_of: 2022-03-31"), ("add_on: enhancement-1\n", "")).offers

    assert (offer.add_ons, offer.add_on) == ((), None)


def test_an_add_on_of_another_day_is_refused_with_those_of_the_day():
    with pytest.raises(Problem, match=r"adoption\.add-on") as raised:
        a_sheet(("add_on: enhancement-1", "add_on: sharing-1"))

    assert raised.value.facts["known"] == "enhancement-2, enhancement-1"


def test_what_goes_back_is_told_for_five_years_and_for_the_day_named():
    (offer,) = a_sheet().offers
    (open_end,) = a_sheet(("closing: {day: 2023-10-01}\n", "")).offers

    assert [back.on.year for back in offer.by_year] == [2023, 2024, 2025, 2026, 2027]
    assert offer.closing.on == date(2023, 10, 1)
    assert open_end.closing is None


def test_a_leap_day_has_its_years_on_the_first_of_march():
    (offer,) = a_sheet(
        ("contract_on: 2022-09-30", "live_on: 2024-02-29"),
        ("2022-05-20", "2023-06-01"),
        ("2023-10-01", "2024-03-01"),
    ).offers

    assert offer.by_year[0].on == date(2025, 3, 1)


def test_without_a_number_of_claims_nothing_is_said_of_returns():
    assert a_sheet(("claims_a_month: 1000\n", "")).returned is None


def run(capsys, *arguments):
    code = cli.run(["adoption", *arguments])
    return code, capsys.readouterr().out


def test_the_command_puts_own_cost_and_break_even_first(capsys):
    code, out = run(capsys, "sheet", str(FILES / "facts.yaml"))

    lines = out.splitlines()
    assert code == 0
    assert lines[0].startswith("━ [1] ")
    assert "88,500円" in lines[1]
    assert "9.4" in lines[2]
    assert "63" in lines[2]
    assert "88,000" in out
    assert "返納" in out


def test_the_command_says_it_as_data(capsys):
    code, out = run(capsys, "sheet", str(FILES / "facts.yaml"), "--json")

    found = json.loads(out)
    (offer,) = found["offers"]
    assert code == 0
    assert (offer["own_yen"], offer["subsidy_yen"], offer["open_difference_yen"]) == (88_500, 263_000, 88_000)
    assert offer["break_even"][1] == {
        "add_on": "enhancement-1",
        "name": "医療情報・システム基盤整備体制充実加算1",
        "points": 4,
        "yen_a_visit": 40,
        "visits_a_day": 9.4,
        "patients_a_day": 63,
    }
    assert offer["returned_by_year"][0]["yen"] == offer["returned_on_closing"]["yen"] == 220_237
    assert found["returned_claims"]["transcription_rate"] == 0.000647
    assert {one["what"] for one in found["unconfirmed"]} >= {"rounding", "allocation", "returned-claims"}


@pytest.mark.parametrize("as_json", [False, True])
def test_an_empty_sheet_is_told_too(capsys, tmp_path, as_json):
    file = tmp_path / "facts.yaml"
    file.write_text(
        "facility: clinic\nclaims: online\norder_on: 2021-04-01\nlive_on: 2022-07-01\nas_of: 2022-03-31\n"
        "closing: {day: 2022-08-01, reason: fire}\n"
        "quotes: [{lines: [{name: 端末, yen: 200000}]}]\n"
    )

    code, out = run(capsys, "sheet", str(file), *(["--json"] if as_json else []))

    assert code == 0
    assert "50" in out


def test_subsidies_for_a_purpose_are_told(capsys, tmp_path):
    file = tmp_path / "facts.yaml"
    file.write_text(
        "facility: clinic\nclaims: online\norder_on: 2025-06-01\nas_of: 2025-06-01\n"
        "quotes: [{lines: [{name: 端末, yen: 200000}]}]\n"
    )

    assert "97,000円" in run(capsys, "sheet", str(file))[1]
    assert len(json.loads(run(capsys, "sheet", str(file), "--json")[1])["narrower_subsidies"]) == 3


def test_a_quote_with_findings_ends_with_1(capsys):
    code, out = run(capsys, "quote", str(FILES / "quote.csv"), "--order-on", "2022-08-01", "--json")

    found = json.loads(out)
    assert code == 1
    assert {one["kind"] for one in found["findings"]} >= {"missing", "unknown", "period", "monthly-range"}
    code, out = run(capsys, "quote", str(FILES / "quote.csv"))
    assert code == 1
    assert "カードリーダー" in out


def test_a_quote_without_findings_ends_with_0(capsys):
    code, _ = run(capsys, "quote", str(FILES / "whole_quote.yaml"), "--order-on", "2022-08-01")

    assert code == 0


def test_several_quotes_stand_beside_each_other_line_by_line(capsys):
    files = (str(FILES / "whole_quote.yaml"), str(FILES / "quote.csv"))

    code, out = run(capsys, "quote", *files, "--order-on", "2022-08-01")

    rows = {line[28:].partition(" /")[0]: line[:26].split() for line in out.splitlines()[1:14]}
    assert code == 1
    assert rows["[1] 架空システム  [2] quote.csv"] == ["[1]", "[2]"]
    assert rows["1回だけの費用の合計"] == ["401,500", "335,000"]
    assert rows["毎月の費用の合計"] == ["9,000", "6,000"]
    assert rows["資格確認端末（PC）"] == ["200,000", "300,000"]
    assert rows["電子証明書"] == ["1,500", "△"]
    assert rows["（読み取れない行）"] == ["-", "5,000"]
    assert rows["保守・サポート"] == ["6,000", "6,000"]
    assert out.index("━ [1] 架空システム") < out.index("━ [2] quote.csv")


def test_several_quotes_are_compared_as_data_too(capsys):
    files = (str(FILES / "whole_quote.yaml"), str(FILES / "quote.csv"))

    code, out = run(capsys, "quote", *files, "--order-on", "2022-08-01", "--json")

    found = json.loads(out)
    assert code == 1
    assert [one["seller"] for one in found["quotes"]] == ["架空システム", "quote.csv"]
    assert {
        "part": "line-fee",
        "monthly": True,
        "yen": [3_000, None],
        "missing": [False, True],
    } in found["comparison"]
    assert run(capsys, "quote", files[0], files[0], "--order-on", "2022-08-01")[0] == 0


def test_a_sheet_of_several_quotes_compares_them_with_what_each_leaves_to_pay(capsys, tmp_path):
    file = tmp_path / "facts.yaml"
    file.write_text(
        "facility: clinic\nclaims: online\norder_on: 2022-05-20\nas_of: 2022-10-15\nquotes:\n"
        "- {seller: 甲, lines: [{name: 端末, yen: 300000}, {name: 保守, yen: 48000, per: year}]}\n"
        "- {lines: [{name: 端末, yen: 200000}, {name: 保守, yen: 5000, per: month}]}\n"
    )

    lines = run(capsys, "sheet", str(file))[1].splitlines()
    found = json.loads(run(capsys, "sheet", str(file), "--json")[1])

    assert [line[:26].split() for line in lines[1:5]] == [
        ["[1]", "[2]"],
        ["75,000", "50,000"],
        ["300,000", "200,000"],
        ["4,000", "5,000"],
    ]
    assert [one["own_yen"] for one in found["offers"]] == [75_000, 50_000]
    assert {
        "part": "maintenance",
        "monthly": True,
        "yen": [4_000, 5_000],
        "missing": [False, False],
    } in found["comparison"]


def test_the_projection_tells_its_error(capsys):
    code, out = run(capsys, "rollout", str(FILES / "readiness.csv"))
    assert code == 0
    assert "12.1" in out
    code, out = run(capsys, "rollout", str(FILES / "readiness.csv"), "--months", "2", "--aim", "50", "--json")
    found = json.loads(out)
    assert (found["error_points"], len(found["projected"])) == (12.14, 2)
    assert found["reached"]["low"] == "2023-03"


def test_three_counts_have_no_error_yet(capsys, tmp_path):
    file = tmp_path / "counts.csv"
    file.write_text("month,ready,total\n2022-01,1,10\n2022-02,2,10\n2022-03,3,10\n")

    assert "まだ測れません" in run(capsys, "rollout", str(file))[1]
    assert json.loads(run(capsys, "rollout", str(file), "--json")[1])["error_points"] is None


@pytest.mark.parametrize("make", ["none", "folder", "large"])
def test_a_file_that_cannot_be_read_is_told(capsys, tmp_path, make):
    file = tmp_path / "facts.yaml"
    if make == "folder":
        file.mkdir()
    elif make == "large":
        file.write_bytes(b"#" * (1 << 20) + b"##")

    code, out = run(capsys, "sheet", str(file), "--json")

    assert code == 1
    assert json.loads(out)["code"] == "adoption.file-unreadable"


def test_the_template_is_a_sheet_as_it_is_and_with_every_line_said(capsys):
    code, out = run(capsys, "sheet", "--template")
    whole = out.replace("\n# ", "\n").removeprefix("# ").partition("\n")[2]

    for content in (out, whole):
        assert adoption_sheet(read_facts(content.encode(), "facts.yaml"), LATER).offers
    assert (code, out) == (0, FACTS_TEMPLATE)
    assert {
        line.partition(":")[0] for line in whole.splitlines() if ":" in line[:20] and line[0] != " "
    } == set(AdoptionFacts.__struct_fields__)


def test_without_a_file_the_command_says_what_it_wants(capsys):
    assert run(capsys, "sheet")[0] == 2
