"""DPC: a stay in hospital of some days with its meals: BU, SB, KK, then HH for the days, GT for their sum, and an act
outside the bundle."""

from datetime import date, timedelta

from kaihoken.identity import age_on
from kaihoken.people.receipts.bill import bill_of
from kaihoken.people.receipts.files import Clinic, medical_head
from kaihoken.people.receipts.kinds.shape import Done, Kind, Places, burden_of, on_days
from kaihoken.people.receipts.layout import Line
from kaihoken.people.receipts.patients import Patient, following

_GROUP = "999999xx99x0xx"
_DISEASE, _ICD = "4660009", "J209"
_LONGEST = 6
_FIRST_DAY = 13


def _stay(patient: Patient, month: date) -> list[date]:
    """Days in hospital from the first visit on, within the month and the coverage."""
    start, coverage = patient.done.days[0], patient.who.coverage
    nights = 1 + patient.person.place % _LONGEST
    days = [start + timedelta(days=nth) for nth in range(nights)]
    return [day for day in days if day < following(month) and coverage.in_force(day)]


def _treated(patient: Patient, month: date, _clinic: Clinic) -> Done:
    days, others, burden = _stay(patient, month), bill_of(month).others, burden_of(patient.who)
    day, written = others["dpc_day"], f"{month:%Y%m}"
    points = day.on(month) * len(days)
    born = patient.who.coverage.birthdate
    age = age_on(born, days[0])
    records: list[Line] = [
        ["BU", _GROUP, f"{days[0]:%Y%m%d}", f"{days[-1]:%Y%m%d}", "1", ""],
        ["SB", _DISEASE, "", "", _ICD, "11", "", ""],
        ["KK", "", "", "2", "", "", str(age), "", "", "", "", "", "", ""],
        ["HH", written, "0", "", burden, "1", str(day.on(month)), str(len(days)), str(points)],
        ["GT", written, "0", "", burden, str(points), str(points), "", str(points), day.section, "", ""],
    ]
    act = others["dpc_act"]
    line = ["SI"] + [""] * 43
    line[1:4], line[5:7] = [act.section, burden, act.code], [str(act.on(month)), "1"]
    records += [
        ["SY", _DISEASE, f"{days[0]:%Y%m%d}", "1", "", "", "01", ""],
        on_days(_FIRST_DAY, days[:1], line),
    ]
    meals = 3 * len(days) - 2
    return Done(records, points + act.on(month), days, meals, meals * others["dpc_meal"].on(month))


DPC = Kind(
    name="dpc",
    digit="1",
    file_name="RECEIPTD.UKE",
    facility="病院",
    places=Places(head=38, benefit=7, meal_class=10, notes=11, chart=13, kana=36, meals=7),
    first=medical_head,
    treat=_treated,
    stay=True,
)
