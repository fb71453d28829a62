"""訪問看護: HM opens the file; KA is a visit with its yen. 合計金額 stands where others have points."""

from datetime import date

from kaihoken.people.receipts.bill import bill_of
from kaihoken.people.receipts.files import Clinic
from kaihoken.people.receipts.kinds.shape import Done, Kind, Places, burden_of
from kaihoken.people.receipts.layout import Line
from kaihoken.people.receipts.patients import Patient

_DISEASE = "5859002"


def _first(clinic: Clinic, house: str, claimed: str) -> Line:
    return ["HM", house, clinic.prefecture, "6", clinic.code, clinic.name, claimed, ""]


def _visited(patient: Patient, month: date, clinic: Clinic) -> Done:
    others, burden, days = bill_of(month).others, burden_of(patient.who), patient.done.days
    records: list[Line] = [
        ["IH", clinic.prefecture, "1", clinic.code, "架空の指示元診療所", "架空　一郎", f"{days[0]:%Y%m%d}"],
        ["HJ", "01", f"{month:%Y%m%d}", f"{days[-1]:%Y%m%d}"],
        ["SY", _DISEASE, "", "", ""],
    ]
    total = 0
    for day in days:
        for name in ("nursing_visit", "nursing_care"):
            item = others[name]
            records.append(["KA", f"{day:%Y%m%d}", burden, item.code, "", str(item.on(month)), "", "", ""])
            total += item.on(month)
    return Done(records, total, days)


VISITING = Kind(
    name="visiting",
    digit="6",
    file_name="RECEIPTH.UKE",
    facility="訪問看護ステーション",
    places=Places(
        head=15,
        benefit=10,
        meal_class=12,
        notes=11,
        chart=13,
        kana=5,
        sex=6,
        born=7,
        insurance=12,
        subsidy=8,
    ),
    first=_first,
    treat=_visited,
)
