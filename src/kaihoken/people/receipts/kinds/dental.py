"""歯科: UK opens the file, every receipt has an IR of its own, diseases stand in HS, acts in SS."""

from datetime import date

from kaihoken.people.receipts.bill import bill_of
from kaihoken.people.receipts.files import Clinic
from kaihoken.people.receipts.kinds.shape import Done, Kind, Places, burden_of, on_days
from kaihoken.people.receipts.layout import Line
from kaihoken.people.receipts.patients import Patient

_ACT_WIDTH, _POINTS, _TIMES, _FIRST_DAY = 109, 76, 77, 78
_DISEASE = "5234009"


def _first(clinic: Clinic, house: str, claimed: str) -> Line:
    return ["UK", house, clinic.prefecture, "3", clinic.code, "", clinic.name, claimed, "", "00"]


def _each(clinic: Clinic, house: str, claimed: str) -> list[Line]:
    return [["IR", house, clinic.prefecture, "3", clinic.code, "", claimed, "", ""]]


def _treated(patient: Patient, month: date, _clinic: Clinic) -> Done:
    days, others = patient.done.days[:4], bill_of(month).others
    burden = burden_of(patient.who)
    plan = (
        ("dental_first", days[:1]),
        ("dental_again", days[1:]),
        ("dental_care", days[:1]),
        ("dental_scaling", days),
    )
    disease = ["HS", f"{days[0]:%Y%m%d}", "1", "", _DISEASE, "", "", "", "", "01", "", "", ""]
    records, total = [disease], 0
    for name, on in plan:
        item = others[name]
        if not on:
            continue
        line = ["SS"] + [""] * (_ACT_WIDTH - 1)
        line[1:4] = [item.section, burden, item.code]
        line[_POINTS], line[_TIMES] = str(item.on(month)), str(len(on))
        records.append(on_days(_FIRST_DAY, on, line))
        total += item.on(month) * len(on)
    return Done(records, total, days)


DENTAL = Kind(
    name="dental",
    digit="3",
    file_name="RECEIPTS.UKE",
    facility="歯科医院",
    places=Places(head=27, benefit=7, meal_class=12, notes=13, chart=15, kana=25, insurance=14, subsidy=10),
    first=_first,
    each=_each,
    treat=_treated,
)
