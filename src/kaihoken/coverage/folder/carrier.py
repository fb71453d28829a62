"""The agent as a part of another program: started and ended with it, and asked how it stands.

    carrier = Carrier(folders, ask_at(hub), tell, clock)
    task = carrier.start()
    carrier.state.waiting
    await carrier.stop()

Folders that are not there at the start (a share whose PC is still off) are waited for; so is another agent that has
them. What is wrong stands in `state.folders`, with the words for it.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from kaihoken.clock import Clock
from kaihoken.coverage.folder.agent import EVERY_SECONDS, STAY_MINUTES, Agent, Ask, Tell
from kaihoken.coverage.folder.disk import DiskThread, OnDisk
from kaihoken.coverage.folder.noticing import Looking, Notices, notices_of
from kaihoken.coverage.folder.report import Changed, FolderState, Journal
from kaihoken.coverage.folder.shelves import Folders, Shelves
from kaihoken.problems import Problem

_AGAIN_SECONDS = 5.0


class Carrier:
    """Carries requests for as long as it runs. `ask`, `tell` and `changed` are called in the loop of `start`."""

    def __init__(
        self,
        folders: Folders,
        ask: Ask,
        tell: Tell,
        clock: Clock,
        *,
        ticks: Callable[[], int] = time.monotonic_ns,
        every: float = EVERY_SECONDS,
        stay_minutes: int = STAY_MINUTES,
        notices: Callable[[Sequence[Path]], Notices] = notices_of,
        on_disk: OnDisk | None = None,
        again_after: float = _AGAIN_SECONDS,
        changed: Changed = lambda _: None,
    ) -> None:
        self._folders = folders
        self._ask, self._tell = ask, tell
        self._clock, self._ticks = clock, ticks
        self._every, self._stay_minutes = every, stay_minutes
        self._notices = notices
        self._on_disk = on_disk or DiskThread()
        self._again_after = again_after
        self._changed = changed
        self._before = Journal(clock, changed)
        self._agent: Agent | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def state(self) -> FolderState:
        """How it stands; before the folders could be opened, why not."""
        return self._agent.state if self._agent is not None else FolderState(folders=self._before.folders)

    def start(self) -> asyncio.Task[None]:
        """Begin. The task ends with `stop`, or with what nobody foresaw: then it raises that."""
        self._task = asyncio.create_task(self._run(), name="folder-agent")
        return self._task

    async def stop(self) -> None:
        """End: what is being asked stays in the queue, and everything goes on at the next start."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        shelves = await self._opened()
        self._before.folders_are(None)
        agent = self._agent = Agent(
            shelves,
            self._ask,
            self._tell,
            self._ticks,
            self._clock,
            stay_minutes=self._stay_minutes,
            on_disk=self._on_disk,
            changed=self._changed,
        )
        notices = self._notices((self._folders.req,))
        try:
            await agent.run(notices, self._every)
        finally:
            await notices.close()
            shelves.close()

    async def _opened(self) -> Shelves:
        waiting = Looking()
        while True:
            try:
                return await self._open()
            except Problem as problem:
                self._not_opened(problem)
            except OSError as error:
                self._not_opened(Problem("oqs.folder-away", reason=error.strerror or type(error).__name__))
            await waiting.changed(self._again_after)

    async def _open(self) -> Shelves:
        opening = asyncio.ensure_future(self._on_disk(lambda: Shelves(self._folders, self._clock)))
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            with suppress(Problem, OSError):
                (await opening).close()
            raise

    def _not_opened(self, problem: Problem) -> None:
        told = self._before.folders
        if told is None or told.problem.code != problem.code:
            for language in ("ja", "en"):
                self._tell(f"{problem.title(language)} → {problem.mend(language)}")
        self._before.folders_are(problem)
