"""The look-up key of a whole nation is replaced while others ask: how long it takes, and that nobody was not found."""

import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from bench.machine import Load, RunningHub, make_load
from bench.nation import Nation, as_json, wrk_script
from kaihoken.store import FileKeys, Sort, wish

SECONDS = 4


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation took, and the load beside it. `nobody`: answers that found nobody of people who are there."""

    seconds: float
    people: int
    loads: tuple[Load, ...]
    nobody: int


def copied(asked: Nation, folder: Path) -> Nation:
    """A copy of a nation, because the nation is kept."""
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run(["cp", "-r", "--reflink=auto", str(asked.folder), str(folder)], check=True)
    os.sync()  # the copy must not be on its way to the disk while commits wait for it
    return Nation(folder, str(folder / "store"), asked.people, None, asked.coverages)


def rotated(asked: Nation, running: RunningHub, folder: Path) -> Rotated:
    """Wishes another look-up key of a running hub and asks until the old one is gone."""
    keys = asked.folder / "keys"
    nobody = folder / "nobody.txt"
    nobody.unlink(missing_ok=True)
    url = f"{running.url}/v1/eligibility-checks"
    make_load(url, _script(asked, running, folder, nobody), 2, clients=16)
    before = FileKeys(keys).lookup_created()[0][0]
    wish.wish(keys, Sort.lookup)
    began = time.monotonic()
    loads = []
    while [version for version, _ in FileKeys(keys).lookup_created()] != [before + 1]:
        script = _script(asked, running, folder, nobody)  # a token lives five minutes
        loads.append(make_load(url, script, SECONDS, clients=16))
    seconds = time.monotonic() - began
    loads.append(make_load(url, _script(asked, running, folder, nobody), 2, clients=16))
    missed = nobody.read_text(encoding="ascii").count("\n") if nobody.exists() else 0
    return Rotated(seconds, asked.people, tuple(loads), missed)


def _script(asked: Nation, running: RunningHub, folder: Path, nobody: Path) -> Path:
    """Everybody who is asked about is there: an answer that knows nobody leaves a line in a file."""
    bodies = [as_json(coverage) for coverage in asked.coverages]
    script = wrk_script(folder / "rotating.lua", bodies, "application/json", running.token("clinic"))
    script.write_text(
        f"""{script.read_text(encoding="utf-8")}
local nobody = io.open("{nobody}", "a")
nobody:setvbuf("line")
function response(status, headers, body)
  if status ~= 200 or not body:find('"situation"') or body:find('"situation":"not%-found"') then
    nobody:write(status, "\\n")
  end
end
""",
        encoding="utf-8",
    )
    return script
