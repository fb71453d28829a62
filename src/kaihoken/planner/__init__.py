"""医師偏在のページ: the planner's pages. They assemble what `kaihoken.workforce` computes and decide nothing."""

from kaihoken.planner.settings import PlannerSettings
from kaihoken.planner.site import planner_site

__all__ = ["PlannerSettings", "planner_site"]
