"""What a patient let which facility see, by item, and ending it: their own, or of whom they act for by proxy."""

from dataclasses import dataclass
from datetime import datetime

from kaihoken.access.people import Account, Right, Scope
from kaihoken.consent import Actor, ConsentId, EndReason, Held, Item, State, state_of
from kaihoken.hub.exchange import Reply
from kaihoken.hub.pages.own import person_of
from kaihoken.hub.pages.people import PeoplePages, Row
from kaihoken.hub.pages.visit import Visit
from kaihoken.problems import Problem

CONSENTS = "/me/consents"

_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Line:
    """One item of one consent as the page shows it. `alive` where it can be withdrawn."""

    item: str
    state: str
    alive: bool


@dataclass(frozen=True, slots=True)
class Given:
    """A consent: to whom, in which care, how and when given, until when, item by item."""

    consent: str
    facility: str
    name: str
    care: str
    means: str
    at: datetime
    until: datetime | None
    lines: tuple[Line, ...]
    staff: str = ""  # who recorded spoken words, at the facility's own desk

    @property
    def once(self) -> bool:
        """Whether it held for one question alone, and is kept so that its giver can see it."""
        return self.until == self.at

    @property
    def alive(self) -> bool:
        """Whether anything of it stands."""
        return any(line.alive for line in self.lines)


async def consents(pages: PeoplePages, visit: Visit) -> Reply:
    """GET and POST /me/consents: who may see what; a POST names the proxy. On record before it is shown."""
    _, account = visit.somebody
    person, proxy = await person_of(pages, visit, account, Scope.CONSENTS)
    book = pages.machine.consent_book
    held = await book.of_person(bytes.fromhex(person))
    if held:
        await book.shown(held, _actor(account, proxy))
    again = {"proxy": proxy, "token": visit.form_token(CONSENTS)} if proxy else None
    now = pages.machine.clock.now()
    given = sorted(
        (_given(pages, one, now) for one in held), key=lambda one: (one.alive, one.at), reverse=True
    )
    return pages.page("account/consents.html", visit, again=again, given=given, proxy=proxy)


async def withdraw(pages: PeoplePages, visit: Visit) -> Reply:
    """POST /me/consents/withdraw: one item, at once. For another it takes a fresh proof."""
    session, account = visit.somebody
    person, proxy = await person_of(pages, visit, account, Scope.CONSENTS)
    if proxy:
        pages.door.require_fresh(session)
    await pages.machine.consent_book.withdraw(
        _consent(visit),
        _actor(account, proxy),
        EndReason.PATIENT,
        _items(visit),
        person=bytes.fromhex(person),
    )
    visit.path = CONSENTS  # what is shown now, in whichever language
    return await consents(pages, visit)


def _actor(account: Account, proxy: str) -> Actor:
    """Who looks or ends, as the record names them: the account, and the proxy by which it acts."""
    return Actor(account.account_id, "", proxy)


def _consent(visit: Visit) -> ConsentId:
    try:
        found = bytes.fromhex(visit.form.get("consent", ""))
    except ValueError:
        found = b""
    if len(found) != _ID_BYTES:
        raise Problem("consent.unknown", where="consent")
    return ConsentId(found)


def _items(visit: Visit) -> tuple[Item, ...]:
    try:
        return (Item(visit.form.get("item", "")),)
    except ValueError:
        raise Problem("consent.unknown", where="items") from None


def _given(pages: PeoplePages, held: Held, now: datetime) -> Given:
    grant = held.grant
    lines = []
    for item in Item:
        if item in grant.items:
            state = state_of(held, item, now)
            once = grant.until == grant.given_at
            lines.append(Line(item.value, state.value, state is State.STANDING and not once))
    return Given(
        consent=grant.consent.hex(),
        facility=grant.facility,
        name=pages.facility_name(grant.facility),
        care=grant.care.value,
        means=grant.means.value,
        at=grant.given_at,
        until=grant.until,
        lines=tuple(lines),
    )


CONSENT_ROWS = (
    Row("GET", CONSENTS, consents, right=Right.OWN_CONSENTS, records=("consent.seen",)),
    Row("POST", CONSENTS, consents, right=Right.OWN_CONSENTS, records=("consent.seen",)),
    Row(
        "POST",
        "/me/consents/withdraw",
        withdraw,
        right=Right.OWN_CONSENTS,
        records=("consent.ended", "consent.seen"),
    ),
)
"""One's consents."""
