"""The calls of a hub, one function per route: what is sent, and how its answer is read. No I/O."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import msgspec

from kaihoken.audit import Key, check_answer, check_message
from kaihoken.coverage.api import Check, CheckAnswer
from kaihoken.coverage.bulk import NumberRow
from kaihoken.coverage.client.exchange import Received
from kaihoken.coverage.client.lists import ListPage, ListReceived, ListResult
from kaihoken.coverage.registration.messages import RegistrationsAnswer, RegistrationsRequest
from kaihoken.coverage.registration.rows import Row

T = TypeVar("T")

LogKeys = Mapping[str, Key]
"""The public keys of the hub's log by their id."""

_JSON = "application/json"
_PROBLEM = "problem+json"
_RECEIPT = "kaihoken-receipt"
NOT_NOW = frozenset({429, 502, 503, 504, 507})
"""Statuses with which a hub says that it cannot just now."""

_UNAUTHORISED = 401
_LISTS = "/v1/bulk-checks"
_NEXT = "kaihoken-next-cursor"


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One question or order. `repeatable`: asking it twice does no more than asking once. `in_kind`: refusals are
    told in the form of an answer, which the caller wants to see."""

    method: str
    path: str
    read: Callable[[Received], T]
    content: bytes = field(default=b"", repr=False)
    media: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    authorised: bool = True
    repeatable: bool = True
    in_kind: bool = False

    def answers(self, received: Received) -> bool:
        """Whether that is an answer to be read, and no refusal."""
        if self.in_kind and _PROBLEM not in received.header("content-type"):
            return received.status not in NOT_NOW and received.status != _UNAUTHORISED
        return received.status < 400


class OqsAnswer(msgspec.Struct, frozen=True):
    """An answer to an XmlMsg request, byte for byte as the hub wrote it. `media_type` is its content type, `status`
    that of HTTP: refusals of the whole message come in kind. `receipt` is in the compact form, "" where there is
    none."""

    content: bytes
    media_type: str
    status: int = 200
    receipt: str = ""


class Granted(msgspec.Struct, frozen=True):
    """A token as the hub hands it out (RFC 6749 §5.1)."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str = ""


def eligibility_check(request: Check, log_keys: LogKeys | None) -> Call[CheckAnswer]:
    """POST /v1/eligibility-checks."""
    decode = msgspec.json.Decoder(CheckAnswer).decode

    def read(received: Received) -> CheckAnswer:
        if log_keys is not None:
            check_answer(received.content.decode(), log_keys)
        return decode(received.content)

    return Call("POST", "/v1/eligibility-checks", read, msgspec.json.encode(request), _JSON)


def oqs(path: str, message: bytes, media: str, key: str, log_keys: LogKeys | None) -> Call[OqsAnswer]:
    """POST /oqs/… with an XmlMsg in either carrier. `key` makes sure that a message sent again is not another one."""

    def read(received: Received) -> OqsAnswer:
        answer = OqsAnswer(
            received.content, received.header("content-type"), received.status, received.header(_RECEIPT)
        )
        if log_keys is not None and received.status == 200:
            check_message(answer.content, answer.receipt, log_keys)
        return answer

    return Call("POST", path, read, message, media, {"Idempotency-Key": key}, in_kind=True)


def registrations(rows: Sequence[Row], key: str) -> Call[RegistrationsAnswer]:
    """POST /v1/registrations."""
    content = msgspec.json.encode(RegistrationsRequest(tuple(rows)))
    read = _reader(RegistrationsAnswer)
    return Call("POST", "/v1/registrations", read, content, _JSON, {"Idempotency-Key": key})


def asked(path: str, body: object, kind: type[T], key: str = "") -> Call[T]:
    """POST of a struct (or what stands for JSON), answered by another. `key` makes an order of it that is carried out
    once."""
    headers = {"Idempotency-Key": key} if key else {}
    return Call("POST", path, _reader(kind), msgspec.json.encode(body), _JSON, headers)


def fhir(path: str, resource: Mapping[str, object]) -> Call[dict[str, object]]:
    """POST of a FHIR resource, answered by another, both as they are."""
    read = _reader(dict[str, object])
    return Call("POST", path, read, msgspec.json.encode(resource), "application/fhir+json")


def new_list(rows: Iterable[NumberRow], key: str) -> Call[ListReceived]:
    """POST /v1/bulk-checks: a person a line."""
    content = msgspec.json.Encoder().encode_lines(rows)
    media = "application/x-ndjson"
    return Call("POST", _LISTS, _reader(ListReceived), content, media, {"Idempotency-Key": key})


def list_page(reception_number: str, cursor: str) -> Call[ListPage]:
    """POST /v1/bulk-checks/results: the page after a cursor."""
    decode = msgspec.json.Decoder(ListResult).decode_lines

    def read(received: Received) -> ListPage:
        return ListPage(tuple(decode(received.content)), received.header(_NEXT))

    body = msgspec.json.encode({"reception_number": reception_number, "cursor": cursor})
    return Call("POST", f"{_LISTS}/results", read, body, _JSON)


def document(path: str) -> Call[dict[str, object]]:
    """GET of what is open to everybody, as JSON."""
    return Call("GET", path, _reader(dict[str, object]), authorised=False)


def text(path: str) -> Call[str]:
    """GET of a text for which a token is wanted."""
    return Call("GET", path, lambda received: received.content.decode())


def token(form: bytes) -> Call[Granted]:
    """POST /oauth/token. Not repeated as it stands: an assertion is good once."""
    media = "application/x-www-form-urlencoded"
    return Call("POST", "/oauth/token", _reader(Granted), form, media, authorised=False, repeatable=False)


def new_key() -> str:
    """An idempotency key of one order."""
    return secrets.token_urlsafe(24)


def _reader(kind: type[T]) -> Callable[[Received], T]:
    decode = msgspec.json.Decoder(kind).decode
    return lambda received: decode(received.content)
