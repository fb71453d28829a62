"""Which receipts of a returned file are claimed again together, and with which corrections."""

from collections.abc import Iterable, Mapping, Sequence

from kaihoken.claims.receipt import Receipt
from kaihoken.claims.returned.edits import Edit
from kaihoken.claims.returned.making import Again
from kaihoken.claims.returned.parts import Returned, ReturnedHead, Step
from kaihoken.problems import Problem


def chosen_from(
    steps: Iterable[Step],
    places: Sequence[int],
    *,
    late: bool = False,
    anew: Mapping[str, Receipt] | None = None,
) -> tuple[ReturnedHead, list[Returned], tuple[int, ...]]:
    """The head under which they stand, the receipts at these places of the file, counted from 1, and the places that
    are left. Without places all that can be claimed so: of a re-claim those with their block, where the レセコン wrote
    some `anew` those that it wrote. Problems `claims.reclaim-receipt` where there is no such receipt,
    `claims.reclaim-nothing` where none is left to claim, `claims.reclaim-two-files` where they stand under several
    heads."""
    head: ReturnedHead | None = None
    found: dict[int, tuple[ReturnedHead, Returned]] = {}
    for step in steps:
        if isinstance(step, ReturnedHead):
            head = step
        elif isinstance(step, Returned) and head is not None:
            found[step.receipt.place] = (head, step)
    wanted = list(dict.fromkeys(places)) or [
        place for place, (_, one) in found.items() if _can_be_claimed(one, late=late, anew=anew)
    ]
    for place in wanted:
        if place not in found:
            raise Problem("claims.reclaim-receipt", place=place)
    if not wanted:
        raise Problem("claims.reclaim-nothing")
    first, _ = found[wanted[0]]
    if any(found[place][0] is not first for place in wanted):
        raise Problem("claims.reclaim-two-files")
    left = tuple(place for place in found if place not in wanted)
    return first, [found[place][1] for place in wanted], left


def _can_be_claimed(one: Returned, *, late: bool, anew: Mapping[str, Receipt] | None) -> bool:
    if anew is not None and one.receipt.search not in anew:
        return False
    return late or one.can_reclaim


def corrections_of(
    chosen: Sequence[Returned], edits: Sequence[Edit], anew: Mapping[str, Receipt] | None = None
) -> list[Again]:
    """Each with its corrections. One that names no receipt is meant for the only one. Problems `claims.edit-receipt`
    where it names none that is chosen, or none of several, and `claims.reclaim-other-receipt` where the レセコン did
    not write one."""
    places = {one.receipt.place for one in chosen}
    for edit in edits:
        if (edit.place is None and len(chosen) > 1) or (edit.place is not None and edit.place not in places):
            raise Problem("claims.edit-receipt", places=", ".join(str(place) for place in sorted(places)))
    again: list[Again] = []
    for one in chosen:
        own = [edit for edit in edits if edit.place in (None, one.receipt.place)]
        if anew is not None and one.receipt.search not in anew:
            raise Problem("claims.reclaim-other-receipt")
        again.append(Again(one, own, anew[one.receipt.search] if anew is not None else None))
    return again
