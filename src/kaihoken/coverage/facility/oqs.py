"""A facility's settings as OQS messages of which nobody could confirm the layout: the same as our own JSON, read and
written by the table of the message."""

from datetime import datetime

from kaihoken.clock import tokyo_day
from kaihoken.consent import Actor, Item
from kaihoken.coverage import oqs
from kaihoken.coverage.facility.book import FacilityBook
from kaihoken.coverage.facility.environment import USED, FacilitySettings
from kaihoken.coverage.facility.messages import FacilitySettingsChange
from kaihoken.coverage.oqs_api import OqsCarrier, OqsReply, check_facility
from kaihoken.coverage.question import Asker
from kaihoken.problems import Problem

_FIELDS = {item.value.replace("-", "_"): item for item in Item}


async def settings_oqs(
    book: FacilityBook,
    asker: Asker,
    carrier: OqsCarrier,
    message: oqs.UnconfirmedMessage,
    body: bytes,
    now: datetime,
    declared: str | None = None,
) -> OqsReply:
    """Answer one message: the settings, once they are as it wants them.

    `declared` is the charset of the content type, where one was given. Raises the Problems of reading (`oqs.…`) and
    those of `FacilityBook.change`.
    """
    xml = carrier == "oqs-xml"
    asked = oqs.read_unconfirmed(message, body, tokyo_day(now), xml=xml, transport=declared)
    question = asked.question
    check_facility(question.header.medical_institution_code, asker)
    change = FacilitySettingsChange(
        items={item: asked.text(field) == "1" for field, item in _FIELDS.items() if field in asked.fields},
        prescriptions=asked.text("prescriptions") or None,
        prescription_timing=asked.text("prescription_timing") or None,
    )
    actor = Actor(asker.client, asker.facility, asker.key)
    try:
        settings = await book.change(change, actor)
    except Problem as problem:
        field = str(problem.facts.get("item", problem.where)).replace(
            "-", "_"
        )  # an item has an element of its own
        raise oqs.placed(message, Problem(problem.code, where=field, **problem.facts)) from problem
    header = oqs.ResultHeader(
        process_execution_time=now,
        medical_institution_code=asker.facility,
        arbitrary_file_identifier=question.header.arbitrary_file_identifier,
        identifier_source=question.header.identifier_source,
        encoding=question.encoding,
    )
    write = oqs.write_result if xml else oqs.write_result_json
    written = write(header, oqs.SettingsResult(settings=_told(settings)), oqs.settings_elements(message))
    return OqsReply(written.content, question.encoding, None)


def _told(settings: FacilitySettings) -> oqs.SettingsTold:
    items = {field: USED[settings.items[item]] for field, item in _FIELDS.items() if item in settings.items}
    return oqs.SettingsTold(
        **items, prescriptions=settings.prescriptions, prescription_timing=settings.prescription_timing
    )
