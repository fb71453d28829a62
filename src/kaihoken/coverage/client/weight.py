"""What an exchange with a hub weighs on the line."""

from dataclasses import dataclass

import httpx

_LINE_END = 2
_BETWEEN = 2
"""The colon and the space between the name and the value of a header."""


@dataclass(frozen=True, slots=True)
class Weight:
    """The bytes of one exchange as HTTP/1.1 writes them: first line, headers, and body as it travels (compressed, where
    it is). What TLS, TCP and IP put around it is not in it. `path` is that of the question, without what was asked."""

    path: str
    sent: int
    received: int


def weight_of(request: httpx.Request, answer: httpx.Response | None) -> Weight:
    """What a question weighed, and its answer, which has been read; None where none came."""
    target = request.url.raw_path
    first = len(request.method) + 1 + len(target) + 1 + len("HTTP/1.1") + _LINE_END
    sent = first + _headers(request.headers) + len(request.content)
    return Weight(target.decode("ascii").partition("?")[0], sent, 0 if answer is None else _answer(answer))


def _answer(answer: httpx.Response) -> int:
    first = len(f"HTTP/1.1 {answer.status_code} {answer.reason_phrase}") + _LINE_END
    return first + _headers(answer.headers) + answer.num_bytes_downloaded


def _headers(headers: httpx.Headers) -> int:
    """All of them with the empty line after them."""
    return sum(len(name) + _BETWEEN + len(value) + _LINE_END for name, value in headers.raw) + _LINE_END
