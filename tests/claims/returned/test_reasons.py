"""Why a receipt came back: known codes, classes, and what is not known."""

from datetime import date

import pytest

from kaihoken import rules
from kaihoken.claims.records import ReturnedCodes, code_tables
from kaihoken.claims.returned import Reason, Returned, ReturnReasons, Why, returned_in, why_back
from kaihoken.claims.uke import read
from kaihoken.web import LANGUAGES, messages

from .returned_files import a_reason, a_returned, a_returned_file

DECEMBER = date(2026, 12, 1)


def reason_of(code: str, kind: str = "1") -> Reason:
    """The reason as it is read from a file."""
    content = a_returned_file(a_returned(reasons=[a_reason(code, kind=kind)]))
    (receipt,) = [step for step in returned_in(read([content])) if isinstance(step, Returned)]
    return receipt.reasons[0]


def why(code: str, kind: str = "1") -> Why:
    return why_back(reason_of(code, kind), DECEMBER)


@pytest.mark.parametrize(
    ("code", "kind", "id", "remedy", "known", "confirmed"),
    [
        ("S0018", "4", "reason.lost", "ask-patient", True, False),
        ("S0019", "4", "reason.twice", "none", True, False),
        ("L3129", "1", "class.L3", "share", True, True),
        ("L3999", "1", "class.L3", "entry", False, True),
        ("L2552", "1", "class.L2", "entry", False, True),
        ("L1002", "1", "class.L1", "vendor", False, True),
        ("L4466", "2", "class.L4", "billing", False, True),
        ("L4801", "2", "class.L48", "none", False, True),
        ("L7001", "2", "class.L7", "billing", False, True),
        ("L5106", "4", "code-unknown", "insurance", False, False),
        ("L5106", "2", "code-unknown", "billing", False, False),
        ("", "1", "code-none", "entry", False, False),
        ("L5106", "0", "code-unknown", "entry", False, False),
    ],
)
def test_a_code_is_told_as_far_as_it_is_known(
    code: str, kind: str, id: str, remedy: str, known: bool, confirmed: bool
) -> None:
    told = why(code, kind)

    assert (told.id, told.remedy, told.known, told.confirmed) == (id, remedy, known, confirmed)


def test_what_is_not_known_says_its_code_and_who_returned_it() -> None:
    told = why("L5106", "4")

    assert "L5106" in told.said("ja")
    assert "L5106" in told.said("en")
    assert told.kind_said("ja") == "再審査等の返戻（資格関係など）"
    assert why("L5106", "0").kind_said("en") == ""


@pytest.mark.parametrize(
    ("corrected", "said"), [("", ""), ("1", "請求か再請求"), ("3", "再審査等"), ("7", "")]
)
def test_what_the_house_corrected_itself_is_said(corrected: str, said: str) -> None:
    content = a_returned_file(a_returned(reasons=[a_reason(corrected=corrected)]))
    (receipt,) = [step for step in returned_in(read([content])) if isinstance(step, Returned)]

    told = why_back(receipt.reasons[0], DECEMBER)

    assert told.corrected_said("ja").startswith(said)
    assert bool(told.corrected_said("en")) == bool(said)


@pytest.mark.parametrize("month", [None, date(1999, 1, 1), DECEMBER])
def test_a_month_that_cannot_be_read_takes_the_newest_rules(month: date | None) -> None:
    assert why_back(reason_of("L3129"), month).id == "class.L3"


def test_every_known_reason_and_kind_has_words_and_a_remedy_and_stands_in_the_code_tables() -> None:
    law = rules.load(ReturnReasons, on=DECEMBER)
    tables = code_tables(DECEMBER, ReturnedCodes)
    remedies = {*(one.remedy for one in law.reasons), *law.classes.values(), *law.kinds.values()}
    wanted = {
        *(f"returned.reason.{one.id}" for one in law.reasons),
        *(f"returned.class.{one}" for one in law.classes),
        *(f"returned.kind.{one}" for one in law.kinds),
        *(f"returned.corrected.{one}" for one in tables["corrected"].by_code),
        *(f"returned.cut.{one}" for one in tables["cut_reason"].by_code),
        *(f"remedy.{one}" for one in remedies),
    }

    for language in LANGUAGES:
        assert wanted <= messages("claims").names(language)
    assert {f"10{one.code.removeprefix('S')}" for one in law.reasons} == set(tables["insurer_reason"].by_code)
    assert law.kinds.keys() == tables["return_kind"].by_code.keys()
