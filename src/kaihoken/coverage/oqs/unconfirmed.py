"""Messages whose layout nobody could confirm: what is known of each and what we assume, as data.

None is taken unless the operator names it in a setting. A message that does something here says by which function of
the hub, and which element carries which field of that function's request; the reader goes by that table alone.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache
from typing import ClassVar

import msgspec

from kaihoken import rules
from kaihoken.consent import Care
from kaihoken.coverage.oqs.message import ProcessingResultStatus, Request, RequestHeader, SearchInfo
from kaihoken.coverage.oqs.question import Sent, day_of, facility_code, in_order
from kaihoken.coverage.oqs.short_read import short_message
from kaihoken.coverage.oqs.wire import (
    BODY_PATH,
    CONFIRMATION_DATE,
    PATHS,
    REQUEST_HEADER,
    RESULT_STATUS,
    SEARCH,
    SEARCH_PATH,
    Element,
    Form,
)
from kaihoken.coverage.oqs.wire_text import allowed_codes
from kaihoken.identity import parse_wire_date
from kaihoken.problems import Problem

STEP = "01"
"""Of every one: no other was assumed."""

SETTING = "oqs_unconfirmed"
"""The setting that names those which are taken."""


class Function(StrEnum):
    """What a message does here."""

    ASK_AGAIN = "ask-again"  # 再照会
    WITHDRAW = "withdraw"  # 同意の取消
    SEE_SETTINGS = "see-settings"  # 環境設定 照会
    CHANGE_SETTINGS = "change-settings"  # 環境設定 更新


class SettingsTold(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of a facility as codes: of each item of consent 利用設定 (OQSCD037), of prescriptions OQSCD038 and
    OQSCD039. None for an item that does not exist yet."""

    limit: str | None = None
    disease: str | None = None
    subsidy: str | None = None
    health_checkup: str | None = None
    medicine: str | None = None
    diagnosis: str | None = None
    operation: str | None = None
    disease_name: str | None = None
    infection: str | None = None
    allergy: str | None = None
    contraindication: str | None = None
    test: str | None = None
    prescription: str | None = None
    prescriptions: str
    prescription_timing: str


_NONE: frozenset[str] = frozenset()
_PATIENT = frozenset({"insurer_number", "symbol", "number", "branch", "birthdate"})
_SETTINGS = frozenset(SettingsTold.__struct_fields__)
_HELD: Mapping[Function, tuple[frozenset[str], frozenset[str]]] = {
    Function.ASK_AGAIN: (_PATIENT, _PATIENT),
    Function.WITHDRAW: (_PATIENT | {"reason"}, _PATIENT),
    Function.SEE_SETTINGS: (_NONE, _NONE),
    Function.CHANGE_SETTINGS: (_SETTINGS, _SETTINGS),
}
"""Which fields a function can be given, and which it must have an element for."""

_OF_SETTINGS = (Function.SEE_SETTINGS, Function.CHANGE_SETTINGS)


class Assumed(msgspec.Struct, frozen=True, kw_only=True):
    """One element of a body. `holds` is the field of the function's request that it carries."""

    name: str
    holds: str
    form: Form
    codes: str = ""
    longest: int | None = None
    required: bool = False

    def __post_init__(self) -> None:
        if self.form not in (Form.ECHO, Form.CODE, Form.DATE) or bool(self.codes) != (self.form is Form.CODE):
            raise ValueError("an element is an echo, a day, or a code with its list")

    @property
    def element(self) -> Element:
        """The same as a line of the wire's table."""
        return Element(
            self.name, self.holds, self.form, codes=self.codes, longest=self.longest, required=self.required
        )


class UnconfirmedMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One message: its name in words, what is known of it with its source, what we assume. Without a `function` the
    words of what is missing say why it cannot be turned on."""

    ja: str
    en: str
    known: str
    assumed: str
    source: str
    function: Function | None = None
    care: Care | None = None
    question: tuple[Assumed, ...] = ()
    answer: tuple[Assumed, ...] = ()
    missing_ja: str = ""
    missing_en: str = ""

    def __post_init__(self) -> None:
        if self.function is None:
            if not (self.missing_ja and self.missing_en) or self.question or self.answer:
                raise ValueError("a message without a function says what is missing, and has no elements")
            return
        most, least = _HELD[self.function]
        of_settings = self.function in _OF_SETTINGS
        _check_held(self.question, least, most)
        _check_held(self.answer, *((_SETTINGS, _SETTINGS) if of_settings else (_NONE, _NONE)))
        if of_settings is (self.care is not None):
            raise ValueError(f"a form of care goes with {Function.ASK_AGAIN} and {Function.WITHDRAW}")

    @property
    def elements(self) -> tuple[Element, ...]:
        """What its body holds."""
        return tuple(one.element for one in self.question)

    @property
    def answered(self) -> tuple[Element, ...]:
        """What the body of an answer about settings holds beside its status; nothing where the answer is that of
        資格確認."""
        return tuple(one.element for one in self.answer)

    @property
    def in_block(self) -> bool:
        """Whether what it holds stands in a block of the body, as in a question."""
        return self.function not in _OF_SETTINGS


def _check_held(elements: Sequence[Assumed], least: frozenset[str], most: frozenset[str]) -> None:
    held = [one.holds for one in elements]
    if len(set(held)) < len(held) or not least <= set(held) <= most:
        raise ValueError(f"it holds each of [{', '.join(sorted(most))}] once at most")


class UnconfirmedMessages(msgspec.Struct, frozen=True):
    """Every one by the stem of its name (rule family oqs/unconfirmed)."""

    family: ClassVar[str] = "oqs/unconfirmed"

    messages: Mapping[str, UnconfirmedMessage]


@cache
def unconfirmed_messages() -> Mapping[str, UnconfirmedMessage]:
    """What this release knows, by the stem of the name. A layout is not of a day: the newest file counts."""
    newest = rules.PACKAGED.versions(UnconfirmedMessages.family)[-1]
    return rules.load(UnconfirmedMessages, on=newest.effective_from).messages


@lru_cache(maxsize=64)
def turned_on(names: str) -> frozenset[str]:
    """The messages that a setting names, separated by commas or spaces.

    Problem `oqs.unconfirmed-name` for a name that none has, `oqs.unconfirmed-no-function` for one that cannot be
    turned on.
    """
    known = unconfirmed_messages()
    named = names.replace(",", " ").split()
    for name in named:
        if name not in known:
            possible = ", ".join(stem for stem, message in known.items() if message.function)
            raise Problem("oqs.unconfirmed-name", where=SETTING, name=name, known=possible)
        if known[name].function is None:
            raise without_function(name, SETTING)
    return frozenset(named)


def require_on(stem: str, names: str) -> None:
    """Let a message be taken, or refuse it: Problem `oqs.unconfirmed-off`, `oqs.unconfirmed-no-function`."""
    if unconfirmed_messages()[stem].function is None:
        raise without_function(stem)
    if stem not in turned_on(names):
        raise Problem("oqs.unconfirmed-off", message=stem, setting=SETTING)


def without_function(stem: str, where: str = "") -> Problem:
    """Why a message cannot be turned on."""
    message = unconfirmed_messages()[stem]
    facts = {"message": stem, "missing_ja": message.missing_ja, "missing_en": message.missing_en}
    return Problem("oqs.unconfirmed-no-function", where=where, **facts)


class UnconfirmedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One message as it was read: as a question, which is what its answer gives back, and what it holds of the
    function's request. `on` is 資格確認日 where it was sent."""

    question: Request
    on: date | None
    fields: Mapping[str, str | date]

    def text(self, field: str) -> str:
        """A field as it was sent, "" where it was not."""
        value = self.fields.get(field, "")
        assert isinstance(value, str)
        return value

    def day(self, field: str) -> date:
        """A field that is a day, and required."""
        value = self.fields[field]
        assert isinstance(value, date)
        return value


class SettingsResult(msgspec.Struct, frozen=True, kw_only=True):
    """The body of an answer about settings."""

    processing_result_status: ProcessingResultStatus = ProcessingResultStatus.NORMAL
    processing_result_code: str | None = None
    processing_result_message: str | None = None
    settings: SettingsTold


def settings_elements(message: UnconfirmedMessage) -> tuple[Element, ...]:
    """The body of an answer about settings."""
    return (*RESULT_STATUS, Element("", "settings", Form.INLINE, children=message.answered))


DAY_IF_ANY = (
    Element(CONFIRMATION_DATE, "qualification_confirmation_date", Form.DATE),
    *REQUEST_HEADER[1:],
)
"""The header of a question, in which the day may be left out."""


def read_unconfirmed(
    message: UnconfirmedMessage, data: bytes, today: date, *, xml: bool, transport: str | None = None
) -> UnconfirmedRequest:
    """A message by the table of its elements. Raises a Problem of the `oqs.` family."""
    elements, path = message.elements, _path(message)
    header, body, encoding, source = short_message(data, elements, transport, xml=xml, header=DAY_IF_ANY)
    day, facility, identifier = header
    on = day_of(CONFIRMATION_DATE, day) if day and not day.isspace() else None
    return UnconfirmedRequest(
        question=Request(
            header=RequestHeader(
                qualification_confirmation_date=on or today,
                medical_institution_code=facility_code(facility),
                arbitrary_file_identifier=identifier,
                identifier_source=source,
            ),
            search=_given_back(elements, body),
            encoding=encoding,
        ),
        on=on,
        fields={
            element.attribute: _value(element, text, f"{path}/{element.name}")
            for element, text in zip(elements, body, strict=True)
            if text and not text.isspace()
        },
    )


def placed(message: UnconfirmedMessage, problem: Problem) -> Problem:
    """A problem of the function's request, at the element that holds the field."""
    paths = {one.holds: f"{_path(message)}/{one.name}" for one in message.question}
    paths["on"] = PATHS[CONFIRMATION_DATE]
    return Problem(problem.code, where=paths.get(problem.where, problem.where), **problem.facts)


def _path(message: UnconfirmedMessage) -> str:
    return SEARCH_PATH if message.in_block else BODY_PATH


def _value(element: Element, text: str, path: str) -> str | date:
    if element.form is Form.DATE:
        try:
            return parse_wire_date(text.strip())
        except Problem as problem:
            raise Problem("oqs.impossible-date", where=path, element=element.name) from problem
    if element.form is Form.CODE:
        if text.strip() not in allowed_codes(element):
            raise Problem("oqs.unknown-code", where=path, element=element.name, list=element.codes)
        return text.strip()
    return text


def _given_back(elements: tuple[Element, ...], sent: Sent) -> SearchInfo:
    """What the answer repeats of the question: the elements that 資格確認要求 has too, as they came."""
    texts = {element.name: text for element, text in zip(elements, sent, strict=True) if text is not None}
    return SearchInfo(
        insurer_number="",
        number="",
        birthdate=date.min,
        limit_consent=False,
        as_sent=in_order(texts, SEARCH),
    )
