"""POST /v1/eligibility-checks: our own JSON carrier.

The body holds everything; nothing personal is ever in a URL. The answer object is the same for the same facts, so its
hash serves a later question as `if_unchanged`; the instants and the receipt stand beside it.
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import msgspec

from kaihoken.coverage.checks import inquiry_of, read_check, texts_of
from kaihoken.coverage.free_text import LONGEST_TEXT, check_characters, check_lengths
from kaihoken.coverage.inquiry import Inquiry
from kaihoken.coverage.question import Answered, Asker, Carrier, Found, Question

if TYPE_CHECKING:
    from kaihoken.coverage.answering import Answering

_encode_answer = msgspec.json.Encoder().encode
_encode_instant = msgspec.json.Encoder().encode


async def check(
    answering: "Answering",
    asker: Asker,
    body: bytes,
    before_leaving: Callable[[Found], None] = lambda _: None,
    admit: Callable[[Inquiry], None] = lambda _: None,
    before_asking: Callable[[Inquiry], Awaitable[None]] | None = None,
    carrier: Carrier = "json",
) -> tuple[bytes, Answered]:
    """Answer one check: the response body and what was answered.

    `admit`, `before_asking` and `before_leaving` may refuse, in this order, by raising a Problem: a pause, a rehearsal,
    a burst of not-found. `carrier` is what the record says: a page shows the same bytes.
    Raises Problem `coverage.request-length`, `coverage.request-character`, those of `read_check`, those of identity
    with the field as `where`, and those of `Answering.ask`.
    """
    request = read_check(body)
    if len(body) > LONGEST_TEXT:
        check_lengths(texts_of(request))
    # An escape, or the bytes of U+FFFE and U+FFFF: JSON writes none of the others in another way.
    if b"\\" in body or b"\xef\xbf" in body:
        check_characters(texts_of(request))
    question = Question(
        inquiry=inquiry_of(request, asker.facility, answering.now, answering.cards),
        asker=asker,
        carrier=carrier,
        on=request.on,
        known_at=request.known_at,
        language=request.language,
    )
    admit(question.inquiry)
    if before_asking is not None:
        await before_asking(question.inquiry)

    def write(found: Found) -> bytes:
        before_leaving(found)
        return _encode_answer(found.answer)

    answered = await answering.ask(question, write)
    return envelope(answered, request.if_unchanged), answered


def envelope(answered: Answered, if_unchanged: str | None) -> bytes:
    """The body of an answer: the answer itself, its hash, when it was given, and its receipt."""
    answer = b'"unchanged":true' if if_unchanged == answered.answer_hash else b'"answer":' + answered.payload
    return b"".join(
        (
            b"{",
            answer,
            b',"answer_hash":"',
            answered.answer_hash.encode(),
            b'","answered_at":',
            _encode_instant(answered.found.answered_at),
            b',"facts_known_at":%d,"receipt":' % answered.found.known_at,
            answered.committed.receipt(),
            b"}",
        )
    )
