"""The holder service of the TEST authority: whose certificate it is, at the holder's own signed wish; and which
certificates it came in the place of.

Unlike lists and answers about revocation these are not signed, so whoever asks over a network asks over TLS.
"""

from collections.abc import Callable
from typing import Final, Literal, TypeVar, cast

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kaihoken.card.authority.authority import TestAuthority
from kaihoken.card.authority.ledger import Entry
from kaihoken.card.authority.life import State
from kaihoken.card.certificate import UserCertificate, Validity, check_use, require_valid
from kaihoken.card.holders import FourItems, HolderRequest, Renewal, RenewalRequest, Replaced
from kaihoken.clock import tokyo_day
from kaihoken.problems import Problem
from kaihoken.web import read_body

LARGEST: Final = 16 * 1024
_FRESH: Final = {"cache-control": "no-store"}
_Asked = TypeVar("_Asked", HolderRequest, RenewalRequest)


class HolderService:
    """What the authority tells of the holders of its certificates."""

    def __init__(self, authority: TestAuthority) -> None:
        self._authority = authority
        self._trust = authority.trust()

    def four_items(self, request: HolderRequest) -> FourItems:
        """Whose certificate it is, where its own key signed the wish to be registered. Problem `card.holder-refused`
        for anything else: one that this authority did not issue, that is over, held or taken back, or of whose holder
        it knows nothing; these read alike."""
        try:
            certificate, entry = self._standing(request.certificate)
        except Problem:
            raise Problem("card.holder-refused") from None
        holder = entry.holder
        if not certificate.has_signed(request.message, request.signature):
            raise Problem("card.holder-refused")
        if holder is None or holder.gender not in ("1", "2", "3"):
            raise Problem("card.holder-refused")
        return FourItems(
            name=holder.name,
            birthdate=holder.born,
            sex=cast("Literal['1', '2', '3']", holder.gender),
            address=holder.address,
        )

    def replaced_by(self, request: RenewalRequest) -> Renewal:
        """Which certificates one that stands came in the place of, the newest first. It asks for no signature: serials
        alone name nobody. Problem as `four_items`."""
        try:
            _, entry = self._standing(request.certificate)
        except Problem:
            raise Problem("card.holder-refused") from None
        before: list[Replaced] = []
        while entry.renewed_from is not None:
            known_as, serial = entry.renewed_from
            before.append(Replaced(known_as=known_as, serial=str(serial)))
            entry = self._authority.entry(entry.renewed_from)
        return Renewal(before=tuple(before))

    def _standing(self, der: bytes) -> tuple[UserCertificate, Entry]:
        """A certificate of this authority that stands now; in its months of grace it does no more. Raises the Problems
        of reading it."""
        certificate = UserCertificate.read(der)
        issuer = self._trust.issuer_of(certificate)
        now = self._authority.clock.now()
        check_use(certificate, tokyo_day(now))
        entry = self._authority.entry((issuer.known_as, certificate.serial))
        if entry.state is not State.GOOD or require_valid(certificate, now) is Validity.IN_GRACE:
            raise Problem("card.holder-refused")
        return certificate, entry


def holder_routes(service: HolderService) -> list[Route]:
    """`POST /holders`, `POST /renewals`: JSON, refused with a status and nothing else."""

    def answering(
        kind: type[_Asked], answer: Callable[[_Asked], FourItems | Renewal]
    ) -> Callable[..., object]:
        async def answered(request: Request) -> Response:
            try:
                content = await read_body(request.stream(), LARGEST)
                said = answer(msgspec.json.decode(content, type=kind))
            except (msgspec.MsgspecError, UnicodeDecodeError):
                return Response(status_code=400)
            except Problem as problem:
                return Response(status_code=problem.entry.status, headers=_FRESH)
            return Response(msgspec.json.encode(said), media_type="application/json", headers=_FRESH)

        return answered

    return [
        Route("/holders", answering(HolderRequest, service.four_items), methods=["POST"]),
        Route("/renewals", answering(RenewalRequest, service.replaced_by), methods=["POST"]),
    ]
