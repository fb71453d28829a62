"""How many factors a sign-in has shown, and what is still asked: one table, no I/O.

安全管理ガイドライン 第6.0版 asks two factors of systems that are expected to run in 令和9年度 (二要素認証). A
passkey whose authenticator verified its user (PIN or face) shows two at once: possession of its key, and knowledge
or inherence. So does a card, which signs only after its PIN. A passkey that only noticed a touch shows one: a
second authenticator of the same account is asked, another passkey or a one-time code."""

from collections.abc import Mapping
from enum import StrEnum

from kaihoken.problems import Problem


class Step(StrEnum):
    """Where a sign-in stands."""

    NOBODY = "nobody"
    ONE_FACTOR = "one-factor"
    SIGNED_IN = "signed-in"


class Proof(StrEnum):
    """What was proved. `again` is the authenticator that was shown first."""

    PASSKEY_VERIFIED = "passkey-verified"
    PASSKEY_TOUCHED = "passkey-touched"
    CARD = "card"
    CODE = "code"
    AGAIN = "again"


TABLE: Mapping[tuple[Step, Proof], Step] = {
    (Step.NOBODY, Proof.PASSKEY_VERIFIED): Step.SIGNED_IN,
    (Step.NOBODY, Proof.CARD): Step.SIGNED_IN,
    (Step.NOBODY, Proof.PASSKEY_TOUCHED): Step.ONE_FACTOR,
    (Step.ONE_FACTOR, Proof.PASSKEY_VERIFIED): Step.SIGNED_IN,
    (Step.ONE_FACTOR, Proof.PASSKEY_TOUCHED): Step.SIGNED_IN,
    (Step.ONE_FACTOR, Proof.CARD): Step.SIGNED_IN,
    (Step.ONE_FACTOR, Proof.CODE): Step.SIGNED_IN,
}
"""Every edge there is. A one-time code alone opens nothing, and one authenticator shown twice is one factor."""


def after(step: Step, proof: Proof) -> Step:
    """The next step. Problem `access.second-factor` where that proof leads nowhere from here."""
    following = TABLE.get((step, proof))
    if following is None:
        raise Problem("access.second-factor")
    return following
