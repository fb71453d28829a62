"""今日の受付: who comes today, and what was answered about each."""

from kaihoken.desk.day.book import Day
from kaihoken.desk.day.visit import Source, Standing, Visit, standing_of

__all__ = ["Day", "Source", "Standing", "Visit", "standing_of"]
