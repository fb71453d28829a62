"""Consents with a CoverageEligibilityRequest: in which form of care, and who of the staff recorded spoken ones."""

from pathlib import Path
from typing import Any

import pytest

from kaihoken.problems import Problem

from .fhir import OURS, a_request, by_certificate
from .hub import Hub, a_hub, problem_in
from .test_consents import seen, states, with_a_patient
from .test_fhir import by_reference
from .test_reference_numbers import link

SUBMIT = "/fhir/CoverageEligibilityRequest"
SYSTEM = f"{OURS}/CodeSystem/OQSCD028"


def care(code: str, system: str = SYSTEM) -> dict[str, Any]:
    return {
        "url": f"{OURS}/StructureDefinition/care",
        "valueCoding": {"system": system, "code": code},
    }


def spoken(**parts: object) -> dict[str, Any]:
    """Words that somebody recorded: `staff` and `at`."""
    values = {"staff": "valueString", "at": "valueInstant"}
    return {
        "url": f"{OURS}/StructureDefinition/spoken",
        "extension": [{"url": name, values[name]: value} for name, value in parts.items()],
    }


def by_card(*extensions: dict[str, Any], consents: tuple[str, ...] = ("limit", "medicine")) -> dict[str, Any]:
    request = by_certificate("CN=TEST-CA", "1234567890", consents)
    return {**request, "extension": [*request["extension"], *extensions]}


def by_number(*extensions: dict[str, Any], consents: tuple[str, ...] = ("limit",)) -> dict[str, Any]:
    return a_request(consents=consents, extension=list(extensions))


async def submit(hub: Hub, request: dict[str, Any]) -> Any:
    return await hub.post(SUBMIT, request, **{"Content-Type": "application/fhir+json"})


@pytest.mark.parametrize(("code", "kept", "means"), [("2", "home", "card"), ("3", "online", "home")])
async def test_a_card_consents_in_a_form_of_care(tmp_path: Path, code: str, kept: str, means: str) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await with_a_patient(hub)
        answer = await submit(hub, by_card(care(code)))

        assert answer.status_code in (200, 201), answer.text
        (consent,) = await seen(hub, care=kept)
        assert (consent["treatment"], consent["means"]) == (code, means)
        assert states(consent) == {"limit": "standing", "medicine": "standing"}


async def test_without_a_form_of_care_it_is_that_of_the_desk(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await with_a_patient(hub)
        await submit(hub, by_card())

        assert [consent["care"] for consent in await seen(hub)] == ["outpatient"]


@pytest.mark.parametrize("by", ["number", "reference"])
async def test_spoken_words_are_kept_with_who_recorded_them(tmp_path: Path, by: str) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await with_a_patient(hub)
        request = by_number(spoken(staff="desk-2", at="2026-11-20T09:00:00+09:00"))
        if by == "reference":
            await link(hub, "P-1")
            request = {**by_reference("P-1"), "extension": request["extension"]}
            request["purpose"] = ["validation", "benefits"]
        answer = await submit(hub, request)

        assert answer.status_code in (200, 201), answer.text
        (consent,) = await seen(hub)
        assert (consent["means"], consent["staff"]) == ("spoken", "desk-2")
        assert consent["spoken_at"] == "2026-11-20T00:00:00Z"
        assert [item["item"] for item in consent["items"]] == ["limit"]


async def test_words_without_an_instant_were_said_now(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await with_a_patient(hub)
        await submit(hub, by_number(spoken(staff=" desk-2 ")))

        (consent,) = await seen(hub)
        assert (consent["staff"], consent["spoken_at"]) == ("desk-2", consent["given_at"])


@pytest.mark.parametrize(
    ("request_", "problem"),
    [
        (by_number(care("2")), "fhir.contradiction"),
        (by_card(spoken(staff="desk-2")), "fhir.contradiction"),
        (by_card(care("9")), "fhir.code"),
        (by_card(care("2", "http://example.org/other")), "fhir.code"),
        (by_card({"url": f"{OURS}/StructureDefinition/care", "valueCode": "2"}), "fhir.code"),
        (by_number(spoken()), "consent.staff"),
        (by_number(spoken(staff="x" * 41)), "consent.staff"),
        (by_number(spoken(staff="x" * 201)), "coverage.request-length"),
        (by_number(spoken(staff="desk-2", at="2026-11-21T09:00:00+09:00")), "consent.instant"),
        (by_number(spoken(staff="desk-2"), consents=()), "consent.no-item"),
    ],
)
async def test_what_does_not_go_together_is_refused_and_keeps_nothing(
    tmp_path: Path, request_: dict[str, Any], problem: str
) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        await with_a_patient(hub)
        answer = await submit(hub, request_)

        assert problem_in(answer) == problem
        assert answer.status_code == Problem(problem, item="", most=0, element="", wanted="").entry.status
        assert answer.json()["issue"][0]["expression"][0].startswith("CoverageEligibilityRequest")
        assert await seen(hub) == []


@pytest.mark.parametrize("name", ["care", "spoken"])
async def test_the_definition_says_both_places(tmp_path: Path, name: str) -> None:
    async with a_hub(tmp_path / "store", tmp_path) as hub:
        told = (await hub.http.get(f"/fhir/StructureDefinition/{name}")).json()

        assert [one["expression"] for one in told["context"]] == ["Consent", "CoverageEligibilityRequest"]
