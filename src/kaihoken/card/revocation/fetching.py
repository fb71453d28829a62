"""Taking a bounded answer off the line."""

import httpx


async def fetched(
    client: httpx.AsyncClient, url: str, largest: int, *, question: bytes = b"", of: str = ""
) -> bytes | None:
    """The body of a 200, its first `largest` bytes; None for every other answer and for none. A `question` of the media
    type `of` is posted."""
    content = bytearray()
    headers = {"content-type": of} if question else {}
    try:
        method = "POST" if question else "GET"
        async with client.stream(method, url, content=question, headers=headers) as response:
            if response.status_code != httpx.codes.OK:
                return None
            async for part in response.aiter_bytes():
                content += part
                if len(content) >= largest:
                    break
    except (httpx.HTTPError, httpx.InvalidURL):
        return None
    return bytes(content[:largest])
