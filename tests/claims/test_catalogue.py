"""The catalogue of checks: every check that the code can find stands in it, with words for it and for its mending."""

import ast
from datetime import date

import pytest
from tests.house.sources import parsed, python_files

from kaihoken import rules
from kaihoken.claims.checks import checks_of
from kaihoken.claims.records import LAYOUTS, ReceiptTypes
from kaihoken.web import LANGUAGES, Language, messages

WORDS = messages("claims")


def found_in_code() -> set[str]:
    """Every id of a check that the code names."""
    texts = {
        node.value
        for path in python_files("src/kaihoken/claims")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    named = {text for text in texts if text.startswith(("file.", "form.", "structure.", "eligibility."))}
    return texts & set(checks_of(None)) | named | named_by_rules()


def named_by_rules() -> set[str]:
    """The checks that rules name: layouts for what is empty, too little or too much, kinds for whom one insures."""
    kinds = rules.load(ReceiptTypes, on=date(2026, 10, 1))
    records = [
        record
        for kind in LAYOUTS
        for version in rules.PACKAGED.versions(kind.family)
        for record in rules.load(kind, on=version.effective_from).records
    ]
    named = {check for record in records for check in (record.if_few, record.if_many)}
    named |= {field.missing for record in records for field in record.fields}
    return named | {only.check for only in kinds.only}


def test_every_check_of_the_code_is_in_the_catalogue_and_the_other_way() -> None:
    assert found_in_code() == set(checks_of(None))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_check_and_every_remedy_has_words(language: Language) -> None:
    names = WORDS.names(language)

    assert {f"check.{name}" for name in checks_of(None)} <= names
    assert {f"remedy.{check.remedy}" for check in checks_of(None).values()} <= names
    assert {name for name in names if name.startswith("check.")} <= {
        f"check.{name}" for name in checks_of(None)
    }


def test_a_month_before_the_first_version_has_the_first_checks() -> None:
    assert checks_of(date(1990, 1, 1)) == checks_of(date(2010, 4, 1))
