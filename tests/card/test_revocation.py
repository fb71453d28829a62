"""Whether a certificate was taken back: what counts as an answer; everything else is unknown, and never good."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from kaihoken.card.authority import Order, TestAuthority
from kaihoken.card.certificate import Issuer, Trust, UserCertificate
from kaihoken.card.revocation import (
    CrlSource,
    OcspSource,
    RevocationSource,
    Standing,
    Status,
    Why,
    crl_file,
    files_in,
    judge_crl,
    judge_ocsp,
    require_good,
    served_at,
)
from kaihoken.card.revocation import crl as lists
from kaihoken.card.revocation.ocsp import FRESH, LARGEST, question
from kaihoken.clock import FixedClock
from kaihoken.problems import Problem

from .authorities import DAY, an_authority, read_back
from .papers import NOW, TEST_NAME, Extension, Signer, a_root, issued, key, read, usage

KEY = key("card").public_key()
NONCE = b"n" * 32
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
COMPROMISE = x509.ReasonFlags.key_compromise


def number(card: tuple[UserCertificate, Issuer]) -> tuple[str, int]:
    return card[1].known_as, card[0].serial


# ---- the list


def test_a_list_says_good_and_revoked_and_what_was_looked_at(
    authority: TestAuthority, card: tuple[UserCertificate, Issuer]
) -> None:
    content = authority.list_of(card[1].known_as)
    good = judge_crl(content, *card, NOW)
    authority.revoke(number(card), COMPROMISE, at=NOW - DAY)
    later = authority.list_of(card[1].known_as)
    revoked = judge_crl(later, *card, NOW)

    assert good == Status(Standing.GOOD, hashlib.sha256(content).digest(), NOW)
    assert revoked == Status(
        Standing.REVOKED, hashlib.sha256(later).digest(), NOW, reason=COMPROMISE, at=NOW - DAY
    )


def test_a_hold_is_on_the_list_until_it_ends(
    authority: TestAuthority, card: tuple[UserCertificate, Issuer]
) -> None:
    authority.hold(number(card))
    held = judge_crl(authority.list_of(card[1].known_as), *card, NOW)
    authority.release(number(card))

    assert (held.standing, held.reason) == (Standing.REVOKED, x509.ReasonFlags.certificate_hold)
    assert judge_crl(authority.list_of(card[1].known_as), *card, NOW).standing is Standing.GOOD


def test_one_serial_is_revoked_under_one_root_alone(authority: TestAuthority) -> None:
    cards = [
        read_back(authority, authority.issue(KEY, Order(serial=77, generation=generation)))
        for generation in (2, 3)
    ]
    authority.revoke(number(cards[0]))

    found = [judge_crl(authority.list_of(card[1].known_as), *card, NOW).standing for card in cards]

    assert found == [Standing.REVOKED, Standing.GOOD]


def test_the_list_of_another_generation_is_no_answer(
    authority: TestAuthority, card: tuple[UserCertificate, Issuer]
) -> None:
    others = [one.known_as for one in authority.trust().issuers if one.known_as != card[1].known_as]

    assert [judge_crl(authority.list_of(other), *card, NOW).why for other in others] == [Why.FORGED] * 3


def test_an_entry_stays_until_the_grace_is_over(
    authority: TestAuthority, card: tuple[UserCertificate, Issuer], clock: FixedClock
) -> None:
    authority.revoke(number(card))

    for last in (datetime.fromisoformat("2031-04-01T23:59:59+09:00"), card[0].not_after):
        clock.at = last
        assert judge_crl(authority.list_of(card[1].known_as), *card, last).standing is Standing.REVOKED
    clock.at = datetime.fromisoformat("2031-04-02T00:00:00+09:00")
    later = x509.load_der_x509_crl(authority.list_of(card[1].known_as))
    assert len(later) == 0


@pytest.mark.parametrize(
    ("ahead", "standing"),
    [
        (-5 * MINUTE - SECOND, Standing.UNKNOWN),
        (-5 * MINUTE, Standing.GOOD),
        (DAY - SECOND, Standing.GOOD),
        (DAY, Standing.UNKNOWN),
    ],
)
def test_a_list_holds_for_its_own_time(
    authority: TestAuthority,
    card: tuple[UserCertificate, Issuer],
    ahead: timedelta,
    standing: Standing,
) -> None:
    found = judge_crl(authority.list_of(card[1].known_as), *card, NOW + ahead)

    assert found.standing is standing
    assert found.why is (Why.STALE if standing is Standing.UNKNOWN else None)


def test_a_revoked_one_on_a_stale_list_is_unknown(
    authority: TestAuthority, card: tuple[UserCertificate, Issuer]
) -> None:
    authority.revoke(number(card))

    assert judge_crl(authority.list_of(card[1].known_as), *card, NOW + DAY).why is Why.STALE


Entry = tuple[int, tuple[Extension, ...]]
NUMBERED: tuple[Extension, ...] = ((x509.CRLNumber(5), False),)


def a_list(
    by: Signer,
    entries: tuple[Entry, ...] = (),
    extensions: tuple[Extension, ...] = NUMBERED,
    digest: hashes.HashAlgorithm | None = None,
    made: datetime = NOW,
) -> bytes:
    """A list as right or as wrong as a test needs it."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(by.document.subject)
        .last_update(made)
        .next_update(made + DAY)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    for serial, own in entries:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(NOW)
        for extension, critical in own:
            entry = entry.add_extension(extension, critical=critical)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(by.key, digest or hashes.SHA256()).public_bytes(Encoding.DER)


def pinned(by: Signer) -> Issuer:
    (issuer,) = Trust([by.root()]).issuers
    return issuer


OTHERS = (x509.CertificateIssuer([x509.DirectoryName(TEST_NAME)]), True)
PARTLY = (x509.IssuingDistributionPoint(None, None, True, False, None, False, False), True)


@pytest.mark.parametrize(
    ("why", "content"),
    [
        (None, lambda root: a_list(root)),
        (None, lambda root: a_list(root, ((5, ((x509.CRLReason(COMPROMISE), True),)),))),
        (Why.UNREADABLE, lambda root: b""),
        (Why.UNREADABLE, lambda root: a_list(root)[:-1]),
        (Why.UNREADABLE, lambda root: a_list(root) + b"\0" * lists.LARGEST),
        (Why.UNREADABLE, lambda root: a_list(root, extensions=())),  # without a number
        (
            Why.UNREADABLE,
            lambda root: a_list(root, extensions=(*NUMBERED, (x509.DeltaCRLIndicator(1), True))),
        ),
        (Why.UNREADABLE, lambda root: a_list(root, extensions=(*NUMBERED, PARTLY))),
        (Why.UNREADABLE, lambda root: a_list(root, ((5, (OTHERS,)),))),
        (Why.FORGED, lambda root: a_list(root, digest=hashes.SHA512())),
        (Why.FORGED, lambda root: a_list(a_root("root of another generation"))),
        (Why.FORGED, lambda root: a_list(a_root("root", x509.Name([])))),
        (Why.FORGED, lambda root: a_list(root).replace(NOW.strftime("%y%m%d").encode(), b"261119", 1)),
    ],
)
def test_what_is_no_list_of_the_issuer(why: Why | None, content: Callable[[Signer], bytes]) -> None:
    root = a_root("root")

    found = judge_crl(content(root), read(root), pinned(root), NOW)

    assert (found.why, found.standing is Standing.GOOD) == (why, why is None)


def test_an_entry_without_a_reason_is_revoked_for_an_unspecified_one() -> None:
    root = a_root("root")

    found = judge_crl(a_list(root, ((4_000_001, ()),)), read(root), pinned(root), NOW)

    assert (found.standing, found.reason) == (Standing.REVOKED, x509.ReasonFlags.unspecified)


class Shelf:
    """Where lists are fetched: it counts, and gives what it was last given."""

    def __init__(self, content: bytes | None) -> None:
        self.content = content
        self.asked: list[str] = []

    async def fetch(self, name: str) -> bytes | None:
        self.asked.append(name)
        return self.content


async def test_a_list_is_kept_for_minutes_and_asked_for_again(clock: FixedClock) -> None:
    root = a_root("root")
    card, issuer = read(root), pinned(root)
    shelf = Shelf(a_list(root))
    source = CrlSource(shelf.fetch, clock)

    assert (await source.status(card, issuer)).standing is Standing.GOOD
    shelf.content = a_list(root, ((card.serial, ()),))
    clock.at += 5 * MINUTE - SECOND
    assert (await source.status(card, issuer)).standing is Standing.GOOD
    clock.at += SECOND
    assert (await source.status(card, issuer)).standing is Standing.REVOKED
    assert shelf.asked == [crl_file(issuer.issuer_key)] * 2


@pytest.mark.parametrize("instead", [None, b"", a_list(a_root("root of another generation"))])
async def test_a_list_that_does_not_come_again_is_used_until_the_next_is_due(
    clock: FixedClock, instead: bytes | None
) -> None:
    root = a_root("root")
    card, issuer = read(root), pinned(root)
    shelf = Shelf(a_list(root))
    source = CrlSource(shelf.fetch, clock)
    first = await source.status(card, issuer)
    shelf.content = instead

    clock.at = NOW + DAY - SECOND
    assert await source.status(card, issuer) == first
    clock.at = NOW + DAY
    assert (await source.status(card, issuer)).why is Why.STALE


async def test_an_older_list_does_not_undo_a_newer_one(clock: FixedClock) -> None:
    root = a_root("root")
    card, issuer = read(root), pinned(root)
    shelf = Shelf(a_list(root, ((card.serial, ()),), ((x509.CRLNumber(6), False),)))
    source = CrlSource(shelf.fetch, clock)
    assert (await source.status(card, issuer)).standing is Standing.REVOKED

    shelf.content = a_list(root)  # number 5, and it does not say so
    clock.at += DAY - MINUTE

    assert (await source.status(card, issuer)).standing is Standing.REVOKED


@pytest.mark.parametrize(("content", "why"), [(None, Why.NO_ANSWER), (b"", Why.UNREADABLE)])
async def test_without_a_list_nothing_is_known(clock: FixedClock, content: bytes | None, why: Why) -> None:
    root = a_root("root")

    found = await CrlSource(Shelf(content).fetch, clock).status(read(root), pinned(root))

    assert (found.standing, found.why) == (Standing.UNKNOWN, why)


async def test_lists_lie_in_a_folder(
    tmp_path: Path, authority: TestAuthority, card: tuple[UserCertificate, Issuer], clock: FixedClock
) -> None:
    source: RevocationSource = CrlSource(files_in(tmp_path), clock)
    assert (await source.status(*card)).why is Why.NO_ANSWER

    (tmp_path / crl_file(card[1].issuer_key)).write_bytes(authority.list_of(card[1].known_as))

    assert (await source.status(*card)).standing is Standing.GOOD


def test_only_good_is_good() -> None:
    require_good(Status(Standing.GOOD))
    with pytest.raises(Problem, match=r"^card.certificate-revoked$"):
        require_good(Status(Standing.REVOKED, reason=COMPROMISE, at=NOW))
    with pytest.raises(Problem, match=r"^card.revocation-unknown$"):
        require_good(Status(Standing.UNKNOWN, why=Why.STALE))


# ---- the responder


def asked(authority: TestAuthority, card: tuple[UserCertificate, Issuer], nonce: bytes = NONCE) -> bytes:
    return authority.answer(question(*card, nonce))


def test_a_responder_says_good_held_good_and_revoked(
    authority: TestAuthority, card: tuple[UserCertificate, Issuer]
) -> None:
    good = asked(authority, card)
    authority.hold(number(card))
    held = judge_ocsp(asked(authority, card), *card, NONCE, NOW)
    authority.release(number(card))
    released = judge_ocsp(asked(authority, card), *card, NONCE, NOW)
    authority.revoke(number(card), at=NOW - DAY)
    revoked = judge_ocsp(asked(authority, card), *card, NONCE, NOW)

    assert judge_ocsp(good, *card, NONCE, NOW) == Status(Standing.GOOD, hashlib.sha256(good).digest(), NOW)
    assert (held.standing, held.reason) == (Standing.REVOKED, x509.ReasonFlags.certificate_hold)
    assert released.standing is Standing.GOOD
    assert (revoked.standing, revoked.reason, revoked.at) == (
        Standing.REVOKED,
        x509.ReasonFlags.unspecified,
        NOW - DAY,
    )


def test_a_responder_does_not_know_what_was_never_issued(tmp_path: Path, authority: TestAuthority) -> None:
    beside = an_authority(tmp_path / "beside")  # the same roots, another book
    card = read_back(beside, beside.issue(KEY))

    assert judge_ocsp(asked(authority, card), *card, NONCE, NOW).why is Why.NOT_KNOWN


def test_a_responder_answers_for_its_own_roots_alone(authority: TestAuthority) -> None:
    root = a_root("root")
    card = read(root), pinned(root)

    assert judge_ocsp(asked(authority, card), *card, NONCE, NOW).why is Why.NOT_KNOWN
    answer = ocsp.load_der_ocsp_response(asked(authority, card))
    assert answer.response_status is ocsp.OCSPResponseStatus.UNAUTHORIZED


@pytest.mark.parametrize("content", [b"", b"\x30\x03\x02\x01\x00", b"x" * 5000])
def test_a_question_that_cannot_be_read_is_answered_so(authority: TestAuthority, content: bytes) -> None:
    answer = ocsp.load_der_ocsp_response(authority.answer(content))

    assert answer.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST


def test_a_question_without_a_nonce_is_answered_and_is_no_answer_to_ours(
    authority: TestAuthority, card: tuple[UserCertificate, Issuer]
) -> None:
    certificate, issuer = card
    builder = ocsp.OCSPRequestBuilder().add_certificate(
        certificate.document, issuer.document, hashes.SHA256()
    )
    plain = builder.build().public_bytes(Encoding.DER)
    long = builder.add_extension(x509.OCSPNonce(b"n" * 129), critical=False).build()

    answer = authority.answer(plain)

    assert ocsp.load_der_ocsp_response(answer).certificate_status is ocsp.OCSPCertStatus.GOOD
    assert judge_ocsp(answer, *card, NONCE, NOW).why is Why.ANOTHER
    refused = ocsp.load_der_ocsp_response(authority.answer(long.public_bytes(Encoding.DER)))
    assert refused.response_status is ocsp.OCSPResponseStatus.MALFORMED_REQUEST


def test_an_answer_to_another_question_is_none(
    authority: TestAuthority, card: tuple[UserCertificate, Issuer]
) -> None:
    other = read_back(authority, authority.issue(KEY))

    assert judge_ocsp(asked(authority, card), *card, b"m" * 32, NOW).why is Why.ANOTHER
    assert judge_ocsp(asked(authority, other), *card, NONCE, NOW).why is Why.ANOTHER


def test_the_responder_of_another_generation_is_none_of_the_issuers(authority: TestAuthority) -> None:
    one, other = (
        read_back(authority, authority.issue(KEY, Order(serial=77, generation=generation)))
        for generation in (2, 3)
    )

    assert judge_ocsp(asked(authority, one), *other, NONCE, NOW).why is Why.FORGED


@pytest.mark.parametrize(
    ("ahead", "standing"),
    [
        (-5 * MINUTE - SECOND, Standing.UNKNOWN),
        (-5 * MINUTE, Standing.GOOD),
        (DAY / 2 - SECOND, Standing.GOOD),
        (DAY / 2, Standing.UNKNOWN),
    ],
)
def test_an_answer_holds_for_its_own_time(
    authority: TestAuthority,
    card: tuple[UserCertificate, Issuer],
    ahead: timedelta,
    standing: Standing,
) -> None:
    found = judge_ocsp(asked(authority, card), *card, NONCE, NOW + ahead)

    assert found.standing is standing
    assert found.why is (Why.STALE if standing is Standing.UNKNOWN else None)


def test_no_changed_byte_makes_a_revoked_certificate_good(
    authority: TestAuthority, card: tuple[UserCertificate, Issuer]
) -> None:
    authority.revoke(number(card))
    content = asked(authority, card)
    assert judge_ocsp(content, *card, NONCE, NOW).standing is Standing.REVOKED

    for place in range(0, len(content), 5):
        changed = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
        assert judge_ocsp(changed, *card, NONCE, NOW).standing is not Standing.GOOD, place
    for cut in range(0, len(content), 50):
        assert judge_ocsp(content[:cut], *card, NONCE, NOW).why is Why.UNREADABLE


ANSWERS: tuple[Extension, ...] = (
    (usage("digital_signature"), True),
    (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), False),
)


def an_answer(
    by: Signer,
    responder: bytes,
    *,
    made: datetime = NOW,
    until: datetime | None = None,
    signed_by: str = "responder",
    forged: bool = False,
    brought: bytes | None = None,
    digest: hashes.HashAlgorithm | None = None,
    hashed: hashes.HashAlgorithm | None = None,
    extensions: tuple[Extension, ...] = (),
) -> bytes:
    """An answer about the certificate of the card, as right or as wrong as a test needs it; `produced at` is the
    machine's time."""
    document = x509.load_der_x509_certificate(responder)
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            read(by).document,
            by.document,
            hashed or hashes.SHA256(),
            ocsp.OCSPCertStatus.GOOD,
            made,
            until,
            None,
            None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, document)
        .certificates([x509.load_der_x509_certificate(brought or responder)])
        .add_extension(x509.OCSPNonce(NONCE), critical=False)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    answer = builder.sign(key(signed_by), digest or hashes.SHA256())
    content = answer.public_bytes(Encoding.DER)
    return content.replace(answer.signature, answer.signature[::-1]) if forged else content


ELLIPTIC = ec.generate_private_key(ec.SECP256R1()).public_key()
ROOT = a_root("root")
OTHER_ROOT = a_root("root of another generation")


def a_responder(
    by: Signer = ROOT,
    extensions: tuple[Extension, ...] = ANSWERS,
    ends: timedelta = DAY,
    public: CertificatePublicKeyTypes | None = None,
) -> bytes:
    return issued(
        by,
        extensions=extensions,
        public=public or key("responder").public_key(),
        begins=NOW - DAY,
        ends=NOW + ends,
    )


@pytest.mark.parametrize(
    ("why", "content"),
    [
        (None, lambda: an_answer(ROOT, a_responder())),
        (Why.FORGED, lambda: an_answer(ROOT, a_responder(OTHER_ROOT))),
        (Why.FORGED, lambda: an_answer(ROOT, a_responder(), forged=True)),
        (Why.FORGED, lambda: an_answer(ROOT, a_responder(), brought=a_responder(public=ELLIPTIC))),
        (Why.FORGED, lambda: an_answer(ROOT, a_responder(), digest=hashes.SHA512())),
        (Why.FORGED, lambda: an_answer(ROOT, a_responder(ends=-SECOND))),
        (
            Why.FORGED,
            lambda: an_answer(ROOT, a_responder(extensions=((usage("key_agreement"), True), ANSWERS[1]))),
        ),
        (
            Why.FORGED,
            lambda: an_answer(
                ROOT,
                a_responder(
                    extensions=(
                        ANSWERS[0],
                        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False),
                    )
                ),
            ),
        ),
        (Why.FORGED, lambda: an_answer(ROOT, a_responder(extensions=ANSWERS[:1]))),
        (Why.FORGED, lambda: an_answer(ROOT, ROOT.der, signed_by="root")),  # the root itself answers nothing
        (Why.ANOTHER, lambda: an_answer(ROOT, a_responder(), hashed=hashes.SHA1())),
        (Why.ANOTHER, lambda: an_answer(OTHER_ROOT, a_responder())),
        (Why.STALE, lambda: an_answer(ROOT, a_responder(), made=NOW - FRESH - SECOND)),
        (None, lambda: an_answer(ROOT, a_responder(), made=NOW - FRESH)),
        (Why.STALE, lambda: an_answer(ROOT, a_responder(), made=NOW - MINUTE, until=NOW)),
        (Why.UNREADABLE, lambda: an_answer(ROOT, a_responder()) + b"\0" * LARGEST),
        (
            Why.UNREADABLE,
            lambda: an_answer(
                ROOT,
                a_responder(),
                extensions=((x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3"), b"\5\0"), True),),
            ),
        ),
    ],
)
def test_who_may_answer_and_how(
    why: Why | None, content: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kaihoken.card.revocation.ocsp._produced", lambda answer: NOW)

    found = judge_ocsp(content(), read(ROOT), pinned(ROOT), NONCE, NOW)

    assert (found.why, found.standing is Standing.GOOD) == (why, why is None)


def through(handler: Callable[[httpx.Request], httpx.Response]) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.MockTransport(handler))


async def test_a_source_asks_anew_with_a_nonce_each_time(
    authority: TestAuthority, card: tuple[UserCertificate, Issuer], clock: FixedClock
) -> None:
    seen = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=authority.answer(request.content))

    async with through(answer) as client:
        source: RevocationSource = OcspSource("http://responder.test/ocsp", client, clock)
        assert (await source.status(*card)).standing is Standing.GOOD
        authority.revoke(number(card))
        assert (await source.status(*card)).standing is Standing.REVOKED

    assert {request.headers["content-type"] for request in seen} == {"application/ocsp-request"}
    nonces = [
        ocsp.load_der_ocsp_request(request.content)
        .extensions.get_extension_for_class(x509.OCSPNonce)
        .value.nonce
        for request in seen
    ]
    assert len({*nonces}) == 2
    assert {len(nonce) for nonce in nonces} == {32}


def raises(error: type[httpx.HTTPError]) -> Callable[[httpx.Request], httpx.Response]:
    def handler(request: httpx.Request) -> httpx.Response:
        raise error("not today")

    return handler


@pytest.mark.parametrize(
    ("handler", "why"),
    [
        (raises(httpx.ConnectError), Why.NO_ANSWER),
        (raises(httpx.ReadTimeout), Why.NO_ANSWER),
        (lambda request: httpx.Response(500), Why.NO_ANSWER),
        (lambda request: httpx.Response(302, headers={"location": "http://elsewhere.test/"}), Why.NO_ANSWER),
        (lambda request: httpx.Response(200, content=b"<html>"), Why.UNREADABLE),
        (lambda request: httpx.Response(200, content=b"x" * 1_000_000), Why.UNREADABLE),
    ],
)
async def test_whatever_goes_wrong_on_the_line_is_unknown(
    handler: Callable[[httpx.Request], httpx.Response], why: Why, clock: FixedClock
) -> None:
    async with through(handler) as client:
        responder = OcspSource("http://responder.test/ocsp", client, clock)
        listed = CrlSource(served_at("http://responder.test/crl/", client), clock)

        assert (await responder.status(read(ROOT), pinned(ROOT))).why is why
        assert (await listed.status(read(ROOT), pinned(ROOT))).why is why


async def test_an_address_that_is_none_is_unknown(clock: FixedClock) -> None:
    async with through(lambda request: httpx.Response(200)) as client:
        listed = CrlSource(served_at("http://[::", client), clock)

        assert (await listed.status(read(ROOT), pinned(ROOT))).why is Why.NO_ANSWER
