"""XmlMsg: the interface that Japanese medical software speaks to オンライン資格確認, as messages in memory.

One model of question and answer (`message`), one table of the wire (`wire`), two carriers: XML in UTF-8 or Shift_JIS,
and the same tree as JSON. Tolerant in reading, exact in writing. No I/O and no clock.

>>> request = read_request(data)
>>> write_response(Response(header=…, body=…)).content
"""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.coverage.oqs.described import (
        answer_schema,
        list_schema,
        question_example,
        question_schema,
        reception_question_schema,
        reception_schema,
        registered_schema,
        registration_schema,
        results_schema,
        unconfirmed_answer_schema,
        unconfirmed_schema,
    )
    from kaihoken.coverage.oqs.file_names import (
        INTERFACES,
        FaceName,
        FileName,
        Interface,
        face_name,
        file_name,
        fresh_name,
        parse_face_name,
        parse_file_name,
    )
    from kaihoken.coverage.oqs.json_read import read_registration as read_registration_json
    from kaihoken.coverage.oqs.json_read import read_request as read_request_json
    from kaihoken.coverage.oqs.json_read import salvage as salvage_json
    from kaihoken.coverage.oqs.json_write import write_registered as write_registered_json
    from kaihoken.coverage.oqs.json_write import write_registration as write_registration_json
    from kaihoken.coverage.oqs.json_write import write_request as write_request_json
    from kaihoken.coverage.oqs.json_write import write_response as write_response_json
    from kaihoken.coverage.oqs.json_write import write_result as write_result_json
    from kaihoken.coverage.oqs.json_write import write_visit as write_visit_json
    from kaihoken.coverage.oqs.list_read import (
        ELIGIBILITY,
        LARGEST_LIST,
        REGISTRATIONS,
        TICKET_MONTH,
        VISITS,
        Form,
        read_list,
    )
    from kaihoken.coverage.oqs.list_write import (
        CONFIRMED,
        REGISTERED,
        VISITED,
        ResultsWriter,
        Units,
        write_reception,
    )
    from kaihoken.coverage.oqs.message import (
        Encoding,
        IdentifierSource,
        ListHeader,
        ListRequest,
        MonthQuestion,
        ProcessingResultStatus,
        Reception,
        ReceptionQuestion,
        ReferenceClassification,
        RegistrationHeader,
        RegistrationInfo,
        RegistrationRequest,
        RegistrationResponse,
        RegistrationResult,
        Replaced,
        Request,
        RequestHeader,
        Response,
        ResponseBody,
        ResponseHeader,
        ResultHeader,
        Salvaged,
        SearchInfo,
        SegmentOfResult,
        Unit,
        VisitQuestion,
        Written,
    )
    from kaihoken.coverage.oqs.question import LARGEST_MESSAGE, SALVAGED, Sent, search_of
    from kaihoken.coverage.oqs.registration import (
        checked_info,
        info_of,
        registered,
        registration_refused,
        result_of,
    )
    from kaihoken.coverage.oqs.reply import done, in_progress, person_failed, refusal, said
    from kaihoken.coverage.oqs.short_read import (
        read_month_question,
        read_reception_question,
        read_visit_question,
    )
    from kaihoken.coverage.oqs.unconfirmed import (
        SETTING,
        STEP,
        Function,
        SettingsResult,
        SettingsTold,
        UnconfirmedMessage,
        UnconfirmedRequest,
        placed,
        read_unconfirmed,
        require_on,
        settings_elements,
        turned_on,
        unconfirmed_messages,
    )
    from kaihoken.coverage.oqs.wire import CONFIRMATION_DATE, PATHS, REGISTRATION_PATH, VISIT_BODY
    from kaihoken.coverage.oqs.xml_read import read_registration, read_request, salvage
    from kaihoken.coverage.oqs.xml_write import (
        write_registered,
        write_registration,
        write_request,
        write_response,
        write_result,
        write_visit,
    )

__all__ = [
    "CONFIRMATION_DATE",
    "CONFIRMED",
    "ELIGIBILITY",
    "INTERFACES",
    "LARGEST_LIST",
    "LARGEST_MESSAGE",
    "PATHS",
    "REGISTERED",
    "REGISTRATIONS",
    "REGISTRATION_PATH",
    "SALVAGED",
    "SETTING",
    "STEP",
    "TICKET_MONTH",
    "VISITED",
    "VISITS",
    "VISIT_BODY",
    "Encoding",
    "FaceName",
    "FileName",
    "Form",
    "Function",
    "IdentifierSource",
    "Interface",
    "ListHeader",
    "ListRequest",
    "MonthQuestion",
    "ProcessingResultStatus",
    "Reception",
    "ReceptionQuestion",
    "ReferenceClassification",
    "RegistrationHeader",
    "RegistrationInfo",
    "RegistrationRequest",
    "RegistrationResponse",
    "RegistrationResult",
    "Replaced",
    "Request",
    "RequestHeader",
    "Response",
    "ResponseBody",
    "ResponseHeader",
    "ResultHeader",
    "ResultsWriter",
    "Salvaged",
    "SearchInfo",
    "SegmentOfResult",
    "Sent",
    "SettingsResult",
    "SettingsTold",
    "UnconfirmedMessage",
    "UnconfirmedRequest",
    "Unit",
    "Units",
    "VisitQuestion",
    "Written",
    "answer_schema",
    "checked_info",
    "done",
    "face_name",
    "file_name",
    "fresh_name",
    "in_progress",
    "info_of",
    "list_schema",
    "parse_face_name",
    "parse_file_name",
    "person_failed",
    "placed",
    "question_example",
    "question_schema",
    "read_list",
    "read_month_question",
    "read_reception_question",
    "read_registration",
    "read_registration_json",
    "read_request",
    "read_request_json",
    "read_unconfirmed",
    "read_visit_question",
    "reception_question_schema",
    "reception_schema",
    "refusal",
    "registered",
    "registered_schema",
    "registration_refused",
    "registration_schema",
    "require_on",
    "result_of",
    "results_schema",
    "said",
    "salvage",
    "salvage_json",
    "search_of",
    "settings_elements",
    "turned_on",
    "unconfirmed_answer_schema",
    "unconfirmed_messages",
    "unconfirmed_schema",
    "write_reception",
    "write_registered",
    "write_registered_json",
    "write_registration",
    "write_registration_json",
    "write_request",
    "write_request_json",
    "write_response",
    "write_response_json",
    "write_result",
    "write_result_json",
    "write_visit",
    "write_visit_json",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
