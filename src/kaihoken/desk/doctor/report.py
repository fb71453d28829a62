"""The report that a clinic sends to who helps it: what is installed, how it is set, what the doctor found, what went
wrong this month. Pure.

It names the clinic, nobody in it and no patient: no name, number or answer is among what it is made of, settings are
masked, and the home folder, which bears a person's name, is cut off.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from kaihoken.desk.doctor.checks import Result
from kaihoken.desk.doctor.said import said
from kaihoken.desk.settings import DeskSettings
from kaihoken.desk.traffic import DayTraffic
from kaihoken.desk.troubles import Month
from kaihoken.settings import shown
from kaihoken.web import Language

_HOME = "~"
_DAYS = 7
"""Of so many days are the bytes told."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What a desk runs on: versions by name, the system in words, the user's home folder."""

    versions: Mapping[str, str]
    system: str
    home: str


@dataclass(frozen=True, slots=True)
class Counts:
    """What a desk counted: the troubles of this month, None where they could not be read, and its bytes by day."""

    troubles: Month | None = None
    traffic: Sequence[DayTraffic] = ()


class Found(msgspec.Struct, frozen=True):
    """A part as the doctor found it. `code` is "" where nothing is wrong."""

    part: str
    standing: str
    code: str
    what: str
    next: str


class Report(msgspec.Struct, frozen=True):
    """The whole report."""

    made_at: datetime
    client: str
    facility: str
    system: str
    versions: dict[str, str]
    settings: dict[str, str]
    found: tuple[Found, ...]
    troubles: dict[str, int]
    bytes: dict[str, str]


def report_of(
    at: datetime,
    settings: DeskSettings,
    machine: Machine,
    results: Sequence[Result],
    counts: Counts,
    client: str = "",
    facility: str = "",
    language: Language = "ja",
) -> Report:
    """The report of a desk."""
    month = counts.troubles
    codes = {one.part: _code(one) for one in results}
    return Report(
        made_at=at,
        client=client,
        facility=facility,
        system=machine.system,
        versions=dict(machine.versions),
        settings={key: _without_home(str(value), machine.home) for key, value in shown(settings).items()},
        found=tuple(
            Found(
                one.part,
                one.standing,
                codes[one.part],
                _without_home(one.what, machine.home),
                _without_home(one.next, machine.home),
            )
            for one in said(results, language)
        ),
        troubles={
            f"{one.kind}:{one.detail}" if one.detail else one.kind.value: one.total
            for one in (month.counted if month is not None else ())
        },
        bytes={
            f"{day.day} {about}": f"{one.exchanges} exchanges, {one.sent} sent, {one.received} received"
            for day in counts.traffic[:_DAYS]
            for about, one in sorted(day.tallies.items())
        },
    )


def as_text(report: Report) -> str:
    """The report as it is read before it is saved, and as it is saved."""
    found = [f"[{one.standing}] {one.part} {one.code} {one.what} {one.next}".strip() for one in report.found]
    parts = [
        ("Kaihoken desk report", [f"{report.made_at:%Y-%m-%d %H:%M} UTC"]),
        ("desk", [f"client {report.client}", f"facility {report.facility}"]),
        ("system", [report.system]),
        ("versions", _lines(report.versions)),
        ("settings", _lines(report.settings)),
        ("doctor", found),
        ("troubles of this month", _lines(report.troubles)),
        ("bytes of HTTP (without TLS), by day", _lines(report.bytes)),
    ]
    return "\n\n".join("\n".join([title, *(f"  {line}" for line in lines)]) for title, lines in parts) + "\n"


def _lines(values: Mapping[str, object]) -> list[str]:
    return [f"{key} = {value}" for key, value in values.items()]


def _code(result: Result) -> str:
    found = result.finding
    if found is None:
        return ""
    return found.problem.code if found.problem is not None else found.code


def _without_home(text: str, home: str) -> str:
    return text.replace(home, _HOME) if home else text
