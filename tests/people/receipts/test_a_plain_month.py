"""A month of fictional claims without troubles keeps every rule of the format that this project knows."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from kaihoken.people.places import places
from kaihoken.people.receipts import Order, place_named, write_month
from kaihoken.problems import Problem

from .months import SEPTEMBER, an_order, truths
from .reading import File, Read, number_fits, read

WIDTHS = {
    "RE": 38,
    "HO": 15,
    "KO": 12,
    "SN": 9,
    "JD": 33,
    "MF": 33,
    "SY": 8,
    "SI": 44,
    "IY": 44,
    "TO": 48,
    "CO": 5,
}
ORDER = ["RE", "HO", "KO", "SN", "JD", "MF", "SY", "acts"]
HOUSES = ("shaho", "kokuho")
COUNT = 1_500
PLACE = "千歳市"
PREFECTURE = "01"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("claims") / "month"
    write_month(an_order(COUNT, place=PLACE), folder)
    return folder


@pytest.fixture(scope="module")
def files(folder: Path) -> dict[str, File]:
    return {house: read(folder / house / "RECEIPTC.UKE") for house in HOUSES}


@pytest.fixture(scope="module")
def receipts(files: dict[str, File]) -> list[Read]:
    return [receipt for file in files.values() for receipt in file.receipts]


def test_the_head_names_house_clinic_and_the_month_of_claiming(files: dict[str, File]) -> None:
    first = files["shaho"].first

    assert first[:4] == ["IR", "1", PREFECTURE, "1"]
    assert files["kokuho"].first[1] == "2"
    assert len(first) == 10
    assert number_fits(f"{PREFECTURE}1{first[4]}")
    assert first[6:9] == ["架空千歳市診療所", "202610", "00"]


def test_the_clinic_of_four_prefectures_has_the_check_digit_of_their_rule(tmp_path: Path) -> None:
    write_month(an_order(5, place="東京都府中市"), tmp_path / "out")

    assert number_fits(read(tmp_path / "out/shaho/RECEIPTC.UKE").first[4])


def test_the_last_record_counts_payers_and_the_points_of_main_payers(files: dict[str, File]) -> None:
    for file in files.values():
        main = sum(int(receipt.payers[0][5]) for receipt in file.receipts)
        payers = sum(len(receipt.payers) for receipt in file.receipts)

        assert file.last == ["GO", str(payers), str(main), "99"]


def test_receipts_count_from_one_and_every_record_has_all_its_fields(files: dict[str, File]) -> None:
    for file in files.values():
        assert [receipt.head[1] for receipt in file.receipts] == [
            str(1 + n) for n in range(len(file.receipts))
        ]
        assert {len(line) - WIDTHS[line[0]] for receipt in file.receipts for line in receipt.lines} == {0}


def test_records_stand_in_their_order(receipts: list[Read]) -> None:
    for receipt in receipts:
        ranks = [ORDER.index(line[0]) if line[0] in ORDER else len(ORDER) for line in receipt.lines]
        assert ranks == sorted(ranks)
        assert receipt.of("SY")
        assert receipt.acts


def test_the_points_of_each_payer_are_those_of_the_lines_it_bears(receipts: list[Read]) -> None:
    bearing = {"1": "1", "2": "12", "3": "13", "4": "123", "5": "2"}
    for receipt in receipts:
        kinds = [line[1] for line in receipt.of("SN")]
        borne: Counter[str] = Counter()
        unit: list[list[str]] = []
        for act in receipt.acts:
            unit.append(act)
            if act[5]:
                for kind in bearing[act[2]]:
                    borne[kind] += int(act[5]) * int(act[6])
                unit = []
        assert unit == []
        assert [int(payer[5]) for payer in receipt.payers] == [borne[kind] for kind in kinds]
        assert int(receipt.payers[0][5]) == receipt.points


def test_days_agree_between_payers_visits_and_lines(receipts: list[Read]) -> None:
    for receipt in receipts:
        visits = receipt.visits
        assert {int(payer[4]) for payer in receipt.payers} == {len(visits)}
        assert all([day for day in range(1, 32) if line[1 + day]] == visits for line in receipt.of("JD"))
        for act in receipt.acts:
            days = receipt.days_of(act)
            assert sum(days.values()) == int(act[6])
            assert set(days) <= set(visits)
        assert all(date(2026, 9, day).weekday() != 6 for day in visits)


def test_the_type_says_how_many_pay_and_who_the_patient_is(files: dict[str, File]) -> None:
    for house, file in files.items():
        for receipt in file.receipts:
            kind, born = receipt.head[2], date.fromisoformat(receipt.head[6])
            assert int(kind[2]) == len(receipt.payers)
            assert (kind[1] == "2") == (not receipt.of("HO"))
            insurer = receipt.payers[0][1]
            assert number_fits(insurer)
            assert len(insurer) == 8
            assert (house == "kokuho") == (insurer.startswith(("39", "  ")))
            assert (kind[1] == "3") == insurer.startswith("39")
            if kind[3] == "4":
                assert born >= date(2020, 4, 2)
            if kind[3] in "80":
                assert born <= date(1956 + 5 * (kind[1] == "3"), 9, 1)
                assert receipt.head[11]
            if kind[3] in "26" and kind[1] == "1":
                assert date(1956, 9, 1) < born < date(2020, 4, 2)
            assert bool(receipt.head[7]) == insurer.startswith("  ")


def test_branches_are_two_digits_and_the_late_elderly_have_neither_branch_nor_symbol(
    receipts: list[Read],
) -> None:
    late = [receipt for receipt in receipts if receipt.head[2][1] == "3"]

    assert late
    for receipt in late:
        assert receipt.of("HO")[0][2] == ""
        assert len(receipt.of("HO")[0][3]) == 8
    for receipt in receipts:
        for line in receipt.of("SN"):
            assert line[2] == "01"
            assert line[3:6] == ["", "", ""]
            assert line[6] == "" or (len(line[6]) == 2 and line[6].isdigit())


def test_who_reached_a_ceiling_says_so_three_times(receipts: list[Read]) -> None:
    reached = [receipt for receipt in receipts if receipt.of("MF")[0][1] == "01"]

    assert len(reached) > 5
    for receipt in receipts:
        paid = bool(receipt.of("HO") and receipt.of("HO")[0][11])
        assert paid == (receipt in reached)
    for receipt in reached:
        assert receipt.head[11]


def test_every_kind_of_record_and_payer_is_met(receipts: list[Read]) -> None:
    kinds = Counter(line[0] for receipt in receipts for line in receipt.lines)
    types = {receipt.head[2] for receipt in receipts}

    assert set(kinds) == set(WIDTHS)
    assert {"1112", "1114", "1116", "1118", "1110", "1122", "1124", "1212", "1318", "1310"} <= types


def test_the_truth_has_a_line_for_each_receipt_and_stays_out_of_the_files(
    folder: Path, files: dict[str, File]
) -> None:
    told = truths(folder)

    assert len(told) == COUNT
    for truth in told[:200]:
        house, _, name = truth.file.partition("/")
        receipt = files[house].receipts[truth.receipt - 1]
        assert name == "RECEIPTC.UKE"
        assert tuple(receipt.visits) == truth.days
        assert truth.person.encode() not in files[house].raw


def test_equal_orders_make_equal_bytes_and_others_do_not(tmp_path: Path) -> None:
    orders = {
        "one": an_order(60),
        "two": an_order(60),
        "seed": an_order(60, seed=2),
        "month": an_order(60, month=date(2026, 8, 1)),
    }
    for name, order in orders.items():
        write_month(order, tmp_path / name)

    bytes_of = {name: (tmp_path / name / "shaho/RECEIPTC.UKE").read_bytes() for name in orders}
    assert bytes_of["one"] == bytes_of["two"]
    assert len(set(bytes_of.values())) == 3


def test_a_longer_month_begins_like_a_shorter_one(tmp_path: Path) -> None:
    write_month(an_order(50), tmp_path / "short")
    write_month(an_order(80), tmp_path / "long")

    short, long = (read(tmp_path / name / "shaho/RECEIPTC.UKE").receipts for name in ("short", "long"))
    assert long[: len(short)] == short


@pytest.mark.parametrize(
    ("month", "codes", "absent"),
    [
        (date(2024, 10, 1), {"111000110", "112015770"}, {"111703270", "111704170"}),
        (date(2025, 2, 1), {"111703270", "112708970"}, {"111704170", "180819910"}),
        (date(2026, 6, 1), {"111704170", "112709570"}, {"111703270", "112015770"}),
    ],
)
def test_add_ons_are_charged_in_their_time(
    tmp_path: Path, month: date, codes: set[str], absent: set[str]
) -> None:
    write_month(an_order(120, month=month), tmp_path / "out")

    found = {
        act[3]
        for house in HOUSES
        for receipt in read(tmp_path / "out" / house / "RECEIPTC.UKE").receipts
        for act in receipt.acts
    }
    assert codes <= found
    assert not absent & found


@pytest.mark.parametrize("count", [0, 1_000_001])
def test_a_count_that_cannot_be_is_refused(count: int) -> None:
    with pytest.raises(Problem, match=r"people\.claims-count"):
        an_order(count)


def test_a_nation_of_an_earlier_day_knows_nothing_of_the_month() -> None:
    with pytest.raises(Problem, match=r"people\.claims-month"):
        an_order(as_of=date(2026, 8, 31))


@pytest.mark.parametrize("text", ["府中市", "ない町", "札幌市"])
def test_a_place_that_is_not_one_place_is_refused(text: str) -> None:
    with pytest.raises(Problem, match=r"people\.claims-place"):
        place_named(text, places())


def test_a_place_has_a_code_too() -> None:
    assert Order(place_named("19201", places()), SEPTEMBER, 1, 1, SEPTEMBER).place.city == "甲府市"


def test_what_is_in_the_folder_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "RECEIPTC.UKE").write_bytes(b"real")

    with pytest.raises(Problem, match=r"people\.claims-folder"):
        write_month(an_order(1), tmp_path)

    assert (tmp_path / "RECEIPTC.UKE").read_bytes() == b"real"
