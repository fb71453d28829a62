"""氏名: names as received, as shown, and compared in spite of width, spaces and the shape of a character."""

import re
import unicodedata
from dataclasses import dataclass, field

from kaihoken.identity.characters import (
    LOST,
    PRIVATE_USE,
    ExternalCharacter,
    external_characters,
    has_external_character,
    shown,
)
from kaihoken.identity.kana import kana_full, kana_key
from kaihoken.identity.variants import everyday_shape
from kaihoken.problems import Problem

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")
_REPEATED = re.compile("(.)々")


@dataclass(frozen=True, slots=True)
class PersonName:
    """氏名 with its reading, and 通称 with its own, exactly as received; "" where there is none.

    Raises identity.name for characters that no carrier can take (control characters and the like).
    """

    name: str = field(repr=False)
    kana: str = field(default="", repr=False)
    other_name: str = field(default="", repr=False)
    other_kana: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if has_control_character(self.name + self.kana + self.other_name + self.other_kana):
            raise Problem("identity.name")

    @property
    def shown(self) -> str:
        """氏名 with readable stand-ins."""
        return shown(self.name)

    @property
    def other_shown(self) -> str:
        """通称 with readable stand-ins."""
        return shown(self.other_name)

    @property
    def external(self) -> tuple[ExternalCharacter, ...]:
        """The characters of 氏名 that cannot be relied on to arrive."""
        return external_characters(self.name)

    @property
    def flagged(self) -> bool:
        """Whether to look at the reading, or at the person's own document, before saying that 氏名 is wrong."""
        return has_external_character(self.name)

    @property
    def reading(self) -> str:
        """カナ in full width."""
        return kana_full(self.kana)

    @property
    def readable(self) -> str:
        """`shown`, followed by the reading where a ● is left in it: 「●田　太郎（ヨシダ　タロウ）」."""
        name = self.shown
        return f"{name}（{self.reading}）" if LOST in name and self.kana.strip() else name


def has_control_character(text: str) -> bool:
    """Whether a text holds what no carrier can take: control characters, line breaks, halves of characters."""
    return _UNPRINTABLE.search(text) is not None


def name_key(text: str) -> str:
    """A name for comparing: NFKC, everyday shapes, large kana, capitals, 々 written out, no spaces or dots."""
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).translate(everyday_shape())
    return _REPEATED.sub(r"\1\1", kana_key(plain))


def same_name(one: str, other: str) -> bool:
    """Whether two written names are the same but for width, spaces, small kana and 異体字. ● equals only ●."""
    return one == other or name_key(one) == name_key(other)


def legible_key(text: str) -> str:
    """`name_key` with ● for what only the machine that wrote it could read (private use)."""
    return PRIVATE_USE.sub(LOST, name_key(text))


def may_be_same_name(one: str, other: str) -> bool:
    """Like `same_name`, but a ● or a private-use character may stand for any one character. A hint, never an identity:
    it does not say that the names are the same."""
    return may_be_same_key(legible_key(one), legible_key(other))


def may_be_same_key(left: str, right: str) -> bool:
    """The same of two `legible_key`: who compares many names makes the key of each once."""
    return len(left) == len(right) and all(a == b or LOST in (a, b) for a, b in zip(left, right, strict=True))
