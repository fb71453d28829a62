"""A hub that cannot start says why and what to do, in Japanese and English, and leaves everything as it was."""

import asyncio
import json
import shutil
import socket
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from kaihoken import cli
from kaihoken.audit import Committer
from kaihoken.clock import SystemClock
from kaihoken.hub import HubSettings
from kaihoken.hub.machine import running
from kaihoken.problems import Problem, catalogue
from kaihoken.store import FileKeys, create_store, open_store

from ..ports import free_port
from .hub import Hub, a_hub, a_row
from .process import HubProcess, make_hub

Serve = Callable[..., tuple[int, str, str]]


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Serve:
    """`kaihoken hub serve` over this test's folder: exit code, stdout, stderr."""

    def run(*arguments: str, **settings: str) -> tuple[int, str, str]:
        surroundings = {
            "store": str(tmp_path / "store"),
            "keys": str(tmp_path / "keys"),
            "witness": str(tmp_path / "witness.jsonl"),
            "port": str(free_port()),
            **settings,
        }
        with monkeypatch.context() as patch:
            for name, value in surroundings.items():
                patch.setenv(f"KAIHOKEN_{name.upper()}", value)
            code = cli.run(["hub", "serve", *arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return run


async def a_hub_that_ran(location: str | Path, folder: Path) -> Hub:
    async with a_hub(location, folder) as hub:
        await hub.register(a_row())
    return hub


def assert_told(refused: tuple[int, str, str], problem: str, *, exit_code: int = 1) -> None:
    """One problem, in both languages, with what to do; nothing else that a person would have to read past."""
    code, out, err = refused
    entry = catalogue()[problem]
    assert (code, out) == (exit_code, "")
    assert f"({problem} · {entry.oqs})" in err
    for words in (entry.title_ja, entry.title_en):
        assert words.partition("{")[0] in err
    assert err.count("→") == 2
    assert "Traceback" not in err
    assert len(err.splitlines()) == 5


def test_a_second_hub_on_the_same_store_is_refused(
    location: str | Path, tmp_path: Path, serve: Serve
) -> None:
    asyncio.run(a_hub_that_ran(location, tmp_path))

    async def while_it_runs() -> tuple[int, str, str]:
        held = await open_store(location)
        try:
            return await asyncio.to_thread(serve, store=str(location))
        finally:
            await held.close()

    refused = asyncio.run(while_it_runs())

    assert_told(refused, "store.locked")
    assert "動いているハブに HTTP でたずねる" in refused[2]
    assert "Ask the hub that runs" in refused[2]


def test_with_json_the_refusal_is_one_object_on_stdout(tmp_path: Path, serve: Serve) -> None:
    code, out, err = serve("--json")

    assert (code, err) == (1, "")
    assert json.loads(out)["code"] == "store.keys_missing"


def test_a_store_that_was_rolled_back_is_refused(location: str | Path, tmp_path: Path, serve: Serve) -> None:
    hub = asyncio.run(a_hub_that_ran(location, tmp_path))
    earlier = (tmp_path / "witness.jsonl").read_bytes()

    async def goes_on() -> None:
        async with a_hub(location, tmp_path, after=hub) as again:
            await again.register(a_row(number="57", link="link-57"), key="2")

    if isinstance(location, Path):
        shutil.copytree(location, tmp_path / "earlier")
        asyncio.run(goes_on())
        shutil.rmtree(location)
        shutil.copytree(tmp_path / "earlier", location)
    else:
        # What the witness has seen of a log that went on elsewhere: the same as a database brought back.
        asyncio.run(goes_on())
        seen = (tmp_path / "witness.jsonl").read_bytes()
        assert len(seen) > len(earlier)
        asyncio.run(cut_last_batch(location))

    refused = serve(store=str(location))

    assert_told(refused, "audit.rolled_back")
    assert not asyncio.run(is_locked(location)), "a hub that did not start holds nothing"


async def cut_last_batch(address: str) -> None:
    import asyncpg

    connection = await asyncpg.connect(address)
    try:
        for table in ("log_batch", "log_body"):
            await connection.execute(f"DELETE FROM {table} WHERE seq = (SELECT max(seq) FROM {table})")
    finally:
        await connection.close()


async def is_locked(location: str | Path) -> bool:
    await (await open_store(location)).close()
    return False


def test_a_log_of_another_store_is_refused(tmp_path: Path, serve: Serve) -> None:
    asyncio.run(a_hub_that_ran(tmp_path / "other", tmp_path))
    (tmp_path / "witness.jsonl").rename(tmp_path / "witness of the other.jsonl")
    asyncio.run(a_hub_that_ran(tmp_path / "store", tmp_path))

    refused = serve(witness=str(tmp_path / "witness of the other.jsonl"))

    assert_told(refused, "audit.other_log")


def test_a_witness_whose_folder_is_not_there_is_refused(tmp_path: Path, serve: Serve) -> None:
    asyncio.run(a_hub_that_ran(tmp_path / "store", tmp_path))

    refused = serve(witness=str(tmp_path / "not mounted" / "witness.jsonl"))

    assert_told(refused, "audit.witness_unreachable")
    assert not (tmp_path / "not mounted").exists()


def test_a_witness_that_was_taken_away_is_refused(tmp_path: Path, serve: Serve) -> None:
    asyncio.run(a_hub_that_ran(tmp_path / "store", tmp_path))
    (tmp_path / "witness.jsonl").unlink()

    refused = serve()

    assert_told(refused, "audit.witness_empty")
    assert "--new-witness" in refused[2]
    assert not (tmp_path / "witness.jsonl").exists()


def test_a_new_witness_begins_when_the_operator_says_so_once(tmp_path: Path, serve: Serve) -> None:
    asyncio.run(a_hub_that_ran(tmp_path / "store", tmp_path))
    (tmp_path / "witness.jsonl").unlink()
    settings = HubSettings(store=str(tmp_path / "store"), witness=str(tmp_path / "witness.jsonl"))

    async def begins() -> int:
        own = FileKeys(tmp_path / "keys")
        async with running(settings, own, SystemClock(), new_witness=True) as machine:
            committer = machine.committer
        return committer.head.size

    size = asyncio.run(begins())

    assert size > 1
    last = json.loads((tmp_path / "witness.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert last["size"] == size
    assert_told(serve("--new-witness"), "audit.witness_not_new", exit_code=2)


def make_nothing(_: Path) -> Mapping[str, str]:
    return {}


def make_keys_only(folder: Path) -> Mapping[str, str]:
    FileKeys.create(folder / "keys", SystemClock())
    return {}


def make_open_keys(folder: Path) -> Mapping[str, str]:
    make_keys_only(folder)
    (folder / "keys").chmod(0o755)
    return {}


def make_with_strange_keys(folder: Path) -> Mapping[str, str]:
    asyncio.run(a_hub_that_ran(folder / "store", folder))
    FileKeys.create(folder / "strange", SystemClock())
    return {"keys": str(folder / "strange")}


def make_with_a_strange_lookup_key(folder: Path) -> Mapping[str, str]:
    asyncio.run(a_hub_that_ran(folder / "store", folder))
    FileKeys.create(folder / "strange", SystemClock())
    shutil.copy(folder / "strange" / "lookup-1.json", folder / "keys" / "lookup-1.json")
    return {}


def make_no_store(folder: Path) -> Mapping[str, str]:
    make_keys_only(folder)
    (folder / "store").mkdir()
    (folder / "store" / "store.sqlite3").write_bytes(b"not a database, but long enough to be looked at" * 100)
    return {}


def make_unreachable(folder: Path) -> Mapping[str, str]:
    make_keys_only(folder)
    return {"store": f"postgresql://clerk:secret-word@127.0.0.1:{free_port()}/none"}


def make_with_another_purpose(folder: Path) -> Mapping[str, str]:
    asyncio.run(a_hub_that_ran(folder / "store", folder))
    with closing(apsw.Connection(str(folder / "store" / "store.sqlite3"))) as connection:
        connection.execute("UPDATE store_meta SET value = 'production' WHERE name = 'purpose'")
    return {}


def make_nameless(folder: Path) -> Mapping[str, str]:
    asyncio.run(a_hub_that_ran(folder / "store", folder))
    with closing(apsw.Connection(str(folder / "store" / "store.sqlite3"))) as connection:
        connection.execute("DELETE FROM store_meta WHERE name = 'store_id'")
    return {}


def make_torn_witness(folder: Path) -> Mapping[str, str]:
    asyncio.run(a_hub_that_ran(folder / "store", folder))
    (folder / "witness.jsonl").write_text('{"not":"a head"}\n', encoding="utf-8")
    return {}


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (make_nothing, "store.keys_missing"),
        (make_keys_only, "store.missing"),
        (make_open_keys, "store.keys_open"),
        (make_with_strange_keys, "store.keys_wrong"),
        (make_with_a_strange_lookup_key, "store.keys_wrong"),
        (make_no_store, "store.corrupt"),
        (make_unreachable, "store.unreachable"),
        (make_with_another_purpose, "audit.other_store"),
        (make_nameless, "store.corrupt"),
        (make_torn_witness, "audit.witness_unreadable"),
    ],
)
def test_what_is_missing_or_wrong_is_named(
    tmp_path: Path, serve: Serve, make: Callable[[Path], Mapping[str, str]], problem: str
) -> None:
    settings = make(tmp_path)

    refused = serve(**settings)

    assert_told(refused, problem)
    assert "secret-word" not in refused[2]


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"port": "99999"}, "settings.invalid"),
        ({"port": "eighty"}, "settings.invalid"),
        ({"prot": "8000"}, "settings.unknown"),
        ({"host": "0.0.0.0"}, "hub.plain-http"),
        ({"host": "::"}, "hub.plain-http"),
        ({"host": ""}, "hub.plain-http"),
        ({"host": "192.0.2.1"}, "hub.plain-http"),
        ({"host": "hub.example.jp"}, "hub.plain-http"),
        ({"public_url": "http://hub.example.jp"}, "hub.plain-http"),
        ({"log_level": "loud"}, "settings.invalid"),
        ({"answers_days": "0"}, "settings.invalid"),
        ({"public_url": "not a url"}, "settings.invalid"),
        ({"public_url": "hub.example.jp"}, "settings.invalid"),
        ({"public_url": "ftp://hub.example.jp"}, "settings.invalid"),
        ({"public_url": "https://"}, "settings.invalid"),
        ({"public_url": "https://hub.example.jp/"}, "settings.invalid"),
        ({"public_url": "https://hub.example.jp:port"}, "settings.invalid"),
        ({"public_url": "https://u:p@hub.example.jp"}, "settings.invalid"),
        ({"public_url": "https://hub.example.jp?x"}, "settings.invalid"),
        ({"public_url": "https://[::1"}, "settings.invalid"),
    ],
)
def test_settings_that_cannot_be_are_misuse(serve: Serve, settings: dict[str, str], problem: str) -> None:
    assert_told(serve(**settings), problem, exit_code=2)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "192.0.2.1"])
def test_an_address_that_is_not_this_machines_is_named(tmp_path: Path, serve: Serve, host: str) -> None:
    file = tmp_path / "hub.toml"
    file.write_text('[tls]\nended_before_by = "the proxy of the test"\n', encoding="utf-8")

    assert_told(serve(host=host, config=str(file)), "hub.address", exit_code=2)


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"witness": "http://witness.example.jp/heads"}, "audit.witness_plain"),
        ({"witness": "http://clerk:secret-word@192.0.2.1/heads"}, "audit.witness_plain"),
        ({"store": "postgresql://clerk:secret-word@db.example.jp/k"}, "store.unencrypted"),
        ({"store": "postgresql://clerk:secret-word@192.0.2.1/k?sslmode=require"}, "store.unencrypted"),
    ],
)
def test_nothing_is_reached_on_another_machine_without_tls_that_verifies_it(
    tmp_path: Path, serve: Serve, settings: dict[str, str], problem: str
) -> None:
    asyncio.run(a_hub_that_ran(tmp_path / "store", tmp_path))

    refused = serve(**settings)

    assert_told(refused, problem, exit_code=2)
    assert "secret-word" not in refused[2]


@pytest.mark.process
def test_beyond_this_machine_http_is_spoken_only_where_a_setting_names_what_ends_tls(tmp_path: Path) -> None:
    hub = make_hub(tmp_path)
    hub.settings = 'host = "0.0.0.0"\n'
    with pytest.raises(AssertionError, match=r"hub\.plain-http"):
        hub.start()

    hub.settings += '[tls]\nended_before_by = "the load balancer of the test"\n'
    with hub.alive():
        assert hub.http.get("/live").json() == {"live": True}


def test_a_port_that_is_taken_is_named_with_another(tmp_path: Path, serve: Serve) -> None:
    asyncio.run(a_hub_that_ran(tmp_path / "store", tmp_path))
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        refused = serve(port=str(port))

    assert_told(refused, "hub.port-in-use", exit_code=2)
    assert str(port) in refused[2]
    assert f"make demo PORT={port + 1}" in refused[2]


@pytest.mark.process
def test_a_hub_that_is_told_to_stop_leaves_its_last_head_with_the_witness(tmp_path: Path) -> None:
    hub = make_hub(tmp_path)
    with hub.alive():
        assert f"http://127.0.0.1:{hub.port}: 動いています / ready" in hub.said.read_text(encoding="utf-8")
        assert hub.process is not None
        second = HubProcess(tmp_path, free_port())
        with pytest.raises(AssertionError):
            second.start()  # ends at once
        assert "store.locked" in hub.said.read_text(encoding="utf-8")

        hub.process.terminate()

        assert hub.process.wait(60) in (0, -15)
    last = json.loads((tmp_path / "witness.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert last["size"] == 3, "the log's birth and two clients"
    assert not (tmp_path / "store" / "store.sqlite3-wal").exists(), "closed in order"


@pytest.mark.parametrize(
    ("folder", "file", "told"), [(0o755, 0o644, 1), (0o700, 0o644, 0), (0o755, 0o600, 0), (0o750, 0o640, 1)]
)
async def test_a_store_that_others_can_read_is_told_at_the_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, folder: int, file: int, told: int
) -> None:
    hub = await a_hub_that_ran(tmp_path / "store", tmp_path)
    caplog.clear()
    (tmp_path / "store").chmod(folder)
    (tmp_path / "store" / "store.sqlite3").chmod(file)

    async with a_hub(tmp_path / "store", tmp_path, after=hub):
        pass

    assert caplog.text.count("other users of this machine can read store.sqlite3:") == told


async def test_keys_that_the_log_does_not_know_leave_no_mark_on_a_store_without_people(
    tmp_path: Path,
) -> None:
    own = FileKeys.create(tmp_path / "own", SystemClock())
    strange = FileKeys.create(tmp_path / "strange", SystemClock())
    store = await create_store(tmp_path / "store", purpose="demo", clock=SystemClock())
    await (await Committer.open(store, own, SystemClock(), tick_seconds=None)).close()
    await store.close()
    settings = HubSettings(store=str(tmp_path / "store"))

    with pytest.raises(Problem, match=r"audit\.head_refused"):
        async with running(settings, strange, SystemClock()):
            pass

    async with running(settings, own, SystemClock()) as machine:
        assert machine.committer.committed_seq == 0
