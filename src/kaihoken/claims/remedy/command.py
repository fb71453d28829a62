"""`kaihoken claims slips` and `kaihoken claims corrected`: what is printed, and what is written beside the file."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from kaihoken.claims.checks import examine
from kaihoken.claims.month import pictures
from kaihoken.claims.remedy.changes import Changes, told_as_text
from kaihoken.claims.remedy.correcting import CHECKED_NAME, Correcting
from kaihoken.claims.remedy.paper import slips_paper
from kaihoken.claims.remedy.slips import slips_of
from kaihoken.claims.uke import claim_chunks, read
from kaihoken.clock import SystemClock
from kaihoken.options import AsJson
from kaihoken.paper import Clinic, Printing
from kaihoken.problems import Problem
from kaihoken.store import path_problems, write_private

ClaimFile = Annotated[
    Path, typer.Argument(help="UKE ファイル / the claim file", show_default=False, readable=False)
]


def slips(
    file: ClaimFile,
    out: Annotated[Path, typer.Option("--out", help="PDF の名前 / the PDF", show_default=False)],
    demo: Annotated[bool, typer.Option("--demo", help="架空のデータと書く / mark as made-up data")] = False,
    as_json: AsJson = False,
) -> None:
    """修正票: レセコンのどこで何を直すか（PDF） / the list of what to correct where, as PDF."""
    months = pictures(examine(read(claim_chunks(file))))
    given = slips_of(months[0])
    printing = Printing(Clinic(given.facility_name), at=SystemClock().now(), demonstration=demo)
    _write(out, slips_paper(given, printing).content)
    if as_json:
        typer.echo(msgspec.json.encode(given).decode())
    else:
        typer.echo(f"{len(given.slips)} 件 / receipts\n→ {out}")


def corrected(
    file: ClaimFile,
    out: Annotated[Path, typer.Option("--out", help="書き出すフォルダ / the folder", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """確認用ファイルと差分。元のファイルは書きかえません / a corrected file for checking; the original stays."""
    correcting = Correcting()
    content = b"".join(claim_chunks(file))
    mended = b"".join(correcting.bytes_of(read([content])))
    digest = hashlib.sha256(content).hexdigest()
    changes = Changes(sha256=digest, changes=tuple(correcting.changes))
    name = CHECKED_NAME + file.name
    data = msgspec.json.encode(changes)
    text = "".join(told_as_text(changes.changes))
    with _places(out), path_problems(out):
        out.mkdir(parents=True, exist_ok=True, mode=0o700)
    for file_name, part in ((name, mended), (f"{name}.diff.txt", text.encode()), (f"{name}.diff.json", data)):
        _write(out / file_name, part)
    typer.echo(data.decode() if as_json else f"{text}→ {out / name}")


def _write(file: Path, content: bytes) -> None:
    """A new file that only its owner reads. Problems `claims.out-exists`, `claims.reclaim-folder`, `store.full`."""
    with _places(file):
        write_private(file, content)


@contextmanager
def _places(place: Path) -> Iterator[None]:
    """A place that cannot be used was named wrongly: another one has to be given."""
    try:
        yield
    except FileExistsError:
        raise Problem("claims.out-exists", where=str(place)) from None
    except Problem as problem:
        if problem.code != "store.path":
            raise
        raise Problem("claims.reclaim-folder", where=str(place), reason=problem.facts["reason"]) from None
