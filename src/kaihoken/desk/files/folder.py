"""A folder into which a レセコン writes its lists: every whole file is taken in, and moved aside. None is deleted.

A list has no last line that says that it is one, so it is whole when it stayed the same for seconds on end. What was
taken lies in `done` under a name of our own; what could not be read in `unread`.
"""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kaihoken.coverage.folder import Arrival, Look, Notices, Spacing
from kaihoken.desk.files.files import Files
from kaihoken.desk.files.intake import Intake, Way
from kaihoken.desk.files.table import LARGEST_FILE
from kaihoken.desk.slices import Sliced, at_once, in_slices
from kaihoken.problems import Problem

DONE: Final = "done"
UNREAD: Final = "unread"
SOON_SECONDS: Final = 0.3
SELDOM_SECONDS: Final = 30.0


class FileFolder:
    """The watched folder of one desk. `changed` is called after an import that wrote something."""

    def __init__(
        self,
        folder: Path,
        files: Files,
        ticks: Callable[[], int],
        changed: Callable[[], None],
        went_away: Callable[[], None] = lambda: None,
    ) -> None:
        """`went_away` is called when the folder cannot be reached any more, once each time."""
        self._folder = folder
        self._files = files
        self._ticks = ticks
        self._changed = changed
        self._went_away = went_away
        self._is_away = False
        self._arriving: dict[str, Arrival] = {}
        self._spacing = Spacing()

    async def watch(self, notices: Notices) -> None:
        """Rounds until it is cancelled. A folder that is away is looked for again."""
        try:
            while True:
                await in_slices(self.looking())
                await notices.changed(SOON_SECONDS if self._arriving else SELDOM_SECONDS)
        finally:
            await notices.close()

    def round(self) -> None:
        """One look at every file; those that are whole are taken."""
        at_once(self.looking())

    def looking(self) -> Sliced[None]:
        """The same in slices."""
        try:
            there = {one.name: one for one in self._folder.iterdir() if _is_list(one)}
            self._arriving = {name: seen for name, seen in self._arriving.items() if name in there}
            for name, path in sorted(there.items()):
                yield from self._look(name, path)
        except OSError:  # a share that is away: the next round looks again
            if not self._is_away:
                self._went_away()
            self._is_away = True
        else:
            self._is_away = False

    def _look(self, name: str, path: Path) -> Sliced[None]:
        seen = self._arriving.get(name, Arrival())
        content = _read(path)
        look = Look.unfinished(content) if content is not None else None
        seen = seen.seen(look, self._ticks(), self._spacing)
        self._arriving[name] = seen
        if content is not None and seen.is_whole:
            yield from self._take(path, content)
            del self._arriving[name]

    def _take(self, path: Path, content: bytes) -> Sliced[None]:
        """Into the safe, imported where its columns are known, and then aside: a crash between takes it once more, and
        that changes nothing."""
        try:
            intake = yield from self._files.taking(content, Way.FOLDER)
            if intake.table is not None and self._files.known(intake.table) is not None:
                yield from self._files.bringing_in(intake)
        except Problem:  # the disk is full: the file stays where it is
            return
        self._changed()
        _aside(path, self._folder / _shelf(intake))


def _shelf(intake: Intake) -> str:
    return UNREAD if intake.refused else DONE


def _aside(path: Path, shelf: Path) -> None:
    """Under a name that says nothing of anybody, and that no other file has."""
    shelf.mkdir(exist_ok=True)
    path.rename(shelf / f"{secrets.token_hex(8)}.csv")


def _is_list(path: Path) -> bool:
    return not path.name.startswith((".", "~")) and path.is_file() and not path.is_symlink()


def _read(path: Path) -> bytes | None:
    """The bytes of a file, no more than tell that it is too large; None where its writer holds it."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_FILE + 1)
    except OSError:
        return None
