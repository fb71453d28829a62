"""個人番号, which enters nowhere: what could be one is known by its twelve digits."""

import re
import unicodedata
from typing import Final

_DIGITS: Final = 12
_RUN = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])|(?<![0-9])[0-9]{4}[ -][0-9]{4}[ -][0-9]{4}(?![0-9])")
_DAY_AND_TIME = re.compile(r"[0-9]{4}([-/.])[0-9]{2}\1[0-9]{2}[ T]?[0-9]{2}:[0-9]{2}")


def may_hold_individual_number(text: str) -> bool:
    """Whether a text is, or holds, twelve digits of their own, however they are set apart. A day with its time and a
    telephone number with its country are none."""
    if len(text) < _DIGITS:
        return False
    plain = unicodedata.normalize("NFKC", text)
    if sum(map(str.isdigit, plain)) < _DIGITS or _DAY_AND_TIME.fullmatch(plain) or plain.startswith("+"):
        return False
    together = "".join(filter(str.isalnum, plain))
    return (len(together) == _DIGITS and together.isdigit()) or _RUN.search(plain) is not None
