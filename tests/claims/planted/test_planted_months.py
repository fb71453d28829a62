"""A fictional month with troubles planted by code that knows nothing of the checks: what is wrong is found, what only
looks wrong is not. The truth stands beside the file and is read here alone."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import msgspec
import pytest

from kaihoken.claims.checks import RECEIPT_CHECKS, Ended, Examined, Level, checks_of, examine, receipts_of
from kaihoken.claims.eligibility import Eligibility, TableSource
from kaihoken.claims.uke import chunks_of, read
from kaihoken.people.places import places
from kaihoken.people.receipts import FILE_TROUBLES, FileTrouble, Order, Truth, place_named, write_month

# What finds each trouble in the file itself: one of these.
FOUND: Mapping[str, frozenset[str]] = {
    trouble: frozenset(checks.split())
    for trouble, checks in {
        "add-on-beside-the-excluded": "fees.rival",
        "add-on-in-two-grades": "fees.too-often",
        "add-on-of-the-other-visit": "fees.occasion",
        "add-on-out-of-its-time": "fees.not-in-force",
        "add-on-twice-a-month": "fees.too-often fees.occasion",
        "benefit-of-others": "bearing.benefit",
        "born-after-the-visit": "person.unborn",
        "born-on-no-day": "person.birthdate",
        "borne-by-nobody": "arithmetic.burden-payer",
        "branch-left-out": "number.branch-missing",
        "branch-of-one-digit": "number.branch",
        "child-as-employee": "age.self",
        "code-too-short": "form.short",
        "days-left-out": "arithmetic.days-missing",
        "days-of-a-payer-missing": "structure.days-missing",
        "days-of-the-office-left-out": "arithmetic.days-missing",
        "days-one-more": "arithmetic.visits",
        "disease-before-payers": "structure.order",
        "disease-without-code-or-name": "disease.no-words",
        "diseases-too-many": "structure.diseases",
        "done-no-times": "arithmetic.times-zero",
        "done-on-a-day-unseen": "arithmetic.day-without-visit",
        "duty-accident": "outside.at-work",
        "duty-unheard-of": "code.unknown",
        "elderly-without-class": "note.income-missing",
        "employee-beyond-75": "age.elderly",
        "empty-record": "form.missing",
        "family-of-a-soldier": "kind.soldier",
        "fields-too-many": "form.fields",
        "grown-as-infant": "age.not-preschool",
        "half-ceiling-on-an-employee": "note.half",
        "high-income-at-low-share": "note.not-here",
        "in-kind-without-an-amount": "bearing.in-kind-empty",
        "in-the-other-file": "kind.other-house",
        "infant-as-family": "age.preschool",
        "insurance-points-left-out": "form.missing",
        "insurer-digit-dropped": "number.insurer-shape form.short",
        "insurer-digit-mistyped": "number.insurer-check-digit",
        "late-class-on-the-young": "note.not-here",
        "late-elderly-too-young": "age.late-elderly",
        "letter-in-points": "form.digits",
        "letters-in-symbol-of-digits": "number.symbol-form-unconfirmed number.symbol-form",
        "local-before-national": "bearing.order",
        "long-disease-twice": "note.clash",
        "low-income-mark-at-high-share": "bearing.meal-class",
        "low-income-mark-on-the-young": "bearing.meal-class",
        "meals-of-an-outpatient": "bearing.meals",
        "modifier-cut-short": "disease.modifiers",
        "name-beyond-the-set": "form.beyond",
        "name-in-another-encoding": "form.characters",
        "name-left-out": "person.name-missing",
        "name-too-long": "form.long",
        "no-disease": "structure.no-disease",
        "no-payer": "structure.no-payer",
        "note-of-one-digit": "note.width",
        "nothing-done": "structure.no-acts",
        "number-left-out": "number.missing",
        "number-runs-ahead": "file.numbering",
        "number-without-any-digit": "number.no-digit",
        "ordinary-income-at-high-share": "note.not-here",
        "paid-beyond-the-ceiling": "bearing.beyond-ceiling",
        "paid-beyond-the-long-ceiling": "bearing.beyond-ceiling",
        "paid-without-saying-so": "bearing.not-in-kind",
        "pupil-as-infant": "age.not-preschool",
        "reading-in-half-width": "form.half-kana",
        "reading-with-a-dash": "form.long-vowel",
        "recipient-left-out": "number.recipient-missing",
        "recipient-mistyped": "number.recipient-check-digit",
        "record-unheard-of": "form.record",
        "section-left-out-too-long": "structure.section-run",
        "relief-beyond-all": "bearing.relief-percent",
        "seventy-too-early": "age.elderly",
        "seventy-too-late": "age.seventy",
        "sex-unheard-of": "code.unknown",
        "space-in-number": "number.space",
        "space-in-symbol": "number.space",
        "subsidy-payer-mistyped": "number.public-check-digit",
        "subsidy-there-not-told": "kind.payers",
        "subsidy-told-not-there": "kind.payers",
        "subsidy-twice": "number.public-twice",
        "symbol-and-number-swapped": "number.symbol-form number.symbol-form-unconfirmed",
        "symbol-left-out": "number.symbol-missing number.symbol-missing-unconfirmed",
        "symbol-too-long": "form.long",
        "third-party-accident": "outside.third-party",
        "times-not-those-of-the-days": "arithmetic.times",
        "total-ten-more": "arithmetic.points",
        "total-without-the-last": "arithmetic.points",
        "treated-in-no-month": "month.unreadable",
        "treated-in-the-month-of-claiming": "month.not-before",
        "twenty-percent-note-on-the-young": "note.not-here",
        "two-income-classes": "note.clash",
        "two-insurances": "structure.insurers",
        "unknown-without-a-word": "number.unstated-word",
        "young-as-elderly": "age.elderly",
    }.items()
}
# What only the register shows, asked of the table of coverages that stands beside the file.
ASKED: Mapping[str, str] = {
    "birthday-mistyped": "eligibility.unknown",
    "branch-of-another": "eligibility.branch",
    "change-told-late": "eligibility.switched-to",
    "insurer-changed-before": "eligibility.switched-to",
    "insurer-changed-between": "eligibility.split-to",
    "insurer-changed-on-the-day": "eligibility.switched-to",
    "insurer-changed-with-subsidy": "eligibility.excluded",
    "left-without-another": "eligibility.lost",
    "number-of-nobody": "eligibility.unknown",
    "seen-after-death": "eligibility.deceased",
    "seen-in-the-gap": "eligibility.lost",
    "sex-of-the-other": "eligibility.sex",
}
FILES = {
    "file-points-off": "file.points",
    "file-count-off": "file.count",
    "file-cut-short": "file.no-end",
    "file-without-an-end": "file.no-end",
    "file-without-a-head": "file.no-head",
    "file-with-two-heads": "file.heads",
    "file-of-no-house": "file.head-code",
    "two-files-in-one": "file.several",
    "file-in-another-encoding": "file.encoding",
    "file-that-goes-on": "file.volume",
    "file-with-plain-line-ends": "file.line-end",
}
HARMLESS = {check.id for check in checks_of(None).values() if check.level is Level.NOTICE}


def a_month(folder: Path, count: int, *, troubles: float) -> Path:
    order = Order(place_named("世田谷区", places()), date(2026, 10, 1), count, 7, date(2026, 11, 8), troubles)
    write_month(order, folder)
    return folder


def examined(folder: Path) -> Iterator[tuple[Truth, frozenset[str]]]:
    """Every receipt with its truth and what was found in it."""
    truths = [
        msgspec.json.decode(line, type=Truth) for line in (folder / "truth.jsonl").read_bytes().splitlines()
    ]
    by_place = {(truth.file, truth.receipt): truth for truth in truths}
    for path in sorted(folder.glob("*/RECEIPTC.UKE")):
        with path.open("rb") as file:
            asked = Eligibility.asked(
                receipts_of(read([path.read_bytes()])), TableSource(folder / "coverages.csv")
            )
            for step in examine(read(chunks_of(file)), (*RECEIPT_CHECKS, asked.check)):
                if isinstance(step, Examined):
                    truth = by_place.pop((path.relative_to(folder).as_posix(), step.receipt.place))
                    yield truth, frozenset(finding.check for finding in step.findings)
    assert not by_place


def judged(folder: Path) -> None:
    """Every trouble found in every receipt, nothing that would come back in any lawful one."""
    missed: defaultdict[str, Counter[frozenset[str]]] = defaultdict(Counter)
    false: defaultdict[str, Counter[str]] = defaultdict(Counter)
    planted: Counter[str] = Counter()
    for truth, found in examined(folder):
        planted[truth.trouble] += 1
        if truth.trouble in ASKED and ASKED[truth.trouble] not in found:
            missed[truth.trouble][found] += 1
        if truth.trouble in FOUND and not found & FOUND[truth.trouble]:
            missed[truth.trouble][found] += 1
        if not truth.trouble:
            false[truth.twin].update(found - HARMLESS)

    assert set(planted) - {""} <= set(FOUND) | set(ASKED)
    assert dict(missed) == {}
    assert {twin: dict(checks) for twin, checks in false.items() if checks} == {}
    assert set(FOUND) - set(planted) <= {
        "long-disease-twice",
        "family-of-a-soldier",
        "paid-beyond-the-ceiling",
    }


def test_every_planted_trouble_is_found_and_every_lawful_twin_passes(tmp_path: Path) -> None:
    judged(a_month(tmp_path / "month", 4_000, troubles=0.6))


@pytest.mark.slow
def test_precision_and_recall_are_whole_on_a_hundred_thousand_receipts(tmp_path: Path) -> None:
    judged(a_month(tmp_path / "month", 100_000, troubles=0.3))


@pytest.mark.parametrize("trouble", FILE_TROUBLES, ids=lambda trouble: trouble.key)
def test_troubles_of_a_whole_file_are_found(trouble: FileTrouble, plain: bytes) -> None:
    found = {finding.check for step in examine(read([trouble.spoil(plain)])) for finding in step.findings}

    if trouble.lawful:
        assert found == set()
    else:
        assert FILES[trouble.key] in found


def test_the_receipts_of_a_plain_month_count_as_many_as_its_ends_say(plain: bytes) -> None:
    ends = [step for step in examine(read([plain])) if isinstance(step, Ended)]

    assert [end.receipts for end in ends] == [plain.count(b"\r\nRE,")]
    assert [list(end.findings) for end in ends] == [[]]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return (
        a_month(tmp_path_factory.mktemp("plain") / "month", 300, troubles=0) / "shaho/RECEIPTC.UKE"
    ).read_bytes()
