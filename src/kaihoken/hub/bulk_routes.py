"""The rows of the route table for lists (一括照会)."""

from kaihoken.access import Scope
from kaihoken.coverage.bulk import NumberRow
from kaihoken.hub.bulk_exchange import (
    LARGEST_LIST,
    NDJSON,
    ZIP,
    BulkExchange,
    BulkQuestion,
    BulkReceived,
    BulkResultsQuestion,
    BulkStatus,
)
from kaihoken.hub.exchange import TOO_LARGE
from kaihoken.hub.machine import Machine
from kaihoken.hub.refusals import (
    BODY,
    BULK_ASKED,
    BULK_RESULTS,
    BULK_ROW,
    BULK_SENT,
    CALLER,
    RECORD,
)
from kaihoken.hub.routes import Body, Refusal, Route

_JSON = "application/json"


def bulk_routes(machine: Machine, plainly: Refusal) -> tuple[Route, ...]:
    """The rows; `plainly` writes a problem in our own form."""
    bulk = BulkExchange(machine)
    return (
        Route(
            "POST",
            "/v1/bulk-checks",
            "一括照会を送る: 1 行に 1 人、受付番号を返す",
            "Send a list, a person a line: answers the reception number",
            bulk.send,
            plainly,
            Scope.ELIGIBILITY_BULK,
            reads=(Body(NDJSON.decode(), NumberRow),),
            answers=(Body(_JSON, BulkReceived),),
            problems=(*CALLER, *BULK_SENT, TOO_LARGE, *BODY, *RECORD),
            said_in_answer=BULK_ROW,
            parameters=(
                {
                    "name": "on",
                    "in": "query",
                    "required": False,
                    "schema": {"type": "string", "format": "date"},
                },
                {
                    "name": "language",
                    "in": "query",
                    "required": False,
                    "schema": {"type": "string", "enum": ["ja", "ja@easy", "en"]},
                },
                {
                    "name": "Idempotency-Key",
                    "in": "header",
                    "required": False,
                    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
                },
            ),
            most_body=LARGEST_LIST,
            in_parts=True,
        ),
        Route(
            "POST",
            "/v1/bulk-checks/status",
            "一括照会がどこまで進んだか",
            "How far a list is",
            bulk.status,
            plainly,
            Scope.ELIGIBILITY_BULK,
            reads=(Body(_JSON, BulkQuestion),),
            answers=(Body(_JSON, BulkStatus),),
            problems=(*CALLER, *BULK_ASKED, TOO_LARGE, *BODY, *RECORD),
        ),
        Route(
            "POST",
            "/v1/bulk-checks/results",
            "一括照会の結果: ページごと、または ZIP で全部",
            "The results of a list: page by page, or everything as a ZIP",
            bulk.results,
            plainly,
            Scope.ELIGIBILITY_BULK,
            reads=(Body(_JSON, BulkResultsQuestion),),
            answers=(Body(NDJSON.decode()), Body(ZIP.decode())),
            problems=(*CALLER, *BULK_ASKED, *BULK_RESULTS, TOO_LARGE, *BODY, *RECORD),
        ),
    )
