"""Challenge and response over HTTP: a card proves that it is there, once, for one terminal, purpose and consents, and
questions rest on that for a few minutes; whatever is wrong is refused and on record, and no record holds the card."""

import logging
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

import pytest

from kaihoken.card.revocation import CrlSource, OcspSource
from kaihoken.clock import FixedClock
from kaihoken.hub.cards import trusting
from kaihoken.hub.machine import running
from kaihoken.hub.settings import HubSettings
from kaihoken.problems import Problem
from kaihoken.store import FileKeys, Purpose, create_store

from ..card.papers import SIGNATURE, policies, usage
from ..card.presence.cards import certificate, known_as
from .cards import SERIAL, Terminal, a_card_hub, linked, records, revoke
from .fhir import by_certificate
from .hub import NOW, Hub, a_hub, a_row, problem_in

FOR_SIGNING = ((usage("digital_signature", "content_commitment"), True), (policies(SIGNATURE), True))
IN_GRACE = datetime(2029, 5, 1, 3, tzinfo=UTC)
NAMED = {"by": "certificate", "issuer": known_as("root"), "serial": str(SERIAL)}


async def test_a_card_is_proved_and_asked_about(tmp_path: Path) -> None:
    async with a_card_hub(tmp_path) as hub:
        reader = Terminal(hub)
        challenge = await reader.challenge()
        proved = await reader.send(reader.answered(challenge, consents=["limit"]))
        asked = await reader.ask(proved.json()["presence"], consents=["limit"])

        told = {name: proved.json()[name] for name in ("seconds", "presented", "method", "certificate")}
        assert told == {"seconds": 300, "presented": "card", "method": "pin", "certificate": "good"}
        assert proved.json()["simulated"] is False
        answer = asked.json()["answer"]
        assert (answer["validity"], answer["kind"]) == ("1", "certificate")
        (proof,) = await records(hub, "card.proved")
        (question,) = await records(hub, "eligibility.answer")
        assert (question["method"], question["challenge"]) == ("pin", challenge["challenge"])
        assert list(question) == sorted(question)
        assert {**proof, "at": "", "key": "", "card": "", "evidence": ""} == {
            "answered_by": "person", "at": "", "by": "9910000007", "card": "",
            "challenge": challenge["challenge"], "client": "clinic",
            "evidence": "", "key": "", "method": "pin", "problem": "", "purpose": "eligibility",
            "simulated": False, "state": "good", "terminal": "reader-1",
        }  # fmt: skip
        assert (len(proof["card"]), len(proof["evidence"])) == (32, 64)


async def test_who_answered_for_a_child_is_signed_and_on_record(tmp_path: Path) -> None:
    async with a_card_hub(tmp_path) as hub:
        reader = Terminal(hub)
        signed = await reader.prove(answered_by="guardian")
        assert (await reader.ask(signed.json()["presence"])).status_code == 200
        changed = [
            await Terminal(hub).prove(answered_by=said, signed_by=by)
            for said, by in (("guardian", "person"), ("person", "guardian"))
        ]
        assert {problem_in(one) for one in changed} == {"card.signature-refused"}
        assert problem_in(await Terminal(hub).prove(answered_by="somebody")) == "coverage.request-shape"

        (proof,) = await records(hub, "card.proved")
        assert proof["answered_by"] == "guardian"


async def test_a_lost_answer_costs_no_second_card_operation(tmp_path: Path) -> None:
    async with a_card_hub(tmp_path) as hub:
        reader = Terminal(hub)
        body = reader.answered(await reader.challenge())
        first, again = await reader.send(body), await reader.send(body)
        one, other = [await reader.ask(first.json()["presence"]) for _ in range(2)]

        assert again.content == first.content
        assert one.json()["answer_hash"] == other.json()["answer_hash"]
        assert len(await records(hub, "card.proved")) == 1


async def test_a_presence_outlives_a_restart_and_a_challenge_does_not(tmp_path: Path) -> None:
    async with a_card_hub(tmp_path) as hub:
        presence = await Terminal(hub).presence()
        waiting = Terminal(hub).answered(await Terminal(hub).challenge())
    async with a_card_hub(tmp_path, after=hub) as again:
        assert (await Terminal(again).ask(presence)).status_code == 200
        assert problem_in(await Terminal(again).send(waiting)) == "card.challenge-ended"


async def test_a_presence_ends_after_five_minutes(tmp_path: Path) -> None:
    async with a_card_hub(tmp_path) as hub:
        presence = await Terminal(hub).presence()
    later = datetime(2026, 11, 20, 0, 35, tzinfo=UTC)
    async with a_card_hub(tmp_path, later, after=hub) as again:
        refused = await Terminal(again).ask(presence)

    assert (problem_in(refused), refused.status_code) == ("card.presence-ended", 410)


async def test_a_challenge_serves_once_and_within_its_minute(tmp_path: Path) -> None:
    async with a_card_hub(tmp_path) as hub:
        reader = Terminal(hub)
        body = reader.answered(await reader.challenge())
        assert (await reader.send(body)).status_code == 200
        late = reader.answered(await reader.challenge())
        hub.ticks.pass_seconds(60)

        assert problem_in(await reader.send(body, key="another")) == "card.challenge-ended"
        assert problem_in(await reader.send(late)) == "card.challenge-ended"
        assert [one["problem"] for one in await records(hub, "card.refused")] == ["card.challenge-ended"] * 2


@pytest.mark.parametrize(
    "other",
    [{"client": "other-clinic"}, {"client": "same-clinic"}, {"name": "reader-2"}, {"purpose": "consent"}],
)
async def test_another_s_challenge_is_nobody_s(tmp_path: Path, other: dict[str, str]) -> None:
    async with a_card_hub(tmp_path) as hub:
        thief = Terminal(hub, **other)
        challenge = await Terminal(hub).challenge()

        assert problem_in(await thief.send(thief.answered(challenge))) == "card.challenge-ended"
        owner = Terminal(hub)
        assert problem_in(await owner.send(owner.answered(challenge), key="2")) == "card.challenge-ended"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"key": "other"}, "card.signature-refused"),
        ({"der": certificate(extensions=FOR_SIGNING)}, "card.certificate-signature"),
        ({"der": certificate("third")}, "card.not-test-authority"),
        ({"der": b"not a certificate"}, "card.certificate-malformed"),
        ({"der": certificate(ends=datetime(2026, 7, 1, tzinfo=UTC))}, "card.certificate-expired"),
        ({"der": certificate(serial=66)}, "card.certificate-revoked"),
        ({"method": "face"}, "card.attested-off"),
    ],
)
async def test_a_card_that_proves_nothing_is_refused_and_on_record(
    tmp_path: Path, changes: dict[str, object], code: str
) -> None:
    async with a_card_hub(tmp_path) as hub:
        revoke(tmp_path / "authority", 66)

        assert problem_in(await Terminal(hub, **changes).prove()) == code
        (refused,) = await records(hub, "card.refused")
        assert (refused["problem"], refused["terminal"], refused["state"]) == (code, "reader-1", "")
        assert await records(hub, "card.proved", "eligibility.answer") == []


async def test_a_presence_signed_with_other_consents_is_refused_and_so_is_a_question_with_others(
    tmp_path: Path,
) -> None:
    async with a_card_hub(tmp_path) as hub:
        reader = Terminal(hub)

        swapped = await reader.prove(consents=["limit", "medicine"], signed_consents=["limit"])
        assert problem_in(swapped) == "card.signature-refused"
        presence = await reader.presence(consents=["limit"])
        for more in ({}, {"consents": ["medicine"]}, {"consents": ["limit"], "care": "home"}):
            assert problem_in(await reader.ask(presence, **more)) == "card.agreement-differs"


async def test_that_nobody_knows_of_a_revocation_is_not_good(tmp_path: Path) -> None:
    async with a_card_hub(tmp_path) as hub:
        revoke(tmp_path / "authority", until=NOW)
        stale = await Terminal(hub).prove()

        assert problem_in(stale) == "card.revocation-unknown"
        assert stale.status_code == 409  # a client that asks again by itself would find its challenge used
        (refused,) = await records(hub, "card.refused")
        assert (refused["problem"], len(refused["card"]), len(refused["evidence"])) == (
            "card.revocation-unknown", 32, 64,
        )  # fmt: skip


async def test_a_presence_of_another_facility_terminal_or_purpose_opens_nothing(tmp_path: Path) -> None:
    async with a_card_hub(tmp_path) as hub:
        presence = await Terminal(hub).presence()
        for_consent = await Terminal(hub, purpose="consent").presence()

        for reader, text in (
            (Terminal(hub, client="other-clinic"), presence),
            (Terminal(hub, name="reader-2"), presence),
            (Terminal(hub), for_consent),
            (Terminal(hub), presence[:-1] + ("A" if presence[-1] != "A" else "B")),
            (Terminal(hub), "made-up"),
        ):
            assert problem_in(await reader.ask(text)) == "card.presence-unknown"
        assert await records(hub, "eligibility.answer") == []


async def test_a_renewed_certificate_and_two_phones_are_one_person(tmp_path: Path) -> None:
    async with a_card_hub(tmp_path) as hub:
        revoke(tmp_path / "authority", SERIAL)
        serials = (500, 501, 502)
        rows = (linked(serial=500, root="second"), linked(serial=501), linked(serial=502))
        assert (await hub.register(*rows, key="more")).json()["refused"] == 0
        ders = (certificate("second", serial=500), certificate(serial=501), certificate(serial=502))
        methods = ("pin", "phone", "phone")
        for serial, der, method in zip(serials, ders, methods, strict=True):
            reader = Terminal(hub, der=der, method=method)
            asked = await reader.ask(await reader.presence())
            assert asked.json()["answer"]["validity"] == "1", serial

        assert problem_in(await Terminal(hub).prove()) == "card.certificate-revoked"
        told = await records(hub, "eligibility.answer")
        assert [one["presented"] for one in told] == ["card", "phone", "phone"]
        assert len({one["person"] for one in told}) == 1
        assert len({one["card"] for one in await records(hub, "card.proved")}) == 3


async def test_one_serial_under_two_roots_is_two_people(tmp_path: Path) -> None:
    async with a_card_hub(tmp_path) as hub:
        other = a_row(link="link-other", number="57", name="佐藤　花子", kana="ｻﾄｳ ﾊﾅｺ")
        await hub.register(other, linked("second", link="link-other"), key="other")
        for der in (certificate(), certificate("second")):
            reader = Terminal(hub, der=der)
            assert (await reader.ask(await reader.presence())).status_code == 200

        first, second = await records(hub, "eligibility.answer")
        assert first["person"] != second["person"]
        one, two = await records(hub, "card.proved")
        assert one["card"] != two["card"]


@pytest.mark.parametrize("method", ["face", "visual"])
async def test_a_terminal_s_word_is_taken_where_the_operator_says_so_and_called_a_simulation(
    tmp_path: Path, method: str
) -> None:
    async with a_card_hub(tmp_path, card_attested=True) as hub:
        reader = Terminal(hub, method=method)
        proved = await reader.prove(consents=["medicine"])
        asked = await reader.ask(proved.json()["presence"], consents=["medicine"])

        assert proved.json()["simulated"] is True
        assert "card-simulated" in [one["kind"] for one in asked.json()["answer"]["advisories"]]
        assert asked.json()["answer"]["results"][0]["medicine_consent"]["flag"] == "1"
        (proof,) = await records(hub, "card.proved")
        (question,) = await records(hub, "eligibility.answer")
        assert (proof["method"], proof["simulated"], question["method"]) == (method, True, method)
        by_pin = await Terminal(hub).ask(await Terminal(hub).presence())
        assert "card-simulated" not in by_pin.text
        signed = {**reader.answered(await reader.challenge()), "signature": "c2lnbmVk"}
        assert problem_in(await reader.send(signed)) == "coverage.request-shape"


async def test_in_its_months_of_grace_a_card_shows_the_coverage_alone(tmp_path: Path) -> None:
    """Also where another last day was registered than stands in the certificate."""
    async with a_card_hub(tmp_path, IN_GRACE) as hub:
        longer = linked(serial=700, not_after=date(2035, 1, 1))
        await hub.register(longer, key="longer")
        for der in (certificate(), certificate(serial=700)):
            reader = Terminal(hub, der=der)
            proved = await reader.prove(consents=["limit", "medicine"])
            asked = await reader.ask(proved.json()["presence"], consents=["limit", "medicine"])

            assert proved.json()["certificate"] == "in-grace"
            answer = asked.json()["answer"]
            assert answer["validity"] == "1"
            assert "certificate-in-grace" in [one["kind"] for one in answer["advisories"]]
            assert "medicine_consent" not in answer["results"][0]


async def test_the_message_for_face_and_a_consent_rest_on_a_presence_too(tmp_path: Path) -> None:
    async with a_card_hub(tmp_path) as hub:
        reader = Terminal(hub)
        face = await reader.ask(await reader.presence(), "/oqs/face")
        agreeing = Terminal(hub, purpose="consent")
        presence = await agreeing.presence(consents=["medicine"], care="home")
        kept = await agreeing.ask(presence, "/v1/consents", consents=["medicine"], care="home")

        assert (face.status_code, "<QualificationValidity>1" in face.text) == (200, True)
        assert [one["item"] for one in kept.json()["consents"][0]["items"]] == ["medicine"]
        other = await agreeing.ask(await reader.presence(), "/v1/consents", consents=[])
        assert problem_in(other) == "card.presence-unknown"


async def test_a_hub_that_pins_no_authority_says_so(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        challenge = await hub.post("/v1/card-challenges", {"terminal": "reader-1"})
        proof = await hub.post("/v1/card-presences", {}, **{"Idempotency-Key": "1"})

        assert [problem_in(one) for one in (challenge, proof)] == ["card.not-taken"] * 2
        assert problem_in(await Terminal(hub).ask("x" * 163)) == "card.not-taken"


async def questions_about_a_card(hub: Hub, key: str) -> list[str]:
    """The problem of each way in which a terminal names a certificate that it has checked itself, "" for none."""
    fhir = by_certificate(NAMED["issuer"], NAMED["serial"])
    answers = [
        await hub.post("/v1/eligibility-checks", NAMED),
        await hub.post("/oqs/face", NAMED),
        await hub.post("/v1/consents", {**NAMED, "consents": ["medicine"]}, **{"Idempotency-Key": key}),
        await hub.post("/fhir/CoverageEligibilityRequest", fhir, **{"Content-Type": "application/fhir+json"}),
    ]
    return [problem_in(answer) for answer in answers]


async def test_a_terminal_s_own_check_is_taken_as_that_unless_the_operator_wants_proof(
    tmp_path: Path,
) -> None:
    async with a_card_hub(tmp_path) as hub:
        assert await questions_about_a_card(hub, "1") == [""] * 4
        assert {one["method"] for one in await records(hub, "eligibility.answer")} == {"terminal"}
    async with a_card_hub(tmp_path, after=hub, card_questions="proved") as strict:
        assert await questions_about_a_card(strict, "2") == ["card.unproved"] * 4
        assert (await Terminal(strict).ask(await Terminal(strict).presence())).status_code == 200


@asynccontextmanager
async def running_on(
    folder: Path, purpose: Purpose, questions: Literal["any", "proved"]
) -> AsyncIterator[None]:
    """A hub on a store of that purpose."""
    clock = FixedClock(NOW)
    await (await create_store(folder / "store", purpose=purpose, clock=clock)).close()
    keys = FileKeys.create(folder / "keys", clock)
    settings = HubSettings(
        store=str(folder / "store"), witness=str(folder / "witness.jsonl"), card_questions=questions
    )
    async with running(settings, keys, clock, new_witness=True):
        yield


async def test_a_hub_of_a_real_store_warns_of_terminals_whose_word_is_taken(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cases: tuple[tuple[Purpose, Literal["any", "proved"], bool], ...] = (
        ("production", "any", True),
        ("production", "proved", False),
        ("demo", "any", False),
    )
    for purpose, setting, warned in cases:
        caplog.clear()
        folder = tmp_path / f"{purpose}-{setting}"
        folder.mkdir()
        async with running_on(folder, purpose, setting):
            assert ("card_questions" in caplog.text) is warned


async def test_nothing_leaves_before_it_is_on_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_card_hub(tmp_path) as hub:
        reader = Terminal(hub)
        body, wrong = reader.answered(await reader.challenge()), Terminal(hub, key="other")
        refused = wrong.answered(await wrong.challenge())

        async def full(*_: object) -> object:
            raise Problem("store.full")

        monkeypatch.setattr(hub.machine.committer, "commit", full)
        answers = [await reader.send(body), await wrong.send(refused)]

        assert [problem_in(one) for one in answers] == ["store.full"] * 2
        assert "presence" not in answers[0].json()


async def test_no_log_and_no_record_holds_a_card(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with a_card_hub(tmp_path) as hub:
        caplog.clear()
        logging.getLogger("kaihoken.hub").debug("asked")
        reader = Terminal(hub)
        challenge = await reader.challenge()
        body = reader.answered(challenge)
        presence = (await reader.send(body)).json()["presence"]
        await reader.ask(presence)
        await Terminal(hub, key="other").prove()
        await reader.send(body, key="again")
        await Terminal(hub, name="reader-2").ask(presence)

        told = caplog.text + repr(await records(hub, "card.proved", "card.refused", "eligibility.answer"))
        assert "asked" in caplog.text
        for secret in (str(SERIAL), f"{SERIAL:x}", challenge["nonce"], body["signature"], presence):
            assert secret not in told
        assert b64encode(certificate())[40:80].decode() not in told


async def test_a_facility_s_waiting_challenges_are_bounded(tmp_path: Path) -> None:
    async with a_card_hub(tmp_path) as hub:
        for _ in range(256):
            await Terminal(hub).challenge()

        many = await hub.post("/v1/card-challenges", {"terminal": "reader-1"})
        assert (problem_in(many), many.headers["retry-after"]) == ("card.challenges-many", "60")
        assert await Terminal(hub, client="other-clinic").challenge()


def roots_of(folder: Path, content: str) -> str:
    (folder / "other.json").write_text(content)
    return str(folder / "other.json")


@pytest.mark.parametrize(
    ("content", "code"), [(None, "hub.card-roots"), ("{", "card.root-unfit"), ("[]", "")]
)
async def test_a_hub_whose_roots_cannot_be_read_does_not_start(
    tmp_path: Path, content: str | None, code: str
) -> None:
    roots = str(tmp_path / "none.json") if content is None else roots_of(tmp_path, content)
    settings = {"card_roots": roots, "card_revocation": str(tmp_path)}
    refused = pytest.raises(Problem, match=rf"^{code}( |$)") if code else nullcontext()

    with refused:
        async with a_hub(tmp_path / "store", tmp_path, more=settings):
            pass


@pytest.mark.parametrize(
    ("where", "kind"),
    [
        ("lists", CrlSource),
        ("https://lists.example/card", CrlSource),
        ("ocsp+http://ocsp.example", OcspSource),
    ],
)
async def test_who_says_what_was_revoked_is_the_operator_s_choice(
    tmp_path: Path, where: str, kind: type
) -> None:
    settings = HubSettings(card_roots=roots_of(tmp_path, "[]"), card_revocation=where)

    async with trusting(settings, FixedClock(NOW)) as trust:
        assert trust is not None
        assert isinstance(trust.revocation, kind)


@pytest.mark.parametrize(
    "wrong",
    [
        {"card_roots": "roots.json"},
        {"card_revocation": "lists"},
        {"card_attested": True},
        {"card_roots": "roots.json", "card_revocation": "ocsp+lists"},
    ],
)
def test_settings_that_would_prove_nothing_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="card_"):
        HubSettings(**wrong)
