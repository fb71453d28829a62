"""The form of a field: a fault of each kind, and beside it what must pass."""

import pytest

from kaihoken.claims.checks import examine
from kaihoken.claims.remedy import Correcting
from kaihoken.claims.uke import read

from .files import a_file, a_receipt

Change = tuple[str, int, str]

FIRING: list[tuple[str, Change]] = [
    ("person.name-missing", ("RE", 4, "")),
    ("number.missing", ("HO", 3, "")),
    ("arithmetic.days-missing", ("HO", 4, "")),
    ("form.missing", ("HO", 5, "")),
    ("form.long", ("HO", 2, "１" * 20)),
    ("form.long", ("RE", 13, "1" * 21)),
    ("form.short", ("RE", 6, "1985051")),
    ("form.short", ("HO", 1, "130012")),
    ("form.digits", ("RE", 6, "1985O512")),
    ("form.digits", ("HO", 5, "-19")),
    ("form.zeros", ("HO", 5, "0419")),
    ("form.zeros", ("SI", 4, "1.50")),
    ("form.digits", ("SI", 4, "1.")),
    ("form.wide", ("SY", 5, "頭痛A")),
    ("form.narrow", ("RE", 13, "５００１")),
    ("form.mixed", ("RE", 4, "山田 花子")),
    ("form.half-kana", ("RE", 36, "ﾔﾏﾀﾞ")),
    ("form.half-kana", ("RE", 4, "ﾔﾏﾀﾞ")),
    ("form.half-kana", ("RE", 13, "ﾔﾏﾀﾞ")),
    ("form.beyond", ("RE", 4, "髙橋　花子")),
    ("form.beyond", ("SY", 5, "①の病気")),
    ("form.long-vowel", ("RE", 36, "ヤマダ　ロ―ザ")),
    ("form.quoted", ("RE", 13, '"5001"')),
    ("form.padded", ("RE", 13, "5001 ")),
    ("form.fields", ("GO", 3, "99,")),
]
NEAR: list[Change] = [
    ("RE", 4, "●田　花子"),
    ("RE", 4, "YAMADA HANAKO"),
    ("RE", 4, "熙　凜"),
    ("RE", 36, "ヤマダ　ローザ"),
    ("HO", 1, "  138057"),
    ("HO", 2, "１" * 19),
    ("HO", 2, "1234567"),
    ("RE", 13, "1" * 20),
    ("SI", 4, "1.5"),
    ("SI", 4, "0.25"),
    ("SI", 4, "10"),
    ("HO", 5, "0"),
    ("SI", 7, "810000001"),
]


def with_change(change: Change) -> bytes:
    record, position, text = change
    receipt = a_receipt()
    closing = ["GO", "1", "419", "99"]
    for line in (*receipt, closing):
        if line[0] == record:
            line[position] = text
            break
    return a_file(receipt, end=closing)


@pytest.mark.parametrize(("check", "change"), FIRING)
def test_a_fault_of_form_is_found_where_it_stands(check: str, change: Change) -> None:
    found = [finding for part in read([with_change(change)]) for finding in part.findings]

    assert [one.check for one in found] == [check]
    assert found[0].record == change[0]
    assert check == "form.fields" or found[0].position == change[1]


@pytest.mark.parametrize("change", NEAR)
def test_what_is_near_to_a_fault_passes(change: Change) -> None:
    assert [finding for part in read([with_change(change)]) for finding in part.findings] == []


@pytest.mark.parametrize("digit", "90")
@pytest.mark.parametrize(
    ("record", "position"), [("RE", 10), ("HO", 4), ("HO", 5), ("SI", 5), ("SI", 6), ("GO", 2)]
)
def test_a_number_of_more_digits_than_python_reads_is_too_long_and_no_more(
    record: str, position: int, digit: str
) -> None:
    content = with_change((record, position, digit * 5000))
    correcting = Correcting()

    found = [one for step in examine(correcting.seen(read([content]))) for one in step.findings]

    assert ("form.long", record, position) in [(one.check, one.record, one.position) for one in found]


@pytest.mark.parametrize("odd", [b"\xfd\xfe", b"\x85\x40"])
def test_bytes_that_are_no_character_are_named(odd: bytes) -> None:
    content = a_file(a_receipt()).replace("山田".encode("cp932"), odd)

    (finding,) = [finding for part in read([content]) for finding in part.findings]

    assert (finding.check, finding.record, finding.position) == ("form.characters", "RE", 4)


def test_fields_left_out_at_the_end_of_a_line_are_no_fault() -> None:
    content = a_file(a_receipt(without=["SN"])).replace(
        b"JD,1,,,1,,,,,,,1,,,,,,,,,,,,,,,,,,,,,", b"JD,1,,,1,,,,,,,1"
    )

    assert [finding for part in read([content]) for finding in part.findings] == []


def test_a_required_field_that_is_left_out_at_the_end_is_missing() -> None:
    content = a_file(a_receipt()).replace(b"SY,8830052,20261003,1,,,01,", b"SY,8830052,20261003")

    (finding,) = [finding for part in read([content]) for finding in part.findings]

    assert (finding.check, finding.field, finding.position) == ("form.missing", "outcome", 3)
