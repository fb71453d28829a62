"""The table of messages whose layout nobody could confirm: what it says fits what the program can do."""

import json
from datetime import date
from pathlib import Path

import msgspec
import pytest

from kaihoken import cli, rules
from kaihoken.coverage.oqs import (
    INTERFACES,
    Function,
    UnconfirmedMessage,
    read_unconfirmed,
    require_on,
    turned_on,
    unconfirmed_messages,
)
from kaihoken.coverage.oqs.unconfirmed import UnconfirmedMessages
from kaihoken.problems import Problem

TODAY = date(2026, 11, 20)
PATIENT = [
    {"name": f"E{field}", "holds": field, "form": "yyyyMMdd" if field == "birthdate" else "echo"}
    for field in ("insurer_number", "symbol", "number", "branch", "birthdate")
]
WORDS = {"ja": "見本", "en": "sample", "known": "-", "assumed": "-", "source": "-"}
GONE = {"missing_ja": "なし", "missing_en": "none"}
ASKS = {**WORDS, "function": "ask-again", "care": "home", "question": PATIENT}


def test_every_file_says_of_itself_that_it_is_unconfirmed() -> None:
    versions = rules.PACKAGED.versions(UnconfirmedMessages.family)

    assert {version.status for version in versions} == {rules.Status.UNCONFIRMED}
    for message in unconfirmed_messages().values():
        assert message.known
        assert message.source


def test_every_interface_of_which_no_step_was_seen_is_in_the_table() -> None:
    unseen = {interface.stem for interface in INTERFACES if not interface.steps}

    assert unseen | {"EPSsiDMP"} == set(unconfirmed_messages())


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"function": "ask-again", "question": PATIENT[1:]}, "once at most"),
        ({"function": "ask-again", "question": [*PATIENT, PATIENT[0]]}, "once at most"),
        (
            {"function": "ask-again", "question": [*PATIENT, {**PATIENT[0], "holds": "reason"}]},
            "once at most",
        ),
        ({"care": None}, "form of care"),
        ({"answer": PATIENT}, "once at most"),
        ({"function": "see-settings", "question": []}, "once at most"),
        ({"function": None, "answer": PATIENT, "question": [], **GONE}, "no elements"),
        ({"function": None, "question": []}, "what is missing"),
        ({"function": None, "missing_ja": "なし"}, "what is missing"),
        ({"function": None, **GONE}, "no elements"),
        ({"question": [{**PATIENT[0], "form": "kana"}]}, "an echo, a day, or a code"),
        ({"question": [{**PATIENT[0], "form": "code"}]}, "with its list"),
        ({"question": [{**PATIENT[0], "codes": "OQSCD031"}]}, "with its list"),
    ],
)
def test_a_line_that_cannot_be_is_refused(changed: dict[str, object], reason: str) -> None:
    assert msgspec.convert(ASKS, UnconfirmedMessage).function is Function.ASK_AGAIN
    with pytest.raises(msgspec.ValidationError, match=reason):
        msgspec.convert({**ASKS, **changed}, UnconfirmedMessage)


def test_a_message_is_taken_only_where_the_setting_names_it() -> None:
    require_on("OQSsihvq", "OQSsionq OQSsihvq")
    with pytest.raises(Problem, match=r"oqs\.unconfirmed-off"):
        require_on("OQSsihvd", "OQSsionq OQSsihvq")
    with pytest.raises(Problem, match=r"oqs\.unconfirmed-no-function"):
        require_on("OQSsiurl", "OQSsionq OQSsihvq")
    assert turned_on("") == frozenset()


def test_what_is_left_out_of_a_message_is_left_out() -> None:
    message = unconfirmed_messages()["OQSsihvd"]
    body = b"""{"XmlMsg": {"MessageHeader": {"MedicalInstitutionCode": "9910000007",
        "QualificationConfirmationDate": " "}, "MessageBody": {"InsurerNumber": "01130012",
        "InsuredIdentificationNumber": "56", "Birthdate": " 19800101", "ConsentWithdrawalReason": " 2 ",
        "InsuredCardSymbol": ""}}}"""
    asked = read_unconfirmed(message, body, TODAY, xml=False)

    assert (asked.on, asked.question.header.qualification_confirmation_date) == (None, TODAY)
    assert (asked.text("symbol"), asked.text("branch"), asked.text("reason")) == ("", "", "2")
    assert asked.day("birthdate") == date(1980, 1, 1)
    assert asked.question.search.as_sent == ("01130012", "", "56", None, " 19800101", None, None)


def test_the_command_lists_them_in_both_forms(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["oqs", "unconfirmed"]) == 0
    words = capsys.readouterr().out
    assert cli.run(["oqs", "unconfirmed", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)

    assert [one["name"] for one in listed] == list(unconfirmed_messages())
    assert {one["status"] for one in listed} == {"unconfirmed"}
    can = {one["name"]: one["can_be_turned_on"] for one in listed}
    assert can["OQSsihvq"]
    assert not can["PMHsimsm"]
    assert 'oqs_unconfirmed = "OQSsihvq"' in words
    assert "ConsentWithdrawalReason (OQSCD031) = reason?" in words
    assert unconfirmed_messages()["PMHsimsm"].missing_ja in words


def test_the_settings_tell_a_wrong_name_before_anything_runs(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "kaihoken.toml"
    file.write_text('oqs_unconfirmed = "OQSsihvq, OQSnosuch"\n', encoding="utf-8")

    assert cli.run(["config", "show", "--config", str(file)]) != 0
    told = capsys.readouterr().err
    assert "OQSnosuch という未確認の電文はありません" in told
    assert "no unconfirmed message of that name" in told
