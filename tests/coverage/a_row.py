"""Small builders of registration rows, and how they are read."""

from typing import Any

import msgspec
import pytest

from kaihoken.coverage.registration.rows import read_row
from kaihoken.problems import Problem

COVERAGE: dict[str, Any] = {
    "kind": "coverage",
    "link": "k-1",
    "insurer_number": "01130012",
    "insurer_name": "架空の保険者",
    "symbol": "12-34",
    "number": "56",
    "branch": "01",
    "relation": "1",
    "insured_name": "山田　太郎",
    "name": "山田　太郎",
    "kana": "ヤマダ　タロウ",
    "sex": "1",
    "birthdate": "1980-01-01",
    "postal_code": "100-0001",
    "address": "東京都架空区1-2-3",
    "acquired": "2020-04-01",
}
SUBSIDY: dict[str, Any] = {
    "kind": "subsidy",
    "link": "k-1",
    "payer_number": "81136244",
    "recipient_number": "1234566",
    "scheme": "子ども医療費助成",
    "start": "2025-04-01",
}
CERTIFICATE: dict[str, Any] = {
    "kind": "certificate",
    "link": "k-1",
    "issuer": "CN=TEST-CA",
    "serial": "1234567890",
    "not_before": "2025-01-01",
    "not_after": "2030-01-01",
}
WELFARE: dict[str, Any] = COVERAGE | {
    "classification": "A1",
    "insurer_number": "12131108",
    "number": "1234566",
}
SEVENTY: dict[str, Any] = COVERAGE | {"birthdate": "1954-05-10"}
"""Somebody of 70 to 74 from 2024-06-01 to 2029-05-09."""
LATE: dict[str, Any] = COVERAGE | {
    "insurer_number": "39131156",
    "symbol": "",
    "branch": "",
    "relation": "",
    "birthdate": "1948-03-03",
}
TICKET: dict[str, Any] = {
    "ticket_type": "01",
    "month": "2026-11-01",
    "facility": "9910000007",
    "facility_name": "架空医院",
    "issue_number": "1",
    "valid_from": "2026-11-01",
    "valid_to": "2026-11-30",
    "treatment_type": "02",
}
LIMIT = {"classification": "01", "category": "A03", "valid_from": "2026-08-01", "valid_to": "2027-07-31"}
DISEASE = {"category": "1", "valid_from": "2026-01-01", "monthly_limit_yen": 10000}
ELDERLY = {"valid_from": "2026-08-01", "share_percent": 20}
LONG = "あ" * 201


def read(row: dict[str, Any]) -> Any:
    return read_row(msgspec.Raw(msgspec.json.encode(row)), "rows[0]")[1]


def refused(row: dict[str, Any]) -> tuple[str, str]:
    """Code and place of what a row is refused for."""
    with pytest.raises(Problem) as caught:
        read(row)
    assert COVERAGE["name"] not in str(caught.value.as_rfc9457())
    return caught.value.code, caught.value.where
