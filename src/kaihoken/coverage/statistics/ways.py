"""Under what an answer is counted."""

from typing import Final

WAYS: Final = ("card", "number", "reference", "bulk", "standing", "ticket", "failure", "other")
ITEMS: Final = ("limit", "disease", "subsidy")
"""What was shown beside the coverage: 限度額, 特定疾病, 公費・地方単独."""

Key = tuple[str, str, str]
"""Kind of facility, way of asking, item ("" for the answer itself)."""
