"""The working of a ceiling, line by line, as a leaflet shows it: an id with facts, which a page or a command puts into
words (catalogue `payment`)."""

from collections.abc import Mapping
from typing import TypeAlias

import msgspec

Fact: TypeAlias = str | int
"""Whole numbers are yen, percent or counts, as the line has it."""


class Line(msgspec.Struct, frozen=True, gc=False):
    """One step. `id` names the message, `facts` what stands in it."""

    id: str
    facts: Mapping[str, Fact] = {}

    def worded(self) -> Mapping[str, Fact]:
        """The facts as they stand in a sentence: numbers with their thousands apart."""
        return {name: f"{value:,}" if isinstance(value, int) else value for name, value in self.facts.items()}
