"""A whole month of a fictional clinic on disk: claim files and the truth about them, as the patients come."""

import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kaihoken.people.receipts.files import HOUSES, HouseFile
from kaihoken.people.receipts.patients import Month, Order
from kaihoken.people.receipts.truth import Truth
from kaihoken.problems import Problem

CLAIM_FILE = "RECEIPTC.UKE"
TRUTH_FILE = "truth.jsonl"


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the files, and how many receipts."""

    files: tuple[Path, ...]
    receipts: int
    seconds: float


def write_month(order: Order, folder: Path) -> Written:
    """Writes the month into a new or empty folder: `shaho/RECEIPTC.UKE` for 支払基金, `kokuho/RECEIPTC.UKE` for 国保連,
    and `truth.jsonl`, a line for each receipt. Memory does not grow with the count. Problem `people.claims-folder`."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Problem("people.claims-folder", where=str(folder))
    began = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    month = Month(order)
    encode = msgspec.json.Encoder().encode
    files = {house: folder / name / CLAIM_FILE for house, name in HOUSES.items()}
    with ExitStack() as stack:
        houses = {house: stack.enter_context(HouseFile(path, house, order)) for house, path in files.items()}
        truth = stack.enter_context((folder / TRUTH_FILE).open("wb"))
        for _, patient in zip(range(order.count), month.patients(), strict=False):
            house = patient.who.house
            number = houses[house].add(patient.receipt)
            told = Truth(
                file=f"{HOUSES[house]}/{CLAIM_FILE}",
                receipt=number,
                person=patient.person.link,
                days=tuple(day.day for day in patient.done.days),
            )
            truth.write(encode(told) + b"\n")
    return Written((*files.values(), folder / TRUTH_FILE), order.count, time.monotonic() - began)
