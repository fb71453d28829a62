"""The checker that a stranger runs: alone, from two files, without the server."""

import ast
import base64
import json
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kaihoken.audit import Committer, public, verifier
from kaihoken.audit.head import head_json, signed_head
from kaihoken.audit.verifier import RefusedError, keys_from_json, receipt_from_header, receipt_from_json

from .builders import (
    BORN,
    SomeKey,
    SomeKeys,
    a_clock,
    a_new_log,
    an_entry,
    committed,
    later,
    receipts_of,
    the_log,
)

SOURCE = Path(verifier.__file__)


def a_receipt() -> str:
    return receipts_of(*(an_entry(f'{{"n":{n}}}') for n in range(3))).json(1).decode()


def key_set() -> str:
    return public.keys(SomeKeys()).decode()


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    receipt, keys = tmp_path / "receipt.json", tmp_path / "keys.json"
    receipt.write_text(a_receipt(), encoding="utf-8")
    keys.write_text(key_set(), encoding="utf-8")
    return receipt, keys


def test_it_imports_nothing_but_the_standard_library_and_cryptography() -> None:
    imported = set()
    for node in ast.walk(ast.parse(SOURCE.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add((node.module or "").split(".")[0])

    assert "cryptography" in imported
    assert imported - {"cryptography"} <= sys.stdlib_module_names


def test_it_runs_alone_wherever_it_is_copied(files: tuple[Path, Path], tmp_path: Path) -> None:
    alone = shutil.copy(SOURCE, tmp_path / "alone.py")

    ran = subprocess.run(
        [sys.executable, "-I", str(alone), str(files[0]), "--key", str(files[1])],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.returncode, ran.stderr) == (0, "")
    assert 'body: {"n":1}' in ran.stdout


def test_as_a_module_it_loads_nothing_of_the_server(files: tuple[Path, Path]) -> None:
    line = (
        "import runpy, sys\n"
        "try: runpy.run_module('kaihoken.audit.verifier', run_name='__main__')\n"
        "except SystemExit as end: assert end.code == 0\n"
        "print(*sys.modules, sep='\\n')"
    )
    ran = subprocess.run(
        [sys.executable, "-c", line, str(files[0]), "--key", str(files[1])],
        capture_output=True,
        text=True,
        check=True,
    )

    loaded = set(ran.stdout.splitlines())
    assert {name for name in loaded if name.startswith("kaihoken")} == {
        "kaihoken",
        "kaihoken.audit",
        "kaihoken.faces",
    }
    assert not loaded & {"msgspec", "sqlalchemy", "apsw", "typer", "httpx"}


def test_it_reads_the_header_form(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    files[0].write_text(receipts_of(an_entry("body")).header(0) + "\n", encoding="utf-8")

    assert verifier.main([str(files[0]), "--key", str(files[1])]) == 0
    assert "body: body" in capsys.readouterr().out


def test_a_refusal_ends_with_1_and_says_why(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    files[0].write_text(a_receipt().replace('"index":1', '"index":2'), encoding="utf-8")

    assert verifier.main([str(files[0]), "--key", str(files[1])]) == 1
    assert capsys.readouterr().out.startswith("refused: path:")


def test_a_file_that_is_not_there_ends_with_2(files: tuple[Path, Path]) -> None:
    assert verifier.main([str(files[0]), "--key", str(files[1].with_name("none"))]) == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        "{}",
        "[" * 100_000,
        '{"format":1,"format":1}',
        "x",
        "AQ",
        "A",
        "あ",
        "AR==",
        "AQ" + "A" * 400,
        "9" * 5000,
    ],
)
def test_what_is_no_receipt_is_refused_by_its_form(text: str, files: tuple[Path, Path]) -> None:
    files[0].write_text(text, encoding="utf-8")

    assert verifier.main([str(files[0]), "--key", str(files[1])]) == 1


def test_a_number_beyond_every_log_is_refused() -> None:
    with pytest.raises(RefusedError, match="whole number"):
        receipt_from_json(a_receipt().replace('"index":1', f'"index":{2**63}'))


def test_a_number_of_the_header_beyond_every_log_is_refused() -> None:
    header = receipts_of(an_entry()).header(0)
    raw = base64.urlsafe_b64decode(header + "=" * (-len(header) % 4))
    size = raw.index(b"5" * 32) + 32
    beyond = raw[:size] + b"\xff" * 8 + raw[size + 8 :]

    with pytest.raises(RefusedError, match="out of range"):
        receipt_from_header(base64.urlsafe_b64encode(beyond).rstrip(b"=").decode())


def test_run_as_a_file_it_ends_with_its_verdict(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["verifier.py", str(files[0]), "--key", str(files[1])])

    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(SOURCE), run_name="__main__")
    assert end.value.code == 0


def changed_keys(**members: Any) -> str:
    item = json.loads(key_set())
    item["keys"][0].update(members)
    return json.dumps(item)


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '{"keys":{}}',
        '{"keys":[1]}',
        changed_keys(kty="RSA"),
        changed_keys(crv="Ed448"),
        changed_keys(x="AAAA"),
        changed_keys(x="*"),
        changed_keys(kid="a b"),
        changed_keys(valid_from="yesterday"),
        changed_keys(valid_from="2026-11-20T03:00:00"),
        changed_keys(valid_to=3),
        json.dumps({"keys": json.loads(key_set())["keys"] * 2}),
    ],
)
def test_a_key_set_that_is_not_clear_is_refused(text: str) -> None:
    with pytest.raises(RefusedError, match="form"):
        keys_from_json(text)


def test_every_key_of_a_rotation_stays_in_the_set() -> None:
    keys = SomeKeys().rotated(later(a_clock(), days=1).at)

    read = keys_from_json(public.keys(keys))

    assert read == keys.public()
    first, second = read.values()
    assert (first.valid_from, first.valid_to) == (BORN, second.valid_from)
    assert second.valid_to is None


async def standing(committer: Committer, batch: int) -> dict[str, Any]:
    proof: dict[str, Any] = json.loads(await public.inclusion(committer, batch))
    return proof


async def test_a_receipt_still_stands_when_the_log_has_grown(tmp_path: Path) -> None:
    keys = SomeKeys().public()
    async with a_new_log(tmp_path / "store") as committer:
        receipt = receipt_from_json((await committer.commit([an_entry()])).receipt())
        for _ in range(9):
            head = verifier.verify_standing(receipt, await public.inclusion(committer, 1), keys)
            assert head == committer.head
            await committed(committer, "later")


async def test_what_does_not_show_the_receipts_batch_is_no_proof_of_it(tmp_path: Path) -> None:
    keys = SomeKeys().public()
    async with a_new_log(tmp_path / "one") as committer:
        await committed(committer, "a")
        receipt = receipt_from_json((await committer.commit([an_entry()])).receipt())
        early = await standing(committer, 1)
        await committed(committer, "b", "c", "d")
        good = await standing(committer, 2)
        neighbour = await standing(committer, 3)
        before = json.loads(await public.inclusion(committer, 1, 2))
    async with a_new_log(tmp_path / "other") as other:
        await committed(other, "a", "b", "c")
        foreign = await standing(other, 2)

    copied = verifier.head_from_object(good["head"])
    resigned = signed_head(
        SomeKey(1),
        log_id="6" * 32,
        size=copied.size,
        batch_size=copied.batch_size,
        batch_root=copied.batch_root,
        tree_root=copied.tree_root,
        time_ms=copied.time_ms,
    )

    verifier.verify_standing(receipt, json.dumps(good), keys)
    for wrong in (
        {**good, "head": json.loads(head_json(resigned))},
        early,
        neighbour,
        foreign,
        before,
        {**good, "batch": 3},
        {**good, "size": 3},
        {**good, "size": 7},
        {**good, "path": good["path"][:-1]},
        {**good, "path": [*good["path"], good["path"][0]]},
        {**good, "path": good["path"][::-1]},
        {**good, "batch_root": neighbour["batch_root"]},
        {**good, "head": {**good["head"], "time_ms": 0}},
        {**good, "note": ""},
    ):
        with pytest.raises(RefusedError):
            verifier.verify_standing(receipt, json.dumps(wrong), keys)


async def test_the_command_line_takes_the_proof_too(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with a_new_log(tmp_path / "store") as committer:
        files[0].write_bytes((await committer.commit([an_entry()])).receipt())
        await committed(committer, "b")
        (tmp_path / "proof.json").write_bytes(await public.inclusion(committer, 1))
    async with the_log(tmp_path / "store") as committer:
        (tmp_path / "other.json").write_bytes(await public.inclusion(committer, 2))

    asked = [str(files[0]), "--key", str(files[1]), "--proof"]
    assert verifier.main([*asked, str(tmp_path / "proof.json")]) == 0
    assert "stands in the log of 3 batches" in capsys.readouterr().out
    assert verifier.main([*asked, str(tmp_path / "other.json")]) == 1
