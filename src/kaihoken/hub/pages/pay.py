"""「窓口でいくら払う？」: an open page. Nobody signs in, nothing is kept, and what is typed travels in bodies alone.

It computes what the person before it typed, and asks no register: so it needs no record, no cookie and no token.
"""

from collections.abc import Collection, Mapping

from kaihoken.hub.exchange import (
    JSON,
    Receive,
    Reply,
    Scope,
    Send,
    read_body,
    send_reply,
)
from kaihoken.hub.machine import Machine
from kaihoken.hub.pages.page import download, headers_of, page_reply
from kaihoken.payment.counter import Bill, Visit, counter_bill, sources_of, visit_asked
from kaihoken.payment.pages import BEYOND_FIRST, EMPTY, Typed, asked_of, choices, data_of, typed, view_of
from kaihoken.problems import Problem
from kaihoken.web import (
    Assets,
    Language,
    Pages,
    host_of,
    read_form,
    require_own_form,
    split_language,
)

PAY, DATA = "/pay", "/pay.json"

_LARGEST_FORM = 16 * 1024


class PayPages:
    """The page and its data. `hosts` are the names under which browsers may come, `origin` the site's own ("" this
    machine's)."""

    def __init__(self, machine: Machine, hosts: Collection[str], origin: str) -> None:
        self._clock = machine.clock
        self._hosts = hosts
        self._origin = origin
        demo = machine.store.purpose == "demo"
        self._pages = Pages("hub", assets=Assets("web", "hub"), demo=demo, words={"p": "payment"})

    def owns(self, path: str) -> bool:
        """Whether a path, with or without its language, is one of these."""
        return split_language(path)[1] in (PAY, DATA)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request. Problems of what is not from here or not readable."""
        method, headers = str(scope["method"]), headers_of(scope)
        language, here = split_language(str(scope["path"]))
        if host_of(headers) not in self._hosts:
            raise Problem("hub.other-origin")
        match method, here:
            case ("GET" | "HEAD", "/pay"):
                reply = page_reply(self._page(language))
            case ("POST", "/pay"):
                require_own_form(headers, self._origin)
                form = read_form(await read_body(receive, headers, _LARGEST_FORM))
                reply = self._answer(form, language)
            case ("POST", _):  # programs may ask, too: there is nothing that a stranger's form could do
                reply = self._data(read_form(await read_body(receive, headers, _LARGEST_FORM)))
            case _:
                raise Problem("hub.method", allowed="POST" if here == DATA else "GET, HEAD, POST")
        await send_reply(send, reply, with_body=method != "HEAD")

    def _answer(self, form: Mapping[str, str], language: Language) -> Reply:
        filled = typed(form, self._clock.today())
        if filled.faults:
            return page_reply(self._page(language, filled), 422)
        try:
            visit, bill = self._bill(filled)
        except Problem as problem:
            return page_reply(self._page(language, filled.with_fault(problem)), 422)
        return page_reply(self._page(language, filled, visit, bill))

    def _data(self, form: Mapping[str, str]) -> Reply:
        filled = typed(form, self._clock.today())
        for problem in filled.faults.values():
            raise problem
        visit, bill = self._bill(filled)
        return download(data_of(bill, sources_of(visit, bill)), JSON, "pay.json")

    def _bill(self, filled: Typed) -> tuple[Visit, Bill]:
        visit = visit_asked(asked_of(filled, self._clock.today()))
        return visit, counter_bill(visit)

    def _page(
        self, language: Language, filled: Typed = EMPTY, visit: Visit | None = None, bill: Bill | None = None
    ) -> str:
        return self._pages.render(
            "pay.html",
            language,
            here=PAY,
            again=filled.again if filled is not EMPTY else None,
            form=filled,
            choices=choices(self._clock.today(), language),
            opened=filled.has_any(BEYOND_FIRST),
            view=view_of(visit, bill, sources_of(visit, bill), language)
            if visit is not None and bill is not None
            else None,
        )
