"""`kaihoken claims returned`: what came back, and why; `kaihoken claims reclaim`: the claim made of it, to be looked
at."""

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
import orjson
import typer

from kaihoken.claims.checks import receipts_of
from kaihoken.claims.receipt import Receipt
from kaihoken.claims.returned.edits import parse_edit
from kaihoken.claims.returned.making import Claim, claim_late, reclaim, reclaim_as
from kaihoken.claims.returned.parts import Returned, ReturnedHead, Step, returned_in
from kaihoken.claims.returned.printed import claim_data, claim_lines, file_lines
from kaihoken.claims.returned.told import files_told
from kaihoken.claims.uke import chunks_of, read
from kaihoken.clock import SystemClock
from kaihoken.options import AsJson
from kaihoken.problems import Problem

_FINDINGS = 1
_DIFF = "確認用_差分.txt"

File = Annotated[
    Path, typer.Argument(help="返戻ファイル（HEN・SAH） / the returned file", show_default=False)
]
ReceiptAt = Annotated[
    int, typer.Option("--receipt", min=1, help="ファイルの何件目か / which receipt of the file, from 1")
]
Out = Annotated[
    Path, typer.Option("--out", help="書き出すフォルダー / the folder to write to", show_default=False)
]
Edits = Annotated[
    list[str] | None,
    typer.Option("--edit", help="HO.number=１２３ の形で（何度でも） / a correction, as often as needed"),
]
FromFile = Annotated[
    Path | None,
    typer.Option(
        "--from", help="レセコンが作り直したUKE / the レセコン's new file: its receipt of the same 検索番号"
    ),
]
Month = Annotated[
    datetime | None,
    typer.Option("--month", formats=["%Y-%m"], help="請求年月（今月） / the month of claiming (this one)"),
]
Name = Annotated[
    str,
    typer.Option("--facility-name", help="医療機関名（履歴にないとき） / where the block does not say it"),
]
AsNew = Annotated[
    bool, typer.Option("--late", help="月遅れの新しい請求として / as a new, late claim without the block")
]


def returned(file: File, as_json: AsJson = False) -> int:
    """返戻ファイルを読む。額の大きい順に、理由と直す所 / what came back: why, and where to mend it; largest first."""
    files = files_told(_steps(file))
    if as_json:
        sys.stdout.write(_json({"file": file.name, "files": files}) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for one in files for line in file_lines(one))
    return _FINDINGS if any(one.receipts or one.findings for one in files) else 0


def reclaim_receipt(
    file: File,
    receipt: ReceiptAt,
    out: Out,
    edit: Edits = None,
    corrected: FromFile = None,
    month: Month = None,
    facility_name: Name = "",
    late: AsNew = False,
    as_json: AsJson = False,
) -> int:
    """返戻から再請求ファイルを作る（確認用）。変えた所は差分に / make the re-claim, to be looked at, with its diff."""
    if corrected is not None and (edit or late):
        raise Problem("claims.edit-or-from")
    edits = [parse_edit(written) for written in edit or ()]
    claimed = (month.date() if month else SystemClock().today()).replace(day=1)
    head, chosen = _chosen(file, receipt)
    if corrected is not None:
        claim = reclaim_as(head, chosen, _anew(corrected, chosen.receipt.search), claimed, facility_name)
    else:
        make = claim_late if late else reclaim
        claim = make(head, chosen, claimed, edits, facility_name)
    _write(out, claim)
    if as_json:
        sys.stdout.write(_json(claim_data(claim)) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in claim_lines(claim))
    return _FINDINGS if claim.findings else 0


def _steps(file: Path) -> Iterator[Step]:
    try:
        with file.open("rb") as opened:
            yield from returned_in(read(chunks_of(opened)))
    except OSError as error:
        raise Problem("claims.file-unreadable", where=str(file), reason=error.strerror or "") from error


def _chosen(file: Path, place: int) -> tuple[ReturnedHead, Returned]:
    """The receipt, counted from 1 through the whole file, and the head under which it stands."""
    head: ReturnedHead | None = None
    for step in _steps(file):
        if isinstance(step, ReturnedHead):
            head = step
        elif isinstance(step, Returned) and step.receipt.place == place and head is not None:
            return head, step
    raise Problem("claims.reclaim-receipt", place=place)


def _anew(file: Path, search: str) -> Receipt:
    """The receipt with that 検索番号 in a file of the レセコン."""
    try:
        with file.open("rb") as opened:
            found = next((one for one in receipts_of(read(chunks_of(opened))) if one.search == search), None)
    except OSError as error:
        raise Problem("claims.file-unreadable", where=str(file), reason=error.strerror or "") from error
    if found is None:
        raise Problem("claims.reclaim-other-receipt")
    return found


def _write(out: Path, claim: Claim) -> None:
    """The claim and its diff, for the eyes of their owner alone; nothing that is there is written over."""
    files = {claim.file_name: claim.content, _DIFF: ("\n".join(claim.diff) + "\n").encode()}
    if any((out / name).exists() for name in files):
        raise Problem("claims.reclaim-there", where=str(out))
    try:
        out.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, content in files.items():
            (out / name).touch(mode=0o600, exist_ok=False)
            (out / name).write_bytes(content)
    except OSError as error:
        raise Problem("claims.reclaim-folder", where=str(out), reason=error.strerror or "") from error


def _json(value: object) -> str:
    return orjson.dumps(msgspec.to_builtins(value)).decode()
