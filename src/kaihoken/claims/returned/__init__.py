"""返戻: receipts that came back, why, and the claim made of them again (再請求); what was cut (増減点連絡書)."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.claims.returned.cuts import Cut, Cuts, read_cuts
    from kaihoken.claims.returned.edits import Change, Edit, parse_edit
    from kaihoken.claims.returned.making import Again, Claim, claim_late, reclaim
    from kaihoken.claims.returned.parts import Reason, Returned, ReturnedEnd, ReturnedHead, returned_in
    from kaihoken.claims.returned.reasons import ReturnReasons, Why, why_back

__all__ = [
    "Again",
    "Change",
    "Claim",
    "Cut",
    "Cuts",
    "Edit",
    "Reason",
    "ReturnReasons",
    "Returned",
    "ReturnedEnd",
    "ReturnedHead",
    "Why",
    "claim_late",
    "parse_edit",
    "read_cuts",
    "reclaim",
    "returned_in",
    "why_back",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
