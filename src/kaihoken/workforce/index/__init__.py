"""医師偏在指標: its value, its class, and what makes it."""

from kaihoken.workforce.index.classes import (
    IndexClass,
    IndexThresholds,
    Thresholds,
    classify,
    straddles,
)

__all__ = ["IndexClass", "IndexThresholds", "Thresholds", "classify", "straddles"]
