"""The metadata of a hub are believed only where they are those of the hub that was configured."""

import pytest

from kaihoken.access import Metadata, token_endpoint_of
from kaihoken.problems import Problem


@pytest.mark.parametrize(
    ("hub", "endpoint"),
    [
        ("https://hub.example", "https://hub.example/oauth/token"),
        ("https://hub.example", "https://hub.example:443/elsewhere"),
        ("https://hub.example:8443/national", "https://hub.example:8443/national/oauth/token"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/oauth/token"),
        ("http://[::1]:8000", "http://[::1]:8000/oauth/token"),
    ],
)
def test_the_endpoint_is_where_the_hub_says(hub: str, endpoint: str) -> None:
    assert token_endpoint_of(Metadata(hub, endpoint), hub) == endpoint


@pytest.mark.parametrize(
    ("issuer", "endpoint", "where"),
    [
        ("https://other.example", "https://hub.example/oauth/token", "issuer"),
        ("https://hub.example/", "https://hub.example/oauth/token", "issuer"),
        ("https://HUB.example", "https://hub.example/oauth/token", "issuer"),
        ("http://hub.example", "https://hub.example/oauth/token", "issuer"),
        ("", "https://hub.example/oauth/token", "issuer"),
        ("https://hub.example", "https://other.example/oauth/token", "token_endpoint"),
        ("https://hub.example", "https://hub.example.other.example/oauth/token", "token_endpoint"),
        ("https://hub.example", "https://hub.example@other.example/oauth/token", "token_endpoint"),
        ("https://hub.example", "https://other.example@hub.example/oauth/token", "token_endpoint"),
        ("https://hub.example", "https://hub.example:8443/oauth/token", "token_endpoint"),
        ("https://hub.example", "http://hub.example/oauth/token", "token_endpoint"),
        ("https://hub.example", "http://hub.example:443/oauth/token", "token_endpoint"),
        ("https://hub.example", "ftp://hub.example/oauth/token", "token_endpoint"),
        ("https://hub.example", "/oauth/token", "token_endpoint"),
        ("https://hub.example", "", "token_endpoint"),
        ("https://hub.example", "https://hub.example:port/oauth/token", "token_endpoint"),
        ("https://hub.example", "https://[hub.example/oauth/token", "token_endpoint"),
        ("https://hub.example", "https://hub.example/oauth/token#x", "token_endpoint"),
        ("https://hub.example", "https://hub.example/oauth/\u202etoken", "token_endpoint"),
    ],
)
def test_metadata_of_somebody_else_are_refused(issuer: str, endpoint: str, where: str) -> None:
    with pytest.raises(Problem, match=r"access\.metadata-refused") as refused:
        token_endpoint_of(Metadata(issuer, endpoint), "https://hub.example")

    assert (refused.value.where, refused.value.facts) == (where, {"hub": "https://hub.example"})
    assert "https://hub.example" in refused.value.mend("ja")
