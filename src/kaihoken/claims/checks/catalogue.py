"""The catalogue of checks: what each is called, how grave it is, where it comes from (rule family claims/checks)."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import ClassVar

import msgspec

from kaihoken import rules
from kaihoken.claims.finding import Finding
from kaihoken.web import Language, messages


class Level(StrEnum):
    """What becomes of a claim with such a finding, gravest first."""

    FILE = "file"  # the whole file is refused (受付不能)
    RECEIPT = "receipt"  # this receipt is refused
    RETURN = "return"  # it will come back (返戻), or be cut (査定)
    NOTICE = "notice"  # looked at and let through


_LONGEST_SHOWN = 200

GRAVEST_FIRST: tuple[Level, ...] = tuple(Level)


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One check. `code` is the number under which a 審査支払機関 is known to report the same, "" where none was found;
    `remedy` names where a レセコン corrects it; `sure` is whether level and condition have a confirmed source."""

    id: str
    level: Level
    remedy: str
    source: str
    code: str = ""
    sure: bool = True


class Checks(msgspec.Struct, frozen=True, dict=True):
    """Every check that there is (rule family claims/checks)."""

    family: ClassVar[str] = "claims/checks"

    checks: tuple[Check, ...]

    @cached_property
    def by_id(self) -> Mapping[str, Check]:
        """By id."""
        return {check.id: check for check in self.checks}


def checks_of(month: date | None) -> Mapping[str, Check]:
    """The checks by id, as they are in the month of claiming that begins on `month`; the newest ones where the month
    cannot be read, or lies before every version."""
    newest = rules.PACKAGED.versions(Checks.family)[-1].effective_from
    first = rules.PACKAGED.versions(Checks.family)[0].effective_from
    return rules.load(Checks, on=newest if month is None else max(month, first)).by_id


def said(finding: Finding, language: Language) -> str:
    """What a finding says."""
    return messages("claims").text(f"check.{finding.check}", language, **_facts(finding, language))


def remedy(check: Check, language: Language) -> str:
    """Where in the レセコン such a finding is mended."""
    return messages("claims").text(f"remedy.{check.remedy}", language)


def _facts(finding: Finding, language: Language) -> Mapping[str, str | int]:
    """The facts, and the place in words: as 記録条件仕様 calls it in Japanese, by the keys of the layout in English."""
    key = f"{finding.record} {finding.field.replace('_', ' ')}".strip()
    place = key if language == "en" else finding.facts.get("name", key)
    said = {
        name: f"{fact:,}" if isinstance(fact, int) else shown(fact) for name, fact in finding.facts.items()
    }
    return {"record": shown(finding.record), "place": place, **said}


def shown(text: str) -> str:
    """A text of a claim file as it can be shown: of a length that fits on paper, and nothing that a terminal obeys."""
    cut = text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
    return (
        cut if cut.isprintable() else "".join(one if one.isprintable() or one == "　" else "�" for one in cut)
    )
