"""The rows of the route table for lists (一括照会)."""

from kaihoken.access import Scope
from kaihoken.consent import Care
from kaihoken.coverage.bulk import NumberRow, order_of, order_of_links
from kaihoken.coverage.oqs import LARGEST_LIST as OQS_LIST_BYTES
from kaihoken.coverage.oqs import (
    LARGEST_MESSAGE,
    SALVAGED,
    list_schema,
    reception_question_schema,
    reception_schema,
    results_schema,
)
from kaihoken.hub.bulk.exchange import (
    LARGEST_LIST,
    NDJSON,
    ZIP,
    BulkExchange,
    BulkFound,
    BulkQuestion,
    BulkReceived,
    BulkResultsQuestion,
    BulkStatus,
)
from kaihoken.hub.bulk.messages import (
    CHECKS,
    HOME,
    LINKINGS,
    MONTHS,
    ONLINE,
    BulkMessages,
    Interface,
    ListMessages,
    MonthMessages,
    VisitMessages,
)
from kaihoken.hub.exchange import TOO_LARGE, refuse_plainly
from kaihoken.hub.machine import Machine
from kaihoken.hub.refusals import (
    BODY,
    BULK_ASKED,
    BULK_RESULTS,
    BULK_ROW,
    BULK_SENT,
    CALLER,
    OQS_LINK,
    OQS_LIST,
    OQS_REFUSED,
    RECORD,
)
from kaihoken.hub.repeats import KEY_TAKEN
from kaihoken.hub.routes import Body, Route

_JSON = "application/json"
_XML = "application/xml"


def bulk_routes(machine: Machine) -> tuple[Route, ...]:
    """The rows."""
    bulk = BulkExchange(machine)
    return (
        Route(
            "POST",
            "/v1/bulk-checks",
            "一括照会を送る: 1 行に 1 人、医療扶助の診療年月、または訪問・オンラインの同意の期間。受付番号を返す",
            "Send a list, a person a line, or ask for one by month or days of consents: answers the reception number",
            bulk.send,
            refuse_plainly,
            Scope.ELIGIBILITY_BULK,
            reads=(Body(NDJSON.decode(), NumberRow), Body(_JSON, BulkFound)),
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
                KEY_TAKEN,
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
            refuse_plainly,
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
            refuse_plainly,
            Scope.ELIGIBILITY_BULK,
            reads=(Body(_JSON, BulkResultsQuestion),),
            answers=(Body(NDJSON.decode()), Body(ZIP.decode())),
            problems=(*CALLER, *BULK_ASKED, *BULK_RESULTS, TOO_LARGE, *BODY, *RECORD),
        ),
        *_of_messages(
            ListMessages(machine, CHECKS, order_of),
            CHECKS,
            "資格確認 一括照会",
            "a list",
            (*BULK_ROW, *BULK_RESULTS),
        ),
        *_of_messages(
            MonthMessages(machine, MONTHS),
            MONTHS,
            "医療扶助 医療券 一括取得",
            "a month of 医療扶助",
            (*BULK_ROW, *BULK_RESULTS),
        ),
        *_of_messages(
            VisitMessages(machine, HOME, Care.HOME),
            HOME,
            "訪問診療等 一括 再照会",
            "a list of home care, asked again",
            (*BULK_ROW, *BULK_RESULTS),
        ),
        *_of_messages(
            VisitMessages(machine, ONLINE, Care.ONLINE),
            ONLINE,
            "オンライン診療等 一括 再照会",
            "a list of online care, asked again",
            (*BULK_ROW, *BULK_RESULTS),
        ),
        *_of_messages(
            ListMessages(machine, LINKINGS, order_of_links),
            LINKINGS,
            "照会番号 一括登録",
            "a list of reference numbers to register",
            (*OQS_LINK, "access.not-found-burst", "store.corrupt", *BULK_RESULTS),
        ),
    )


def _of_messages(
    messages: BulkMessages, interface: Interface, ja: str, en: str, in_results: tuple[str, ...]
) -> tuple[Route, ...]:
    """01 and 02 of one pair of messages."""
    both = (_XML, _JSON)
    return (
        Route(
            "POST",
            f"/oqs/{interface.stem}01",
            f"{ja} 要求（XmlMsg）: 受付番号を返す",
            f"Send {en} (XmlMsg): answers the reception number",
            messages.take,
            messages.refuse,
            Scope.OQS,
            reads=tuple(Body(media, schema=list_schema(interface.form, xml=media == _XML)) for media in both),
            answers=tuple(Body(media, schema=reception_schema(xml=media == _XML)) for media in both),
            problems=(*CALLER, *OQS_REFUSED, *BODY, *RECORD),
            said_in_answer=(*OQS_LIST, *BULK_SENT),
            parameters=(KEY_TAKEN,),
            most_body=OQS_LIST_BYTES,
            too_large="oqs.too-large",
            refuses_in_kind=True,
            read_to_refuse=SALVAGED,
        ),
        Route(
            "POST",
            f"/oqs/{interface.stem}02",
            f"{ja} 結果（XmlMsg）: 処理中、または全員の結果",
            f"The results of {en} (XmlMsg), or that it is not answered yet",
            messages.hand_out,
            messages.refuse_results,
            Scope.OQS,
            reads=tuple(Body(media, schema=reception_question_schema(xml=media == _XML)) for media in both),
            answers=(
                *(Body(media, schema=results_schema(interface.units, xml=media == _XML)) for media in both),
                Body(ZIP.decode()),
            ),
            problems=(*CALLER, *OQS_REFUSED, *BODY, *RECORD),
            said_in_answer=(*OQS_LIST, *in_results, "coverage.bulk-unknown"),
            most_body=LARGEST_MESSAGE,
            too_large="oqs.too-large",
            refuses_in_kind=True,
            read_to_refuse=SALVAGED,
        ),
    )
