"""What a hub refused, or why it could not be asked: one exception, with the code and what to do next."""

import re
from collections.abc import Mapping

import msgspec

from kaihoken.coverage.client.exchange import Received
from kaihoken.problems import Entry, Problem, Spoken, catalogue

_UNREACHABLE = "access.hub-unreachable"
_in_message = re.compile(rb'ErrorCode(?:>|"\s*:\s*")(KHK\d{4})').search


class HubProblem(Problem):
    """A problem as a hub told it, with words in Japanese and English. `status` is that of HTTP, 0 where no answer
    came; `retry_after` the seconds that the hub asks to wait, None where it did not say.

    A hub may be newer than this client: its codes need not be in the catalogue here.
    """

    def __init__(self, told: "Told", *, status: int = 0, retry_after: float | None = None) -> None:
        Exception.__init__(self, f"{told.code} {told.where}".strip())
        self.entry = _entry(told)
        self.where = told.where
        self.facts = dict(told.facts)
        self.status = status
        self.retry_after = retry_after

    def title(self, language: Spoken = "ja") -> str:
        """What happened, as the hub worded it."""
        return self.entry.title(language)

    def mend(self, language: Spoken = "ja") -> str:
        """What to do next, as the hub worded it."""
        return self.entry.mend(language)


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What is read of a refusal (RFC 9457), and of `error` where a token was refused."""

    code: str
    title: str = ""
    detail: str = ""
    title_ja: str = ""
    detail_ja: str = ""
    where: str = ""
    status: int = 0
    facts: Mapping[str, str | int] = {}


def unreachable(hub: str, reason: str) -> HubProblem:
    """Nobody answered, or not a hub."""
    problem = Problem(_UNREACHABLE, where=hub, reason=reason)
    return HubProblem(_of_catalogue(problem))


def untrusted(problem: Problem) -> HubProblem:
    """Somebody answered who is not the hub that was meant: as good as nobody."""
    return HubProblem(_of_catalogue(problem))


def problem_of(received: Received, hub: str) -> HubProblem:
    """The problem in an answer, in whichever form it is told."""
    return HubProblem(
        _told(received, hub), status=received.status, retry_after=_seconds(received.header("retry-after"))
    )


class _Extension(msgspec.Struct, frozen=True):
    extension: tuple["_Extension", ...] = ()
    text: str = msgspec.field(name="valueString", default="")


class _Coding(msgspec.Struct, frozen=True):
    display: str


class _Details(msgspec.Struct, frozen=True):
    coding: tuple[_Coding, ...]
    text: str = ""
    translated: _Extension = msgspec.field(name="_text", default=_Extension())

    @property
    def in_english(self) -> str:
        """The text in English: the last string of its translation."""
        texts = [one.text for outer in self.translated.extension for one in outer.extension]
        return texts[-1] if texts else self.text


class _Issue(msgspec.Struct, frozen=True):
    details: _Details
    diagnostics: str = ""
    expression: tuple[str, ...] = ()


class _Outcome(msgspec.Struct, frozen=True, tag_field="resourceType", tag="OperationOutcome"):
    """What is read of a refusal in FHIR's own form."""

    issue: tuple[_Issue, ...]


def _told(received: Received, hub: str) -> Told:
    for read in (_plain, _of_fhir, _of_message):
        told = read(received.content)
        if told is not None:
            return told
    return _of_catalogue(Problem(_UNREACHABLE, where=hub, reason=f"HTTP {received.status}"))


def _plain(content: bytes) -> Told | None:
    try:
        return msgspec.json.decode(content, type=Told)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _of_fhir(content: bytes) -> Told | None:
    """The first issue of an OperationOutcome: its code is the display of our number for it."""
    try:
        issue = msgspec.json.decode(content, type=_Outcome).issue[0]
        code = issue.details.coding[0].display
    except (msgspec.DecodeError, UnicodeDecodeError, IndexError):
        return None
    return Told(
        code=code,
        title=issue.details.in_english,
        detail=issue.diagnostics,
        title_ja=issue.details.text,
        detail_ja=issue.diagnostics,
        where="".join(issue.expression[:1]),
    )


def _of_message(content: bytes) -> Told | None:
    """The ErrorCode of an XmlMsg, in either carrier, in the words of the catalogue."""
    found = _in_message(content)
    number = found[1].decode() if found is not None else ""
    for entry in catalogue().values():
        if number and entry.oqs == number:
            return Told(
                code=entry.code,
                title=entry.title_en,
                detail=entry.mend_en,
                title_ja=entry.title_ja,
                detail_ja=entry.mend_ja,
            )
    return None


def _of_catalogue(problem: Problem) -> Told:
    return Told(
        code=problem.code,
        title=problem.title("en"),
        detail=problem.mend("en"),
        title_ja=problem.title("ja"),
        detail_ja=problem.mend("ja"),
        where=problem.where,
        status=problem.entry.status,
        facts=problem.facts,
    )


def _entry(told: Told) -> Entry:
    known = catalogue().get(told.code)
    return Entry(
        code=told.code,
        status=told.status or (known.status if known else 502),
        fhir_issue=known.fhir_issue if known else "processing",
        oqs=known.oqs if known else "",
        title_ja=told.title_ja or told.title,
        title_en=told.title,
        mend_ja=told.detail_ja or told.detail,
        mend_en=told.detail,
    )


def _seconds(header: str) -> float | None:
    """Retry-After in seconds; its other form, a date, is not what hubs write."""
    return float(header) if header.isascii() and header.isdigit() else None
