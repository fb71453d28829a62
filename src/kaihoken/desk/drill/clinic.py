"""The made-up clinic of the drill: three patients of tomorrow, somebody who comes with a paper, and what a hub knows of
them. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from kaihoken.clock import TOKYO
from kaihoken.coverage import Assertion, CommitSequence, Coverage, History, PersonId
from kaihoken.desk.day import TypedNumbers
from kaihoken.desk.making import Appointment
from kaihoken.desk.patients import Patient, new_patient

FACILITY: Final = "9910000007"
NAME: Final = "訓練の診療所（架空）"
EVENING: Final = time(18, 35)
MORNING: Final = time(8, 50)
LEAVER: Final = "訓練　花子"
PAPER: Final = "訓練　次郎"
_SHARE: Final = 30
_INSURER: Final = "01130012"
_YEARS: Final = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class MadeUp:
    """Everybody of the drill. `leaver` is the patient whose coverage ended overnight; `paper` the numbers of the
    資格確認書 of somebody who is on no list; `known` what a hub was told of all of them."""

    patients: tuple[Patient, ...]
    appointments: tuple[Appointment, ...]
    leaver: Patient
    share_percent: int
    paper: TypedNumbers
    known: tuple[History, ...]


def made_up(today: date) -> MadeUp:
    """The clinic on the evening of that day: its appointments are of the next."""
    tomorrow = today + timedelta(days=1)
    born = today.replace(month=1, day=1) - 45 * _YEARS
    people = [
        _patient("00001", LEAVER, "ｸﾝﾚﾝ ﾊﾅｺ", born, "101"),
        _patient("00002", "訓練　一郎", "ｸﾝﾚﾝ ｲﾁﾛｳ", born - _YEARS, "102"),
        _patient("00003", "訓練　さくら", "ｸﾝﾚﾝ ｻｸﾗ", born + _YEARS, "103"),
    ]
    paper = TypedNumbers(
        insurer_number=_INSURER, symbol="訓", number="104", branch="01", birthdate=born + 2 * _YEARS
    )
    opening = datetime.combine(tomorrow, time(9, 0), TOKYO).astimezone(UTC)
    leaver = people[0]
    known = [
        _told(
            place,
            one.name,
            one.kana,
            one.insured_number,
            one.birthdate or born,
            today,
            tomorrow if one is leaver else None,
        )
        for place, one in enumerate(people)
    ]
    known.append(_told(len(people), PAPER, "ｸﾝﾚﾝ ｼﾞﾛｳ", paper.number, paper.birthdate, today, None))
    appointments = [Appointment(one, opening + timedelta(minutes=15 * at)) for at, one in enumerate(people)]
    return MadeUp(tuple(people), tuple(appointments), leaver, _SHARE, paper, tuple(known))


def _patient(number: str, name: str, kana: str, born: date, insured: str) -> Patient:
    return new_patient(
        number,
        name=name,
        kana=kana,
        birthdate=born,
        insurer_number=_INSURER,
        symbol="訓",
        insured_number=insured,
        branch="01",
        share_percent=_SHARE,
    )


def _told(
    place: int, name: str, kana: str, number: str, born: date, today: date, lost: date | None
) -> History:
    """What the insurer registered of one."""
    coverage = Coverage(
        insurer_number=_INSURER,
        insurer_name="訓練の保険者（架空）",
        symbol="訓",
        number=number,
        branch="01",
        classification="01",
        relation="1",
        insured_name=name,
        name=name,
        kana=kana,
        sex="1",
        birthdate=born,
        postal_code="",
        address="",
        acquired=today - 5 * _YEARS,
        lost=lost,
        loss_reason="01" if lost else "",
    )
    recorded = datetime.combine(today, time(), UTC)
    return History(
        PersonId(place.to_bytes(16, "big")),
        (Assertion(1, CommitSequence(place + 1), recorded, _INSURER, coverage),),
    )
