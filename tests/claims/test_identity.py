"""Kind, age, numbers, months, notes and codes of a receipt: each check with a case that fires and one that nearly does.

A case changes fields of a lawful receipt of October 2026, by record and position; "KO" adds a public payer."""

from collections.abc import Mapping

import pytest

from .checked import ids
from .files import Fields, a_file, a_receipt, act, head

Changes = Mapping[tuple[str, int], str]
PUBLIC = ["KO", "51136018", "1000009", "", "2", "419", "", "", "", "", "", ""]
ADULT: Changes = {}
CHILD: Changes = {("RE", 2): "1114", ("RE", 6): "20230401", ("RE", 11): ""}
SEVENTY: Changes = {("RE", 2): "1118", ("RE", 6): "19540512"}
OLD: Changes = {
    ("RE", 2): "1318",
    ("RE", 6): "19500512",
    ("RE", 11): "42",
    ("HO", 1): "39131156",
    ("HO", 2): "",
    ("HO", 3): "１２３４５６７８",
    ("SN", 6): "",
}
FULL: Changes = {**SEVENTY, ("RE", 2): "1110", ("RE", 11): "28"}
NATIONAL: Changes = {("HO", 1): "  138057", ("HO", 2): "１２", ("HO", 3): "３４５６"}


def lawful(changes: Changes, publics: tuple[Fields, ...] = ()) -> bytes:
    house = "2" if changes.get(("HO", 1), "").startswith((" ", "39", "67")) else "1"
    receipt = a_receipt(publics=publics)
    for line in receipt:
        for (record, position), text in changes.items():
            if line[0] == record:
                line[position] = text
    return a_file(receipt, first=head(house=changes.get(("IR", 1), house)))


FIRING: list[tuple[str, Changes]] = [
    ("kind.unknown", {("RE", 2): "1193"}),
    ("kind.point-table", {("RE", 2): "3112"}),
    ("kind.house", {**OLD, ("IR", 1): "1"}),
    ("kind.payers", {("RE", 2): "1122"}),
    ("kind.payers", {("RE", 2): "1212", ("RE", 11): ""}),
    ("kind.scheme", {**OLD, ("RE", 2): "1118", ("RE", 6): "19540512", ("RE", 11): "29"}),
    ("age.preschool", {("RE", 6): "20230401", ("RE", 2): "1116"}),
    ("age.preschool", {**SEVENTY, ("RE", 6): "20230401"}),
    ("age.not-preschool", {**CHILD, ("RE", 6): "20200401"}),
    ("age.seventy", {("RE", 6): "19540512"}),
    ("age.elderly", {**SEVENTY, ("RE", 6): "19570512"}),
    ("age.elderly", {**SEVENTY, ("RE", 6): "19500512"}),
    ("age.late-elderly", {**OLD, ("RE", 6): "19620512"}),
    ("age.self", {("RE", 6): "20120512", ("RE", 11): ""}),
    ("person.birthdate", {("RE", 6): "19850532"}),
    ("person.unborn", {**CHILD, ("RE", 6): "20261101"}),
    ("person.admitted-unreadable", {("RE", 8): "20260231"}),
    ("person.admitted", {("RE", 8): "19850511"}),
    ("month.unreadable", {("RE", 3): "202613"}),
    ("month.not-before", {("RE", 3): "202611"}),
    ("number.insurer-shape", {("HO", 1): "0113001x"}),
    ("number.insurer-law", {("HO", 1): "98130014"}),
    ("number.insurer-prefecture", {("HO", 1): "01990017"}),
    ("number.insurer-check-digit", {("HO", 1): "01130013"}),
    ("number.insurer-padding", {**NATIONAL, ("HO", 1): "00138057"}),
    ("number.space", {("HO", 2): "１２３　５６７８"}),
    ("number.no-digit", {**NATIONAL, ("HO", 3): "甲"}),
    ("number.symbol-missing", {("HO", 2): ""}),
    ("number.symbol-missing-unconfirmed", {("HO", 1): "06139463", ("HO", 2): ""}),
    (
        "number.symbol-missing-unconfirmed",
        {("HO", 1): "32130213", ("HO", 2): "", ("HO", 3): "１２３４５６７８"},
    ),
    ("number.symbol-words", {("HO", 1): "32130213", ("HO", 2): "京", ("HO", 3): "１２３４５６７８"}),
    ("number.number-form-unconfirmed", {("HO", 1): "32130213", ("HO", 2): "都", ("HO", 3): "１２３"}),
    ("number.unstated-word", {("HO", 1): "77777777", ("HO", 2): "", ("HO", 3): "７７７７７７７７"}),
    ("number.symbol-none", {**OLD, ("HO", 2): "１２"}),
    ("number.symbol-form", {("HO", 2): "１２３４５６"}),
    ("number.symbol-form", {("HO", 2): "００００００００"}),
    ("number.symbol-form-unconfirmed", {("HO", 1): "06139463", ("HO", 2): "甲１"}),
    ("number.number-form", {("HO", 3): "１２３４５６７８"}),
    ("number.branch", {("SN", 6): "1"}),
    ("number.branch-none", {**OLD, ("SN", 6): "01"}),
    ("number.branch-missing", {("SN", 6): ""}),
    ("number.confirmation", {("SN", 2): "02"}),
    ("number.confirmation-filled", {("SN", 3): "01130012"}),
    ("note.width", {("RE", 11): "291"}),
    ("note.unknown", {("RE", 11): "17"}),
    ("note.not-here", {("RE", 11): "20"}),
    ("note.not-here", {**SEVENTY, ("RE", 11): "26"}),
    ("note.clash", {("RE", 11): "2934"}),
    ("note.clash", {("RE", 11): "290216"}),
    ("note.income-missing", {**SEVENTY, ("RE", 11): ""}),
    ("outside.third-party", {("RE", 11): "2910"}),
    ("outside.at-work", {("HO", 9): "1"}),
    ("outside.at-work", {("HO", 9): "3"}),
    ("kind.day-labour", {("HO", 1): "03130010", ("HO", 2): "", **FULL}),
    ("kind.soldier", {("HO", 1): "07130016", ("RE", 2): "1116"}),
    ("person.name-spaces", {("RE", 4): "山田花子"}),
    ("person.name-spaces", {("RE", 4): "山田　　花子"}),
    ("person.name-spaces", {("RE", 4): "　花子"}),
    ("code.unknown", {("RE", 5): "3"}),
    ("code.unknown", {("RE", 9): "010"}),
    ("code.unknown", {("RE", 9): "0103"}),
    ("code.unknown", {("SY", 3): "9"}),
    ("code.unknown", {("MF", 1): "77"}),
    ("code.unknown", {("JD", 4): "5"}),
    ("disease.modifiers", {("SY", 4): "80021"}),
    ("disease.no-words", {("SY", 1): "0000999"}),
    ("disease.begun-unreadable", {("SY", 2): "20260931"}),
    ("disease.begun-later", {("SY", 2): "20261101"}),
]
LAWFUL: list[Changes] = [
    ADULT,
    CHILD,
    SEVENTY,
    OLD,
    NATIONAL,
    {**CHILD, ("RE", 6): "20200402"},  # six on April 1: below school age until the next March
    {("RE", 6): "20200401", ("RE", 2): "1116", ("RE", 11): ""},  # six on March 31: at school since this April
    {("RE", 6): "19561002"},  # seventy on October 1: from November
    {**SEVENTY, ("RE", 6): "19561001"},  # seventy on September 30: from October
    {**SEVENTY, ("RE", 6): "19511002"},  # 75 on October 2: before it, 高齢受給者 in the same month
    {**OLD, ("RE", 6): "19610512"},  # 65, with a disability
    {("RE", 6): "20111031", ("RE", 11): ""},  # fifteen on the last day of the month
    {**NATIONAL, ("RE", 6): "20120512", ("RE", 11): ""},  # a child may head a household in 国保
    {**CHILD, ("RE", 6): "20261031"},  # born in the month
    {("RE", 8): "20261031"},
    {("RE", 3): "202112", ("SY", 2): "20211203"},
    {("HO", 1): "32130213", ("HO", 2): "都任継", ("HO", 3): "１２３４５６７８"},
    {("HO", 1): "03130010", ("HO", 2): "", **SEVENTY},
    {**NATIONAL, **FULL},
    {("SY", 4): "80021234"},
    {("RE", 9): "0107"},
    {("RE", 4): "ＳＭＩＴＨ　ＪＯＨＮ"},
    {("HO", 1): "06139463", ("HO", 2): "１"},
    {("RE", 11): "3402"},
    {("RE", 11): ""},
    {**SEVENTY, ("RE", 11): "30"},
    {**SEVENTY, ("RE", 2): "1110", ("RE", 11): "28"},
    {**OLD, ("RE", 11): "41"},
    {("SY", 1): "0000999", ("SY", 5): "何かの病気"},
    {("SY", 2): "20261031"},
    {("RE", 4): "●田　花子"},
]


@pytest.mark.parametrize(("check", "changes"), FIRING)
def test_what_is_wrong_is_found(check: str, changes: Changes) -> None:
    assert check in ids(lawful(changes))


@pytest.mark.parametrize("changes", LAWFUL)
def test_what_is_lawful_passes(changes: Changes) -> None:
    assert [check for check in ids(lawful(changes)) if not check.startswith("fees.")] == []


def with_public(*changed: tuple[int, str]) -> bytes:
    public = list(PUBLIC)
    for position, text in changed:
        public[position] = text
    both = [
        act("111000110", 291, 3, section="11", burden="2"),
        act("112007410", 128, 10, section="12", burden="2"),
    ]
    receipt = a_receipt(publics=[public], acts=both, re={2: "1122"})
    return a_file(receipt)


def found(content: bytes) -> set[str]:
    return {check for check in ids(content) if check.startswith(("number.", "arithmetic.", "kind."))}


def test_a_public_payer_with_lawful_numbers_passes() -> None:
    assert found(with_public()) == set()


@pytest.mark.parametrize(
    ("check", "changes"),
    [
        ("number.public-shape", [(1, "5113601x")]),
        ("number.public-law", [(1, "00136018")]),
        ("number.public-prefecture", [(1, "51996014")]),
        ("number.public-check-digit", [(1, "51136019")]),
        ("number.recipient-missing", [(2, "")]),
        ("number.recipient-shape", [(2, "100000")]),
        ("number.recipient-check-digit", [(2, "1000003")]),
        ("arithmetic.public-points", [(5, "291")]),
    ],
)
def test_a_public_payer_with_a_wrong_number_is_found(check: str, changes: list[tuple[int, str]]) -> None:
    assert check in found(with_public(*changes))


def test_the_same_public_payer_twice_is_found() -> None:
    acts = [act("111000110", 419, 3, section="11", burden="4")]
    receipt = a_receipt(publics=[PUBLIC, PUBLIC], acts=acts, re={2: "1132"})

    assert found(a_file(receipt)) == {"number.public-twice"}


def test_points_of_a_burden_without_the_insurance_are_not_the_insurances() -> None:
    acts = [
        act("111000110", 291, 3, section="11", burden="2"),
        act("112007410", 128, 10, section="12", burden="5"),
    ]
    receipt = a_receipt(publics=[PUBLIC], acts=acts, re={2: "1122"}, ho={5: "291"})

    assert "arithmetic.points" not in found(a_file(receipt))
    assert "arithmetic.points" in found(a_file(a_receipt(acts=acts, publics=[PUBLIC], re={2: "1122"})))


def test_a_burden_that_there_is_not_or_that_names_nobody_is_found() -> None:
    def with_burden(burden: str) -> set[str]:
        return found(a_file(a_receipt(acts=[act("111000110", 419, 3, section="11", burden=burden)])))

    assert with_burden("1") == set()
    assert "arithmetic.burden" in with_burden("0")
    assert "arithmetic.burden-payer" in with_burden("2")


def test_care_of_long_ago_cannot_be_claimed() -> None:
    def claimed(month: str) -> list[str]:
        return ids(a_file(a_receipt(re={3: "202009"}), first=head(claimed_month=month)))

    assert "month.prescribed" not in claimed("202508")
    assert "month.prescribed" in claimed("202509")


@pytest.mark.parametrize("record", ["CO", "SI"])
def test_the_sevens_of_who_could_show_nothing_pass_with_their_word(record: str) -> None:
    said: Fields = ["CO", "99", "1", "810000001", "不詳　架空市１－２－３　電話０００"]
    receipt = a_receipt(ho={1: "77777777", 2: "", 3: "７７７７７７７７"})
    if record == "SI":
        receipt[-1][8] = "不詳　架空市"
        said = ["CO", "99", "1", "810000001", "住所は別に記載"]

    assert [check for check in ids(a_file([*receipt, said])) if check != "number.branch-missing"] == []


def test_a_receipt_claimed_again_keeps_what_the_insurer_wrote() -> None:
    first = {("SN", 2): "04", ("SN", 3): "01130012"}

    assert "number.confirmation" in ids(lawful(first))
    assert "number.confirmation" not in ids(lawful({**first, ("RE", 18): "123456789012345678901234567890"}))


def test_a_receipt_with_its_block_is_claimed_again_even_where_the_search_number_was_lost() -> None:
    receipt = a_receipt()
    told = [
        ["SN", "1", "04", "01130012", "", "", "01", "", ""] if line[0] == "SN" else line for line in receipt
    ]
    block: list[Fields] = [["8", "1", "0", "MN", "1", "", "1" * 30, "", "", ""], ["8", "2", "0", "RC", "A"]]

    assert [check for check in ids(a_file([*told, *block])) if check.startswith("number.")] == []
    assert "number.confirmation" in ids(a_file(told))
