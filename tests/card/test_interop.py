"""Unmodified OpenSC, and our own reader by PC/SC, with the virtual card in a real daemon.

Exit codes and parsed values are asked for, not the words of OpenSC. Without the tools all of it is skipped.
"""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from kaihoken.card import JpkiClient
from kaihoken.card.layout import APPLICATION
from kaihoken.card.presence import (
    Agreement,
    Bound,
    CardAnswer,
    Challenge,
    Findings,
    Method,
    Purpose,
    message_of,
    prove,
)
from kaihoken.card.presence.message import NONCE_BYTES
from kaihoken.card.virtual import KeptCard, Profile, make_card
from kaihoken.clock import FixedClock

from .authorities import an_authority
from .cards import MADE, a_card, certificate, public_pem
from .daemon import Daemon, daemon_in, missing
from .papers import NOW
from .presence.cards import Said
from .test_jpki import Wire

pytestmark = pytest.mark.interop

MESSAGE = b"a message of the tests"
DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(MESSAGE).digest()
CONTACT_ATR = "3BDA13FF8131FB46801239" + "2F31C173C601C03B"
MINIMAL_ATR = "3B800181"


@pytest.fixture(scope="module")
def daemon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    if reason := missing():
        pytest.skip(reason)
    with daemon_in(tmp_path_factory.mktemp("cards")) as running:
        yield running


@pytest.fixture
def card(daemon: Daemon) -> Daemon:
    """The daemon, with a fresh card in it."""
    daemon.lay()
    return daemon


def pem_of(text: str) -> bytes:
    """The certificate in what a tool printed, as DER."""
    return x509.load_pem_x509_certificate(text.encode()).public_bytes(Encoding.DER)


def test_it_sees_the_card(card: Daemon) -> None:
    listed, readers = card.run("opensc-tool", "--list-readers")
    told, atr = card.run("opensc-tool", "--atr")
    named, driver = card.run("opensc-tool", "--name")

    assert (listed, told, named) == (0, 0, 0)
    assert re.search(r"^0 +Yes +Virtual PCD 00 00", readers, re.MULTILINE)
    assert atr.strip().replace(":", "") == a_card().atr.hex()
    assert driver.strip() == "jpki"


def test_every_foreign_probe_is_refused(card: Daemon) -> None:
    card.run("opensc-tool", "--name")
    passed = card.transcript()

    assert len(passed) > 20
    assert {answer for _, answer in passed} <= {"6a82", "6d00", "6e00", "6a86", "6700"}


def test_it_lists_what_is_on_the_card(card: Daemon) -> None:
    code, dump = card.run("pkcs15-tool", "--dump")

    assert code == 0
    kinds = ("PIN", "Private RSA Key", "Public RSA Key", "X.509 Certificate")
    assert [len(re.findall(rf"^{kind} \[", dump, re.MULTILINE)) for kind in kinds] == [2, 2, 2, 4]
    assert re.findall(r"Tries left +: (\d)", dump) == ["3", "5"]


def test_it_reads_the_certificates_and_they_belong_together(card: Daemon, tmp_path: Path) -> None:
    files = {}
    for number, der in (("1", certificate("authentication", "root")), ("3", certificate("root", "root"))):
        code, pem = card.run("pkcs15-tool", "--read-certificate", number)
        assert (code, pem_of(pem)) == (0, der)
        files[number] = tmp_path / f"{number}.pem"
        files[number].write_text(pem)

    when = str(int(MADE.timestamp()))
    code, _ = card.run("openssl", "verify", "-attime", when, "-CAfile", str(files["3"]), str(files["1"]))
    assert code == 0


def test_the_certificate_with_a_name_is_read_after_its_password(card: Daemon) -> None:
    assert card.run("pkcs15-tool", "--read-certificate", "2")[0] != 0

    code, pem = card.run(
        *("pkcs15-tool", "--read-certificate", "2", "--verify-pin", "--auth-id", "02"),
        *("--pin", "KAIHOKEN1234"),
    )

    assert (code, pem_of(pem)) == (0, certificate("signature", "root"))


def verify(card: Daemon, pin: str) -> int:
    return card.run("pkcs15-tool", "--verify-pin", "--auth-id", "01", "--pin", pin)[0]


def test_wrong_pins_are_counted_on_our_side_until_it_sees_the_lock(card: Daemon) -> None:
    assert verify(card, "1234") == 0

    for left in (2, 1, 0):
        assert verify(card, "9999") != 0
        assert card.tries()["authentication"] == left

    assert verify(card, "1234") != 0
    assert any(command[:8] == "00200080" and answer == "6984" for command, answer in card.transcript())
    assert "user PIN locked" in card.run("pkcs11-tool", "--list-slots")[1]


def sign(card: Daemon, tmp_path: Path, data: bytes, *how: str) -> bytes:
    given, made = tmp_path / "given", tmp_path / "made"
    given.write_bytes(data)
    code, _ = card.run(*how, "--input-file" if how[0] == "pkcs11-tool" else "--input", str(given),
                       "--output-file" if how[0] == "pkcs11-tool" else "--output", str(made))  # fmt: skip
    assert code == 0
    return made.read_bytes()


def by_pkcs11(slot: int, pin: str, identity: str, mechanism: str) -> tuple[str, ...]:
    return (
        *("pkcs11-tool", "--slot-index", str(slot), "--login", "--pin", pin),
        *("--sign", "--id", identity, "--mechanism", mechanism),
    )


def verified_by_openssl(card: Daemon, folder: Path, which: str, signature: bytes) -> bool:
    files = [folder / name for name in ("public.pem", "signature", "message")]
    for file, content in zip(files, (public_pem(which), signature, MESSAGE), strict=True):
        file.write_bytes(content)
    public, signed, message = map(str, files)
    return card.run("openssl", "dgst", "-sha256", "-verify", public, "-signature", signed, message)[0] == 0


def test_what_it_signs_openssl_verifies_and_every_way_gives_the_same(card: Daemon, tmp_path: Path) -> None:
    hashed = sign(card, tmp_path, MESSAGE, *by_pkcs11(0, "1234", "01", "SHA256-RSA-PKCS"))
    bare = sign(card, tmp_path, DIGEST_INFO, *by_pkcs11(0, "1234", "01", "RSA-PKCS"))
    by_pkcs15 = sign(
        card, tmp_path, hashlib.sha256(MESSAGE).digest(),
        "pkcs15-crypt", "--sign", "--sha-256", "--pkcs1", "--raw", "--key", "01", "--pin", "1234",
    )  # fmt: skip
    ours = JpkiClient(Wire(a_card()))
    ours.verify(bytearray(b"1234")).require_accepted()

    assert verified_by_openssl(card, tmp_path, "authentication", hashed)
    assert not verified_by_openssl(card, tmp_path, "signature", hashed)
    assert hashed == bare == by_pkcs15 == ours.sign(MESSAGE)


def test_the_key_for_signatures_lies_in_a_slot_of_its_own(card: Daemon, tmp_path: Path) -> None:
    made = sign(card, tmp_path, MESSAGE, *by_pkcs11(1, "KAIHOKEN1234", "02", "SHA256-RSA-PKCS"))

    assert verified_by_openssl(card, tmp_path, "signature", made)


def test_its_own_tests_pass_but_for_random_numbers(card: Daemon) -> None:
    _, said = card.run("pkcs11-tool", "--login", "--pin", "1234", "--test")

    assert len(re.findall(r"RSA-PKCS: OK", said)) >= 5
    assert "1 errors" in said


def test_it_neither_changes_nor_unblocks_a_pin_and_sends_nothing_for_it(card: Daemon) -> None:
    for order in ("--change-pin", "--unblock-pin"):
        secret = "--pin" if order == "--change-pin" else "--puk"
        code, _ = card.run("pkcs15-tool", order, "--auth-id", "01", secret, "1234", "--new-pin", "5678")
        assert code != 0
    assert not [command for command, _ in card.transcript() if command[2:4] in ("24", "2c")]


def test_a_pin_is_changed_by_pcsc(card: Daemon) -> None:
    answers = card.order(
        "send", f"00A4040C0A{APPLICATION.hex()}", "00A4020C020018", "002000800431323334", "002401800435363738"
    )

    assert answers == {"answers": ["9000"] * 4}
    assert (verify(card, "1234"), verify(card, "5678")) == (255, 0)


async def test_a_hub_takes_what_it_signed_with_a_card_of_the_test_authority(
    daemon: Daemon, tmp_path: Path
) -> None:
    authority = an_authority(tmp_path / "authority")
    new = make_card(Profile.CARD, authority, FixedClock(NOW))
    daemon.lay_file(KeptCard.made(tmp_path / "card.json", new.card).path)
    message = message_of(
        "https://hub.example",
        Bound("9910000007", "reader-1", Purpose.ELIGIBILITY),
        Challenge("challenge", bytes(NONCE_BYTES)),
        Agreement(),
    )

    code, pem = daemon.run("pkcs15-tool", "--read-certificate", "1")
    signature = sign(daemon, tmp_path, message, *by_pkcs11(0, "1234", "01", "SHA256-RSA-PKCS"))
    answer = CardAnswer(pem_of(pem), signature, Method.PIN)
    proved = await prove(answer, message, authority.trust(), Said(), NOW, Findings())

    assert code == 0
    assert (proved.issuer.known_as, proved.serial) == new.number


@pytest.mark.parametrize("profile", [Profile.CARD, Profile.IPHONE, Profile.CHILD, Profile.OLD_JUKI])
def test_it_takes_every_card_whose_certificate_is_free(daemon: Daemon, profile: Profile) -> None:
    daemon.lay(profile)

    code, pem = daemon.run("pkcs15-tool", "--read-certificate", "1")

    assert (code, pem_of(pem)) == (0, certificate("authentication", "root"))


def test_a_locked_card_is_listed_with_no_try_left(daemon: Daemon) -> None:
    daemon.lay(Profile.PIN_LOCKED)

    assert re.findall(r"Tries left +: (\d)", daemon.run("pkcs15-tool", "--dump")[1]) == ["0", "5"]


@pytest.mark.parametrize("atr", [CONTACT_ATR, MINIMAL_ATR])
def test_the_application_is_enough_whatever_the_atr(daemon: Daemon, atr: str) -> None:
    daemon.lay(atr=atr)

    assert daemon.run("opensc-tool", "--name") == (0, "jpki\n")
    assert daemon.run("pkcs15-tool", "--read-certificate", "1")[0] == 0


def test_the_atr_is_not_enough_without_the_application(daemon: Daemon) -> None:
    daemon.lay(without="the application")

    assert daemon.run("opensc-tool", "--name") == (0, "jpki\n")
    assert daemon.run("pkcs15-tool", "--dump")[0] != 0


@pytest.mark.parametrize("answer", ["9000", "6984"])
def test_a_card_that_answers_the_question_for_tries_otherwise_is_not_taken(
    daemon: Daemon, answer: str
) -> None:
    daemon.lay(tries_answer=answer)

    assert daemon.run("pkcs15-tool", "--dump")[0] != 0


def test_by_pcsc_a_desk_and_the_card_say_the_same_as_in_memory(card: Daemon) -> None:
    found = card.order("ask", "1234", MESSAGE.hex())
    over_pcsc = card.transcript()

    wire = Wire(a_card())
    client = JpkiClient(wire)
    client.require_taken()
    client.authentication_certificate()
    client.verify(bytearray(b"1234"))
    signature = client.sign(MESSAGE)

    assert found == {
        "atr": a_card().atr.hex(),
        "kind": "card",
        "certificate": certificate("authentication", "root").hex(),
        "pin": "accepted",
        "signature": signature.hex(),
    }
    assert [command for command, _ in over_pcsc] == [command.hex() for command in wire.passed]


def test_the_troubles_of_a_reader_have_names(daemon: Daemon) -> None:
    daemon.lay()

    troubles = daemon.order("troubles")

    daemon.moved()
    assert troubles == {
        "opened twice": "card.busy",
        "after the session": "card.pin-needed",
        "pulled out": "card.removed",
        "asked again": "card.removed",
        "empty": "card.no-card",
        "no such reader": "card.reader-lost",
        "waited in vain": False,
    }


def test_two_cards_lie_in_two_slots(daemon: Daemon) -> None:
    daemon.lay()
    daemon.order("put_beside", str(daemon.file(Profile.CHILD)))
    daemon.moved()

    for slot, tries in (("0", ["3", "5"]), ("1", ["3", "0"])):
        code, dump = daemon.run("pkcs15-tool", "--reader", slot, "--dump")
        assert (code, re.findall(r"Tries left +: (\d)", dump)) == (0, tries)


def test_programs_that_die_in_the_middle_leave_the_daemon_standing(card: Daemon) -> None:
    for _ in range(10):
        card.order("kill", "pkcs11-tool", "--login", "--pin", "1234", "--test")

    assert card.run("opensc-tool", "--name") == (0, "jpki\n")
    assert card.tries() == {"authentication": 3, "signature": 5}


def test_a_daemon_that_ends_is_told_and_found_again(daemon: Daemon) -> None:
    daemon.lay()

    assert daemon.order("stop") == {"gone": "card.no-service", "back": ""}
    daemon.moved()
