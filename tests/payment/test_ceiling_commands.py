"""`kaihoken payment ceiling` and `kaihoken payment household`, as a person types them."""

from datetime import date

import msgspec
import pytest
import yaml

from kaihoken.cli import run
from kaihoken.payment.ceiling.bearers import funded
from kaihoken.payment.ceiling.reading import read_households
from kaihoken.problems import Problem
from kaihoken.web import LANGUAGES

CEILING = ["payment", "ceiling", "--month", "2026-08", "--cost", "1000000"]


def answered(capsys, *typed):
    code = run([*CEILING, *typed, "--json"])
    return code, msgspec.json.decode(capsys.readouterr().out)


def test_the_ceiling_of_a_month_in_json(capsys):
    code, said = answered(capsys, "--age", "45", "--class", "ウ")

    assert code == 0
    assert said["amount"] == 92_940
    assert (said["class"], said["unconfirmed"], said["planned"]) == ("ウ", False, False)
    assert said["lines"][-1]["ja"] == "限度額は 85,800円 ＋（1,000,000円 − 286,000円）× 1% ＝ 92,940円"
    assert said["lines"][-1]["en"] == "the ceiling is 85,800 + (1,000,000 − 286,000) × 1% = 92,940 yen"


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        (["--class", "A03"], 92_940),
        (["--age", "45", "--remuneration", "300000"], 92_940),
        (["--born", "1980-05-05", "--income", "9000000"], 183_130),
        (["--born", "1980-05-05", "--untaxed"], 36_900),
        (["--age", "72", "--percent", "20", "--outpatient"], 22_000),
        (["--age", "76", "--percent", "30"], 271_290),
        (["--age", "72", "--percent", "0", "--income", "0"], 61_500),
        (["--age", "72", "--remuneration", "300000"], 92_940),
        (["--born", "1951-08-10", "--class", "一般"], 30_750),
        (["--age", "45", "--class", "ア", "--disease", "dialysis"], 20_000),
        (["--age", "45", "--class", "ウ", "--multiple"], 44_400),
    ],
)
def test_the_class_is_given_or_told_by_age_share_and_income(capsys, typed, amount):
    code, said = answered(capsys, *typed)

    assert (code, said["amount"]) == (0, amount)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (["--age", "45", "--class", "一般"], "payment.class-age"),
        (["--age", "70", "--class", "ウ"], "payment.class-age"),
        (["--age", "45"], "payment.income"),
        ([], "payment.income"),
        (["--class", "ス"], "payment.class-unknown"),
        (["--month", "2026-13", "--class", "ウ"], "payment.month"),
        (["--month", "0000-12", "--class", "ウ"], "payment.month"),
    ],
)
def test_what_cannot_be_answered_says_why(capsys, typed, code):
    exit_code, said = answered(capsys, *typed)

    assert exit_code == 2
    assert said["code"] == code


def test_a_planned_law_is_told_as_planned(capsys):
    typed = ["--month", "2027-08", "--age", "45", "--remuneration", "440000", "--planned"]

    run([*CEILING, *typed])
    said = capsys.readouterr().out

    assert said.endswith("116,720\n")
    assert "まだ決まっていない法律" in said


@pytest.mark.parametrize("who", [["--age", "45", "--class", "ウ"], ["--age", "72", "--class", "一般"]])
@pytest.mark.parametrize(("month", "announced"), [("2027-07", False), ("2027-08", True)])
def test_a_month_for_which_another_law_is_announced_says_so(capsys, who, month, announced):
    typed = ["payment", "ceiling", "--cost", "1000000", "--month", month, *who]

    run(typed)
    told = capsys.readouterr().out
    run([*typed, "--json"])

    assert ("新しい額が予定されています" in told) is announced
    assert msgspec.json.decode(capsys.readouterr().out)["announced"] is announced


def test_an_unknown_language_is_misuse(capsys):
    assert run([*CEILING, "--class", "ウ", "--language", "fr"]) == 2
    assert "ja@easy" in capsys.readouterr().err


MONTH = {
    "month": "2026-07",
    "insurers": [
        {
            "insurer": "健保",
            "class": "ウ",
            "funding": "協会けんぽ",
            "members": [{"person": "A", "age": 45}],
            "care": [
                {"person": "A", "at": "病院", "setting": "inpatient", "cost": 1_000_000},
                {"person": "A", "at": "医院", "cost": 10_000},
            ],
        }
    ],
}


def file_of(tmp_path, content):
    path = tmp_path / "household.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_household_is_worked_through_in_words(capsys, tmp_path, language):
    code = run(["payment", "household", file_of(tmp_path, MONTH), "--language", language])

    said = capsys.readouterr().out
    assert code == 0
    assert "87,430" in said
    assert "90,430" in said


def test_a_household_in_json_says_who_bears_what(capsys, tmp_path):
    code = run(["payment", "household", file_of(tmp_path, MONTH), "--json"])

    said = msgspec.json.decode(capsys.readouterr().out)
    (unit,) = said["months"][0]["units"]
    assert code == 0
    assert (unit["patient"], unit["public"], unit["insurer_part"]) == (90_430, 0, 919_570)
    assert unit["funded"] == {"premium": 768_761, "tax": 150_809, "support": 0, "unconfirmed": True}
    assert unit["lines"][0]["ja"] == "健保 の分"


@pytest.mark.parametrize(
    ("scheme", "amount", "parts"),
    [
        ("国保", 1, (0, 1, 0)),
        ("国保", 1_001, (500, 501, 0)),
        ("後期", 1_000, (100, 500, 400)),
        ("健保組合", 7, (7, 0, 0)),
    ],
)
def test_the_parts_of_an_insurer_sum_up(scheme, amount, parts):
    found = funded(amount, scheme, date(2026, 8, 1))

    assert (found.premium, found.tax, found.support) == parts


def test_months_in_one_file_make_a_year(capsys, tmp_path):
    months = {"months": [MONTH, {**MONTH, "month": "2026-08"}]}

    code = run(["payment", "household", file_of(tmp_path, months)])
    told = capsys.readouterr().out
    run(["payment", "household", file_of(tmp_path, months), "--json"])

    said = msgspec.json.decode(capsys.readouterr().out)
    assert code == 0
    assert "年間上限 530,000円" in told
    assert [(year["first"], year["refund"]) for year in said["years"]] == [
        ("2025-08-01", 0),
        ("2026-08-01", 0),
    ]


def test_a_file_that_is_not_there_is_named(capsys):
    assert run(["payment", "household", "nowhere.yaml"]) == 1
    assert "payment.household" in capsys.readouterr().err


def changed(**insurer):
    return {**MONTH, "insurers": [{**MONTH["insurers"][0], **insurer}]}


@pytest.mark.parametrize(
    "content",
    [
        {"insurers": []},
        changed(members=[{"person": "A"}]),
        changed(members=[{"person": "A", "age": 3}]),
        changed(members=[{"person": "A", "born": "1950-05-05"}]),
        changed(members=[{"person": "A", "age": 45}, {"person": "A", "age": 46}]),
        changed(members=[{"person": "A", "age": 75, "percent": 10}]),
        changed(members=[{"person": "B", "age": 45}]),
        changed(care=[{"person": "A", "at": "病院", "cost": -1}]),
        changed(care=[{"person": "A", "at": "病院", "cost": 1, "own_payment": -1}]),
        changed(care=[{"person": "A", "at": "病院", "cost": 1, "room": 5}]),
        changed(funding="税"),
        changed(**{"class": None}),
        {**changed(), "class": "ウ"},
    ],
)
def test_a_household_that_contradicts_itself_is_a_problem(capsys, tmp_path, content):
    code = run(["payment", "household", file_of(tmp_path, content)])

    assert code == 1
    assert "payment.household" in capsys.readouterr().err


def test_what_is_no_yaml_is_a_problem():
    with pytest.raises(Problem, match=r"payment\.household"):
        read_households(b"month: [")


def test_the_share_follows_from_the_birth_date():
    people = [{"person": "子", "born": "2022-05-05"}, {"person": "妻", "born": "1980-05-05"}]
    content = yaml.safe_dump(changed(members=people, care=[]), allow_unicode=True).encode()

    (household,) = read_households(content)

    assert [member.percent for member in household.units[0].members] == [20, 30]


@pytest.mark.parametrize("content", [b"months: &a [*a]", b"[" * 100_000, b"month: 2026-13-45"])
def test_a_file_that_would_end_the_process_is_refused(content):
    with pytest.raises(Problem) as caught:
        read_households(content)

    assert caught.value.code == "payment.household"
