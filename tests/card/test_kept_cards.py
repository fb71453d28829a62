"""The file of a card: all of it comes back, it is its owner's alone, and strangers' files are refused."""

import json
import stat
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from kaihoken.card.layout import File
from kaihoken.card.virtual import KeptCard, OtherCard, Profile, Secret, VirtualJpkiCard, personalise
from kaihoken.problems import Problem

from .cards import a_card, enter, pair, speaking


@pytest.mark.parametrize("profile", [one for one in Profile if one.has_application])
def test_a_card_comes_back_as_it_was(tmp_path: Path, profile: Profile) -> None:
    made = KeptCard.made(tmp_path / "card.json", a_card(profile)).card
    read = KeptCard.read(tmp_path / "card.json").card

    assert isinstance(made, VirtualJpkiCard)
    assert isinstance(read, VirtualJpkiCard)
    assert read.memory == made.memory
    for command in ("00B0860000", "00B08A0000", "00B08B0000", "00B0820000", "802A009701 01 00"):
        assert speaking(read)(command) == speaking(made)(command)


def test_so_does_a_card_of_somebody_else(tmp_path: Path) -> None:
    KeptCard.made(tmp_path / "card.json", OtherCard())

    assert isinstance(KeptCard.read(tmp_path / "card.json").card, OtherCard)


def test_a_card_remembers_its_tries_over_a_restart(tmp_path: Path) -> None:
    kept = KeptCard.made(tmp_path / "card.json", a_card())
    assert not kept.keep()
    assert isinstance(kept.card, VirtualJpkiCard)

    enter(speaking(kept.card), File.AUTHENTICATION_PIN, b"9999")

    assert kept.keep()
    assert not kept.keep()
    again = KeptCard.read(tmp_path / "card.json").card
    assert isinstance(again, VirtualJpkiCard)
    assert again.memory.tries[Secret.AUTHENTICATION] == 2
    assert [file.name for file in tmp_path.iterdir()] == ["card.json"]


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "card.json"
    kept = KeptCard.made(file, a_card())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    assert isinstance(kept.card, VirtualJpkiCard)
    enter(speaking(kept.card), File.AUTHENTICATION_PIN, b"9999")
    kept.keep()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    file.chmod(0o640)
    with pytest.raises(Problem) as refused:
        KeptCard.read(file)
    assert refused.value.code == "store.keys_open"


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    KeptCard.made(tmp_path / "card.json", a_card())

    with pytest.raises(Problem) as refused:
        KeptCard.made(tmp_path / "card.json", OtherCard())

    assert refused.value.code == "store.path"
    assert isinstance(KeptCard.read(tmp_path / "card.json").card, VirtualJpkiCard)


def changed(saved: dict[str, object], **parts: object) -> dict[str, object]:
    jpki = saved["jpki"]
    assert isinstance(jpki, dict)
    return {**saved, "jpki": {**jpki, **parts}}


OF_ANOTHER_SORT = b64encode(
    ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
).decode()


@pytest.mark.parametrize(
    "parts",
    [
        {"tries": {"authentication": 4, "signature": 5}},
        {"tries": {"authentication": 3}},
        {"secrets": {"authentication": "12345", "signature": "ABC123"}},
        {"secrets": {"authentication": "１２３４", "signature": "ABC123"}},
        {"authentication": {"certificate": "", "authority": "", "key": "AAAA"}},
        {"authentication": {"certificate": "", "authority": "", "key": OF_ANOTHER_SORT}},
        {"more": 1},
    ],
    ids=("tries", "no tries", "pin", "wide pin", "no key", "another key", "more"),
)
def test_a_file_with_something_impossible_is_refused(tmp_path: Path, parts: dict[str, object]) -> None:
    file = tmp_path / "card.json"
    KeptCard.made(file, a_card())
    file.write_text(json.dumps(changed(json.loads(file.read_text()), **parts)))

    with pytest.raises(Problem) as refused:
        KeptCard.read(file)

    assert refused.value.code == "card.file"


@pytest.mark.parametrize("text", ["", "[]", '{"schema":"another","jpki":null}'])
def test_a_file_of_something_else_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "card.json"
    file.touch(0o600)
    file.write_text(text)

    with pytest.raises(Problem) as refused:
        KeptCard.read(file)

    assert refused.value.code == "card.file"


def test_impossible_cards_are_not_made() -> None:
    with pytest.raises(ValueError, match="other"):
        personalise(Profile.OTHER, pair("authentication"), None)
    with pytest.raises(ValueError, match="child"):
        personalise(Profile.CHILD, pair("authentication"), pair("signature"))
    with pytest.raises(ValueError, match="authentication"):
        personalise(Profile.CARD, pair("authentication"), None, pin="12345")
    with pytest.raises(ValueError, match="opens nothing"):
        replace(a_card().personalisation, signature=None)
