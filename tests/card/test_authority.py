"""The TEST authority: what it issues and to whom, how it takes back, and what stays of that."""

import multiprocessing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kaihoken.card.authority import (
    LIFE,
    SIGNERS_KNOWN_AS,
    USERS_KNOWN_AS,
    Carrier,
    Order,
    State,
    TestAuthority,
)
from kaihoken.card.authority.authority import LEDGER
from kaihoken.card.authority.roots import FILE
from kaihoken.card.certificate import Trust, UserCertificate, check_use, read_roots
from kaihoken.card.revocation.ocsp import question
from kaihoken.clock import FixedClock
from kaihoken.people.cards import CARD_ISSUER
from kaihoken.problems import Problem

from ..stepping import check_edges
from .authorities import DAY, an_authority, read_back
from .papers import ARC, NOW, key

KEY = key("card").public_key()
HOLD, SUPERSEDED = x509.ReasonFlags.certificate_hold, x509.ReasonFlags.superseded


def refused(code: str) -> pytest.RaisesExc[Problem]:
    return pytest.raises(Problem, match=rf"^{code}( |$)")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def authority(tmp_path: Path, clock: FixedClock) -> TestAuthority:
    return an_authority(tmp_path / "authority", clock)


def names_in(document: x509.Certificate) -> list[x509.Name]:
    """Every directory name in a certificate."""
    found = [document.subject, document.issuer]
    for extension in document.extensions:
        value = extension.value
        if isinstance(value, x509.IssuerAlternativeName | x509.SubjectAlternativeName):
            found += value.get_values_for_type(x509.DirectoryName)
        if isinstance(value, x509.CRLDistributionPoints):
            found += [name.value for point in value for name in point.full_name or ()]
    return found


def extension(document: x509.Certificate, kind: type[x509.ExtensionType]) -> tuple[bool, x509.ExtensionType]:
    found = document.extensions.get_extension_for_class(kind)
    return found.critical, found.value


def test_three_generations_share_a_name_and_nothing_else(authority: TestAuthority) -> None:
    users = [one for one in authority.trust().issuers if one.known_as in USERS_KNOWN_AS]

    assert len(users) == 3
    assert len({one.document.subject for one in users}) == 1
    assert len({one.issuer_key for one in users}) == 3
    assert len({one.document.serial_number for one in users}) == 3
    first, _, newest = users
    assert first.document.not_valid_after_utc < NOW < newest.document.not_valid_before_utc + 5 * 365 * DAY


def test_the_fictional_nation_knows_the_newest_generation(authority: TestAuthority) -> None:
    _, issuer = read_back(authority, authority.issue(KEY))

    assert issuer.known_as == CARD_ISSUER == "CN=架空利用者証明用認証局,O=Kaihoken Demo,C=JP"


def test_a_root_has_the_extensions_of_the_real_ones(authority: TestAuthority) -> None:
    for issuer in authority.trust().issuers:
        critical, usage = extension(issuer.document, x509.KeyUsage)
        assert (critical, usage.key_cert_sign, usage.crl_sign, usage.digital_signature) == (
            True,
            True,
            True,
            False,
        )
        assert extension(issuer.document, x509.BasicConstraints) == (
            True,
            x509.BasicConstraints(ca=True, path_length=None),
        )
        _, lists = extension(issuer.document, x509.CRLDistributionPoints)
        assert {type(name) for point in lists for name in point.full_name} == {x509.DirectoryName}
        extension(issuer.document, x509.SubjectKeyIdentifier)
        extension(issuer.document, x509.SubjectAlternativeName)


def test_every_name_says_test_and_none_is_the_real_organisation(authority: TestAuthority) -> None:
    users = [authority.issue(KEY).certificate, authority.issue_for_signatures(KEY).certificate]
    documents = [one.document for one in authority.trust().issuers]
    documents += [UserCertificate.read(der).document for der in users]

    names = [name for document in documents for name in names_in(document)]

    assert len(names) > 20
    assert [str(name) for name in names if "TEST" not in name.rfc4514_string()] == []
    organisations = [
        one.value for name in names for one in name.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    ]
    assert "TEST JPKI" in organisations
    assert {"JPKI", "JPKI-TEST"} & set(organisations) == set()


def test_a_users_certificate_proves_a_user_and_names_nobody(authority: TestAuthority) -> None:
    found, _ = read_back(authority, authority.issue(KEY, Order(born=date(1990, 4, 2))))

    check_use(found, date(2026, 11, 20))
    kinds = [attribute.oid for attribute in found.document.subject]
    assert kinds == [NameOID.COUNTRY_NAME, NameOID.COMMON_NAME]
    critical, policies = extension(found.document, x509.CertificatePolicies)
    assert critical
    assert [one.policy_identifier.dotted_string for one in policies] == [f"{ARC}.1.1"]
    with pytest.raises(x509.ExtensionNotFound):
        extension(found.document, x509.SubjectAlternativeName)


@pytest.mark.parametrize(
    ("born", "last"),
    [
        (date(1990, 11, 19), date(2031, 11, 19)),
        (date(1990, 11, 20), date(2031, 11, 20)),  # issued on a birthday: the fifth after it
        (date(1990, 11, 21), date(2030, 11, 21)),
        (date(2024, 2, 29), date(2031, 3, 1)),
        (date(2026, 11, 1), date(2031, 11, 1)),
    ],
)
def test_it_lives_to_the_end_of_the_fifth_birthday(authority: TestAuthority, born: date, last: date) -> None:
    found, _ = read_back(authority, authority.issue(KEY, Order(born=born)))

    assert found.not_before == NOW
    assert found.not_after == datetime(last.year, last.month, last.day, 14, 59, 59, tzinfo=UTC)


def test_one_person_has_several_serials_at_once(authority: TestAuthority) -> None:
    new = [authority.issue(KEY, Order(carrier=carrier)) for carrier in Carrier]

    found = [read_back(authority, one)[0] for one in new]

    assert len({one.serial for one in found}) == 3
    assert [one.policies for one in found] == [(f"{ARC}.1.1",), (f"{ARC}.1.2",), (f"{ARC}.1.3",)]
    assert {authority.entry(one.number).state for one in new} == {State.GOOD}
    assert all(1_000_000 <= one.serial < 10_000_000 for one in found)


def test_serial_and_days_are_as_ordered(authority: TestAuthority) -> None:
    order = Order(serial=1_152_921_504_606_846_999, begins=NOW - 400 * DAY, ends=NOW - 30 * DAY)

    found, _ = read_back(authority, authority.issue(KEY, order))

    assert (found.serial, found.not_before, found.not_after) == (order.serial, order.begins, order.ends)


def test_one_serial_is_given_once_by_each_generation(authority: TestAuthority) -> None:
    two = [authority.issue(KEY, Order(serial=77, generation=generation)) for generation in (2, 3)]

    assert [one.number for one in two] == [(USERS_KNOWN_AS[1], 77), (USERS_KNOWN_AS[2], 77)]
    with refused("card.authority-serial"):
        authority.issue(KEY, Order(serial=77))


def test_a_serial_that_is_taken_is_not_drawn(
    authority: TestAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kaihoken.card.authority.authority._SERIALS", range(5, 8))

    assert {authority.issue(KEY).number[1] for _ in range(3)} == {5, 6, 7}


def test_no_certificate_is_older_than_its_root(authority: TestAuthority) -> None:
    found, issuer = read_back(authority, authority.issue(KEY, Order(begins=NOW - 4000 * DAY)))

    assert found.not_before == issuer.document.not_valid_before_utc


@pytest.mark.parametrize(
    "order",
    [
        Order(ends=NOW),
        Order(ends=NOW + 20 * 365 * DAY),
        Order(generation=1),  # which has ended
        Order(generation=0),
        Order(generation=4),
        Order(serial=0),
        Order(serial=1 << 159),
    ],
)
def test_what_no_certificate_can_be_is_not_issued(authority: TestAuthority, order: Order) -> None:
    with refused("card.authority-order"):
        authority.issue(KEY, order)


def test_a_signature_certificate_is_ours_and_is_refused_for_what_it_is(authority: TestAuthority) -> None:
    found, issuer = read_back(authority, authority.issue_for_signatures(KEY))

    assert issuer.known_as == SIGNERS_KNOWN_AS
    assert found.document.subject != issuer.document.subject
    _, names = extension(found.document, x509.SubjectAlternativeName)
    said = {name.type_id.dotted_string: name.value[2:].decode() for name in names}
    assert said["1.2.392.200149.8.5.5.1"] == "試験　太郎"
    with refused("card.certificate-signature"):
        check_use(found, date(2026, 11, 20))


def test_who_trusts_another_installation_does_not_know_ours(tmp_path: Path, authority: TestAuthority) -> None:
    other = TestAuthority.made(tmp_path / "other", FixedClock(NOW))

    with refused("card.not-test-authority"):
        other.trust().issuer_of(UserCertificate.read(authority.issue(KEY).certificate))
    assert other.trust().issuers[0].document.subject == authority.trust().issuers[0].document.subject


def test_the_roots_are_handed_out_as_a_file(authority: TestAuthority) -> None:
    assert read_roots(authority.roots_file()) == authority.roots
    assert len(Trust(read_roots(authority.roots_file())).issuers) == 4


def test_the_life_of_a_certificate() -> None:
    check_edges(
        LIFE,
        {
            ("good", "hold"): "held",
            ("good", "revoke"): "revoked",
            ("held", "release"): "good",
            ("held", "revoke"): "revoked",
        },
    )


def test_a_hold_ends_and_a_revocation_does_not(authority: TestAuthority, clock: FixedClock) -> None:
    number = authority.issue(KEY).number
    clock.at += DAY

    authority.hold(number)
    held = authority.entry(number)
    authority.release(number)
    released = authority.entry(number)
    authority.revoke(number, x509.ReasonFlags.key_compromise, at=NOW)
    revoked = authority.entry(number)

    assert (held.state, held.reason, held.at) == (State.HELD, HOLD, NOW + DAY)
    assert (released.state, released.at) == (State.GOOD, None)
    assert (revoked.state, revoked.reason, revoked.at) == (
        State.REVOKED,
        x509.ReasonFlags.key_compromise,
        NOW,
    )
    for step in (authority.hold, authority.release, authority.revoke):
        with refused("card.authority-step"):
            step(number)


def test_what_cannot_be_taken_back(authority: TestAuthority) -> None:
    number = authority.issue(KEY).number

    with refused("card.authority-unknown"):
        authority.revoke((USERS_KNOWN_AS[0], number[1]))
    with refused("card.authority-unknown"):
        authority.entry(("CN=nobody", 1))
    with refused("card.authority-unknown"):
        authority.list_of("CN=nobody")
    with refused("card.authority-order"):
        authority.revoke(number, at=NOW + timedelta(seconds=1))
    for reason in (HOLD, x509.ReasonFlags.remove_from_crl):
        with refused("card.authority-order"):
            authority.revoke(number, reason)
    assert authority.entry(number).state is State.GOOD


def test_a_renewal_links_old_and_new(authority: TestAuthority) -> None:
    old = authority.issue(KEY, Order(serial=1, carrier=Carrier.CARD, generation=2)).number

    new = authority.renew(old, key("renewed").public_key(), Order(serial=2))

    entry = authority.entry(old)
    assert (entry.state, entry.reason, entry.renewed_by) == (State.REVOKED, SUPERSEDED, new.number)
    assert authority.entry(new.number).state is State.GOOD
    again = authority.renew(old, KEY)  # of one that is revoked already: only linked anew
    assert authority.entry(old).renewed_by == again.number
    with refused("card.authority-unknown"):
        authority.renew((USERS_KNOWN_AS[0], 1), KEY)


def test_a_renewal_that_cannot_be_leaves_the_old_one(authority: TestAuthority) -> None:
    old, other = (authority.issue(KEY, Order(serial=serial)).number for serial in (1, 2))

    with refused("card.authority-serial"):
        authority.renew(old, KEY, Order(serial=other[1]))

    assert authority.entry(old).state is State.GOOD


def test_what_became_of_certificates_outlives_the_process(
    tmp_path: Path, authority: TestAuthority, clock: FixedClock
) -> None:
    number = authority.issue(KEY).number
    beside = TestAuthority(tmp_path / "authority", clock)
    assert beside.entry(number).state is State.GOOD

    authority.revoke(number)

    assert beside.entry(number).state is State.REVOKED
    with refused("card.authority-step"):
        beside.hold(number)
    assert (tmp_path / "authority" / LEDGER).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "authority" / FILE).stat().st_mode & 0o777 == 0o600


def test_a_line_that_was_cut_short_never_happened(tmp_path: Path, clock: FixedClock) -> None:
    authority = an_authority(tmp_path / "authority", clock)
    first = authority.issue(KEY).number
    ledger = tmp_path / "authority" / LEDGER
    whole = ledger.read_bytes()
    second = authority.issue(KEY).number
    ledger.write_bytes(ledger.read_bytes()[:-7])

    reopened = TestAuthority(tmp_path / "authority", clock)

    with refused("card.authority-unknown"):
        reopened.entry(second)
    third = reopened.issue(KEY, Order(serial=3)).number
    assert ledger.read_bytes().startswith(whole)
    again = TestAuthority(tmp_path / "authority", clock)
    assert [again.entry(one).state for one in (first, third)] == [State.GOOD, State.GOOD]


def test_a_ledger_that_cannot_be_read_is_not_passed_over(tmp_path: Path, authority: TestAuthority) -> None:
    authority.issue(KEY)
    ledger = tmp_path / "authority" / LEDGER
    ledger.write_bytes(
        b'{"type":"stepped","number":["x","1"],"step":"hold","reason":"","at":"2026-01-01T00:00:00Z"}\n'
    )

    with refused("card.authority-unreadable"):
        TestAuthority(tmp_path / "authority", FixedClock(NOW)).issue(KEY)


def _issue(folder: Path, serials: range) -> None:
    authority = TestAuthority(folder, FixedClock(NOW))
    for serial in serials:
        done = False
        while not done:
            try:
                authority.issue(KEY, Order(serial=serial))
                done = True
            except Problem as problem:
                done = problem.code != "store.locked"


def test_two_processes_lose_nothing_of_each_other(tmp_path: Path) -> None:
    folder = tmp_path / "authority"
    authority = an_authority(folder)
    spawned = multiprocessing.get_context("fork")
    others = [spawned.Process(target=_issue, args=(folder, range(first, first + 20))) for first in (100, 200)]
    for one in others:
        one.start()
    for one in others:
        one.join(60)

    assert [one.exitcode for one in others] == [0, 0]
    serials = [*range(100, 120), *range(200, 220)]
    assert {authority.entry((USERS_KNOWN_AS[-1], serial)).state for serial in serials} == {State.GOOD}


def test_an_authority_is_made_once_and_opened_after(tmp_path: Path, clock: FixedClock) -> None:
    folder = tmp_path / "authority"
    with refused("card.authority-missing"):
        TestAuthority(folder, clock)

    roots = TestAuthority.at(folder, clock).roots

    assert TestAuthority.at(folder, clock).roots == roots
    with refused("card.authority-exists"):
        TestAuthority.made(folder, clock)
    folder.chmod(0o755)
    with refused("store.keys_open"):
        TestAuthority.made(folder, clock)


@pytest.mark.parametrize("content", [b"", b"{}", b'{"roots":[],"responder_key":""}'])
def test_a_damaged_file_of_roots_is_told(tmp_path: Path, clock: FixedClock, content: bytes) -> None:
    an_authority(tmp_path / "authority")
    (tmp_path / "authority" / FILE).write_bytes(content)

    with refused("card.authority-unreadable"):
        TestAuthority.at(tmp_path / "authority", clock)


def test_the_file_of_keys_must_be_its_owners_alone(tmp_path: Path, clock: FixedClock) -> None:
    an_authority(tmp_path / "authority")
    (tmp_path / "authority" / FILE).chmod(0o644)

    with refused("store.keys_open"):
        TestAuthority.at(tmp_path / "authority", clock)


def test_the_responder_is_named_by_the_root_for_answers_alone(authority: TestAuthority) -> None:
    found, issuer = read_back(authority, authority.issue(KEY))
    answer = ocsp.load_der_ocsp_response(authority.answer(question(found, issuer, b"n" * 32)))
    (responder,) = answer.certificates

    assert issuer.issued(responder)
    _, uses = extension(responder, x509.ExtendedKeyUsage)
    assert list(uses) == [ExtendedKeyUsageOID.OCSP_SIGNING]
    with refused("card.certificate-policy"):
        check_use(UserCertificate.read(responder.public_bytes(Encoding.DER)), date(2026, 11, 20))
