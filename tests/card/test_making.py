"""Cards of every profile by the TEST authority, and what a desk finds on each before it asks for a PIN."""

from datetime import UTC, date, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from kaihoken.card import Examined, JpkiClient, TokenKind, examine
from kaihoken.card.authority import State, TestAuthority
from kaihoken.card.certificate import UserCertificate, Validity, check_use
from kaihoken.card.readers import InProcessReader
from kaihoken.card.virtual import MadeCard, OtherCard, Profile, VirtualCard, VirtualJpkiCard, make_card
from kaihoken.clock import FixedClock
from kaihoken.problems import Problem

from .authorities import an_authority
from .cards import a_card
from .papers import NOW, key
from .test_jpki import Wire

CLOCK = FixedClock(NOW)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> TestAuthority:
    return an_authority(tmp_path_factory.mktemp("making") / "authority", CLOCK)


def a_known_key() -> RSAPrivateKey:
    """One made before: each takes its time."""
    return key("authentication")


@pytest.fixture(scope="module")
def made(authority: TestAuthority) -> dict[Profile, MadeCard]:
    return {profile: make_card(profile, authority, CLOCK, new_key=a_known_key) for profile in Profile}


def examined(card: VirtualCard, authority: TestAuthority) -> Examined:
    return examine(JpkiClient(Wire(card)), authority.trust(), NOW)


@pytest.mark.parametrize(
    ("profile", "kind", "validity", "tries"),
    [
        (Profile.CARD, TokenKind.CARD, Validity.GOOD, 3),
        (Profile.ANDROID, TokenKind.ANDROID, None, 3),
        (Profile.IPHONE, TokenKind.IPHONE, Validity.GOOD, 3),
        (Profile.PIN_LOCKED, TokenKind.CARD, Validity.GOOD, 0),
        (Profile.EXPIRING, TokenKind.CARD, Validity.EXPIRES_SOON, 3),
        (Profile.IN_GRACE, TokenKind.CARD, Validity.IN_GRACE, 3),
        (Profile.EXPIRED, TokenKind.CARD, Validity.EXPIRED, 3),
        (Profile.REVOKED, TokenKind.CARD, Validity.GOOD, 3),
        (Profile.CHILD, TokenKind.CARD, Validity.GOOD, 3),
    ],
)
def test_each_profile_is_what_it_says(
    made: dict[Profile, MadeCard],
    authority: TestAuthority,
    profile: Profile,
    kind: TokenKind,
    validity: Validity | None,
    tries: int,
) -> None:
    found = examined(made[profile].card, authority)

    assert (found.kind, found.validity, found.tries_left) == (kind, validity, tries)
    assert found.asks_for_pin is (profile is not Profile.IPHONE)
    number = made[profile].number
    assert number
    state = authority.entry(number).state
    assert (state is State.REVOKED) is (profile is Profile.REVOKED)


def test_the_certificate_of_a_card_may_be_used_and_bears_the_number(
    made: dict[Profile, MadeCard], authority: TestAuthority
) -> None:
    for profile in (Profile.CARD, Profile.CHILD, Profile.IPHONE):
        certificate = examined(made[profile].card, authority).certificate
        assert certificate
        check_use(certificate, CLOCK.today())
        number = made[profile].number
        assert number == (authority.trust().issuer_of(certificate).known_as, certificate.serial)


def test_the_last_day_of_one_that_expires_soon_is_in_sixty_days(made: dict[Profile, MadeCard]) -> None:
    card = made[Profile.EXPIRING].card
    assert isinstance(card, VirtualJpkiCard)

    certificate = UserCertificate.read(card.personalisation.authentication.certificate)

    assert certificate.not_after == datetime(2027, 1, 19, 14, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("profile", "code"), [(Profile.OLD_JUKI, "card.old"), (Profile.OTHER, "card.not-ours")]
)
def test_two_are_not_taken(
    made: dict[Profile, MadeCard], authority: TestAuthority, profile: Profile, code: str
) -> None:
    with pytest.raises(Problem) as refused:
        examined(made[profile].card, authority)

    assert refused.value.code == code
    assert (made[profile].number is None) is (profile is Profile.OTHER)


@pytest.mark.parametrize("profile", [Profile.CARD, Profile.ANDROID, Profile.IPHONE])
def test_a_card_of_any_other_authority_is_known_before_its_pin(
    authority: TestAuthority, profile: Profile
) -> None:
    wire = Wire(a_card(profile))

    with pytest.raises(Problem) as refused:
        examine(JpkiClient(wire), authority.trust(), NOW)

    assert refused.value.code == "card.not-test-authority"
    assert not any(command[1] == 0x20 for command in wire.passed)


def test_a_card_is_made_for_somebody_whom_the_nation_knows(authority: TestAuthority) -> None:
    born = date(1950, 2, 3)

    new = make_card(Profile.CARD, authority, CLOCK, born=born, serial=99001001, pin="7391")

    assert new.number
    assert new.number[1] == 99001001
    found = examined(new.card, authority)
    assert found.certificate
    assert found.certificate.not_after.date() == date(2031, 2, 3)
    assert "7391" not in repr((new, found))


def test_it_works_at_a_reader(made: dict[Profile, MadeCard], authority: TestAuthority) -> None:
    reader = InProcessReader()
    reader.put(made[Profile.ANDROID].card)

    with reader.open() as transport:
        client = JpkiClient(transport)
        assert examine(client, authority.trust(), NOW).certificate is None
        client.verify(bytearray(b"1234")).require_accepted()
        read = UserCertificate.read(client.authentication_certificate())
        assert authority.trust().issuer_of(read)
        assert len(client.sign(b"message")) == 256


def test_another_card_needs_no_authority(made: dict[Profile, MadeCard]) -> None:
    assert isinstance(made[Profile.OTHER].card, OtherCard)
