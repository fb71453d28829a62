"""Settings are read once, strictly, from a file and the environment."""

from pathlib import Path

import msgspec
import pytest

from kaihoken import settings
from kaihoken.problems import Problem


class Some(msgspec.Struct, frozen=True):
    port: int = 8000
    name: str = "plain"
    door_password: str = ""


def test_defaults_stand_where_nothing_is_said() -> None:
    assert settings.load(Some, environment={}) == Some()


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "some.toml"
    file.write_text('port = 1\nname = "file"\n')
    read = settings.load(Some, environment={"KAIHOKEN_CONFIG": str(file), "KAIHOKEN_PORT": "2"})
    assert read == Some(port=2, name="file")


@pytest.mark.parametrize(
    ("text", "environment", "code"),
    [
        ("prot = 1", {}, "settings.unknown"),
        ("", {"KAIHOKEN_PROT": "1"}, "settings.unknown"),
        ('port = "many"', {}, "settings.invalid"),
        ("port = ", {}, "settings.invalid"),
        ("", {"KAIHOKEN_PORT": "many"}, "settings.invalid"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(
    tmp_path: Path, text: str, environment: dict[str, str], code: str
) -> None:
    file = tmp_path / "some.toml"
    file.write_text(text)
    with pytest.raises(Problem) as raised:
        settings.load(Some, file, environment)
    assert raised.value.code == code
    assert raised.value.where


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(Problem) as raised:
        settings.load(Some, tmp_path / "none.toml", {})
    assert raised.value.code == "settings.invalid"


def test_other_variables_are_left_alone() -> None:
    assert settings.load(Some, environment={"HOME": "x", "PORT": "1"}) == Some()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://hub:geheim@127.0.0.1:1/k", "postgresql://hub:********@127.0.0.1:1/k"),
        ("postgresql://hub:ge@heim@127.0.0.1/k", "postgresql://hub:********@127.0.0.1/k"),
        ("postgresql://hub:ge/heim@127.0.0.1/k", "postgresql://hub:********@127.0.0.1/k"),
        ("postgresql://hub:ge:heim@127.0.0.1/k", "postgresql://hub:********@127.0.0.1/k"),
        ("postgresql://hub:ge?heim@127.0.0.1/k", "postgresql://********"),
        (
            "postgresql://hub@127.0.0.1:1/k?password=geheim&sslmode=require",
            "postgresql://hub@127.0.0.1:1/k?password=********&sslmode=require",
        ),
        (
            "postgresql:///k?host=/run/postgresql&passfile=x",
            "postgresql:///k?host=/run/postgresql&passfile=********",
        ),
        ("mysql://u:geheim@db/k", "mysql://u:********@db/k"),
        ("postgresql+asyncpg://u:geheim@db/k", "postgresql+asyncpg://u:********@db/k"),
        ("https://witness:geheim@example.jp/heads", "https://witness:********@example.jp/heads"),
        ("kaihoken-store", "kaihoken-store"),
        ("/var/lib/a@b:c/store", "/var/lib/a@b:c/store"),
    ],
)
def test_an_address_is_shown_without_its_password(address: str, shown: str) -> None:
    assert settings.shown(Some(name=address))["name"] == shown


def test_secrets_are_not_shown() -> None:
    shown = settings.shown(Some(door_password="sesame"))
    assert "sesame" not in str(shown)
    assert shown["name"] == "plain"
    assert settings.shown(Some())["door_password"] == ""
