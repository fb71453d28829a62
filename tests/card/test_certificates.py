"""Certificates of cards: which are taken, by whom issued, for what, until when; and everything that is not."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from kaihoken.card.certificate import (
    LARGEST,
    CertificateUse,
    Root,
    Trust,
    UserCertificate,
    Validity,
    check_use,
    read_roots,
    require_valid,
    validity_by_day,
    validity_of,
)
from kaihoken.problems import Problem

from .papers import (
    AUTHENTICATION,
    BEGINS,
    ENDS,
    FOR_ROOTS,
    FOR_USERS,
    KNOWN_AS,
    SIGNATURE,
    TEST_NAME,
    Extension,
    a_root,
    issued,
    key,
    policies,
    read,
    usage,
)

ON = date(2026, 11, 20)
OLDER = "CN=架空利用者証明用認証局 第二世代,O=Kaihoken Demo,C=JP"
CRITICAL = (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True)
UNCRITICAL = (CRITICAL[0], False)


def refused(code: str) -> pytest.RaisesExc[Problem]:
    return pytest.raises(Problem, match=rf"^{code}( |$)")


def test_a_certificate_says_what_it_is() -> None:
    found = read(a_root())

    assert (found.serial, found.not_before, found.not_after) == (4_000_001, BEGINS, ENDS)
    assert found.policies == (AUTHENTICATION,)
    assert found.key.public_numbers() == key("card").public_key().public_numbers()
    assert found.der == issued(a_root())


def test_nothing_of_a_certificate_is_in_its_repr() -> None:
    found = read(a_root(), serial=7_654_321)

    assert "7654321" not in repr(found)
    assert "2029" not in f"{found} {found!r}"
    assert a_root().document.signature.hex() not in repr(Trust([a_root().root()]).issuers)


def test_a_long_certificate_is_read_and_one_beyond_the_bound_is_not() -> None:
    long = (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.5"), b"x" * 3000), False)
    large = issued(a_root(), extensions=(*FOR_USERS, long))
    assert len(large) < LARGEST
    assert UserCertificate.read(large).der == large

    too_long = (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.5"), b"x" * 4000), False)
    too_large = issued(a_root(), extensions=(*FOR_USERS, too_long))
    assert len(too_large) > LARGEST
    with refused("card.certificate-malformed"):
        UserCertificate.read(too_large)


def with_serial(serial: bytes) -> bytes:
    """A certificate whose serial is written so; its signature no longer fits, which reading does not ask."""
    der = issued(a_root(), serial=0x3D0901)
    written = b"\x02\x03\x3d\x09\x01"
    assert der.count(written) == 1
    return der.replace(written, b"\x02\x03" + serial)


def of_version_1() -> bytes:
    """A certificate of version 1, which has no word of its version and no extensions."""
    der = issued(a_root(), extensions=())
    assert (der[:2], der[4:6], der[8:13]) == (b"\x30\x82", b"\x30\x82", b"\xa0\x03\x02\x01\x02")
    outer, inner = (int.from_bytes(der[place : place + 2], "big") - 5 for place in (2, 6))
    return b"\x30\x82" + outer.to_bytes(2, "big") + b"\x30\x82" + inner.to_bytes(2, "big") + der[13:]


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
@pytest.mark.parametrize(
    "der",
    [
        b"",
        of_version_1(),
        b"\x30\x82",
        issued(a_root())[:-1],
        issued(a_root()) + b"\x00",
        a_root().document.public_bytes(Encoding.PEM),
        with_serial(b"\xbd\x09\x01"),  # negative
        with_serial(b"\x00\x00\x01"),  # not the shortest form
        issued(a_root()).replace(
            b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x04", 1
        ),  # of a version there is none of
        issued(a_root()).replace(
            b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x00", 1
        ),  # version 1 with extensions
    ],
)
def test_what_is_no_certificate_in_der_is_refused(der: bytes) -> None:
    with refused("card.certificate-malformed"):
        UserCertificate.read(der)


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
def test_a_serial_of_twenty_octets_is_read_and_zero_is_not() -> None:
    assert read(a_root(), serial=(1 << 159) - 1).serial == (1 << 159) - 1
    assert UserCertificate.read(with_serial(b"\x3d\x09\x02")).serial == 0x3D0902
    zero = issued(a_root(), serial=0x3D).replace(b"\x02\x01\x3d", b"\x02\x01\x00", 1)
    with refused("card.certificate-malformed"):
        UserCertificate.read(zero)


def refusal_of(der: bytes) -> str:
    """The code with which bytes are refused, as a certificate or as one of ours."""
    try:
        Trust([a_root().root()]).issuer_of(UserCertificate.read(der))
    except Problem as problem:
        return problem.code
    return ""


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
@settings(max_examples=100, deadline=None)
@given(place=st.integers(0, len(issued(a_root())) - 1), value=st.integers(1, 255))
def test_a_certificate_with_one_changed_byte_is_refused(place: int, value: int) -> None:
    der = bytearray(issued(a_root()))
    assert refusal_of(bytes(der)) == ""

    der[place] ^= value

    assert refusal_of(bytes(der)) in (
        "card.certificate-malformed",
        "card.certificate-algorithm",
        "card.not-test-authority",
    )


def test_another_sort_of_key_or_signature_is_refused() -> None:
    small = rsa.generate_private_key(65537, 1024).public_key()
    odd = rsa.RSAPublicNumbers(3, key("card").public_key().public_numbers().n).public_key()
    elliptic = ec.generate_private_key(ec.SECP256R1()).public_key()

    for public in (small, odd, elliptic):
        with refused("card.certificate-algorithm"):
            read(a_root(), public=public)
    with refused("card.certificate-algorithm"):
        read(a_root(), digest=hashes.SHA512())


def test_the_issuer_is_found_by_its_signature_among_generations_of_one_name() -> None:
    newest, older = a_root("root"), a_root("root of another generation")
    trust = Trust([newest.root(KNOWN_AS), older.root(OLDER)])
    assert newest.document.subject == older.document.subject

    assert trust.issuer_of(read(newest)).known_as == KNOWN_AS
    assert trust.issuer_of(read(older)).known_as == OLDER


def test_one_serial_under_two_roots_is_two_keys_of_look_up() -> None:
    newest, older = a_root("root"), a_root("root of another generation")
    trust = Trust([newest.root(KNOWN_AS), older.root(OLDER)])
    found = [read(newest, serial=77), read(older, serial=77)]

    issuers = [trust.issuer_of(one) for one in found]

    assert {(one.known_as, str(each.serial)) for one, each in zip(issuers, found, strict=True)} == {
        (KNOWN_AS, "77"),
        (OLDER, "77"),
    }
    assert len({one.issuer_key for one in issuers}) == 2
    assert {len(one.issuer_key) for one in issuers} == {32}


def test_a_root_that_is_not_pinned_issues_nothing_under_whatever_name() -> None:
    trust = Trust([a_root("root of another generation").root()])

    with refused("card.not-test-authority"):
        trust.issuer_of(read(a_root("root")))
    with refused("card.not-test-authority"):
        Trust([]).issuer_of(read(a_root("root")))


def test_a_certificate_of_our_key_under_another_name_is_not_ours() -> None:
    other = a_root("root", x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "TEST other")]))

    with refused("card.not-test-authority"):
        Trust([a_root("root").root()]).issuer_of(read(other))


def test_a_stranger_is_told_that_real_cards_are_not_taken() -> None:
    problem = Problem("card.not-test-authority")

    assert problem.title("ja") == "本物のカードは使えません（デモ）"
    assert "カードを 取" in problem.mend("ja@easy")


def named(organisation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
        ]
    )


@pytest.mark.parametrize(
    "root",
    [
        Root("", a_root().der),
        Root("C=JP,O=Kaihoken Demo", a_root().der),  # the country first
        Root(KNOWN_AS, b""),
        Root(KNOWN_AS, issued(a_root())),  # signed by another
        Root(KNOWN_AS, a_root("root", TEST_NAME, FOR_ROOTS[:1]).der),  # no key usage
        Root(KNOWN_AS, a_root("root", TEST_NAME, (FOR_ROOTS[0], (usage("key_cert_sign"), True))).der),
        Root(KNOWN_AS, a_root("root", TEST_NAME, (FOR_ROOTS[0], (usage("crl_sign"), True))).der),
        Root(
            KNOWN_AS,
            a_root(
                "root", TEST_NAME, ((x509.BasicConstraints(ca=False, path_length=None), True), FOR_ROOTS[1])
            ).der,
        ),
        Root(KNOWN_AS, a_root("root", named("JPKI")).der),
        Root(KNOWN_AS, a_root("root", named("JPKI-TEST")).der),
        Root(KNOWN_AS, a_root("root", x509.Name([])).der),
    ],
)
def test_only_a_root_of_a_test_authority_can_be_pinned(root: Root) -> None:
    with refused("card.root-unfit"):
        Trust([root])


def test_two_roots_never_share_a_key_or_a_name() -> None:
    one, other = a_root("root"), a_root("root of another generation")

    with refused("card.root-twice"):
        Trust([one.root(KNOWN_AS), other.root(KNOWN_AS)])
    with refused("card.root-twice"):
        Trust([one.root(KNOWN_AS), one.root(OLDER)])


def test_roots_are_read_from_a_file() -> None:
    roots = (a_root("root").root(), a_root("root of another generation").root(OLDER))

    assert read_roots(msgspec.json.encode(roots)) == roots
    for wrong in (b"", b"{}", b'[{"known_as": 1, "certificate": ""}]'):
        with refused("card.root-unfit"):
            read_roots(wrong)


def using(*extensions: Extension) -> UserCertificate:
    return read(a_root(), extensions=extensions)


KU, POLICY = FOR_USERS
NOT_A_CA = (x509.BasicConstraints(ca=False, path_length=None), True)


@pytest.mark.parametrize(
    "extensions",
    [
        (KU, POLICY),
        (KU, POLICY, NOT_A_CA),
        (KU, POLICY, UNCRITICAL),
        (KU, (policies(AUTHENTICATION), False)),
        (KU, (policies("1.2.3", AUTHENTICATION), True)),
        (KU, (policies("1.2.392.200149.8.5.1.3.30"), True)),  # as one dump of a real certificate has it
    ],
)
def test_what_proves_a_user_is_taken(extensions: tuple[Extension, ...]) -> None:
    check_use(using(*extensions), ON)


@pytest.mark.parametrize(
    ("code", "extensions"),
    [
        ("card.certificate-signature", (KU, (policies(SIGNATURE), True))),
        ("card.certificate-signature", (KU, (policies("1.2.392.200149.8.5.1.1.20"), True))),
        ("card.certificate-signature", (KU, (policies(AUTHENTICATION, SIGNATURE), True))),
        ("card.certificate-signature", ((usage("digital_signature", "content_commitment"), True), POLICY)),
        ("card.certificate-use", (POLICY,)),
        ("card.certificate-use", ((usage("digital_signature"), False), POLICY)),
        ("card.certificate-use", ((usage("key_agreement"), True), POLICY)),
        ("card.certificate-use", ((usage("digital_signature", "key_agreement"), True), POLICY)),
        ("card.certificate-use", ((usage("digital_signature", "key_encipherment"), True), POLICY)),
        ("card.certificate-use", ((usage("digital_signature", "data_encipherment"), True), POLICY)),
        ("card.certificate-use", ((usage("digital_signature", "key_cert_sign"), True), POLICY)),
        ("card.certificate-use", ((usage("digital_signature", "crl_sign"), True), POLICY)),
        ("card.certificate-use", (KU, POLICY, FOR_ROOTS[0])),
        ("card.certificate-policy", (KU,)),
        ("card.certificate-policy", (KU, (policies("1.2.392.200149.8.5.1.30"), True))),
        ("card.certificate-extension", (KU, POLICY, CRITICAL)),
        (
            "card.certificate-extension",
            (KU, POLICY, (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), True)),
        ),
    ],
)
def test_every_other_use_is_refused_by_its_name(code: str, extensions: tuple[Extension, ...]) -> None:
    with refused(code):
        check_use(using(*extensions), ON)


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (BEGINS - SECOND, Validity.NOT_YET),
        (BEGINS, Validity.GOOD),
        (datetime(2028, 12, 31, 14, 59, 59, tzinfo=UTC), Validity.GOOD),  # 31 December in Japan
        (datetime(2028, 12, 31, 15, 0, tzinfo=UTC), Validity.EXPIRES_SOON),  # 1 January
        (ENDS, Validity.EXPIRES_SOON),
        (ENDS + SECOND, Validity.IN_GRACE),
        (datetime(2029, 6, 30, 14, 59, 59, tzinfo=UTC), Validity.IN_GRACE),
        (datetime(2029, 6, 30, 15, 0, tzinfo=UTC), Validity.EXPIRED),
    ],
)
def test_a_certificate_lives_by_the_days_of_japan(now: datetime, state: Validity) -> None:
    assert validity_of(read(a_root()), now) is state


def test_one_that_ends_at_noon_is_in_its_grace_at_once() -> None:
    noon = datetime(2028, 3, 31, 3, 0, tzinfo=UTC)
    ended = read(a_root(), ends=noon)

    assert validity_of(ended, noon) is Validity.EXPIRES_SOON
    assert validity_of(ended, noon + SECOND) is Validity.IN_GRACE


def test_who_needs_an_answer_is_told_in_words_that_there_is_none() -> None:
    found = read(a_root())

    assert require_valid(found, ENDS + SECOND) is Validity.IN_GRACE
    with refused("card.certificate-not-yet"):
        require_valid(found, BEGINS - SECOND)
    with refused("card.certificate-expired"):
        require_valid(found, ENDS + timedelta(days=92))


def test_an_open_end_is_never_near() -> None:
    assert validity_by_day(date.max, ON) is Validity.GOOD
    assert validity_by_day(date.max, date.max) is Validity.GOOD
    assert CertificateUse.family == "card/certificate-use"
