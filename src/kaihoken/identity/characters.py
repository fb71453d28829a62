"""外字: characters of names that a receiving system cannot take, the ● of eligibility answers.

What was received is never altered. Beside it stands a readable stand-in: the everyday shape of the character where one
is known (髙 → 高), else ● (the reading in kana then tells who is meant). Old carriers take bytes of Shift_JIS only, so
encoding returns what it had to replace, and decoding with that list gives back exactly what was received.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from kaihoken.identity.variants import everyday_shape
from kaihoken.problems import Problem

LOST = "●"
"""What stands where a character could not be carried. Received, it means that somebody before us lost it."""

Reason = Literal["lost", "private-use", "variation", "beyond-level-2", "outside-cp932"]


@dataclass(frozen=True, slots=True)
class ExternalCharacter:
    """One character of a name that cannot be relied on to arrive.

    `position` counts in the received text, `received` is one character with the marks and selectors behind it.
    `reason`: "lost" (● was received), "private-use" (外字), "variation" (a selector asks for a shape),
    "beyond-level-2" (in CP932 but not in JIS X 0208, such as 髙: claims are refused over it), "outside-cp932" (most of
    JIS levels 3 and 4, and all else).
    """

    position: int
    received: str
    stand_in: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Replaced:
    """What an encoding put in the place of `received`, at `position` of the decoded text. `stand_in` may be "" (for
    what shows nothing) or longer than one character."""

    position: int
    received: str
    stand_in: str


# A character with the combining marks, joiners and variation selectors that belong to it.
_CLUSTER = re.compile(
    "(?s:.)[\u0300-\u036f\u3099\u309a\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]*",
)
_SELECTOR = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
PRIVATE_USE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")

# Python has bytes for these, other systems have none or others.
_UNRELIABLE = re.compile("[\x80\ue000-\uf8ff]")

# Code points for which JIS and Microsoft name the same cell differently, and marks that CP932 has in one form only.
_SAME_CELL = str.maketrans("¢£¬‖−〜—¥‾", "￠￡￢∥－～―￥￣")

# Latin letters that do not come apart into a plain letter and a mark.
_LATIN = str.maketrans(
    {"Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "ı": "i", "ß": "ss", "Æ": "AE", "æ": "ae"}
    | {"Œ": "OE", "œ": "oe", "Þ": "TH", "þ": "th", "Ð": "D", "ð": "d"}
)

# Bytes of JIS X 0208 in CP932: rows 1 to 8 and the kanji of levels 1 and 2. All other cells are makers' own.
_BASIC_CELLS = ((0x8140, 0x84BE), (0x889F, 0x9FFC), (0xE040, 0xEAA4))


def external_characters(text: str) -> tuple[ExternalCharacter, ...]:
    """Every character of a name that some receiver cannot take, in order. Empty for an ordinary name."""
    if _ordinary(text) and LOST not in text:
        return ()
    found = []
    for match in _CLUSTER.finditer(text):
        cluster = match.group()
        reason = _reason(cluster)
        if reason is not None:
            found.append(
                ExternalCharacter(match.start(), cluster, _shown_cluster(cluster), reason),
            )
    return tuple(found)


def has_external_character(text: str) -> bool:
    """Whether a name has any character that some receiver cannot take. Quick for an ordinary name."""
    return (LOST in text or not _ordinary(text)) and bool(external_characters(text))


def shown(text: str) -> str:
    """The name in characters that every screen and printer has: stand-ins where needed, the rest as received.

    A character in CP932 for which no everyday shape is known (彅) stays itself; one outside becomes ●.
    """
    if _ordinary(text):
        return text
    return "".join(_shown_cluster(cluster) for cluster in _CLUSTER.findall(text))


def encode_cp932(text: str) -> tuple[bytes, tuple[Replaced, ...]]:
    """The name in Shift_JIS as OQS carries it (CP932), and what had to be replaced, ● where nothing fits.

    Private-use characters are replaced although CP932 has cells for them: every maker means something else by them.
    `decode_cp932` with the list restores `text` exactly.
    """
    encoded = _faithful(text)
    if encoded is not None:
        return encoded, ()
    return _encode(text, _in_cp932, LOST)


def encode_claim(text: str) -> tuple[bytes, tuple[Replaced, ...]]:
    """The name in Shift_JIS as claim files take it (JIS X 0201 and 0208 only), 「？」 where nothing fits."""
    encoded = _faithful(text) if _ordinary(text) else None
    if encoded is not None:
        return encoded, ()
    return _encode(text, _in_claims, "？")


def decode_cp932(data: bytes, replaced: Sequence[Replaced] = (), where: str = "") -> str:
    """The text in `data`, with what an encoding replaced put back. Problem identity.encoding: not CP932."""
    try:
        text = data.decode("cp932")
    except UnicodeDecodeError:
        raise Problem("identity.encoding", where=where) from None
    parts: list[str] = []
    cursor = 0
    for item in replaced:
        parts += (text[cursor : item.position], item.received)
        cursor = item.position + len(item.stand_in)
    parts.append(text[cursor:])
    return "".join(parts)


def _encode(text: str, fits: Callable[[str], bool], unknown: str) -> tuple[bytes, tuple[Replaced, ...]]:
    parts: list[str] = []
    replaced: list[Replaced] = []
    position = 0
    for cluster in _CLUSTER.findall(text):
        stand_in = cluster if fits(cluster) else _stand_in(cluster, fits, unknown)
        if stand_in != cluster:
            replaced.append(Replaced(position, cluster, stand_in))
        parts.append(stand_in)
        position += len(stand_in)
    return "".join(parts).encode("cp932"), tuple(replaced)


def _stand_in(cluster: str, fits: Callable[[str], bool], unknown: str) -> str:
    """The first rendering of `cluster` that fits: itself composed, without its selector, in its everyday shape, in
    the cell's other name, in its compatible form, as a plain Latin letter."""
    base = _SELECTOR.sub("", cluster)
    composed = unicodedata.normalize("NFC", base)
    compatible = unicodedata.normalize("NFKC", base)
    latin = "".join(
        char
        for char in unicodedata.normalize("NFD", base).translate(_LATIN)
        if not unicodedata.combining(char)
    )
    for candidate in (
        composed,
        composed.translate(everyday_shape()),
        composed.translate(_SAME_CELL),
        compatible,
        compatible.translate(everyday_shape()),
        latin,
        latin.translate(everyday_shape()),
    ):
        if candidate and fits(candidate):
            return candidate
    return "" if all(unicodedata.category(char) in ("Cc", "Cf", "Mn") for char in cluster) else unknown


@lru_cache(maxsize=4096)
def _shown_cluster(cluster: str) -> str:
    if _basic(cluster):
        return cluster
    best = _stand_in(cluster, _basic, LOST)
    return _stand_in(cluster, _in_cp932, LOST) if best == LOST else best


@lru_cache(maxsize=4096)
def _reason(cluster: str) -> Reason | None:
    if cluster == LOST:
        return "lost"
    if _basic(cluster) or (_basic(cluster[0]) and _basic(unicodedata.normalize("NFC", cluster))):
        return None
    if PRIVATE_USE.search(cluster):
        return "private-use"
    if _SELECTOR.search(cluster):
        return "variation"
    return "beyond-level-2" if _in_cp932(cluster) else "outside-cp932"


def _ordinary(text: str) -> bool:
    """Whether every character is in JIS X 0201 or 0208. Quick: most names are."""
    try:
        text.encode("shift_jis")
    except UnicodeEncodeError:
        return False
    return True


def _faithful(text: str) -> bytes | None:
    """The bytes of CP932 if they mean this and nothing else: not for private use, nor for a cell of two names."""
    try:
        encoded = text.encode("cp932")
    except UnicodeEncodeError:
        return None
    if _UNRELIABLE.search(text) or encoded.decode("cp932") != text:
        return None
    return encoded


@lru_cache(maxsize=16384)
def _in_cp932(cluster: str) -> bool:
    return _faithful(cluster) is not None


def _in_claims(cluster: str) -> bool:
    return _in_cp932(cluster) and _basic(cluster)


@lru_cache(maxsize=16384)
def _basic(cluster: str) -> bool:
    return all(_ordinary(char) or _in_basic_cell(char) for char in cluster)


def _in_basic_cell(char: str) -> bool:
    encoded = _faithful(char)
    if encoded is None:
        return False
    cell = int.from_bytes(encoded, "big")
    return any(first <= cell <= last for first, last in _BASIC_CELLS)
