"""請求前点検: the claim files that were checked here, held in memory, and what of them was corrected."""

from kaihoken.desk.claimfiles.files import (
    LARGEST_FILE,
    MOST_FINDINGS,
    ClaimFiles,
    Corrected,
    Held,
    Joined,
    Judged,
)

__all__ = [
    "LARGEST_FILE",
    "MOST_FINDINGS",
    "ClaimFiles",
    "Corrected",
    "Held",
    "Joined",
    "Judged",
]
