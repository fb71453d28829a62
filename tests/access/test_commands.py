"""`kaihoken clients`: enrolling, listing and disabling, with the hub at rest."""

import asyncio
import json
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import apsw
import pytest

from kaihoken import cli
from kaihoken.access import key_of_code, load_key, load_registry
from kaihoken.clock import SystemClock
from kaihoken.store import FileKeys, create_store, open_store

from ..certificates import a_ca, issued

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(params=["demo", "production"])
def purpose(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def run(
    tmp_path: Path, purpose: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """The command line in a folder with a store and keys where a hub expects them."""
    monkeypatch.chdir(tmp_path)
    for variable in ("STORE", "KEYS", "WITNESS"):
        monkeypatch.delenv(f"KAIHOKEN_{variable}", raising=False)

    async def made() -> None:
        store = await create_store("kaihoken-store", purpose=purpose, clock=SystemClock())
        await store.close()

    asyncio.run(made())
    FileKeys.create(tmp_path / "kaihoken-keys", SystemClock())

    def _run(*arguments: str) -> tuple[int, str, str]:
        code = cli.run(["clients", *arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return _run


def a_public_key(run: Run, name: str = "clinic") -> str:
    """Makes a key pair; the path of the file with the public half."""
    code, out, _ = run("make-key", f"{name}.private.json", "--json")
    assert code == 0
    Path(f"{name}.public.json").write_text(out, encoding="utf-8")
    return f"{name}.public.json"


def add(run: Run, key: str, *more: str, client_id: str = "clinic") -> tuple[int, str, str]:
    return run(
        "add", client_id, "--kind", "facility", "--code", "1312345678", "--name", "青空クリニック", "--key", key, *more
    )  # fmt: skip


@pytest.mark.parametrize(("option", "algorithm"), [((), "EdDSA"), (("--p256",), "ES256")])
def test_make_key_keeps_the_private_half_and_prints_the_public_one(
    run: Run, option: tuple[str, ...], algorithm: str
) -> None:
    code, out, err = run("make-key", "mine.json", *option)
    public, key = json.loads(out), load_key(Path("mine.json"))
    assert (code, public["kid"], public["alg"]) == (0, key.public.key_id, algorithm)
    assert "d" not in public
    assert "private" in err
    assert json.loads(Path("mine.json").read_bytes())["d"] not in out + err
    assert run("make-key", "mine.json")[0] == 1


def test_a_client_is_added_listed_and_disabled(run: Run, purpose: str) -> None:
    key = a_public_key(run)
    key_id = json.loads(Path(key).read_bytes())["kid"]
    code, out, _ = add(run, key, "--scope", "oqs", "--scope", "eligibility:ask", "--json")
    expected = {
        "client_id": "clinic",
        "kind": "facility",
        "code": "1312345678",
        "name": "青空クリニック",
        "status": "active",
        "scopes": ["eligibility:ask", "oqs"],
        "keys": [{"key_id": key_id, "algorithm": "EdDSA", "status": "active", "demo": purpose == "demo"}],
        "certificates": [],
    }
    assert (code, json.loads(out)) == (0, expected)
    code, out, _ = run("list", "--json")
    assert (code, json.loads(out)) == (0, [expected])

    code, out, _ = run("add-key", "clinic", "--key", a_public_key(run, "second"), "--json")
    assert [k["status"] for k in json.loads(out)["keys"]] == ["active", "active"]
    code, out, _ = run("disable", "clinic", "--key-id", key_id, "--json")
    assert [k["status"] for k in json.loads(out)["keys"]] == ["disabled", "active"]
    code, out, _ = run("disable", "clinic", "--json")
    assert (code, json.loads(out)["status"]) == (0, "disabled")
    code, out, _ = run("list")
    assert code == 0
    assert "clinic  facility 1312345678  disabled  青空クリニック" in out
    assert "eligibility:ask oqs" in out
    assert f"{key_id}  EdDSA  disabled" in out
    assert ("  demo" in out) == (purpose == "demo")


def test_certificates_are_added_listed_and_disabled(run: Run, tmp_path: Path) -> None:
    add(run, a_public_key(run))
    issued(a_ca()).saved(tmp_path, "tls")
    by_file = run("add-certificate", "clinic", "--certificate", "tls.pem", "--json")[1]
    by_name = run("add-certificate", "clinic", "--subject", "CN=clinic-1,O=架空の機関,C=JP", "--json")[1]
    first, second = json.loads(by_name)["certificates"]
    assert json.loads(by_file)["certificates"] == [first]
    assert (first["form"], second["form"]) == ("thumbprint", "subject")
    assert run("add-certificate", "clinic", "--thumbprint", first["value"], "--json")[1] == by_name

    assert run("disable", "clinic", "--certificate", second["name"])[0] == 0
    out = run("list")[1]
    assert f"{first['name']}  certificate  active\n" in out
    assert f"{second['name']}  certificate  disabled  CN=clinic-1,O=架空の機関,C=JP" in out


def test_a_client_is_added_together_with_its_certificate(run: Run, tmp_path: Path) -> None:
    issued(a_ca()).saved(tmp_path, "tls")
    by_file = add(run, a_public_key(run), "--certificate", "tls.pem", "--json")[1]
    by_name = add(run, a_public_key(run, "next"), "--subject", "CN=next", "--json", client_id="next")[1]

    assert [one["form"] for one in json.loads(by_file)["certificates"]] == ["thumbprint"]
    assert [one["value"] for one in json.loads(by_name)["certificates"]] == ["CN=next"]
    both = add(
        run, a_public_key(run, "both"), "--subject", "CN=a", "--thumbprint", "x" * 43, client_id="both"
    )
    assert (both[0], "access.message-malformed" in both[2]) == (2, True)


def test_a_settings_file_says_where_store_and_keys_lie(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("kaihoken-store").rename("there")
    Path("kaihoken-keys").rename("their-keys")
    key = a_public_key(run)
    (tmp_path / "hub.toml").write_text(
        'store = "there"\nkeys = "their-keys"\nwitness = "heads"\nport = 8123\n[limits]\n', encoding="utf-8"
    )
    monkeypatch.setenv("KAIHOKEN_CONFIG", str(tmp_path / "hub.toml"))
    assert add(run, key)[0] == 0
    assert json.loads(Path("heads").read_text(encoding="utf-8").splitlines()[-1])["size"] == 2
    assert "clinic" in run("list")[1]

    monkeypatch.setenv("KAIHOKEN_STORE", "nowhere")  # the environment wins over the file
    assert json.loads(run("list", "--json")[1])["code"] == "store.missing"
    assert "clinic" in run("list", "--store", "there")[1]  # and what is typed over both


@pytest.mark.parametrize("content", [None, b"not TOML", b"\xff"])
def test_a_settings_file_that_cannot_be_read_is_told(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "hub.toml").write_bytes(content)
    monkeypatch.setenv("KAIHOKEN_CONFIG", str(tmp_path / "hub.toml"))
    code, out, _ = run("list", "--json")
    assert (code, json.loads(out)["code"]) == (2, "settings.invalid")


def test_a_scope_that_was_put_in_by_sql_is_found_by_the_check_of_the_store(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    add(run, a_public_key(run), "--scope", "oqs")
    assert cli.run(["store", "check"]) == 0
    capsys.readouterr()

    with closing(apsw.Connection("kaihoken-store/store.sqlite3")) as connection:
        connection.execute("UPDATE client SET scopes = 'log:read oqs'")

    assert cli.run(["store", "check"]) == 1
    told = "✗ clients client clinic: 行がログの記録と違います (scopes) / the row is not what the log records (scopes)"
    assert told in capsys.readouterr().out


def test_without_scopes_a_client_gets_those_of_its_kind(run: Run) -> None:
    assert "eligibility:ask eligibility:bulk facility:settings log:read oqs" in add(run, a_public_key(run))[1]


def test_a_check_digit_that_does_not_fit_is_a_warning(run: Run) -> None:
    key = a_public_key(run)
    code, out, err = add(run, key)
    assert code == 0
    assert "clinic" in out
    assert "1312345678: 検証番号が合いません" in err
    other = a_public_key(run, "other")
    code, _, err = run(
        "add", "o-1", "--kind", "facility", "--code", "0110113719", "--name", "A", "--key", other
    )
    assert (code, err) == (0, "")


def test_a_one_time_code_is_the_key_of_a_new_client_and_another_one_of_a_client_that_is_there(
    run: Run,
) -> None:
    before = SystemClock().now()
    new = ("--kind", "facility", "--code", "1312345678", "--name", "青空クリニック", "--days", "2")
    _, out, err = run("code", "desk-1", *new, "--json")
    first, after = json.loads(out), SystemClock().now()
    code, line, _ = run("code", "desk-1")
    client_id, _, second = line.strip().partition("/")

    (client,) = json.loads(run("list", "--json")[1])
    assert (code, first["client_id"], client_id) == (0, "desk-1", "desk-1")
    assert before <= datetime.fromisoformat(first["until"]) - timedelta(days=2) <= after
    assert "1312345678: 検証番号が合いません" in err
    assert (client["code"], client["name"]) == ("1312345678", "青空クリニック")
    assert [one["key_id"] for one in client["keys"]] == [
        key_of_code(secret).public.key_id for secret in (first["code"], second)
    ]
    assert "access.client-unknown" in run("code", "nobody", "--json")[1]


def test_an_operator_is_added_without_a_code(run: Run) -> None:
    code, out, err = run("add", "ops-1", "--kind", "operator", "--name", "運営", "--key", a_public_key(run))
    assert (code, err) == (0, "")
    assert "ops-1  operator   active  運営" in out


def test_the_witness_sees_what_is_enrolled(run: Run, tmp_path: Path) -> None:
    add(run, a_public_key(run), "--witness", str(tmp_path / "witness"))
    heads = (tmp_path / "witness").read_text(encoding="utf-8").splitlines()
    assert json.loads(heads[-1])["size"] == 2


OPERATOR = ("add", "c-1", "--kind", "operator", "--name", "A", "--key")
FACILITY = ("add", "c-1", "--kind", "facility", "--name", "A", "--code")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("disable", "nobody"), "access.client-unknown"),
        (("add-key", "nobody", "--key", "k.public.json"), "access.client-unknown"),
        ((*FACILITY, "13", "--key", "k.public.json"), "identity.digits"),
        ((*OPERATOR, "none.json"), "access.key-file"),
        ((*OPERATOR, "k.private.json"), "access.key-private"),
        ((*OPERATOR, "k.public.json", "--scope", "x"), "access.scope-unknown"),
        ((*OPERATOR, "k.public.json", "--scope", "oqs"), "access.client-invalid"),
        (("add", "c-1", "--kind", "doctor", "--name", "A", "--key", "k.public.json"), "cli.misuse"),
        (("list", "--store", "nowhere"), "store.missing"),
        (("list", "--hub", "https://hub.example"), "cli.misuse"),
        (("list", "--hub", "https://hub.example", "--as", "ops"), "cli.misuse"),
        (("list", "--hub", "h", "--as", "o", "--operator-key", "none.json"), "access.key-file"),
        (("add-certificate", "c-1", "--certificate", "none.pem"), "access.key-file"),
        (("add-certificate", "c-1", "--certificate", "k.bytes"), "access.certificate-malformed"),
        (("add-certificate", "c-1", "--certificate", "k.public.json"), "access.certificate-malformed"),
        (("add-certificate", "c-1"), "access.message-malformed"),
        (
            ("add-certificate", "c-1", "--thumbprint", "x" * 43, "--subject", "CN=a"),
            "access.message-malformed",
        ),
        (("disable", "c-1", "--key-id", "a", "--certificate", "b"), "access.message-malformed"),
        (("token", "c-1", "--key", "k.private.json", "--hub", "h", "--ca", "none.pem"), "access.key-file"),
        (
            ("token", "c-1", "--key", "k.private.json", "--hub", "h", "--tls", "k.public.json"),
            "access.key-file",
        ),
    ],
)
def test_each_mistake_is_told_as_its_problem(run: Run, arguments: tuple[str, ...], problem: str) -> None:
    a_public_key(run, "k")
    Path("k.bytes").write_bytes(b"\xff")
    code, out, err = run(*arguments, "--json")
    assert json.loads(out)["code"] == problem
    assert err == ""
    assert code != 0
    assert json.loads(run("list", "--json")[1]) == []


def test_beside_a_running_hub_one_may_look_but_not_write(run: Run) -> None:
    key = a_public_key(run)

    async def hub() -> tuple[tuple[int, str, str], tuple[int, str, str]]:
        store = await open_store("kaihoken-store")
        try:
            return await asyncio.to_thread(add, run, key, "--json"), await asyncio.to_thread(run, "list")
        finally:
            await store.close()

    added, listed = asyncio.run(hub())
    assert (added[0], json.loads(added[1])["code"]) == (1, "store.locked")
    assert (listed[0], listed[1]) == (0, "")

    async def clients() -> int:
        store = await open_store("kaihoken-store", read_only=True)
        try:
            return len(await load_registry(store))
        finally:
            await store.close()

    assert asyncio.run(clients()) == 0
