"""What every FHIR exchange shares: which form is asked for and sent, and refusals as OperationOutcome."""

from functools import lru_cache

from kaihoken.coverage.fhir import outcome_of
from kaihoken.hub.exchange import JSON, Reply, Request, problem_headers
from kaihoken.problems import Problem

FHIR_JSON = b"application/fhir+json"
FHIR_LINES = b"application/fhir+ndjson"
FORM = b"application/x-www-form-urlencoded"

_TAKEN = (FHIR_JSON, JSON, b"text/json")
_LINES = (FHIR_LINES, b"application/x-ndjson", b"application/ndjson")
_ANYTHING = (b"*/*", b"application/*", b"")
_LONGEST_KEPT = 200  # bytes of a header whose reading is remembered: strangers send them, too


def form_asked_for(accept: bytes) -> bytes:
    """The media type of an answer, by the header Accept. Problem `fhir.format` where only another form is taken (XML is
    not offered)."""
    return _kept_form(accept) if len(accept) <= _LONGEST_KEPT else _form(accept)


def _form(accept: bytes) -> bytes:
    ranges = [_media(part) for part in accept.split(b",")]
    for media in ranges:
        if media in _TAKEN:
            return media if media in (FHIR_JSON, JSON) else JSON
        if media in _ANYTHING:
            return FHIR_JSON
    raise Problem("fhir.format", where="Accept")


_kept_form = lru_cache(maxsize=1024)(_form)


def lines_asked_for(accept: bytes) -> bool:
    """Whether a resource a line is wanted before anything else."""
    return _media(accept.partition(b",")[0]) in _LINES


def require_resource(content_type: bytes) -> None:
    """Problem `hub.content-type` where a body says that it is something else than a resource in JSON."""
    if content_type and content_type not in _TAKEN and _media(content_type) not in _TAKEN:
        raise Problem("hub.content-type", wanted="application/fhir+json, application/json")


def require_form(content_type: bytes) -> None:
    """Problem `hub.content-type` where the body of a search says that it is no form."""
    if _media(content_type) != FORM:
        raise Problem("hub.content-type", wanted=FORM.decode())


def resource_reply(request: Request, body: bytes, *headers: tuple[bytes, bytes]) -> Reply:
    """A resource in the form asked for. Problem `fhir.format`."""
    return Reply(body, form_asked_for(request.header(b"accept")), headers=headers)


def refuse_fhir(request: Request, problem: Problem) -> Reply:
    """A problem as OperationOutcome, with the status of the catalogue."""
    try:
        form = form_asked_for(request.header(b"accept"))
    except Problem:
        form = FHIR_JSON
    return Reply(outcome_of(problem), form, problem.entry.status, problem_headers(problem))


def _media(part: bytes) -> bytes:
    return part.partition(b";")[0].strip().lower()
