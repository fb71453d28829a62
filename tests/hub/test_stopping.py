"""Who still waits when the hub stops is told so, in the form in which he asked."""

import asyncio
from pathlib import Path

import httpx
import pytest

from kaihoken.coverage import Inquiry
from kaihoken.hub import HubSettings, listening_at
from kaihoken.hub.assembly import route_table
from kaihoken.hub.serving import server as serving

from .hub import a_message, a_question, a_tree, problem_in
from .process import HubProcess, make_hub

QUESTION = httpx.Request("POST", "/", json=a_question()).content


@pytest.mark.parametrize(
    ("path", "media", "body"),
    [
        ("/v1/eligibility-checks", "application/json", QUESTION),
        ("/oqs/search", "application/xml", a_message()),
        ("/oqs/search", "application/json", a_tree()),
    ],
)
async def test_a_question_that_waits_for_too_long_is_told_that_the_hub_stops(
    tmp_path: Path,
    path: str,
    media: str,
    body: bytes,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(serving, "_SECONDS_TO_FINISH", 0.2)
    asked, started = asyncio.Event(), asyncio.Event()

    async def never(_: Inquiry) -> None:
        asked.set()
        await asyncio.Event().wait()

    hub = await asyncio.to_thread(make_hub, tmp_path)
    with listening_at("127.0.0.1", hub.port) as listening:
        server = serving.server_of(
            settings_of(hub), lambda machine: (route_table(machine, never), None), started.set
        )
        running = asyncio.create_task(server.serve([listening]))
        await started.wait()
        hub.http = hub.client()
        token = await asyncio.to_thread(hub.token, "clinic")
        async with httpx.AsyncClient(base_url=hub.url, verify=False) as http:
            headers = {"Authorization": f"Bearer {token}", "Content-Type": media}
            question = asyncio.create_task(http.post(path, content=body, headers=headers))
            await asked.wait()
            server.should_exit = True
            answer = await question
        await running
        hub.http.close()

    assert (answer.status_code, problem_in(answer)) == (503, "hub.stopping")
    assert path != "/oqs/search" or "abc-1" in answer.text
    assert "Traceback" not in capfd.readouterr().err


def settings_of(hub: HubProcess) -> HubSettings:
    return HubSettings(store=str(hub.folder / "store"), keys=str(hub.folder / "keys"), port=hub.port)
