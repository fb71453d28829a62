"""What a receipt says where its lines are short, silent or of another kind of file."""

import pytest

from kaihoken.claims.checks import receipts_of
from kaihoken.claims.receipt import Receipt, claimed_percent
from kaihoken.claims.uke import read

from .files import Fields, a_file, a_receipt, act, days
from .test_identity import FULL, NATIONAL, OLD, SEVENTY, Changes, lawful


def read_one(*lines: Fields) -> Receipt:
    (receipt,) = receipts_of(read([a_file(list(lines))]))
    return receipt


def test_without_days_of_visits_those_on_which_something_was_billed_count() -> None:
    silent = [line for line in a_receipt() if line[0] != "JD"]
    comment: Fields = ["CO", "", "1", "810000001", "頭痛のため"]
    unmarked = [["JD", "1", *days()] if line[0] == "JD" else line for line in a_receipt()]

    assert read_one(*a_receipt(visits=(5,))).visit_days == (5,)
    assert read_one(*silent, comment).visit_days == (3, 10)
    assert read_one(*unmarked).visit_days == (3, 10)


def test_a_line_that_ends_early_is_an_act_without_what_it_does_not_say() -> None:
    short = act("111000110", 291, 3, section="11")[:6]
    (unit,) = read_one(*a_receipt(acts=[], ho={5: "291"}), short).units

    assert (unit.points, unit.closed, unit.total) == (291, True, 0)
    assert (unit.last.times, unit.last.days) == (None, ())


@pytest.mark.parametrize(
    ("changes", "percent"),
    [
        ({}, 30),
        (FULL, 30),
        (SEVENTY, 20),
        (OLD, 10),
        ({**OLD, ("RE", 11): "41"}, 20),
        ({**OLD, ("RE", 2): "1310", ("RE", 11): "28"}, 30),
        ({**OLD, ("RE", 2): "1391", ("RE", 11): ""}, 10),
        ({**NATIONAL, ("RE", 7): "90"}, 10),
        ({**NATIONAL, ("RE", 7): "75"}, 30),
        ({("HO", 1): "77777777"}, None),
        ({("HO", 1): "x"}, None),
        ({("RE", 3): "202613"}, None),
        ({("RE", 6): "19850532"}, None),
    ],
)
def test_a_receipt_claims_that_the_patient_bears_so_much(changes: Changes, percent: int | None) -> None:
    (receipt,) = receipts_of(read([lawful(changes)]))

    assert claimed_percent(receipt) == percent
