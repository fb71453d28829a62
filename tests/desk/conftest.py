"""The fixtures of these tests: commands are run as those of a hub are."""

from ..hub.conftest import run

__all__ = ["run"]
