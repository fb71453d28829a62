"""The options that commands of several rooms share, each with one name, one variable and one sentence of help.

`STORE` and `KEYS` are where a hub keeps its store and its keys, unless its settings say otherwise.
"""

from pathlib import Path
from typing import Annotated, Final

import typer

STORE: Final = "kaihoken-store"
KEYS: Final = Path("kaihoken-keys")

StoreAt = Annotated[
    str,
    typer.Option("--store", envvar="KAIHOKEN_STORE", help="保管庫の場所 / folder or postgresql:// address"),
]
KeysAt = Annotated[
    Path, typer.Option("--keys", envvar="KAIHOKEN_KEYS", help="鍵のフォルダー / folder of the keys")
]
WitnessAt = Annotated[
    str,
    typer.Option(
        "--witness", envvar="KAIHOKEN_WITNESS", help="証人のファイルか URL / file or URL of the witness"
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON で出す / print JSON")]
