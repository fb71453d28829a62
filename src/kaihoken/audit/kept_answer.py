"""The answer as a clinic kept it, and whether its receipt is the receipt of all that it says. Pure.

A hub answers POST /v1/eligibility-checks with the answer, its hash, its instant, the commit up to which facts counted
and the receipt; `kaihoken oqs answer --json` with a message, its character set and the receipt. The record behind the
receipt names each of these, so a change of any of them shows, and so does what was written beside them.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TypeVar

import msgspec
import orjson

from kaihoken.audit.head import Key
from kaihoken.audit.receipt import checked_receipt
from kaihoken.problems import Problem

_RECEIPT = "receipt"
_OF_A_CHECK = frozenset((_RECEIPT, "answer", "answer_hash", "answered_at", "facts_known_at"))
_UNCHANGED = _OF_A_CHECK - {"answer"} | {"unchanged"}
_OF_A_MESSAGE = frozenset((_RECEIPT, "response", "encoding", "problem"))
_CODECS = {"UTF-8": "utf-8", "Shift_JIS": "cp932"}

T = TypeVar("T")


class _Record(msgspec.Struct):
    """What the record of an answer says of what left."""

    answer_hash: str
    at: datetime
    facts_known_at: int


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """The members of a kept answer, each in the bytes in which it stands."""

    members: Mapping[str, msgspec.Raw]

    @property
    def receipt(self) -> str:
        """The receipt that came with it."""
        return bytes(self.members[_RECEIPT]).decode()

    @property
    def shows_answer(self) -> bool:
        """Whether the answer itself was kept: not where a hub said that it is unchanged."""
        return "answer" in self.members or "response" in self.members

    def require_recorded(self, record: bytes) -> None:
        """Problem `audit.receipt_other_answer`, which names the members, unless the record (the body in the receipt)
        says the same as every member."""
        try:
            recorded = msgspec.json.decode(record, type=_Record)
        except msgspec.MsgspecError as error:
            raise Problem("audit.receipt_other_answer") from error
        if differing := sorted(self._differing(recorded)):
            raise Problem("audit.receipt_other_answer", where=", ".join(differing))

    def _differing(self, record: _Record) -> Iterator[str]:
        recorded: tuple[tuple[str, type, object], ...] = (
            ("answer_hash", str, record.answer_hash),
            ("answered_at", datetime, record.at),
            ("facts_known_at", int, record.facts_known_at),
            ("unchanged", bool, True),
        )
        for name, kind, value in recorded:
            if name in self.members and _read(self.members[name], kind) != value:
                yield name
        if bytes(self.members.get("problem", msgspec.Raw(b"null"))) != b"null":
            yield "problem"
        if self.shows_answer and record.answer_hash not in map(_hash, self._as_it_left()):
            yield "answer" if "answer" in self.members else "response"

    def _as_it_left(self) -> Iterator[bytes]:
        """The bytes that may have left: those that stand here, and the same where a tool has laid them out anew."""
        if "answer" in self.members:
            raw = bytes(self.members["answer"])
            yield raw
            yield orjson.dumps(orjson.loads(raw))
            return
        response = _read(self.members["response"], str)
        encoding = _read(self.members["encoding"], str) if "encoding" in self.members else "UTF-8"
        if response is not None and encoding in _CODECS:
            yield response.encode(_CODECS[encoding], "replace")


def kept_answer(text: str) -> KeptAnswer | None:
    """The answer in the text of a file, None where that is no answer with a receipt in it.

    Problem `audit.answer_uncovered` where it says what no record covers: a member that a hub does not write, or one
    that stands twice, of which a reader may take either.
    """
    repeated: list[str] = []

    def noted(pairs: list[tuple[str, object]]) -> dict[str, object]:
        names = [name for name, _ in pairs]
        repeated.extend(name for name in dict.fromkeys(names) if names.count(name) > 1)
        return dict(pairs)

    try:
        if _RECEIPT not in json.loads(text, object_pairs_hook=noted):
            return None
        members = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    except (ValueError, TypeError, RecursionError, msgspec.MsgspecError):
        return None
    form = _OF_A_MESSAGE if "response" in members else _UNCHANGED if "unchanged" in members else _OF_A_CHECK
    if uncovered := sorted((members.keys() - form) | set(repeated)):
        raise Problem("audit.answer_uncovered", where=", ".join(uncovered))
    return KeptAnswer(members)


def check_answer(text: str, keys: Mapping[str, Key]) -> None:
    """Offline: the receipt in an answer holds, and is the receipt of all that the answer says. Problems
    `audit.receipt_refused`, `audit.receipt_other_answer`, `audit.answer_uncovered`."""
    answer = kept_answer(text)
    if answer is None:
        raise Problem("audit.receipt_other_answer", where=_RECEIPT)
    answer.require_recorded(checked_receipt(answer.receipt, keys).body)


def check_message(content: bytes, receipt: str, keys: Mapping[str, Key]) -> None:
    """The same of a message whose receipt came beside it, in the compact form."""
    record = checked_receipt(receipt, keys).body
    try:
        recorded = msgspec.json.decode(record, type=_Record)
    except msgspec.MsgspecError as error:
        raise Problem("audit.receipt_other_answer") from error
    if recorded.answer_hash != sha256(content).hexdigest():
        raise Problem("audit.receipt_other_answer", where="response")


def _read(raw: msgspec.Raw, kind: type[T]) -> T | None:
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.MsgspecError:
        return None


def _hash(left: bytes) -> str:
    return sha256(left).hexdigest()
