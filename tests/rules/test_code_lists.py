"""The code lists of the wire: all there, read exactly, and careful with what they do not know."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.rules.code_lists import CodeBook

from .bookshelf import CODE_LIST, a_code_list

# Codes per list, counted by hand in the table of the reference.
CODES_IN_LIST = {
    "001": 2,
    "002": 2,
    "003": 3,
    "004": 2,
    "005": 2,
    "006": 6,
    "007": 3,
    "008": 4,
    "009": 2,
    "010": 8,
    "011": 3,
    "012": 16,
    "013": 3,
    "014": 2,
    "015": 1,
    "016": 4,
    "017": 2,
    "018": 2,
    "019": 5,
    "020": 2,
    "021": 2,
    "022": 1,
    "023": 2,
    "024": 2,
    "025": 2,
    "026": 2,
    "027": 1,
    "028": 4,
    "029": 2,
    "030": 2,
    "031": 4,
    "032": 2,
    "033": 2,
    "034": 2,
    "035": 2,
    "036": 5,
    "037": 2,
    "038": 4,
    "039": 2,
    "040": 6,
    "041": 3,
    "042": 11,
    "043": 2,
    "044": 4,
}


def test_all_forty_four_lists_are_there_with_every_code():
    counted = {
        number.removeprefix("OQSCD"): len(rules.code_list(number).codes) for number in rules.CODES.numbers()
    }

    assert counted == CODES_IN_LIST


@pytest.mark.parametrize(
    ("number", "code", "ja"),
    [
        ("OQSCD003", "9", "異常終了"),
        ("OQSCD005", "0", "UTF-8"),
        ("OQSCD006", "3", "無効（新しい資格あり）"),
        ("OQSCD006", "6", "有効（未登録）"),
        ("OQSCD008", "99", "その他"),
        ("OQSCD010", "05", "特別療養費支給対象者"),
        ("OQSCD010", "A1", "医療扶助"),
        ("OQSCD012", "A03", "ウ"),
        ("OQSCD016", "2", "同意有効期限切れ"),
        ("OQSCD021", "02", "なし"),
        ("OQSCD036", "SRJ", "診療・アレルギー・検査情報"),
        ("OQSCD042", "2:04", "静脈認証"),
    ],
)
def test_a_code_says_what_it_means(number, code, ja):
    codes = rules.code_list(number)

    assert codes.label(code) == ja
    assert codes.shown(code) == ja
    assert codes.label(code, "en") == codes.codes[code].en
    assert code in codes


def test_codes_that_came_later_say_from_when():
    bands = rules.code_list("OQSCD012").codes

    assert bands["B09"].effective_from == date(2022, 10, 1)
    assert bands["B04"].effective_from is None


def test_what_the_sources_leave_open_is_marked():
    systems = rules.code_list("OQSCD044").codes

    assert systems["01"].status is rules.Status.CONFIRMED
    assert {systems[code].status for code in ("02", "04", "08")} == {rules.Status.UNCONFIRMED}
    assert rules.code_list("OQSCD035").status is rules.Status.UNCONFIRMED


@given(st.sampled_from(rules.CODES.numbers()), st.text(max_size=4))
def test_an_unknown_code_is_answered_with_caution(number, code):
    codes = rules.code_list(number)

    if code not in codes:
        assert codes.label(code) is None
        assert codes.shown(code) == "未知の値"
        assert codes.shown(code, "en") == "unknown value"


@pytest.mark.parametrize("number", ["OQSCD045", "", "../OQSCD001", "oqscd001"])
def test_a_list_that_does_not_exist_is_a_problem(number):
    with pytest.raises(Problem, match=r"rules\.no_code_list"):
        rules.code_list(number)


def test_a_folder_without_code_lists_has_no_numbers(tmp_path):
    assert CodeBook(tmp_path).numbers() == ()


@pytest.mark.parametrize(
    ("change", "where", "reason"),
    [
        (('"1"', '"0"'), "codes/OQSCD001.yaml:10 values[1].code", "twice"),
        (('"1"', '""'), "codes/OQSCD001.yaml:10 values[1]", "needed"),
        (("en: certainly", "en: yes"), "codes/OQSCD001.yaml:10 values[1].en", "Expected `str`"),
        (("list: OQSCD001", "list: OQSCD002"), "codes/OQSCD001.yaml:2 list", "OQSCD001.yaml"),
        (("ja: 同意", "ja: 同意\nnotes: x"), "codes/OQSCD001.yaml:4 notes", "not known"),
    ],
)
def test_a_faulty_list_is_told_with_its_place(tmp_path, change, where, reason):
    a_code_list(tmp_path, CODE_LIST.replace(*change))

    with pytest.raises(Problem) as caught:
        CodeBook(tmp_path).code_list("OQSCD001")

    assert (caught.value.code, caught.value.where) == ("rules.invalid", where)
    assert reason in str(caught.value.facts["reason"])
