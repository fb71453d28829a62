"""標準的な問診票 on a screen: opened for a visit, answered by who has the link, kept sealed, given out as FHIR.

`life` is the table, `sheet` one questionnaire by it, `records` what consented records answer, all pure;
`Questionnaires` keeps them.
"""

from kaihoken.desk.questionnaire.book import Questionnaires
from kaihoken.desk.questionnaire.life import QUESTIONNAIRE, Happening, Standing
from kaihoken.desk.questionnaire.records import FromRecords, from_records, prefilled
from kaihoken.desk.questionnaire.response import Subject, questionnaire_document, response_document
from kaihoken.desk.questionnaire.sheet import (
    LONGEST_TEXT,
    SKIPPED,
    UNKNOWN,
    Asked,
    Given,
    Sheet,
    asked,
    questions_on,
)

__all__ = [
    "LONGEST_TEXT",
    "QUESTIONNAIRE",
    "SKIPPED",
    "UNKNOWN",
    "Asked",
    "FromRecords",
    "Given",
    "Happening",
    "Questionnaires",
    "Sheet",
    "Standing",
    "Subject",
    "asked",
    "from_records",
    "prefilled",
    "questionnaire_document",
    "questions_on",
    "response_document",
]
