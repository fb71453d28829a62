"""The 医師偏在是正プラン of a prefecture as it stands on a day; without one, the empty plan that is to be filled in."""

from datetime import date

from kaihoken import rules
from kaihoken.problems import Problem
from kaihoken.workforce import prefectures
from kaihoken.workforce.plan.correction import CorrectionPlan
from kaihoken.workforce.plan.prefecture_parts import correction_of
from kaihoken.workforce.plan.prefecture_plan import prefecture_code
from kaihoken.workforce.plan.prefecture_rows import Correction
from kaihoken.workforce.plan.targets import TargetRules


def correction_of_prefecture(prefecture: str, given: CorrectionPlan | None, on: date) -> Correction:
    """What a prefecture (code or name) has given, or an empty plan for the years of the plan in force.

    Problems `workforce.prefecture-unknown`, and `workforce.correction-elsewhere` where the plan is that of another.
    """
    code = prefecture_code(prefecture)
    if given is None:
        years = rules.load(TargetRules, on=on)
        given = CorrectionPlan(
            prefecture_code=code,
            title=f"{prefectures()[code]} 医師偏在是正プラン",
            first_fiscal_year=years.first_fiscal_year,
            last_fiscal_year=years.last_fiscal_year,
            areas=(),
        )
    if given.prefecture_code != code:
        raise Problem(
            "workforce.correction-elsewhere", where="prefecture_code", given=given.prefecture_code, asked=code
        )
    return correction_of(given, on)
