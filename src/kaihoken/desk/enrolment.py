"""By what a desk is known to its hub: its client id, its own private key, its facility. Kept in the safe."""

from pathlib import Path

import msgspec

from kaihoken.access import PrivateKey, load_key, read_key
from kaihoken.desk.safe import Put, Safe
from kaihoken.problems import Problem

_SHELF, _NAME = "enrolment", "hub"


class Enrolment(msgspec.Struct, frozen=True, kw_only=True):
    """A desk at a hub. `key` is the private JWK; `terminal` the desk's own name at the facility."""

    hub: str
    client: str
    facility: str
    facility_name: str
    terminal: str
    key: bytes

    def private_key(self) -> PrivateKey:
        """Its key."""
        return read_key(self.key, "enrolment")


def enrolment_in(safe: Safe) -> Enrolment:
    """By what the desk is known. Problem `desk.not-enrolled`."""
    found = safe.get(_SHELF, _NAME, Enrolment)
    if found is None:
        raise Problem("desk.not-enrolled")
    return found


def keep_enrolment(safe: Safe, enrolment: Enrolment) -> None:
    """Write it down."""
    safe.write([Put(_SHELF, _NAME, enrolment)])


def enrolment_of_key(
    hub: str, client: str, facility: str, facility_name: str, terminal: str, key: Path
) -> Enrolment:
    """The enrolment of a desk whose key an operator enrolled already: that of a demonstration, or of a レセコン that
    was there before. Problems of `load_key`."""
    return Enrolment(
        hub=hub,
        client=client,
        facility=facility,
        facility_name=facility_name,
        terminal=terminal,
        key=load_key(key).saved(),
    )
