"""The hub of a demonstration takes the cards of its own TEST authority, from the reader to the answer."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from kaihoken.access import load_key
from kaihoken.card.authority import Order, TestAuthority, TestPerson, new_key
from kaihoken.card.certificate import UserCertificate
from kaihoken.card.presence import Bound, Challenge, Method, Purpose, agreed, message_of
from kaihoken.card.virtual import KeptCard, VirtualJpkiCard
from kaihoken.clock import FixedClock
from kaihoken.coverage import Certificate, Coverage
from kaihoken.coverage.client import (
    AsyncHub,
    CardChallengeRequest,
    CardPresenceRequest,
    CheckAnswer,
    Consent,
    HubProblem,
    PresenceCheck,
)
from kaihoken.demo.clinic import CARDS, make_tray
from kaihoken.demo.folder import CLIENT, Folder, prepare
from kaihoken.demo.steps import Steps
from kaihoken.hub.application import HubApplication
from kaihoken.hub.assembly import without_pages
from kaihoken.hub.machine import running
from kaihoken.people import sandbox_facility, sandbox_people
from kaihoken.store import FileKeys

from ..card.authorities import an_authority

NOW = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
SERIAL = 99_001_061  # 見本 剛, of the sandbox
LIMIT = frozenset({Consent.LIMIT})


async def asked_by(hub: AsyncHub, certificate: bytes, key: rsa.RSAPrivateKey, method: Method) -> CheckAnswer:
    """What a terminal does with a card on its reader."""
    challenge = await hub.card_challenge(CardChallengeRequest(terminal="reader-1"))
    bound = Bound(sandbox_facility(), "reader-1", Purpose.ELIGIBILITY)
    message = message_of(
        hub.url, bound, Challenge(challenge.challenge, challenge.nonce), agreed(LIMIT, "outpatient")
    )
    signature = b"" if method.attested else key.sign(message, padding.PKCS1v15(), hashes.SHA256())
    proved = await hub.prove_card(
        CardPresenceRequest(
            challenge=challenge.challenge,
            terminal="reader-1",
            method=method,
            certificate=certificate,
            signature=signature,
            consents=tuple(LIMIT),
        )
    )
    assert proved.simulated is method.attested
    return await hub.check(
        PresenceCheck(presence=proved.presence, terminal="reader-1", consents=tuple(LIMIT))
    )


@pytest.fixture
def place(tmp_path: Path) -> Folder:
    made = Folder(tmp_path / "demo")
    prepare(made, 30, FixedClock(NOW), Steps(quiet=True))
    return made


async def test_a_card_of_the_demonstration_goes_the_whole_way(place: Folder) -> None:
    clock, key = FixedClock(NOW), new_key()
    authority = TestAuthority(place.authority, clock)
    card = authority.issue(key.public_key(), Order(born=date(1970, 7, 7), serial=SERIAL))
    lost = authority.issue(key.public_key(), Order(serial=7_000_001))
    authority.revoke(lost.number, x509.ReasonFlags.key_compromise)
    prepare(place, 30, clock, Steps(quiet=True))  # the next start writes what was taken back
    settings = place.settings(8000)
    application = HubApplication(lambda: running(settings, FileKeys(place.keys), clock), without_pages)

    async with (
        application.opened(),
        AsyncHub(
            settings.issuer,
            CLIENT,
            load_key(place.facility_key),
            clock=clock,
            transport=httpx.ASGITransport(app=application),
        ) as hub,
    ):
        by_pin = await asked_by(hub, card.certificate, key, Method.PIN)
        by_face = await asked_by(hub, card.certificate, key, Method.FACE)
        with pytest.raises(HubProblem) as refused:
            await asked_by(hub, lost.certificate, key, Method.PIN)

    assert by_pin.answer is not None
    assert by_pin.answer.validity == "1"
    assert by_pin.answer.results[0].limit is not None
    assert by_face.answer is not None
    assert [one.kind for one in by_face.answer.advisories if one.kind == "card-simulated"]
    assert refused.value.code == "card.certificate-revoked"


def test_the_authority_stays_for_its_day_with_lists_made_anew_at_each_start(place: Folder) -> None:
    roots = (place.authority / "roots.json").read_bytes()
    lists = {file.name: file.read_bytes() for file in place.revoked.iterdir()}

    prepare(place, 30, FixedClock(NOW + timedelta(hours=1)), Steps(quiet=True))

    after = {file.name: file.read_bytes() for file in place.revoked.iterdir()}
    assert (place.authority / "roots.json").read_bytes() == roots
    assert after.keys() == lists.keys()
    assert [name for name in lists if after[name] == lists[name]] == []


def test_cards_are_as_old_as_the_day_says_so_another_day_has_others(place: Folder) -> None:
    roots = (place.authority / "roots.json").read_bytes()

    prepare(place, 30, FixedClock(NOW + timedelta(days=2)), Steps(quiet=True))

    assert (place.authority / "roots.json").read_bytes() != roots


def test_the_tray_has_a_card_to_register_and_one_that_was_renewed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = [one for one in CARDS if one.as_registered]
    monkeypatch.setattr("kaihoken.demo.clinic.CARDS", shown)
    authority = an_authority(tmp_path / "authority", FixedClock(NOW))
    people = {one.link: one for one in sandbox_people(NOW.date())}

    make_tray(tmp_path / "tray", authority, NOW.date())

    entries = {}
    for file in (tmp_path / "tray").iterdir():
        card = KeptCard.read(file).card
        assert isinstance(card, VirtualJpkiCard)
        found = UserCertificate.read(card.personalisation.authentication.certificate)
        entry = authority.entry((authority.trust().issuer_of(found).known_as, found.serial))
        entries[file.stem.partition("-")[2]] = entry
    new, renewed = entries["not-registered"], entries["renewed"]
    (coverage,) = [one.fact for one in people["sandbox-wife"].stated if isinstance(one.fact, Coverage)]
    assert new.holder == TestPerson(coverage.name, coverage.sex, coverage.birthdate, coverage.address)
    assert new.renewed_from is None
    linked = [one.fact for one in people["sandbox-changed-insurer"].stated]
    serials = [one.serial for one in linked if isinstance(one, Certificate)]
    assert renewed.renewed_from is not None
    assert [str(renewed.renewed_from[1])] == serials
