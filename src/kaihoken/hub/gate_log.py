"""What the operator's log says of the gate: tokens that were issued and refused, and whoever was refused access.

One line of JSON an event. It names the client, its key, or the account, by ids that name no person; the row of the
route table, never a path as it was asked for; the problem by its code. No address: it is counted, and written nowhere.
Of a token that was refused the client is what the assertion claims, where somebody of that name is enrolled: nothing is
proven.

Refusals are written so often and no oftener, per caller and over all (`limits.logged_caller`, `limits.logged_overall`),
so that a flood neither fills the disk nor hides what others do; the next line says how many were left out. Tokens that
are issued have limits of their own.
"""

import logging
from typing import Literal

import msgspec

from kaihoken.access import Limits, Meter, Ticks, network_of
from kaihoken.access import Reply as TokenReply
from kaihoken.problems import Problem

LOGGER = "kaihoken.gate"
REFUSED_ACCESS = frozenset({401, 403, 429})
"""The statuses of refused access: nobody proven, not allowed, too often."""

_log = logging.getLogger(LOGGER)


class GateEvent(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One line. What is "" is not known, and not written."""

    event: Literal["token-issued", "token-refused", "refused", "left-out"]
    route: str = ""
    client: str = ""
    claimed: str = ""  # the client that an assertion names which proved nothing
    key: str = ""
    account: str = ""
    problem: str = ""
    left_out: int = 0  # refusals since the line before that were not written


class GateLog:
    """Writes the lines. `ticks` is the clock of limits."""

    def __init__(self, limits: Limits, ticks: Ticks) -> None:
        self._callers = Meter(limits.logged_caller)
        self._overall = Meter(limits.logged_overall)
        self._ticks = ticks
        self._left_out = 0

    def token(self, route: str, reply: TokenReply, source: str) -> None:
        """An answer of the token endpoint. `source` is counted where no client of that name is enrolled."""
        if reply.refused:
            event = GateEvent(
                event="token-refused",
                route=route,
                claimed=reply.client,
                key=reply.key,
                problem=reply.refused,
            )
            self._refused(event, reply.client or network_of(source))
            return
        _log.info(
            "%s", _line(GateEvent(event="token-issued", route=route, client=reply.client, key=reply.key))
        )

    def refused(
        self,
        problem: Problem,
        route: str,
        source: str,
        *,
        client: str = "",
        key: str = "",
        account: str = "",
    ) -> None:
        """A refusal; of those that are none of access nothing is written. `route` is the row's, "" for none."""
        if problem.entry.status in REFUSED_ACCESS:
            event = GateEvent(
                event="refused", route=route, client=client, key=key, account=account, problem=problem.code
            )
            self._refused(event, client or account or network_of(source))

    def close(self) -> None:
        """Say how many were left out since the last line."""
        if self._left_out:
            _log.warning("%s", _line(GateEvent(event="left-out", left_out=self._left_out)))
            self._left_out = 0

    def _refused(self, event: GateEvent, counted_as: str) -> None:
        now = self._ticks()
        if self._callers.take(counted_as, now) or self._overall.take("", now):
            self._left_out += 1
            return
        left_out, self._left_out = self._left_out, 0
        _log.warning("%s", _line(msgspec.structs.replace(event, left_out=left_out)))


def _line(event: GateEvent) -> str:
    return msgspec.json.encode(event).decode()
