"""調剤: YK opens the file; a prescription is SH, CZ for each dispensing, IY for its drugs, and KI for the visit."""

from datetime import date

from kaihoken.people.receipts.bill import bill_of, supply_points
from kaihoken.people.receipts.files import Clinic
from kaihoken.people.receipts.kinds.shape import Done, Kind, Places, burden_of
from kaihoken.people.receipts.layout import Line
from kaihoken.people.receipts.patients import Patient

_SUPPLY = "pressure"
_DISPENSED_DAYS = 28


def _first(clinic: Clinic, house: str, claimed: str) -> Line:
    return ["YK", house, clinic.prefecture, "4", clinic.code, clinic.name, claimed, "00", ""]


def _dispensed(patient: Patient, month: date, _clinic: Clinic) -> Done:
    bill, burden = bill_of(month), burden_of(patient.who)
    base, making, advice = (
        bill.others[name] for name in ("pharmacy_base", "pharmacy_making", "pharmacy_advice")
    )
    drug = bill.supplies[_SUPPLY]
    unit = supply_points(drug.price * drug.amount)
    records: list[Line] = []
    total = 0
    days = patient.done.days[:2]
    records.append(["SH", "01", "1", "", "１日１回朝食後服用", str(unit), "", "", "", ""])
    bases = []
    for nth, day in enumerate(days, 1):
        on, reception = f"{day:%Y%m%d}", str(nth)
        dispensing = ["CZ"] + [""] * 70
        dispensing[1:11] = ["1", on, on, reception, str(_DISPENSED_DAYS), burden, "1", "01", making.code, ""]
        dispensing[10] = str(making.on(month))
        dispensing[13] = str(unit * _DISPENSED_DAYS)
        drugs = ["IY", burden, drug.code, format(drug.amount), "", "", "", "", "", ""]
        records += [dispensing, drugs] if nth == 1 else [dispensing]
        visit = ["KI"] + [""] * 113
        visit[1:6] = [on, reception, burden, base.code, str(base.on(month))]
        visit[7:11] = [burden, advice.code, "1", str(advice.on(month))]
        bases.append(visit)
        total += making.on(month) + unit * _DISPENSED_DAYS + base.on(month) + advice.on(month)
    return Done(records + bases, total, days)


def _prescriber(clinic: Clinic) -> list[str]:
    """The clinic around the corner that writes the prescriptions."""
    return [clinic.prefecture, "1", clinic.code, "架空の処方元診療所", "", "架空　一郎"]


PHARMACY = Kind(
    name="pharmacy",
    digit="4",
    file_name="RECEIPTY.CYO",
    facility="薬局",
    places=Places(head=42, benefit=7, meal_class=40, notes=8, chart=35, kana=41, insurance=14, subsidy=10),
    first=_first,
    treat=_dispensed,
    beside=_prescriber,
)
