"""docs/registrations.md names every field of a row, what stands for it where it is left out, and shows each kind."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kaihoken.coverage.rows import (
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


def example_of(title: str) -> bytes:
    return section(title).split("```json\n", 1)[1].split("```", 1)[0].encode()


@pytest.mark.parametrize(("title", "kind"), KINDS.items())
def test_the_example_has_every_field_and_is_read(title: str, kind: type[msgspec.Struct]) -> None:
    shown: dict[str, Any] = msgspec.json.decode(example_of(title))

    row, _ = read_row(msgspec.Raw(example_of(title)), "rows[0]")

    assert type(row) is kind
    assert shown.keys() == written_of(kind).keys()
    for part, of_part in PARTS.items():
        name = part.removeprefix(f"{title}.").removesuffix("[]")
        if name in shown:
            entry = shown[name] if part == "coverage.elderly" else shown[name][0]
            assert entry.keys() == written_of(of_part).keys()
