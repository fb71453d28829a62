"""The data types of R4 that we write, as far as we fill them in. Absent members are left out.

A list that may be empty has the default `()` and is given as a tuple then: FHIR knows no empty lists.
"""

from datetime import date, datetime

import msgspec


class Element(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel", gc=False):
    """Base of what is written: camelCase on the wire, absent members left out."""


class Coding(Element, frozen=True, kw_only=True):
    """A code with its system. `display` only where the words are not the reader's to look up."""

    system: str
    code: str
    display: str | None = None


class Concept(Element, frozen=True, kw_only=True):
    """CodeableConcept."""

    coding: tuple[Coding, ...] = ()
    text: str | None = None


class Period(Element, frozen=True, kw_only=True):
    """Days, both inclusive."""

    start: date | None = None
    end: date | None = None


class Quantity(Element, frozen=True, kw_only=True):
    """A number with its unit (UCUM)."""

    value: int
    unit: str
    system: str
    code: str


class Money(Element, frozen=True, kw_only=True):
    """Yen."""

    value: int
    currency: str = msgspec.field(default_factory=lambda: "JPY")  # written always: a default is left out


class Extension(Element, frozen=True, kw_only=True):
    """An extension: one value, or parts that are extensions themselves."""

    url: str
    extension: "tuple[Extension, ...]" = ()
    value_string: str | None = None
    value_code: str | None = None
    value_coding: Coding | None = None
    value_date: date | None = None
    value_instant: datetime | None = None
    value_integer: int | None = None
    value_boolean: bool | None = None
    value_identifier: "Identifier | None" = None
    value_uri: str | None = None


class Identifier(Element, frozen=True, kw_only=True):
    """A number or name with its system."""

    system: str
    value: str


class Reference(Element, frozen=True, kw_only=True):
    """To a resource: by its place, by its identifier, or in words alone."""

    reference: str | None = None
    type: str | None = None
    identifier: Identifier | None = None
    display: str | None = None


class HumanName(Element, frozen=True, kw_only=True):
    """氏名 (IDE) or カナ (SYL)."""

    extension: tuple[msgspec.Raw, ...] = ()
    use: str
    text: str
    family: str | None = None
    given: tuple[str, ...] = ()


class Address(Element, frozen=True, kw_only=True):
    """As the insurer holds it."""

    text: str | None = None
    postal_code: str | None = None
    country: str = msgspec.field(default_factory=lambda: "JP")


class Meta(Element, frozen=True, kw_only=True):
    """Which profile a resource keeps to."""

    profile: tuple[str, ...]


encode = msgspec.json.Encoder().encode


def written(part: object) -> msgspec.Raw:
    """A part that is the same in many answers, encoded once."""
    return msgspec.Raw(encode(part))
