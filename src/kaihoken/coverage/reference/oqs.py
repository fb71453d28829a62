"""照会番号登録 (OQSsiimm01) as OQS clients send it: XML in either character set, or the tree as JSON.

The same journey as our own JSON (`ReferenceNumbers.register`); only reading and writing differ. The message has no
生年月日, so who is meant has to follow from the numbers alone. A registration that is refused is 処理結果状況 2 with
the block given back; a message that cannot be read is 処理結果区分 9.
"""

from collections.abc import Callable
from datetime import datetime

from kaihoken.coverage import oqs
from kaihoken.coverage.inquiry import insurer_asked, reference_asked
from kaihoken.coverage.oqs_api import OqsCarrier, OqsReply, check_facility
from kaihoken.coverage.question import Asker
from kaihoken.coverage.reference.numbers import Linked, ReferenceNumbers
from kaihoken.coverage.reference.referencing import Linking
from kaihoken.identity import canonical_branch, canonical_number
from kaihoken.problems import Problem


async def register_oqs(
    reference_numbers: ReferenceNumbers,
    asker: Asker,
    carrier: OqsCarrier,
    body: bytes,
    at: Callable[[], datetime],
    declared: str | None = None,
    told: Callable[[Linked], None] = lambda _: None,
) -> OqsReply:
    """Register one 照会番号.

    `declared` is the charset of the content type, where one was given. `told` may refuse before the result leaves, by
    raising a Problem: a burst of registrations for nobody. Raises the Problems of reading (`oqs.…`, those of the
    numbers) and of the store and the log; `refuse_registration` says them in the carrier's own form.
    """
    read = oqs.read_registration if carrier == "oqs-xml" else oqs.read_registration_json
    request = read(body, declared)
    check_facility(request.header.medical_institution_code, asker)
    linking = linking_of(request.info, asker.facility)
    (linked,) = await reference_numbers.register([linking], asker)
    told(linked)
    response = oqs.registered(request, linked if isinstance(linked, Problem) else None, at())
    return OqsReply(_written(response, carrier), request.encoding, None)


def refuse_registration(
    problem: Problem, carrier: OqsCarrier, body: bytes, at: datetime, facility: str | None
) -> OqsReply:
    """A problem in the carrier's own form: SegmentOfResult 9, with what could be saved of the message's header."""
    salvaged = oqs.salvage(body) if carrier == "oqs-xml" else oqs.salvage_json(body)
    response = oqs.registration_refused(problem, salvaged, at=at, facility=facility)
    return OqsReply(_written(response, carrier), response.header.encoding, None)


def linking_of(info: oqs.RegistrationInfo, facility: str) -> Linking:
    """The registration that a block of a message asks for. Problems of the numbers, each with its element's path."""
    path = oqs.REGISTRATION_PATH
    number = info.number or ""
    if not canonical_number(number):
        raise Problem("coverage.request-number", where=f"{path}/InsuredIdentificationNumber")
    canonical_branch(info.branch or "", f"{path}/InsuredBranchNumber")
    return Linking(
        reference_number=reference_asked(info.reference_number or "", f"{path}/ReferenceNumber"),
        insurer=insurer_asked((info.insurer_number or "").strip(), facility, f"{path}/InsurerNumber"),
        symbol=info.symbol or "",
        number=number,
        branch=info.branch or "",
    )


def _written(response: oqs.RegistrationResponse, carrier: OqsCarrier) -> bytes:
    write = oqs.write_registered if carrier == "oqs-xml" else oqs.write_registered_json
    return write(response).content
