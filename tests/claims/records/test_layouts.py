"""What every layout of a claim file keeps, and what is known of the counts, the calendar and the kinds."""

from collections import Counter
from datetime import date

import pytest

from kaihoken import rules
from kaihoken.claims.records import (
    LAYOUTS,
    RESERVE,
    ClaimLayout,
    DentalLayout,
    DpcLayout,
    Field,
    MedicalLayout,
    Mode,
    PharmacyLayout,
    RecordLayout,
    ReturnedLayout,
    VisitingLayout,
    kind_of,
    layout_of,
)

NOW = date(2026, 8, 1)
ERA = date(2018, 12, 1)

VERSIONS = [
    (kind, version.effective_from) for kind in LAYOUTS for version in rules.PACKAGED.versions(kind.family)
]

# With the id of the record, as files of 医科 have them.
MEDICAL = {
    "IR": 10,
    "RE": 38,
    "HO": 15,
    "KO": 12,
    "SN": 9,
    "JD": 33,
    "MF": 33,
    "GR": 3,
    "SY": 8,
    "SI": 44,
    "IY": 44,
}
MEDICAL |= {"TO": 48, "CO": 5, "SJ": 3, "GO": 4, "TI": 10, "TR": 18, "TS": 5}

DPC = {kind: count for kind, count in MEDICAL.items() if kind != "RE"} | {
    "RE": 38,
    "BU": 6,
    "SB": 8,
    "KK": 14,
}
DPC |= {"SK": 7, "GA": 7, "HH": 9, "GT": 12, "CD": 11}
PAYERS = {"SN": 9, "JD": 33, "MF": 33}
DENTAL = PAYERS | {
    "UK": 10,
    "IR": 9,
    "RE": 27,
    "HO": 14,
    "KO": 10,
    "HS": 13,
    "SS": 109,
    "SI": 38,
    "IY": 39,
    "TO": 45,
}
DENTAL |= {"CO": 11, "SJ": 3, "GO": 4}
PHARMACY = PAYERS | {
    "YK": 9,
    "RE": 42,
    "HO": 14,
    "KO": 10,
    "SH": 10,
    "CZ": 71,
    "IY": 10,
    "TO": 7,
    "CO": 3,
    "TK": 3,
}
PHARMACY |= {"KI": 114, "ST": 16, "GO": 4}
VISITING = PAYERS | {
    "HM": 8,
    "RE": 15,
    "HO": 12,
    "KO": 8,
    "IH": 7,
    "HJ": 4,
    "JS": 6,
    "SY": 5,
    "RJ": 29,
    "TJ": 13,
}
VISITING |= {"TZ": 4, "KS": 5, "KA": 9, "CO": 4, "GI": 13, "GO": 4}
RETURNED = {
    "HI": 8,
    "HR": 14,
    "MN": 7,
    "JY": 9,
    "ON": 15,
    "EX": 13,
    "RC": 2,
    "MD": 22,
    "RT": 6,
    "JR": 9,
    "MK": 16,
}
RETURNED |= {"HG": 4}


def counts(layout: ClaimLayout) -> dict[str, int]:
    return {record.id: len(record.positions) + 1 for record in layout.records}


def record(*fields: Field) -> RecordLayout:
    return RecordLayout(id="XX", name="試", place="receipt", rank=1, least=0, most=None, fields=fields)


@pytest.mark.parametrize(("kind", "day"), VERSIONS)
def test_every_version_keeps_what_a_reader_relies_on(kind: type[ClaimLayout], day: date) -> None:
    layout = layout_of(kind, day)

    assert not layout.borrowed
    assert len(layout.by_id) == len(layout.records)
    assert layout.point_tables or kind is ReturnedLayout
    assert set(layout.begins) <= set(layout.by_id) or not layout.point_tables
    assert [found.id for found in layout.records if found.place == "end"]
    for found in layout.records:
        keys = Counter(field.key for field in found.fields if field.key != RESERVE)
        assert max(keys.values(), default=1) == 1, found.id
        assert len(found.id) == 2
        assert found.id.isupper()
        assert found.most is None or found.least <= found.most
    for place in ("head", "receipt", "history", "end"):
        ranks = [found.rank for found in layout.records if found.place == place]
        assert ranks == sorted(ranks)


@pytest.mark.parametrize(
    ("kind", "day", "expected"),
    [
        (MedicalLayout, NOW, MEDICAL),
        (DpcLayout, NOW, DPC),
        (DentalLayout, NOW, DENTAL),
        (PharmacyLayout, NOW, PHARMACY),
        (PharmacyLayout, date(2021, 4, 1), PHARMACY | {"CZ": 54}),
        (VisitingLayout, NOW, VISITING),
        (ReturnedLayout, NOW, RETURNED),
    ],
)
def test_a_record_has_as_many_fields_as_files_have(
    kind: type[ClaimLayout], day: date, expected: dict[str, int]
) -> None:
    assert counts(layout_of(kind, day)) == expected


def test_a_month_before_the_western_calendar_has_dates_with_the_year_of_an_era() -> None:
    old, new = layout_of(MedicalLayout, ERA), layout_of(MedicalLayout, NOW)

    assert {
        (field.kind, field.form) for found in old.records for field in found.fields if field.kind == "month"
    } == {
        ("month", "N5F"),
        ("month", "N5"),
    }
    assert old.by_id["RE"].positions[5].form == "N7F"
    assert new.by_id["RE"].positions[5].form == "N8F"
    assert old.by_id["SY"].index == new.by_id["SY"].index
    assert old.by_id["KO"] == new.by_id["KO"]


def test_a_month_before_the_check_of_coverage_has_no_record_of_it() -> None:
    old = layout_of(MedicalLayout, ERA).by_id

    assert old.keys().isdisjoint({"SN", "JD", "MF"})
    assert {"NI", "KH"} <= old.keys()
    assert old["HO"].fields[1].length == 40
    assert old["CO"].fields[3].length == 76
    assert len(old["TO"].positions) == 47


def test_what_stands_alone_is_told_apart_from_what_two_sources_say() -> None:
    layout = layout_of(MedicalLayout, NOW)

    assert {found.id for found in layout.records if not found.sure} == {"GR", "TI", "TR", "TS"}
    assert [field.key for field in layout.by_id["CO"].fields if not field.sure] == ["text"]


def test_the_form_says_mode_length_and_whether_the_length_is_fixed() -> None:
    insurer = layout_of(MedicalLayout, NOW).by_id["HO"].fields[0]

    assert (insurer.mode, insurer.length, insurer.fixed) == (Mode.LETTERS, 8, True)


def test_fields_of_a_group_stand_together_as_often_as_it_is_said() -> None:
    made = record(
        Field(key="code", name="コード", form="N9F"),
        Field(key="addition", name="加算", form="A5", times=3, group=2),
        Field(key="amount", name="数量", form="N8"),
        Field(key=RESERVE, name="予備", form="N1", times=2),
        Field(key="points", name="点数", form="N7"),
    )

    assert [field.key for field in made.positions] == [
        "code",
        *(["addition", "amount"] * 3),
        RESERVE,
        RESERVE,
        "points",
    ]
    assert made.places["amount"] == (3, 5, 7)
    assert made.index == {"code": 1, "addition": 2, "amount": 3, "points": 10}


def test_a_donors_receipt_opens_a_part_of_its_own() -> None:
    layout = layout_of(MedicalLayout, NOW)
    ranks = {found.id: found.rank for found in layout.records}

    assert [found.id for found in layout.records if found.restarts] == ["TI"]
    assert ranks["TI"] < ranks["TR"] < ranks["TS"] < ranks["SY"] < ranks["SI"]


def test_a_returned_file_has_the_reasons_after_the_receipt_and_the_block_behind_its_own_fields() -> None:
    layout = rules.load(ReturnedLayout, on=NOW)
    claimed = layout_of(MedicalLayout, NOW)

    assert [field.key for field in layout.prefix] == ["data_kind", "line", "branch_line"]
    assert layout.by_id["HR"].rank > max(found.rank for found in claimed.records if found.place == "receipt")
    assert layout.by_id["HR"].index["reason"] == 4
    assert layout.by_id["MD"].index["reason"] == 5
    assert layout.by_id["MK"].index["result"] == 6
    assert layout.by_id.keys().isdisjoint(claimed.by_id)


@pytest.mark.parametrize(
    ("table", "records", "kind"),
    [
        ("1", (), MedicalLayout),
        ("1", ("IR", "RE", "HO", "BU"), DpcLayout),
        ("3", ("BU",), DentalLayout),
        ("4", (), PharmacyLayout),
        ("6", (), VisitingLayout),
        ("5", (), None),
    ],
)
def test_the_kind_is_told_by_the_point_table_and_the_records(
    table: str, records: tuple[str, ...], kind: type[ClaimLayout] | None
) -> None:
    assert kind_of(table, frozenset(records)) is kind


def test_the_additions_of_a_dentists_act_stand_in_pairs() -> None:
    act = layout_of(DentalLayout, NOW).by_id["SS"]

    assert act.places["addition"] == tuple(range(6, 76, 2))
    assert act.places["addition_amount"] == tuple(range(7, 76, 2))
    assert (act.index["points"], act.index["times"], act.index["day"]) == (76, 77, 78)


def test_the_fees_of_a_pharmacy_stand_where_its_writers_have_them() -> None:
    layout = layout_of(PharmacyLayout, NOW).by_id

    assert layout["CZ"].places["addition_code"] == tuple(range(16, 45, 3))
    assert layout["CZ"].index["packed_days"] == 45
    assert layout["CZ"].index["management_code"] == 60
    assert layout["KI"].index["noted_burden"] == 55
    assert layout["KI"].index["addition_burden"] == 69
    assert layout["KI"].index["ordered_split_noted"] == 113
