"""The route table of the hub: every row of it, in one place."""

from functools import cache

from kaihoken.access import LONGEST_BODY, OQS_CREDENTIALS, OQS_TOKEN, TOKEN_ANSWER, TOKEN_FORM, Scope
from kaihoken.coverage import Check, CheckAnswer, FaceCheck, RegistrationsAnswer, RegistrationsRequest
from kaihoken.coverage.oqs import (
    LARGEST_MESSAGE,
    SALVAGED,
    answer_schema,
    question_example,
    question_schema,
)
from kaihoken.hub.bulk.routes import bulk_routes
from kaihoken.hub.card_routes import card_rows
from kaihoken.hub.claim_routes import claim_rows
from kaihoken.hub.client_routes import client_routes
from kaihoken.hub.consent_routes import consent_rows
from kaihoken.hub.exchange import TOO_LARGE, PageApp, Reply, Request, refuse_plainly
from kaihoken.hub.facility_routes import facility_rows
from kaihoken.hub.failure_routes import failure_rows
from kaihoken.hub.fhir.routes import fhir_rows
from kaihoken.hub.log_routes import LogRoutes
from kaihoken.hub.machine import Machine
from kaihoken.hub.open_routes import OpenRoutes
from kaihoken.hub.openapi import openapi
from kaihoken.hub.questions import Questions
from kaihoken.hub.reference_routes import reference_rows
from kaihoken.hub.refusals import (
    BODY,
    CALLER,
    JSON_QUESTION,
    LOG,
    OQS_QUESTION,
    OQS_REFUSED,
    RECORD,
    REGISTRATION,
    REHEARSED,
    ROW,
    TOKEN,
)
from kaihoken.hub.registrations import Registrations
from kaihoken.hub.rehearsal import Rehearse
from kaihoken.hub.repeats import KEY_NEEDED
from kaihoken.hub.routes import Body, Route, RouteTable
from kaihoken.hub.statistics_routes import statistics_rows
from kaihoken.hub.unconfirmed_routes import unconfirmed_rows

_JSON = "application/json"
_XML = "application/xml"


def route_table(machine: Machine, rehearse: Rehearse | None = None) -> RouteTable:
    """The routes over a running machine."""
    questions = Questions(machine, rehearse)
    registrations = Registrations(machine)
    everybody = OpenRoutes(machine)
    log = LogRoutes(machine)
    rehearsed = REHEARSED if rehearse is not None else ()

    @cache
    def described() -> bytes:
        return openapi(table, machine.settings.audience)

    async def description(_: Request) -> Reply:
        return Reply(described())

    routes = (
        Route(
            "POST",
            "/v1/eligibility-checks",
            "資格確認: 有効か、割合は、何をするか",
            "Is this person covered, what do they pay, what to do next",
            questions.eligibility_check,
            refuse_plainly,
            Scope.ELIGIBILITY_ASK,
            reads=(Body(_JSON, Check),),
            answers=(Body(_JSON, CheckAnswer),),
            problems=(*CALLER, *JSON_QUESTION, TOO_LARGE, *BODY, *RECORD, *rehearsed),
            timed=True,
        ),
        Route(
            "POST",
            "/oqs/search",
            "資格確認要求（XmlMsg）: XML または同じ木の JSON",
            "An OQS question (XmlMsg) as XML or as the same tree in JSON",
            questions.oqs_search,
            questions.refuse_oqs,
            Scope.OQS,
            reads=(_oqs_question(_XML), _oqs_question(_JSON)),
            answers=(_oqs_answer(_XML), _oqs_answer(_JSON)),
            problems=(*CALLER, *OQS_REFUSED, *BODY, *RECORD, *rehearsed[1:]),
            said_in_answer=(*OQS_QUESTION, *rehearsed[:1]),
            most_body=LARGEST_MESSAGE,
            too_large="oqs.too-large",
            refuses_in_kind=True,
            read_to_refuse=SALVAGED,
            timed=True,
        ),
        Route(
            "POST",
            "/oqs/face",
            "カードリーダーの資格確認結果（face に置く XmlMsg）: 同意の時刻と期限つき",
            "The answer to a card as the message of a reader (XmlMsg for face), with its consents",
            questions.face,
            refuse_plainly,
            Scope.OQS,
            reads=(Body(_JSON, FaceCheck),),
            answers=(_oqs_answer(_XML), _oqs_answer(_JSON)),
            problems=(*CALLER, *JSON_QUESTION, "coverage.face-by-card", TOO_LARGE, *BODY, *RECORD),
            timed=True,
        ),
        *card_rows(machine),
        *claim_rows(machine, questions),
        *bulk_routes(machine),
        Route(
            "POST",
            "/v1/registrations",
            "加入者の登録: 行ごとに答え、何度送っても安全",
            "Register members: every row answered, safe to repeat",
            registrations.register,
            refuse_plainly,
            Scope.REGISTRATIONS_WRITE,
            reads=(Body(_JSON, RegistrationsRequest),),
            answers=(Body(_JSON, RegistrationsAnswer),),
            problems=(*CALLER, *REGISTRATION, TOO_LARGE, *BODY, *RECORD),
            said_in_answer=ROW,
            parameters=(KEY_NEEDED,),
        ),
        *reference_rows(machine),
        *facility_rows(machine),
        *failure_rows(machine),
        *unconfirmed_rows(machine),
        *statistics_rows(machine),
        *consent_rows(machine),
        *client_routes(machine),
        Route(
            "POST",
            "/oauth/token",
            "鍵（private_key_jwt）を5分の通行証に換える",
            "Exchange a client assertion for a token of five minutes",
            everybody.oauth_token,
            refuse_plainly,
            reads=(Body("application/x-www-form-urlencoded", schema=TOKEN_FORM),),
            answers=(Body(_JSON, schema=TOKEN_ANSWER),),
            problems=(*TOKEN, "access.grant-unsupported", "access.scope-unknown"),
            most_body=LONGEST_BODY,
        ),
        Route(
            "POST",
            "/oqs/auth",
            "OQS の手順での通行証（idToken）",
            "The same in the manner of OQS: answers idToken",
            everybody.oqs_auth,
            refuse_plainly,
            reads=(Body(_JSON, schema=OQS_CREDENTIALS),),
            answers=(Body(_JSON, schema=OQS_TOKEN),),
            problems=TOKEN,
            most_body=LONGEST_BODY,
        ),
        Route(
            "GET",
            "/live",
            "動いているか",
            "The process answers",
            everybody.live,
            refuse_plainly,
            answers=(Body(_JSON),),
        ),
        Route(
            "GET",
            "/ready",
            "質問に答えられるか（記録を残せるか）",
            "Questions can be answered: the log can commit",
            everybody.ready,
            refuse_plainly,
            answers=(Body(_JSON),),
            problems=("hub.not-ready",),
        ),
        Route(
            "GET",
            "/metrics",
            "運用の数字（個人のデータなし）",
            "Counters for the operator, without personal data",
            everybody.metrics,
            refuse_plainly,
            Scope.METRICS_READ,
            answers=(Body("text/plain"),),
            problems=CALLER,
        ),
        Route(
            "GET",
            "/v1/log/head",
            "記録の最新の署名つき頭",
            "The newest signed head of the log",
            log.head,
            refuse_plainly,
            answers=(Body(_JSON),),
        ),
        Route(
            "GET",
            "/v1/log/inclusion",
            "束が記録にある証明",
            "Proof that a batch stands in the log",
            log.inclusion,
            refuse_plainly,
            answers=(Body(_JSON),),
            problems=LOG,
            parameters=(_number("batch", required=True), _number("size")),
        ),
        Route(
            "GET",
            "/v1/log/consistency",
            "新しい記録が古い記録を伸ばしたものである証明",
            "Proof that a later log extends an earlier one",
            log.consistency,
            refuse_plainly,
            answers=(Body(_JSON),),
            problems=LOG,
            parameters=(_number("from", required=True), _number("to")),
        ),
        Route(
            "GET",
            "/.well-known/kaihoken-log-keys.json",
            "記録の公開鍵と有効期間",
            "Public keys of the log with their validity",
            log.keys,
            refuse_plainly,
            answers=(Body(_JSON),),
        ),
        Route(
            "GET",
            "/.well-known/kaihoken-tls.json",
            "ハブの TLS 証明書と、クライアント証明書の認証局",
            "The hub's TLS certificate with its validity, and the CAs of clients' certificates",
            everybody.tls,
            refuse_plainly,
            answers=(Body(_JSON),),
        ),
        Route(
            "GET",
            "/.well-known/oauth-authorization-server",
            "通行証の窓口の説明（RFC 8414）",
            "The token endpoint's metadata (RFC 8414)",
            everybody.authorization_server,
            refuse_plainly,
            answers=(Body(_JSON),),
        ),
        Route(
            "GET",
            "/openapi.json",
            "この表そのもの",
            "This table, as OpenAPI",
            description,
            refuse_plainly,
            answers=(Body(_JSON),),
        ),
    )
    table = RouteTable((*routes, *fhir_rows(machine, questions, rehearse, rehearsed)))
    return table


def without_pages(machine: Machine) -> tuple[RouteTable, PageApp | None]:
    """A hub that serves machines only."""
    return route_table(machine), None


def _oqs_question(media: str) -> Body:
    xml = media == _XML
    return Body(media, schema=question_schema(xml=xml), example=question_example(xml=xml))


def _oqs_answer(media: str) -> Body:
    return Body(media, schema=answer_schema(xml=media == _XML))


def _number(name: str, *, required: bool = False) -> dict[str, object]:
    return {"name": name, "in": "query", "required": required, "schema": {"type": "integer", "minimum": 0}}
