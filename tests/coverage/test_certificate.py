"""Until when a card answers: three months of grace, three months of notice, by the calendar."""

from datetime import date

import pytest

from kaihoken.coverage.certificate import CertificateState, certificate_state

from .people import TODAY, a_certificate


@pytest.mark.parametrize(
    ("last_day", "last_of_grace", "after"),
    [
        (date(2026, 8, 20), date(2026, 11, 20), date(2026, 11, 21)),
        (date(2026, 8, 31), date(2026, 11, 30), date(2026, 12, 1)),
        (date(2026, 9, 30), date(2026, 12, 30), date(2026, 12, 31)),
        (date(2026, 10, 31), date(2027, 1, 31), date(2027, 2, 1)),
        (date(2026, 11, 30), date(2027, 2, 28), date(2027, 3, 1)),
        (date(2026, 12, 31), date(2027, 3, 31), date(2027, 4, 1)),
        (date(2027, 11, 29), date(2028, 2, 29), date(2028, 3, 1)),
        (date(9999, 9, 30), date(9999, 12, 30), date(9999, 12, 31)),
    ],
)
def test_grace_ends_on_the_same_day_of_the_month(last_day: date, last_of_grace: date, after: date) -> None:
    card = a_certificate(not_after=last_day)

    assert certificate_state(card, last_day) is CertificateState.EXPIRES_SOON
    assert certificate_state(card, last_of_grace) is CertificateState.IN_GRACE
    assert certificate_state(card, after) is CertificateState.EXPIRED


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (date(2026, 11, 19), CertificateState.GOOD),
        (date(2026, 11, 20), CertificateState.GOOD),
        (date(2026, 11, 21), CertificateState.EXPIRES_SOON),
    ],
)
def test_notice_is_given_from_three_months_before(on: date, state: CertificateState) -> None:
    assert certificate_state(a_certificate(not_after=date(2027, 2, 20)), on) is state


def test_a_card_without_end_stands() -> None:
    """An open end is written 9999-12-31; three months after it there is no calendar."""
    assert certificate_state(a_certificate(not_after=date.max), TODAY) is CertificateState.GOOD
    assert certificate_state(a_certificate(not_after=date.max), date.max) is CertificateState.GOOD


def test_revocation_takes_effect_on_its_day_and_outweighs_expiry() -> None:
    card = a_certificate(not_after=date(2026, 1, 1), revoked=TODAY)

    assert certificate_state(card, date(2026, 11, 19)) is CertificateState.EXPIRED
    assert certificate_state(card, TODAY) is CertificateState.REVOKED
