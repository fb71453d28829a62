"""再点検: a year of claims held against a table of coverages, as an insurer or a reviewer does it.

The tables and their columns are in `columns`, the statements in `statements/`. What imports DuckDB is loaded by
`Recheck` alone, when it runs.
"""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.claims.recheck.columns import CLAIMS, COVERAGES, Column, Kind
    from kaihoken.claims.recheck.engine import Recheck, Told
    from kaihoken.claims.recheck.terms import ClaimVerdict, RecheckTerms, confirmations

__all__ = [
    "CLAIMS",
    "COVERAGES",
    "ClaimVerdict",
    "Column",
    "Kind",
    "Recheck",
    "RecheckTerms",
    "Told",
    "confirmations",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
