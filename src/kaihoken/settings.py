"""Settings: one frozen struct per application, read once at the edge from TOML and `KAIHOKEN_*`.

A key that no setting knows is an error, and so is a value of the wrong type; the environment overrides the file.
A field whose name ends in `_secret` or `_password` is masked by `shown`.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from kaihoken.problems import Problem

PREFIX = "KAIHOKEN_"
FILE_VARIABLE = "KAIHOKEN_CONFIG"

_MASK = "********"
_ADDRESS = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?P<rest>.*)", re.DOTALL)
_SHOWN_IN_QUERY = ("host", "port", "dbname", "sslmode", "target_session_attrs", "application_name")

S = TypeVar("S", bound=msgspec.Struct)


def load(kind: type[S], file: Path | None = None, environment: Mapping[str, str] | None = None) -> S:
    """The settings of one application.

    `file` is a TOML file (default: the one named by KAIHOKEN_CONFIG, if any). Raises Problem `settings.unknown`
    or `settings.invalid`, naming the key and where it was read.
    """
    surroundings = os.environ if environment is None else environment
    if file is None and FILE_VARIABLE in surroundings:
        file = Path(surroundings[FILE_VARIABLE])
    names = {field.name for field in msgspec.structs.fields(kind)}
    values: dict[str, object] = {}
    if file is not None:
        for key, value in _read(file).items():
            if key not in names:
                raise Problem("settings.unknown", where=str(file), key=key)
            values[key] = value
    for variable, text in surroundings.items():
        if not variable.startswith(PREFIX) or variable == FILE_VARIABLE:
            continue
        key = variable.removeprefix(PREFIX).lower()
        if key not in names:
            raise Problem("settings.unknown", where="environment", key=variable)
        values[key] = text
    try:
        return msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as error:
        raise Problem("settings.invalid", where=str(file or "environment"), reason=str(error)) from error


def in_file(file: Path) -> dict[str, str]:
    """What a settings file says in words, unchecked, a table's as `table_name`: for commands that need one or two of an
    application's settings. Raises Problem `settings.invalid`."""
    said: dict[str, str] = {}
    for key, value in _read(file).items():
        inner = value.items() if isinstance(value, dict) else ()
        said |= {f"{key}_{name}": word for name, word in inner if isinstance(word, str)}
        if isinstance(value, str):
            said[key] = value
    return said


def shown(settings: msgspec.Struct) -> dict[str, object]:
    """The settings as they may be shown: secrets masked, and passwords inside addresses."""
    values: dict[str, object] = msgspec.to_builtins(settings)
    return {
        key: _MASK if _secret(key) and value else _without_password(value) for key, value in values.items()
    }


def _without_password(value: object) -> object:
    """Settings lie in tables too."""
    if isinstance(value, dict):
        return {key: _without_password(inner) for key, inner in value.items()}
    return masked(value) if isinstance(value, str) else value


def masked(address: str) -> str:
    """An address as it may be shown: the password is hidden wherever it stands, also where it was mistyped (an `@` or
    `/` in it), and of the query all but what says where and how to connect. What is no address stays as it is."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        return address
    before, question, query = found["rest"].partition("?")
    if ":" in before and "@" in query and "@" not in before:
        return f"{found['scheme']}{_MASK}"  # the question mark may stand in a password
    user, at, place = before.rpartition("@")
    name, colon, _ = user.partition(":")
    return "".join(
        (
            found["scheme"],
            f"{name}{colon}{_MASK if colon else ''}{at}",
            place,
            question,
            "&".join(_shown_in_query(pair) for pair in query.split("&")) if question else "",
        )
    )


def _shown_in_query(pair: str) -> str:
    key, equals, _ = pair.partition("=")
    if not equals:
        return _MASK
    return pair if key in _SHOWN_IN_QUERY else f"{key}={_MASK}"


def _secret(key: str) -> bool:
    return key.endswith(("_secret", "_password"))


def _read(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Problem("settings.invalid", where=str(file), reason=str(error)) from error
