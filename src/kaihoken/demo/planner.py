"""The planner's pages beside the hub of a demonstration, in a process of their own: no planner library in the hub."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec

from kaihoken.demo.beside import end_with_parent, started_beside

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
    serving = started_beside(_serve, port)
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
    end_with_parent(lambda: setattr(server, "should_exit", True))
    with suppress(KeyboardInterrupt):
        server.run()
