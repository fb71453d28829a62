"""What each step of a start took, told as it happens."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Steps:
    """Tells steps and keeps what they took, in seconds. `quiet` keeps only."""

    quiet: bool
    taken: dict[str, float] = field(default_factory=dict)

    def begin(self, words: str) -> float:
        """Name a step; when it began."""
        if not self.quiet:
            sys.stdout.write(f"  {words} … ")
            sys.stdout.flush()
        return time.perf_counter()

    def end(self, name: str, began: float) -> None:
        """Say what it took."""
        self.taken[name] = round(time.perf_counter() - began, 2)
        if not self.quiet:
            say(f"{self.taken[name]:.1f} s")

    @contextmanager
    def step(self, name: str, words: str) -> Iterator[None]:
        """Time one step."""
        began = self.begin(words)
        yield
        self.end(name, began)


def say(text: str) -> None:
    """One line on stdout, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
