"""Where a command finds its hub: the store while the hub is at rest, or the running hub, asked as an operator."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, Final

import typer

from kaihoken.options import KEYS, STORE, KeysAt, StoreAt, WitnessAt
from kaihoken.problems import Problem

CaFile = Annotated[
    Path | None, typer.Option("--ca", help="ハブの証明書の認証局（PEM） / CA of the hub's certificate")
]
TlsFile = Annotated[
    Path | None, typer.Option("--tls", help="自分の TLS 証明書と鍵（PEM） / own TLS certificate with its key")
]


@dataclass(frozen=True, slots=True)
class HubPlace:
    """The store with its keys and witness, and what it takes to ask a running hub instead: its URL, an operator's
    `client_id` and private key, the CA that is trusted and an own TLS certificate."""

    store: str
    keys: Path
    witness: str
    hub: str
    acting_as: str
    operator_key: Path | None
    ca: Path | None
    tls: Path | None

    def operator(self, command: str) -> tuple[str, Path]:
        """The operator as whom the hub is asked, and the file of its key. Problem `cli.misuse` of `command`, where
        they are not both named."""
        if not self.acting_as or self.operator_key is None:
            raise Problem("cli.misuse", reason="--hub needs --as and --operator-key", command=command)
        return self.acting_as, self.operator_key


def _named(
    *,
    store: StoreAt = STORE,
    keys: KeysAt = KEYS,
    witness: WitnessAt = "",
    hub: Annotated[str, typer.Option("--hub", help="動いているハブの URL / ask this running hub")] = "",
    acting_as: Annotated[
        str, typer.Option("--as", help="運営者の client_id / the operator who asks it")
    ] = "",
    operator_key: Annotated[
        Path | None,
        typer.Option("--operator-key", help="運営者の秘密鍵（JWK） / the operator's private key"),
    ] = None,
    ca: CaFile = None,
    tls: TlsFile = None,
) -> HubPlace:
    return HubPlace(store, keys, witness, hub, acting_as, operator_key, ca, tls)


_OPTIONS: Final = inspect.signature(_named)


def at_a_hub(verb: Callable[..., int]) -> Callable[..., int]:
    """Makes a command of `verb`, whose first parameter is the `HubPlace`: the command line gets its options after the
    verb's own ones, before the last, `as_json`."""
    _, *own, last = (
        one.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        for one in inspect.signature(verb).parameters.values()
    )

    @wraps(verb)
    def command(**given: object) -> int:
        named = _OPTIONS.bind(**{name: given.pop(name) for name in _OPTIONS.parameters})
        return verb(_named(*named.args, **named.kwargs), **given)

    parameters = [*own, *_OPTIONS.parameters.values(), last]
    vars(command)["__signature__"] = inspect.Signature(parameters, return_annotation=int)
    command.__annotations__ = {one.name: one.annotation for one in parameters}
    return command
