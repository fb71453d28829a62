"""The log's public face: heads, proofs, keys. Open to everybody: there is no personal data in any of it."""

from urllib.parse import parse_qsl

from kaihoken.audit import public
from kaihoken.hub.exchange import Reply, Request
from kaihoken.hub.machine import Machine
from kaihoken.problems import Problem

_MOST_DIGITS = 18


class LogRoutes:
    """Handlers of /v1/log and of the published keys."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    async def head(self, _: Request) -> Reply:
        """GET /v1/log/head."""
        return Reply(public.head(self._machine.committer))

    async def inclusion(self, request: Request) -> Reply:
        """GET /v1/log/inclusion?batch=N[&size=M]."""
        numbers = _numbers(request.query, required=("batch",), optional=("size",))
        return Reply(await public.inclusion(self._machine.committer, numbers["batch"], numbers.get("size")))

    async def consistency(self, request: Request) -> Reply:
        """GET /v1/log/consistency?from=N[&to=M]."""
        numbers = _numbers(request.query, required=("from",), optional=("to",))
        return Reply(await public.consistency(self._machine.committer, numbers["from"], numbers.get("to")))

    async def keys(self, _: Request) -> Reply:
        """GET /.well-known/kaihoken-log-keys.json."""
        return Reply(public.keys(self._machine.keys))


def _numbers(query: bytes, required: tuple[str, ...], optional: tuple[str, ...]) -> dict[str, int]:
    """The whole numbers of a query. Problem `hub.query` for anything else in it."""
    numbers: dict[str, int] = {}
    for name, value in parse_qsl(query.decode("ascii", "replace"), keep_blank_values=True):
        known = name in required or name in optional
        if not known or name in numbers or not _is_number(value):
            raise Problem(
                "hub.query", where=name if known else "query", wanted=", ".join((*required, *optional))
            )
        numbers[name] = int(value)
    for name in required:
        if name not in numbers:
            raise Problem("hub.query", where=name, wanted=", ".join((*required, *optional)))
    return numbers


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS
