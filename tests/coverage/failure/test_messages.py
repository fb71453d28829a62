"""What is asked and reported in the system-failure mode: no `repr` shows it."""

import msgspec

from kaihoken.coverage.failure.messages import read_failure_check, read_failure_report


def test_no_repr_shows_who_was_asked_about_or_what_was_reported() -> None:
    check = {"name": "山田　太郎", "birthdate": "1980-01-01", "sex": "1", "address": "架空区１"}
    report = {
        "receipts": [{"entry": "山田　太郎"}],
        "why": "山田さんの日に回線が切れた",
        "failed_at": "2026-11-20T09:00:00+09:00",
        "staff": "受付A",
    }

    told = repr(
        (
            read_failure_check(msgspec.json.encode(check)),
            read_failure_report(msgspec.json.encode(report)),
        )
    )

    assert told == "(FailureCheck(…), FailureReport(…))"
