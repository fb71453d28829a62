"""Rows of a registration: read field by field, refused with the path of the field."""

from datetime import date
from typing import Any

import msgspec
import pytest

from kaihoken.coverage import Certificate, Coverage, MedicalTicket, PublicExpense
from kaihoken.coverage.registration.rows import CoverageRow, read_row
from kaihoken.problems import Problem

from .a_row import (
    CERTIFICATE,
    COVERAGE,
    DISEASE,
    ELDERLY,
    LATE,
    LIMIT,
    LONG,
    SEVENTY,
    SUBSIDY,
    TICKET,
    WELFARE,
    read,
    refused,
)
from .people import covered_by


def test_a_coverage_is_read_with_kana_in_half_width_and_waits_for_its_match() -> None:
    assert read(COVERAGE) == covered_by(match="pending")


def test_every_part_of_a_coverage_is_read() -> None:
    row = SEVENTY | {
        "classification": "03",
        "lost": "2026-11-01",
        "loss_reason": "03",
        "issued": "2020-04-02",
        "valid_from": "2020-04-01",
        "valid_to": "2026-10-31",
        "match": "suspended-1",
        "non_disclosure": True,
        "received": "2020-04-03",
        "other_name": "山本",
        "other_kana": "ヤマモト",
        "sex_other": "2",
        "elderly": ELDERLY,
        "limits": [LIMIT | {"category": "B04"}],
        "diseases": [DISEASE],
        "withdrawn": True,
    }
    coverage = read(row)

    assert (coverage.lost, coverage.loss_reason, coverage.received) == (
        date(2026, 11, 1),
        "03",
        date(2020, 4, 3),
    )
    assert (coverage.match, coverage.non_disclosure, coverage.withdrawn) == ("suspended-1", True, True)
    assert (coverage.other_kana, coverage.sex_other) == ("ﾔﾏﾓﾄ", "2")
    assert coverage.elderly.share_percent == 20
    assert (coverage.limits[0].category, coverage.diseases[0].monthly_limit_yen) == ("B04", 10000)
    assert read(LATE | {"share_percent": 10}).share_percent == 10


def test_numbers_of_insurers_and_facilities_are_kept_in_canonical_form() -> None:
    national = read(COVERAGE | {"insurer_number": "　138057"})
    assisted = read(WELFARE | {"tickets": [TICKET | {"facility": "９９１０００0007"}]})

    assert national.insurer_number == "00138057"
    assert assisted.tickets == (
        MedicalTicket(
            "01",
            date(2026, 11, 1),
            "9910000007",
            "架空医院",
            "1",
            date(2026, 11, 1),
            date(2026, 11, 30),
            "02",
        ),
    )


def test_welfare_is_registered_under_the_number_of_its_office() -> None:
    assert (read(WELFARE).insurer_number, read(WELFARE).classification) == ("12131108", "A1")


def test_a_subsidy_and_a_certificate_are_read() -> None:
    assert read(SUBSIDY) == PublicExpense("81136244", "1234566", "子ども医療費助成", date(2025, 4, 1))
    assert read(CERTIFICATE) == Certificate("CN=TEST-CA", "1234567890", date(2025, 1, 1), date(2030, 1, 1))


def test_a_share_that_is_not_known_and_an_open_end_are_taken() -> None:
    coverage = read(COVERAGE | {"share_percent": None, "lost": "9999-12-31"})

    assert isinstance(coverage, Coverage)
    assert (coverage.share_percent, coverage.lost) == (None, date(9999, 12, 31))


@pytest.mark.parametrize(
    ("changed", "code", "where"),
    [
        ({"name": None}, "coverage.row-shape", ".name"),
        ({"surname": "山田"}, "coverage.row-shape", ".surname"),
        ({"elderly": ELDERLY | {"x": 1}}, "coverage.row-shape", ".elderly.x"),
        ({"limits": [LIMIT, LIMIT | {"x": 1}]}, "coverage.row-shape", ".limits[1].x"),
        ({"diseases": [DISEASE | {"x": 1}]}, "coverage.row-shape", ".diseases[0].x"),
        ({"tickets": [TICKET | {"x": 1}]}, "coverage.row-shape", ".tickets[0].x"),
        ({"limits": [LIMIT | {"category": 3}]}, "coverage.row-shape", ".limits[0].category"),
        ({"limits": LIMIT}, "coverage.row-shape", ".limits"),
        ({"elderly": {"share_percent": 20}}, "coverage.row-shape", ".elderly.valid_from"),
        ({"diseases": [{"category": "1"}]}, "coverage.row-shape", ".diseases[0].valid_from"),
        ({"birthdate": "1980-02-30"}, "coverage.row-shape", ".birthdate"),
        ({"kind": "person"}, "coverage.row-shape", ".kind"),
        ({"match": "good"}, "coverage.row-shape", ".match"),
        ({"link": ""}, "coverage.row-link", ".link"),
        ({"link": "k" * 65}, "coverage.row-link", ".link"),
        ({"link": "連携"}, "coverage.row-link", ".link"),
        ({"link": "a\nb"}, "coverage.row-link", ".link"),
        ({"insurer_number": "01130013"}, "identity.check-digit", ".insurer_number"),
        ({"insurer_number": "1"}, "identity.insurer-digits", ".insurer_number"),
        (
            {"insurer_number": "12131108", "classification": "A1", "number": ""},
            "coverage.row-number",
            ".number",
        ),
        ({"insurer_number": "01130012", "classification": "A1"}, "identity.law-number", ".insurer_number"),
        ({"number": "　"}, "coverage.row-number", ".number"),
        ({"branch": "1"}, "coverage.row-branch", ".branch"),
        ({"branch": "０１"}, "coverage.row-branch", ".branch"),
        ({"classification": "99"}, "coverage.row-code", ".classification"),
        ({"sex": ""}, "coverage.row-code", ".sex"),
        ({"sex_other": "4"}, "coverage.row-code", ".sex_other"),
        ({"relation": "3"}, "coverage.row-code", ".relation"),
        ({"loss_reason": "98"}, "coverage.row-code", ".loss_reason"),
        ({"birthdate": "0980-01-01"}, "coverage.row-early", ".birthdate"),
        ({"acquired": "1979-12-31"}, "coverage.row-order", ".acquired"),
        ({"lost": "2020-03-31"}, "coverage.row-order", ".lost"),
        ({"valid_from": "2026-04-01", "valid_to": "2026-03-31"}, "coverage.row-order", ".valid_to"),
        ({"share_percent": 100}, "coverage.row-percent", ".share_percent"),
        ({"elderly": ELDERLY | {"share_percent": 0}}, "coverage.row-percent", ".elderly.share_percent"),
        ({"elderly": ELDERLY | {"valid_to": "2026-07-31"}}, "coverage.row-order", ".elderly.valid_to"),
        ({"name": LONG}, "coverage.row-length", ".name"),
        ({"other_kana": LONG}, "coverage.row-length", ".other_kana"),
        ({"postal_code": LONG}, "coverage.row-length", ".postal_code"),
        ({"symbol": "1" * 21}, "coverage.row-length", ".symbol"),
        ({"number": "1" * 21}, "coverage.row-length", ".number"),
        ({"name": ""}, "coverage.row-length", ".name"),
        ({"name": " 　"}, "coverage.row-length", ".name"),
        ({"kana": ""}, "coverage.row-length", ".kana"),
        ({"insurer_name": ""}, "coverage.row-length", ".insurer_name"),
        ({"name": "山田\n太郎"}, "identity.name", ".name"),
        ({"insured_name": "山田\x07太郎"}, "identity.name", ".insured_name"),
        ({"other_kana": "ヤマダ\x00"}, "identity.name", ".other_kana"),
        ({"address": "東京都\n架空区"}, "coverage.row-characters", ".address"),
        ({"insurer_name": "架空\t"}, "coverage.row-characters", ".insurer_name"),
        ({"symbol": "12\x7f"}, "coverage.row-characters", ".symbol"),
        ({"number": "5\x0b6"}, "coverage.row-characters", ".number"),
        ({"kana": "山田　タロウ"}, "coverage.row-kana", ".kana"),
        ({"other_kana": "佐々木"}, "coverage.row-kana", ".other_kana"),
        ({"postal_code": "abc"}, "coverage.row-postal-code", ".postal_code"),
        ({"postal_code": "1000001"}, "coverage.row-postal-code", ".postal_code"),
        ({"postal_code": "１００-0001"}, "coverage.row-postal-code", ".postal_code"),
        (
            {"limits": [LIMIT, LIMIT | {"classification": "9"}]},
            "coverage.row-code",
            ".limits[1].classification",
        ),
        ({"limits": [LIMIT | {"category": "A99"}]}, "coverage.row-code", ".limits[0].category"),
        ({"limits": [LIMIT | {"valid_to": "2026-07-31"}]}, "coverage.row-order", ".limits[0].valid_to"),
        ({"diseases": [DISEASE | {"category": "4"}]}, "coverage.row-code", ".diseases[0].category"),
        ({"diseases": [DISEASE | {"valid_to": "2025-12-31"}]}, "coverage.row-order", ".diseases[0].valid_to"),
        (
            {"diseases": [DISEASE | {"monthly_limit_yen": -1}]},
            "coverage.row-yen",
            ".diseases[0].monthly_limit_yen",
        ),
    ],
)
def test_a_coverage_is_refused_at_its_field(changed: dict[str, Any], code: str, where: str) -> None:
    assert refused(COVERAGE | changed) == (code, f"rows[0]{where}")


@pytest.mark.parametrize(
    ("changed", "code", "where"),
    [
        ({"tickets": [TICKET | {"ticket_type": "03"}]}, "coverage.row-code", ".tickets[0].ticket_type"),
        ({"tickets": [TICKET | {"treatment_type": "06"}]}, "coverage.row-code", ".tickets[0].treatment_type"),
        (
            {"tickets": [TICKET | {"single_or_combined": "1"}]},
            "coverage.row-code",
            ".tickets[0].single_or_combined",
        ),
        (
            {"tickets": [TICKET | {"social_insurance": ""}]},
            "coverage.row-code",
            ".tickets[0].social_insurance",
        ),
        ({"tickets": [TICKET | {"facility": "99"}]}, "identity.digits", ".tickets[0].facility"),
        ({"tickets": [TICKET | {"valid_to": "2026-10-31"}]}, "coverage.row-order", ".tickets[0].valid_to"),
        ({"tickets": [TICKET | {"self_pay_yen": -1}]}, "coverage.row-yen", ".tickets[0].self_pay_yen"),
        ({"tickets": [TICKET | {"facility_name": LONG}]}, "coverage.row-length", ".tickets[0].facility_name"),
        ({"tickets": [TICKET | {"issue_number": " "}]}, "coverage.row-length", ".tickets[0].issue_number"),
        (
            {"tickets": [TICKET, TICKET | {"district_contact": "a\tb"}]},
            "coverage.row-characters",
            ".tickets[1].district_contact",
        ),
    ],
)
def test_a_ticket_is_refused_at_its_field(changed: dict[str, Any], code: str, where: str) -> None:
    assert refused(WELFARE | changed) == (code, f"rows[0]{where}")


@pytest.mark.parametrize(
    "changed",
    [
        {"link": "k"},
        {"link": "k" * 64},
        {"name": "あ" * 200},
        {"birthdate": "1868-01-25"},
        {"acquired": "1980-01-01"},
        {"lost": "2020-04-01"},
        {"valid_from": "2026-04-01", "valid_to": "2026-04-01"},
        {"symbol": "１" * 20, "number": "9" * 20},
        {"postal_code": "", "address": "", "insured_name": ""},
        {"name": "John Smith", "kana": "John Smith"},
        {"name": "●田　𠮷郎", "kana": "ﾔﾏﾀﾞ ｦﾂｹ"},
        {"diseases": [DISEASE | {"monthly_limit_yen": 0}]},
        {"branch": "", "symbol": "", "relation": ""},  # 後期高齢者 have none
        {"loss_reason": "", "sex_other": ""},
    ],
)
def test_what_lies_just_inside_is_taken(changed: dict[str, Any]) -> None:
    assert isinstance(read(COVERAGE | changed), Coverage)


def test_a_serial_may_have_fifty_digits() -> None:
    assert read(CERTIFICATE | {"serial": "9" * 50}).serial == "9" * 50


def test_a_certificate_is_kept_under_the_one_form_of_its_issuer_and_serial() -> None:
    certificate = read(CERTIFICATE | {"issuer": "C=JP, CN=TEST-CA", "serial": "００１２"})

    assert (certificate.issuer, certificate.serial) == ("CN=TEST-CA,C=JP", "12")


def test_the_day_before_the_first_is_refused() -> None:
    assert refused(COVERAGE | {"birthdate": "1868-01-24"}) == ("coverage.row-early", "rows[0].birthdate")


@pytest.mark.parametrize(
    ("changed", "code", "where"),
    [
        ({"payer_number": "81136245"}, "identity.check-digit", ".payer_number"),
        ({"recipient_number": "1234567"}, "identity.check-digit", ".recipient_number"),
        ({"start": "1026-04-01"}, "coverage.row-early", ".start"),
        ({"end": "2025-03-31"}, "coverage.row-order", ".end"),
        ({"self_pay_yen": -200}, "coverage.row-yen", ".self_pay_yen"),
        ({"scheme": LONG}, "coverage.row-length", ".scheme"),
        ({"scheme": ""}, "coverage.row-length", ".scheme"),
        ({"scheme": "助成\n"}, "coverage.row-characters", ".scheme"),
    ],
)
def test_a_subsidy_is_refused_at_its_field(changed: dict[str, Any], code: str, where: str) -> None:
    assert refused(SUBSIDY | changed) == (code, f"rows[0]{where}")


@pytest.mark.parametrize(
    ("changed", "code", "where"),
    [
        ({"serial": "12a"}, "coverage.row-serial", ".serial"),
        ({"serial": ""}, "coverage.row-serial", ".serial"),
        ({"serial": "05:E6:A6:B9"}, "coverage.row-serial", ".serial"),
        ({"serial": "1" * 51}, "coverage.row-serial", ".serial"),
        ({"issuer": ""}, "coverage.row-length", ".issuer"),
        ({"issuer": LONG}, "coverage.row-length", ".issuer"),
        ({"issuer": "TEST-CA"}, "coverage.row-issuer", ".issuer"),
        ({"not_before": "1025-01-01"}, "coverage.row-early", ".not_before"),
        ({"not_after": "2024-12-31"}, "coverage.row-order", ".not_after"),
    ],
)
def test_a_certificate_is_refused_at_its_field(changed: dict[str, Any], code: str, where: str) -> None:
    assert refused(CERTIFICATE | changed) == (code, f"rows[0]{where}")


@pytest.mark.parametrize(
    "link", ["123456789018", "1234-5678-9018", "1234 5678 9018", "12.34.56.78.90.18", "-123456789018-"]
)
def test_what_could_be_an_individual_number_is_refused_and_not_repeated(link: str) -> None:
    with pytest.raises(Problem) as caught:
        read(COVERAGE | {"link": link})

    assert caught.value.code == "coverage.row-individual-number"
    assert "9018" not in str(caught.value.as_rfc9457())


@pytest.mark.parametrize("link", ["12345678901", "1234567890123", "k23456789018", "a-1"])
def test_other_links_are_taken(link: str) -> None:
    row, _ = read_row(msgspec.Raw(msgspec.json.encode(COVERAGE | {"link": link})), "rows[0]")

    assert isinstance(row, CoverageRow)
    assert row.link == link
