"""被保険者資格申立書: what a patient states about a coverage that could not be looked up.

The layout is ours; what it asks is dated data (rule family desk/declaration, unconfirmed: the official form was not at
hand, and the paper says so).
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import msgspec

from kaihoken import rules
from kaihoken.paper import SMALL, Choice, Field, Paper, Patient, Printing, Sheet, in_era, put_fields
from kaihoken.problems import Problem


class Coded(msgspec.Struct, frozen=True):
    """Something to tick: our code for it and its words."""

    code: str
    label: str


class DeclarationForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the form asks and says (rule family desk/declaration)."""

    family: ClassVar[str] = "desk/declaration"

    caution: str
    statement: str
    kinds: tuple[Coded, ...]
    reasons: tuple[Coded, ...]
    follow_up: str


@dataclass(frozen=True, slots=True, repr=False)
class Declaration:
    """What is known when the paper is printed; the patient writes the rest.

    `kind` and `reason` are codes of the rule, "" where they are to be ticked by hand. `shares` are the shares in tenths
    that the law knows for this person on a declaration (see rule family share/declaration; none: a line to write),
    `share` the one that the patient states. `declarant` signs, where it is not the patient (a parent: its relation).
    """

    patient: Patient
    kind: str = ""
    insurer: str = ""
    employer: str = ""
    symbol: str = ""
    number: str = ""
    branch: str = ""
    since: date | None = None
    reason: str = ""
    shares: tuple[int, ...] = ()
    share: int | None = None
    declarant: str = ""
    relation: str = ""
    declared: date | None = None


def declaration(stated: Declaration, printing: Printing) -> Paper:
    """The paper to sign. Problem `desk.paper-code` for a kind, a reason or a share that the rule or `shares` does not
    have; `rules.no_version` on a day before there was such a paper; and what `Sheet` raises."""
    form = rules.load(DeclarationForm, on=printing.on)
    kinds = _choices(form.kinds, stated.kind, "kind")
    reasons = _choices(form.reasons, stated.reason, "reason")
    shares = _shares(stated)
    patient = stated.patient
    sheet = Sheet(printing, "被保険者資格申立書")
    sheet.title("被保険者資格申立書", form.caution)
    sheet.paragraph(f"{printing.clinic.name}　御中" if printing.clinic.name else "御中")
    sheet.space(4)
    sheet.paragraph(form.statement)
    sheet.heading("1　受診する人")
    put_fields(
        sheet,
        [
            [Field("フリガナ", patient.kana), Field("患者番号", patient.number, weight=0.6)],
            [Field("氏名", patient.name), Field("性別", patient.sex, weight=0.6)],
            [Field("生年月日", patient.born), Field("電話", patient.telephone, weight=0.9)],
            [Field("住所", patient.address)],
        ],
        label=64,
    )
    sheet.heading("2　保険について（わかるところだけ書いてください）")
    put_fields(
        sheet,
        [
            [Field("保険の種類", choices=kinds)],
            [Field("保険者の名前", stated.insurer)],
            [Field("勤め先", stated.employer), Field("いつから", in_era(stated.since), weight=0.7)],
            [
                Field("記号", stated.symbol),
                Field("番号", stated.number),
                Field("枝番", stated.branch, weight=0.6),
            ],
            [Field("窓口で払う割合", choices=shares)],
        ],
        label=76,
    )
    sheet.heading("3　資格を確かめられなかった理由")
    put_fields(sheet, [[Field("理由", choices=reasons)]], label=76)
    sheet.space(8)
    sheet.paragraph(form.follow_up, SMALL)
    sheet.space(4)
    _signed(sheet, stated)
    return sheet.finished("shikaku-moushitatesho.pdf")


def _signed(sheet: Sheet, stated: Declaration) -> None:
    sheet.need(140)
    put_fields(
        sheet,
        [
            [
                Field("申し立てる日", in_era(stated.declared)),
                Field("署名", stated.declarant, weight=1.2),
                Field("受診する人との関係", stated.relation, weight=0.9),
            ]
        ],
        label=60,
    )
    sheet.heading("窓口で書くところ", room=70)
    put_fields(
        sheet,
        [
            [Field("受け付けた日"), Field("担当"), Field("計算した割合", weight=0.9)],
            [Field("あとで確認した日"), Field("確認した結果", weight=1.9)],
        ],
        label=64,
    )


def _choices(known: tuple[Coded, ...], chosen: str, where: str) -> tuple[Choice, ...]:
    codes = [one.code for one in known]
    if chosen and chosen not in codes:
        raise Problem("desk.paper-code", where=where, given=chosen, known=", ".join(codes))
    return tuple(Choice(one.label, one.code == chosen) for one in known)


def _shares(stated: Declaration) -> tuple[Choice, ...]:
    if stated.share is not None and stated.share not in stated.shares:
        known = ", ".join(str(one) for one in stated.shares)
        raise Problem("desk.paper-code", where="share", given=str(stated.share), known=known)
    return tuple(Choice(f"{one}割", one == stated.share) for one in stated.shares)
