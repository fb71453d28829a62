"""資料: what the numbers stand on."""

from kaihoken import shipped
from kaihoken.planner.asked import Asked, Shown
from kaihoken.workforce.portrait import Atlas

_SHOWN = (
    "doctors/",
    "population/",
    "areas/",
    "boundaries/",
    "facilities/",
    "patients/",
    "published/",
    "mhlw_2025/",
)


def sources(atlas: Atlas, asked: Asked) -> Shown:
    """Every table that ships, with its source, its terms and what was done to it."""
    manifest = shipped.manifest()
    files = [file for file in manifest.files if file.path.startswith(_SHOWN)]
    return Shown("sources.html", {"files": files, "licences": manifest.licences})
