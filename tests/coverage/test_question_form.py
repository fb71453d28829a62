"""Reading the question form: tolerant of how people write, every fault at its field, nothing typed is lost."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.hub.pages.desk import typed as filled

from kaihoken.coverage import CertificateCheck, Consent, ReferenceCheck
from kaihoken.coverage.view.question_form import EMPTY, check_of, filled_with, typed
from kaihoken.identity import read_birthdate, to_wareki

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    "text",
    [
        "1984-07-02",
        "1984/7/2",
        "1984.07.02",
        "19840702",
        "１９８４年７月２日",
        "昭和59年7月2日",
        "S59.7.2",
        "ｓ５９/7/2",
        "昭59.7.2",
        "S590702",
        "昭５９０７０２",
        "3590702",
    ],
)
def test_a_birthdate_is_read_however_it_is_written(text: str) -> None:
    assert read_birthdate(text) == date(1984, 7, 2)


@given(st.dates(date(1880, 1, 1), date(2026, 11, 20)))
def test_every_way_of_writing_gives_the_same_day_back(day: date) -> None:
    era = to_wareki(day)

    run_together = f"{era.era.letter}{era.claim_date[1:]}"
    western = (day.isoformat(), day.strftime("%Y/%m/%d"), f"{day:%Y%m%d}")
    for text in (*western, str(era), era.short, run_together, era.claim_date):
        assert read_birthdate(text) == day


@given(st.text(max_size=30))
def test_whatever_else_is_typed_is_a_problem_and_no_failure(text: str) -> None:
    codes = {fault.code for fault in typed(filled(birthdate=text), TODAY).faults.values()}

    assert codes <= {
        "identity.date",
        "identity.era",
        "hub.form-missing",
        "coverage.birthdate-future",
        "coverage.birthdate-early",
    }


@pytest.mark.parametrize(
    "text",
    [
        "1984-02-30",
        "1984-7",
        "84-07-02",
        "昭和70年1月1日",
        "きのう",
        "2026-13-01",
        "S590230",  # no such day
        "S640108",  # 平成 by then
        "S5972",  # 7 and 2, or 72
        "3590230",
        "3640108",
        "8590702",  # no era has the number 8
        "1984702",  # a western year that lacks a digit
        "590702",  # no era
    ],
)
def test_a_day_that_is_none_is_refused_with_the_form_to_write(text: str) -> None:
    fault = typed(filled(birthdate=text), TODAY).faults["birthdate"]

    assert fault.code in ("identity.date", "identity.era")
    assert fault.where == "birthdate"


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("insurer_number", "", "hub.form-missing"),
        ("insurer_number", "12345", "identity.insurer-digits"),
        ("number", "", "hub.form-missing"),
        ("number", " 　", "hub.form-missing"),
        ("branch", "123", "identity.branch"),
        ("birthdate", "", "hub.form-missing"),
        ("birthdate", "2026-11-21", "coverage.birthdate-future"),
        ("birthdate", "1785-03-03", "coverage.birthdate-early"),
        ("birthdate", "1900-12-31", "coverage.birthdate-early"),
        ("presented", "", "hub.form-missing"),
        ("presented", "passport", "hub.form-missing"),
        ("symbol", "x" * 41, "coverage.request-length"),
    ],
)
def test_a_fault_is_told_at_its_field(field: str, text: str, code: str) -> None:
    form = typed(filled(**{field: text}), TODAY)

    assert {name: fault.code for name, fault in form.faults.items()} == {field: code}
    assert form.texts[field] == text.strip()


def test_all_faults_are_told_at_once() -> None:
    assert set(typed({}, TODAY).faults) == {"insurer_number", "number", "birthdate", "presented"}


def test_a_form_without_faults_is_the_question() -> None:
    check = check_of(typed(filled(limit="yes", birthdate="S60.5.5"), TODAY), "en")

    assert (check.number, check.birthdate, check.presented) == ("1001", date(1985, 5, 5), "confirmation")
    assert check.consents == (Consent.LIMIT,)
    assert check.language == "en"


@pytest.mark.parametrize("presented", ["card", "phone", "confirmation", "number", "nothing"])
def test_what_was_asked_fills_the_form_again(presented: str) -> None:
    check = check_of(typed(filled(presented=presented, limit="yes"), TODAY), "ja")

    again = typed(filled_with(check).again, TODAY)

    assert again.faults == {}
    assert check_of(again, "ja") == check


def test_without_an_answer_about_the_ceiling_nothing_is_consented_to() -> None:
    assert check_of(typed(filled(limit=""), TODAY), "ja").consents == ()


NO_NUMBERS = {"insurer_number": "", "symbol": "", "number": "", "branch": ""}


def test_a_reference_number_stands_for_the_other_numbers() -> None:
    form = typed(
        filled(**NO_NUMBERS, reference_number=" P-00001 ", birthdate="昭和62年8月20日", limit="yes"), TODAY
    )

    assert form.faults == {}
    check = check_of(form, "en")
    assert isinstance(check, ReferenceCheck)
    assert (check.reference_number, check.birthdate, check.consents, check.language) == (
        "P-00001",
        date(1987, 8, 20),
        (Consent.LIMIT,),
        "en",
    )
    assert check_of(typed(filled_with(check).again, TODAY), "en") == check


@pytest.mark.parametrize(
    ("texts", "faults"),
    [
        ({"reference_number": "P-1"}, {"reference_number": "hub.form-either"}),
        ({**NO_NUMBERS, "reference_number": "P-1", "branch": "0"}, {"reference_number": "hub.form-either"}),
        ({**NO_NUMBERS, "reference_number": "x" * 51}, {"reference_number": "coverage.reference-number"}),
        (
            {**NO_NUMBERS, "reference_number": "123456789012"},
            {"reference_number": "coverage.reference-individual-number"},
        ),
        ({**NO_NUMBERS, "reference_number": "P-1", "birthdate": ""}, {"birthdate": "hub.form-missing"}),
    ],
)
def test_a_fault_about_a_reference_number_is_told_at_its_field(
    texts: dict[str, str], faults: dict[str, str]
) -> None:
    form = typed(filled(**texts), TODAY)

    assert {name: fault.code for name, fault in form.faults.items()} == faults


def test_the_form_is_empty_after_a_question_by_card() -> None:
    assert filled_with(CertificateCheck(issuer="CN=TEST-CA", serial="1")) == EMPTY
