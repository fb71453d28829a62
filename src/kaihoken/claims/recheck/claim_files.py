"""Claim files (UKE) as a table of claims: one row a receipt, its name the file's and its place in the file."""

import csv
from pathlib import Path

from kaihoken.claims.receipt import Receipt, receipt_of
from kaihoken.claims.recheck.columns import CLAIMS
from kaihoken.claims.uke import Head, ReceiptLines, claim_chunks, read, unreadable_files
from kaihoken.problems import Problem

_COLUMNS = [column.name for column in CLAIMS if column.name not in ("day", "person")]


def is_claim_file(file: Path) -> bool:
    """Whether its name says that it is a claim file."""
    return file.suffix.lower() == ".uke"


def write_table(file: Path, table: Path) -> bool:
    """Writes the receipts of a claim file as a table of claims, and tells whether the file ends as it should: one that
    is cut off may have had more. What cannot be read in a receipt stays empty, and the reader of the table tells it.
    Problems `claims.file-unreadable`, `claims.not-claims`."""
    with unreadable_files(table), table.open("w", encoding="utf-8", newline="") as made:
        rows = csv.DictWriter(made, _COLUMNS)
        rows.writeheader()
        head: Head | None = None
        receipts, whole = 0, True
        for part in read(claim_chunks(file)):
            whole = whole and all(found.check != "file.no-end" for found in part.findings)
            if isinstance(part, Head):
                head = part
            elif isinstance(part, ReceiptLines) and head is not None:
                rows.writerow(_row(str(file), receipt_of(part, head.layout)))
                receipts = part.place
        if not receipts:
            raise Problem("claims.not-claims", where=str(file))
        return whole


def _row(name: str, receipt: Receipt) -> dict[str, object]:
    insurance, publics = receipt.insurance, receipt.publics
    told: dict[str, object] = {
        "claim_id": f"{name}:{receipt.place}",
        "birthdate": receipt.birthdate or "",
        "month": f"{receipt.month:%Y-%m}" if receipt.month else "",
        "days": " ".join(map(str, receipt.visit_days)),
        "public_payer": "true" if publics else "false",
    }
    if insurance is not None:
        return told | {
            "insurer_number": insurance.insurer,
            "symbol": insurance.symbol,
            "number": insurance.number,
            "branch": receipt.branch,
            "points": "" if insurance.points is None else insurance.points,
        }
    if publics:  # 公費単独: the first payer stands for the insurer, as in the register
        first = publics[0]
        return told | {
            "insurer_number": first.payer,
            "number": first.recipient,
            "points": "" if first.points is None else first.points,
        }
    return told
