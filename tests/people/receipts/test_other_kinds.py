"""Dentists, pharmacies, visiting nurses and DPC hospitals: files of the same people and payers in another shape."""

from pathlib import Path

import pytest

from kaihoken.people.receipts import write_month
from kaihoken.problems import Problem

from .months import an_order, truths
from .reading import Read, number_fits, whole

COUNT = 120
FILES = {
    "dental": ("RECEIPTS.UKE", "UK", 10, "3"),
    "pharmacy": ("RECEIPTY.CYO", "YK", 9, "4"),
    "visiting": ("RECEIPTH.UKE", "HM", 8, "6"),
    "dpc": ("RECEIPTD.UKE", "IR", 10, "1"),
}
WIDTHS = {
    "dental": {"IR": 9, "RE": 27, "HO": 14, "KO": 10, "HS": 13, "SS": 109},
    "pharmacy": {"RE": 42, "HO": 14, "KO": 10, "SH": 10, "CZ": 71, "IY": 10, "KI": 114},
    "visiting": {"RE": 15, "HO": 12, "KO": 8, "IH": 7, "HJ": 4, "SY": 5, "KA": 9},
    "dpc": {"RE": 38, "HO": 15, "KO": 12, "BU": 6, "SB": 8, "KK": 14, "HH": 9, "GT": 12, "SY": 8, "SI": 44},
}
COMMON = {"SN": 9, "JD": 33, "MF": 33}
BENEFIT_AND_BIRTH = {"dental": (7, 6), "pharmacy": (7, 6), "visiting": (10, 7), "dpc": (7, 6)}


def billed(kind: str, receipt: Read) -> int:
    """What the lines of a receipt add up to, each kind by its own way."""
    if kind == "dental":
        return sum(int(line[76]) * int(line[77]) for line in receipt.of("SS"))
    if kind == "pharmacy":
        dispensed = sum(int(line[10]) + int(line[13]) for line in receipt.of("CZ"))
        return dispensed + sum(int(line[5]) + int(line[10]) for line in receipt.of("KI"))
    if kind == "visiting":
        return sum(int(line[5]) for line in receipt.of("KA"))
    days = sum(int(line[6]) * int(line[7]) for line in receipt.of("HH"))
    return days + sum(int(line[5]) * int(line[6]) for line in receipt.of("SI"))


@pytest.mark.parametrize("kind", FILES)
def test_a_file_of_the_kind_is_whole(kind: str, tmp_path: Path) -> None:
    name, head, width, digit = FILES[kind]
    write_month(an_order(COUNT, kind=kind), tmp_path / "out")

    lines = {house: whole(tmp_path / "out" / house / name) for house in ("shaho", "kokuho")}

    for house, (first, receipts, last) in lines.items():
        assert (first[0], len(first)) == (head, width)
        assert first[1:4] == ["1" if house == "shaho" else "2", "19", digit]
        assert number_fits(f"19{digit}{first[4]}")
        assert last == [
            "GO",
            str(sum(len(receipt.payers) for receipt in receipts)),
            str(sum(int(receipt.payers[0][5]) for receipt in receipts)),
            "99",
        ]
        assert [receipt.of("RE")[0][1] for receipt in receipts] == [str(1 + n) for n in range(len(receipts))]
    for truth in truths(tmp_path / "out"):
        house, _, written = truth.file.partition("/")
        assert written == name
        assert tuple(lines[house][1][truth.receipt - 1].visits) == truth.days
    assert sum(len(receipts) for _, receipts, _ in lines.values()) == COUNT == len(truths(tmp_path / "out"))


@pytest.mark.parametrize("kind", FILES)
def test_receipts_of_the_kind_add_up(kind: str, tmp_path: Path) -> None:
    write_month(an_order(COUNT, kind=kind), tmp_path / "out")
    receipts = [
        receipt
        for house in ("shaho", "kokuho")
        for receipt in whole(tmp_path / "out" / house / FILES[kind][0])[1]
    ]
    benefit, born = BENEFIT_AND_BIRTH[kind]

    for receipt in receipts:
        widths = COMMON | WIDTHS[kind]
        assert [len(line) for line in receipt.lines] == [widths[line[0]] for line in receipt.lines]
        assert {payer[5] for payer in receipt.payers} == {str(billed(kind, receipt))}
        assert {payer[4] for payer in receipt.payers} == {str(len(receipt.visits))}
        head = receipt.of("RE")[0]
        assert head[2][0] == FILES[kind][3]
        assert int(head[2][2]) == len(receipt.payers)
        assert (head[2][3] in "13579") == (kind == "dpc")
        assert bool(head[benefit]) == receipt.payers[0][1].startswith("  ")
        assert len(head[born]) == 8


def test_a_stay_has_meals_and_a_day_of_admission(tmp_path: Path) -> None:
    write_month(an_order(COUNT, kind="dpc"), tmp_path / "out")
    receipts = whole(tmp_path / "out/shaho/RECEIPTD.UKE")[1]

    for receipt in receipts:
        head, days = receipt.of("RE")[0], receipt.visits
        assert head[8] == f"202609{days[0]:02d}"
        assert days == list(range(days[0], days[-1] + 1))
        for payer in receipt.of("HO"):
            assert int(payer[7]) == 3 * len(days) - 2
            assert int(payer[8]) == 730 * int(payer[7])
    assert max(len(receipt.visits) for receipt in receipts) > 3


@pytest.mark.parametrize(("kind", "troubles"), [("dental", 0.1), ("veterinary", 0.0)])
def test_what_cannot_be_made_is_refused(kind: str, troubles: float) -> None:
    with pytest.raises(Problem, match=r"people\.claims-kind"):
        an_order(kind=kind, troubles=troubles)
