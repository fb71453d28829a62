"""How a client proves itself: an assertion signed with its own key, for a token kept until shortly before its end."""

from collections.abc import Callable, Sequence

from kaihoken.access import ASSERTION_TYPE, Issuer
from kaihoken.coverage.client import calls
from kaihoken.coverage.client.calls import Call, Granted

Ticks = Callable[[], int]
"""A clock of lifetimes, in nanoseconds, that never goes back."""

_EARLY_SECONDS = 30
_SECOND = 1_000_000_000


class Access:
    """The token of one client at one hub. `issuer` None: only what is open to everybody can be asked. `endpoint` is
    where proofs are sent, "" as long as the hub's metadata were not read."""

    def __init__(self, issuer: Issuer | None, ticks: Ticks, scopes: Sequence[str] = ()) -> None:
        self._issuer = issuer
        self._ticks = ticks
        self._scopes = scopes
        self._token = ""
        self._until = 0
        self.endpoint = ""

    @property
    def held(self) -> str:
        """The token that is still good, or nothing."""
        return self._token if self._ticks() < self._until else ""

    @property
    def can_ask(self) -> bool:
        """Whether there is a key to prove oneself with."""
        return self._issuer is not None

    def request(self) -> Call[Granted]:
        """The call for a fresh token, with a proof that is good once."""
        assert self._issuer is not None
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self._issuer.assertion(),
            **({"scope": " ".join(self._scopes)} if self._scopes else {}),
        }
        return calls.token(self.endpoint, form)

    def keep(self, granted: Granted) -> None:
        """Hold a token until shortly before its end."""
        self._token = granted.access_token
        self._until = self._ticks() + (granted.expires_in - _EARLY_SECONDS) * _SECOND

    def forget(self, token: str) -> None:
        """A token that the hub refused, unless another has come in its place."""
        if token == self._token:
            self._token = ""
