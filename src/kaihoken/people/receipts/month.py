"""A whole month of a fictional clinic on disk: claim files, the coverages of its patients and the truth about both, as
the patients come."""

import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import msgspec

from kaihoken.people.receipts.case import Case
from kaihoken.people.receipts.files import HOUSES, Clinic, HouseFile, clinic_at, medical_head
from kaihoken.people.receipts.kinds.dental import DENTAL
from kaihoken.people.receipts.kinds.dpc import DPC
from kaihoken.people.receipts.kinds.pharmacy import PHARMACY
from kaihoken.people.receipts.kinds.visiting import VISITING
from kaihoken.people.receipts.layout import Re
from kaihoken.people.receipts.patients import Month, Order
from kaihoken.people.receipts.planting import Planter
from kaihoken.people.receipts.register import Table
from kaihoken.people.receipts.troubles.whole import FILE_TROUBLES
from kaihoken.people.receipts.truth import Truth
from kaihoken.problems import Problem
from kaihoken.store import path_problems

KINDS = {kind.name: kind for kind in (DENTAL, PHARMACY, VISITING, DPC)}
CLAIM_FILE = "RECEIPTC.UKE"
TRUTH_FILE = "truth.jsonl"
TABLE_FILE = "coverages.csv"


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the files, and how many receipts."""

    files: tuple[Path, ...]
    receipts: int
    seconds: float


def cases(order: Order) -> Iterator[tuple[Case, str, str]]:
    """The receipts of a month in the order in which the patients come, each with the key of the trouble in it and of
    the trouble whose lawful twin it is."""
    planter = Planter()
    for patient in islice(Month(order).patients(), order.count):
        case = Case.of(patient, order.month)
        yield (case, *(planter.plant(case) if patient.lot < order.troubles else ("", "")))


def write_month(order: Order, folder: Path) -> Written:
    """Writes the month into a new or empty folder: `shaho/RECEIPTC.UKE` for 支払基金, `kokuho/RECEIPTC.UKE` for 国保連
    (or what files of the kind are called), `coverages.csv` and `truth.jsonl`. Memory does not grow with the count.
    Problems `people.claims-folder`, `store.path`."""
    kind = KINDS.get(order.kind)
    clinic = clinic_at(order.place, kind.digit, kind.facility) if kind else clinic_at(order.place)
    return write_cases(cases(order), order, clinic, folder)


def write_cases(
    those: Iterable[tuple[Case, str, str]], order: Order, clinic: Clinic, folder: Path
) -> Written:
    """Writes these receipts, each with the keys that `cases` gives it, as `write_month` writes those of its order."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Problem("people.claims-folder", where=str(folder))
    began = time.monotonic()
    with path_problems(folder):
        folder.mkdir(parents=True, exist_ok=True)
    encode = msgspec.json.Encoder().encode
    kind = KINDS.get(order.kind)
    name = kind.file_name if kind else CLAIM_FILE
    files = {house: folder / within / name for house, within in HOUSES.items()}
    claimed = f"{order.claimed:%Y%m}"
    head = kind.first if kind else medical_head
    with ExitStack() as stack:
        houses = {
            house: stack.enter_context(HouseFile(path, head(clinic, house, claimed)))
            for house, path in files.items()
        }
        table = stack.enter_context(Table(folder / TABLE_FILE))
        truth = stack.enter_context((folder / TRUTH_FILE).open("wb"))
        for case, trouble, twin in those:
            if kind:
                case.patient.receipt = kind.receipt(case.patient, order.month, clinic, claimed)
            place = houses[case.house].add(case.receipt, case.skipped)
            table.add(case.register)
            truth.write(encode(_told(case, name, place, trouble, twin)) + b"\n")
    return Written(
        (*files.values(), folder / TABLE_FILE, folder / TRUTH_FILE),
        sum(house.receipts for house in houses.values()),
        time.monotonic() - began,
    )


def spoil(folder: Path, key: str) -> Path:
    """Plants a trouble of a whole file into the file for 支払基金 of a written month, and says so in the truth. Reads
    the file into memory. Problem `people.claims-spoil`."""
    trouble = next((one for one in FILE_TROUBLES if one.key == key), None)
    if trouble is None:
        raise Problem("people.claims-spoil", key=key)
    path = folder / HOUSES["1"] / CLAIM_FILE
    path.write_bytes(trouble.spoil(path.read_bytes()))
    told = Truth(
        file=f"{HOUSES['1']}/{CLAIM_FILE}",
        receipt=0,
        number="",
        person="",
        month="",
        days=(),
        trouble="" if trouble.lawful else key,
        twin=key if trouble.lawful else "",
    )
    with (folder / TRUTH_FILE).open("ab") as file:
        file.write(msgspec.json.encode(told) + b"\n")
    return path


def _told(case: Case, name: str, place: int, trouble: str, twin: str) -> Truth:
    days = case.days
    return Truth(
        file=f"{HOUSES[case.house]}/{name}",
        receipt=place,
        number=case.receipt.one("RE")[Re.NUMBER],
        person=case.patient.person.link,
        month=f"{days[0]:%Y-%m}",
        days=tuple(day.day for day in days),
        trouble=trouble,
        twin=twin,
        eligibility=case.eligibility,
        eligibility_at_claim=case.at_claim or case.eligibility,
        belongs=case.belongs,
    )
