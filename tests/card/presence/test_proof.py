"""A card is proved step by step, in one order, and refused at the first doubt."""

from datetime import UTC, datetime

import pytest

from kaihoken.card.certificate import Root, Validity
from kaihoken.card.presence import (
    Agreement,
    CardAnswer,
    Challenge,
    Findings,
    Kind,
    Method,
    Proved,
    message_of,
    prove,
)
from kaihoken.card.revocation import Standing
from kaihoken.problems import Problem

from ..papers import ENDS, KNOWN_AS, NOW, SIGNATURE, a_root, policies, usage
from .cards import EVIDENCE, HUB, ROOTS, SECOND_KNOWN_AS, Said, bound, certificate, signed, trust

MESSAGE = message_of(HUB, bound(), Challenge("c" * 22, bytes(32)), Agreement())
IN_GRACE = datetime(2029, 5, 1, tzinfo=UTC)
FOR_SIGNING = ((usage("digital_signature", "content_commitment"), True), (policies(SIGNATURE), True))


async def proof_of(
    der: bytes | None = None,
    signature: bytes | None = None,
    method: Method = Method.PIN,
    said: Said | None = None,
    roots: tuple[Root, ...] = ROOTS,
    now: datetime = NOW,
    found: Findings | None = None,
) -> Proved:
    answer = CardAnswer(
        certificate() if der is None else der, signed(MESSAGE) if signature is None else signature, method
    )
    return await prove(answer, MESSAGE, trust(*roots), said or Said(), now, found or Findings())


async def test_a_card_with_its_pin_is_proved() -> None:
    proved = await proof_of()

    assert (proved.issuer.known_as, proved.serial) == (KNOWN_AS, 4_000_001)
    assert (proved.method, proved.kind, proved.state) == (Method.PIN, Kind.CARD, Validity.GOOD)
    assert proved.evidence == EVIDENCE


async def test_a_phone_is_proved_by_its_signature_and_called_a_phone() -> None:
    assert (await proof_of(method=Method.PHONE)).kind is Kind.PHONE


@pytest.mark.parametrize("method", [Method.FACE, Method.VISUAL])
async def test_a_terminal_s_word_proves_a_certificate_without_a_signature(method: Method) -> None:
    proved = await proof_of(signature=b"", method=method)

    assert (proved.method, proved.method.attested) == (method, True)


async def test_generations_of_one_name_are_told_apart_by_who_signed() -> None:
    """One serial under two roots is two cards."""
    old, new = await proof_of(certificate("root")), await proof_of(certificate("second"))

    assert old.serial == new.serial
    assert (old.issuer.known_as, new.issuer.known_as) == (KNOWN_AS, SECOND_KNOWN_AS)


REFUSED: dict[str, tuple[str, dict[str, object]]] = {
    "another key signed": ("card.signature-refused", {"signature": signed(MESSAGE, "other")}),
    "another message was signed": ("card.signature-refused", {"signature": signed(MESSAGE + b"x")}),
    "nothing was signed": ("card.signature-refused", {"signature": b""}),
    "a phone did not sign": ("card.signature-refused", {"signature": b"", "method": Method.PHONE}),
    "no certificate": ("card.certificate-malformed", {"der": b""}),
    "a byte too much": ("card.certificate-malformed", {"der": certificate() + b"\0"}),
    "the signing certificate": ("card.certificate-signature", {"der": certificate(extensions=FOR_SIGNING)}),
    "a root that is not pinned": ("card.not-test-authority", {"der": certificate("third")}),
    "the same name, another generation": ("card.not-test-authority", {"roots": ROOTS[1:]}),
    "over for more than the grace": ("card.certificate-expired", {"now": datetime(2029, 7, 1, tzinfo=UTC)}),
    "not begun": ("card.certificate-not-yet", {"now": datetime(2024, 5, 7, tzinfo=UTC)}),
    "revoked": ("card.certificate-revoked", {"said": Said(lambda *_: Standing.REVOKED)}),
    "nobody knows": ("card.revocation-unknown", {"said": Said(lambda *_: Standing.UNKNOWN)}),
    "visual, and revoked": (
        "card.certificate-revoked",
        {"said": Said(lambda *_: Standing.REVOKED), "method": Method.VISUAL, "signature": b""},
    ),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_each_doubt_refuses(case: str) -> None:
    code, changes = REFUSED[case]

    with pytest.raises(Problem, match=rf"^{code}( |$)"):
        await proof_of(**changes)


async def test_a_revoked_card_of_one_root_is_not_the_one_of_that_serial_under_another() -> None:
    said = Said(lambda known_as, _: Standing.REVOKED if known_as == KNOWN_AS else Standing.GOOD)

    assert (await proof_of(certificate("second"), said=said)).issuer.known_as == SECOND_KNOWN_AS


async def test_the_order_is_certificate_issuer_time_use_revocation_signature() -> None:
    """Each of these is wrong in every later step as well."""
    wrong = certificate("third", extensions=FOR_SIGNING)
    late, revoked = datetime(2029, 7, 1, tzinfo=UTC), Said(lambda *_: Standing.REVOKED)
    pinned = (*ROOTS, a_root("third").root("CN=third,O=TEST,C=JP"))

    for code, der, roots, now in (
        ("card.certificate-malformed", wrong + b"\0", ROOTS, late),
        ("card.not-test-authority", wrong, ROOTS, late),
        ("card.certificate-expired", wrong, pinned, late),
        ("card.certificate-signature", wrong, pinned, NOW),
        ("card.certificate-revoked", certificate("third"), pinned, NOW),
    ):
        with pytest.raises(Problem, match=rf"^{code}( |$)"):
            await proof_of(der, b"", said=revoked, roots=roots, now=now)


async def test_who_is_not_trusted_or_out_of_time_is_asked_about_nowhere() -> None:
    said = Said()

    wrong: tuple[dict[str, object], ...] = (
        {"der": certificate("third")},
        {"now": datetime(2029, 7, 1, tzinfo=UTC)},
    )
    for changes in wrong:
        with pytest.raises(Problem):
            await proof_of(said=said, **changes)

    assert said.asked == []


async def test_in_its_months_of_grace_a_certificate_is_proved_and_says_so() -> None:
    assert (await proof_of(now=ENDS)).state is Validity.EXPIRES_SOON
    assert (await proof_of(now=IN_GRACE)).state is Validity.IN_GRACE


async def test_what_was_found_of_a_refused_card_goes_as_far_as_it_came() -> None:
    early, late = Findings(), Findings()

    with pytest.raises(Problem):
        await proof_of(certificate("third"), found=early)
    with pytest.raises(Problem):
        await proof_of(said=Said(lambda *_: Standing.REVOKED), found=late)

    assert (early.issuer, early.serial, early.evidence) == (None, 0, "")
    assert late.issuer is not None
    assert (late.issuer.known_as, late.serial, late.evidence) == (KNOWN_AS, 4_000_001, EVIDENCE)


async def test_nothing_shows_a_card_by_accident() -> None:
    shown = repr((CardAnswer(certificate(), signed(MESSAGE), Method.PIN), await proof_of(), Findings()))

    assert "4000001" not in shown
    assert repr(certificate())[2:40] not in shown
    assert repr(signed(MESSAGE))[2:40] not in shown
