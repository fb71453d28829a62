"""The passphrase of a sealed copy, from a file or from whoever sits there."""

from pathlib import Path

from kaihoken.problems import Problem
from kaihoken.store.keyfiles import path_problems
from kaihoken.store.sealing import SHORTEST_PASSPHRASE, require_passphrase


def read_passphrase(file: Path | None, *, confirm: bool = False) -> str:
    """What was asked for or stands in a file. Problem `store.passphrase` for one that is none; a copy that is there
    (`confirm` false) opens to whatever sealed it."""
    if file is not None:
        with path_problems(file):
            try:
                given = file.read_text(encoding="utf-8").rstrip("\r\n")
            except UnicodeDecodeError:
                raise Problem("store.passphrase", where=str(file), least=SHORTEST_PASSPHRASE) from None
    else:
        import typer  # only who is asked at a terminal needs it

        given = typer.prompt("合い言葉 / passphrase", hide_input=True, confirmation_prompt=confirm, err=True)
    if confirm:
        require_passphrase(given)
    return given
