"""The clinic's PC of a demonstration: a process of its own with its own folder, that can lose its power."""

import os
import signal
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final

from kaihoken.demo.beside import end_with_parent, started_beside

ASKS: Final = "medicine,health-checkup,diagnosis,limit"
"""What this clinic's reader asks: the demonstration's facility uses every item, for the sandbox, but nobody is asked
thirteen questions at a counter."""


@dataclass(slots=True)
class ClinicPc:
    """A desk on a folder, asking a hub over a line. `visitors` is the page that shows its screens. Not started when
    made."""

    folder: Path
    hub: str
    proxy: str
    port: int
    cards: Path
    card_roots: Path
    requests: Path
    visitors: str
    _running: BaseProcess | None = field(default=None)

    @property
    def is_on(self) -> bool:
        """Whether it has power."""
        return self._running is not None and self._running.is_alive()

    def power_on(self) -> None:
        """Start it, unless it runs."""
        if self.is_on:
            return
        values = {
            "folder": str(self.folder),
            "hub": self.hub,
            "proxy": self.proxy,
            "port": self.port,
            "requests": str(self.requests),
            "cards": str(self.cards),
            "card_roots": str(self.card_roots),
            "card_attested": True,
            "asks": ASKS,
            "evening_at": "",  # a visitor sees people who are not checked yet
            "framed_by": self.visitors,
            "demo": True,
        }
        self._running = started_beside(_serve, values)

    def power_cut(self) -> None:
        """Take its power away: nothing is finished, nothing is said."""
        if self._running is not None:
            self._running.kill()
            self._running.join()

    def shut_down(self) -> None:
        """End it as one ends a program."""
        if self._running is not None:
            self._running.terminate()
            self._running.join()


def _serve(values: dict[str, object]) -> None:
    import msgspec

    from kaihoken.desk import DeskSettings, serve

    settings = msgspec.convert(values, DeskSettings)
    end_with_parent(lambda: os.kill(os.getpid(), signal.SIGTERM))
    serve(settings)
