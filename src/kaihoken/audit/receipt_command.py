"""`kaihoken receipt verify`: what a clinic or an auditor does with a receipt, offline or with the hub's log."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import httpx
import typer

from kaihoken.audit.api import KEYS_PATH
from kaihoken.audit.head import Head, Key
from kaihoken.audit.kept_answer import kept_answer
from kaihoken.audit.key_files import keys_of, public_keys_at, text_of
from kaihoken.audit.receipt import checked_receipt, refusal
from kaihoken.audit.terminal import say, say_head, say_json
from kaihoken.audit.verifier import Receipt, RefusedError, verify_standing
from kaihoken.loopback import require_https
from kaihoken.options import AsJson
from kaihoken.problems import Problem
from kaihoken.store import instant

app = typer.Typer(help="受領証 / receipts of answers", no_args_is_help=True)

_PATIENCE_SECONDS = 10.0


@app.callback()
def _receipt() -> None:
    """受領証 / receipts of answers."""


@app.command("verify")
def verify_receipt(
    file: Annotated[
        Path,
        typer.Argument(
            help="受領証（どちらの形でも）か、それが入った回答 / the receipt in either form, or the answer with it"
        ),
    ],
    keys: Annotated[
        Path | None,
        typer.Option(
            "--keys",
            envvar="KAIHOKEN_KEYS",
            help="ログの公開鍵（JSON）か鍵のフォルダー / the log's public keys or the folder of keys",
        ),
    ] = None,
    hub: Annotated[str, typer.Option(help="ハブの URL。今のログにあるかも確かめる / also ask this hub")] = "",
    as_json: AsJson = False,
) -> int:
    """受領証を検証する。--hub がなければオフライン / verify a receipt, offline unless --hub is given."""
    if keys is None and not hub:
        raise Problem("audit.keys_or_hub")
    text = text_of(file)
    answer = kept_answer(text)
    public = public_keys_at(keys) if keys else keys_of(_ask(hub, KEYS_PATH))
    receipt = checked_receipt(answer.receipt if answer else text, public)
    if answer:
        answer.require_recorded(receipt.body)
    shown = answer is not None and answer.shows_answer
    standing = _standing(receipt, public, hub) if hub else None
    if as_json:
        say_json(
            {
                "holds": True,
                "log_id": receipt.head.log_id,
                "batch": receipt.head.size - 1,
                "record": receipt.index,
                "time": instant(receipt.head.time_ms).isoformat(),
                "kind": receipt.kind,
                "body": receipt.body.decode("utf-8", "backslashreplace"),
                "of_this_answer": True if shown else None,
                "stands_in_log_of": standing.size if standing else None,
            }
        )
        return 0
    say("✓ 受領証は正しい / the receipt holds")
    if shown:
        say("✓ この回答そのものの受領証です / it is the receipt of this very answer")
    say_head(receipt.head)
    say(f"{receipt.index:>5}  {receipt.kind}  {receipt.body.decode('utf-8', 'backslashreplace')}")
    if standing:
        say(f"✓ {standing.size} バッチのログに今もある / stands in the log of {standing.size} batches")
    return 0


def _standing(receipt: Receipt, keys: Mapping[str, Key], hub: str) -> Head:
    proof = _ask(hub, f"/v1/log/inclusion?batch={receipt.head.size - 1}")
    try:
        return verify_standing(receipt, proof, keys)
    except RefusedError as refused:
        raise refusal(refused) from refused


def _ask(hub: str, path: str) -> str:
    require_https(hub)
    try:
        encrypted = hub.startswith("https:")
        response = httpx.get(hub.rstrip("/") + path, timeout=_PATIENCE_SECONDS, trust_env=encrypted)
        response.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Problem("audit.hub_refused", where=path, reason=type(error).__name__) from error
    return response.text
