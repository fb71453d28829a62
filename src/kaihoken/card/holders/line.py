"""Asking the holder service over HTTP. It is asked once: who waits is somebody at a counter."""

from typing import Final, TypeVar

import httpx
import msgspec

from kaihoken.card.holders.messages import FourItems, HolderRequest, Renewal, RenewalRequest
from kaihoken.problems import Problem

_Said = TypeVar("_Said", FourItems, Renewal)

_JSON: Final = {"Content-Type": "application/json"}
_LARGEST: Final = 16 * 1024
_OK, _REFUSED = 200, 403


class HolderLine:
    """The service at an address, over a client whose patience is that of the counter."""

    def __init__(self, address: str, line: httpx.AsyncClient) -> None:
        self._address = address.rstrip("/")
        self._line = line

    async def four_items(self, request: HolderRequest) -> FourItems:
        """Whose certificate it is. Problems `card.holder-refused` (the authority tells it to nobody for this
        signature), `card.holders-silent` (no answer, or none that can be read)."""
        return await self._asked("holders", request, FourItems)

    async def replaced_by(self, certificate: bytes) -> Renewal:
        """Which certificates this one (DER) came in the place of. Problems as `four_items`."""
        return await self._asked("renewals", RenewalRequest(certificate=certificate), Renewal)

    async def _asked(self, path: str, request: HolderRequest | RenewalRequest, kind: type[_Said]) -> _Said:
        content = msgspec.json.encode(request)
        try:
            answer = await self._line.post(f"{self._address}/{path}", content=content, headers=_JSON)
        except httpx.HTTPError:
            raise Problem("card.holders-silent") from None
        if answer.status_code == _REFUSED:
            raise Problem("card.holder-refused")
        if answer.status_code != _OK or len(answer.content) > _LARGEST:
            raise Problem("card.holders-silent")
        try:
            return msgspec.json.decode(answer.content, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise Problem("card.holders-silent") from None
