"""Virtual cards: what one proves, and everything that proves nothing."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from kaihoken.access.people import (
    PIN,
    Account,
    CardAuthority,
    CardProof,
    Role,
    SignIn,
    Trust,
    VirtualCard,
    authenticator_now,
)
from kaihoken.access.people.virtual_card import LARGEST_CERTIFICATE, message_of
from kaihoken.problems import Problem

from .house import BROWSER, FACILITY, NOW, PARTY, House, a_house

AUTHORITY = CardAuthority(NOW)
CARD, OTHER = AUTHORITY.card(NOW), AUTHORITY.card(NOW)
HUB = PARTY.origin
CHALLENGE = b"c" * 32


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[House]:
    """A demonstration's house, whose door takes the authority's cards."""
    async with a_house(tmp_path / "store", tmp_path / "keys", purpose="demo") as house:
        house.door = with_cards(house)
        yield house


def with_cards(house: House) -> SignIn:
    from kaihoken.access import Limits

    trust = Trust([AUTHORITY.root])
    return SignIn(house.accounts, house.sessions, PARTY, house.clock, house.ticks, Limits(), trust)


async def holder(house: House, card: VirtualCard = CARD, role: Role = Role.STAFF) -> Account:
    place = FACILITY if role is Role.STAFF else ""
    account, code = await house.accounts.invite(None, role, place, "", "花子")
    made = authenticator_now(card.card_id, account, "card", "仮想カード", card.certificate, 0)
    return await house.accounts.accept(code, made)


def proof(house: House, challenge: str, card: VirtualCard = CARD) -> CardProof:
    return CardProof(card.certificate, card.sign(house.door.message_for_card(challenge), PIN))


async def test_a_card_signs_in_after_its_pin(place: House) -> None:
    account = await holder(place)
    asked = place.door.ask("sign-in", BROWSER)

    signed_in = await place.door.with_card(asked.challenge, proof(place, asked.challenge), BROWSER)

    assert signed_in.account.account_id == account.account_id
    with pytest.raises(Problem, match=r"access.sign-in-refused"):
        CARD.sign(b"message", "0000")


async def test_a_card_confirms_its_own_holder_alone(place: House) -> None:
    await holder(place)
    await holder(place, OTHER, Role.AUDITOR)
    asked = place.door.ask("sign-in", BROWSER)
    session = (await place.door.with_card(asked.challenge, proof(place, asked.challenge), BROWSER)).session
    place.wait(minutes=5)

    asked = place.door.ask("confirm", session.digest)
    with pytest.raises(Problem, match=r"access.sign-in-refused"):
        await place.door.confirm_with_card(session, asked.challenge, proof(place, asked.challenge, OTHER))
    asked = place.door.ask("confirm", session.digest)
    await place.door.confirm_with_card(session, asked.challenge, proof(place, asked.challenge))

    place.door.require_fresh(session)


async def test_no_card_opens_a_store_that_is_no_demonstration(house: House) -> None:
    await holder(house)
    asked = house.door.ask("sign-in", BROWSER)

    with pytest.raises(Problem, match=r"access.sign-in-refused"):
        await house.door.with_card(asked.challenge, proof(house, asked.challenge), BROWSER)


async def test_a_removed_card_a_passkeys_id_and_a_strange_card_open_nothing(place: House) -> None:
    account = await holder(place)
    from .house import a_passkey

    await place.add(account, a_passkey())
    await place.accounts.remove_authenticator(account, CARD.card_id)

    for card in (CARD, OTHER):
        asked = place.door.ask("sign-in", BROWSER)
        with pytest.raises(Problem, match=r"access.sign-in-refused"):
            await place.door.with_card(asked.challenge, proof(place, asked.challenge, card), BROWSER)


def signed_by(card: VirtualCard, message: bytes) -> bytes:
    return card.sign(message, PIN)


def test_the_authority_proves_its_card() -> None:
    message = message_of(HUB, CHALLENGE)

    assert (
        Trust([AUTHORITY.root]).proved(CARD.certificate, signed_by(CARD, message), message, NOW)
        == CARD.card_id
    )
    assert CARD.card_id != OTHER.card_id


def _odd(
    *,
    key: object = None,
    algorithm: object = None,
    usage: tuple[bool, bool, bool] | None = (True, False, False),
) -> bytes:
    """A certificate of the authority that is odd in one way."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(AUTHORITY._name)
        .issuer_name(AUTHORITY._name)
        .public_key(key or rsa.generate_private_key(65537, 2048).public_key())
        .serial_number(77)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
    )
    if usage is not None:
        builder = builder.add_extension(
            x509.KeyUsage(usage[0], usage[1], False, False, False, usage[2], False, False, False),
            critical=True,
        )
    return builder.sign(AUTHORITY._key, algorithm or hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def test_whatever_is_wrong_with_a_certificate_reads_alike() -> None:
    message = message_of(HUB, CHALLENGE)
    signature = signed_by(CARD, message)
    trust = Trust([AUTHORITY.root])
    foreign = CardAuthority(NOW)  # the same name, another key
    foreign_card = foreign.card(NOW)
    wrong = {
        "no certificate": (b"x", signature, NOW),
        "of no version": (
            CARD.certificate.replace(bytes.fromhex("a003020102"), bytes.fromhex("a003020104")),
            signature,
            NOW,
        ),
        "too large": (b"x" * (LARGEST_CERTIFICATE + 1), signature, NOW),
        "another authority of the same name": (
            foreign_card.certificate,
            signed_by(foreign_card, message),
            NOW,
        ),
        "another's signature": (OTHER.certificate, signature, NOW),
        "another message": (CARD.certificate, signed_by(CARD, message_of(HUB, b"d" * 32)), NOW),
        "another hub": (
            CARD.certificate,
            signed_by(CARD, message_of("https://other.example", CHALLENGE)),
            NOW,
        ),
        "a bare challenge": (CARD.certificate, signed_by(CARD, CHALLENGE), NOW),
        "too late": (CARD.certificate, signature, NOW + timedelta(days=6 * 365)),
        "too early": (CARD.certificate, signature, NOW - timedelta(days=2)),
        "the authority itself": (AUTHORITY.root, signature, NOW),
        "a short key": (_odd(key=rsa.generate_private_key(65537, 1024).public_key()), signature, NOW),
        "another sort of key": (
            _odd(key=ec.generate_private_key(ec.SECP256R1()).public_key()),
            signature,
            NOW,
        ),
        "another algorithm": (_odd(algorithm=hashes.SHA512()), signature, NOW),
        "no usage": (_odd(usage=None), signature, NOW),
        "not for signing": (_odd(usage=(False, False, False)), signature, NOW),
        "for contracts": (_odd(usage=(True, True, False)), signature, NOW),
        "for certificates": (_odd(usage=(True, False, True)), signature, NOW),
    }
    for name, (certificate, signed, at) in wrong.items():
        with pytest.raises(Problem) as refused:
            trust.proved(certificate, signed, message, at)
        assert refused.value.as_rfc9457() == Problem("access.sign-in-refused").as_rfc9457(), name


def test_parts_of_the_message_cannot_run_into_each_other() -> None:
    assert message_of("a", b"bc") != message_of("ab", b"c")


def test_a_card_is_read_as_it_was_saved_and_nothing_else_is() -> None:
    again = VirtualCard.read(CARD.saved())
    message = message_of(HUB, CHALLENGE)
    public = x509.load_der_x509_certificate(CARD.certificate).public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    public.verify(again.sign(message, PIN), message, padding.PKCS1v15(), hashes.SHA256())

    certificate, key = CARD.saved()
    for wrong in ((certificate, "AAAA"), ("!", key), (certificate, "!")):
        with pytest.raises(Problem, match=r"access.key-file"):
            VirtualCard.read(wrong)
    assert replace(CARD) == CARD
