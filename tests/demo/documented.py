"""The commands of a page, run as they stand there, and what the page says that they print.

A block ```sh holds commands; a block that follows at once holds what they print, with … for what is left out. Without
one they print nothing. All blocks of a page run in one shell, in an empty folder with `.venv` in it. `make demo` is
played: a small demonstration on a free port, which ends when the next one begins or with the page.
"""

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

_BLOCK = re.compile(
    r"^```sh\n(?P<commands>.*?)\n```$(?:\n^```(?:text|json|xml)\n(?P<printed>.*?)\n```$)?",
    re.DOTALL | re.MULTILINE,
)
_INLINE = re.compile(r"`(kaihoken [^`]*)`")
_LEFT_OUT = re.compile(r"\s*…\s*")
LONGEST_SECONDS = 300

_PROLOGUE = """\
set -eo pipefail
mkfifo ready
demonstration=
stop() { if [ -n "$demonstration" ]; then kill "$demonstration"; wait "$demonstration" || true; fi; demonstration=; }
trap stop EXIT
make() {
    stop
    "$PYTHON" -m kaihoken demo --port "$PORT" --count 30 --json >ready &
    demonstration=$!
    read -r _ <ready
}
"""


@dataclass(frozen=True, slots=True)
class Step:
    """A block of commands and what it prints."""

    commands: str
    printed: str


def steps_of(page: str) -> list[Step]:
    """The blocks of a page, in order."""
    return [Step(block["commands"], block["printed"] or "") for block in _BLOCK.finditer(page)]


def inline_commands(page: str) -> list[Step]:
    """The whole command lines within a page's sentences; what they print is not said."""
    return [Step(command, "…") for command in _INLINE.findall(page)]


def findings(steps: list[Step], folder: Path, port: int) -> list[str]:
    """What did not go as the page says. The steps run in `folder`, which is empty, up to the first that fails."""
    (folder / ".venv").symlink_to(sys.prefix)
    address = f"127.0.0.1:{port}"
    script = [_PROLOGUE]
    for number, step in enumerate(steps):
        commands = step.commands.replace("127.0.0.1:8000", address)
        script.append(f"{{\n{commands}\n}} >step{number}.out 2>step{number}.err\n")
    (folder / "page.sh").write_text("".join(script), encoding="utf-8")
    ended = _run(folder, port)
    found = []
    for number, step in enumerate(steps):
        out, told = folder / f"step{number}.out", folder / f"step{number}.err"
        last = not (folder / f"step{number + 1}.out").exists()
        if last and ended:
            return [*found, f"failed ({ended}): {step.commands}\n{out.read_text()}\n{told.read_text()}"]
        said = out.read_text(encoding="utf-8").strip()
        if not _is_as_told(said, step.printed.replace("127.0.0.1:8000", address)):
            found.append(f"{step.commands}\nprints:\n{said}\nnot:\n{step.printed}")
    return found


def _run(folder: Path, port: int) -> str:
    """How the page's shell ended; "" when it came to the end of the page."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KAIHOKEN_")}
    environment |= {"PYTHON": sys.executable, "PORT": str(port), "PYTHONUTF8": "1"}
    with (folder / "shell.err").open("wb") as told:
        shell = subprocess.Popen(
            ["bash", "page.sh"],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stderr=told,
            start_new_session=True,
        )
        try:
            code = shell.wait(LONGEST_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(shell.pid, signal.SIGKILL)
            shell.wait()
            return f"not done after {LONGEST_SECONDS} s of the page"
    return f"exit code {code}" if code else ""


def _is_as_told(said: str, printed: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in _LEFT_OUT.split(printed.strip()))
    return re.fullmatch(pattern, said, re.DOTALL) is not None
