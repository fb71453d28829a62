"""Making a hub, showing its settings, and getting a token from it, on the command line."""

import re
from pathlib import Path

import pytest

from kaihoken.clock import SystemClock
from kaihoken.store import FileKeys

from .command_line import Run
from .hub import a_message
from .process import make_hub

SECRET = "open-sesame"


def test_a_store_and_its_keys_are_made_and_nobody_else_may_read_them(run: Run, tmp_path: Path) -> None:
    made = run("hub", "create")

    assert (made.code, made.err) == (0, "")
    assert "保管庫を作りました / store created: kaihoken-store" in made.out.decode()
    assert (tmp_path / "kaihoken-keys").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "kaihoken-store").stat().st_mode & 0o077 == 0
    assert len(FileKeys(tmp_path / "kaihoken-keys").log_keys()) == 1


def test_with_json_it_names_the_store(run: Run) -> None:
    made = run("hub", "create", "--json")

    assert made.code == 0
    assert (made.json["store"], made.json["keys"]) == ("kaihoken-store", "kaihoken-keys")
    assert re.fullmatch(r"[0-9a-f-]{36}", made.json["store_id"])


def test_what_exists_is_not_touched(run: Run, tmp_path: Path) -> None:
    run("hub", "create")
    before = {path: path.read_bytes() for path in (tmp_path / "kaihoken-keys").iterdir()}

    again = run("hub", "create", "--json")

    assert (again.code, again.json["code"]) == (2, "store.exists")
    assert {path: path.read_bytes() for path in (tmp_path / "kaihoken-keys").iterdir()} == before


def test_where_the_store_cannot_be_made_no_keys_are(run: Run, tmp_path: Path) -> None:
    (tmp_path / "kaihoken-store").mkdir()
    (tmp_path / "kaihoken-store" / "store.sqlite3").write_bytes(b"something else")

    assert run("hub", "create", "--json").json["code"] == "store.exists"
    assert not (tmp_path / "kaihoken-keys").exists()


def test_keys_that_lie_open_are_told_before_a_store_is_made(run: Run, tmp_path: Path) -> None:
    FileKeys.create(tmp_path / "kaihoken-keys", SystemClock())
    (tmp_path / "kaihoken-keys").chmod(0o755)

    assert run("hub", "create", "--json").json["code"] == "store.keys_open"
    assert not (tmp_path / "kaihoken-store").exists()


def test_the_settings_file_says_where(run: Run, tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text(
        'store = "elsewhere/store"\nkeys = "elsewhere/keys"\n', encoding="utf-8"
    )

    assert run("hub", "create", "--config", "hub.toml").code == 0
    assert (tmp_path / "elsewhere/store/store.sqlite3").is_file()


def test_the_settings_in_force_file_and_environment(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hub.toml").write_text(
        "port = 8001\n[limits.facility]\ncount = 7\nseconds = 1\nburst = 70\n", encoding="utf-8"
    )
    monkeypatch.setenv("KAIHOKEN_CONFIG", "hub.toml")
    monkeypatch.setenv("KAIHOKEN_HOST", "::1")

    plain, as_json = run("config", "show"), run("config", "show", "--json")

    lines = plain.out.decode().splitlines()
    assert {"port = 8001", "host = ::1", "limits.facility.burst = 70", "store = kaihoken-store"} <= set(lines)
    assert (as_json.json["port"], as_json.json["limits"]["facility"]["count"]) == (8001, 7)
    assert (plain.code, as_json.code) == (0, 0)


@pytest.mark.parametrize("arguments", [("config", "show"), ("config", "show", "--json")])
def test_no_password_is_shown(run: Run, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]) -> None:
    monkeypatch.setenv("KAIHOKEN_STORE", f"postgresql://clerk:{SECRET}@db.example:5432/kaihoken")
    monkeypatch.setenv("KAIHOKEN_WITNESS", f"https://hub:{SECRET}@witness.example/heads")

    shown = run(*arguments).out.decode()

    assert SECRET not in shown
    assert "postgresql://clerk:********@db.example:5432/kaihoken" in shown
    assert "https://hub:********@witness.example/heads" in shown


def test_a_setting_that_nobody_knows_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text("prot = 8001\n", encoding="utf-8")

    refused = run("config", "show", "--config", "hub.toml", "--json")

    assert (refused.code, refused.json["code"], refused.json["facts"]["key"]) == (
        2,
        "settings.unknown",
        "prot",
    )


@pytest.mark.process
def test_a_token_from_the_command_line_opens_a_running_hub(run: Run, tmp_path: Path) -> None:
    hub = make_hub(tmp_path)
    hub.start()
    try:
        ask = ("clients", "token", "clinic", "--key", "clinic.jwk", "--hub")
        plain = run(*ask, hub.url)
        narrow = run(*ask, f"{hub.url}/", "--scope", "oqs", "--json")
        stranger = run("clients", "token", "nobody", "--key", "clinic.jwk", "--hub", hub.url, "--json")
        refused = run(*ask, hub.url, "--scope", "metrics:read", "--json")
        answer = hub.http.post(
            "/oqs/search",
            content=a_message(),
            headers={"Authorization": plain.out.decode().strip(), "Content-Type": "application/xml"},
        )
    finally:
        hub.kill()

    assert (plain.code, plain.err, answer.status_code) == (0, "", 200)
    assert re.fullmatch(rb"[A-Za-z0-9_-]{43}\n", plain.out)
    assert (narrow.json["scope"], narrow.json["expires_in"], narrow.json["token_type"]) == (
        "oqs",
        300,
        "Bearer",
    )
    assert (stranger.code, stranger.json["code"]) == (2, "access.assertion-refused")
    assert (refused.code, refused.json["code"]) == (2, "access.scope-not-held")
    away = run(*ask, hub.url, "--json")
    assert (away.code, away.json["code"]) == (1, "access.hub-unreachable")


def test_a_store_where_nothing_can_be_made_is_told(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("KAIHOKEN_STORE", "file/store")

    made = run("hub", "create", "--json")

    assert (made.code, made.json["code"]) == (1, "store.path")
    assert not (tmp_path / "kaihoken-keys").exists()


def test_no_password_of_a_query_is_shown(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAIHOKEN_STORE", "postgresql://hub@127.0.0.1:1/k?password=geheim")
    monkeypatch.setenv("KAIHOKEN_WITNESS", "https://hub:geheim@witness.example.jp/")

    shown = run("config", "show").out.decode() + run("config", "show", "--json").out.decode()

    assert "geheim" not in shown
    assert "postgresql://hub@127.0.0.1:1/k?password=********" in shown
