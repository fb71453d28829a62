"""What the commands of supply and training ask alike, and what they say of the rule that they used."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from kaihoken import rules
from kaihoken.clock import SystemClock
from kaihoken.rules import RuleFamily
from kaihoken.web import messages
from kaihoken.workforce.training.basis import basis

TablesOption = Annotated[
    Path | None, typer.Option("--tables", "--data", help="表のフォルダー / folder of tables")
]
OnOption = Annotated[
    datetime | None,
    typer.Option("--on", formats=["%Y-%m-%d"], help="この日の規則で / by the rules of this day"),
]


def day_of(on: datetime | None) -> date:
    """The day whose rules are asked for."""
    return on.date() if on is not None else SystemClock().today()


def both(name: str, **facts: str) -> list[str]:
    """A sentence that stands beside a table, in Japanese and in English."""
    words = messages("workforce")
    return [f"{words.text(name, 'ja', **facts)} / {words.text(name, 'en', **facts)}"]


def standing_of(
    kind: type[RuleFamily], *, on: date, planned: bool = False
) -> tuple[list[str], dict[str, object]]:
    """The rule of a day as notes for people and as facts: its file, status and source, and what was not found."""
    found = basis(kind, on=on, planned=planned)
    book = rules.PACKAGED
    version = book.version_planned(kind.family, on=on) if planned else book.version(kind, on=on)
    notes = both(f"rule-{found.status}", file=found.file, source=version.source)
    if found.not_found:
        notes += both("rule-not-found", names="、".join(found.not_found))
    facts = {
        "file": found.file,
        "status": found.status,
        "source": version.source,
        "sha256": found.sha256,
        "not_found": found.not_found,
    }
    return notes, {"basis": facts}
