"""What every FHIR exchange shares: which form is asked for and sent, and refusals as OperationOutcome."""

import re
from collections.abc import Mapping
from functools import lru_cache

from kaihoken.coverage.fhir import Parameter, outcome_of, read_form
from kaihoken.hub.exchange import JSON, Reply, Request, problem_headers
from kaihoken.problems import Problem

FHIR_JSON = b"application/fhir+json"
FHIR_LINES = b"application/fhir+ndjson"
FORM = b"application/x-www-form-urlencoded"

_TAKEN = (FHIR_JSON, JSON, b"text/json")
_LINES = (FHIR_LINES, b"application/x-ndjson", b"application/ndjson")
_ANYTHING = (b"*/*", b"application/*", b"")
_R4 = b"4.0"  # as the parameter fhirVersion of a media type writes it
_ANOTHER = b"another"
_LONGEST_KEPT = 200  # bytes of a header whose reading is remembered: strangers send them, too


def form_of(request: Request) -> bytes:
    """The media type of an answer, by `_format` in the address, or else by the header Accept. Problems `fhir.format`
    where only another form is taken (XML is not offered), `fhir.search` for anything else in an address."""
    if not request.query:
        return form_asked_for(request.header(b"accept"))
    read_form(request.query, {})
    return _form_named(request, request.query)


def form_of_statement(request: Request) -> bytes:
    """The same of the CapabilityStatement: who asks for a summary of it (some clients do so before anything else) gets
    all of it, as R4 lets us."""
    read_form(request.query, _OF_STATEMENT)
    return _form_named(request, request.query)


def form_of_search(request: Request) -> bytes:
    """The same of a search, which may name `_format` in its form. Problems `hub.content-type`, `fhir.search-in-body`
    for what it is searched by in its address, `fhir.format`."""
    require_form(request)
    _in_address(request, {})
    return _form_named(request, request.body + b"&" + request.query)


def page_in(request: Request) -> tuple[str, bytes]:
    """The cursor in the address of a further page, and the media type of the answer. Problems `fhir.search-in-body` for
    anything else there, `fhir.format`."""
    cursor = _in_address(request, _OF_PAGE).get("cursor")
    if cursor is None:
        raise Problem("fhir.search-in-body")
    return cursor, _form_named(request, request.query)


def _in_address(request: Request, offered: Mapping[str, Parameter]) -> dict[str, str]:
    try:
        return read_form(request.query, offered)
    except Problem as problem:
        if problem.code != "fhir.search":
            raise
        raise Problem("fhir.search-in-body") from None


def _form_named(request: Request, parameters: bytes) -> bytes:
    """`_format` says no more than that it be JSON, and comes before Accept."""
    return FHIR_JSON if _names_format(parameters) else form_asked_for(request.header(b"accept"))


def form_asked_for(accept: bytes) -> bytes:
    """The media type of an answer, by the header Accept. Problem `fhir.format`."""
    return _kept_form(accept) if len(accept) <= _LONGEST_KEPT else _form(accept)


def _form(accept: bytes) -> bytes:
    for media in map(_meant, accept.split(b",")):
        if media in _TAKEN:
            return media if media in (FHIR_JSON, JSON) else JSON
        if media in _ANYTHING:
            return FHIR_JSON
    raise Problem("fhir.format", where="Accept")


_kept_form = lru_cache(maxsize=1024)(_form)
_names_format = re.compile(rb"(?:^|&)_format=").search
_OF_PAGE = {"cursor": Parameter("string", "", "続きの位置")}
_OF_STATEMENT = {"_summary": Parameter("token", "", "全部を返します")}


def lines_asked_for(request: Request) -> bool:
    """Whether a search wants a resource a line before anything else. Problem `hub.content-type`."""
    require_form(request)
    if request.query or _names_format(request.body):
        return False
    return _media(request.header(b"accept").partition(b",")[0]) in _LINES


def require_form(request: Request) -> None:
    """Problem `hub.content-type` where the body of a search does not say that it is a form."""
    if _media(request.header(b"content-type")) != FORM:
        raise Problem("hub.content-type", wanted=FORM.decode())


def require_resource(content_type: bytes) -> None:
    """Problem `hub.content-type` where a body says that it is something else than a resource of R4 in JSON."""
    if content_type and content_type not in _TAKEN and _meant(content_type) not in _TAKEN:
        raise Problem("hub.content-type", wanted="application/fhir+json; fhirVersion=4.0, application/json")


def refuse_fhir(request: Request, problem: Problem) -> Reply:
    """A problem as OperationOutcome, with the status of the catalogue."""
    try:
        form = form_asked_for(request.header(b"accept"))
    except Problem:
        form = FHIR_JSON
    return Reply(outcome_of(problem), form, problem.entry.status, problem_headers(problem))


def _meant(part: bytes) -> bytes:
    """The media type in a part of a header; none of ours where it is that of another FHIR, or not wanted (q=0)."""
    media, *parameters = [word.strip().lower() for word in part.split(b";")]
    for parameter in parameters:
        name, _, value = parameter.partition(b"=")
        if name == b"fhirversion" and value.strip(b'"') != _R4:
            return _ANOTHER
        if name == b"q" and not value.strip(b"0."):
            return _ANOTHER
    return media


def _media(part: bytes) -> bytes:
    return part.partition(b";")[0].strip().lower()
