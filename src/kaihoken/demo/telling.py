"""The telling cases of the start page, from the sandbox's table."""

from datetime import date

import msgspec

from kaihoken.access import PrivateKey
from kaihoken.coverage import Asker, Situation, read_check
from kaihoken.demo.clinic import FACILITY_NAME
from kaihoken.demo.folder import CLIENT
from kaihoken.hub import Assemble, CardWallet, Case, Rehearsal, Showcase, rehearsing, with_pages
from kaihoken.people import sandbox_cases, sandbox_facility, sandbox_rehearsals

TELLING: tuple[tuple[str, str], ...] = (
    ("valid", ""),
    ("left-job", "left-job-by-card"),
    ("late-elderly-two-tenths", ""),
    ("old-number", "old-number-by-card"),
    ("limit-third", ""),
    ("pending", ""),
    ("child-subsidy", ""),
    ("typo", ""),
    ("external-character", ""),
    ("special-expense", ""),
    ("twins", ""),
    ("welfare-unregistered", ""),
    ("limit-fifth-long", ""),
    ("wrong-branch", ""),
    ("suspended", ""),
    ("blank-share", ""),
    ("overlap", "overlap-by-card"),
    ("certificate-revoked", ""),
)
"""The cases of the start page in order, each with the one in which the same person brings the card."""


def assembled(key: PrivateKey, made_on: date, wallet: CardWallet | None = None) -> Assemble:
    """The hub with its start page and the sandbox's rehearsals."""
    asker = Asker(CLIENT, sandbox_facility(), key.public.key_id)
    rehearsals = {
        number: Rehearsal(rehearsal.play, rehearsal.seconds)
        for number, rehearsal in sandbox_rehearsals().items()
    }
    showcase = Showcase(asker, FACILITY_NAME, made_on, telling_cases(made_on))
    return with_pages(showcase, rehearsing(rehearsals), wallet)


def telling_cases(made_on: date) -> tuple[Case, ...]:
    """The start page's cases, from the sandbox's table."""
    found = {case.key: case for case in sandbox_cases(made_on)}
    cards = [(card, "") for _, card in TELLING if card]
    return tuple(
        Case(
            name=name,
            check=read_check(msgspec.json.encode(found[name].ask)),
            situation=Situation(found[name].expect.situation),
            card=card,
            listed=(name, card) not in cards,
        )
        for name, card in (*TELLING, *cards)
    )
