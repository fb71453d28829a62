"""A card on a terminal's reader: its challenge, and what came back, in the order in which things happen.

Each outcome is on durable record before it is answered, a refusal as well as a proof. A challenge leaves no record: it
opens nothing by itself, and a restart forgets it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import msgspec

from kaihoken.audit import Committer
from kaihoken.card.certificate import Trust, Validity
from kaihoken.card.holders import HolderRequest
from kaihoken.card.presence import (
    LINKING,
    Agreement,
    Attempt,
    Bound,
    CardAnswer,
    Challenge,
    Challenges,
    Findings,
    Presences,
    Proved,
    Purpose,
    agreed,
    message_of,
    presence_terms,
    prove,
    proved_entry,
    refused_entry,
)
from kaihoken.card.revocation import RevocationSource
from kaihoken.clock import Clock
from kaihoken.coverage.cards.linking import CardLinks, Holders, LinkFor
from kaihoken.coverage.cards.messages import (
    CardChallengeAnswer,
    CardLinkAnswer,
    CardLinkRequest,
    CardPresenceAnswer,
    CardPresenceRequest,
    read_challenge,
    read_link,
    read_presence,
)
from kaihoken.coverage.question import Asker
from kaihoken.problems import Problem
from kaihoken.store import LookupKey, Write

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class CardTrust:
    """What a hub knows of cards: the pinned roots, who says whether a certificate was revoked, and whether the word
    of a terminal for a face or visual check is taken (a simulation), and who knows whose a certificate is."""

    roots: Trust
    revocation: RevocationSource
    attested: bool = False
    holders: Holders | None = None


class CardDesk:
    """The cards on terminals' readers. One per hub; `hub` is its address as client assertions name it, `ticks` a clock
    that never runs backwards, in nanoseconds; `links` None: no card is registered here, and no renewed one followed."""

    def __init__(
        self,
        hub: str,
        trust: CardTrust,
        presences: Presences,
        committer: Committer,
        lookup_keys: Sequence[LookupKey],
        clock: Clock,
        ticks: Callable[[], int],
        links: CardLinks | None = None,
    ) -> None:
        self._hub = hub
        self._trust = trust
        self._presences = presences
        self._committer = committer
        self._lookup_keys = lookup_keys
        self._clock = clock
        self._links = links
        self._challenges = Challenges(ticks)

    def challenge(self, asker: Asker, body: bytes) -> bytes:
        """A challenge for a card that is to be put on a reader. Problems of `read_challenge`,
        `card.challenges-many`, `card.holders-off` for a registration that could not end well."""
        request = read_challenge(body)
        if request.purpose is Purpose.REGISTRATION:
            self._require_links()
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
        attempt = Attempt(
            now, asker.client, asker.key, bound, request.challenge, request.method, request.answered_by
        )
        found = Findings()
        try:
            proved = await self._proved(attempt, request, agreement, found)
        except Problem as problem:
            await self._committer.commit([refused_entry(attempt, found, problem.code, self._lookup_keys[0])])
            raise
        if self._links is not None:
            await self._links.follow(
                request.certificate, proved, LinkFor(asker, request.terminal, request.challenge)
            )
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

    async def link(
        self, asker: Asker, body: bytes, keep: Callable[[bytes], Sequence[Write]] = lambda _: ()
    ) -> bytes:
        """利用登録: the card that answered a challenge stands for its holder from now on. `keep` joins the transaction
        with the answer.

        Problems of `read_link`; each of the rest is on record before it is raised: `card.challenge-ended`,
        `card.holders-off`, `card.link-unsigned` (a terminal's word is no wish of the holder), those of
        `kaihoken.card.presence.prove`, `card.certificate-expired` also in the months of grace, those of
        `CardLinks.register`. And those of the store and the log.
        """
        request = read_link(body)
        bound = Bound(asker.facility, request.terminal, Purpose.REGISTRATION)
        attempt = Attempt(
            self._clock.now(),
            asker.client,
            asker.key,
            bound,
            request.challenge,
            request.method,
            request.answered_by,
        )
        found, lookup = Findings(), self._lookup_keys[0]
        try:
            wish, proved = await self._wished(attempt, request, found)
            status = await self._require_links().register(
                wish,
                proved,
                LinkFor(asker, request.terminal, request.challenge),
                proved_entry(attempt, proved, lookup),
                lambda status: keep(_encode(CardLinkAnswer(status=status))),
            )
        except Problem as problem:
            if problem.code.startswith("card."):
                await self._committer.commit([refused_entry(attempt, found, problem.code, lookup)])
            raise
        return _encode(CardLinkAnswer(status=status))

    async def _wished(
        self, attempt: Attempt, request: CardLinkRequest, found: Findings
    ) -> tuple[HolderRequest, Proved]:
        """The wish that a card signed, as its authority has to see it."""
        self._require_links()
        challenge = self._challenges.take(request.challenge, attempt.client, attempt.bound)
        if request.method.attested:
            raise Problem("card.link-unsigned")
        proved = await self._of_message(attempt, request, challenge, LINKING, found)
        if proved.state is Validity.IN_GRACE:
            raise Problem("card.certificate-expired")
        wish = HolderRequest(
            hub=self._hub,
            facility=attempt.bound.facility,
            terminal=attempt.bound.terminal,
            challenge=challenge.name,
            nonce=challenge.nonce,
            certificate=request.certificate,
            signature=request.signature,
            answered_by=request.answered_by,
        )
        return wish, proved

    def _require_links(self) -> CardLinks:
        """Problem `card.holders-off` where nobody could say whose a card is."""
        if self._links is None:
            raise Problem("card.holders-off")
        return self._links

    async def _proved(
        self, attempt: Attempt, request: CardPresenceRequest, agreement: Agreement, found: Findings
    ) -> Proved:
        challenge = self._challenges.take(request.challenge, attempt.client, attempt.bound)
        if request.method.attested and not self._trust.attested:
            raise Problem("card.attested-off")
        return await self._of_message(attempt, request, challenge, agreement, found)

    async def _of_message(
        self,
        attempt: Attempt,
        request: CardPresenceRequest | CardLinkRequest,
        challenge: Challenge,
        agreement: Agreement,
        found: Findings,
    ) -> Proved:
        return await prove(
            CardAnswer(request.certificate, request.signature, request.method),
            message_of(self._hub, attempt.bound, challenge, replace(agreement, by=attempt.answered_by)),
            self._trust.roots,
            self._trust.revocation,
            attempt.at,
            found,
        )
