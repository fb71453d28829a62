"""One small file that anyone can run again: the levers, and what the tables and rules were when it was written."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.workforce.index import PUBLISHED_ON, IndexTable, IndexThresholds
from kaihoken.workforce.scenario.levers import KINDS, Base, Scenario

SCHEMA: Final = 1


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema: int
    scenario: Scenario


@cache
def base_of(table: IndexTable) -> Base:
    """What stands in a file for `table`: its set, SHA-256 over codes, components, printed values and thresholds, and
    the digest of the rules that fixed the thresholds."""
    text = hashlib.sha256("\n".join(table.areas.codes).encode())
    for values in (table.physicians, table.population, table.ratio, table.published):
        text.update(values.astype("<f8").tobytes())
    text.update(f"{table.thresholds.lower!r} {table.thresholds.upper!r}".encode())
    return Base(table.areas.name, text.hexdigest(), rules.digest(IndexThresholds, on=PUBLISHED_ON))


def encoded(scenario: Scenario, table: IndexTable) -> bytes:
    """A scenario as the file that is kept, with what `table` is now."""
    held = _File(SCHEMA, msgspec.structs.replace(scenario, base=base_of(table)))
    return msgspec.json.format(msgspec.json.encode(held), indent=2) + b"\n"


def write(scenario: Scenario, path: Path, table: IndexTable) -> None:
    """Write that file."""
    path.write_bytes(encoded(scenario, table))


def read(path: Path) -> Scenario:
    """A scenario from its file. Raises Problem `workforce.scenario-unreadable`, `workforce.scenario-schema`, and
    `workforce.scenario-lever-unknown`, which names the lever and the kinds there are."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Problem("workforce.scenario-unreadable", where=path.name, reason=str(error.strerror)) from error
    return decoded(content)


def decoded(content: bytes) -> Scenario:
    """The same from its bytes."""
    try:
        raw = msgspec.json.decode(content)
    except msgspec.DecodeError as error:
        raise Problem("workforce.scenario-unreadable", where="$", reason=str(error)) from error
    _require_known(raw)
    try:
        return msgspec.convert(raw, _File).scenario
    except msgspec.ValidationError as error:
        reason, _, at = str(error).partition(" - at ")
        where = at.strip("`") or "$"
        raise Problem("workforce.scenario-unreadable", where=where, reason=reason) from error


def _require_known(raw: object) -> None:
    """The schema and the kinds, before the rest: for these a sentence of our own helps more than the decoder's."""
    if not isinstance(raw, dict):
        raise Problem("workforce.scenario-unreadable", where="$", reason="not an object")
    if raw.get("schema") != SCHEMA:
        raise Problem(
            "workforce.scenario-schema", where="$.schema", found=str(raw.get("schema")), known=SCHEMA
        )
    scenario = raw.get("scenario")
    levers = scenario.get("levers", []) if isinstance(scenario, dict) else []
    for number, lever in enumerate(levers if isinstance(levers, list) else []):
        kind = lever.get("kind") if isinstance(lever, dict) else lever
        if kind not in KINDS:
            where = f"$.scenario.levers[{number}].kind"
            raise Problem(
                "workforce.scenario-lever-unknown", where=where, kind=str(kind), kinds=", ".join(KINDS)
            )
