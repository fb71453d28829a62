"""A card on a terminal's reader: its challenge, and what came back, in the order in which things happen.

Each outcome is on durable record before it is answered, a refusal as well as a proof. A challenge leaves no record: it
opens nothing by itself, and a restart forgets it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from kaihoken.audit import Committer
from kaihoken.card.certificate import Trust
from kaihoken.card.presence import (
    Agreement,
    Attempt,
    Bound,
    CardAnswer,
    Challenges,
    Findings,
    Presences,
    Proved,
    agreed,
    message_of,
    presence_terms,
    prove,
    proved_entry,
    refused_entry,
)
from kaihoken.card.revocation import RevocationSource
from kaihoken.clock import Clock
from kaihoken.coverage.cards.messages import (
    CardChallengeAnswer,
    CardPresenceAnswer,
    CardPresenceRequest,
    read_challenge,
    read_presence,
)
from kaihoken.coverage.question import Asker
from kaihoken.problems import Problem
from kaihoken.store import LookupKey, Write

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class CardTrust:
    """What a hub knows of cards: the pinned roots, who says whether a certificate was revoked, and whether the word
    of a terminal for a face or visual check is taken (a simulation)."""

    roots: Trust
    revocation: RevocationSource
    attested: bool = False


class CardDesk:
    """The cards on terminals' readers. One per hub; `hub` is its address as client assertions name it, `ticks` a clock
    that never runs backwards, in nanoseconds."""

    def __init__(
        self,
        hub: str,
        trust: CardTrust,
        presences: Presences,
        committer: Committer,
        lookup_keys: Sequence[LookupKey],
        clock: Clock,
        ticks: Callable[[], int],
    ) -> None:
        self._hub = hub
        self._trust = trust
        self._presences = presences
        self._committer = committer
        self._lookup_keys = lookup_keys
        self._clock = clock
        self._challenges = Challenges(ticks)

    def challenge(self, asker: Asker, body: bytes) -> bytes:
        """A challenge for a card that is to be put on a reader. Problems of `read_challenge`,
        `card.challenges-many`."""
        request = read_challenge(body)
        terms = presence_terms(self._clock.today())
        bound = Bound(asker.facility, request.terminal, request.purpose)
        challenge = self._challenges.issue(asker.client, bound, terms.challenge_seconds)
        return _encode(
            CardChallengeAnswer(
                challenge=challenge.name, nonce=challenge.nonce, seconds=terms.challenge_seconds
            )
        )

    async def prove(
        self, asker: Asker, body: bytes, keep: Callable[[bytes], Sequence[Write]] = lambda _: ()
    ) -> bytes:
        """The presence of the card that answered a challenge. `keep` joins the transaction with the answer.

        Problems of `read_presence`; each of the rest is on record before it is raised: `card.challenge-ended`,
        `card.attested-off`, those of `kaihoken.card.presence.prove`. And those of the store and the log.
        """
        request = read_presence(body)
        bound = Bound(asker.facility, request.terminal, request.purpose)
        agreement = agreed(request.consents, request.care, request.means, request.examined_on)
        now = self._clock.now()
        attempt = Attempt(now, asker.client, asker.key, bound, request.challenge, request.method)
        found = Findings()
        try:
            proved = await self._proved(attempt, request, agreement, found)
        except Problem as problem:
            await self._committer.commit([refused_entry(attempt, found, problem.code, self._lookup_keys[0])])
            raise
        seconds = presence_terms(self._clock.today()).presence_seconds
        ends = now + timedelta(seconds=seconds)
        answer = _encode(
            CardPresenceAnswer(
                presence=self._presences.seal(proved, request.challenge, bound, agreement, ends),
                seconds=seconds,
                presented=proved.kind.value,
                method=proved.method,
                certificate=proved.state,
                simulated=proved.method.attested,
            )
        )
        await self._committer.commit(
            [proved_entry(attempt, proved, self._lookup_keys[0])], lambda _: keep(answer)
        )
        return answer

    async def _proved(
        self, attempt: Attempt, request: CardPresenceRequest, agreement: Agreement, found: Findings
    ) -> Proved:
        challenge = self._challenges.take(request.challenge, attempt.client, attempt.bound)
        if request.method.attested and not self._trust.attested:
            raise Problem("card.attested-off")
        return await prove(
            CardAnswer(request.certificate, request.signature, request.method),
            message_of(self._hub, attempt.bound, challenge, agreement),
            self._trust.roots,
            self._trust.revocation,
            attempt.at,
            found,
        )
