"""What patient and payers bear: each check with a case that fires and one that nearly does."""

import pytest

from .checked import findings, ids
from .files import Fields, a_file, a_receipt, act, head
from .test_identity import NATIONAL, OLD, SEVENTY, Changes, lawful

DEAR = act("160000310", 100_000, 3, section="60")


def dear(
    *, notes: str, yen: str, kind: str = "1112", born: str = "19850512", counter: str = "01"
) -> list[str]:
    receipt = a_receipt(re={2: kind, 6: born, 11: notes}, ho={11: yen}, acts=[DEAR], visits=(3,))
    return ids(a_file([["MF", counter, *[""] * 31] if line[0] == "MF" else line for line in receipt]))


def bearing(changes: Changes) -> list[str]:
    return [
        check
        for check in ids(lawful(changes))
        if check.startswith(("bearing.", "kind.", "note.", "outside."))
    ]


def test_the_patient_bears_no_more_than_the_ceiling_of_the_class() -> None:
    assert dear(notes="28", yen="92940") == []
    assert dear(notes="28", yen="92941") == ["bearing.beyond-ceiling"]
    assert dear(notes="33", yen="44400") == []
    assert dear(notes="33", yen="44401") == ["bearing.beyond-ceiling"]


def test_over_seventy_an_outpatient_has_a_ceiling_of_their_own() -> None:
    assert dear(notes="29", yen="22000", kind="1118", born="19540512") == []
    assert dear(notes="29", yen="22001", kind="1118", born="19540512") == ["bearing.beyond-ceiling"]


def test_a_long_disease_has_its_ceiling() -> None:
    assert dear(notes="2802", yen="10000") == []
    assert dear(notes="2802", yen="10001") == ["bearing.beyond-ceiling"]
    assert dear(notes="2616", yen="20000") == []
    assert dear(notes="2616", yen="20001") == ["bearing.beyond-ceiling"]


def test_without_a_class_no_ceiling_is_known() -> None:
    assert dear(notes="", yen="300000") == []


@pytest.mark.parametrize("unreadable", [{2: "1193"}, {6: "19850532"}])
def test_where_the_person_cannot_be_read_no_ceiling_is_known(unreadable: dict[int, str]) -> None:
    receipt = a_receipt(re={11: "28", **unreadable}, ho={11: "300000"}, acts=[DEAR], visits=(3,))
    told = [["MF", "01", *[""] * 31] if line[0] == "MF" else line for line in receipt]

    assert not [check for check in ids(a_file(told)) if check.startswith("bearing.")]


def test_a_class_for_which_the_month_has_no_table_has_no_ceiling() -> None:
    """現役並みⅢ begins in 2018-08: a claim of the month before, sent late, is not held against it."""

    def late(month: str) -> list[str]:
        receipt = a_receipt(
            re={2: "1110", 3: month, 6: "19460512", 11: "26"}, ho={11: "900000"}, acts=[DEAR], visits=(3,)
        )
        told = [["MF", "01", *[""] * 31] if line[0] == "MF" else line for line in receipt]
        found = ids(a_file(told, first=head(claimed_month="202006")))
        return [check for check in found if check.startswith("bearing.")]

    assert late("201808") == ["bearing.beyond-ceiling"]
    assert late("201807") == []


def test_an_amount_says_that_it_was_given_in_kind() -> None:
    assert dear(notes="28", yen="92940", counter="00") == ["bearing.not-in-kind"]
    assert dear(notes="28", yen="", counter="00") == []


def test_what_was_given_in_kind_has_an_amount() -> None:
    assert dear(notes="28", yen="", counter="01") == ["bearing.in-kind-empty"]
    assert dear(notes="33", yen="", counter="02") == ["bearing.in-kind-empty"]
    assert dear(notes="28", yen="92940", counter="01") == []


def test_an_amount_may_stand_where_there_is_relief_or_public_expense_pays() -> None:
    def borne(receipt: list[Fields]) -> set[str]:
        return {check for check in ids(a_file(receipt)) if check.startswith("bearing.")}

    public: Fields = ["KO", "51136018", "1000009", "", "2", "419", "", "", "", "", "", ""]

    assert borne(a_receipt(ho={11: "1260"})) == {"bearing.not-in-kind"}
    assert borne(a_receipt(ho={11: "1260", 12: "2"})) == set()
    assert borne(a_receipt(ho={11: "1260"}, publics=[public], re={2: "1122"})) == set()


def test_often_is_said_in_both_places() -> None:
    assert dear(notes="28", yen="44400", counter="02") == ["bearing.often"]
    assert dear(notes="33", yen="44400", counter="02") == []
    assert dear(notes="4802", yen="44400", counter="02")[-1:] == ["bearing.often"]


INFANT: Changes = {**NATIONAL, ("RE", 2): "1114", ("RE", 6): "20230401", ("RE", 11): ""}


@pytest.mark.parametrize(
    ("check", "changes"),
    [
        ("bearing.benefit-elsewhere", {("RE", 7): "70"}),
        ("bearing.benefit", {**INFANT, ("RE", 7): "70"}),
        ("bearing.meals", {("HO", 7): "3"}),
        ("bearing.meals", {("HO", 8): "2070"}),
        ("bearing.meal-class", {("RE", 10): "3"}),
        ("bearing.meal-class", {**SEVENTY, ("RE", 2): "1110", ("RE", 11): "28", ("RE", 10): "1"}),
        (
            "bearing.meal-class",
            {**SEVENTY, ("RE", 2): "1119", ("RE", 11): "28", ("RE", 8): "20261003", ("RE", 10): "1"},
        ),
        ("bearing.relief-percent", {("HO", 12): "1", ("HO", 13): "101"}),
        ("bearing.relief-percent", {("HO", 12): "1", ("HO", 13): "0"}),
        ("bearing.relief-amount", {("HO", 12): "1"}),
        ("bearing.relief-amount", {("HO", 12): "1", ("HO", 13): "20", ("HO", 14): "100"}),
        ("bearing.relief-without", {("HO", 12): "2", ("HO", 13): "20"}),
        ("bearing.relief-without", {("HO", 14): "100"}),
        ("kind.other-house", {("HO", 1): "  138057", ("HO", 2): "１２", ("IR", 1): "1"}),
        ("kind.other-house", {("IR", 1): "2"}),
        ("kind.soldier", {("HO", 1): "07130016", ("RE", 2): "1116"}),
        ("note.half", {("RE", 11): "2921"}),
    ],
)
def test_what_is_borne_wrongly_is_found(check: str, changes: Changes) -> None:
    assert check in bearing(changes)


@pytest.mark.parametrize(
    "changes",
    [
        {**INFANT, ("RE", 7): "80"},
        {**INFANT, ("RE", 7): "90"},
        {**NATIONAL, ("RE", 7): "70"},
        {**NATIONAL, ("RE", 11): "2921"},
        {("RE", 10): "1"},
        {**SEVENTY, ("RE", 10): "3", ("RE", 11): "30"},
        {**OLD, ("RE", 10): "1"},
        {**SEVENTY, ("RE", 2): "1117", ("RE", 11): "30", ("RE", 8): "20261003", ("RE", 10): "3"},
        {("HO", 12): "1", ("HO", 13): "100"},
        {("HO", 12): "1", ("HO", 13): "20"},
        {("HO", 12): "1", ("HO", 14): "100"},
        {("HO", 12): "2"},
        {("HO", 1): "77777777", ("RE", 7): "10"},  # 不詳: of whom nothing is known
        {**NATIONAL, ("RE", 7): "x0"},
        {("HO", 1): "02130018", ("HO", 9): "1"},
        {("HO", 1): "07130016", ("HO", 2): "１"},
    ],
)
def test_what_is_borne_lawfully_passes(changes: Changes) -> None:
    assert bearing(changes) == []


def two_publics(first: str, second: str) -> list[str]:
    publics = [["KO", payer, "1000009", "", "2", "419", "", "", "", "", "", ""] for payer in (first, second)]
    acts = [
        act("111000110", 291, 3, section="11", burden="4"),
        act("112007410", 128, 10, section="12", burden="4"),
    ]
    days = [["JD", kind, "", "", "1", "", "", "", "", "", "", "1", *[""] * 21] for kind in ("2", "3")]
    receipt = a_receipt(publics=publics, acts=acts, re={2: "1132"})
    place = next(at for at, line in enumerate(receipt) if line[0] == "JD") + 1
    return ids(a_file([*receipt[:place], *days, *receipt[place:]]))


def test_public_payers_stand_in_the_order_in_which_they_pay() -> None:
    assert "bearing.order" not in two_publics("51136018", "81136015")
    assert "bearing.order" in two_publics("81136015", "51136018")


def test_the_days_of_every_payer_are_told_where_those_of_one_are() -> None:
    public = ["KO", "51136018", "1000009", "", "2", "419", "", "", "", "", "", ""]
    acts = [act("111000110", 419, 3, section="11", burden="2")]
    receipt = a_receipt(publics=[public], acts=acts, re={2: "1122"})
    (missing,) = [one for one in findings(a_file(receipt)) if one.check == "structure.days-missing"]

    assert missing.facts == {"payer": "2"}
    assert "structure.days-missing" not in ids(a_file([line for line in receipt if line[0] != "JD"]))


def test_a_file_of_neither_house_is_not_judged() -> None:
    assert "kind.other-house" not in ids(a_file(a_receipt(), first=head(house="6")))
