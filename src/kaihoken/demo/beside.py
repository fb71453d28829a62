"""Processes beside the hub of a demonstration: who started one ends it, and it ends with who started it."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from threading import Thread


def started_beside(target: Callable[..., None], *arguments: object) -> BaseProcess:
    """That, running in a process of its own. Ctrl-C is nothing to it, from its first instruction on: it reaches the
    whole terminal at once, and an interrupted child would say so there."""
    process = get_context("spawn").Process(target=target, args=arguments)
    with _interrupts_held():
        process.start()
    return process


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """An interrupt waits until the block is left; a process that is started in it never sees one."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_with_parent(end: Callable[[], object]) -> None:
    """Call that once the process that started this one has ended, in whatever way."""
    parent = parent_process()
    assert parent is not None

    def wait() -> None:
        parent.join()
        end()

    Thread(target=wait, daemon=True).start()
