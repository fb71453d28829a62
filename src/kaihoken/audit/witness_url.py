"""A witness behind a URL."""

import httpx

from kaihoken.audit.head import Head, head_json, witnessed_head
from kaihoken.problems import Problem

_PATIENCE_SECONDS = 5.0
_NOTHING_YET = (204, 404)


class UrlWitness:
    """POST takes a head and answers 2xx once it is kept; GET answers the last one (404 or 204: none yet)."""

    def __init__(self, url: str, client: httpx.AsyncClient | None = None) -> None:
        self._url = url
        # HTTP to this machine goes through no proxy that the surroundings name: it would leave it in the clear.
        encrypted = url.startswith("https:")
        self._client = client or httpx.AsyncClient(timeout=_PATIENCE_SECONDS, trust_env=encrypted)

    async def append(self, head: Head) -> None:
        """Returns when the witness has answered that it keeps the head."""
        response = await self._ask("POST", head_json(head).encode())
        if not response.is_success:
            raise Problem("audit.witness_unreachable", reason=f"HTTP {response.status_code}")

    async def last(self) -> Head | None:
        """The head that it answers, None when it says that it has none."""
        response = await self._ask("GET", None)
        if response.status_code in _NOTHING_YET:
            return None
        if not response.is_success:
            raise Problem("audit.witness_unreachable", reason=f"HTTP {response.status_code}")
        return witnessed_head(response.content)

    async def close(self) -> None:
        """Ends the connections."""
        await self._client.aclose()

    async def _ask(self, method: str, content: bytes | None) -> httpx.Response:
        try:
            return await self._client.request(
                method, self._url, content=content, headers={"content-type": "application/json"}
            )
        except httpx.HTTPError as error:
            raise Problem("audit.witness_unreachable", reason=type(error).__name__) from error
