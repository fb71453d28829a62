"""シーリング数: how many seats a ceiling has, and the required doctors that it is reckoned from."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.workforce.training.basis import Basis, basis, needed
from kaihoken.workforce.training.ceilings import CeilingRules

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CeilingAmounts:
    """The seats of a cell: 通常, 連携 (of which 都道府県限定, never added again) and 特別地域連携 (outside).
    None is not known; then there is no total."""

    normal: float | None
    partner: float
    prefecture_limited: float
    special: float
    basis: Basis

    @property
    def total(self) -> float | None:
        """All seats; None while the normal ones are not known."""
        return None if self.normal is None else self.normal + self.partner + self.special


def legacy_amounts(
    mean_hires: float, needed_a_year: float, *, partner_share: float, contribution: float, on: date
) -> CeilingAmounts:
    """The amounts of the fiscal years 2020 to 2025, not rounded: base = A − B, of which 通常 gives up a fifth.

    `mean_hires` is A, the mean of three years; `needed_a_year` is B, what training would reach the required number,
    and may be negative. `partner_share` is the 10 to 20 % of base that go to 連携; `contribution` the 地域貢献率,
    without which there is none. Where B is no smaller than A nothing is given up. Raises Problem
    `workforce.training-input` for a share outside its bounds and for another year's rules.
    """
    shares = rules.load(CeilingRules, on=on).shares
    if shares is None:
        raise Problem(
            "workforce.training-input", where="shares", input="shares", reason="2020–2025 だけの計算式"
        )
    if not shares.partner_least <= partner_share <= shares.partner_most:
        raise Problem(
            "workforce.training-input",
            where="partner_share",
            input="partner_share",
            reason=f"{shares.partner_least} … {shares.partner_most}",
        )
    base = max(0.0, mean_hires - needed_a_year)
    partnered = contribution >= shares.contribution_least
    return CeilingAmounts(
        normal=mean_hires - shares.normal_cut * base,
        partner=partner_share * base if partnered else 0.0,
        prefecture_limited=shares.prefecture_limited * base if partnered else 0.0,
        special=shares.special * base,
        basis=basis(CeilingRules, on=on),
    )


def published_amounts(
    normal: float | None, partner: float, prefecture_limited: float, special: float, *, on: date
) -> CeilingAmounts:
    """Amounts as they were published, or as far as they are known: the formula of the normal seats from 2026 on was
    not found. Raises Problem `workforce.training-input` where more is limited to prefectures than there are seats of
    連携."""
    if prefecture_limited > partner:
        raise Problem(
            "workforce.training-input",
            where="prefecture_limited",
            input="prefecture_limited",
            reason=f"{prefecture_limited:g} > {partner:g}",
        )
    return CeilingAmounts(normal, partner, prefecture_limited, special, basis(CeilingRules, on=on))


def contribution_rate(months_that_count: float, months_of_programmes: float) -> float:
    """地域貢献率: months outside prefectures under the ceiling or in own 医師少数区域 ÷
    all months of the programmes."""
    if not 0 <= months_that_count <= months_of_programmes or months_of_programmes == 0:
        raise Problem(
            "workforce.training-input",
            where="months",
            input="months",
            reason=f"{months_that_count:g} / {months_of_programmes:g}",
        )
    return months_that_count / months_of_programmes


def required_nationally(heads: Floats, weekly_hours: Floats, patients_ratio: float, *, on: date) -> float:
    """必要医師数 of a specialty in the nation: how many do today's work if nobody works beyond
    the cap a week (60 hours), times projected patients ÷ today's.

    `heads` and `weekly_hours` are of the same classes (sex, age, and bands of hours where they are known: a class mean
    hides who works beyond the cap). That the hours above the cap are shared out to more doctors is our reading of the
    slide, so this is `unconfirmed`.
    """
    if heads.shape != weekly_hours.shape or np.isnan(weekly_hours).any() or (weekly_hours < 0).any():
        raise Problem(
            "workforce.training-input",
            where="weekly_hours",
            input="weekly_hours",
            reason="form, < 0 or absent",
        )
    cap = rules.load(CeilingRules, on=on).weekly_hours_cap
    capped = (heads * np.minimum(weekly_hours, cap)).sum()
    if capped == 0:
        return 0.0
    return float(heads.sum() * (heads * weekly_hours).sum() / capped * patients_ratio)


def required_in_prefecture(nationally: float, share_of_patients: float) -> float:
    """必要医師数 of a prefecture: its share of the specialty's patients."""
    return nationally * needed(share_of_patients, "share_of_patients")


def ratio_to_required(doctors: float, required: float) -> float:
    """Current doctors (work-adjusted) ÷ required ones, not rounded. Raises Problem `workforce.training-input` where
    none are required: there is no ratio."""
    if required <= 0:
        raise Problem("workforce.training-input", where="required", input="required", reason="0")
    return doctors / required
