"""Why a receipt came back: 返戻事由コード and 返戻区分 as words, and where it is mended."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import ClassVar

import msgspec

from kaihoken import rules
from kaihoken.claims.checks import ReportClasses, checks_of, report_class
from kaihoken.claims.returned.parts import Reason
from kaihoken.web import Language, messages

_ELSEWHERE = "entry"
_CORRECTED = ("1", "2", "3")


class ReturnReason(msgspec.Struct, frozen=True, kw_only=True):
    """One reason that is known by its code."""

    id: str
    code: str
    remedy: str


class ReturnReasons(msgspec.Struct, frozen=True, dict=True):
    """The known reasons, and where those are mended of which only the class or 返戻区分 is known (rule family
    claims/return-reasons)."""

    family: ClassVar[str] = "claims/return-reasons"

    reasons: tuple[ReturnReason, ...]
    classes: Mapping[str, str]
    kinds: Mapping[str, str]

    @cached_property
    def by_code(self) -> Mapping[str, ReturnReason]:
        """By 返戻事由コード."""
        return {reason.code: reason for reason in self.reasons}


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """A reason in words. `id` is that of the words; `remedy` names where a レセコン corrects it, as checks have it.
    `known` is whether the code itself is in a list of ours; `confirmed` whether that list has a confirmed source."""

    id: str
    code: str
    kind: str
    corrected: str
    remedy: str
    known: bool
    confirmed: bool

    def said(self, language: Language) -> str:
        """Why it came back."""
        return messages("claims").text(f"returned.{self.id}", language, code=self.code)

    def kind_said(self, language: Language) -> str:
        """Who returned it, and upon what (返戻区分); "" where it cannot be read."""
        return messages("claims").text(f"returned.kind.{self.kind}", language) if self.kind else ""

    def corrected_said(self, language: Language) -> str:
        """Which claim the 審査支払機関 itself corrected (補正情報); "" where it corrected none."""
        return (
            messages("claims").text(f"returned.corrected.{self.corrected}", language)
            if self.corrected
            else ""
        )

    def mended(self, language: Language) -> str:
        """Where to mend it."""
        return messages("claims").text(f"remedy.{self.remedy}", language)


def why_back(reason: Reason, month: date | None) -> Why:
    """What a reason says, by the rules of the month in which it came back: by its code where that is known, by the
    class of the number where it is one of 受付・事務点検, else that the code is not known, with what 返戻区分 tells."""
    law = rules.load(ReturnReasons, on=_within(ReturnReasons.family, month))
    kind = reason.kind if reason.kind in law.kinds else ""
    id, remedy, known, confirmed = _meant(reason.code, kind, law, month)
    return Why(
        id=id,
        code=reason.code,
        kind=kind,
        corrected=reason.corrected if reason.corrected in _CORRECTED else "",
        remedy=remedy,
        known=known,
        confirmed=confirmed,
    )


def _meant(code: str, kind: str, law: ReturnReasons, month: date | None) -> tuple[str, str, bool, bool]:
    """The words, where to mend it, whether the code is known, and whether that is confirmed."""
    reason = law.by_code.get(code)
    if reason is not None:
        return f"reason.{reason.id}", reason.remedy, True, False
    numbered = report_class(code, _within(ReportClasses.family, month))
    if numbered is not None:
        remedy = _remedy_of_check(code)
        return f"class.{numbered.id}", remedy or law.classes[numbered.id], bool(remedy), True
    return "code-unknown" if code else "code-none", law.kinds.get(kind, _ELSEWHERE), False, False


def _remedy_of_check(number: str) -> str:
    """Where our own checks of that number have it mended; "" where there are none, or where they differ."""
    digits = number.removeprefix("L")
    remedies = {check.remedy for check in checks_of(None).values() if check.code == digits}
    return remedies.pop() if len(remedies) == 1 else ""


def _within(family: str, month: date | None) -> date:
    """The month, or the newest one of the rules where it cannot be read or lies before all of them."""
    versions = rules.PACKAGED.versions(family)
    readable = month is not None and month >= versions[0].effective_from
    return month if month is not None and readable else versions[-1].effective_from
