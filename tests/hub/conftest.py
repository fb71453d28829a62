"""The fixtures of these tests: see command_line."""

import io
import sys
from pathlib import Path

import pytest

from kaihoken import cli

from .command_line import Ran, Run


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """`kaihoken` in this test's folder, where a hub expects its store and keys."""
    monkeypatch.chdir(tmp_path)
    for variable in ("STORE", "KEYS", "WITNESS", "CONFIG"):
        monkeypatch.delenv(f"KAIHOKEN_{variable}", raising=False)

    def _run(*arguments: str, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        code = cli.run(list(arguments))
        out, err = capsysbinary.readouterr()
        return Ran(code, out, err.decode())

    return _run
