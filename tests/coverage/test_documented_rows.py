"""docs/registrations.md names every field of a row, what stands for it where it is left out, and shows each kind."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kaihoken.coverage.registration.rows import (
    CertificateRow,
    CoverageRow,
    DiseaseRow,
    ElderlyRow,
    LimitRow,
    SubsidyRow,
    TicketRow,
    read_row,
)

PAGE = (Path(__file__).parents[2] / "docs" / "registrations.md").read_text(encoding="utf-8")
KINDS: dict[str, type[msgspec.Struct]] = {
    "coverage": CoverageRow,
    "subsidy": SubsidyRow,
    "certificate": CertificateRow,
}
PARTS: dict[str, type[msgspec.Struct]] = {
    "coverage.elderly": ElderlyRow,
    "coverage.limits[]": LimitRow,
    "coverage.diseases[]": DiseaseRow,
    "coverage.tickets[]": TicketRow,
}


def section(title: str) -> str:
    """What stands under a heading of the third level."""
    return PAGE.split(f"\n### `{title}`\n", 1)[1].split("\n#", 1)[0]


def written_of(kind: type[msgspec.Struct]) -> dict[str, str]:
    """The fields of a struct, each with what the table must say where it is left out."""
    tagged = {"kind": "**required**"} if kind in KINDS.values() else {}
    return tagged | {
        field.encode_name: "**required**" if field.required else _written(field.default)
        for field in msgspec.structs.fields(kind)
    }


def _written(default: object) -> str:
    return "none" if default is None else f"`{msgspec.json.encode(default).decode()}`"


@pytest.mark.parametrize(("title", "kind"), (KINDS | PARTS).items())
def test_the_table_has_every_field_and_what_stands_for_it(title: str, kind: type[msgspec.Struct]) -> None:
    table = re.findall(r"^\| `(\w+)` \| (.*?) \| .+ \|$", section(title), re.MULTILINE)

    assert dict(table) == written_of(kind)
    assert len(table) == len(dict(table))


def examples_of(title: str) -> list[bytes]:
    """The rows of a section, the first of which has every field."""
    return [block.split("```", 1)[0].encode() for block in section(title).split("```json\n")[1:]]


@pytest.mark.parametrize(("title", "kind"), KINDS.items())
def test_the_examples_have_every_field_and_are_read(title: str, kind: type[msgspec.Struct]) -> None:
    examples = examples_of(title)
    rows: list[dict[str, Any]] = [msgspec.json.decode(example) for example in examples]

    assert {type(read_row(msgspec.Raw(example), "rows[0]")[0]) for example in examples} == {kind}
    assert rows[0].keys() == written_of(kind).keys()
    for part, of_part in PARTS.items():
        name = part.removeprefix(f"{title}.").removesuffix("[]")
        if name in rows[0]:
            shown = next(row[name] for row in rows if row.get(name))
            entry = shown if part == "coverage.elderly" else shown[0]
            assert entry.keys() == written_of(of_part).keys()
