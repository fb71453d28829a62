"""Only addresses of the loopback interface are this very machine."""

import pytest

from kaihoken.loopback import is_loopback, plain_host


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


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://hub.example.jp", None),
        ("http://127.0.0.1:8000", None),
        ("http://[::1]:8000/heads", None),
        ("http://localhost", None),
        ("http://hub.example.jp", "hub.example.jp"),
        ("http://127.0.0.1@hub.example.jp", "hub.example.jp"),
        ("ftp://hub.example.jp", "hub.example.jp"),
        ("hub.example.jp", ""),
        ("http://[::1", ""),
        ("", ""),
    ],
)
def test_where_a_url_would_lead_in_the_clear(url: str, host: str | None) -> None:
    assert plain_host(url) == host
