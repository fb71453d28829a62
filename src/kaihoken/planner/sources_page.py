"""資料: which tables an analysis can stand on, which of them wait, and what ships with its source and terms."""

from pathlib import Path
from tempfile import TemporaryDirectory

from kaihoken import shipped
from kaihoken.planner.asked import Asked, File, Shown
from kaihoken.web import Language
from kaihoken.workforce.portrait import Atlas
from kaihoken.workforce.tables import Entry, catalogue, check, entry, template

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
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sources(atlas: Atlas, asked: Asked) -> Shown:
    """Every table of the catalogue with its state, then every file that ships."""
    manifest = shipped.manifest()
    return Shown(
        "sources.html",
        {
            "tables": [
                (
                    found.entry,
                    _named(found.entry, asked.language),
                    found.state.value,
                    _wanted_by(found.entry, asked.language),
                    found.file,
                    len(found.imported.findings) if found.imported is not None else 0,
                )
                for found in (atlas.own.presences if atlas.own is not None else check())
            ],
            "own": atlas.own,
            "files": [file for file in manifest.files if file.path.startswith(_SHOWN)],
            "licences": manifest.licences,
        },
    )


def table_template(atlas: Atlas, asked: Asked) -> File:
    """The template of a table as a workbook. Problem `workforce.table-unknown`."""
    wanted = entry(asked.named["table"])
    with TemporaryDirectory() as folder:
        sheet, _ = template(wanted.id, Path(folder))
        return File(sheet.read_bytes(), _SHEET, sheet.name)


def _named(one: Entry, language: Language) -> str:
    return one.en if language == "en" else one.ja


def _wanted_by(one: Entry, language: Language) -> str:
    analyses = [catalogue().analyses[name] for name in one.needed_by]
    return (
        ", ".join(found.en for found in analyses)
        if language == "en"
        else "、".join(found.ja for found in analyses)
    )
