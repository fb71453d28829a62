"""Open pages: a form that computes what the person before it typed, and asks no register. Nobody signs in, nothing is
kept, what is typed travels in bodies alone: so there is no record, no cookie and no token."""

from collections.abc import Callable, Collection, Mapping
from typing import Protocol, TypeVar

from kaihoken.hub.exchange import JSON, Receive, Scope, Send, read_body, send_reply
from kaihoken.hub.machine import Machine
from kaihoken.hub.pages.page import download, headers_of, page_reply
from kaihoken.problems import Problem
from kaihoken.web import (
    Assets,
    FilledForm,
    Language,
    Pages,
    host_of,
    read_form,
    require_own_form,
    split_language,
)

_LARGEST_FORM = 16 * 1024


F = TypeVar("F", bound=FilledForm)
Answer = TypeVar("Answer")


def answered(filled: F, compute: Callable[[F], Answer]) -> tuple[F, Answer | None]:
    """A form and its answer; None where the form has a fault, which then stands at its field."""
    if filled.faults:
        return filled, None
    try:
        return filled, compute(filled)
    except Problem as problem:
        return filled.with_fault(problem), None


def answer_of(filled: F, compute: Callable[[F], Answer]) -> Answer:
    """The answer of a form. Raises its first fault, or the Problem of computing."""
    for problem in filled.faults.values():
        raise problem
    return compute(filled)


def open_pages(machine: Machine, words: Mapping[str, str]) -> Pages:
    """The templates of a hub's open pages, with the words of a room."""
    return Pages("hub", assets=Assets("web", "hub"), demo=machine.store.purpose == "demo", words=words)


class Calculation(Protocol):
    """What an open page computes. `path` is where its form stands, without the language."""

    path: str

    def page(self, form: Mapping[str, str] | None, language: Language) -> tuple[str, int]:
        """The page and its status: of a form that was sent its answer or its faults, else the empty form."""
        ...

    def data(self, form: Mapping[str, str]) -> bytes:
        """The answer as JSON. Raises the Problem of a field that does not fit."""
        ...


class OpenPage:
    """One page and its data (`<path>.json`). `hosts` are the names under which browsers may come, `origin` the site's
    own ("" this machine's)."""

    def __init__(self, calculation: Calculation, hosts: Collection[str], origin: str) -> None:
        self._calculation = calculation
        self._data = f"{calculation.path}.json"
        self._hosts = hosts
        self._origin = origin

    def owns(self, path: str) -> bool:
        """Whether a path, with or without its language, is one of these."""
        return split_language(path)[1] in (self._calculation.path, self._data)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request. Problems of what is not from here or not readable."""
        method, headers = str(scope["method"]), headers_of(scope)
        language, here = split_language(str(scope["path"]))
        if host_of(headers) not in self._hosts:
            raise Problem("hub.other-origin")
        wants_data = here == self._data
        if method == "POST":
            if not wants_data:  # programs may ask for data: there is nothing that a stranger's form could do
                require_own_form(headers, self._origin)
            form = read_form(await read_body(receive, headers, _LARGEST_FORM))
            if wants_data:
                reply = download(self._calculation.data(form), JSON, self._data.removeprefix("/"))
            else:
                reply = page_reply(*self._calculation.page(form, language))
        elif wants_data or method not in ("GET", "HEAD"):
            raise Problem("hub.method", allowed="POST" if wants_data else "GET, HEAD, POST")
        else:
            reply = page_reply(*self._calculation.page(None, language))
        await send_reply(send, reply, with_body=method != "HEAD")
