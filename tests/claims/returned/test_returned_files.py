"""Returned files: every byte kept, what came back typed, what is wrong placed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.claims.checks import checks_of
from kaihoken.claims.finding import Finding
from kaihoken.claims.returned import Returned, ReturnedEnd, ReturnedHead, returned_in
from kaihoken.claims.uke import raw_bytes, read
from kaihoken.problems import Problem

from ..checked import ids
from ..files import a_file, a_receipt
from .returned_files import SEARCH, a_block, a_reason, a_returned, a_returned_file

OTHER = "2" * 30


def steps_of(content: bytes) -> list[ReturnedHead | Returned | ReturnedEnd]:
    return list(returned_in(read([content])))


def receipts_of(content: bytes) -> list[Returned]:
    return [step for step in steps_of(content) if isinstance(step, Returned)]


def found_in(content: bytes) -> list[Finding]:
    return [finding for step in steps_of(content) for finding in step.findings]


def found_ids(content: bytes) -> list[str]:
    return [finding.check for finding in found_in(content)]


def test_a_lawful_file_is_read_without_a_word() -> None:
    steps = steps_of(a_returned_file(a_returned(3), a_returned(9, search=OTHER)))

    head, first, second, end = steps
    assert isinstance(head, ReturnedHead)
    assert (head.terms.house, head.terms.claimed, head.terms.facility) == (
        "1",
        date(2026, 12, 1),
        "1311234566",
    )
    assert isinstance(first, Returned)
    assert isinstance(second, Returned)
    assert (first.number, second.number, second.receipt.search) == ("3", "9", OTHER)
    assert [line.kind for line in first.request][:3] == ["RE", "HO", "SN"]
    (reason,) = first.reasons
    assert (reason.month, reason.kind, reason.code, reason.text) == (
        date(2026, 12, 1),
        "1",
        "L3129",
        "種別の誤り",
    )
    assert [line.kind for line in first.history][:3] == ["8", "1", "1"]
    assert end == ReturnedEnd(2, ())
    assert not found_in(a_returned_file(a_returned(3), a_returned(9, search=OTHER)))


@given(
    numbers=st.lists(st.integers(1, 999_999), max_size=4),
    cut=st.integers(0, 4000),
    chunk=st.integers(1, 700),
    kind=st.sampled_from(("1", "4", "8", "11", "14")),
)
def test_every_byte_is_kept_however_the_file_comes_and_wherever_it_ends(
    numbers: list[int], cut: int, chunk: int, kind: str
) -> None:
    block = [[kind, *line[1:]] for line in a_block(a_receipt())]
    whole = a_returned_file(*(a_returned(number, block=block) for number in numbers))
    for content in (whole, whole[:cut]):
        pieces = [content[at : at + chunk] for at in range(0, len(content), chunk)]
        assert b"".join(raw_bytes(read(pieces))) == content


@given(st.binary(max_size=400))
def test_whatever_comes_behind_the_head_is_read_to_its_end(behind: bytes) -> None:
    content = a_returned_file(a_returned()).split(b"\r\n")[0] + b"\r\n" + behind

    assert b"".join(raw_bytes(read([content]))) == content
    assert isinstance(steps_of(content)[-1], ReturnedEnd)


@pytest.mark.parametrize(
    ("receipt", "check"),
    [
        (a_returned(block=[]), "returned.no-history"),
        (a_returned(reasons=[]), "returned.no-reason"),
        (a_returned(block=a_block(a_receipt(), OTHER)), "returned.search"),
        (a_returned(re={18: ""}, reasons=[a_reason(search="")]), "returned.search"),
        (a_returned(reasons=[a_reason(search=OTHER)]), "returned.search-reason"),
        (a_returned(block=a_block(a_receipt())[:-1]), "returned.block-end"),
        (a_returned(block=a_block(a_receipt(), last=["8", "9", "0", "RC"])), "returned.block-end"),
        (a_returned(block=a_block(a_receipt(), last=["9", "9", "0", "RC", "A"])), "returned.data-kind"),
        (a_returned(block=[*a_block(a_receipt())[:-1], ["8", "x", "0", "RC", "A"]]), "returned.line"),
        (a_returned(block=[*a_block(a_receipt())[:-1], ["8", "9", "0", "rc", "A"]]), "returned.line"),
    ],
)
def test_what_is_wrong_with_a_receipt_is_said_once(receipt: list[list[str]], check: str) -> None:
    told = found_ids(a_returned_file(a_returned(2, search=OTHER), receipt))

    assert told.count(check) == 1
    assert set(told) <= {check, "returned.block-end", "form.missing"}


def test_a_block_of_a_receipt_that_says_its_number_only_there_is_that_receipts() -> None:
    request = a_receipt(re={18: SEARCH})
    block = [["8", "1", "0", "MN", "0000000000000001", "", "", "", "", ""], *a_block(request)[1:]]

    assert found_ids(a_returned_file(a_returned(block=block))) == []
    assert found_ids(a_returned_file(a_returned(block=[block[0], block[-1]]))) == []


def test_a_block_in_front_of_the_reasons_is_out_of_order_and_apart() -> None:
    told = found_ids(a_returned_file([*a_receipt(re={18: SEARCH}), *a_block(a_receipt()), a_reason()]))

    assert told == ["returned.order", "returned.block-apart"]


def test_findings_name_line_record_and_receipt() -> None:
    (finding,) = found_in(a_returned_file(a_returned(7, reasons=[a_reason(search=OTHER)])))

    assert (finding.receipt, finding.line, finding.record, finding.field, finding.position) == (
        "7",
        11,
        "HR",
        "search",
        9,
    )


@pytest.mark.parametrize(("count", "expected"), [("1", []), ("2", []), ("3", ["returned.count"]), ("", [])])
def test_the_end_may_count_receipts_or_payers(count: str, expected: list[str]) -> None:
    public = ["KO", "12132013", "1234563", "", "2", "419", *[""] * 6]

    assert found_ids(a_returned_file(a_returned(publics=[public]), count=count or "1")) == expected


def test_a_truncated_file_has_what_came_and_no_end() -> None:
    whole = a_returned_file(a_returned(1), a_returned(2, search=OTHER))
    content = whole[: whole.index(b"RE,2,") + 5]

    assert [one.number for one in receipts_of(content)] == ["1", "2"]
    assert "returned.no-end" in found_ids(content)


def test_two_files_in_one_come_one_after_another() -> None:
    steps = steps_of(a_returned_file(a_returned()).rstrip(b"\x1a") + a_returned_file(a_returned(), house="2"))

    assert [step.terms.house for step in steps if isinstance(step, ReturnedHead)] == ["1", "2"]
    assert "file.several" in [finding.check for step in steps for finding in step.findings]


def test_bytes_of_no_character_are_a_finding_and_no_failure() -> None:
    content = a_returned_file(a_returned()).replace("東京".encode("cp932"), b"\x84\xc0\x84\xc0")

    assert found_ids(content) == ["returned.line"]
    assert "form.characters" in ids(a_file(a_receipt()).replace("山田".encode("cp932"), b"\x84\xc0\x84\xc0"))


def test_a_file_of_the_years_of_eras_is_read_by_its_layout() -> None:
    content = a_returned_file(a_returned(re={3: "43001", 6: "3600512"}, reasons=[]), month="43003")

    head, receipt, _ = steps_of(content)
    assert isinstance(head, ReturnedHead)
    assert isinstance(receipt, Returned)
    assert (head.terms.claimed, receipt.receipt.month) == (date(2018, 3, 1), date(2018, 1, 1))
    assert receipt.receipt.birthdate == date(1985, 5, 12)


def test_parts_without_a_head_are_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="head"):
        list(returned_in(list(read([a_returned_file(a_returned())]))[1:]))


def test_a_claim_file_is_no_returned_file_and_the_other_way() -> None:
    with pytest.raises(Problem) as no_returned:
        steps_of(a_file(a_receipt()))
    with pytest.raises(Problem) as no_claim:
        ids(a_returned_file(a_returned()))

    assert (no_returned.value.code, no_claim.value.code) == ("claims.not-returned", "claims.is-returned")


def test_every_finding_is_in_the_catalogue() -> None:
    assert {"returned.line", "returned.order", "returned.count"} <= checks_of(None).keys()
