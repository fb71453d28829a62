"""`kaihoken claims check`: what of this month's file would come back; `recheck` is a room of its own."""

import sys
from collections.abc import Iterator
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from kaihoken.access import CaFile, TlsFile
from kaihoken.claims.checks import RECEIPT_CHECKS, EarlierClaims, checks_of, examine, receipts_of, terms_of
from kaihoken.claims.eligibility import Eligibility
from kaihoken.claims.eligibility.asking import ActingAs, CoveragesOption, HubUrl, KeyOption, Place
from kaihoken.claims.recheck.command import recheck
from kaihoken.claims.remedy.command import ClaimFile, corrected, slips
from kaihoken.claims.report import JsonReport, Report, SarifReport, TextReport, tell
from kaihoken.claims.returned.command import cuts, reclaim_receipts, returned
from kaihoken.claims.uke import Head, Part, claim_chunks, read, unreadable_files
from kaihoken.options import AsJson
from kaihoken.problems import Problem

app = typer.Typer(help="レセプトを送る前に点検する / check claims before they are sent", no_args_is_help=True)

_FINDINGS = 1

EarlierFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--earlier", help="前の月のファイル（何度でも） / files of earlier months, for limits across months"
    ),
]
AsSarif = Annotated[bool, typer.Option("--sarif", help="SARIF 2.1.0 で出す / print SARIF 2.1.0")]


@app.callback()
def _claims() -> None:
    """レセプト / the claims of a month."""


@app.command("check")
def check_file(
    file: ClaimFile,
    earlier: EarlierFiles = None,
    hub: HubUrl = "",
    acting_as: ActingAs = "",
    key: KeyOption = None,
    ca: CaFile = None,
    tls: TlsFile = None,
    coverages: CoveragesOption = None,
    as_json: AsJson = False,
    as_sarif: AsSarif = False,
) -> int:
    """送る前のファイルを点検する。何も書きかえません / check a file before it is sent; nothing is altered."""
    before = _earlier(file, earlier or [])
    eligibility = _eligibility(file, Place(hub, acting_as, key, ca, tls, coverages))
    with unreadable_files(file):
        size = file.stat().st_size
    content = claim_chunks(file)
    first = next(content)  # before the report begins
    with _bar() as bar:
        task = bar.add_task("", total=size)

        def chunks() -> Iterator[bytes]:
            for chunk in chain((first,), content):
                bar.advance(task, len(chunk))
                yield chunk

        report = _report(file.name, as_json=as_json, as_sarif=as_sarif)
        own = (eligibility.check,) if eligibility is not None else ()
        summary = tell(examine(read(chunks()), (*RECEIPT_CHECKS, *own), earlier=before), report, eligibility)
    return _FINDINGS if any(summary.findings.values()) else 0


app.command("recheck")(recheck)
app.command("returned")(returned)
app.command("reclaim")(reclaim_receipts)
app.command("cuts")(cuts)
app.command("slips")(slips)
app.command("corrected")(corrected)


def _eligibility(file: Path, place: Place) -> Eligibility | None:
    """What is known of the days of care in the file, where it is asked about."""
    with place.source(file) as source:
        return None if source is None else Eligibility.asked(receipts_of(read(claim_chunks(file))), source)


def _earlier(file: Path, before: list[Path]) -> EarlierClaims | None:
    """What the clinic claimed in the months before that of the file. Problem `claims.earlier-not-before`."""
    if not before:
        return None
    claimed = next((_claimed(part) for part in read(claim_chunks(file)) if isinstance(part, Head)), None)
    known = EarlierClaims()
    for one in before:
        known.take(receipts_of(_of_months_before(one, claimed)))
    return known


def _of_months_before(file: Path, claimed: date | None) -> Iterator[Part]:
    """The parts of an earlier file. In a file of the same month every receipt would be too soon after itself."""
    for part in read(claim_chunks(file)):
        month = _claimed(part) if isinstance(part, Head) else None
        if month is not None and claimed is not None and month >= claimed:
            raise Problem("claims.earlier-not-before", where=str(file), month=f"{month:%Y-%m}")
        yield part


def _claimed(head: Head) -> date | None:
    return terms_of(head).claimed


def _report(name: str, *, as_json: bool, as_sarif: bool) -> Report:
    if as_sarif:
        return SarifReport(sys.stdout.write, name, checks_of(None))
    return JsonReport(sys.stdout.write, name) if as_json else TextReport(sys.stdout.write)


def _bar() -> Progress:
    """Shown on a terminal that looks at the errors; what is printed stays what it is."""
    return Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())
