"""`kaihoken claims returned`: what came back, and why; `kaihoken claims reclaim`: the claim made of it, to be looked
at; `kaihoken claims cuts`: what was cut of claims that were paid."""

import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
import orjson
import typer

from kaihoken.claims.checks import receipts_of
from kaihoken.claims.receipt import Receipt
from kaihoken.claims.returned.choosing import chosen_from, corrections_of
from kaihoken.claims.returned.cuts import read_cuts
from kaihoken.claims.returned.cuts_told import cut_lines, cuts_told
from kaihoken.claims.returned.edits import parse_edit
from kaihoken.claims.returned.making import Claim, claim_late, reclaim
from kaihoken.claims.returned.parts import Step, returned_in
from kaihoken.claims.returned.printed import claim_data, claim_lines, file_lines
from kaihoken.claims.returned.told import files_told
from kaihoken.claims.uke import chunks_in, claim_chunks, read
from kaihoken.clock import SystemClock
from kaihoken.options import AsJson
from kaihoken.problems import Problem
from kaihoken.store import write_private

_FINDINGS = 1
_DIFF = "確認用_差分.txt"

File = Annotated[
    Path, typer.Argument(help="返戻ファイル（HEN・SAH） / the returned file", show_default=False)
]
Receipts = Annotated[
    list[int] | None,
    typer.Option(
        "--receipt",
        min=1,
        help="ファイルの何件目か（何度でも。なければ再請求できるもの全部）"
        " / which receipts of the file, from 1; without it all that can be claimed again",
    ),
]
Out = Annotated[
    Path, typer.Option("--out", help="書き出すフォルダー / the folder to write to", show_default=False)
]
Edits = Annotated[
    list[str] | None,
    typer.Option(
        "--edit",
        help="HO.number=１２３、2件目なら 2:HO.number=１２３ の形で（何度でも）"
        " / a correction, of the second receipt with 2: in front; as often as needed",
    ),
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


def reclaim_receipts(
    file: File,
    out: Out,
    receipt: Receipts = None,
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
    anew = None if corrected is None else _anew(corrected)
    head, chosen, left = chosen_from(_steps(file), receipt or (), late=late, anew=anew)
    again = corrections_of(chosen, edits, anew)
    claim = (claim_late if late else reclaim)(head, again, claimed, facility_name)
    _write(out, claim)
    if as_json:
        sys.stdout.write(_json(claim_data(claim, left)) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in claim_lines(claim, left))
    return _FINDINGS if claim.findings else 0


def cuts(
    file: Annotated[Path, typer.Argument(help="増減点連絡書（CSV） / the list of cuts", show_default=False)],
    as_json: AsJson = False,
) -> int:
    """増減点連絡書を読む。減らされた額の大きい順に / what was cut of claims, and why; largest first."""
    told = cuts_told(read_cuts(b"".join(chunks_in(file))))
    if as_json:
        sys.stdout.write(_json({"file": file.name, **msgspec.structs.asdict(told)}) + "\n")
    else:
        sys.stdout.writelines(f"{line}\n" for line in cut_lines(told))
    return _FINDINGS if told.cuts or told.findings else 0


def _steps(file: Path) -> Iterator[Step]:
    return returned_in(read(chunks_in(file)))


def _anew(file: Path) -> Mapping[str, Receipt]:
    """The receipts of a file of the レセコン by their 検索番号."""
    return {one.search: one for one in receipts_of(read(claim_chunks(file))) if one.search}


def _write(out: Path, claim: Claim) -> None:
    """The claim and its diff, for the eyes of their owner alone; nothing that is there is written over."""
    files = {_DIFF: ("\n".join(claim.diff) + "\n").encode(), claim.file_name: claim.content}
    if any((out / name).exists() for name in files):
        raise Problem("claims.reclaim-there", where=str(out))
    try:
        out.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, content in files.items():
            write_private(out / name, content)
    except OSError as error:
        raise Problem("claims.reclaim-folder", where=str(out), reason=error.strerror or "") from error


def _json(value: object) -> str:
    return orjson.dumps(msgspec.to_builtins(value)).decode()
