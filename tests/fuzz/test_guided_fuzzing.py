"""Guided fuzzing of everything that reads bytes of strangers (`make slow`): what reaches new branches is bred on."""

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from .targets import TARGETS

RUNS = 20_000
SEED = 20261121
LONGEST_ANSWER = 10  # seconds that one input may take
PATIENCE = 600


@pytest.mark.parametrize("target", TARGETS)
def test_valid_input_is_no_finding(target: str) -> None:
    for seed in TARGETS[target].seeds:
        TARGETS[target].take(seed)


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS)
def test_no_bytes_make_a_reader_do_anything_but_read_or_refuse(target: str, tmp_path: Path) -> None:
    assert find_spec("atheris"), "atheris has no wheel for this machine: see docs/dependencies.md"
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(TARGETS[target].seeds):
        (corpus / str(number)).write_bytes(seed)

    done = subprocess.run(
        [
            sys.executable,
            str(Path(__file__).with_name("fire.py")),
            target,
            str(corpus),
            f"-runs={RUNS}",
            f"-seed={SEED}",
            f"-timeout={LONGEST_ANSWER}",
            "-max_len=8192",
            "-print_final_stats=1",
        ],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        cwd=tmp_path,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-4000:]
    made = re.search(r"stat::number_of_executed_units:\s*(\d+)", done.stderr)
    assert made is not None, done.stderr[-2000:]
    assert int(made[1]) >= RUNS
