"""What レセプト種別, 負担区分 and 特記事項 say, and what of them there is in a month."""

from collections import Counter
from datetime import date
from itertools import combinations

import pytest

from kaihoken import rules
from kaihoken.claims.records import (
    Insurance,
    Insured,
    ReceiptType,
    ReceiptTypes,
    SpecialNotes,
    burden_of,
    clashing_notes,
    code_tables,
    notes_in,
    payers_of,
    receipt_type,
)

NOW = date(2026, 8, 1)


def _type(code: str) -> ReceiptType:
    found = receipt_type(code, NOW)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("code", "insurance", "payers", "inpatient", "person"),
    [
        ("1112", Insurance.INSURED, 1, False, Insured.SELF),
        ("1113", Insurance.INSURED, 1, True, Insured.PRESCHOOL),
        ("3126", Insurance.INSURED, 2, False, Insured.FAMILY),
        ("1150", Insurance.INSURED, 5, False, Insured.ELDERLY_FULL),
        ("1221", Insurance.PUBLIC, 2, True, None),
        ("1318", Insurance.LATE_ELDERLY, 1, False, Insured.ELDERLY),
        ("1319", Insurance.LATE_ELDERLY, 1, True, Insured.ELDERLY_FULL),
        ("4112", Insurance.INSURED, 1, False, Insured.SELF),
        ("6118", Insurance.INSURED, 1, False, Insured.ELDERLY),
        ("1456", Insurance.RETIRED, 5, False, Insured.FAMILY),
    ],
)
def test_the_digits_of_a_receipt_type(
    code: str, insurance: Insurance, payers: int, inpatient: bool, person: Insured | None
) -> None:
    found = _type(code)
    assert (found.insurance, found.payers, found.inpatient, found.person) == (
        insurance,
        payers,
        inpatient,
        person,
    )


@pytest.mark.parametrize(
    "code", ["1312", "1418", "1214", "1252", "1162", "1102", "2112", "4111", "111", "11122", "", "1５12"]
)
def test_what_is_no_receipt_type(code: str) -> None:
    assert receipt_type(code, NOW) is None


def test_there_are_as_many_receipt_types_as_the_tables_have() -> None:
    every = rules.load(ReceiptTypes, on=NOW).by_code
    assert all(code == found.code for code, found in every.items())
    # 医保・国保 5 x 10, 公費 4 x 2, 後期 5 x 4, 退職 5 x 6; half of them where nobody is an inpatient.
    assert Counter(found.point_table for found in every.values()) == {"1": 108, "3": 108, "4": 54, "6": 54}


def test_retired_and_late_elderly_are_claimed_from_the_federations_and_public_expense_from_the_fund() -> None:
    houses = {insurance: set[tuple[str, ...]]() for insurance in Insurance}
    for found in rules.load(ReceiptTypes, on=NOW).by_code.values():
        houses[found.insurance].add(found.payer_houses)
    assert houses == {
        Insurance.INSURED: {("1", "2")},
        Insurance.PUBLIC: {("1",)},
        Insurance.LATE_ELDERLY: {("2",)},
        Insurance.RETIRED: {("2",)},
    }


def test_who_bears_a_receipt_by_its_type() -> None:
    assert _type("1112").payer_kinds == {"1"}
    assert _type("1138").payer_kinds == {"1", "2", "3"}
    assert _type("1222").payer_kinds == {"2", "3"}
    kinds = set(code_tables(NOW)["payer_kind"].by_code)
    assert all(found.payer_kinds <= kinds for found in rules.load(ReceiptTypes, on=NOW).by_code.values())


def test_every_combination_of_payers_has_one_burden_and_every_burden_one_combination() -> None:
    combined = [frozenset(some) for many in range(1, 6) for some in combinations("12345", many)]
    burdens = [burden_of(payers, NOW) for payers in combined]
    assert len(set(burdens)) == len(combined) == 31
    assert [payers_of(burden, NOW) for burden in burdens] == combined


def test_what_is_no_burden_is_borne_by_nobody() -> None:
    assert [payers_of(burden, NOW) for burden in ("0", "8", "A", "D", "F", "", "12")] == [frozenset()] * 7
    with pytest.raises(KeyError):
        burden_of(frozenset(), NOW)


def test_income_classes_changed_with_2015() -> None:
    before, after = notes_in(date(2014, 12, 1)), notes_in(date(2015, 1, 1))
    assert set(before) - set(after) == {"17", "18", "19", "22", "23", "24"}
    assert set(after) - set(before) == {str(code) for code in range(26, 36)}


def test_the_bands_of_the_late_elderly_came_in_october_2022() -> None:
    assert set(notes_in(date(2022, 10, 1))) - set(notes_in(date(2022, 9, 1))) == {"41", "42", "43", "44"}
    assert [notes_in(NOW)[code].name for code in ("41", "42", "43", "44")] == ["区カ", "区キ", "多カ", "多キ"]


@pytest.mark.parametrize(
    ("note", "code", "stands"),
    [
        ("26", "1112", True),
        ("26", "1110", True),
        ("26", "1310", True),
        ("26", "1118", False),
        ("29", "1118", True),
        ("29", "1110", False),
        ("35", "1310", False),
        ("41", "1318", True),
        ("41", "1118", False),
        ("41", "1310", False),
        ("20", "1118", True),
        ("20", "1112", False),
        ("26", "1212", True),
        ("21", "1212", False),
        ("21", "1116", True),
        ("01", "1212", True),
        ("17", "1112", False),
    ],
)
def test_on_whose_receipt_a_note_stands(note: str, code: str, stands: bool) -> None:
    known = rules.load(SpecialNotes, on=NOW).by_code[note]
    assert known.stands_on(_type(code), NOW) is stands


def test_until_july_2018_income_classes_stood_on_everybodys_receipt() -> None:
    note = rules.load(SpecialNotes, on=NOW).by_code["26"]
    elderly = _type("1118")
    assert note.stands_on(elderly, date(2018, 7, 1))
    assert not note.stands_on(elderly, date(2018, 8, 1))


def test_notes_that_exclude_each_other() -> None:
    assert clashing_notes(["29", "34"], NOW) == (("29", "34"),)
    assert clashing_notes(["02", "29", "16", "41"], NOW) == (("02", "16"), ("29", "41"))
    assert clashing_notes(["01", "01"], NOW) == (("01", "01"),)
    assert clashing_notes(["02", "29", "01", "10"], NOW) == ()
    assert clashing_notes(["17", "26", "99"], NOW) == ()


def test_no_note_has_two_names_or_an_unknown_group() -> None:
    notes = rules.load(SpecialNotes, on=NOW).notes
    assert len({note.code for note in notes}) == len({note.name for note in notes}) == len(notes)
    groups = Counter(note.group for note in notes if note.group)
    assert groups == {"income": 14, "long-term": 3}
