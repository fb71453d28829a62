"""A hub whose keys lie in no folder but with another holder, as a vault or an HSM would be."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from kaihoken.problems import Problem
from kaihoken.store import LookupKey

from ..audit.builders import SomeKey
from .hub import NOW, Hub, a_hub, a_row


class Vault:
    """A `KeyProvider` of an operator: it signs itself, and hands the look-up key out when the hub starts."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self.signed = 0
        self._key = SomeKey(7, NOW)

    @property
    def key_id(self) -> str:
        return self._key.key_id

    def lookup_keys(self, normalisation: int) -> tuple[LookupKey, ...]:
        return (LookupKey(self._secret, 1, normalisation),)

    def log_keys(self) -> Sequence["_Signer"]:
        return (_Signer(self, self._key),)


class _Signer:
    """The log key as the hub sees it."""

    def __init__(self, vault: Vault, key: SomeKey) -> None:
        self._vault, self._key = vault, key
        self.key_id, self.public = key.key_id, key.public
        self.valid_from, self.valid_to = key.valid_from, key.valid_to

    def sign(self, data: bytes) -> bytes:
        self._vault.signed += 1
        return self._key.sign(data)


async def validity(hub: Hub) -> object:
    answer = await hub.ask()
    assert answer.status_code == 200, answer.text
    return answer.json()["answer"]["validity"]


async def test_a_hub_answers_signs_and_starts_again_on_keys_that_lie_in_no_folder(tmp_path: Path) -> None:
    vault = Vault(b"k" * 32)
    async with a_hub(tmp_path / "store", tmp_path, keys=vault) as hub:
        assert (await hub.register(a_row())).status_code == 200
        signed = vault.signed
        assert await validity(hub) == "1"
        assert vault.signed > signed
        published = (await hub.http.get("/.well-known/kaihoken-log-keys.json")).text
        assert vault.key_id in published
        assert await hub.metric('kaihoken_key_age_seconds{key="log"}') >= 0
    async with a_hub(tmp_path / "store", tmp_path, after=hub, keys=vault) as again:
        assert await validity(again) == "1"

    assert not (tmp_path / "keys").exists()


async def test_keys_of_another_vault_are_refused(tmp_path: Path) -> None:
    async with a_hub(tmp_path / "store", tmp_path, keys=Vault(b"k" * 32)) as hub:
        await hub.register(a_row())
    with pytest.raises(Problem) as refused:
        async with a_hub(tmp_path / "store", tmp_path, after=hub, keys=Vault(b"x" * 32)):
            raise AssertionError("it must not start")

    assert refused.value.code == "store.keys_wrong"
