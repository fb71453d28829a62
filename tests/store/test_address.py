"""Where a store lies is read strictly, and what is refused is not shown: a password may stand anywhere in it."""

import asyncio
import ssl
from contextlib import suppress
from pathlib import Path

import pytest

from kaihoken import cli
from kaihoken.problems import Problem
from kaihoken.store import open_store
from kaihoken.store.address import is_postgres, require_encrypted, shown_place

from ..certificates import SERVER, Paper, a_ca, issued


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


VERIFIED = "sslmode=verify-full&sslrootcert=ca.pem"


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://hub:geheim@127.0.0.1:5432/k",
        "postgresql://hub@localhost/k",
        "postgresql://hub@[::1]:5432/k",
        "postgresql://127.0.0.1,[::1]:5433/k",
        "postgresql:///k",
        "postgresql:///k?host=/run/postgresql&port=5433",
        "postgresql://%2Frun%2Fpostgresql:5433/k",
        "postgresql:///k?host=127.0.0.1",
        f"postgresql://hub@db.example/k?{VERIFIED}",
        f"postgresql://one.example,two.example/k?{VERIFIED}",
        f"postgresql:///k?service=national&{VERIFIED}",
    ],
)
def test_a_database_is_reached_on_this_machine_or_over_tls_that_verifies_it(address: str) -> None:
    assert is_postgres(address)
    require_encrypted(address, {"PGHOST": ""})


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("postgresql://hub:geheim@db.example/k", "db.example"),
        ("postgresql://hub@db.example:5432/k?sslmode=require", "db.example"),
        ("postgresql://hub@db.example/k?sslmode=verify-ca", "db.example"),
        ("postgresql://hub@db.example/k?sslmode=verify-full&sslmode=prefer", "db.example"),
        ("postgresql://127.0.0.1,192.0.2.1:5433/k", "192.0.2.1"),
        ("postgresql://[2001:db8::1]:5432/k", "2001:db8::1"),
        ("postgresql://db%2Eexample/k", "db.example"),
        ("postgresql://:5432/k", ""),
        ("postgresql://db.example/k?host=/run/postgresql", "db.example"),
        ("postgresql:///k?host=/run/postgresql,db.example", "db.example"),
        ("postgresql:///k?service=national", "service national"),
        ("postgresql:///k", "elsewhere.example"),
    ],
)
def test_another_machine_is_not_reached_in_the_clear(address: str, host: str) -> None:
    with pytest.raises(Problem) as refused:
        require_encrypted(address, {"PGHOST": "elsewhere.example"})

    assert (refused.value.code, refused.value.facts) == ("store.unencrypted", {"host": host})


class TlsListener:
    """What a client meets at a server with TLS: it is told to go on in TLS, and then says what it wants, or nothing."""

    def __init__(self, folder: Path, ca: Paper) -> None:
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(
            *issued(ca, "database", use=SERVER, hosts=("localhost",)).saved(folder, "database")
        )
        self.heard: list[bytes] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(8) == bytes.fromhex("0000000804d2162f")  # SSLRequest
        writer.write(b"S")
        with suppress(OSError, EOFError):
            await writer.start_tls(self.context)
            self.heard.append(await reader.read(100))
        writer.close()


@pytest.mark.parametrize(
    ("host", "trusted", "told"), [("localhost", True, 1), ("localhost", False, 0), ("127.0.0.1", True, 0)]
)
async def test_only_a_server_whose_certificate_and_name_are_right_is_told_anything(
    tmp_path: Path, host: str, trusted: bool, told: int
) -> None:
    ca = a_ca()
    (tmp_path / "ca.pem").write_bytes((ca if trusted else a_ca("架空の別の認証局")).pem)
    listener = TlsListener(tmp_path, ca)
    server = await asyncio.start_server(listener, "localhost")
    port = server.sockets[0].getsockname()[1]
    address = f"postgresql://clerk@{host}:{port}/k?sslmode=verify-full&sslrootcert={tmp_path / 'ca.pem'}"

    async with server:
        with pytest.raises(Problem, match=r"store\.unreachable"):
            await open_store(address)

    assert [b"clerk" in one for one in listener.heard if one] == [True] * told


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
