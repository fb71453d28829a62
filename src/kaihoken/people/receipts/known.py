"""A month of claims of people whom a hub knows: the sandbox's, who are in the clinic's file, and some of the nation
that lies in the hub's store. What goes wrong on a few of them is planted into the claim, or happened to the person; the
register is never changed for it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from kaihoken.coverage import Coverage
from kaihoken.people.nation import Nation, Person
from kaihoken.people.places import places
from kaihoken.people.receipts.case import Case
from kaihoken.people.receipts.files import clinic_at
from kaihoken.people.receipts.month import Written, write_cases
from kaihoken.people.receipts.patients import Month, Order, Patient, place_named
from kaihoken.people.receipts.planting import TROUBLES
from kaihoken.people.receipts.treatment import Illness, open_days
from kaihoken.people.receipts.truth import Verdict
from kaihoken.people.sandbox import sandbox_people


@dataclass(frozen=True, slots=True)
class Came:
    """Somebody of the sandbox who came, with the coverage that they brought first: why, and on the how many-th days of
    the month on which the clinic is open. `planted` is the key of what is planted into the claim; `happened` says in
    such a key what is wrong with it although nothing was planted, and `eligibility` what the register says of it."""

    key: str
    illness: Illness
    opened: tuple[int, ...]
    planted: str = ""
    happened: str = ""
    eligibility: Verdict = "as-written"


_EARLY, _LATE = 3, 16
"""Before and after the middle of any month, around which the two of the sandbox left or moved."""

_CAME: Final = (
    Came("worker", Illness.CHRONIC, (5, 15), planted="add-on-of-the-other-visit"),
    Came("wife", Illness.COLD, (2, 6)),
    Came("child", Illness.COLD, (3,)),
    Came("limit-third", Illness.LIFESTYLE, (8,), planted="insurer-digit-mistyped"),
    Came("phone", Illness.STOMACH, (11,), planted="branch-of-another"),
    Came("left-last-month", Illness.JOINT, (_EARLY, _LATE), happened="left-between-visits", eligibility="lost"),
    Came(
        "moved-last-month", Illness.CHRONIC, (_EARLY, _LATE),
        happened="insurer-changed-between", eligibility="split",
    ),
    Came(
        "changed-insurer", Illness.COLD, (9,), happened="insurer-changed-before", eligibility="switch",
    ),
    Came("certificate-expires-soon", Illness.LIFESTYLE, (12,), planted="young-as-elderly"),
    Came("twin-elder", Illness.COLD, (7,)),
    Came("twin-younger", Illness.COLD, (7,)),
    Came("left-job", Illness.WOUND, (4, 6, 9)),
    Came("dialysis", Illness.LIFESTYLE, (14,)),
    Came("uncommon-character", Illness.STOMACH, (10,), happened="name-beyond-the-set"),
    Came("external-character", Illness.COLD, (13,)),
    Came("elderly", Illness.CHRONIC, (1, 18)),
    Came("guild", Illness.JOINT, (2, 9, 17)),
    Came("late-elderly-two-tenths", Illness.LIFESTYLE, (6,)),
    Came("late-elderly-one-tenth", Illness.CHRONIC, (4, 19)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """Whom the hub knows beside the sandbox's people, and the clinic that claims: the municipality where it is, its
    name, and the カルテ番号 under which it has somebody of the sandbox."""

    nation: Nation
    place: str
    clinic: str
    chart: Callable[[Person], str]


def write_known_month(known: Known, month: date, count: int, folder: Path) -> Written:
    """Writes so many receipts of a month as `write_month` does, the sandbox's people first and then as many of the
    nation's as the count leaves, where there are so many. Problem `people.claims-folder`, and as `Order`."""
    plan = known.nation.plan
    order = Order(place_named(known.place, places()), month, count, plan.seed, plan.as_of)
    clinic = replace(clinic_at(order.place), name=known.clinic)
    return write_cases(_cases(order, known), order, clinic, folder)


def _cases(order: Order, known: Known) -> Iterator[tuple[Case, str, str]]:
    month = Month(order, known.nation)
    people = {one.link.removeprefix("sandbox-"): one for one in sandbox_people(order.as_of)}
    for came in _CAME:
        yield _case(came, month, people, known.chart)
    left = order.count - len(_CAME)
    for patient in _plain(month, range(known.nation.plan.blocks)):
        if left <= 0:
            return
        left -= 1
        yield Case.of(patient, order.month), "", ""


def _case(
    came: Came, month: Month, people: Mapping[str, Person], chart: Callable[[Person], str]
) -> tuple[Case, str, str]:
    person = people[came.key]
    brought = next(said.fact for said in person.stated if isinstance(said.fact, Coverage))
    days = [open_days(month.order.month)[nth] for nth in came.opened]
    case = Case.of(month.seen(person, brought, came.illness, days, chart(person)), month.order.month)
    case.eligibility = came.eligibility
    if came.planted:
        trouble = next(one for one in TROUBLES if one.key == came.planted)
        fits = trouble.plant(case)
        assert fits, came.planted
    return case, came.planted or came.happened, ""


def _plain(month: Month, blocks: Iterable[int]) -> Iterator[Patient]:
    """Those of the nation who come and of whom nothing is to be said."""
    for block in blocks:
        for patient in month.of_block(block):
            if _is_plain(patient, month.order.month):
                yield patient


def _is_plain(patient: Patient, month: date) -> bool:
    """Whether one coverage, with its 枝番, is all that was ever stated of the person, and the month lies in it."""
    stated = [one.fact for one in patient.person.stated if isinstance(one.fact, Coverage)]
    return (
        len(stated) == 1
        and stated[0].match == "visible"
        and stated[0].acquired <= month
        and (patient.who.late or bool(stated[0].branch))
        and not patient.who.on_welfare
    )
