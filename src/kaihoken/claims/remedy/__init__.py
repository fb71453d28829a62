"""First remedy: the 修正票 that says where to correct in the レセコン, and on request a corrected file to look at."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.claims.remedy.changes import Change, Changes, told_as_text
    from kaihoken.claims.remedy.correcting import CHECKED_NAME, Correcting
    from kaihoken.claims.remedy.mends import MENDS, NEVER
    from kaihoken.claims.remedy.paper import slips_paper
    from kaihoken.claims.remedy.slips import Slip, SlipLine, Slips, slips_of

__all__ = [
    "CHECKED_NAME",
    "MENDS",
    "NEVER",
    "Change",
    "Changes",
    "Correcting",
    "Slip",
    "SlipLine",
    "Slips",
    "slips_of",
    "slips_paper",
    "told_as_text",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
