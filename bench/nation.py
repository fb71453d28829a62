"""The people of a run: made once per size, kept between runs, with a facility and an operator enrolled."""

import asyncio
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import msgspec

import kaihoken
from kaihoken.access import Client, ClientKey, Enrolment, Kind, Scope, load_registry, make_key
from kaihoken.audit import Committer
from kaihoken.clock import SystemClock
from kaihoken.coverage import Certificate, Coverage, PersonId, unpack_history
from kaihoken.coverage.fhir import JP_MEMBER_ID, Numbers, full_width, member_id
from kaihoken.store import FileKeys, Statement, Store, open_store

FACILITY = "9910000007"
QUESTIONS = 20_000
_SEED = 20261120
_HOUSE = Path(kaihoken.__file__).parent

_SAMPLE = Statement(
    "sample people",
    "SELECT person_id, packed FROM person WHERE person_no = ?1",
    "SELECT person_id, packed FROM person WHERE person_no = $1",
)
_HIGHEST = Statement("highest", "SELECT max(person_no) FROM person", "SELECT max(person_no) FROM person")


@dataclass(frozen=True, slots=True)
class Nation:
    """A made nation: where it is, how long it took to make (None when it was there), and what is asked about: the
    coverages and the cards of people drawn at random."""

    folder: Path
    store: str
    people: int
    seconds_to_make: float | None
    coverages: tuple[Coverage, ...]
    cards: tuple[Certificate, ...]


def nation_folder(folder: Path) -> Path:
    """The folder of a nation, empty where another program made what stood in it: other tables, or other people."""
    digest = sha256()
    for file in sorted([*(_HOUSE / "people").glob("*.py"), *(_HOUSE / "store").rglob("*.py")]):
        digest.update(file.read_bytes())
    note = folder / "made-by"
    if not note.exists() or note.read_text(encoding="ascii") != digest.hexdigest():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        note.write_text(digest.hexdigest(), encoding="ascii")
    return folder


def nation(folder: Path, people: int, store: str | None = None) -> Nation:
    """The nation of `people` in `folder` (`nation_folder`), made if missing."""
    location = store or str(folder / "store")
    seconds = None
    if not (folder / "clinic.jwk").exists():
        seconds = _made(folder, location, people)
        clients = {
            "clinic": (Kind.FACILITY, FACILITY, _CLINIC),
            "operator": (Kind.OPERATOR, "", _OPERATOR),
        }
        asyncio.run(enrol(folder, location, clients))
        os.sync()  # what was made must not be on its way to the disk while questions are measured
    return Nation(folder, location, people, seconds, *asyncio.run(_asked_about(location)))


def _made(folder: Path, location: str, people: int) -> float:
    started = time.monotonic()
    subprocess.run(
        [
            sys.executable,
            "-m",
            "kaihoken",
            "people",
            "make",
            f"--count={people}",
            "--seed=1",
            f"--as-of={date(2026, 11, 20)}",
            f"--store={location}",
            f"--keys={folder / 'keys'}",
            f"--witness={folder / 'witness.jsonl'}",
        ],
        check=True,
    )
    return time.monotonic() - started


_CLINIC = {Scope.ELIGIBILITY_ASK, Scope.ELIGIBILITY_BULK, Scope.OQS}
_OPERATOR = {Scope.REGISTRATIONS_WRITE, Scope.REGISTRATIONS_MATCH}


async def enrol(folder: Path, location: str, clients: Mapping[str, tuple[Kind, str, Set[Scope]]]) -> None:
    """Makes a key in the folder for each of these clients and enrols them, the hub being at rest."""
    clock = SystemClock()
    store = await open_store(location)
    try:
        committer = await Committer.open(store, FileKeys(folder / "keys"), clock, tick_seconds=None)
        try:
            enrolment = Enrolment(store, await load_registry(store), committer, clock)
            for name, (kind, code, scopes) in clients.items():
                key = make_key()
                key.save(folder / f"{name}.jwk")
                await enrolment.enrol(
                    Client(name, kind, code, name, (ClientKey(key.public),), frozenset(scopes)), "bench"
                )
        finally:
            await committer.close()
    finally:
        await store.close()


async def _asked_about(location: str) -> tuple[tuple[Coverage, ...], tuple[Certificate, ...]]:
    store: Store = await open_store(location, read_only=True)
    try:
        ((highest,),) = await store.fetch(_HIGHEST)
        assert isinstance(highest, int)
        rng = random.Random(_SEED)
        coverages: list[Coverage] = []
        cards: list[Certificate] = []
        while len(coverages) < QUESTIONS:
            ((person, packed),) = await store.fetch(_SAMPLE, (rng.randint(1, highest),))
            assert isinstance(person, bytes)
            assert isinstance(packed, bytes)
            for assertion in unpack_history(PersonId(person), packed).assertions:
                if isinstance(assertion.fact, Coverage):
                    coverages.append(assertion.fact)
                elif isinstance(assertion.fact, Certificate):
                    cards.append(assertion.fact)
        return tuple(coverages[:QUESTIONS]), tuple(cards)
    finally:
        await store.close()


def copied(asked: Nation, folder: Path) -> Nation:
    """A copy that a run may change, because the nation is kept."""
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run(["cp", "-r", "--reflink=auto", str(asked.folder), str(folder)], check=True)
    os.sync()  # the copy must not be on its way to the disk while commits wait for it
    return replace(asked, folder=folder, store=str(folder / "store"), seconds_to_make=None)


def as_json(coverage: Coverage) -> bytes:
    """The question about a coverage in our JSON."""
    return msgspec.json.encode(
        {
            "by": "number",
            "insurer_number": coverage.insurer_number,
            "symbol": coverage.symbol,
            "number": coverage.number,
            "branch": coverage.branch,
            "birthdate": coverage.birthdate,
        }
    )


def card_as_json(card: Certificate) -> bytes:
    """The question by a card."""
    return msgspec.json.encode({"by": "certificate", "issuer": card.issuer, "serial": card.serial})


def as_oqs(coverage: Coverage, on: date) -> bytes:
    """The same as an OQS message."""
    from xml.sax.saxutils import escape

    symbol = f"<InsuredCardSymbol>{escape(coverage.symbol)}</InsuredCardSymbol>" if coverage.symbol else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><XmlMsg><MessageHeader>'
        f"<QualificationConfirmationDate>{on:%Y%m%d}</QualificationConfirmationDate>"
        f"<MedicalInstitutionCode>{FACILITY}</MedicalInstitutionCode></MessageHeader><MessageBody>"
        f"<QualificationConfirmSearchInfo><InsurerNumber>{coverage.insurer_number}</InsurerNumber>{symbol}"
        f"<InsuredIdentificationNumber>{escape(coverage.number)}</InsuredIdentificationNumber>"
        f"<InsuredBranchNumber>{coverage.branch}</InsuredBranchNumber>"
        f"<Birthdate>{coverage.birthdate:%Y%m%d}</Birthdate>"
        "<LimitApplicationCertificateRelatedConsFlg>0</LimitApplicationCertificateRelatedConsFlg>"
        "</QualificationConfirmSearchInfo></MessageBody></XmlMsg>"
    ).encode()


def as_fhir(coverage: Coverage) -> bytes:
    """The same as a CoverageEligibilityRequest, as JP Core writes the numbers."""
    numbers = Numbers(coverage.insurer_number, coverage.symbol, coverage.number, coverage.branch)
    return msgspec.json.encode(
        {
            "resourceType": "CoverageEligibilityRequest",
            "contained": [
                {"resourceType": "Patient", "id": "p", "birthDate": coverage.birthdate},
                {
                    "resourceType": "Coverage",
                    "id": "c",
                    "status": "active",
                    "identifier": [{"system": JP_MEMBER_ID, "value": member_id(full_width(numbers))}],
                    "beneficiary": {"reference": "#p"},
                    "payor": [{"display": coverage.insurer_name}],
                },
            ],
            "status": "active",
            "purpose": ["validation"],
            "patient": {"reference": "#p"},
            "created": "2026-11-20",
            "insurer": {"display": coverage.insurer_name},
            "insurance": [{"focal": True, "coverage": {"reference": "#c"}}],
        }
    )


def json_script(folder: Path, asked: Nation, token: str) -> Path:
    """Every question by number in our JSON. The token lives five minutes."""
    bodies = [as_json(coverage) for coverage in asked.coverages]
    return wrk_script(folder / "json.lua", bodies, "application/json", token)


def keeping(script: Path, kept: Path) -> Path:
    """The script, and every answer kept in a file: its length, a line feed, its bytes."""
    kept.unlink(missing_ok=True)
    own = script.with_suffix(".keeping.lua")
    own.write_text(
        f"""{script.read_text(encoding="utf-8")}
local kept = io.open("{kept}", "ab")
kept:setvbuf("full", 1048576)
function response(status, headers, body) kept:write(#body, "\\n", body) end
""",
        encoding="utf-8",
    )
    return own


def wrk_script(file: Path, bodies: list[bytes], media: str, token: str) -> Path:
    """A script that sends the bodies in turn. They are read from a file of lengths and bytes, so nothing is quoted."""
    data = file.with_suffix(".bodies")
    with data.open("wb") as written:
        for body in bodies:
            written.write(b"%d\n" % len(body) + body)
    file.write_text(
        f"""local bodies = {{}}
local opened = io.open("{data}", "rb")
while true do
  local length = opened:read("*n")
  if not length then break end
  opened:read(1)
  bodies[#bodies + 1] = opened:read(length)
end
opened:close()
wrk.method = "POST"
wrk.headers["Authorization"] = "Bearer {token}"
wrk.headers["Content-Type"] = "{media}"
local ready = {{}}
function init() for i, body in ipairs(bodies) do ready[i] = wrk.format(nil, nil, nil, body) end end
local at = 0
function request()
  at = at % #ready + 1
  return ready[at]
end
""",
        encoding="utf-8",
    )
    return file
