"""Bundle: what a search found."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from kaihoken.coverage.answer import Answer, Result
from kaihoken.coverage.fhir.covered import coverage_of, numbers_of, patient_of
from kaihoken.coverage.fhir.elements import Element, encode
from kaihoken.coverage.fhir.japanese import member_id

Type = Literal["Coverage", "Patient"]
"""What is read again by a sealed id."""


class _Link(Element, frozen=True, kw_only=True):
    relation: str
    url: str


class _Search(Element, frozen=True, kw_only=True):
    mode: str


class _Entry(Element, frozen=True, kw_only=True):
    full_url: str | None = None
    resource: msgspec.Raw
    search: _Search


class _Bundle(Element, frozen=True, kw_only=True, tag_field="resourceType", tag="Bundle"):
    type: str
    total: int | None = None
    link: tuple[_Link, ...] = ()
    entry: Sequence[_Entry] = ()


_MATCH = _Search(mode="match")


def searchset(
    found: Sequence[tuple[str, bytes]], base: str, here: str, total: int | None = None, more: str = ""
) -> bytes:
    """Resources by their places below `base`; `here` is where this is found again, `more` where the search goes on, if
    it does. `total` is left out where it is not known."""
    links = [("self", here), ("next", more)]
    return encode(
        _Bundle(
            type="searchset",
            total=total,
            link=tuple(_Link(relation=name, url=f"{base}/{place}") for name, place in links if place),
            entry=tuple(
                _Entry(full_url=f"{base}/{place}", resource=msgspec.Raw(body), search=_MATCH)
                for place, body in found
            ),
        )
    )


def resource_of(sort: Type, answer: Answer, result: Result, stem: str, facility: str) -> bytes:
    """One result as the resource that stands by itself: `Coverage/<stem>.c` or `Patient/<stem>.p`."""
    numbers = numbers_of(result)
    if sort == "Coverage":
        return encode(coverage_of(answer, result, numbers, f"{stem}.c", f"Patient/{stem}.p"))
    return encode(patient_of(result, member_id(numbers), f"{stem}.p", facility))
