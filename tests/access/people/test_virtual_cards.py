"""Virtual cards: what one proves at the door of people, and everything that proves nothing."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding

from kaihoken.access import Limits
from kaihoken.access.people import Account, CardProof, Role, SignIn, authenticator_now, message_of
from kaihoken.card.certificate import LARGEST
from kaihoken.card.virtual import KeyPair
from kaihoken.hub import CardWallet, HeldCard
from kaihoken.hub.pages.card_wallet import TrustedCards
from kaihoken.problems import Problem

from ...card.papers import FOR_USERS, SIGNATURE, Extension, Signer, a_root, issued, key, policies, usage
from .house import BROWSER, FACILITY, NOW, PARTY, House, a_house, a_passkey

ROOT = a_root("root")
TRUST = TrustedCards([ROOT.root()])
HUB = PARTY.origin
CHALLENGE = b"c" * 32
MESSAGE = message_of(HUB, CHALLENGE)
ENDS = datetime(2029, 3, 31, 14, 59, 59, tzinfo=UTC)


def a_card(key_name: str, serial: int, by: Signer = ROOT) -> KeyPair:
    certificate = issued(by, serial=serial, public=key(key_name).public_key(), ends=ENDS)
    return KeyPair(certificate, by.der, key(key_name))


CARD, OTHER = a_card("card", 1), a_card("another card", 2)
WALLET = CardWallet(
    [ROOT.root()], [HeldCard("one", Role.STAFF, CARD), HeldCard("other", Role.AUDITOR, OTHER)]
)


def signed_by(card: KeyPair, message: bytes = MESSAGE) -> bytes:
    return card.key.sign(message, padding.PKCS1v15(), hashes.SHA256())


def id_of(card: KeyPair) -> str:
    return TRUST.id_of(card.certificate)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[House]:
    """A demonstration's house, whose door takes the authority's cards."""
    async with a_house(tmp_path / "store", tmp_path / "keys", purpose="demo") as house:
        house.door = SignIn(
            house.accounts, house.sessions, PARTY, house.clock, house.ticks, Limits(), WALLET.trust
        )
        yield house


async def holder(house: House, card: KeyPair = CARD, role: Role = Role.STAFF) -> Account:
    place = FACILITY if role is Role.STAFF else ""
    account, code = await house.accounts.invite(None, role, place, "", "花子")
    made = authenticator_now(id_of(card), account, "card", "仮想カード", card.certificate, 0)
    return await house.accounts.accept(code, made)


def proof(house: House, challenge: str, name: str = "one") -> CardProof:
    return WALLET.sign(name, house.door.message_for_card(challenge))


async def test_a_card_signs_in(place: House) -> None:
    account = await holder(place)
    asked = place.door.ask("sign-in", BROWSER)

    signed_in = await place.door.with_card(asked.challenge, proof(place, asked.challenge), BROWSER)

    assert signed_in.account.account_id == account.account_id


async def test_a_card_confirms_its_own_holder_alone(place: House) -> None:
    await holder(place)
    await holder(place, OTHER, Role.AUDITOR)
    asked = place.door.ask("sign-in", BROWSER)
    session = (await place.door.with_card(asked.challenge, proof(place, asked.challenge), BROWSER)).session
    place.wait(minutes=5)

    asked = place.door.ask("confirm", session.digest)
    with pytest.raises(Problem, match=r"access.sign-in-refused"):
        await place.door.confirm_with_card(session, asked.challenge, proof(place, asked.challenge, "other"))
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
    await place.add(account, a_passkey())
    await place.accounts.remove_authenticator(account, id_of(CARD))

    for name in ("one", "other"):
        asked = place.door.ask("sign-in", BROWSER)
        with pytest.raises(Problem, match=r"access.sign-in-refused"):
            await place.door.with_card(asked.challenge, proof(place, asked.challenge, name), BROWSER)


def test_a_wallet_knows_its_own_cards() -> None:
    assert WALLET.card_of(id_of(OTHER)) == "other"
    assert WALLET.card_of("nobody's") == ""
    with pytest.raises(Problem, match=r"access.sign-in-refused"):
        WALLET.sign("nobody's", MESSAGE)


def test_a_card_is_proved_and_told_from_others() -> None:
    generation = a_root("root of another generation")
    both = TrustedCards([ROOT.root(), generation.root("CN=another,O=Kaihoken Demo,C=JP")])

    assert TRUST.proved(CARD.certificate, signed_by(CARD), MESSAGE, NOW) == id_of(CARD)
    assert id_of(CARD) != id_of(OTHER)
    assert both.id_of(CARD.certificate) != both.id_of(a_card("card", 1, generation).certificate)


def _odd(*extensions: Extension, **changes: object) -> bytes:
    """A certificate of the authority that is odd in one way."""
    return issued(ROOT, extensions=extensions or FOR_USERS, ends=ENDS, **changes)


def test_whatever_is_wrong_with_a_card_reads_alike() -> None:
    signature, policy = signed_by(CARD), FOR_USERS[1]
    foreign = a_card("card", 1, a_root("root of another generation"))  # the same name, another key
    wrong = {
        "no certificate": (b"x", signature, NOW),
        "too large": (b"x" * (LARGEST + 1), signature, NOW),
        "another authority of the same name": (foreign.certificate, signed_by(foreign), NOW),
        "another's signature": (OTHER.certificate, signature, NOW),
        "another message": (CARD.certificate, signed_by(CARD, message_of(HUB, b"d" * 32)), NOW),
        "another hub": (
            CARD.certificate,
            signed_by(CARD, message_of("https://other.example", CHALLENGE)),
            NOW,
        ),
        "a bare challenge": (CARD.certificate, signed_by(CARD, CHALLENGE), NOW),
        "no longer, though within the months of grace": (
            CARD.certificate,
            signature,
            ENDS + timedelta(seconds=1),
        ),
        "too late": (CARD.certificate, signature, ENDS + timedelta(days=365)),
        "too early": (CARD.certificate, signature, datetime(2024, 5, 7, tzinfo=UTC)),
        "the authority itself": (ROOT.der, signature, NOW),
        "another sort of key": (
            _odd(public=ec.generate_private_key(ec.SECP256R1()).public_key()),
            signature,
            NOW,
        ),
        "another algorithm": (_odd(digest=hashes.SHA512()), signature, NOW),
        "no usage": (_odd(policy), signature, NOW),
        "for contracts": (
            _odd((usage("digital_signature", "content_commitment"), True), policy),
            signature,
            NOW,
        ),
        "for documents": (_odd(FOR_USERS[0], (policies(SIGNATURE), True)), signature, NOW),
    }
    for name, (certificate, signed, at) in wrong.items():
        with pytest.raises(Problem) as refused:
            TRUST.proved(certificate, signed, MESSAGE, at)
        assert refused.value.as_rfc9457() == Problem("access.sign-in-refused").as_rfc9457(), name
    assert TRUST.proved(CARD.certificate, signature, MESSAGE, ENDS) == id_of(CARD)


def test_parts_of_the_message_cannot_run_into_each_other() -> None:
    assert message_of("a", b"bc") != message_of("ab", b"c")
