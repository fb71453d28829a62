"""The routes of a card on a terminal's reader: its challenge, what it answered, and its registration for its holder."""

from collections.abc import Awaitable, Callable, Sequence

from kaihoken.access import Scope
from kaihoken.coverage import (
    Asker,
    CardChallengeAnswer,
    CardChallengeRequest,
    CardDesk,
    CardLinkAnswer,
    CardLinkRequest,
    CardPresenceAnswer,
    CardPresenceRequest,
    QuestionKind,
)
from kaihoken.hub.exchange import TOO_LARGE, Reply, Request, asker_of, refuse_plainly, require_json
from kaihoken.hub.machine import Machine
from kaihoken.hub.refusals import BODY, CALLER, CARD_LINK, CARD_PROOF, JSON_OBJECT, RECORD, REPEATABLE
from kaihoken.hub.repeats import KEY_NEEDED, once
from kaihoken.hub.routes import Body, Route
from kaihoken.problems import Problem
from kaihoken.store import Write

_JSON = "application/json"
_MOST_BODY = 16 * 1024

_Do = Callable[[Asker, bytes, Callable[[bytes], Sequence[Write]]], Awaitable[bytes]]


class CardRoutes:
    """Handlers of the routes."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    async def challenge(self, request: Request) -> Reply:
        """POST /v1/card-challenges."""
        require_json(request)
        return Reply(self._desk.challenge(asker_of(request.authenticated), request.body))

    async def prove(self, request: Request) -> Reply:
        """POST /v1/card-presences."""
        require_json(request)
        return await self._once(request, self._desk.prove)

    async def link(self, request: Request) -> Reply:
        """POST /v1/card-links."""
        require_json(request)
        desk, gate, caller = self._desk, self._machine.gate, request.authenticated
        gate.admit_question(caller, QuestionKind.CERTIFICATE)
        try:
            return await self._once(request, desk.link)
        except Problem as problem:
            if problem.code == "card.link-nobody":
                gate.not_found(caller, QuestionKind.CERTIFICATE)
            raise

    async def _once(self, request: Request, do: _Do) -> Reply:
        """Do it, or answer what was answered when it was done. What is refused leaves the key free."""
        async with once(self._machine.idempotency, request) as attempt:
            if attempt.answer is not None:
                return Reply(attempt.answer)

            def keep(answer: bytes) -> tuple[Write, ...]:
                return (attempt.keep(answer),)

            return Reply(await do(asker_of(request.authenticated), request.body, keep))

    @property
    def _desk(self) -> CardDesk:
        """Problem `card.not-taken` at a hub that pins no authority."""
        if (desk := self._machine.cards) is None:
            raise Problem("card.not-taken")
        return desk


def card_rows(machine: Machine) -> tuple[Route, ...]:
    """Challenge and response, and the registration of a card."""
    cards = CardRoutes(machine)
    return (
        Route(
            "POST",
            "/v1/card-challenges",
            "カードへの問いかけ: 署名させる乱数（ダイジェストではない）",
            "A challenge for a card that is to be put on a reader: a nonce, never a digest",
            cards.challenge,
            refuse_plainly,
            Scope.ELIGIBILITY_ASK,
            reads=(Body(_JSON, CardChallengeRequest),),
            answers=(Body(_JSON, CardChallengeAnswer),),
            problems=(
                *CALLER,
                "card.not-taken",
                *JSON_OBJECT,
                "card.holders-off",
                "card.challenges-many",
                TOO_LARGE,
                *BODY,
            ),
            most_body=_MOST_BODY,
        ),
        Route(
            "POST",
            "/v1/card-presences",
            "カードの答え: そこにあったことを確かめ、質問に使う証しを返す",
            "What the card answered: proves that it was there, and answers what questions are asked with",
            cards.prove,
            refuse_plainly,
            Scope.ELIGIBILITY_ASK,
            reads=(Body(_JSON, CardPresenceRequest),),
            answers=(Body(_JSON, CardPresenceAnswer),),
            problems=(
                *CALLER,
                "card.not-taken",
                *JSON_OBJECT,
                "identity.date",
                *CARD_PROOF,
                *REPEATABLE,
                TOO_LARGE,
                *BODY,
                *RECORD,
            ),
            parameters=(KEY_NEEDED,),
            most_body=_MOST_BODY,
        ),
        Route(
            "POST",
            "/v1/card-links",
            "カードの利用登録: 本人の求めにより、カードを1人の資格に結びつける",
            "Register a card for its holder, at their signed wish: it stands for one person from then on",
            cards.link,
            refuse_plainly,
            Scope.ELIGIBILITY_ASK,
            reads=(Body(_JSON, CardLinkRequest),),
            answers=(Body(_JSON, CardLinkAnswer),),
            problems=(
                *CALLER,
                "access.not-found-burst",
                "card.not-taken",
                *JSON_OBJECT,
                *CARD_LINK,
                *REPEATABLE,
                TOO_LARGE,
                *BODY,
                *RECORD,
            ),
            parameters=(KEY_NEEDED,),
            most_body=_MOST_BODY,
        ),
    )
