"""SIGKILL while consents are given and withdrawn: what was acknowledged stands, and nothing is done twice."""

import asyncio
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from kaihoken.store import Finding, inspect, open_store

from .hub import a_row
from .process import HubProcess, make_hub
from .test_killed import KILLED, LONGEST_LIFE_SECONDS

pytestmark = pytest.mark.process

PEOPLE = 12
LIVES = 5
CARD = {"by": "certificate", "issuer": "CN=TEST-CA", "care": "home", "consents": ["limit", "medicine"]}


@dataclass
class Told:
    """What the clinic sent, and what it was told before a hub died."""

    sent: dict[str, int] = field(default_factory=dict)  # Idempotency-Key → person
    given: dict[str, str] = field(default_factory=dict)  # Idempotency-Key → id of the consent
    ending: set[str] = field(default_factory=set)  # ids of which an end was sent
    ended: set[str] = field(default_factory=set)  # ids of which the end was acknowledged
    answers: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def heard(self) -> None:
        self.answers += 1
        self.news.set()


def _http(hub: HubProcess, client: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {hub.token(client)}"}
    return httpx.AsyncClient(base_url=hub.url, headers=headers, timeout=None, verify=False)


async def _register(hub: HubProcess) -> None:
    rows: list[dict[str, Any]] = []
    for number in range(PEOPLE):
        rows.append(a_row(link=f"link-{number}", number=str(100 + number)))
        rows.append(
            {
                "kind": "certificate",
                "link": f"link-{number}",
                "issuer": "CN=TEST-CA",
                "serial": str(9000 + number),
                "not_before": "2025-01-01",
                "not_after": "2040-01-01",
            }
        )
    async with _http(hub, "operator") as http:
        answer = await http.post("/v1/registrations", json={"rows": rows}, headers={"Idempotency-Key": "1"})
        assert answer.json()["refused"] == 0, answer.text


async def _give(http: httpx.AsyncClient, key: str, told: Told) -> str:
    """Give a consent, or repeat one whose answer was lost."""
    body = {**CARD, "serial": str(9000 + told.sent[key])}
    answer = await http.post("/v1/consents", json=body, headers={"Idempotency-Key": key})
    assert answer.status_code == 200, answer.text
    (consent,) = answer.json()["consents"]
    told.given[key] = consent["id"]
    told.heard()
    return str(consent["id"])


async def _withdraw(http: httpx.AsyncClient, consent: str, told: Told) -> None:
    told.ending.add(consent)
    answer = await http.post("/v1/consents/withdraw", json={"id": consent, "reason": "patient"})
    assert answer.status_code == 200, answer.text
    told.ended.add(consent)
    told.heard()


async def _desk(hub: HubProcess, told: Told, name: str, rng: random.Random) -> None:
    async with _http(hub, "clinic") as http:
        place = 0
        while True:
            key = f"{name}-{place}"
            place += 1
            told.sent[key] = rng.randrange(PEOPLE)
            try:
                consent = await _give(http, key, told)
                if rng.random() < 0.5:
                    await _withdraw(http, consent, told)
            except KILLED:
                return


async def _life(hub: HubProcess, told: Told, life: int, rng: random.Random) -> None:
    told.news = asyncio.Event()
    enough = told.answers + rng.randrange(5, 40)

    async def kill() -> None:
        # The moment of death is counted in answers, so that it falls into the middle of work on any machine.
        while told.answers < enough:
            await told.news.wait()
            told.news.clear()
        hub.kill()

    async with asyncio.timeout(LONGEST_LIFE_SECONDS), asyncio.TaskGroup() as work:
        for desk in range(3):
            work.create_task(_desk(hub, told, f"life-{life}-desk-{desk}", rng))
        work.create_task(kill())


async def _afterwards(hub: HubProcess, told: Told) -> None:
    """Whoever got no answer sends it again; then everything is looked at."""
    unanswered = sorted(told.sent.keys() - told.given.keys())
    async with asyncio.timeout(LONGEST_LIFE_SECONDS), _http(hub, "clinic") as http:
        for key in unanswered:
            await _give(http, key, told)
        yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()  # the run may pass midnight
        answer = await http.post("/v1/consents/search", json={"given_from": yesterday})
    consents = {one["id"]: {item["state"] for item in one["items"]} for one in answer.json()["consents"]}

    assert len(unanswered) > 0, "no hub died in the middle of a giving"
    assert consents.keys() == set(told.given.values()), "every one that was acknowledged, and none twice"
    assert len(consents) == len(told.sent)
    for consent in told.ended:
        assert consents[consent] == {"withdrawn-by-patient"}, "what was withdrawn stays withdrawn"
    for consent, states in consents.items():
        assert states == {"standing"} or (consent in told.ending and states == {"withdrawn-by-patient"})


async def _as_recorded(folder: Path) -> list[Finding]:
    store = await open_store(folder / "store", read_only=True)
    try:
        return [told async for told in inspect(store) if isinstance(told, Finding)]
    finally:
        await store.close()


def test_kills_lose_no_consent_and_no_withdrawal(tmp_path: Path) -> None:
    rng = random.Random(20261121)
    hub = make_hub(tmp_path)
    told = Told()
    with hub.alive():
        asyncio.run(_register(hub))
    for life in range(LIVES):
        with hub.alive():
            asyncio.run(_life(hub, told, life, rng))
    with hub.alive():
        asyncio.run(_afterwards(hub, told))
    assert asyncio.run(_as_recorded(tmp_path)) == []
    assert len(told.ended) >= LIVES
