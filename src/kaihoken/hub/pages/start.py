"""The start page of a demonstration: a question by form or by a telling case, and its answer as a page.

Everything personal travels in bodies of POST; the start page has no cookie and no session. An answer is fetched
under a random name that is good for some minutes (`held`). Pages stand only on a store that was made as `demo`, on
a hub bound to this machine, and take forms only from themselves."""

from collections.abc import Mapping
from datetime import date

from kaihoken import rules
from kaihoken.clock import TOKYO
from kaihoken.coverage.view import (
    EMPTY,
    FIELDS,
    PRESENTED,
    Typed,
    asked_facts,
    check_of,
    filled_with,
    state_of,
    typed,
    view_of,
)
from kaihoken.hub.application import Assemble
from kaihoken.hub.assembly import route_table
from kaihoken.hub.exchange import (
    PageApp,
    Receive,
    Reply,
    Request,
    Scope,
    Send,
    problem_headers,
    problem_reply,
    read_body,
    send_reply,
)
from kaihoken.hub.held import HeldPages
from kaihoken.hub.machine import Machine
from kaihoken.hub.pages.card_wallet import CardWallet
from kaihoken.hub.pages.page import headers_of, page_reply
from kaihoken.hub.pages.people import PeoplePages
from kaihoken.hub.pages.question import Asked, PageQuestions
from kaihoken.hub.pages.showcase import Showcase
from kaihoken.hub.pages.site import ROWS, Site
from kaihoken.hub.rehearsal import Rehearse
from kaihoken.hub.routes import RouteTable
from kaihoken.payment import DeclaredShare
from kaihoken.problems import Problem
from kaihoken.web import (
    HERE,
    LANGUAGES,
    Assets,
    Language,
    Pages,
    State,
    host_of,
    messages,
    path_in,
    read_form,
    require_own_form,
    split_language,
)

START, ANSWER = "/", "/answer"
LARGEST_FORM = 16 * 1024

_MACHINE = 500  # and above: a failure of ours


def with_pages(
    showcase: Showcase, rehearse: Rehearse | None = None, wallet: CardWallet | None = None
) -> Assemble:
    """A hub that has its start page. Problem `hub.demo-only` where the store or the address does not allow one."""

    def assemble(machine: Machine) -> tuple[RouteTable, PageApp]:
        start = StartPages(machine, showcase, rehearse)
        people = PeoplePages(machine, f"http://{machine.settings.host}:{machine.settings.port}", ROWS, wallet)
        return route_table(machine, rehearse), Site(people, start)

    return assemble


class StartPages:
    """The start page and its answers (see `PageApp`)."""

    def __init__(self, machine: Machine, showcase: Showcase, rehearse: Rehearse | None = None) -> None:
        if machine.store.purpose != "demo" or machine.settings.host not in HERE:
            raise Problem("hub.demo-only")
        self._machine = machine
        self._showcase = showcase
        self._questions = PageQuestions(machine, showcase.asker, rehearse)
        self._pages = Pages("hub", assets=Assets("web", "hub"), demo=True, words={"c": "coverage"})
        self._held = HeldPages(machine.clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request. Raises the Problems of what is not here, not from here, or not readable."""
        path, headers = str(scope["path"]), headers_of(scope)
        language, here = split_language(path)
        _require_here(headers)
        match str(scope["method"]), here:
            case ("GET" | "HEAD", "/"):
                page = page_reply(self._start(language))
            case ("GET" | "HEAD", "/answer"):
                page = page_reply("", 303, (b"location", path_in(language, START).encode()))
            case ("GET" | "HEAD", held) if held.startswith(f"{ANSWER}/"):
                page = self._held.page(held.removeprefix(f"{ANSWER}/"))
            case ("POST", "/answer"):
                require_own_form(headers)
                form = read_form(await read_body(receive, headers, LARGEST_FORM))
                name = self._held.hold(await self._answer(form, language))
                page = page_reply("", 303, (b"location", path_in(language, f"{ANSWER}/{name}").encode()))
            case (_, unknown):
                raise _nothing_here(unknown)
        await send_reply(send, page, with_body=scope["method"] != "HEAD")

    def refusal(self, request: Request, problem: Problem) -> Reply:
        """A problem as a page for a browser; for a program as the hub's other routes say it."""
        if b"text/html" not in request.header(b"accept"):
            return problem_reply(problem)
        language, _ = split_language(request.path)
        if problem.code == "hub.path":
            problem = Problem("hub.no-page")
        content = self._start(language, problem=problem)
        return page_reply(content, problem.entry.status, *problem_headers(problem))

    async def _answer(self, form: Mapping[str, str], language: Language) -> Reply:
        """The page that answers a form, or shows it again with what is to be mended."""
        name = form.get("case", "")
        if name:
            case = self._showcase.case(name)
            question = case.check_in(language)
            filled = filled_with(question)
            again, card = {"case": name}, case.card
        else:
            filled = typed(form, self._machine.clock.today())
            again, card = filled.again, ""
            if filled.faults:
                return page_reply(self._start(language, filled=filled, again=again), 422)
            question = check_of(filled, language)
        try:
            asked = await self._questions.ask(question)
        except Problem as problem:
            if problem.where in FIELDS:
                mended = filled.with_fault(problem)
                return page_reply(self._start(language, filled=mended, again=again), 422)
            page = self._start(language, filled=filled, again=again, problem=problem, chosen=name)
            return page_reply(page, problem.entry.status, *problem_headers(problem))
        return page_reply(self._answered(asked, language, filled, again, name, card))

    def _start(
        self,
        language: Language,
        *,
        filled: Typed = EMPTY,
        again: Mapping[str, str] | None = None,
        problem: Problem | None = None,
        chosen: str = "",
    ) -> str:
        return self._pages.render(
            "start.html",
            language,
            here=START if again is None else ANSWER,
            again=again,
            problem=problem,
            problem_state=_state(problem),
            unanswered=_is_unanswered(problem, again),
            patient=[(spoken, messages("hub").html("failed.patient", spoken)) for spoken in LANGUAGES],
            declared=_declared(self._machine.clock.today(), language),
            **self._shared(language, filled, chosen),
        )

    def _answered(
        self,
        asked: Asked,
        language: Language,
        filled: Typed,
        again: Mapping[str, str],
        chosen: str,
        card: str,
    ) -> str:
        found, committed = asked.answered.found, asked.answered.committed
        return self._pages.render(
            "answer.html",
            language,
            here=ANSWER,
            again=again,
            view=view_of(asked.answer, asked.check, has_card=bool(card)),
            asked=asked,
            asked_facts=asked_facts(asked.check, language),
            by=asked.answer.kind,
            answered_at=found.answered_at,
            of_another_day=asked.answer.on != found.answered_at.astimezone(TOKYO).date(),
            head=committed.head,
            card=card,
            hub=f"http://{self._machine.settings.host}:{self._machine.settings.port}",
            **self._shared(language, filled, chosen),
        )

    def _shared(self, language: Language, filled: Typed, chosen: str) -> dict[str, object]:
        """What every page shows: the form and the list of cases."""
        coverage = messages("coverage")
        return {
            "form": filled,
            "options": PRESENTED,
            "chosen": chosen,
            "case_list": [
                (
                    case.name,
                    state_of(case.situation),
                    coverage.html(f"situation.{case.situation.value}.title", language),
                )
                for case in self._showcase.cases
                if case.listed
            ],
            "facility": self._showcase,
            "made_on": self._showcase.made_on,
            "today": self._machine.clock.today(),
        }


def _state(problem: Problem | None) -> State:
    """How a problem looks: waiting, a page that is not there, or a failure of the machine."""
    match problem.code if problem is not None else "":
        case "oqs.in-progress":
            return "pending"
        case "hub.page-gone" | "hub.no-page":
            return "stale"
        case _:
            return "failed"


def _is_unanswered(problem: Problem | None, again: Mapping[str, str] | None) -> bool:
    """Whether somebody was asked about and the machine gave no answer: the page then says what to do without one."""
    if problem is None or _state(problem) != "failed":
        return False
    return again is not None or problem.entry.status >= _MACHINE


def _declared(today: date, language: Language) -> dict[str, str]:
    """The shares of a 被保険者資格申立書, as the rules of the day have them."""
    percents = rules.load(DeclaredShare, on=today).percents
    assert percents is not None
    said = messages("coverage").html
    shares = {"ordinary": percents.ordinary, "preschool": percents.preschool}
    return {
        name: said("share.value", language, tenths=percent // 10, percent=percent)
        for name, percent in shares.items()
    }


def _require_here(headers: Mapping[bytes, bytes]) -> None:
    """Refuse a browser that came by another name (DNS rebinding): only this machine's own names reach the pages."""
    if host_of(headers) not in HERE:
        raise Problem("hub.other-origin")


def _nothing_here(path: str) -> Problem:
    if path == ANSWER:
        return Problem("hub.method", allowed="GET, HEAD, POST")
    return Problem("hub.method", allowed="GET, HEAD") if path == START else Problem("hub.path")
