"""Which records a receipt has, in which order, how often; how the file counts them."""

import pytest

from kaihoken.claims.checks import examine
from kaihoken.claims.uke import Tail

from .checked import findings, ids
from .files import a_file, a_receipt, act, head, in_bytes

BRANCH = ["SN", "1", "01", "", "", "", "01", "", ""]


def test_a_lawful_file_has_no_findings() -> None:
    assert ids(a_file(a_receipt(1), a_receipt(2))) == []


def test_a_second_insurer_is_one_too_many() -> None:
    receipt = a_receipt()
    again = [*receipt[:2], receipt[1], *receipt[2:]]
    end = ["GO", "2", "419", "99"]

    assert ids(a_file(again, end=end)) == ["structure.insurers"]


def test_four_public_payers_are_as_many_as_may_be() -> None:
    publics = [
        ["KO", "51136018", str(at), "", "2", "419", "", "", "", "", "", ""] for at in range(1000001, 1000006)
    ]

    assert "structure.many" not in ids(a_file(a_receipt(publics=publics[:4])))
    assert "structure.many" in ids(a_file(a_receipt(publics=publics)))


def test_ninety_nine_diseases_are_as_many_as_may_be() -> None:
    def with_diseases(count: int) -> list[str]:
        receipt = a_receipt()
        (disease,) = [line for line in receipt if line[0] == "SY"]
        at = receipt.index(disease)
        return ids(a_file([*receipt[:at], *[disease] * count, *receipt[at + 1 :]]))

    assert with_diseases(99) == []
    assert with_diseases(100) == ["structure.diseases"]


def test_records_out_of_order_are_named_where_they_stand() -> None:
    receipt = a_receipt()
    mixed = [*receipt[:1], receipt[5], *receipt[1:5], *receipt[6:]]

    assert [(one.check, one.record) for one in findings(a_file(mixed))] == [
        ("structure.order", "HO"),
        ("structure.order", "SN"),
        ("structure.order", "JD"),
        ("structure.order", "MF"),
    ]


def test_acts_drugs_materials_and_comments_may_stand_mixed() -> None:
    acts = [
        act("111000110", 291, 3, section="11"),
        act("620000001", 10, 3, record="IY", section="21"),
        act("112011010", 52, 10, section="12"),
        ["CO", "", "1", "810000001", "頭痛のため"],
        act("700000001", 20, 10, record="TO", section="40"),
        act("112007410", 76, 10, section="12"),
    ]

    assert ids(a_file(a_receipt(acts=acts))) == []


def test_a_receipt_without_disease_or_acts_is_refused() -> None:
    assert ids(a_file(a_receipt(without=["SY"]))) == ["structure.no-disease"]
    assert ids(a_file(a_receipt(without=["SI"], ho={5: "0"}))) == ["structure.no-acts"]


def test_a_receipt_without_any_payer_is_refused() -> None:
    assert "structure.no-payer" in ids(a_file(a_receipt(without=["HO", "SN", "JD"])))


def test_ninety_eight_records_may_leave_the_section_out() -> None:
    def with_run(count: int) -> bytes:
        first = act("111000110", 291, 3, section="11")
        return a_file(a_receipt(acts=[first, *(act("112011010", 1, 10) for _ in range(count))]))

    assert ids(with_run(98)) == []
    assert ids(with_run(99)) == ["structure.section-run"]


def test_a_receipt_of_ten_thousand_lines_is_read_as_any() -> None:
    acts = [act("112011010", 1, 10, section="60") for _ in range(10_000)]

    assert ids(a_file(a_receipt(acts=acts))) == []


def test_the_first_act_says_its_section() -> None:
    assert ids(a_file(a_receipt(acts=[act("111000110", 291, 3)]))) == ["structure.no-section"]


def test_a_confirmation_names_a_payer_of_the_receipt_once() -> None:
    receipt = a_receipt()

    assert ids(a_file([*receipt[:3], ["SN", "2", "01", "", "", "", "", "", ""], *receipt[3:]])) == [
        "structure.payer-unknown"
    ]
    assert ids(a_file([*receipt[:3], BRANCH, *receipt[3:]])) == ["structure.payer-twice"]


def test_receipts_are_numbered_from_one() -> None:
    assert ids(a_file(a_receipt(1), a_receipt(3), a_receipt(4))) == ["file.numbering"]
    assert ids(a_file(a_receipt(2))) == ["file.numbering"]


def test_the_totals_count_payers_and_sum_what_the_first_is_asked_for() -> None:
    public = ["KO", "51136018", "1000009", "", "2", "419", "", "", "", "", "", ""]
    receipt = a_receipt(publics=[public])

    right = a_file(receipt, end=["GO", "2", "419", "99"])
    wrong = findings(a_file(receipt, end=["GO", "1", "838", "99"]))

    assert not {"file.count", "file.points"} & set(ids(right))
    assert {one.check: one.facts for one in wrong if one.check.startswith("file")} == {
        "file.count": {"written": 1, "counted": 2},
        "file.points": {"written": 838, "summed": 419},
    }


def test_a_number_or_a_month_that_is_not_there_is_said_once_and_judged_by_nothing_else() -> None:
    assert ids(a_file(a_receipt(re={1: "x"}), a_receipt(1))) == ["form.digits"]
    assert ids(a_file(a_receipt(re={3: ""}))) == ["form.missing"]


def test_where_the_days_of_public_expense_are_told_those_of_the_insurer_are() -> None:
    public = ["KO", "51136018", "1000009", "", "2", "419", "", "", "", "", "", ""]
    receipt = a_receipt(publics=[public])
    days = next(line for line in receipt if line[0] == "JD")
    other = [["JD", "2", *days[2:]] if line is days else line for line in receipt]
    (missing,) = [one for one in findings(a_file(other)) if one.check == "structure.days-missing"]

    assert (missing.record, missing.facts) == ("HO", {"payer": "1"})


def test_what_does_not_begin_with_a_head_is_no_file() -> None:
    with pytest.raises(ValueError, match="head"):
        list(examine([Tail([], [], b"")]))


def test_points_that_cannot_be_read_are_not_summed() -> None:
    receipt = a_receipt(ho={5: "4l9"})

    assert ids(a_file(receipt, end=["GO", "1", "419", "99"])) == ["form.digits"]


def test_a_file_without_head_with_two_heads_or_without_month_is_named() -> None:
    assert ids(in_bytes([*a_receipt(), ["GO", "1", "419", "99"]])) == ["file.no-head"]
    assert ids(in_bytes([head(), head(), *a_receipt(), ["GO", "1", "419", "99"]])) == ["file.heads"]
    assert ids(a_file(a_receipt(), first=head(claimed_month="202613"))) == ["file.month"]


def test_two_ends_are_one_too_many() -> None:
    end = ["GO", "1", "419", "99"]

    assert ids(in_bytes([head(), *a_receipt(), end, end])) == ["file.ends"]


def test_a_file_that_goes_on_in_another_is_told_so() -> None:
    end = ["GO", "1", "419", "01"]

    assert ids(a_file(a_receipt(), first=head(volume="01"))) == ["file.volume"]
    assert ids(a_file(a_receipt(), end=end)) == ["file.volume"]
    assert ids(a_file(a_receipt(), first=head(volume="00"), end=[*end[:3], "99"])) == []


def test_a_finding_says_whose_receipt_it_is() -> None:
    (finding,) = findings(a_file(a_receipt(1), a_receipt(2, without=["SY"])))

    assert (finding.receipt, finding.line, finding.facts["missing"]) == ("2", 11, "SY")


def test_an_act_of_another_kind_of_file_is_named_and_counted_nowhere() -> None:
    dental = ["SS", "11", "1", "301000110", "", "", "264", "1"]

    assert ids(a_file([*a_receipt(), dental])) == ["form.record"]
