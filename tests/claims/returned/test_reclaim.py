"""The re-claim: what was kept is kept byte for byte, what is changed is said, what cannot be is refused."""

from collections.abc import Callable, Sequence
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaihoken.claims.checks import receipts_of
from kaihoken.claims.receipt import Receipt
from kaihoken.claims.records import DentalLayout, layout_of
from kaihoken.claims.returned import (
    Again,
    Change,
    Claim,
    Returned,
    ReturnedHead,
    claim_late,
    parse_edit,
    reclaim,
    returned_in,
)
from kaihoken.claims.uke import read
from kaihoken.problems import Problem

from ..checked import ids
from ..files import Fields, a_file, a_receipt, head, in_bytes
from .returned_files import SEARCH, a_block, a_reason, a_returned, a_returned_file

JANUARY = date(2027, 1, 1)
OTHER = "2" * 30


def came_back(content: bytes) -> tuple[ReturnedHead, Returned]:
    first, receipt = list(returned_in(read([content])))[:2]
    assert isinstance(first, ReturnedHead)
    assert isinstance(receipt, Returned)
    return first, receipt


def claimed(receipt: list[Fields], *edits: str, house: str = "1", name: str = "") -> Claim:
    first, back = came_back(a_returned_file(receipt, house=house))
    return reclaim(first, [Again(back, [parse_edit(edit) for edit in edits])], JANUARY, name)


def late(receipt: list[Fields], *edits: str, house: str = "1") -> Claim:
    first, back = came_back(a_returned_file(receipt, house=house))
    return claim_late(first, [Again(back, [parse_edit(edit) for edit in edits])], JANUARY)


def written(receipt: Receipt) -> list[str]:
    return [line.kind for line in receipt.lines]


def code_of(raised: "pytest.ExceptionInfo[Problem]") -> str:
    return raised.value.code


def test_a_re_claim_has_a_new_head_and_end_no_reasons_and_the_block_as_it_was() -> None:
    returned = a_returned(3)
    claim = claimed(returned, "HO.number=４５６")

    lines = claim.content.split(b"\r\n")
    block = in_bytes(a_block(a_receipt(3, re={18: SEARCH})))
    assert claim.file_name == "確認用_RECEIPTC.UKE"
    assert lines[0] == in_bytes([head(claimed_month="202701")]).rstrip()
    assert block in claim.content
    assert claim.content.endswith(b"GO,1,419,99\r\n\x1a")
    assert (claim.kept, claim.dropped) == (12, ("HI", "HR"))
    assert ids(claim.content) == []
    assert list(claim.findings) == []


def test_every_change_is_said() -> None:
    claim = claimed(a_returned(3), "HO.number=４５６")

    assert [(one.record, one.field, one.position, one.before, one.after) for one in claim.changes] == [
        ("HO", "number", 3, "１２３", "４５６"),
        ("RE", "number", 1, "3", "1"),
    ]
    came = [line for line in claim.diff if line.startswith("+") and not line.startswith("+++")]
    assert [line[1:3] for line in came] == ["IR", "RE", "HO", "GO"]


def test_a_receipt_that_is_the_first_and_needs_no_correction_is_claimed_as_it_was() -> None:
    claim = claimed(a_returned(1), "HO.number=１２３")

    assert claim.changes == ()
    assert in_bytes(a_receipt(1, re={18: SEARCH})) in claim.content


@given(
    number=st.text("０１２３４５６７８９", min_size=1, max_size=10),
    day=st.integers(1, 31),
    kinds=st.lists(
        st.sampled_from(("1", "2", "3", "4", "8", "11", "12", "13", "14")), min_size=2, max_size=12
    ),
)
def test_whatever_is_corrected_nothing_else_moves(number: str, day: int, kinds: Sequence[str]) -> None:
    block = [[kind, *line[1:]] for kind, line in zip(kinds, a_block(a_receipt()), strict=False)]
    returned = a_returned(1, block=block)
    claim = claimed(returned, f"HO.number={number}", f"JD.day[{day}]=1", name="港クリニック")

    request = a_receipt(1, re={18: SEARCH}, ho={3: number})
    request[3][1 + day] = "1"
    middle = claim.content.split(b"\r\n", 1)[1].rsplit(b"GO,", 1)[0]
    assert middle == in_bytes([*request, *block])


def test_a_public_payer_counts_and_one_alone_gives_the_points() -> None:
    public = ["KO", "12132013", "1234563", "", "2", "419", *[""] * 6]
    both = claimed(a_returned(publics=[public]))
    alone = [line for line in a_returned(publics=[public]) if line[0] != "HO"]

    assert b"GO,2,419,99" in both.content
    assert b"GO,1,419,99" in claimed(alone).content
    assert b"GO,0,0,99" in claimed([line for line in a_returned() if line[0] != "HO"]).content


def test_without_a_head_in_the_block_the_name_must_be_given() -> None:
    block = [line for line in a_block(a_receipt()) if line[3] != "IR"]

    with pytest.raises(Problem) as raised:
        claimed(a_returned(block=block))
    claim = claimed(a_returned(block=block), name="新港クリニック")

    assert code_of(raised) == "claims.reclaim-facility"
    assert claim.content.startswith(
        in_bytes([[*head(claimed_month="202701")[:6], "新港クリニック", "202701", "00", ""]])
    )


@pytest.mark.parametrize(
    ("receipt", "code"),
    [
        (a_returned(block=[]), "claims.reclaim-no-history"),
        (a_returned(block=a_block(a_receipt(), OTHER)), "claims.reclaim-search"),
        (a_returned(re={18: ""}), "claims.reclaim-search"),
        (a_returned(re={18: OTHER}), "claims.reclaim-search"),
    ],
)
def test_what_is_not_the_receipt_of_its_block_is_no_re_claim(receipt: list[Fields], code: str) -> None:
    with pytest.raises(Problem) as raised:
        claimed(receipt)

    assert code_of(raised) == code


@pytest.mark.parametrize(
    "cut",
    [
        lambda content: content[: content.index(b"RC,ABC123") + 5],
        lambda content: content[: content.index(b"RC,ABC123") - 4],
        lambda content: content.replace(b"8,1,0,MN", b"8,1,,MN"),
        lambda content: content.replace(b"\r\n", b"\n"),
    ],
)
def test_a_receipt_that_did_not_come_whole_is_no_re_claim(cut: Callable[[bytes], bytes]) -> None:
    first, back = came_back(cut(a_returned_file(a_returned())))

    assert not back.can_reclaim
    with pytest.raises(Problem) as raised:
        reclaim(first, [Again(back)], JANUARY)
    assert code_of(raised) == "claims.reclaim-damaged"


def test_a_block_without_a_number_of_its_own_is_taken() -> None:
    block = [["8", "1", "0", "RC", "ABC123"]]

    assert claimed(a_returned(block=block), name="港クリニック").kept == 1


def test_another_house_is_refused_and_can_be_claimed_late() -> None:
    with pytest.raises(Problem) as raised:
        claimed(a_returned(3), "HO.insurer=  138057")
    claim = late(a_returned(3), "HO.insurer=  138057")

    assert code_of(raised) == "claims.reclaim-other-house"
    assert claim.content.startswith(b"IR,2,")
    (receipt,) = receipts_of(read([claim.content]))
    assert (receipt.search, receipt.number) == ("", "1")
    assert not any(line.kind.isdecimal() for line in receipt.lines)
    assert (claim.kept, claim.dropped[:3]) == (0, ("HI", "HR", "MN"))
    assert [(one.field, one.after) for one in claim.changes] == [
        ("insurer", "  138057"),
        ("number", "1"),
        ("search", ""),
    ]


def test_a_receipt_with_the_block_of_the_other_house_is_named() -> None:
    def found(house: str) -> list[str]:
        content = a_file(a_returned(reasons=[]), first=head(house=house))
        return [check for check in ids(content) if check.startswith("returned.")]

    assert found("1") == []
    assert found("2") == ["returned.other-house"]


def test_a_late_claim_says_nothing_that_others_wrote_into_it() -> None:
    told = ["SN", "1", "04", "01130012", "１２", "３", "02", "", ""]
    back = [told if line[0] == "SN" else line for line in a_returned()]
    (receipt,) = receipts_of(read([late(back).content]))

    (confirmation,) = receipt.confirmations
    assert confirmation.line.fields == ["SN", "1", "01", "", "", "", "02", "", ""]
    assert ids(late(back).content) == []


def both_back(*changed: list[Fields], house: str = "1") -> tuple[ReturnedHead, list[Again]]:
    first, *steps = returned_in(read([a_returned_file(*changed, house=house)]))
    assert isinstance(first, ReturnedHead)
    return first, [Again(step) for step in steps if isinstance(step, Returned)]


def test_receipts_that_came_back_together_are_claimed_in_one_file() -> None:
    public = ["KO", "51136018", "1000009", "", "2", "419", *[""] * 6]
    second = a_returned(7, search=OTHER, publics=[public])
    first, (one, other) = both_back(a_returned(3), second)
    edits = [parse_edit("HO.number=４５６")]

    claim = reclaim(first, [msgspec.structs.replace(one, edits=edits), other], JANUARY)

    blocks = [
        a_block(a_receipt(3, re={18: SEARCH})),
        a_block(a_receipt(7, re={18: OTHER}, publics=[public]), OTHER),
    ]
    assert all(in_bytes(block) in claim.content for block in blocks)
    assert claim.kept == sum(len(block) for block in blocks)
    assert claim.dropped == ("HI", "HR", "HR")
    assert claim.content.endswith(b"GO,3,838,99\r\n\x1a")
    assert [(one.search, one.number) for one in receipts_of(read([claim.content]))] == [
        (SEARCH, "1"),
        (OTHER, "2"),
    ]
    assert [(one.receipt, one.field, one.after) for one in claim.changes] == [
        ("1", "number", "４５６"),
        ("1", "number", "1"),
        ("2", "number", "2"),
    ]


def test_a_late_claim_of_both_houses_is_two_files() -> None:
    national = {1: "  138057", 2: "１２", 3: "３４５６"}
    first, receipts = both_back(a_returned(1), a_returned(2, search=OTHER, ho=national))

    with pytest.raises(Problem) as raised:
        claim_late(first, receipts, JANUARY)
    assert code_of(raised) == "claims.reclaim-two-houses"
    assert claim_late(first, receipts[1:], JANUARY).content.startswith(b"IR,2,")
    assert claim_late(first, receipts[:1], JANUARY).content.startswith(b"IR,1,")


def test_a_late_claim_to_the_same_house_stays_there_and_needs_no_block() -> None:
    claim = late(a_returned())
    assert claim.content.startswith(b"IR,1,")
    assert list(claim.findings) == []


def test_a_receipt_of_the_receipt_computer_takes_the_place_of_what_came_back() -> None:
    first, back = came_back(a_returned_file(a_returned(3)))
    anew = a_receipt(5, re={18: SEARCH, 2: "1118"}, without=["MF"])
    (corrected,) = receipts_of(read([a_file([*anew, *a_block(anew)])]))

    claim = reclaim(first, [Again(back, anew=corrected)], JANUARY)

    (receipt,) = receipts_of(read([claim.content]))
    assert receipt.type_code == "1118"
    assert "MF" not in written(receipt)
    assert in_bytes(a_block(a_receipt(3, re={18: SEARCH}))) in claim.content
    assert any(line.startswith("-MF,") for line in claim.diff)


def test_another_receipt_of_the_receipt_computer_is_refused() -> None:
    first, back = came_back(a_returned_file(a_returned()))
    (other,) = receipts_of(read([a_file(a_receipt(re={18: OTHER}))]))

    with pytest.raises(Problem) as raised:
        reclaim(first, [Again(back, anew=other)], JANUARY)

    assert code_of(raised) == "claims.reclaim-other-receipt"


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        ("HO", "claims.edit-form"),
        ("HO.number", "claims.edit-form"),
        ("ho.number=1", "claims.edit-form"),
        ("HO[0].number=1", "claims.edit-form"),
        ("0:HO.number=1", "claims.edit-form"),
        ("HO[2].number=1", "claims.edit-place"),
        ("XX.number=1", "claims.edit-place"),
        ("HR.text=1", "claims.edit-place"),
        ("MN.search=1", "claims.edit-place"),
        ("HO.nothing=1", "claims.edit-place"),
        ("HO.number[2]=1", "claims.edit-place"),
        ("JD.day[32]=1", "claims.edit-place"),
        ("RE.search=1", "claims.edit-search"),
        ("HO.number=1,2", "claims.edit-value"),
        ('HO.number="1', "claims.edit-value"),
        ("RE.name=😀", "claims.edit-value"),
    ],
)
def test_a_correction_that_cannot_be_is_refused(edit: str, code: str) -> None:
    with pytest.raises(Problem) as raised:
        claimed(a_returned(), edit)

    assert code_of(raised) == code


def test_the_second_of_several_records_is_meant_where_it_says_so() -> None:
    claim = claimed(a_returned(), "SI[2].points=80")

    assert claim.changes == (
        Change(record="SI", nth=2, field="points", name="点数", position=5, before="76", after="80"),
    )
    assert "arithmetic.points" in [finding.check for finding in claim.findings]


def test_what_came_back_from_dentists_is_claimed_by_their_layout() -> None:
    layout = layout_of(DentalLayout, JANUARY)

    def line(record: str, **fields: str) -> Fields:
        places = {at: fields.get(key, "") for key, at in layout.by_id[record].index.items()}
        return [record, *(places.get(at, "") for at in range(1, len(layout.by_id[record].positions) + 1))]

    facility = {"payer_house": "1", "prefecture": "13", "point_table": "3", "facility": "3234562"}
    request = [
        line("IR", **facility, claimed_month="202611"),
        line("RE", number="4", type="3112", month="202610", name="山田　花子", search=SEARCH),
        line("HO", insurer="01130012", number="１２３", days="1", points="300"),
        line("SS", code="301000110", points="300", times="1"),
    ]
    first = line("UK", **facility, facility_name="港歯科", claimed_month="202611", volume="00")
    block = [["8", "1", "0", "MN", "0000000000000001", "", SEARCH, "", "", ""], ["1", "2", "0", *first]]
    content = in_bytes(
        [
            ["HI", "1", "202612", "13", "3", "3234562", "", "00"],
            *request,
            a_reason(),
            *block,
            ["8", "3", "0", "RC", "A"],
            ["HG", "1", "300", "99"],
        ]
    )

    first_head, back = came_back(content)
    claim = reclaim(first_head, [Again(back)], JANUARY)

    records = [text.split(",")[0] for text in claim.content.decode("cp932").splitlines()]
    assert claim.file_name == "確認用_RECEIPTS.UKE"
    assert records == ["UK", "IR", "RE", "HO", "SS", "8", "1", "8", "GO", "\x1a"]
    assert ",港歯科,202701," in claim.content.decode("cp932").splitlines()[0]
    assert b"GO,1,300,99" in claim.content
