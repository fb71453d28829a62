"""`kaihoken payment pay`: the sum first, then the working, the law, and the same as JSON."""

import json

import pytest

from kaihoken import cli

BORN = ("--born", "1985-04-02", "--on", "2026-07-10")


def run(*arguments: str) -> int:
    return cli.run(["payment", "pay", *arguments])


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert run(*BORN, *arguments) == 0
    return capsys.readouterr().out.splitlines()


def test_the_sum_stands_first(capsys):
    lines = said(capsys, "--points", "291")

    assert lines[0] == "870円"
    assert any("四捨五入" in line for line in lines)


def test_the_limit_and_meals_stand_in_the_working(capsys):
    lines = said(
        capsys, "--yen", "1000000", "--class", "ウ", "--inpatient", "--meals", "3", "--language", "en"
    )

    assert lines[0] == "89,080 yen"
    assert any("80,100" in line for line in lines)
    assert any("not confirmed" in line for line in lines)


def test_who_bears_the_rest_stands_below_the_sum_as_on_the_page(capsys):
    helped = ("--points", "1234", "--public", "54:2500", "--subsidy", "visit-200", "--meals", "3")
    assert run("--born", "2018-04-02", "--on", "2026-07-10", *helped, "--language", "en") == 0
    lines = capsys.readouterr().out.splitlines()
    below = lines[lines.index("Who pays how much (without meals and the room)") + 1 :]

    assert [line.split(maxsplit=1) for line in below[:4]] == [
        ["8,638", "the insurer"],
        ["1,234", "public expense (54)"],
        ["2,268", "the municipality (80)"],
        ["200", "you"],
    ]


def test_what_rounding_drops_is_told(capsys):
    lines = said(capsys, "--points", "291", "--language", "en")

    assert [
        line.split(maxsplit=1)
        for line in lines
        if line.endswith((" the insurer", " you", " (the institution)"))
    ] == [
        ["2,037", "the insurer"],
        ["870", "you"],
        ["3", "rounding (the institution)"],
    ]


def test_a_class_that_nobody_showed_is_not_named(capsys):
    elderly = ("--born", "1954-05-05", "--on", "2026-08-10", "--points", "30000", "--share", "20")
    assert run(*elderly) == 0
    assert "所得区分 一般" not in capsys.readouterr().out
    assert run(*elderly, "--class", "一般") == 0
    assert "所得区分 一般" in capsys.readouterr().out


def test_help_is_named_with_its_law_and_what_the_certificate_says(capsys):
    helped = ("--public", "54:10000:9000", "--public", "21", "--subsidy", "tenth-with-limit", "--outside")
    assert run(*BORN, "--points", "1000", *helped, "--json") == 0
    told = json.loads(capsys.readouterr().out)

    assert told["due_yen"] == 1000
    assert {one["law"] for one in told["reckonings"][0]["borne"]} == {"", "54", "21"} - {"54"}
    assert "open.certificate-limit" in told["open"]


def test_a_refund_is_named(capsys):
    lines = said(capsys, "--points", "2000", "--subsidy", "tenth-with-limit", "--outside", "--language", "en")

    assert lines[0] == "6,000 yen"
    assert any("4,000" in line and "comes back later" in line for line in lines)


def test_a_span_and_an_open_question_are_told(capsys):
    assert run("--born", "1940-01-15", "--on", "2026-07-10", "--points", "30000", "--language", "en") == 0
    lines = capsys.readouterr().out.splitlines()

    assert lines[0] == "8,000 to 90,000 yen"
    assert any(line.startswith("△") for line in lines)
    assert "        18,000  一般Ⅱ at 20 % (others who pay resident tax)" in lines


def test_without_a_day_it_is_today(capsys):
    assert run("--born", "1985-04-02", "--points", "100") == 0
    assert capsys.readouterr().out.startswith("300円")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ((*BORN,), cli.MISUSE),
        ((*BORN, "--points", "1", "--yen", "10"), cli.MISUSE),
        ((*BORN, "--points", "1", "--public", "x"), cli.MISUSE),
        ((*BORN, "--points", "1", "--public", "54:x"), cli.MISUSE),
        ((*BORN, "--points", "1", "--language", "fr"), cli.MISUSE),
        ((*BORN, "--yen", "11"), cli.FINDINGS),
        (("--born", "1985-13-02", "--points", "1"), cli.FINDINGS),
    ],
)
def test_what_cannot_be_read_is_refused(wrong, code, capsys):
    assert run(*wrong) == code
    assert capsys.readouterr().out == ""


def test_who_knows_no_class_is_told_what_each_would_pay(capsys):
    lines = said(capsys, "--points", "100000", "--language", "en")

    assert lines[0] == "35,400 to 300,000 yen"
    assert "        35,400  オ (no resident tax)" in lines


def test_what_was_paid_here_of_a_municipal_limit_counts(capsys):
    child = ("--born", "2018-04-02", "--on", "2026-07-10", "--points", "1000", "--language", "en")
    monthly = (*child, "--subsidy", "institution-month-1000", "--subsidy-paid", "700")
    daily = (*child, "--subsidy", "day-500-two-days", "--subsidy-days", "2")

    assert run(*monthly) == run(*daily) == 0
    assert [line for line in capsys.readouterr().out.splitlines() if line in ("300 yen", "0 yen")] == [
        "300 yen",
        "0 yen",
    ]


def test_what_was_paid_elsewhere_comes_back_above_the_most_of_all_institutions(capsys):
    child = ("--born", "2018-04-02", "--on", "2026-07-10", "--points", "1000", "--language", "en")

    assert run(*child, "--subsidy", "day-500-two-days", "--subsidy-elsewhere", "2200") == 0

    told = capsys.readouterr().out
    assert told.startswith("500 yen")
    assert "200  What comes back later" in told
