"""The rows of the route table for 照会番号."""

from kaihoken.access import Scope
from kaihoken.coverage import ReferenceNumberAnswer, ReferenceNumberRequest, ReferenceNumberWithdrawal
from kaihoken.coverage.oqs import LARGEST_MESSAGE, SALVAGED, registered_schema, registration_schema
from kaihoken.hub.exchange import TOO_LARGE, refuse_plainly
from kaihoken.hub.machine import Machine
from kaihoken.hub.reference_numbers import ReferenceNumberRoutes
from kaihoken.hub.refusals import (
    BODY,
    CALLER,
    LINK,
    OQS_LINK,
    OQS_REFUSED,
    RECORD,
    REFERENCE_NUMBER,
    REPEATABLE,
)
from kaihoken.hub.repeats import KEY_NEEDED
from kaihoken.hub.routes import Body, Route

_JSON = "application/json"
_XML = "application/xml"


def reference_rows(machine: Machine) -> tuple[Route, ...]:
    """Register, take back, and register as OQS does."""
    numbers = ReferenceNumberRoutes(machine)
    return (
        Route(
            "POST",
            "/v1/reference-numbers",
            "照会番号の登録: 自院の患者番号を、その人の資格に結びつける",
            "Register a reference number: the facility's own number for a patient",
            numbers.register,
            refuse_plainly,
            Scope.REFERENCES_WRITE,
            reads=(Body(_JSON, ReferenceNumberRequest),),
            answers=(Body(_JSON, ReferenceNumberAnswer),),
            problems=(*CALLER, *LINK, *REPEATABLE, TOO_LARGE, *BODY, *RECORD),
            parameters=(KEY_NEEDED,),
        ),
        Route(
            "POST",
            "/v1/reference-number-withdrawals",
            "照会番号の登録の取消",
            "Take the registration of a reference number back",
            numbers.withdraw,
            refuse_plainly,
            Scope.REFERENCES_WRITE,
            reads=(Body(_JSON, ReferenceNumberWithdrawal),),
            answers=(Body(_JSON, ReferenceNumberAnswer),),
            problems=(
                *CALLER,
                "coverage.request-json",
                "coverage.request-shape",
                "coverage.request-repeated",
                *REFERENCE_NUMBER,
                "coverage.reference-unknown",
                *REPEATABLE,
                TOO_LARGE,
                *BODY,
                *RECORD,
            ),
            parameters=(KEY_NEEDED,),
        ),
        Route(
            "POST",
            "/oqs/OQSsiimm01",
            "照会番号登録（OQSsiimm01）: XML または同じ木の JSON",
            "Register a reference number (OQSsiimm01) as XML or as the same tree in JSON",
            numbers.register_oqs,
            numbers.refuse_oqs,
            Scope.OQS,
            reads=tuple(
                Body(media, schema=registration_schema(xml=media == _XML)) for media in (_XML, _JSON)
            ),
            answers=tuple(
                Body(media, schema=registered_schema(xml=media == _XML)) for media in (_XML, _JSON)
            ),
            problems=(*CALLER, *OQS_REFUSED, *BODY, *RECORD),
            said_in_answer=OQS_LINK,
            most_body=LARGEST_MESSAGE,
            too_large="oqs.too-large",
            refuses_in_kind=True,
            read_to_refuse=SALVAGED,
        ),
    )
