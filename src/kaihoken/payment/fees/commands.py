"""`kaihoken payment addons`."""

from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from kaihoken.clock import SystemClock
from kaihoken.identity import parse_iso_date
from kaihoken.options import AsJson
from kaihoken.paper import Clinic, Printing
from kaihoken.payment.fees.facility import Facility, read_facility, template
from kaihoken.payment.fees.handout import patient_sheet
from kaihoken.payment.fees.notice import as_html, as_paper, as_text, notice_of, reached
from kaihoken.payment.fees.standing import add_ons, telehealth
from kaihoken.payment.fees.telling import as_data, lines_of
from kaihoken.problems import Problem
from kaihoken.web import LANGUAGES

FacilityAt = Annotated[
    Path | None, typer.Option("--facility", help="施設の体制 (YAML) / what the facility has")
]


def addons(
    on: Annotated[str, typer.Option("--on", metavar="YYYY-MM-DD", help="診療日 / the day of care")] = "",
    facility: FacilityAt = None,
    online: Annotated[
        bool, typer.Option("--telehealth", help="オンライン診療の点数を見る / the items of online visits")
    ] = False,
    notice: Annotated[
        Path | None,
        typer.Option("--notice", help="院内掲示を書く所 / where the notice goes: .pdf .html .txt"),
    ] = None,
    sheet: Annotated[
        Path | None, typer.Option("--sheet", help="患者さんへの案内 (PDF) / the sheet for patients")
    ] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="架空のデータと印す / mark papers as fictitious")
    ] = False,
    empty: Annotated[
        bool, typer.Option("--template", help="体制のファイルのひな型 / an empty form of the file")
    ] = False,
    language: Annotated[str, typer.Option("--language", help="ja, ja@easy, en")] = "ja",
    as_json: AsJson = False,
) -> None:
    """資格確認・医療DXの加算: 算定できるもの、次の段に足りないもの / add-ons: what is reached, what is missing."""
    if empty:
        typer.echo(template(), nl=False)
        return
    if facility is None:
        raise typer.BadParameter("facts.yaml", param_hint="--facility")
    if language not in LANGUAGES:
        raise typer.BadParameter(language, param_hint="--language")
    clock = SystemClock()
    day = parse_iso_date(on, "--on") if on else clock.today()
    given = read_facility(_content(facility), str(facility))
    answer = telehealth(day, given) if online else add_ons(day, given)
    clinic = Clinic(given.name, given.address, given.telephone)
    printing = Printing(clinic, at=clock.now(), demonstration=demo)
    if notice is not None:
        _write(notice, _notice(notice.suffix, day, given, printing))
    if sheet is not None:
        _write(sheet, patient_sheet(reached(day, given), printing, language).content)
    if as_json:
        typer.echo(msgspec.json.encode(as_data(answer)).decode())
    else:
        typer.echo("\n".join(lines_of(answer, language)))


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Problem(
            "payment.facts-unreadable", where=str(file), file=str(file), line=1, reason=reason
        ) from None


def _notice(suffix: str, day: date, facility: Facility, printing: Printing) -> bytes:
    notice = notice_of(day, facility)
    if suffix == ".pdf":
        return as_paper(notice, printing).content
    if suffix == ".html":
        return as_html(notice).encode()
    if suffix == ".txt":
        return as_text(notice).encode()
    raise typer.BadParameter(suffix or "''", param_hint="--notice")


def _write(file: Path, content: bytes) -> None:
    if file.exists():
        raise typer.BadParameter(f"{file}: もうあります / it is there already")
    file.write_bytes(content)
