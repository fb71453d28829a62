"""One eligibility question and one answer as the interface exchanges them, whatever carries them.

Frozen values without wire names: `wire` says how each field is written. Texts of a question are verbatim; making
identifiers of them is the work of whoever answers.
"""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from kaihoken.coverage.answer import Result


class Encoding(StrEnum):
    """Character set of a message, named as its XML declaration names it. `codec` is Python's name for it."""

    UTF_8 = "UTF-8"
    SHIFT_JIS = "Shift_JIS"

    @property
    def codec(self) -> str:
        return "utf-8" if self is Encoding.UTF_8 else "cp932"

    @property
    def identifier(self) -> str:
        """文字コード識別 (OQSCD005)."""
        return "0" if self is Encoding.UTF_8 else "1"


class ReferenceClassification(StrEnum):
    """照会区分 (OQSCD002): how the person was asked for."""

    CARD = "1"
    NUMBER = "2"


class SegmentOfResult(StrEnum):
    """処理結果区分 (OQSCD003), of the whole message."""

    NORMAL = "1"
    IN_PROGRESS = "2"
    ABNORMAL = "9"


class ProcessingResultStatus(StrEnum):
    """処理結果状況 (OQSCD004), of the person."""

    NORMAL = "1"
    ERROR = "2"


class _Value(msgspec.Struct, frozen=True, gc=False):
    """Base of the parts of a message."""


class IdentifierSource(_Value, frozen=True, kw_only=True):
    """The bytes between the tags of 任意のファイル識別子, where writing its text again would not give them back
    (another way to escape, or a character with two codes in Shift_JIS). Senders look for the literal tag."""

    encoding: Encoding
    content: bytes


class RequestHeader(_Value, frozen=True, kw_only=True):
    """Who asks, and for which day. `arbitrary_file_identifier` is None where it was not sent."""

    qualification_confirmation_date: date
    medical_institution_code: str
    arbitrary_file_identifier: str | None = None
    identifier_source: IdentifierSource | None = None


class SearchInfo(_Value, frozen=True, kw_only=True):
    """By what is asked: 保険者番号, 記号, 番号, 枝番 exactly as sent; None is an element that was left out, "" an empty
    one. `arbitrary_identifier` is the asker's own key for the person.

    `as_sent` holds the text of every element in the order of the wire when the question was read from one, so that
    it can be given back unchanged; it is empty for a question that was made here.
    """

    insurer_number: str
    symbol: str | None = None
    number: str
    branch: str | None = None
    birthdate: date
    limit_consent: bool
    arbitrary_identifier: str | None = None
    as_sent: tuple[str | None, ...] = ()


class Request(_Value, frozen=True, kw_only=True):
    """資格確認要求. `unknown_elements` counts what stood there and was passed over."""

    header: RequestHeader
    search: SearchInfo
    encoding: Encoding = Encoding.UTF_8
    unknown_elements: int = 0


class Salvaged(_Value, frozen=True, kw_only=True):
    """What was made out of a message that could not be read."""

    encoding: Encoding = Encoding.UTF_8
    arbitrary_file_identifier: str | None = None
    identifier_source: IdentifierSource | None = None
    qualification_confirmation_date: date | None = None


class ResponseHeader(_Value, frozen=True, kw_only=True):
    """About the whole answer. `error_code` and `error_message` only where `segment_of_result` is not normal,
    `medical_institution_code` only where it is known who asks.

    `encoding` decides the bytes of the XML and 文字コード識別 at once, so that they cannot disagree.
    """

    process_execution_time: datetime
    qualification_confirmation_date: date
    medical_institution_code: str | None
    arbitrary_file_identifier: str | None = None
    identifier_source: IdentifierSource | None = None
    reference_classification: ReferenceClassification = ReferenceClassification.NUMBER
    segment_of_result: SegmentOfResult = SegmentOfResult.NORMAL
    error_code: str | None = None
    error_message: str | None = None
    encoding: Encoding = Encoding.UTF_8


class ResponseBody(_Value, frozen=True, kw_only=True):
    """About the person. `qualification_validity` is OQSCD006, `prescription_issue_select` OQSCD017.

    Code and message tell an error, or with a normal status something worth knowing (付帯情報). `search` is None in
    an answer to a card: there was nothing to type in.
    """

    processing_result_status: ProcessingResultStatus = ProcessingResultStatus.NORMAL
    processing_result_code: str | None = None
    processing_result_message: str | None = None
    qualification_validity: str | None = None
    prescription_issue_select: str | None = None
    results: tuple[Result, ...] = ()
    search: SearchInfo | None = None


class Response(_Value, frozen=True, kw_only=True):
    """資格確認結果."""

    header: ResponseHeader
    body: ResponseBody


class RegistrationInfo(_Value, frozen=True, kw_only=True):
    """照会番号 and the numbers of whoever it stands for, exactly as sent; None is an element that was left out. What is
    required is there once it was checked; what is given back is as it came."""

    reference_number: str | None = None
    insurer_number: str | None = None
    symbol: str | None = None
    number: str | None = None
    branch: str | None = None


class RegistrationHeader(_Value, frozen=True, kw_only=True):
    """Who registers. `arbitrary_file_identifier` is None where it was not sent."""

    medical_institution_code: str
    arbitrary_file_identifier: str | None = None
    identifier_source: IdentifierSource | None = None


class RegistrationRequest(_Value, frozen=True, kw_only=True):
    """照会番号登録要求. `unknown_elements` counts what stood there and was passed over."""

    header: RegistrationHeader
    info: RegistrationInfo
    encoding: Encoding = Encoding.UTF_8
    unknown_elements: int = 0


class ResultHeader(_Value, frozen=True, kw_only=True):
    """About the whole result of what is about no day. As `ResponseHeader`."""

    process_execution_time: datetime
    medical_institution_code: str | None
    arbitrary_file_identifier: str | None = None
    identifier_source: IdentifierSource | None = None
    segment_of_result: SegmentOfResult = SegmentOfResult.NORMAL
    error_code: str | None = None
    error_message: str | None = None
    encoding: Encoding = Encoding.UTF_8


class RegistrationResult(_Value, frozen=True, kw_only=True):
    """What became of one 照会番号. `info` is None only where the message could not be read."""

    info: RegistrationInfo | None = None
    processing_result_status: ProcessingResultStatus = ProcessingResultStatus.NORMAL
    processing_result_code: str | None = None
    processing_result_message: str | None = None


class RegistrationResponse(_Value, frozen=True, kw_only=True):
    """照会番号登録結果."""

    header: ResultHeader
    body: RegistrationResult


class Replaced(_Value, frozen=True, kw_only=True):
    """A character that could not leave as it is. `where` is the element's path; `readable` says whether a readable
    variant took its place, or only ●."""

    where: str
    readable: bool


class Written(_Value, frozen=True, kw_only=True):
    """A message as bytes, with what had to be replaced on the way."""

    content: bytes
    replaced: tuple[Replaced, ...] = ()


class ListRequest(_Value, frozen=True, kw_only=True):
    """A list as it was sent: who asks, for which day (None in a message about no day), and the texts of each block in
    the order of the wire. What is wrong inside a block is that block's own matter."""

    qualification_confirmation_date: date | None
    medical_institution_code: str
    arbitrary_file_identifier: str | None
    identifier_source: IdentifierSource | None
    blocks: tuple[tuple[str | None, ...], ...]
    encoding: Encoding = Encoding.UTF_8


class ReceptionQuestion(_Value, frozen=True, kw_only=True):
    """The results of which list are asked for."""

    medical_institution_code: str
    arbitrary_file_identifier: str | None
    identifier_source: IdentifierSource | None
    reception_number: str
    encoding: Encoding = Encoding.UTF_8


class MonthQuestion(_Value, frozen=True, kw_only=True):
    """医療扶助: everybody with a 医療券 for a month is asked about."""

    medical_institution_code: str
    arbitrary_file_identifier: str | None
    identifier_source: IdentifierSource | None
    month: date  # its first day
    encoding: Encoding = Encoding.UTF_8


class VisitQuestion(_Value, frozen=True, kw_only=True):
    """訪問診療等・オンライン診療等: who consented is asked about again, by the days of consents or of examinations.
    `treatment` is OQSCD028."""

    medical_institution_code: str
    arbitrary_file_identifier: str | None
    identifier_source: IdentifierSource | None
    given_from: date | None
    given_to: date | None
    examined_from: date | None
    examined_to: date | None
    treatment: str | None
    encoding: Encoding = Encoding.UTF_8


class ListHeader(_Value, frozen=True, kw_only=True):
    """About an answer about a list. What does not belong to a step is None."""

    process_execution_time: datetime
    medical_institution_code: str | None
    arbitrary_file_identifier: str | None = None
    identifier_source: IdentifierSource | None = None
    reception_number: str | None = None
    segment_of_result: SegmentOfResult | None = None
    error_code: str | None = None
    error_message: str | None = None
    results: int | None = None
    normal: int | None = None
    errors: int | None = None
    encoding: Encoding = Encoding.UTF_8


class Reception(_Value, frozen=True, kw_only=True):
    """受付: the number by which results are asked for."""

    reception_number: str | None = None
    received_at: datetime | None = None


class Unit(_Value, frozen=True, kw_only=True):
    """What became of one person of a list."""

    search: SearchInfo | None = None
    processing_result_status: ProcessingResultStatus = ProcessingResultStatus.NORMAL
    processing_result_code: str | None = None
    processing_result_message: str | None = None
    qualification_validity: str | None = None
    results: tuple[Result, ...] = ()
