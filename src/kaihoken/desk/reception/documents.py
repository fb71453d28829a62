"""窓口で見る書類: what a paper or screen counts as that staff saw with their own eyes. Pure."""

from datetime import date
from typing import ClassVar, Literal

import msgspec

from kaihoken import rules
from kaihoken.desk.day import Document

Counts = Literal["alone", "with-card", "not", "aside"]


class Counting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one document counts as. `let_pass_until`: the last day on which it was let pass although out of use."""

    document: Document
    counts: Counts
    let_pass_until: date | None = None


class Documents(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The documents (rule family desk/documents)."""

    family: ClassVar[str] = "desk/documents"

    documents: tuple[Counting, ...]


def counts_as(document: Document, on: date) -> Counts:
    """What it counts as on a day. Problem `rules.no_version`."""
    found = next(one for one in rules.load(Documents, on=on).documents if one.document is document)
    if found.counts == "not" and found.let_pass_until is not None and on <= found.let_pass_until:
        return "with-card"
    return found.counts
