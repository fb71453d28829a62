"""Lists of 照会番号 as OQS clients send them (OQSmuimm01, 02): from a message to an order, from results to units."""

from datetime import date

import msgspec

from kaihoken.coverage import oqs
from kaihoken.coverage.bulk.links import LINKS
from kaihoken.coverage.bulk.messages import Told
from kaihoken.coverage.bulk.reception import Order
from kaihoken.problems import Problem


class _About(msgspec.Struct, frozen=True, kw_only=True):
    """The sender's name for the message: it makes two lists of the same rows two."""

    file: str | None = None


class _Line(msgspec.Struct):
    """A result as it is kept."""

    sent: tuple[str | None, ...]
    status: str = ""
    problem: Told | None = None


_decode = msgspec.json.Decoder(_Line).decode


def order_of_links(request: oqs.ListRequest, _: date, repeat_key: str = "") -> Order:
    """What a list of registrations orders: it is about no day."""
    about = msgspec.json.encode(_About(file=request.arbitrary_file_identifier))
    return Order(kind=LINKS, carrier="oqs", about=about, repeat_key=repeat_key)


def registration_of(line: bytes) -> oqs.RegistrationResult:
    """One block of a list, from a result as it is kept. Problem `store.corrupt` for what says nothing."""
    kept: _Line = _decode(line)
    info = oqs.info_of(kept.sent)
    if kept.problem is not None:
        return oqs.RegistrationResult(
            info=info,
            processing_result_status=oqs.ProcessingResultStatus.ERROR,
            processing_result_code=kept.problem.oqs,
            processing_result_message=kept.problem.message,
        )
    if not kept.status:
        raise Problem("store.corrupt", where="bulk_result")
    return oqs.RegistrationResult(info=info)
