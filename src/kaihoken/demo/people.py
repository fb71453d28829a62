"""The ready-made people of a demonstration: accounts with virtual cards, one of each role, and a child's proxy.

Their cards lie readable beside the store, which is why they open a store that was created as `demo` and no other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import msgspec

from kaihoken.access.people import (
    Account,
    Accounts,
    Proxies,
    Role,
    Scope,
    Wish,
    authenticator_now,
)
from kaihoken.audit import Committer
from kaihoken.card.authority import TestAuthority, new_key
from kaihoken.card.certificate import Root
from kaihoken.card.virtual import KeyPair, SavedPair
from kaihoken.clock import Clock
from kaihoken.coverage import Coverage, OwnRecords
from kaihoken.hub import CardWallet, HeldCard
from kaihoken.people import Person, sandbox_facility, sandbox_people
from kaihoken.store import Store, milliseconds, write_private

_INSURER = "01139906"


@dataclass(frozen=True, slots=True)
class Ready:
    """One of them: the name on the page (`account.demo.<name>`), the role, the person of the sandbox they stand for."""

    name: str
    role: Role
    called: str
    person: str = ""

    @property
    def organisation(self) -> str:
        """Where they work."""
        if self.role in (Role.STAFF, Role.MANAGER):
            return sandbox_facility()
        return _INSURER if self.role is Role.OFFICER else ""


READY = (
    Ready("worker", Role.PATIENT, "架空　一郎", "worker"),
    Ready("mother", Role.PATIENT, "架空　花子", "wife"),
    Ready("late", Role.PATIENT, "", "late-elderly-two-tenths"),
    Ready("staff", Role.STAFF, "受付　みどり"),
    Ready("manager", Role.MANAGER, "院長　あおい"),
    Ready("officer", Role.OFFICER, "窓口　しずか"),
    Ready("operator", Role.OPERATOR, "運用　まこと"),
    Ready("auditor", Role.AUDITOR, "監査　ひかる"),
)
"""In the order of the page."""


class _Saved(msgspec.Struct):
    """The file of the cards."""

    roots: tuple[Root, ...]
    cards: dict[str, SavedPair]


def wallet_in(file: Path) -> CardWallet:
    """The wallet of a demonstration."""
    saved = msgspec.json.decode(file.read_bytes(), type=_Saved)
    held = [HeldCard(one.name, one.role, saved.cards[one.name].read()) for one in READY]
    return CardWallet(saved.roots, held)


def make_cards(file: Path, authority: Path, clock: Clock) -> None:
    """Makes the cards, in a file that its owner alone may read, issued by the TEST authority in that folder (a new one
    where there is none)."""
    issuing = TestAuthority.at(authority, clock)
    cards = {one.name: SavedPair.of(_issued(issuing)) for one in READY}
    write_private(file, msgspec.json.encode(_Saved(issuing.roots, cards)))


def _issued(authority: TestAuthority) -> KeyPair:
    key = new_key()
    new = authority.issue(key.public_key())
    return KeyPair(new.certificate, new.root, key)


async def let_in(store: Store, committer: Committer, clock: Clock, wallet: CardWallet, as_of: date) -> None:
    """Gives each their account with their card, and the mother the proxy for her child."""
    accounts = Accounts(store, committer, clock)
    people = {person.link.removeprefix("sandbox-"): person for person in sandbox_people(as_of)}
    made: dict[str, Account] = {}
    for one, held in zip(READY, wallet.cards, strict=True):
        person = people[one.person].person_id.hex() if one.person else ""
        called = one.called or _name_of(people[one.person])
        account, code = await accounts.invite(None, one.role, one.organisation, person, called)
        card = authenticator_now(
            wallet.trust.id_of(held.pair.certificate),
            account,
            "card",
            "仮想カード",
            held.pair.certificate,
            milliseconds(clock.now()),
        )
        made[one.name] = await accounts.accept(code, card)
    own = OwnRecords(store, committer, clock)
    await _for_the_child(Proxies(store, committer, clock, own.insured_with), made, people, as_of)


async def _for_the_child(
    proxies: Proxies, made: Mapping[str, Account], people: Mapping[str, Person], as_of: date
) -> None:
    child = people["child"]
    born = _coverages(child)[0].birthdate
    wish = Wish(
        agent=made["mother"].account_id,
        basis="parent",
        scopes=frozenset(Scope),
        until=as_of + timedelta(days=20 * 366),
        document="架空の戸籍 第1号",
        birthdate=born,
    )
    await proxies.give(made["officer"], child.person_id.hex(), wish)


def _name_of(person: Person) -> str:
    return _coverages(person)[0].name


def _coverages(person: Person) -> Sequence[Coverage]:
    return [stated.fact for stated in person.stated if isinstance(stated.fact, Coverage)]
