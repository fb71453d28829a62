"""Makes a virtual card: its keys, their certificates by the TEST authority, and what is unusual about them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from kaihoken.card.authority import Carrier, Number, Order, TestAuthority, TestPerson, new_key
from kaihoken.card.virtual.card import VirtualJpkiCard
from kaihoken.card.virtual.other import OtherCard
from kaihoken.card.virtual.personalisation import KeyPair
from kaihoken.card.virtual.profiles import PIN, Profile, personalise
from kaihoken.clock import TOKYO, Clock

ADULT: Final = date(1980, 1, 1)
_CHILD_YEARS: Final = 8

_LASTS: Final = {Profile.EXPIRING: 60, Profile.IN_GRACE: -10, Profile.EXPIRED: -120}
"""Days from today to the last day of the certificate."""

_LIVED: Final = timedelta(days=2 * 365)
_CARRIERS: Final = {Profile.ANDROID: Carrier.ANDROID, Profile.IPHONE: Carrier.IPHONE}


@dataclass(frozen=True, slots=True)
class MadeCard:
    """A new card. `number` is that of its 利用者証明用 certificate, by which coverage is to know its holder; None on a
    card without one."""

    card: VirtualJpkiCard | OtherCard
    number: Number | None


def make_card(
    profile: Profile,
    authority: TestAuthority,
    clock: Clock,
    *,
    born: date | None = None,
    serial: int | None = None,
    pin: str = PIN,
    new_key: Callable[[], RSAPrivateKey] = new_key,
) -> MadeCard:
    """A card of that profile: some tenths of a second for its keys, each made by `new_key`.

    `born` decides until which birthday it lives (a child of eight or somebody of 1980 where left out), `serial` is the
    one under which the fictional nation knows it already. ValueError for a PIN that no card takes; Problems as
    `TestAuthority.issue`.
    """
    if not profile.has_application:
        return MadeCard(OtherCard(), None)
    holder = born or _born(profile, clock.today())
    ends = _ends(profile, clock.today())
    order = Order(
        born=holder,
        serial=serial,
        begins=None if ends is None else ends - _LIVED,
        ends=ends,
        carrier=_CARRIERS.get(profile, Carrier.CARD),
    )
    key = new_key()
    issued = authority.issue(key.public_key(), order)
    card = VirtualJpkiCard(
        personalise(
            profile,
            KeyPair(issued.certificate, issued.root, key),
            _for_signatures(authority, order, new_key()) if profile.has_signature_key else None,
            pin,
        )
    )
    if profile is Profile.REVOKED:
        authority.revoke(issued.number, x509.ReasonFlags.cessation_of_operation)
    return MadeCard(card, issued.number)


def _for_signatures(authority: TestAuthority, order: Order, key: RSAPrivateKey) -> KeyPair:
    unnumbered = Order(born=order.born, begins=order.begins, ends=order.ends, carrier=order.carrier)
    issued = authority.issue_for_signatures(key.public_key(), unnumbered, TestPerson(born=order.born))
    return KeyPair(issued.certificate, issued.root, key)


def _born(profile: Profile, today: date) -> date:
    return date(today.year - _CHILD_YEARS, 1, 1) if profile is Profile.CHILD else ADULT


def _ends(profile: Profile, today: date) -> datetime | None:
    """The last second of the last day in Tokyo, where the profile says which day that is."""
    if profile not in _LASTS:
        return None
    return datetime.combine(today + timedelta(days=_LASTS[profile]), time(23, 59, 59), TOKYO)
