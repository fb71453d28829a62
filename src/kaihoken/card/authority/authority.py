"""The TEST authority: it issues certificates to keys, renews them, takes them back, and says what it took back.

Nobody else trusts it. It issues under whatever serial it is asked for, because the fictional nation had its serials
before it had cards.
"""

import secrets
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from kaihoken import rules
from kaihoken.card.authority.answering import Responder
from kaihoken.card.authority.ledger import Entry, Issued, Ledger, Line, Number, Renewed, Stepped, written
from kaihoken.card.authority.life import State, Step
from kaihoken.card.authority.lists import revocation_list
from kaihoken.card.authority.profile import (
    Carrier,
    Draft,
    TestPerson,
    authentication_builder,
    last_instant,
    signature_builder,
)
from kaihoken.card.authority.roots import (
    SIGNERS_KNOWN_AS,
    USERS_KNOWN_AS,
    SigningRoot,
    load_roots,
    make_roots,
)
from kaihoken.card.certificate import CertificateProfile, Root, Trust
from kaihoken.card.revocation import crl_file
from kaihoken.clock import Clock
from kaihoken.problems import Problem
from kaihoken.store import write_private

LEDGER, ROOTS = "ledger.jsonl", "roots.json"
NEWEST = len(USERS_KNOWN_AS)
_SERIALS = range(1_000_000, 10_000_000)
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_OPAQUE_LENGTH = 20


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be issued. Left out: the next free serial of seven digits, from now on, until the end of the fifth
    birthday of `born` or of its root, for a card, by the newest generation (they are numbered from 1, and the first has
    ended). `holder` is whose it is: who is not known cannot be registered by it."""

    born: date = date(1980, 1, 1)
    serial: int | None = None
    begins: datetime | None = None
    ends: datetime | None = None
    carrier: Carrier = Carrier.CARD
    generation: int = NEWEST
    holder: TestPerson | None = None


@dataclass(frozen=True, slots=True)
class NewCertificate:
    """What was issued: the certificate and that of its root (both DER)."""

    number: Number
    certificate: bytes = field(repr=False)
    root: bytes = field(repr=False)


STANDARD = Order()
NOBODY = TestPerson()


class TestAuthority:
    """The authority in a folder. Several processes may have it open."""

    __test__ = False  # pytest looks at names that begin so

    def __init__(self, folder: Path, clock: Clock) -> None:
        """Opens it. Problems `card.authority-missing`, `card.authority-unreadable`, `store.keys_open`."""
        self._roots, responder_key = load_roots(folder)
        self.clock = clock
        self._ledger = Ledger(folder / LEDGER)
        self._responder = Responder(self._roots, responder_key, self._ledger.find, clock)

    @classmethod
    def made(cls, folder: Path, clock: Clock) -> "TestAuthority":
        """Makes one, in half a second, in a folder that is private or not there yet; the file of its roots lies in it.
        Problems `card.authority-exists`, `store.keys_open`, `store.path`, `store.full`."""
        make_roots(folder, clock.now())
        made = cls(folder, clock)
        write_private(folder / ROOTS, made.roots_file())
        return made

    @classmethod
    def at(cls, folder: Path, clock: Clock) -> "TestAuthority":
        """The one of a folder, made where there is none."""
        try:
            return cls(folder, clock)
        except Problem as problem:
            if problem.code != "card.authority-missing":
                raise
        return cls.made(folder, clock)

    @property
    def roots(self) -> tuple[Root, ...]:
        """What a hub and a desk pin."""
        return tuple(root.public for root in self._roots)

    def roots_file(self) -> bytes:
        """The same as a file that `read_roots` reads."""
        return msgspec.json.format(msgspec.json.encode(self.roots)) + b"\n"

    def trust(self) -> Trust:
        """Who trusts this authority and no other."""
        return Trust(self.roots)

    def issue(self, key: rsa.RSAPublicKey, order: Order = STANDARD) -> NewCertificate:
        """A 利用者証明用電子証明書 of a key. Problems `card.authority-serial`, `card.authority-order`,
        `store.locked`."""
        root, draft = self._for_users(key, order)
        self._ledger.add(_issued(root, draft, order))
        return self._authentication(root, draft, order)

    def issue_for_signatures(
        self, key: rsa.RSAPublicKey, order: Order = STANDARD, person: TestPerson = NOBODY
    ) -> NewCertificate:
        """A 署名用電子証明書 of a key, by the one root of its purpose, whatever generation is asked for. Problems
        as `issue`."""
        root = self._root(SIGNERS_KNOWN_AS)
        draft = self._draft(key, order, root)
        self._ledger.add(_issued(root, draft, order))
        return _made(root, draft, signature_builder(draft, order.carrier, self._profile(), person))

    def renew(self, number: Number, key: rsa.RSAPublicKey, order: Order = STANDARD) -> NewCertificate:
        """Another 利用者証明用電子証明書 in place of one, which is revoked as superseded if it still stands; the link
        from old to new is kept, and so is the holder unless another is ordered. Problems as `issue`,
        `card.authority-unknown`."""
        lines: list[Line] = []
        before = self.entry(number)
        order = replace(order, holder=order.holder or before.holder)
        if before.state is not State.REVOKED:
            at = self.clock.now().replace(microsecond=0)
            lines.append(Stepped(written(number), Step.REVOKE, x509.ReasonFlags.superseded.value, at))
        root, draft = self._for_users(key, order)
        lines.append(_issued(root, draft, order))
        lines.append(Renewed(written(number), written((root.known_as, draft.serial))))
        self._ledger.add(*lines)
        return self._authentication(root, draft, order)

    def revoke(
        self,
        number: Number,
        reason: x509.ReasonFlags = x509.ReasonFlags.unspecified,
        at: datetime | None = None,
    ) -> None:
        """Takes a certificate back for good, from an instant on that is not still to come. Problems
        `card.authority-unknown`, `card.authority-step`, `card.authority-order`."""
        if reason in (x509.ReasonFlags.certificate_hold, x509.ReasonFlags.remove_from_crl):
            raise Problem("card.authority-order", reason="a hold is its own step")
        self._step(number, Step.REVOKE, reason, at)

    def hold(self, number: Number, at: datetime | None = None) -> None:
        """Takes a certificate back for the time being (一時停止). Problems as `revoke`."""
        self._step(number, Step.HOLD, x509.ReasonFlags.certificate_hold, at)

    def release(self, number: Number) -> None:
        """Ends a hold. Problems as `revoke`."""
        self._step(number, Step.RELEASE, x509.ReasonFlags.unspecified, None)

    def entry(self, number: Number) -> Entry:
        """What became of a certificate. Problem `card.authority-unknown`."""
        found = self._ledger.find(number)
        if found is None:
            raise Problem("card.authority-unknown")
        return found

    def list_of(self, known_as: str) -> bytes:
        """The list (CRL, DER) of a root now."""
        return revocation_list(self._root(known_as), self._ledger.of_root(known_as), self.clock.now())

    def lists(self) -> dict[str, str]:
        """By the name of its file: the root of each list."""
        return {crl_file(one.issuer_key): one.known_as for one in self.trust().issuers}

    def write_lists(self, folder: Path) -> None:
        """Write every list into a folder, made where it is not there, as hubs read them: each whole or not at all.
        Each counts for a day. Raises OSError."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, known_as in self.lists().items():
            file = folder / name
            fresh = file.with_suffix(".new")
            fresh.write_bytes(self.list_of(known_as))
            fresh.replace(file)

    def answer(self, question: bytes) -> bytes:
        """The responder's answer (OCSP, both DER)."""
        return self._responder.answer(question)

    def _for_users(self, key: rsa.RSAPublicKey, order: Order) -> tuple[SigningRoot, Draft]:
        if not 1 <= order.generation <= NEWEST:
            raise Problem("card.authority-order", reason=f"generations are 1 to {NEWEST}")
        root = self._root(USERS_KNOWN_AS[order.generation - 1])
        return root, self._draft(key, order, root)

    def _draft(self, key: rsa.RSAPublicKey, order: Order, root: SigningRoot) -> Draft:
        """A certificate never begins before its root, nor ends after it."""
        begins = max(order.begins or self.clock.now(), root.document.not_valid_before_utc)
        begins = begins.replace(microsecond=0)
        root_ends = root.document.not_valid_after_utc
        ends = order.ends or min(last_instant(order.born, begins, self._profile()), root_ends)
        if not begins < ends <= root_ends:
            raise Problem("card.authority-order", reason="it would end before it begins, or after its root")
        serial = self._free_serial(root.known_as) if order.serial is None else order.serial
        if not 0 < serial < 1 << 159:
            raise Problem("card.authority-order", reason="a serial that no certificate can bear")
        return Draft(root.document, key, serial, _opaque(), begins, ends)

    def _authentication(self, root: SigningRoot, draft: Draft, order: Order) -> NewCertificate:
        return _made(root, draft, authentication_builder(draft, order.carrier, self._profile()))

    def _profile(self) -> CertificateProfile:
        return rules.load(CertificateProfile, on=self.clock.today())

    def _free_serial(self, known_as: str) -> int:
        serial = secrets.choice(_SERIALS)
        while self._ledger.find((known_as, serial)) is not None:
            serial = secrets.choice(_SERIALS)
        return serial

    def _step(self, number: Number, step: Step, reason: x509.ReasonFlags, at: datetime | None) -> None:
        now = self.clock.now()
        if at is not None and at > now:
            raise Problem("card.authority-order", reason="an instant that is still to come")
        instant = (at or now).replace(microsecond=0)
        self._ledger.add(Stepped(written(number), step, reason.value, instant))

    def _root(self, known_as: str) -> SigningRoot:
        for root in self._roots:
            if root.known_as == known_as:
                return root
        raise Problem("card.authority-unknown")


def _issued(root: SigningRoot, draft: Draft, order: Order) -> Issued:
    return Issued(
        written((root.known_as, draft.serial)), order.carrier, draft.begins, draft.ends, order.holder
    )


def _opaque() -> str:
    """A subject that names nobody, and says TEST."""
    return "TEST" + "".join(secrets.choice(_LETTERS) for _ in range(_OPAQUE_LENGTH))


def _made(root: SigningRoot, draft: Draft, builder: x509.CertificateBuilder) -> NewCertificate:
    certificate = builder.sign(root.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    return NewCertificate((root.known_as, draft.serial), certificate, root.public.certificate)
