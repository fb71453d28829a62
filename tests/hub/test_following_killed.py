"""`kaihoken audit follow` beside a hub that answers: killed at any moment, its file ends up with every record once."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from ..polling import until
from .hub import a_question
from .process import HubProcess, make_hub

pytestmark = pytest.mark.process


def command(hub: HubProcess, *more: str) -> list[str]:
    return [sys.executable, "-m", "kaihoken", "audit", *more, "--store", str(hub.folder / "store")]


def ask(hub: HubProcess, token: str, times: int) -> None:
    for _ in range(times):
        answer = hub.http.post(
            "/v1/eligibility-checks",
            content=msgspec.json.encode(a_question()),
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        assert answer.status_code == 200


def wait_for_more(file: Path, than: int) -> None:
    until(lambda: file.exists() and file.stat().st_size > than)


def test_killed_beside_a_hub_it_loses_and_repeats_nothing(tmp_path: Path) -> None:
    hub = make_hub(tmp_path)
    file = tmp_path / "records.ndjson"
    with hub.alive():
        token = hub.token("clinic")
        for _ in range(3):
            before = file.stat().st_size if file.exists() else 0
            ask(hub, token, 8)
            follower = subprocess.Popen(command(hub, "follow", "--into", str(file)))
            try:
                wait_for_more(file, before)
                ask(hub, token, 8)
            finally:
                os.kill(follower.pid, signal.SIGKILL)
                follower.wait()
        with file.open("ab") as torn:
            torn.write(b'{"batch":9')
        hub.stop()
        subprocess.run(command(hub, "follow", "--once", "--into", str(file)), check=True)
        found = subprocess.run(command(hub, "find", "--json"), capture_output=True, check=True)

    assert file.read_bytes() == found.stdout
    assert found.stdout.count(b'"kind":"eligibility.answer"') == 48
