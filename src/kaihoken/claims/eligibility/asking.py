"""Where the command line asks about the days of care of a file, by its options."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from kaihoken.access import Scope, trusting
from kaihoken.claims.eligibility.answers import Source
from kaihoken.problems import Problem

_COMMAND = "kaihoken claims check"
_KEPT = ".eligibility"

HubUrl = Annotated[
    str,
    typer.Option(
        "--hub", help="資格を一括照会するハブの URL / hub to ask about every day of care, in one list"
    ),
]
ActingAs = Annotated[str, typer.Option("--as", help="施設の client_id / the facility that asks")]
KeyOption = Annotated[
    Path | None, typer.Option("--key", help="施設の秘密鍵（JWK） / the facility's private key")
]
CoveragesOption = Annotated[
    Path | None,
    typer.Option(
        "--coverages", help="ハブのかわりに資格の表（CSV） / an exported table of coverages in its place"
    ),
]


@dataclass(frozen=True, slots=True)
class Place:
    """Where to ask: a hub with who asks and how it is trusted, or a table; nowhere where neither is named."""

    hub: str
    acting_as: str
    key: Path | None
    ca: Path | None
    tls: Path | None
    coverages: Path | None

    def check(self) -> None:
        """Problem `cli.misuse` where a hub is named by half, or beside a table."""
        if self.hub and self.coverages is not None:
            raise Problem("cli.misuse", reason="--hub or --coverages, not both", command=_COMMAND)
        if self.hub and not (self.acting_as and self.key is not None):
            raise Problem("cli.misuse", reason="--hub needs --as and --key", command=_COMMAND)

    @contextmanager
    def source(self, file: Path) -> Iterator[Source | None]:
        """The source, None for nowhere. What a hub answers is kept beside the claim file."""
        self.check()
        if self.coverages is not None:
            from kaihoken.claims.eligibility.table_source import TableSource

            yield TableSource(self.coverages)
        elif self.hub:
            from kaihoken.claims.eligibility.hub_source import HubSource
            from kaihoken.coverage.client import Hub, Patience

            trusted = trusting(self.ca, self.tls)
            own = trusted if isinstance(trusted, ssl.SSLContext) else None
            with Hub(
                self.hub,
                self.acting_as,
                self.key,
                scopes=(Scope.ELIGIBILITY_BULK,),
                tls=own,
                patience=Patience(attempts=2),  # what is known then is told, and the next run goes on
            ) as hub:
                yield HubSource(hub, file.with_name(file.name + _KEPT), hub.pause)
        else:
            yield None
