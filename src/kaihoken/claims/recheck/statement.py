"""The statements of a recheck: one file each, named after the table that it makes."""

from functools import cache
from importlib.resources import files


@cache
def statement(name: str) -> str:
    """The SQL of a step."""
    return files("kaihoken.claims.recheck").joinpath(f"statements/{name}.sql").read_text(encoding="utf-8")
