"""How late the register learns: the days from a fact to the notification, and from there to the register."""

from kaihoken.people import lots
from kaihoken.people.draws import delay
from kaihoken.people.figures import TroubleFigures
from kaihoken.people.members import STILL, Member, Policy

_LONGEST = 90
"""Nothing takes longer: older facts need no delay drawn."""


class Lags:
    """Puts the days on policies and people."""

    def __init__(self, figures: TroubleFigures, as_of: int) -> None:
        self._notice = figures.notice_days.value
        self._register = figures.register_days.value
        self._never_told = figures.loss_never_told
        self._as_of = as_of

    def start(self, member: Member, day: int) -> tuple[int, int]:
        """When the start of a coverage was notified and when the register learned of it."""
        if day < self._as_of - _LONGEST:
            return day + 4, day + 7
        notified = day + delay(self._notice, member.lots[lots.NOTICE])
        return notified, notified + delay(self._register, member.lots[lots.REGISTER])

    def end(self, member: Member, day: int) -> int:
        """When the register learned of the end; `STILL` where nobody told it."""
        if member.lots[lots.LOSS_TOLD] < self._never_told:
            return STILL
        if day < self._as_of - _LONGEST:
            return day + 7
        notified = day + delay(self._notice, member.lots[lots.LOSS_NOTICE])
        return notified + delay(self._register, member.lots[lots.LOSS_REGISTER])

    def settle(self, policy: Policy) -> Policy:
        """The policy with the days on which its start and end became known."""
        policy.received, policy.known = self.start(policy.holder, policy.start)
        if policy.end:
            policy.end_known = self.end(policy.holder, policy.end)
        return policy
