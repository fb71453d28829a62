"""`kaihoken receipt verify`: what a clinic or an auditor does with a receipt, offline or with the hub's log."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import httpx
import msgspec
import orjson
import typer

from kaihoken.audit.api import KEYS_PATH
from kaihoken.audit.head import Head, Key
from kaihoken.audit.receipt import checked_receipt, refusal
from kaihoken.audit.terminal import AsJson, keys_of, public_keys_at, say, say_head, say_json, text_of
from kaihoken.audit.verifier import Receipt, RefusedError, verify_standing
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
            help="ログの公開鍵（JSON）か鍵のフォルダー / the log's public keys or the folder of keys",
        ),
    ] = None,
    hub: Annotated[str, typer.Option(help="ハブの URL。今のログにあるかも確かめる / also ask this hub")] = "",
    as_json: AsJson = False,
) -> int:
    """受領証を検証する。--hub がなければオフライン / verify a receipt, offline unless --hub is given."""
    if keys is None and not hub:
        raise Problem("audit.keys_or_hub")
    given = _given(text_of(file))
    public = public_keys_at(keys) if keys else keys_of(_ask(hub, KEYS_PATH))
    receipt = checked_receipt(given.receipt, public)
    if given.answers and not _names_one_of(given.answers, receipt):
        raise Problem("audit.receipt_other_answer")
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
                "of_this_answer": True if given.answers else None,
                "stands_in_log_of": standing.size if standing else None,
            }
        )
        return 0
    say("✓ 受領証は正しい / the receipt holds")
    if given.answers:
        say("✓ この回答そのものの受領証です / it is the receipt of this very answer")
    say_head(receipt.head)
    say(f"{receipt.index:>5}  {receipt.kind}  {receipt.body.decode('utf-8', 'backslashreplace')}")
    if standing:
        say(f"✓ {standing.size} バッチのログに今もある / stands in the log of {standing.size} batches")
    return 0


class _Given(msgspec.Struct):
    """A receipt, and the possible bytes of the answer that came with it (none where it came alone)."""

    receipt: str
    answers: tuple[bytes, ...] = ()


class _Answer(msgspec.Struct):
    """What a hub answers, as far as it matters here: POST /v1/eligibility-checks, or `kaihoken oqs answer --json`."""

    receipt: msgspec.Raw
    answer: msgspec.Raw = msgspec.Raw()
    response: str | None = None


def _given(text: str) -> _Given:
    try:
        whole = msgspec.json.decode(text, type=_Answer)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return _Given(text)
    receipt = bytes(whole.receipt).decode()
    if raw := bytes(whole.answer):
        # As it left, and as it left where a tool has laid it out anew.
        return _Given(receipt, (raw, orjson.dumps(orjson.loads(raw))))
    if whole.response is not None:
        return _Given(receipt, tuple(_in_each_charset(whole.response)))
    return _Given(receipt)


def _in_each_charset(response: str) -> list[bytes]:
    return [response.encode(charset, "replace") for charset in ("utf-8", "cp932")]


def _names_one_of(answers: tuple[bytes, ...], receipt: Receipt) -> bool:
    """Whether the record names one of these bytes as what left."""
    try:
        named = orjson.loads(receipt.body).get("answer_hash")
    except (orjson.JSONDecodeError, AttributeError):
        return False
    return named in [sha256(answer).hexdigest() for answer in answers]


def _standing(receipt: Receipt, keys: Mapping[str, Key], hub: str) -> Head:
    proof = _ask(hub, f"/v1/log/inclusion?batch={receipt.head.size - 1}")
    try:
        return verify_standing(receipt, proof, keys)
    except RefusedError as refused:
        raise refusal(refused) from refused


def _ask(hub: str, path: str) -> str:
    try:
        response = httpx.get(hub.rstrip("/") + path, timeout=_PATIENCE_SECONDS)
        response.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Problem("audit.hub_refused", where=path, reason=type(error).__name__) from error
    return response.text
