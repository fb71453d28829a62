"""Where an assertion is exchanged for a token: `POST /oauth/token` (RFC 6749 §4.4, RFC 7523 §2.2) and
`POST /oqs/auth`, the same in the manner of the OQS web API.

Pure handlers: body in, `Reply` out; the hub routes them. Both refuse with problems of the catalogue; the OAuth one
adds the `error` and `error_description` that RFC 6749 §5.2 asks for. In the real OQS system `auth` takes a TLS client
certificate and a JSON body whose field names are not public, and answers with an object that holds `idToken`; ours
takes the client assertion in `client_assertion` and answers `idToken`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qsl

import msgspec

from kaihoken.access import strict_json
from kaihoken.access.assertion import LONGEST_ASSERTION, AssertionVerifier
from kaihoken.access.certificate import Certificate
from kaihoken.access.limits import Limits, Meter, network_of, seconds
from kaihoken.access.scopes import Scope, parse_scopes
from kaihoken.access.token import LIFETIME_SECONDS, Caller, Ticks, Tokens
from kaihoken.problems import Problem

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
GRANT_TYPE = "client_credentials"
LONGEST_BODY = 2 * LONGEST_ASSERTION

_MOST_PARAMETERS = 16
_OAUTH_ERRORS: Mapping[str, str] = {
    "access.request-malformed": "invalid_request",
    "access.grant-unsupported": "unsupported_grant_type",
    "access.scope-unknown": "invalid_scope",
    "access.scope-not-held": "invalid_scope",
    "access.assertion-malformed": "invalid_client",
    "access.assertion-refused": "invalid_client",
    "access.assertion-audience": "invalid_client",
    "access.assertion-time": "invalid_client",
    "access.assertion-replayed": "invalid_client",
    "access.client-disabled": "invalid_client",
    "access.certificate-missing": "invalid_client",
    "access.certificate-refused": "invalid_client",
    "access.certificate-untrusted": "invalid_client",
    "access.certificate-use": "invalid_client",
    "access.certificate-early": "invalid_client",
    "access.certificate-expired": "invalid_client",
    "access.certificate-hub-clock": "invalid_client",
    "access.certificate-client-clock": "invalid_client",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer: header names in lower case, as ASGI wants them. Beside it, for the hub's own log, who has proven
    itself with which key, or (`refused` is the code of the problem) who was claimed to be it."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    client: str = ""
    key: str = ""
    refused: str = ""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a request for a token says. `wanted` None: every scope that the client holds."""

    assertion: str
    wanted: frozenset[Scope] | None
    client_id: str | None = None


class _OqsCredentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    client_assertion: Annotated[str, msgspec.Meta(max_length=LONGEST_BODY)]


class TokenEndpoint:
    """Answers requests for tokens. `source` is the peer's address; it is counted, never written down. `certificate` is
    that of the connection: a token that is issued over it works over no other."""

    def __init__(self, verifier: AssertionVerifier, tokens: Tokens, limits: Limits, ticks: Ticks) -> None:
        self._verifier = verifier
        self._tokens = tokens
        self._ticks = ticks
        self._sources = Meter(limits.token_source)
        self._overall = Meter(limits.token_overall)
        self._clients = Meter(limits.token_client)

    def oauth(
        self, content_type: bytes, body: bytes, source: str, certificate: Certificate | None = None
    ) -> Reply:
        """`POST /oauth/token`. A form with grant_type, client_assertion_type, client_assertion, and if wanted
        client_id and scope; the answer has access_token, token_type, expires_in, scope, and cnf where it is bound."""

        def read() -> _Asked:
            form = _form(content_type, body)
            return _Asked(form["client_assertion"], _wanted(form), form.get("client_id"))

        def answer(caller: Caller, lasts: int) -> dict[str, object]:
            bound = {"cnf": {"x5t#S256": caller.bound_to}} if caller.bound_to else {}
            return {
                "access_token": self._tokens.issue(caller, lasts),
                "token_type": "Bearer",
                "expires_in": lasts,
                "scope": " ".join(sorted(caller.scopes)),
                **bound,
            }

        return self._reply(source, certificate, read, answer, _oauth_error, b"application/json")

    def oqs(
        self, content_type: bytes, body: bytes, source: str, certificate: Certificate | None = None
    ) -> Reply:
        """`POST /oqs/auth`. A JSON object with client_assertion; the answer has idToken, good for `oqs` alone."""

        def read() -> _Asked:
            return _Asked(_json(content_type, body).client_assertion, frozenset({Scope.OQS}))

        def answer(caller: Caller, lasts: int) -> dict[str, object]:
            return {"idToken": self._tokens.issue(caller, lasts)}

        problem_type = b"application/problem+json"
        return self._reply(source, certificate, read, answer, Problem.as_rfc9457, problem_type)

    def _proven(self, asked: _Asked, certificate: Certificate | None) -> tuple[Caller, int]:
        """Who has proven itself, and for how many seconds: never beyond the certificate's end."""
        proven = self._verifier.verify(asked.assertion, certificate)
        client, wanted = proven.client, asked.wanted
        if asked.client_id is not None and asked.client_id != client.client_id:
            raise Problem("access.request-malformed", where="client_id")
        wait = self._clients.take(client.client_id, self._ticks())
        if wait:
            raise Problem("access.too-many-requests", retry_after=seconds(wait))
        held = frozenset({Scope.OWN_KEY}) if proven.key.is_code else client.scopes
        if wanted is not None and not wanted <= held:
            raise Problem("access.scope-not-held", held=" ".join(sorted(held)))
        caller = Caller(
            actor=client.client_id,
            kind=client.kind,
            code=client.code,
            scopes=held if wanted is None else wanted,
            key_id=proven.key.public.key_id,
            metered_as=client.code or client.client_id,
            bound_to="" if certificate is None else certificate.thumbprint,
        )
        if certificate is None:
            return caller, LIFETIME_SECONDS
        return caller, min(LIFETIME_SECONDS, 1 + certificate.ends - proven.at)

    def _reply(
        self,
        source: str,
        certificate: Certificate | None,
        read: Callable[[], _Asked],
        answer: Callable[[Caller, int], dict[str, object]],
        render: Callable[[Problem], Mapping[str, object]],
        problem_type: bytes,
    ) -> Reply:
        asked: _Asked | None = None
        try:
            self._count(source)
            asked = read()
            caller, lasts = self._proven(asked, certificate)
            body = msgspec.json.encode(answer(caller, lasts))
            return Reply(200, _headers(b"application/json"), body, caller.actor, caller.key_id)
        except Problem as problem:
            headers = _headers(problem_type)
            if problem.entry.status == 401:
                headers += ((b"www-authenticate", b"Bearer"),)
            if "retry_after" in problem.facts:
                headers += ((b"retry-after", str(problem.facts["retry_after"]).encode("ascii")),)
            body = msgspec.json.encode(render(problem))
            client, key = ("", "") if asked is None else self._verifier.claimed(asked.assertion)
            return Reply(problem.entry.status, headers, body, client, key, problem.code)

    def _count(self, source: str) -> None:
        """Count one attempt, before anything is read: a signature check is the dearest thing a stranger can ask
        for."""
        now = self._ticks()
        wait = (
            self._overall.wait("", now)
            or self._sources.take(network_of(source), now)
            or self._overall.take("", now)
        )
        if wait:
            raise Problem("access.too-many-requests", retry_after=seconds(wait))


def _headers(content_type: bytes) -> tuple[tuple[bytes, bytes], ...]:
    return (b"content-type", content_type), (b"cache-control", b"no-store"), (b"pragma", b"no-cache")


def _oauth_error(problem: Problem) -> Mapping[str, object]:
    body: dict[str, object] = dict(problem.as_rfc9457())
    error = _OAUTH_ERRORS.get(problem.code)
    if error is not None:
        body |= {"error": error, "error_description": problem.title("en")}
    return body


def _form(content_type: bytes, body: bytes) -> Mapping[str, str]:
    """The parameters of a token request (RFC 6749 §3.2: each once; others are ignored)."""
    _require_type(content_type, b"application/x-www-form-urlencoded", body)
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=_MOST_PARAMETERS,
        )
    except ValueError:
        raise Problem("access.request-malformed", where="body") from None
    form = dict(pairs)
    if len(form) != len(pairs):
        raise Problem("access.request-malformed", where="body")
    if "grant_type" not in form:
        raise Problem("access.request-malformed", where="grant_type")
    if form["grant_type"] != GRANT_TYPE:
        raise Problem("access.grant-unsupported", where="grant_type")
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise Problem("access.request-malformed", where="client_assertion_type")
    if "client_assertion" not in form:
        raise Problem("access.request-malformed", where="client_assertion")
    if "client_secret" in form:  # RFC 6749 §2.3: one method of authentication
        raise Problem("access.request-malformed", where="client_secret")
    return form


def _wanted(form: Mapping[str, str]) -> frozenset[Scope] | None:
    """The scopes asked for; None when the request leaves them open (then all that the client holds)."""
    words = form.get("scope", "").split()
    return parse_scopes(words) if words else None


def _json(content_type: bytes, body: bytes) -> _OqsCredentials:
    _require_type(content_type, b"application/json", body)
    try:
        return strict_json.read(body, _OqsCredentials)
    except strict_json.NotStrictError:
        raise Problem("access.request-malformed", where="body") from None


def _require_type(content_type: bytes, wanted: bytes, body: bytes) -> None:
    if content_type.partition(b";")[0].strip().lower() != wanted:
        raise Problem("access.request-malformed", where="content-type")
    if len(body) > LONGEST_BODY:
        raise Problem("access.request-malformed", where="body")
