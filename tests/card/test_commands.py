"""`kaihoken card`: what is made is read, a foreign card is refused, and nothing tells whose card it is."""

import json
import stat
import threading
from pathlib import Path

import pytest

from kaihoken import cli
from kaihoken.card.virtual import KeptCard, Profile, Secret, VirtualJpkiCard

from .cards import a_card
from .test_readers import Listening


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("commands")


def ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.run(["card", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def made(capsys: pytest.CaptureFixture[str], folder: Path, profile: str, *more: str) -> Path:
    file = folder / f"{profile}.json"
    if not file.exists():
        authority = ("--authority", str(folder / "authority"))
        code, _, _ = ran(capsys, "make", "--profile", profile, "--out", str(file), *authority, *more)
        assert code == 0
    return file


def read(capsys: pytest.CaptureFixture[str], folder: Path, file: Path, *more: str) -> tuple[int, str, str]:
    return ran(capsys, "read", "--card", str(file), "--roots", str(folder / "authority/roots.json"), *more)


@pytest.mark.parametrize(
    ("profile", "told"),
    [
        ("card", {"kind": "card", "validity": "good", "tries_left": 3}),
        ("android", {"kind": "android", "validity": None, "tries_left": 3}),
        ("in-grace", {"kind": "card", "validity": "in-grace", "tries_left": 3}),
    ],
)
def test_a_card_that_was_made_is_read(
    capsys: pytest.CaptureFixture[str], folder: Path, profile: str, told: dict[str, object]
) -> None:
    file = made(capsys, folder, profile)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    code, out, _ = read(capsys, folder, file, "--json")

    assert (code, json.loads(out)) == (0, told)
    assert read(capsys, folder, file)[1].count("\n") == 3


def test_what_is_made_says_under_which_number_it_is_to_be_registered(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    out = folder / "numbered.json"
    given = ("--serial", "99001001", "--born", "1950-02-03", "--pin", "7391")
    where = ("--out", str(out), "--authority", str(folder / "authority"))

    code, said, _ = ran(capsys, "make", *where, *given, "--json")

    assert code == 0
    assert json.loads(said)["serial"] == "99001001"
    assert json.loads(said)["issuer"].startswith("CN=")
    card = KeptCard.read(out).card
    assert isinstance(card, VirtualJpkiCard)
    assert card.memory.secrets[Secret.AUTHENTICATION] == b"7391"
    assert "シリアル / serial" in ran(capsys, "make", "--out", f"{out}.2", *where[2:])[1]


@pytest.mark.parametrize(("profile", "code"), [("old-juki", "card.old"), ("other", "card.not-ours")])
def test_a_card_that_is_not_taken_is_named(
    capsys: pytest.CaptureFixture[str], folder: Path, profile: str, code: str
) -> None:
    file = made(capsys, folder, profile)

    exit_code, out, _ = read(capsys, folder, file, "--json")

    assert (exit_code, json.loads(out)["code"]) == (1, code)


def test_a_card_of_another_authority_is_refused(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    made(capsys, folder, "card")
    KeptCard.made(tmp_path / "real.json", a_card(Profile.CARD))

    _, out, _ = read(capsys, folder, tmp_path / "real.json", "--json")

    assert json.loads(out)["code"] == "card.not-test-authority"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--pin", "12345"], "card.pin-shape"),
        (["--pin", "１２３４"], "card.pin-shape"),
        (["--born", "1950"], "cli.misuse"),
    ],
)
def test_a_card_that_cannot_be_is_not_made(
    capsys: pytest.CaptureFixture[str], folder: Path, arguments: list[str], code: str
) -> None:
    out = folder / "never.json"

    _, said, _ = ran(capsys, "make", "--out", str(out), "--json", *arguments)

    assert json.loads(said)["code"] == code
    assert not out.exists()


def test_a_card_is_served_until_the_daemon_ends_and_its_tries_are_kept(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "card.json"
    KeptCard.made(file, a_card())
    with Listening() as listening:
        serving = threading.Thread(
            target=cli.run, args=(["card", "serve", str(file), "--port", str(listening.port)],)
        )
        serving.start()
        with listening.daemon() as daemon:
            for command in ("00A4040C0AD392F000260100000001", "00A4020C020018"):
                assert daemon.ask(bytes.fromhex(command)) == b"\x90\x00"
            assert daemon.ask(bytes.fromhex("0020008004") + b"9999") == b"\x63\xc2"
            kept = KeptCard.read(file).card
        serving.join()

    assert isinstance(kept, VirtualJpkiCard)
    assert kept.memory.tries[Secret.AUTHENTICATION] == 2
    assert "9999" not in capsys.readouterr().out
