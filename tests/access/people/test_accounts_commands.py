"""`kaihoken accounts`: the first invitation comes from the command line, and the list shows everybody."""

import asyncio
import json
from pathlib import Path

import pytest

from kaihoken import cli
from kaihoken.clock import SystemClock
from kaihoken.store import FileKeys, create_store


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new production store with its keys, in this test's folder."""
    monkeypatch.chdir(tmp_path)
    for variable in ("STORE", "KEYS", "WITNESS"):
        monkeypatch.delenv(f"KAIHOKEN_{variable}", raising=False)
    FileKeys.create(tmp_path / "kaihoken-keys", SystemClock())

    async def make() -> None:
        store = await create_store(tmp_path / "kaihoken-store", purpose="production", clock=SystemClock())
        await store.close()

    asyncio.run(make())
    return tmp_path


@pytest.mark.usefixtures("place")
def test_somebody_is_invited_invited_again_and_disabled(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["accounts", "invite", "--role", "operator", "--name", "運用 太郎", "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert cli.run(["accounts", "invite-again", first["account_id"]]) == 0
    second = capsys.readouterr().out.strip()
    assert len(second.replace("-", "")) == 26
    assert second != first["code"]

    assert cli.run(["accounts", "list"]) == 0
    assert "運用 太郎" in capsys.readouterr().out
    assert cli.run(["accounts", "disable", first["account_id"], "--json"]) == 0
    (disabled,) = json.loads(capsys.readouterr().out)
    assert disabled["status"] == "disabled"
    assert cli.run(["accounts", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [disabled]


@pytest.mark.usefixtures("place")
def test_a_role_without_its_organisation_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["accounts", "invite", "--role", "manager", "--name", "名前"]) != 0

    assert "identity." in capsys.readouterr().err
