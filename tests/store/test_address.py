"""Where a store lies is read strictly, and what is refused is not shown: a password may stand anywhere in it."""

from pathlib import Path

import pytest

from kaihoken import cli
from kaihoken.problems import Problem
from kaihoken.store.address import is_postgres, shown_place


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("postgresql://hub:geheim@127.0.0.1:5432/k", "127.0.0.1/k"),
        ("postgres://hub@db/k", "db/k"),
        ("postgresql://hub:ge%40heim@[::1]:5432/k", "::1/k"),
        ("postgresql:///k?host=/run/postgresql&port=5433", "local/k"),
    ],
)
def test_the_address_of_a_database_is_shown_without_its_user(address: str, place: str) -> None:
    assert is_postgres(address)
    assert shown_place(address) == place


def test_several_hosts_are_an_address() -> None:
    assert is_postgres("postgresql://hub@one:5432,two:5433/k?target_session_attrs=primary")


@pytest.mark.parametrize("path", ["store", "/var/lib/kaihoken", "C:/kaihoken", "a:b@c", Path("store")])
def test_a_path_is_no_address(path: str | Path) -> None:
    assert not is_postgres(path)
    assert shown_place(path) == str(Path(path).absolute())


REFUSED = [
    "postgresql://hub:geheim@127.0.0.1:port/k",
    "postgresql://hub:geheim@127.0.0.1:70000/k",
    "postgresql://hub:geheim@[::1/k",
    "postgresql://hub:ge@heim@127.0.0.1/k",
    "postgresql://hub:ge/heim@127.0.0.1/k",
    "postgresql://hub:ge?heim@127.0.0.1/k",
    "postgresql://hub:ge#heim@127.0.0.1/k",
    "postgresql://db/k?geheim",
    "postgresql://db/k?port=geheim",
    "postgresql+asyncpg://hub:geheim@db/k",
    "PostgreSQL://hub:geheim@db/k",
    "mysql://u:geheim@db/k",
    "sqlite:///store",
]


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_that_cannot_be_read_is_refused_and_not_shown(address: str) -> None:
    with pytest.raises(Problem) as caught:
        is_postgres(address)

    assert (caught.value.code, caught.value.where) == ("store.address", address.partition("/")[0] + "//…")


@pytest.mark.parametrize("address", REFUSED[:3] + REFUSED[-3:-1])
@pytest.mark.parametrize(
    "command",
    [
        ("store", "check", "--store"),
        ("store", "backup", "b", "--store"),
        ("audit", "head", "--store"),
        (
            "eligibility",
            "check",
            "--insurer",
            "01130012",
            "--number",
            "1",
            "--birthdate",
            "1980-01-01",
            "--store",
        ),
    ],
)
def test_no_command_shows_it(
    command: tuple[str, ...],
    address: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)

    code = cli.run([*command, address])

    said = capsys.readouterr()
    assert code == 2
    assert "(store.address · KHK0323)" in said.err
    assert "heim" not in said.out + said.err
    assert list(tmp_path.iterdir()) == []
