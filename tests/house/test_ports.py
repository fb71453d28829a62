"""A port on which a test starts a server is nobody else's."""

import socket
from contextlib import closing

import pytest

from ..ports import free_port, own_ports


def test_a_port_is_given_once_in_a_turn_and_only_where_nobody_listens() -> None:
    taken = free_port()
    with closing(socket.create_server(("127.0.0.1", taken))):
        given = [free_port() for _ in own_ports()]

    assert taken not in given
    assert len(set(given[:1000])) == 1000
    assert set(given) <= set(own_ports())


def test_nobody_who_names_none_is_given_one() -> None:
    for _ in range(50):
        with (
            closing(socket.create_server(("127.0.0.1", 0))) as server,
            closing(socket.create_connection(server.getsockname())) as outgoing,
        ):
            assert server.getsockname()[1] > max(own_ports())
            assert outgoing.getsockname()[1] > max(own_ports())


def test_no_two_workers_share_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", "3")
    shares: list[set[int]] = []
    for worker in ("gw0", "gw1", "gw2"):
        monkeypatch.setenv("PYTEST_XDIST_WORKER", worker)
        shares.append(set(own_ports()))

    assert len(set.union(*shares)) == sum(map(len, shares))
    assert min(map(len, shares)) > 3_000
