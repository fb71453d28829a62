"""What lies in the folder of a demonstration, and making it: keys, a store with a nation, the demo facility.

The sandbox's people are made for a day ("lost the job yesterday"), so the store is made anew when its day is over, by a
new version, or for another count. The keys stay, so that receipts of other days can still be verified.
"""

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

from kaihoken import __version__
from kaihoken.access import (
    HELD_BY,
    Client,
    ClientKey,
    Enrolment,
    Kind,
    load_key,
    load_registry,
    make_key,
)
from kaihoken.audit import Committer, witness_at, witness_of
from kaihoken.card.authority import ROOTS, TestAuthority
from kaihoken.clock import Clock
from kaihoken.consent import Actor, Item
from kaihoken.coverage.facility import FacilityBook, FacilitySettingsChange
from kaihoken.demo.clinic import FACILITY_NAME, make_clinic
from kaihoken.demo.people import let_in, make_cards, wallet_in
from kaihoken.demo.steps import Steps
from kaihoken.demo.visitors import Clinic
from kaihoken.hub import HubSettings
from kaihoken.people import Plan, make_store, sandbox_facility, sandbox_insurer
from kaihoken.problems import Problem
from kaihoken.store import FileKeys, Store, open_store

HOST = "127.0.0.1"
DEFAULT_PORT = 8000
CLIENT = "demo-clinic"
INSURER = "demo-society"
REVIEW = "demo-review"
OPERATOR = "demo-operator"
SEED = 1

_FEW = 50_000
"""So few people are made in this process: helpers take longer to start."""


class Made(msgspec.Struct, frozen=True):
    """What the folder was made for, in demo.json. Without `as_of` the making was not finished."""

    count: int
    version: str = __version__
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Folder:
    """Where a demonstration keeps its things."""

    path: Path

    @property
    def store(self) -> Path:
        return self.path / "store"

    @property
    def keys(self) -> Path:
        return self.path / "keys"

    @property
    def witness(self) -> Path:
        return self.path / "witness.jsonl"

    @property
    def facility_key(self) -> Path:
        """The private key with which the demo facility gets its tokens (0600)."""
        return self.path / "facility-key.json"

    @property
    def insurer_key(self) -> Path:
        """The private key of an insurer, to try registrations with (0600)."""
        return self.path / "insurer-key.json"

    @property
    def review_key(self) -> Path:
        """The private key of a 審査支払機関, to try questions about claims with (0600)."""
        return self.path / "review-key.json"

    @property
    def operator_key(self) -> Path:
        """The private key of an operator, to try clients and metrics with (0600)."""
        return self.path / "operator-key.json"

    @property
    def cards(self) -> Path:
        """The virtual cards of the ready-made people (0600)."""
        return self.path / "people-cards.json"

    @property
    def authority(self) -> Path:
        """The TEST authority of these cards, and of all that the hub takes (0700)."""
        return self.path / "card-authority"

    @property
    def revoked(self) -> Path:
        """Its lists of what it took back, one for each root."""
        return self.path / "card-lists"

    @property
    def tray(self) -> Path:
        """The virtual cards that a visitor puts on the clinic's reader (0600 each)."""
        return self.path / "tray"

    @property
    def desk(self) -> Path:
        """What the clinic's PC keeps (0700)."""
        return self.path / "desk"

    @property
    def requests(self) -> Path:
        """Where a レセコン would lay its requests: req, res and face."""
        return self.path / "OQS"

    @property
    def claims(self) -> Path:
        """The claims of the clinic's last month, once somebody asked for them."""
        return self.path / "claims"

    @property
    def marker(self) -> Path:
        return self.path / "demo.json"

    def settings(self, port: int) -> HubSettings:
        """The hub over this folder."""
        return HubSettings(
            store=str(self.store),
            keys=str(self.keys),
            witness=str(self.witness),
            host=HOST,
            port=port,
            card_roots=str(self.authority / ROOTS),
            card_revocation=str(self.revoked),
            card_attested=True,  # the simulation is there to be seen
        )

    def clinic(self, plan: Plan, hub_port: int, desk_port: int, port: int) -> Clinic:
        """The clinic of this folder: on which ports its hub, its desk and the visitor's page are."""
        return Clinic(
            folder=self.desk,
            cards=self.tray,
            authority=self.authority,
            revoked=self.revoked,
            plan=plan,
            requests=self.requests,
            claims=self.claims,
            hub_port=hub_port,
            desk_port=desk_port,
            port=port,
        )

    def made(self) -> Made | None:
        """What lies here. None: nothing yet. Problem `hub.demo-folder` where something else does."""
        if self.marker.is_file():
            try:
                return msgspec.json.decode(self.marker.read_bytes(), type=Made)
            except msgspec.DecodeError:
                return Made(count=0)
        if self.path.exists() and (not self.path.is_dir() or any(self.path.iterdir())):
            raise Problem("hub.demo-folder", where=str(self.path))
        return None

    def mark(self, made: Made) -> None:
        """Write down what lies here."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.marker.write_bytes(msgspec.json.encode(made))


def prepare(place: Folder, count: int, clock: Clock, steps: Steps) -> date:
    """Make what is not there, and make anew what another day, another count or another version made. The day for
    which the sandbox's people stand. Problems: `hub.demo-folder`; `store.locked` where a demonstration runs there."""
    today = clock.today()
    wanted = Made(count, as_of=today)
    if place.made() == wanted and place.cards.is_file() and place.desk.is_dir():
        _trust_cards(place, clock)
        return today
    plan = plan_of(count, today)
    asyncio.run(_cleared(place))
    place.mark(Made(count))
    with steps.step("keys", "鍵 / keys"):
        keys = FileKeys(place.keys) if place.keys.is_dir() else FileKeys.create(place.keys, clock)
        for file in (place.facility_key, place.insurer_key, place.review_key, place.operator_key):
            if not file.is_file():
                make_key(demo=True).save(file)
        if not place.cards.is_file():
            make_cards(place.cards, place.authority, clock)
        _trust_cards(place, clock)
    with steps.step("nation", f"架空の国 {count:,} 人 / a fictional nation"):
        witness = witness_at(str(place.witness))
        processes = 0 if count <= _FEW else None
        asyncio.run(make_store(place.store, keys, plan, clock, witness=witness, processes=processes))
    with steps.step("facility", f"{FACILITY_NAME} / the demo facility"):
        asyncio.run(_enrol(place, keys, clock, today))
    with steps.step("clinic", "受付のPC / the clinic's PC"):
        hub = place.settings(DEFAULT_PORT).issuer
        make_clinic(place.desk, hub, CLIENT, FACILITY_NAME, place.facility_key, today)
        for name in ("req", "res", "face"):
            (place.requests / name).mkdir(parents=True, exist_ok=True)
    place.mark(wanted)
    return today


def plan_of(count: int, day: date) -> Plan:
    """The nation of a demonstration."""
    return Plan(count, SEED, day)


def _trust_cards(place: Folder, clock: Clock) -> None:
    """Make the TEST authority where there is none, and its lists anew: each says for a day what was taken back."""
    TestAuthority.at(place.authority, clock).write_lists(place.revoked)


async def _cleared(place: Folder) -> None:
    """Take away the store of another day with its witness, the clinic's PC with its claims and the cards, which are as
    old as the day says. The keys stay: what they signed can still be verified."""
    try:
        await (await open_store(place.store)).close()
    except Problem as problem:
        if problem.code == "store.locked":
            raise
    for folder in (place.store, place.desk, place.claims, place.tray, place.authority, place.revoked):
        shutil.rmtree(folder, ignore_errors=True)
    for file in (place.witness, place.cards):
        file.unlink(missing_ok=True)


def _clients(place: Folder) -> Iterator[Client]:
    """The facility that asks, and for those who try the other routes an insurer, a 審査支払機関 and an operator."""
    yield _client(CLIENT, Kind.FACILITY, sandbox_facility(), FACILITY_NAME, place.facility_key)
    number, name = sandbox_insurer()
    yield _client(INSURER, Kind.INSURER, number, name, place.insurer_key)
    yield _client(REVIEW, Kind.REVIEW, "113", "架空の支払基金", place.review_key)
    yield _client(OPERATOR, Kind.OPERATOR, "", "架空の運営者", place.operator_key)


def _client(client_id: str, kind: Kind, code: str, name: str, key: Path) -> Client:
    keys = (ClientKey(load_key(key).public, demo=True),)
    return Client(client_id, kind, code, name, keys, HELD_BY[kind])


async def _use_every_item(store: Store, committer: Committer, clock: Clock) -> None:
    """The demo facility uses every item of consent: some cases of the sandbox are about those that others do not."""
    facilities = await FacilityBook.opened(store, committer, clock)
    every = FacilitySettingsChange(items=dict.fromkeys(Item, True))
    await facilities.change(every, Actor("demo", sandbox_facility()))


async def _enrol(place: Folder, keys: FileKeys, clock: Clock, today: date) -> None:
    store = await open_store(place.store)
    try:
        async with witness_of(store, str(place.witness)) as witness:
            committer = await Committer.open(store, keys, clock, witness, tick_seconds=None)
            try:
                enrolment = Enrolment(store, await load_registry(store), committer, clock)
                for client in _clients(place):
                    await enrolment.enrol(client, by="demo")
                await _use_every_item(store, committer, clock)
                await let_in(store, committer, clock, wallet_in(place.cards), today)
            finally:
                await committer.close()
    finally:
        await store.close()
