"""Two hubs on one store, and a hub on yesterday's backup, each a process of its own, on both engines: who must not
start refuses with words."""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kaihoken.store import back_up, restore_backup

from .. import postgres
from ..ports import free_port
from .hub import a_question, a_row
from .process import HubProcess, make_hub

pytestmark = pytest.mark.process

_PATIENCE = 60


@pytest.fixture
def other_database(postgres_server: str) -> Iterator[str]:
    with postgres.database(postgres_server) as address:
        yield address


@pytest.fixture
def hub(location: str | Path, tmp_path: Path) -> HubProcess:
    """A hub whose store lies at `location`."""
    made = make_hub(tmp_path)
    (tmp_path / "hub.toml").touch()
    if isinstance(location, str):
        asyncio.run(moved(tmp_path / "store", location, tmp_path / "move.sqlite3"))
        made.store = location
    return made


async def moved(folder: Path, address: str, by_way: Path) -> None:
    await back_up(folder, by_way)
    await restore_backup(by_way, address)


def second(hub: HubProcess, **more: str) -> tuple[int, str]:
    """Another `kaihoken hub serve` with the same settings, on another port: its exit code and what it said."""
    environment = {**hub.environment(), "KAIHOKEN_PORT": str(free_port()), **more}
    ended = subprocess.run(
        [sys.executable, "-m", "kaihoken", "hub", "serve"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )
    return ended.returncode, ended.stderr


def register(hub: HubProcess, number: str) -> None:
    answer = hub.http.post(
        "/v1/registrations",
        json={"rows": [a_row(number=number, link=f"link-{number}")]},
        headers={"Authorization": f"Bearer {hub.token('operator')}", "Idempotency-Key": number},
    )
    assert answer.json()["registered"] == 1, answer.text


def ask(hub: HubProcess, number: str) -> str:
    answer = hub.http.post(
        "/v1/eligibility-checks",
        json=a_question(number=number),
        headers={"Authorization": f"Bearer {hub.token('clinic')}"},
    )
    validity: str = answer.json()["answer"]["validity"]
    return validity


def test_the_second_hub_on_a_store_refuses_and_the_first_goes_on(hub: HubProcess) -> None:
    with hub.alive():
        register(hub, "1")

        code, said = second(hub)

        assert code == 1
        assert "store.locked" in said
        assert "Traceback" not in said
        assert ask(hub, "1") == "1"
        register(hub, "2")
        assert ask(hub, "2") == "1"
    with hub.alive():
        assert [ask(hub, number) for number in ("1", "2")] == ["1", "1"], "killed, and started again"


def test_two_hubs_that_start_at_once_are_one_in_the_end(hub: HubProcess) -> None:
    ports = [str(free_port()), str(free_port())]
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "kaihoken", "hub", "serve"],
            env={**hub.environment(), "KAIHOKEN_PORT": port},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for port in ports
    ]
    try:
        loser = next(one for one in iter_ended(started))
        (winner,) = [one for one in started if one is not loser]
        assert loser.stderr is not None
        assert "store.locked" in loser.stderr.read()
        assert loser.returncode == 1
        assert winner.poll() is None
    finally:
        for one in started:
            one.terminate()
            one.communicate(timeout=_PATIENCE)


def iter_ended(started: list[subprocess.Popen[str]]) -> Iterator[subprocess.Popen[str]]:
    """The one of them that ends first."""
    while True:
        for one in started:
            try:
                one.wait(0.05)  # polling other processes
            except subprocess.TimeoutExpired:
                continue
            yield one


def test_yesterdays_backup_does_not_start_beside_its_witness_and_goes_on_when_people_decide_so(
    hub: HubProcess, location: str | Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with hub.alive():
        register(hub, "1")
        asyncio.run(back_up(location, tmp_path / "yesterday.sqlite3"))
        register(hub, "2")
        assert ask(hub, "2") == "1"
        hub.stop()
    if isinstance(location, Path):
        shutil.rmtree(location)
        restored: str | Path = location
    else:
        restored = request.getfixturevalue("other_database")
    asyncio.run(restore_backup(tmp_path / "yesterday.sqlite3", restored))
    hub.store = str(restored)

    code, said = second(hub)
    assert code == 1
    assert "audit.rolled_back" in said
    assert "Traceback" not in said

    new = tmp_path / "new-witness.jsonl"
    code, said = second(hub, KAIHOKEN_WITNESS=str(new))
    assert (code, "audit.witness_empty" in said) == (1, True), "nor with a witness that has seen nothing"
    assert not new.exists()
    hub.witness = new
    with hub.alive("--new-witness"):
        assert [ask(hub, number) for number in ("1", "2")] == ["1", "4"]
        register(hub, "2")
        assert ask(hub, "2") == "1"
        hub.stop()
    with hub.alive():
        assert ask(hub, "2") == "1", "from here on as always"
