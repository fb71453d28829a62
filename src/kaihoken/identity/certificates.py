"""利用者証明用電子証明書 as card readers name it: issuer and serial, kept in the one form in which they are compared.

Readers write the same certificate in several ways: the serial with leading zeros, the parts of the issuer with spaces
between them, or with the country first, as the certificate itself holds them. Look-up keys are made of the forms
below, so a change of these rules is a new NORMALISATION_VERSION and a migration.
"""

import re
from functools import lru_cache

from kaihoken.identity.digits import plain_digits
from kaihoken.identity.names import has_control_character

LONGEST_SERIAL = 50
"""Digits: the 20 octets that X.509 gives a serial have 49 at most."""

# Attribute types by their other names: OIDs, and what Windows writes for ST.
_TYPES = {
    "2.5.4.3": "CN",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "0.9.2342.19200300.100.1.25": "DC",
    "S": "ST",
}

_attribute = re.compile(
    r"""
    \s*+ (?P<type> [A-Za-z][A-Za-z0-9-]*+ | (?:[Oo][Ii][Dd]\.)? \d++ (?:\.\d++)++ ) \s*+ = \s*+
    (?: "(?P<quoted> (?:[^"\\]|\\.)++ )" | (?P<plain> (?![#]) (?: \s*+ (?:[^,;+"\\<>\s]|\\.)++ )++ ) ) \s*+
    (?P<behind> [,;+] | \Z )
    """,
    re.VERBOSE | re.ASCII | re.DOTALL,
).match
_ESCAPED = re.compile(r"((?:\\[0-9A-Fa-f]{2})+)|\\(.)", re.DOTALL)
_SPECIAL = re.compile(r'[,+"\\<>;]|^[# ]| $')


def canonical_serial(text: str) -> str:
    """The serial as ASCII decimal digits without leading zeros; "" for what is no decimal number of at most 50 digits.

    A serial in hexadecimal is not read: one that happens to have no letters would be somebody else's.
    """
    digits = plain_digits(text)
    if not (digits.isascii() and digits.isdigit()):
        return ""
    serial = digits.lstrip("0") or "0"
    return serial if len(serial) <= LONGEST_SERIAL else ""


@lru_cache(maxsize=256)
def canonical_issuer(text: str) -> str:
    """The name of the issuer as RFC 4514 writes it, `CN=…,O=…,C=JP`; "" for what is no such name.

    Types in capitals, no spaces around `,` `+` and `=`, escapes only where they are needed. The country stands last: a
    name that begins with it is turned round. Values are compared as they are written.
    """
    parts: list[str] = []
    part, place, behind = "", 0, ","
    while behind:
        found = _attribute(text, place)
        value = _value(found) if found is not None else ""
        if found is None or not value:
            return ""
        part += f"{_type(found['type'])}={_SPECIAL.sub(_escaped, value)}"
        place, behind = found.end(), found["behind"]
        if behind == "+":
            part += "+"
        else:
            parts.append(part)
            part = ""
    if _is_country(parts[0]) and not _is_country(parts[-1]):
        parts.reverse()
    return ",".join(parts)


def _type(written: str) -> str:
    name = written.upper().removeprefix("OID.")
    return _TYPES.get(name, name)


def _value(found: re.Match[str]) -> str:
    """What an attribute says, without quotes and escapes; "" where that cannot be read."""
    written: str = found["quoted"] or found["plain"]
    try:
        value = _ESCAPED.sub(_meant, written)
    except UnicodeDecodeError:
        return ""
    return "" if has_control_character(value) else value


def _meant(escape: re.Match[str]) -> str:
    octets: str | None = escape[1]
    return escape[2] if octets is None else bytes.fromhex(octets.replace("\\", "")).decode("utf-8")


def _escaped(character: re.Match[str]) -> str:
    return f"\\{character[0]}"


def _is_country(part: str) -> bool:
    return part.startswith("C=")
