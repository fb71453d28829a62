"""Records what unmodified tools say to our card, so that every test run replays it where no tool is installed.

    .venv/bin/python -m tests.card.recording

A transcript is a text: `# ` what was typed and with which version, then `> ` a command, `< ` its answer, both in
hexadecimal, and `reset`. The card lies beside the transcripts: fictional, of an authority that nobody trusts, its PIN
is 1234. Its counters run on from one transcript to the next in the order of `TYPED`.
"""

import shutil
import tempfile
from pathlib import Path

from kaihoken.card.virtual import KeptCard

from .cards import a_card
from .daemon import Daemon, daemon_in, missing

FOLDER = Path(__file__).with_name("transcripts")
CARD = FOLDER / "card.json"
_PIN = ("--pin", "1234")
TYPED = {
    "1-name": ("opensc-tool", "--name"),
    "2-dump": ("pkcs15-tool", "--dump"),
    "3-certificate": ("pkcs15-tool", "--read-certificate", "1"),
    "4-wrong-pin": ("pkcs15-tool", "--verify-pin", "--auth-id", "01", "--pin", "9999"),
    "5-pin": ("pkcs15-tool", "--verify-pin", "--auth-id", "01", *_PIN),
    "6-sign": ("pkcs11-tool", "--slot-index", "0", "--login", *_PIN, "--sign", "--id", "01", "--mechanism",
               "SHA256-RSA-PKCS", "--input-file", "message", "--output-file", "signature"),
    "7-signature-certificate": ("pkcs15-tool", "--read-certificate", "2", "--verify-pin", "--auth-id", "02",
                                "--pin", "KAIHOKEN1234"),
}  # fmt: skip
MESSAGE = b"a message for the transcripts"


def a_copy(folder: Path) -> KeptCard:
    """The card of the transcripts, in a file that is private, as a checkout's is not."""
    copy = folder / CARD.name
    shutil.copyfile(CARD, copy)
    copy.chmod(0o600)
    return KeptCard.read(copy)


def main() -> None:
    if reason := missing():
        raise SystemExit(reason)
    if not CARD.exists():
        KeptCard.made(CARD, a_card())
    with tempfile.TemporaryDirectory() as name, daemon_in(Path(name)) as daemon:
        folder = Path(name)
        (folder / "message").write_bytes(MESSAGE)
        daemon.lay_file(a_copy(folder).path)
        version = daemon.run("opensc-tool", "--info")[1].split("[")[0].strip()
        for title, typed in TYPED.items():
            _record(daemon, folder, title, typed, version)


def _record(daemon: Daemon, folder: Path, title: str, typed: tuple[str, ...], version: str) -> None:
    daemon.everything()
    files = {word: str(folder / word) for word in ("message", "signature")}
    daemon.run(*(files.get(word, word) for word in typed))
    lines = [f"# {' '.join(typed)} ({version})"]
    for command, answer in daemon.everything():
        lines += [f"> {command}", f"< {answer}"] if answer else ["reset"]
    (FOLDER / f"{title}.txt").write_text("\n".join(lines) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
