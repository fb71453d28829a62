"""Only addresses of the loopback interface are this very machine."""

import pytest

from kaihoken.loopback import is_loopback


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.1.1", "127.255.255.254", "::1", "::ffff:127.0.0.1", "localhost", "LocalHost"]
)
def test_this_machine(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "0.0.0.0",
        "::",
        "192.168.1.4",
        "10.0.0.1",
        "128.0.0.1",
        "fe80::1",
        "::ffff:192.168.1.4",
        "hub.example.jp",
        "localhost.example.jp",
        "127.0.0.1.example.jp",
        "127.1",
    ],
)
def test_everything_else_is_another(host: str) -> None:
    assert not is_loopback(host)
