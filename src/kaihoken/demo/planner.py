"""The planner's pages beside the hub of a demonstration, in a process of their own: no planner library in the hub."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import uvicorn

BESIDE = 10
"""So far above the hub's port the planner's lies."""

_LIBRARY = "polars"


@contextmanager
def planner_beside(port: int) -> Iterator[str]:
    """Serves the planner's pages on a port until the block is left; gives their address, "" where the extra `planner`
    is not installed."""
    if find_spec(_LIBRARY) is None:
        yield ""
        return
    serving = get_context("spawn").Process(target=_serve, args=(port,), daemon=True)
    serving.start()
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        serving.terminate()
        serving.join()


def _serve(port: int) -> None:
    import uvicorn

    from kaihoken.planner import PlannerSettings, planner_site

    site = planner_site(PlannerSettings(port=port))
    config = uvicorn.Config(site, host="127.0.0.1", port=port, log_level="critical", server_header=False)
    server = uvicorn.Server(config)
    Thread(target=_end_with_the_demonstration, args=(server,), daemon=True).start()
    server.run()


def _end_with_the_demonstration(server: "uvicorn.Server") -> None:
    """Also where the demonstration was killed and could end nobody."""
    demonstration = parent_process()
    assert demonstration is not None
    demonstration.join()
    server.should_exit = True
