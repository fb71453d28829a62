"""What certificates of cards look like, as far as it is known (rule family card/certificate-profile)."""

from typing import Annotated, ClassVar, TypeAlias

import msgspec

from kaihoken.rules import Sourced

Arc: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-2](\.(0|[1-9][0-9]*))+$")]
Years: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=20)]


class CertificateProfile(msgspec.Struct, frozen=True):
    """OIDs below which the policies of each sort of certificate lie, ours of the TEST authority first, and until which
    birthday after its issue a certificate lives."""

    family: ClassVar[str] = "card/certificate-profile"

    user_authentication: Annotated[tuple[Sourced[Arc], ...], msgspec.Meta(min_length=1)]
    digital_signature: Annotated[tuple[Sourced[Arc], ...], msgspec.Meta(min_length=1)]
    lives_until_birthday: Sourced[Years]

    def is_for_user_authentication(self, policy: str) -> bool:
        """Whether a policy is one of 利用者証明用電子証明書."""
        return _below(policy, self.user_authentication)

    def is_for_digital_signature(self, policy: str) -> bool:
        """Whether a policy is one of 署名用電子証明書."""
        return _below(policy, self.digital_signature)


def _below(policy: str, arcs: tuple[Sourced[Arc], ...]) -> bool:
    return any(policy == arc.value or policy.startswith(f"{arc.value}.") for arc in arcs)
