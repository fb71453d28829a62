"""返戻: how many claims come back, and how many of them a check at the counter spares. Pure."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kaihoken import rules
from kaihoken.adoption.doubt import once, unsure, unsure_file
from kaihoken.adoption.law import Claims, Effects
from kaihoken.payment.fees import Doubt


@dataclass(frozen=True, slots=True)
class ReturnedClaims:
    """Of a month's claims, exact: `lost_coverage` come back because coverage had ended, `transcription` for an error of
    copying, which a check online spares. `switched`: claims of this kind go to the right insurer (振替) whether or not
    the facility checks online."""

    lost_coverage: Fraction
    transcription: Fraction
    transcription_rate: Fraction
    switched: bool
    doubts: tuple[Doubt, ...]


def returned_claims(claims_a_month: int, claims: Claims, on: date) -> ReturnedClaims:
    """What comes back of so many claims a month. Problem `rules.no_version` before 2021-10-01."""
    law = rules.load(Effects, on=on)
    part, whole = law.lost_coverage.value
    rate = Fraction(law.transcription_errors_a_year, law.claims_a_year)
    return ReturnedClaims(
        claims_a_month * Fraction(part, whole),
        claims_a_month * rate,
        rate,
        claims in law.switched_claims,
        once((*unsure_file("returned-claims", Effects, on), *unsure("returned-claims", law.lost_coverage))),
    )
