"""What a virtual card answers: each status word of the table provoked, counters, what a reset forgets."""

import hashlib

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa, utils
from hypothesis import given, settings
from hypothesis import strategies as st

from kaihoken.card.apdu import Response
from kaihoken.card.layout import APPLICATION, File, TokenKind, kind_of
from kaihoken.card.virtual import OtherCard, Profile, Secret, VirtualJpkiCard

from .cards import a_card, certificate, content, enter, select, select_application, speaking
from .papers import key

PIN, PASSWORD = b"1234", b"KAIHOKEN1234"
DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
MESSAGE = b"a message"
SHA256 = hashes.SHA256()


def public() -> rsa.RSAPublicKey:
    return key("authentication").public_key()


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("00A4040C0A D392F000260100000001", 0x9000),
        ("00A4040C0A D392F000260100000002", 0x6A82),
        ("00A4040C0A D3921000310001010408", 0x6A82),
        ("00A4040007 A0000002471001", 0x6A82),
        ("00A404000A D392F000260100000001", 0x6A86),
        ("00A4040C", 0x6700),
        ("00A4040C11 D392F000260100000001000000000000 00", 0x6700),
        ("00A4020C02 0006", 0x6A82),
        ("00A4080C02 0006", 0x6A86),
        ("00A40000", 0x6A86),
        ("00A4000C02 3F00", 0x6A82),
        ("00B0000000", 0x6986),
        ("00B0860000", 0x6A82),
        ("00200080", 0x6986),
        ("802A0080 01 00 00", 0x6986),
        ("802A0097 01 00 00", 0x6A82),
        ("00CADF3005", 0x6D00),
        ("00CB3FFF035C017E08", 0x6D00),
        ("0084000008", 0x6D00),
        ("0082000000", 0x6D00),
        ("80A2000000", 0x6D00),
        ("80A2000000013300", 0x6D00),
        ("90A4040C", 0x6E00),
        ("A0A4", 0x6700),
        ("", 0x6700),
        ("80FC0000", 0x6700),
    ],
)
def test_before_the_application_is_selected(command: str, status: int) -> None:
    assert speaking(a_card(), inside=False)(command) == Response(status)


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("00A40000", 0x9000),
        ("00A4000002 3F00", 0x6A82),
        ("00A4020C02 0016", 0x6A82),
        ("00A4020002 0006", 0x6A86),
        ("00A4020C01 06", 0x6700),
        ("00B0000000", 0x6986),
        ("00B0A60000", 0x6A86),
        ("00B0970000", 0x6986),
        ("00B0810000", 0x6982),
        ("00B00000", 0x6700),
        ("00B0000001 AA 00", 0x6700),
        ("00200081", 0x6A86),
        ("00200180", 0x6A86),
        ("0020008000", 0x6700),
        ("00200080", 0x6986),
        ("0024018004 31323334", 0x6986),
        ("0024008004 31323334", 0x6A86),
        ("802A0680 01 00 00", 0x6A86),
        ("802A0099 01 00 00", 0x6A86),
        ("802A0097 01 00 00", 0x6982),
        ("802A009A 01 00 00", 0x6982),
        ("802A0097 01 00 10", 0x6700),
        ("802A0297 01 00 00", 0x6700),
        ("802A0097", 0x6700),
    ],
)
def test_within_the_application(command: str, status: int) -> None:
    assert speaking(a_card())(command) == Response(status)


def test_the_token_information_says_what_it_is() -> None:
    info = content(speaking(a_card()), File.TOKEN_INFO)

    assert len(info) == 160
    assert info[:32] == b"JPKIAPICCTOKEN2".ljust(32)
    assert kind_of(info) is TokenKind.CARD


@pytest.mark.parametrize(
    ("profile", "kind"),
    [
        (Profile.ANDROID, TokenKind.ANDROID),
        (Profile.IPHONE, TokenKind.IPHONE),
        (Profile.OLD_JUKI, TokenKind.OLD_JUKI),
        (Profile.CHILD, TokenKind.CARD),
    ],
)
def test_phones_and_the_old_card_have_labels_of_their_own(profile: Profile, kind: TokenKind) -> None:
    assert kind_of(content(speaking(a_card(profile)), File.TOKEN_INFO)) is kind


def test_a_label_that_nobody_knows_is_unknown() -> None:
    assert kind_of(b"JPKIAPICCTOKEN3".ljust(160)) is TokenKind.UNKNOWN
    assert kind_of(b"\xff" * 160) is TokenKind.UNKNOWN


def test_certificates_are_read_in_blocks_and_end_where_they_end() -> None:
    speak = speaking(a_card())
    whole = certificate("authentication", "root")

    assert content(speak, File.AUTHENTICATION_CERTIFICATE) == whole
    assert content(speak, File.AUTHENTICATION_AUTHORITY) == certificate("root", "root")
    assert content(speak, File.SIGNATURE_AUTHORITY) == certificate("root", "root")
    assert content(speak, File.CERTIFICATES_PRESENT) == b"\x8f\x8f\x00"
    select(speak, File.AUTHENTICATION_CERTIFICATE)
    assert speak(f"00B0{len(whole) - 2:04X}10") == Response(0x9000, whole[-2:])
    assert speak(f"00B0{len(whole):04X}10") == Response(0x6B00)
    assert speak("00B08A0404") == Response(0x9000, whole[4:8])


def test_the_certificate_that_names_its_holder_needs_the_password() -> None:
    speak = speaking(a_card())
    assert content(speak, File.SIGNATURE_CERTIFICATE) == b""

    assert enter(speak, File.AUTHENTICATION_PIN, PIN).done
    assert content(speak, File.SIGNATURE_CERTIFICATE) == b""

    assert enter(speak, File.SIGNATURE_PASSWORD, PASSWORD).done
    assert content(speak, File.SIGNATURE_CERTIFICATE) == certificate("signature", "root")


def test_a_phone_shows_its_certificate_after_the_pin_and_its_authority_before() -> None:
    speak = speaking(a_card(Profile.ANDROID))
    select(speak, File.AUTHENTICATION_CERTIFICATE)
    assert speak("00B0000000") == Response(0x6982)
    assert content(speak, File.AUTHENTICATION_AUTHORITY) == certificate("root", "root")

    enter(speak, File.AUTHENTICATION_PIN, PIN)

    assert content(speak, File.AUTHENTICATION_CERTIFICATE) == certificate("authentication", "root")


def test_a_child_has_no_signature_key() -> None:
    speak = speaking(a_card(Profile.CHILD))

    assert content(speak, File.CERTIFICATES_PRESENT) == b"\x00\x8f\x00"
    assert content(speak, File.SIGNATURE_AUTHORITY) == b""
    assert enter(speak, File.SIGNATURE_PASSWORD, PASSWORD) == Response(0x6984)
    assert speak("802A009A0100", le="00") == Response(0x6982)


@pytest.mark.parametrize(
    ("file", "secret", "wrong", "most"),
    [
        (File.AUTHENTICATION_PIN, PIN, b"9999", 3),
        (File.SIGNATURE_PASSWORD, PASSWORD, b"kaihoken1234", 5),
    ],
)
def test_each_mistake_costs_a_try_until_it_is_locked(
    file: File, secret: bytes, wrong: bytes, most: int
) -> None:
    speak = speaking(a_card())
    assert select(speak, file).done

    for left in range(most - 1, -1, -1):
        assert enter(speak, file, wrong) == Response(0x63C0 + left)
        assert speak("00200080") == Response(0x63C0 + left)

    assert enter(speak, file, secret) == Response(0x6984)
    assert speak("00200080") == Response(0x63C0)


def test_the_right_pin_gives_the_tries_back_and_asking_for_them_is_never_answered_as_done() -> None:
    speak = speaking(a_card())
    enter(speak, File.AUTHENTICATION_PIN, b"9999")

    assert enter(speak, File.AUTHENTICATION_PIN, PIN).done
    assert speak("00200080") == Response(0x63C3)


@pytest.mark.parametrize("away", ["reset", "selected again"])
def test_power_and_a_new_selection_forget_the_pin_and_keep_the_counter(away: str) -> None:
    card = a_card()
    speak = speaking(card)
    enter(speak, File.SIGNATURE_PASSWORD, b"wrong")
    enter(speak, File.AUTHENTICATION_PIN, PIN)
    assert speak("802A00970100", le="00").done

    if away == "reset":
        card.reset()
        assert speak("802A009701 00 00") == Response(0x6A82)
    select_application(speak)

    assert speak("802A00970100", le="00") == Response(0x6982)
    assert card.memory.tries == {Secret.AUTHENTICATION: 3, Secret.SIGNATURE: 4}


def test_a_mistake_takes_back_what_the_right_pin_had_opened() -> None:
    speak = speaking(a_card())
    enter(speak, File.AUTHENTICATION_PIN, PIN)
    enter(speak, File.AUTHENTICATION_PIN, b"9999")

    assert speak("802A00970100", le="00") == Response(0x6982)


def test_the_signature_is_of_the_digest_info_as_it_stands() -> None:
    speak = speaking(a_card())
    enter(speak, File.AUTHENTICATION_PIN, PIN)
    select(speak, File.AUTHENTICATION_KEY)

    made = speak("802A008033", DIGEST_INFO, hashlib.sha256(MESSAGE).digest(), le="00")

    assert len(made.data) == 256
    public().verify(made.data, MESSAGE, padding.PKCS1v15(), SHA256)
    with pytest.raises(InvalidSignature):
        public().verify(made.data, b"another", padding.PKCS1v15(), SHA256)


def test_data_longer_than_the_padding_allows_is_refused() -> None:
    speak = speaking(a_card())
    enter(speak, File.AUTHENTICATION_PIN, PIN)

    assert speak("802A0097F5", bytes(245), le="00").done
    assert speak("802A0097F6", bytes(246), le="00") == Response(0x6700)


def test_the_schemes_of_a_single_source() -> None:
    speak = speaking(a_card())
    enter(speak, File.AUTHENTICATION_PIN, PIN)
    digest, size = hashlib.sha256(MESSAGE).digest(), len(MESSAGE).to_bytes(1, "big")
    pss = padding.PSS(padding.MGF1(SHA256), padding.PSS.DIGEST_LENGTH)

    bare = speak("802A0197", size, MESSAGE, le="00").data
    assert public().recover_data_from_signature(bare, padding.PKCS1v15(), None) == digest
    for of_digest, hashed, way in (("02", "03", padding.PKCS1v15()), ("04", "05", pss)):
        public().verify(
            speak(f"802A{of_digest}9720", digest, le="00").data, digest, way, utils.Prehashed(SHA256)
        )
        public().verify(speak(f"802A{hashed}97", size, MESSAGE, le="00").data, MESSAGE, way, SHA256)
        assert speak(f"802A{of_digest}971F", digest[1:], le="00") == Response(
            0x6700 if of_digest in ("02", "04") else 0x9000
        )


def test_the_pin_is_changed_after_it_was_given() -> None:
    speak = speaking(a_card())
    select(speak, File.AUTHENTICATION_PIN)
    assert speak("0024018004 35363738") == Response(0x6982)

    enter(speak, File.AUTHENTICATION_PIN, PIN)
    assert speak("0024018004 35363741") == Response(0x6A80)
    assert speak("00240180") == Response(0x6700)
    assert speak("0024018004 35363738").done

    assert enter(speak, File.AUTHENTICATION_PIN, PIN) == Response(0x63C2)
    assert enter(speak, File.AUTHENTICATION_PIN, b"5678").done


def test_an_iphone_has_asked_its_holder_before() -> None:
    speak = speaking(a_card(Profile.IPHONE))

    assert speak("802A00970100", le="00").done
    assert speak("80FC0000") == Response(0x9000)
    assert speak("80FC0100") == Response(0x6A86)


@pytest.mark.parametrize(
    ("command", "status"),
    [
        ("00A4040C0A D392F000260100000001", 0x6A82),
        ("00B0000000", 0x6D00),
        ("80FC0000", 0x6E00),
        ("00", 0x6700),
    ],
)
def test_another_card_has_nothing_of_all_this(command: str, status: int) -> None:
    card = OtherCard()
    card.reset()

    assert Response.decode(card.transmit(bytes.fromhex(command))) == Response(status)


@pytest.mark.parametrize(
    ("secret", "good", "bad"),
    [
        (Secret.AUTHENTICATION, [b"0000"], [b"000", b"00000", b"00A0", "００００".encode()]),
        (Secret.SIGNATURE, [b"ABC123", b"A" * 16], [b"ABC12", b"A" * 17, b"abc123", b"ABC-123"]),
    ],
)
def test_what_a_card_takes_as_a_secret(secret: Secret, good: list[bytes], bad: list[bytes]) -> None:
    assert all(map(secret.admits, good))
    assert not any(map(secret.admits, bad))


COMMANDS = st.one_of(
    st.binary(max_size=300),
    st.builds(
        lambda head, p1, p2, tail: bytes((*head, p1, p2)) + tail,
        st.sampled_from([(0, 0xA4), (0, 0xB0), (0, 0x20), (0, 0x24), (0x80, 0x2A), (0x80, 0xFC)]),
        st.integers(0, 255),
        st.integers(0, 255),
        st.binary(max_size=40),
    ),
    st.sampled_from([f.to_bytes(2, "big") for f in File]).map(lambda f: bytes.fromhex("00A4020C02") + f),
    st.just(bytes.fromhex("00A4040C0A") + APPLICATION),
    st.sampled_from(
        ["00B0000000", "00B0010000", "802A00800100" + "00", "802A009A0100" + "00", "00200080"]
    ).map(bytes.fromhex),
)


@settings(max_examples=60)
@given(st.lists(COMMANDS, min_size=1, max_size=60))
def test_no_bytes_crash_the_card_or_bring_out_what_a_pin_protects(commands: list[bytes]) -> None:
    card: VirtualJpkiCard = a_card(pin="7391")
    hidden = certificate("signature", "root")

    for command in commands:
        answer = Response.decode(card.transmit(command))

        assert answer.done or not answer.data
        assert len(answer.data) != 256 or answer.data in certificate("authentication", "root") + certificate(
            "root", "root"
        )
        assert len(answer.data) < 16 or answer.data not in hidden[-256:]
    assert card.memory.secrets[Secret.AUTHENTICATION] == b"7391"
