"""The cookies of the pages are bound to their host and to TLS."""

import pytest

from kaihoken.access.people import CookieNames


def test_a_hub_behind_tls_binds_its_cookie_to_the_host() -> None:
    names = CookieNames.over(tls=True)

    for name in (names.session, names.visit):
        header, value = names.setting(name, "0" * 43)
        attributes = set(value.decode().split("; ")[1:])
        assert (header, name.startswith("__Host-")) == (b"set-cookie", True)
        assert attributes == {
            "Path=/",
            "HttpOnly",
            "SameSite=Strict",
            "Secure",
        }  # no Domain: __Host- forbids it


@pytest.mark.parametrize("tls", [True, False])
def test_a_cookie_is_taken_away_at_once(tls: bool) -> None:
    names = CookieNames.over(tls=tls)

    assert names.setting(names.session, "")[1].startswith(f"{names.session}=; ".encode())
    assert names.setting(names.session, "")[1].endswith(b"Max-Age=0")
