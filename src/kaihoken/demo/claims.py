"""The claims of the clinic's last month (レセプト): written once somebody wants them, from the demonstration's own
people, so that the hub knows whoever is on them."""

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Final

from kaihoken.demo.clinic import FACILITY_NAME, chart_of
from kaihoken.people import Nation, Plan

CLAIM_FILE: Final = "RECEIPTC.UKE"
HOUSES: Final = ("shaho", "kokuho")
"""審査支払機関: 支払基金 and 国保連. A clinic sends each of them a file."""

_RECEIPTS: Final = 120
_PLACE: Final = "13101"
"""The clinic is where the sandbox's insurers are."""

_turn = Lock()


def month_before(day: date) -> date:
    """The first day of the month before a day's: the one that is claimed on that day."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def claims_for(house: str, folder: Path, plan: Plan) -> Path:
    """The file for a 審査支払機関. Writes the month where it is not there: it appears whole or not at all."""
    file = folder / house / CLAIM_FILE
    with _turn:
        if not file.is_file():
            _write(folder, plan)
    return file


def _write(folder: Path, plan: Plan) -> None:
    from kaihoken.people.receipts import Known, write_known_month

    known = Known(Nation(plan), _PLACE, FACILITY_NAME, chart_of)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent, prefix=".claims-") as draft:
        made = Path(draft) / folder.name
        write_known_month(known, month_before(plan.as_of), _RECEIPTS, made)
        made.rename(folder)
