"""A hub in a process of its own, to be killed without warning."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from kaihoken.access import (
    ASSERTION_TYPE,
    Client,
    ClientKey,
    Enrolment,
    Issuer,
    Kind,
    PrivateKey,
    Scope,
    load_key,
    load_registry,
    make_key,
)
from kaihoken.audit import Committer, FileWitness
from kaihoken.clock import SystemClock
from kaihoken.store import FileKeys, create_store

from ..polling import until
from ..ports import free_port

FACILITY = "9910000007"
_PATIENCE = 60.0


@dataclass
class HubProcess:
    """`kaihoken hub serve` over a folder that outlives it."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    log_level: str = "warning"
    settings: str = ""  # more of them, as in its file
    store: str = ""  # where it lies, if not in the folder
    witness: Path | None = None  # where it lies, if not in the folder
    http: httpx.Client = field(init=False)

    @property
    def said(self) -> Path:
        """What the process wrote to its standard output and error."""
        return self.folder / "said.txt"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self) -> httpx.Client:
        """A client of it. Without TLS it need not read all the world's certificates, which takes longer than asking."""
        return httpx.Client(base_url=self.url, verify=False, timeout=30)

    def environment(self) -> dict[str, str]:
        """What its process is told."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("KAIHOKEN_")}
        return inherited | {
            "KAIHOKEN_STORE": self.store or str(self.folder / "store"),
            "KAIHOKEN_KEYS": str(self.folder / "keys"),
            "KAIHOKEN_WITNESS": str(self.witness or self.folder / "witness.jsonl"),
            "KAIHOKEN_PORT": str(self.port),
            "KAIHOKEN_LOG_LEVEL": self.log_level,
            "KAIHOKEN_CONFIG": str(self.folder / "hub.toml"),
        }

    def start(self, *arguments: str) -> float:
        """Start and wait until it is ready; seconds that it took."""
        (self.folder / "hub.toml").write_text(self.settings, encoding="utf-8")
        started = time.monotonic()
        self.http = self.client()
        with self.said.open("ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "kaihoken", "hub", "serve", *arguments],
                env=self.environment(),
                stdout=said,
                stderr=said,
            )
        try:
            until(self.ready, self.said.read_text)
        except AssertionError:
            self.kill()
            raise
        return time.monotonic() - started

    def ready(self) -> bool:
        """Whether it says of itself that it answers."""
        assert self.process is not None
        assert self.process.poll() is None, self.said.read_text()
        with suppress(httpx.TransportError):
            return self.http.get("/ready", timeout=1).status_code == 200
        return False

    @contextmanager
    def alive(self, *arguments: str) -> Iterator[None]:
        """Started, and killed afterwards, whatever happened and unless it was already."""
        self.start(*arguments)
        try:
            yield
        finally:
            self.kill()

    def stop(self) -> None:
        """Told to stop, and waited for: the last head is with the witness."""
        assert self.process is not None
        self.process.terminate()
        self.process.wait(_PATIENCE)

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.http.close()

    def assertion(self, client_id: str) -> str:
        """A fresh proof of an enrolled client."""
        key = load_key(self.folder / f"{client_id}.jwk")
        return Issuer(client_id, key, f"{self.url}/oauth/token", SystemClock()).assertion()

    def token(self, client_id: str) -> str:
        """A token of an enrolled client."""
        answer = self.http.post(
            "/oauth/token",
            data={
                "grant_type": "client_credentials",
                "client_assertion_type": ASSERTION_TYPE,
                "client_assertion": self.assertion(client_id),
            },
        )
        answer.raise_for_status()
        token: str = answer.json()["access_token"]
        return token


def make_hub(folder: Path) -> HubProcess:
    """A store with keys, a facility `clinic` and an `operator` that may register."""
    asyncio.run(_make(folder))
    return HubProcess(folder, free_port())


async def _make(folder: Path) -> None:
    clock = SystemClock()
    keys = FileKeys.create(folder / "keys", clock)
    store = await create_store(folder / "store", purpose="demo", clock=clock)
    try:
        witness = FileWitness(folder / "witness.jsonl")
        committer = await Committer.open(store, keys, clock, witness, tick_seconds=None)
        try:
            enrolment = Enrolment(store, await load_registry(store), committer, clock)
            for client in (
                _client(
                    folder,
                    "clinic",
                    Kind.FACILITY,
                    FACILITY,
                    {
                        Scope.ELIGIBILITY_ASK,
                        Scope.ELIGIBILITY_BULK,
                        Scope.OQS,
                        Scope.REFERENCES_WRITE,
                        Scope.CONSENTS_READ,
                        Scope.CONSENTS_WRITE,
                    },
                ),
                _client(
                    folder,
                    "operator",
                    Kind.OPERATOR,
                    "",
                    {
                        Scope.REGISTRATIONS_WRITE,
                        Scope.REGISTRATIONS_MATCH,
                        Scope.METRICS_READ,
                        Scope.FAILURE_MODE_WRITE,
                        Scope.CLIENTS_WRITE,
                    },
                ),
            ):
                await enrolment.enrol(client, "test")
        finally:
            await committer.close()
    finally:
        await store.close()


def _client(folder: Path, name: str, kind: Kind, code: str, scopes: set[Scope]) -> Client:
    key: PrivateKey = make_key()
    key.save(folder / f"{name}.jwk")
    return Client(name, kind, code, name, (ClientKey(key.public),), frozenset(scopes))
