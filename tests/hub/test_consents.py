"""Consents over HTTP: given by what the reader collected, seen by the facility that holds them and by no other,
withdrawn at once, asked again on; a repeat does nothing twice, and who is not there is told nothing."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from kaihoken.access import Limit, Limits
from kaihoken.clock import FixedClock
from kaihoken.consent import Actor, Care, EndReason, Item, Period, check_consents

from .hub import FACILITY, INSURER, NOW, Hub, a_hub, a_question, a_row, problem_in

CARD = {"by": "certificate", "issuer": "CN=TEST-CA", "serial": "1234567890"}
LINKED_CARD = {
    "kind": "certificate",
    "link": "link-yamada",
    "issuer": "CN=TEST-CA",
    "serial": "1234567890",
    "not_before": "2025-01-01",
    "not_after": "2030-01-01",
}
SUBSIDY = {
    "kind": "subsidy",
    "link": "link-yamada",
    "payer_number": "81136244",
    "recipient_number": "1234566",
    "scheme": "子ども医療費助成",
    "start": "2025-04-01",
}
LIMIT = {"classification": "01", "category": "A03", "valid_from": "2026-08-01"}
NUMBERS = {
    "insurer_number": INSURER,
    "symbol": "12-34",
    "number": "56",
    "branch": "01",
    "birthdate": "1980-01-01",
}
PATIENT = {"by": "number", **NUMBERS}
HOME = {**CARD, "care": "home", "consents": ["limit", "medicine"]}
DESK = {**CARD, "consents": ["limit", "medicine", "health-checkup"]}


async def with_a_patient(hub: Hub, **more: object) -> None:
    rows = (a_row(limits=[LIMIT], **more), LINKED_CARD, SUBSIDY)
    assert (await hub.register(*rows, key="patient")).json()["refused"] == 0


async def give(hub: Hub, body: dict[str, Any], key: str = "1", client_id: str = "clinic") -> httpx.Response:
    return await hub.post("/v1/consents", body, client_id, **{"Idempotency-Key": key})


async def given(hub: Hub, body: dict[str, Any], key: str = "1") -> dict[str, Any]:
    answer = await give(hub, body, key)
    assert answer.status_code == 200, answer.text
    (consent,) = answer.json()["consents"]
    return dict(consent)


async def seen(hub: Hub, client_id: str = "clinic", **more: object) -> list[dict[str, Any]]:
    answer = await hub.post("/v1/consents/search", more, client_id)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["consents"])


async def withdraw(hub: Hub, consent: str, client_id: str = "clinic", **more: object) -> httpx.Response:
    return await hub.post("/v1/consents/withdraw", {"id": consent, "reason": "facility", **more}, client_id)


async def ask_again(hub: Hub, client_id: str = "clinic", **more: object) -> httpx.Response:
    body = {"patient": PATIENT, "care": "home", **more}
    return await hub.post("/v1/standing-checks", body, client_id)


def states(consent: dict[str, Any]) -> dict[str, str]:
    return {item["item"]: item["state"] for item in consent["items"]}


async def test_given_seen_and_withdrawn(location: str | Path, tmp_path: Path) -> None:
    async with a_hub(location, tmp_path) as hub:
        await with_a_patient(hub)
        consent = await given(hub, DESK)

        assert states(consent) == {"health-checkup": "standing", "medicine": "standing"}
        assert (consent["care"], consent["treatment"], consent["means"]) == ("outpatient", "1", "card")
        assert (consent["given_at"], consent["until"]) == ("2026-11-20T00:30:00Z", "2026-11-21T00:30:00Z")
        assert await seen(hub) == await seen(hub, patient=PATIENT) == [consent]
        assert await seen(hub, "same-clinic") == [consent], "another machine of the same facility"
        assert await seen(hub, care="home") == []

        ended = (await withdraw(hub, consent["id"], items=["medicine"], reason="patient")).json()["consents"][
            0
        ]
        assert states(ended) == {"health-checkup": "standing", "medicine": "withdrawn-by-patient"}
        assert ended["items"][1]["expiry_code"] == "2"
        assert await seen(hub) == [ended]
        again = (await withdraw(hub, consent["id"], items=["medicine"])).json()["consents"][0]
        assert again == ended
        assert [told async for told in check_consents(hub.machine.store)] == []


async def test_another_facility_sees_nothing_and_ends_nothing(location: str | Path, tmp_path: Path) -> None:
    async with a_hub(location, tmp_path) as hub:
        await with_a_patient(hub)
        consent = await given(hub, HOME)

        assert await seen(hub, "other-clinic") == await seen(hub, "other-clinic", patient=PATIENT) == []
        refused = await withdraw(hub, consent["id"], "other-clinic")
        assert (refused.status_code, problem_in(refused)) == (404, "consent.unknown")
        nowhere = await withdraw(hub, "0" * 32, "other-clinic")
        assert refused.json() == nowhere.json(), "as if it were not there"
        assert problem_in(await ask_again(hub, "other-clinic")) == "consent.none-standing"
        assert (await ask_again(hub)).status_code == 200


async def test_a_repeat_gives_nothing_twice(location: str | Path, tmp_path: Path) -> None:
    async with a_hub(location, tmp_path) as hub:
        await with_a_patient(hub)
        first, again = await give(hub, HOME), await give(hub, HOME)

        assert first.content == again.content
        assert len(await seen(hub)) == 1
        assert problem_in(await give(hub, DESK)) == "store.idempotency_mismatch"
        assert problem_in(await hub.post("/v1/consents", HOME)) == "hub.idempotency-key"


async def test_asked_again_without_the_card_while_care_lasts(location: str | Path, tmp_path: Path) -> None:
    clock = FixedClock(NOW)
    async with a_hub(location, tmp_path, clock) as hub:
        await with_a_patient(hub)
        consent = await given(hub, HOME)
        clock.at += timedelta(days=90)
        hub._tokens.clear()

        answer = (await ask_again(hub)).json()["answer"]
        result = answer["results"][0]
        assert (answer["kind"], answer["situation"]) == ("standing", "valid")
        assert result["limit"]["category"] == "A03"
        shown = {"flag": "1", "given_at": "2026-11-20T00:30:00Z", "id": consent["id"]}
        assert result["limit_consent"] == result["medicine_consent"] == shown
        assert "operation_consent" not in result
        assert "subsidies" not in answer, "nobody consented to that"
        only = (await ask_again(hub, items=["medicine"])).json()["answer"]["results"][0]
        assert "limit" not in only
        same = await ask_again(hub, if_unchanged=(await ask_again(hub)).json()["answer_hash"])
        assert same.json()["unchanged"] is True

        await withdraw(hub, consent["id"], reason="care-over")
        over = await ask_again(hub)
        assert (over.status_code, problem_in(over)) == (409, "consent.none-standing")
        assert over.json()["facts"] == {"reason": "0"}


async def test_a_withdrawal_at_the_persons_own_page_is_seen_by_the_next_question(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await with_a_patient(hub)
        consent = await given(hub, HOME)
        book = hub.machine.consent_book
        (person,) = await book.people_standing(
            FACILITY, Care.HOME, Period(hub.clock.today(), hub.clock.today())
        )
        (held,) = await book.of_person(person)
        assert held.grant.consent.hex() == consent["id"]
        await book.withdraw(
            held.grant.consent, Actor("person"), EndReason.PATIENT, {Item.MEDICINE}, person=person
        )

        result = (await ask_again(hub)).json()["answer"]["results"][0]
        assert (result["medicine_consent"]["flag"], result["limit_consent"]["flag"]) == ("2", "1")
        assert states((await seen(hub))[0]) == {"limit": "standing", "medicine": "withdrawn-by-patient"}


async def test_at_the_desk_nobody_asks_again(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await with_a_patient(hub)
        await given(hub, DESK)

        assert problem_in(await ask_again(hub, care="outpatient")) == "consent.none-standing"


async def test_online_a_consent_holds_for_the_day_of_the_examination(
    location: str | Path, tmp_path: Path
) -> None:
    clock = FixedClock(NOW)
    async with a_hub(location, tmp_path, clock) as hub:
        await with_a_patient(hub)
        online = {**CARD, "care": "online", "consents": ["limit"], "examined_on": "2026-11-23"}
        consent = await given(hub, online)
        assert (consent["means"], consent["until"]) == ("home", "2026-11-23T14:59:59.999000Z")
        assert (await seen(hub, examined_from="2026-11-23"))[0]["id"] == consent["id"]
        assert await seen(hub, examined_from="2026-11-21", examined_to="2026-11-22") == []

        clock.at = NOW.replace(day=23, hour=14, minute=59, second=59, microsecond=999_000)
        hub._tokens.clear()
        assert (await ask_again(hub, care="online")).status_code == 200
        clock.at += timedelta(milliseconds=1)
        assert problem_in(await ask_again(hub, care="online")) == "consent.none-standing"
        late = await give(hub, online, key="2")
        assert (late.status_code, problem_in(late)) == (422, "consent.examination-day")


async def test_who_is_not_there_is_told_no_more_than_who_did_not_consent(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await with_a_patient(hub)
        nobody = await ask_again(hub, patient={**PATIENT, "number": "99"})
        nothing = await ask_again(hub)

        assert nobody.json() == nothing.json()
        assert await seen(hub, patient={**PATIENT, "number": "99"}) == []
        assert problem_in(await give(hub, {**DESK, "serial": "99"})) == "consent.nobody"


async def test_looking_for_patients_this_way_counts_like_asking(tmp_path: Path) -> None:
    limits = Limits(not_found=Limit(count=1, seconds=600, burst=2))
    async with a_hub(tmp_path / "store", tmp_path, limits=limits) as hub:
        await with_a_patient(hub)
        for number in ("97", "98", "99"):
            last = await ask_again(hub, patient={**PATIENT, "number": number})

        assert problem_in(last) == "access.not-found-burst"
        assert problem_in(await seen_raw(hub)) == "access.not-found-burst"


async def seen_raw(hub: Hub) -> httpx.Response:
    return await hub.post("/v1/consents/search", {"patient": PATIENT})


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({**DESK, "consents": []}, "consent.no-item"),
        ({**CARD, "care": "online", "means": "card", "consents": ["limit"]}, "consent.means"),
        ({**CARD, "care": "emergency", "consents": ["limit"]}, "consent.means"),
        ({**PATIENT, "consents": ["medicine"]}, "consent.means"),
        ({**PATIENT, "consents": ["limit"]}, "consent.staff"),
        ({**PATIENT, "consents": ["limit"], "spoken": {"staff": " "}}, "consent.staff"),
        ({**PATIENT, "consents": ["limit"], "spoken": {"staff": "x" * 41}}, "consent.staff"),
        ({**PATIENT, "consents": ["disease"], "spoken": {"staff": "x"}}, "consent.means"),
        ({**PATIENT, "consents": [], "spoken": {"staff": "x"}}, "consent.no-item"),
        (
            {**PATIENT, "consents": ["limit"], "spoken": {"staff": "x", "at": "2026-11-20T09:31:00+09:00"}},
            "consent.instant",
        ),
        (
            {**PATIENT, "consents": ["limit"], "spoken": {"staff": "x", "at": "2026-11-19T09:29:59+09:00"}},
            "consent.instant",
        ),
        ({**CARD, "consents": ["everything"]}, "coverage.request-shape"),
    ],
)
async def test_what_cannot_be_given_so(tmp_path: Path, body: dict[str, Any], problem: str) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await with_a_patient(hub)

        assert problem_in(await give(hub, body)) == problem
        assert await seen(hub) == []


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"classification": "07", "insurer_number": "07130016"}, "consent.medical"),
        ({"lost": "2026-11-01"}, "consent.nobody"),
    ],
)
async def test_of_whom_nothing_can_be_viewed_nothing_is_kept(
    tmp_path: Path, more: dict[str, Any], problem: str
) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await with_a_patient(hub, **more)
        body = DESK if problem == "consent.medical" else {**HOME, "consents": ["limit"]}

        assert problem_in(await give(hub, body)) == problem
        assert await seen(hub) == []


async def test_a_spoken_consent_travels_with_the_question_and_is_seen_later(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await with_a_patient(hub)
        spoken = {"staff": "desk-2", "at": "2026-11-20T09:25:00+09:00"}
        answer = await hub.post("/v1/eligibility-checks", a_question(consents=["limit"], spoken=spoken))

        assert answer.json()["answer"]["results"][0]["limit"]["category"] == "A03"
        (kept,) = await seen(hub)
        assert (kept["means"], kept["staff"], kept["spoken_at"]) == (
            "spoken",
            "desk-2",
            "2026-11-20T00:25:00Z",
        )
        assert states(kept) == {"limit": "standing"}
        plain = await hub.post("/v1/eligibility-checks", a_question(consents=["limit"]))
        assert plain.json()["answer"]["results"][0]["limit"]["category"] == "A03"
        assert len(await seen(hub)) == 1


async def test_what_holds_for_a_question_alone_is_not_kept_without_one(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await with_a_patient(hub)
        answer = await give(hub, {**CARD, "consents": ["limit", "disease", "subsidy"]})

        assert (answer.status_code, answer.json()) == (200, {"consents": []})
        assert await seen(hub) == []


async def test_spoken_words_to_a_question_by_the_facilitys_own_number_are_kept_too(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await with_a_patient(hub)
        link = {"reference_number": "P-1", **{name: NUMBERS[name] for name in NUMBERS if name != "birthdate"}}
        await hub.post("/v1/reference-numbers", link, **{"Idempotency-Key": "link"})
        by_reference = {"by": "reference", "reference_number": "P-1", "birthdate": "1980-01-01"}
        question = {**by_reference, "consents": ["limit"], "spoken": {"staff": "desk-2"}}
        answer = await hub.post("/v1/eligibility-checks", question)

        assert answer.json()["answer"]["results"][0]["limit"]["category"] == "A03"
        assert [kept["staff"] for kept in await seen(hub)] == ["desk-2"]


async def test_a_question_with_the_card_brings_its_consents_along(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await with_a_patient(hub)
        answer = await hub.post("/v1/eligibility-checks", {**DESK, "consents": ["medicine", "subsidy"]})

        result = answer.json()["answer"]["results"][0]
        (kept,) = await seen(hub, standing=True)
        assert result["medicine_consent"] == {
            "flag": "1",
            "given_at": kept["given_at"],
            "available_until": kept["until"],
            "id": kept["id"],
        }
        assert states(kept) == {"medicine": "standing"}


@pytest.mark.parametrize(
    "search",
    [
        {"given_from": "2026-10-20"},
        {"given_from": "2026-11-22", "given_to": "2026-11-21"},
        {"examined_from": "2026-11-01", "examined_to": "2026-12-02"},
    ],
)
async def test_a_period_has_its_order_and_an_end(tmp_path: Path, search: dict[str, str]) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        answer = await hub.post("/v1/consents/search", search)

        assert (answer.status_code, problem_in(answer)) == (422, "consent.period")


@pytest.mark.parametrize(
    ("path", "body", "problem"),
    [
        ("/v1/consents/search", b"{", "coverage.request-json"),
        ("/v1/consents/search", b'{"care":"none"}', "coverage.request-shape"),
        ("/v1/consents/search", b'{"given_to":"2026-13-01"}', "identity.date"),
        ("/v1/consents/search", b'{"care":"home","care":"online"}', "coverage.request-repeated"),
        ("/v1/consents/withdraw", b'{"id":"x","reason":"facility"}', "consent.unknown"),
        ("/v1/consents/withdraw", b'{"id":"%s","reason":"facility"}' % (b"A" * 32), "consent.unknown"),
        ("/v1/standing-checks", b'{"patient":{"by":"card"},"care":"home"}', "coverage.request-shape"),
    ],
)
async def test_bodies_are_read_strictly(tmp_path: Path, path: str, body: bytes, problem: str) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        assert problem_in(await hub.post(path, body)) == problem


async def test_a_patient_is_found_by_the_facilitys_own_number_and_by_a_coverage_that_ended(
    tmp_path: Path,
) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await with_a_patient(hub)
        await given(hub, HOME)
        link = {"reference_number": "P-1", **{name: NUMBERS[name] for name in NUMBERS if name != "birthdate"}}
        linked = await hub.post("/v1/reference-numbers", link, **{"Idempotency-Key": "link"})
        assert linked.status_code == 200, linked.text
        moved = a_row(number="77", acquired="2026-11-10", insurer_number="06139463")
        await hub.register(a_row(limits=[LIMIT], lost="2026-11-10"), moved, key="moved")

        by_reference = {"by": "reference", "reference_number": "P-1", "birthdate": "1980-01-01"}
        for patient in (by_reference, PATIENT):
            answer = (await ask_again(hub, patient=patient)).json()["answer"]
            assert answer["results"][0]["number"] == "77"


async def face(hub: Hub, body: dict[str, Any], accept: str = "application/xml") -> httpx.Response:
    return await hub.post("/oqs/face", body, Accept=accept)


@pytest.mark.parametrize("accept", ["application/xml", "application/json"])
async def test_the_message_of_a_reader_carries_the_consents_with_their_times(
    tmp_path: Path, accept: str
) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await with_a_patient(hub)
        answer = await face(hub, DESK, accept)

        assert answer.headers["content-type"].startswith(accept)
        assert "kaihoken-receipt" in answer.headers
        for element, value in {
            "ReferenceClassification": "1",
            "LimitApplicationCertificateRelatedConsFlg": "1",
            "LimitApplicationCertificateRelatedConsTime": "20261120093000",
            "PharmacistsInfoConsFlg": "1",
            "PharmacistsInfoConsTime": "20261120093000",
            "PharmacistsInfoAvailableTime": "20261121093000",
            "SpecificHealthCheckupsInfoAvailableTime": "20261121093000",
        }.items():
            written = f"<{element}>{value}<" if "xml" in accept else f'"{element}":"{value}"'
            assert written in answer.text
        for absent in ("QualificationConfirmSearchInfo", "DiagnosisInfoConsFlg", "OperationInfo"):
            assert absent not in answer.text
        assert states((await seen(hub))[0]) == {"health-checkup": "standing", "medicine": "standing"}


async def test_a_revoked_certificate_is_an_error_of_the_person_in_the_message(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await hub.register(a_row(), {**LINKED_CARD, "revoked": "2026-11-01"}, key="patient")
        answer = await face(hub, DESK)

        assert "<ProcessingResultStatus>2<" in answer.text
        assert "<ProcessingResultCode>KHK" in answer.text
        assert "QualificationValidity" not in answer.text
        assert await seen(hub) == []


@pytest.mark.parametrize("accept", ["application/xml", "application/json"])
async def test_the_form_of_the_prescription_leaves_where_the_facility_has_the_reader_ask(
    tmp_path: Path, accept: str
) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await with_a_patient(hub)
        chosen = {**CARD, "prescription_form": "2"}
        written = "<PrescriptionIssueSelect>2<" if "xml" in accept else '"PrescriptionIssueSelect":"2"'

        assert "PrescriptionIssueSelect" not in (await face(hub, chosen, accept)).text
        settings = {"prescriptions": "2", "prescription_timing": "2"}
        await hub.post("/v1/facility-settings/changes", settings)
        assert written in (await face(hub, chosen, accept)).text
        assert "PrescriptionIssueSelect" not in (await face(hub, CARD, accept)).text
        assert problem_in(await face(hub, {**CARD, "prescription_form": "3"})) == "coverage.request-shape"
        assert problem_in(await hub.post("/v1/eligibility-checks", chosen)) == "coverage.request-shape"


async def test_only_a_card_has_a_message_of_a_reader(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        assert problem_in(await face(hub, a_question())) == "coverage.face-by-card"
