"""Where the folders lie that medical software expects, by system: data, so that a new system is a line."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath, PureWindowsPath
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Places:
    """The three folders of the interface."""

    req: PurePath
    res: PurePath
    face: PurePath


def _below(folder: PurePath) -> Places:
    return Places(folder / "req", folder / "res", folder / "face")


PLACES: Mapping[str, Places] = MappingProxyType({"win32": _below(PureWindowsPath("C:/OQS"))})
"""By `sys.platform`. Terminals have `C:\\OQS` and share its folders; on other systems nobody has agreed on a place."""


def usual_places(platform: str) -> Places | None:
    """The folders where software of that system looks, None where that is not known.

    >>> str(usual_places("win32").req)
    'C:\\\\OQS\\\\req'
    """
    return PLACES.get(platform)
