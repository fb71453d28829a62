"""翌日の事前確認: tomorrow's patients asked about as one list in the evening, in case the line is down."""

from kaihoken.desk.evening.evening import EVENING, Evening, next_list_day
from kaihoken.desk.evening.expecting import expected_of

__all__ = ["EVENING", "Evening", "expected_of", "next_list_day"]
