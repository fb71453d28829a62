"""A fictional month with planted troubles: what its table of coverages says of each receipt is what is true of it."""

from pathlib import Path

from kaihoken.claims.checks import examine
from kaihoken.claims.eligibility import Eligibility, TableSource, Unasked
from kaihoken.claims.recheck import ClaimVerdict
from kaihoken.claims.uke import read
from kaihoken.people.receipts import write_month

from ...people.receipts.months import an_order, truths
from .claimed import receipts_in

_OURS = {
    "as-written": (ClaimVerdict.AS_WRITTEN, ""),
    "branch": (ClaimVerdict.BRANCH_FIXED, ""),
    "switch": (ClaimVerdict.SWITCHED, ""),
    "split": (ClaimVerdict.SPLIT, ""),
    "excluded": (ClaimVerdict.EXCLUDED, "public-payer"),
    "lost": (ClaimVerdict.LOST, "no-new"),
    "died": (ClaimVerdict.LOST, "death"),
    "unknown": (ClaimVerdict.UNKNOWN, "not-found"),
    "differs": (ClaimVerdict.UNKNOWN, "not-found"),
}

_NOT_A_QUESTION = {"symbol-left-out", "branch-of-one-digit", "sex-of-the-other"}
"""A question needs no 記号, compares 枝番 as numbers, and has no sex: other checks see these."""


def test_every_receipt_gets_the_verdict_that_is_true_of_it_and_no_file_is_touched(tmp_path: Path) -> None:
    folder = tmp_path / "month"
    write_month(an_order(count=450, troubles=0.7), folder)
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    told = {}
    for file in ("shaho/RECEIPTC.UKE", "kokuho/RECEIPTC.UKE"):
        content = (folder / file).read_bytes()
        eligibility = Eligibility.asked(receipts_in(content), TableSource(folder / "coverages.csv"))
        for _ in examine(read([content]), (eligibility.check,)):
            pass
        told |= {(file, one.place): one for one in eligibility.verdicts}

    met = set()
    for true in truths(folder):
        verdict = told[true.file, true.receipt]
        if verdict.unasked is not None:
            assert verdict.unasked in (Unasked.UNREADABLE, Unasked.UNSTATED)
            assert true.trouble or true.twin
        elif true.trouble not in _NOT_A_QUESTION:
            assert (verdict.verdict, verdict.reason) == _OURS[true.eligibility], true.trouble
            met.add(true.eligibility)

    assert met == _OURS.keys()
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before
