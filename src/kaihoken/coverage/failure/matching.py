"""Who fits four items: 氏名, 生年月日, 性別, and 住所 or 保険者名. Exact once normalised, and never a list."""

from collections.abc import Sequence

from kaihoken.coverage.failure.messages import FailureCheck
from kaihoken.coverage.history import CommitSequence, Coverage, Fact, History, believed
from kaihoken.coverage.matching import SHOWN_STATES
from kaihoken.identity import same_kana, same_name

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー－ｰ", "-"))


def fitting(asked: FailureCheck, candidates: Sequence[History], known_at: CommitSequence) -> list[History]:
    """The people of whom one coverage that may be shown fits all that was asked.

    Nothing is put together from two coverages. Whoever is under 不開示 is never found by an address: a hit would say
    that they live there."""
    return [history for history in candidates if _fits(asked, believed(history, known_at))]


def _fits(asked: FailureCheck, facts: Sequence[Fact]) -> bool:
    coverages = [fact for fact in facts if type(fact) is Coverage]
    hidden = any(coverage.non_disclosure for coverage in coverages)
    if hidden and asked.address.strip():
        return False
    return any(coverage.match in SHOWN_STATES and is_meant(asked, coverage) for coverage in coverages)


def is_meant(asked: FailureCheck, coverage: Coverage) -> bool:
    """Whether a coverage fits all of the items that were given, whoever may be told of that."""
    return (
        coverage.birthdate == asked.birthdate
        and coverage.sex == asked.sex
        and _named(asked.name, coverage)
        and (not asked.address.strip() or _lives_at(asked.address, coverage.address))
        and (not asked.insurer_name.strip() or same_name(asked.insurer_name, coverage.insurer_name))
    )


def _named(name: str, coverage: Coverage) -> bool:
    """By the name, by 通称, or by the reading of either: a name with a ● can be typed in no other way."""
    written = (text for text in (coverage.name, coverage.other_name) if text)
    read = (text for text in (coverage.kana, coverage.other_kana) if text)
    return any(same_name(name, text) for text in written) or any(same_kana(name, text) for text in read)


def _lives_at(asked: str, address: str) -> bool:
    return bool(address) and same_name(asked.translate(_DASHES), address.translate(_DASHES))
