"""The code tables of claims: complete, told apart by month, and named by the fields that hold them."""

from datetime import date

import pytest

from kaihoken import rules
from kaihoken.claims.records import (
    LAYOUTS,
    ClaimCode,
    ClaimCodes,
    CodeTable,
    CodeTables,
    ReturnedCodes,
    ReturnedLayout,
    code_tables,
)

NOW = date(2026, 8, 1)
FAMILIES: tuple[type[CodeTables], ...] = (ClaimCodes, ReturnedCodes)

# How many codes each 別表 has.
SIZES = {
    "payer_house": 2,
    "point_table": 6,
    "ward": 3,
    "meal_class": 4,
    "duty": 3,
    "relief": 3,
    "payer_kind": 5,
    "confirmation": 13,
    "visit": 3,
    "outcome": 4,
    "section": 27,
    "symptom_note": 11,
    "organ": 6,
    "dosage_form": 8,
    "dpc_disease": 13,
}
RETURNED_SIZES = {"data_kind": 9, "return_kind": 9, "corrected": 3, "cut_reason": 8}


@pytest.mark.parametrize("kind", FAMILIES)
def test_no_table_and_no_code_stands_twice_and_no_code_ends_before_it_begins(kind: type[CodeTables]) -> None:
    tables = rules.load(kind, on=NOW).tables
    assert len({table.id for table in tables}) == len(tables)
    for table in tables:
        assert len(table.by_code) == len(table.codes) > 0, table.id
        assert len({code.name for code in table.codes}) > len(table.codes) - 2, table.id
        assert all(code.first is None or code.last is None or code.first <= code.last for code in table.codes)


@pytest.mark.parametrize(("kind", "sizes"), [(ClaimCodes, SIZES), (ReturnedCodes, RETURNED_SIZES)])
def test_each_table_has_every_code(kind: type[CodeTables], sizes: dict[str, int]) -> None:
    tables = code_tables(NOW, kind)
    assert {known: len(tables[known].codes) for known in sizes} == sizes


def test_every_table_that_a_field_names_is_there_and_its_codes_fit_the_field() -> None:
    known = {**code_tables(NOW), **code_tables(NOW, ReturnedCodes)}
    named = set()
    for kind in LAYOUTS:
        for version in rules.PACKAGED.versions(kind.family):
            layout = rules.load(kind, on=version.effective_from)
            prefix = layout.prefix if isinstance(layout, ReturnedLayout) else ()
            for field in (*prefix, *(field for record in layout.records for field in record.fields)):
                if field.codes:
                    named.add(field.codes)
                    longest = max(len(code) for code in known[field.codes].by_code)
                    assert longest <= field.length, (kind, field)
                    assert field.length % (known[field.codes].width or 1) == 0, (kind, field)
    # These two stand in a list of reasons, and in a field that has more than codes.
    assert set(known) - named == {"cut_reason", "insurer_reason"}


def test_a_code_stands_from_its_first_month_to_its_last() -> None:
    code = ClaimCode(code="1", name="一", first=date(2024, 4, 1), last=date(2024, 6, 1))
    months = [date(2024, month, 1) for month in (3, 4, 6, 7)]
    assert [code.stands_in(month) for month in months] == [False, True, True, False]


def test_a_field_holds_several_codes_one_behind_the_other() -> None:
    ward = code_tables(NOW)["ward"]
    assert ward.unknown_in("0107", NOW) == ()
    assert ward.unknown_in("010907", NOW) == ("09",)
    assert ward.unknown_in("017", NOW) == ("7",)
    assert ward.unknown_in("", NOW) == ()


def test_codes_of_different_length_stand_alone_in_a_field() -> None:
    kinds = code_tables(NOW, ReturnedCodes)["data_kind"]
    assert kinds.unknown_in("8", NOW) == kinds.unknown_in("14", NOW) == kinds.unknown_in("", NOW) == ()
    assert kinds.unknown_in("18", NOW) == ("18",)


def test_a_code_out_of_its_months_is_unknown() -> None:
    old = ClaimCode(code="1", name="一", last=date(2020, 3, 1))
    table = CodeTable(id="t", name="表", codes=(old, ClaimCode(code="2", name="二")))
    assert table.named("1", date(2020, 3, 1)) is old
    assert table.unknown_in("12", NOW) == ("1",)
