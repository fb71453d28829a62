"""`kaihoken eligibility check` and `kaihoken oqs answer`: a question from the command line."""

import asyncio
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from kaihoken.clock import SystemClock
from kaihoken.coverage.api import check
from kaihoken.coverage.local import LOCAL_CLIENT, local_answering
from kaihoken.coverage.oqs_api import OqsCarrier, OqsReply, answer_oqs, facility_of, refuse_oqs
from kaihoken.coverage.question import Asker
from kaihoken.problems import Problem

app = typer.Typer(help="資格確認 / ask whether a person is covered", no_args_is_help=True)
oqs_app = typer.Typer(help="OQS (XmlMsg) を読み書きする / answer OQS messages", no_args_is_help=True)

StoreOption = Annotated[
    str, typer.Option("--store", envvar="KAIHOKEN_STORE", help="保管庫 / the store's folder or address")
]
KeysOption = Annotated[
    Path, typer.Option("--keys", envvar="KAIHOKEN_KEYS", help="鍵のフォルダー / the folder of keys")
]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON で出す / print JSON")]

_TEST_FACILITY = "9910000000"
_MARK = b"\xef\xbb\xbf"
_REFUSED = 1


@app.callback()
def _eligibility() -> None:
    """資格確認 / ask whether a person is covered."""


@oqs_app.callback()
def _oqs() -> None:
    """OQS (XmlMsg) / answer OQS messages."""


@app.command("check")
def check_eligibility(
    insurer_number: Annotated[str | None, typer.Option("--insurer", help="保険者番号")] = None,
    number: Annotated[str | None, typer.Option("--number", help="番号")] = None,
    birthdate: Annotated[
        datetime | None, typer.Option("--birthdate", formats=["%Y-%m-%d"], help="生年月日")
    ] = None,
    symbol: Annotated[str, typer.Option("--symbol", help="記号")] = "",
    branch: Annotated[str, typer.Option("--branch", help="枝番")] = "",
    on: Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="資格確認日")] = None,
    limit_consent: Annotated[
        bool, typer.Option("--limit", help="限度額の同意あり / consent to 限度額")
    ] = False,
    language: Annotated[str, typer.Option("--language", help="ja, ja@easy, en")] = "ja",
    store: StoreOption = "kaihoken-store",
    keys: KeysOption = Path("kaihoken-keys"),
    as_json: JsonOption = False,
) -> None:
    """記号番号で資格を確認する / ask by number. Exit code 1 where the answer is not "valid".

    何も書かなければ標準入力の JSON で聞く / without a number, standard input holds the question: the body of
    POST /v1/eligibility-checks. What is typed as an option stays in the history of the shell.
    """
    if not any((insurer_number, number, birthdate, symbol, branch, on, limit_consent)):
        request = sys.stdin.buffer.read()
    elif insurer_number is None or number is None or birthdate is None:
        raise typer.BadParameter("--insurer, --number, --birthdate")
    else:
        typed = {
            "by": "number",
            "insurer_number": insurer_number,
            "symbol": symbol,
            "number": number,
            "branch": branch,
            "birthdate": birthdate.date(),
            "consents": ["limit"] if limit_consent else [],
            "language": language,
            **({"on": on.date()} if on is not None else {}),
        }
        request = msgspec.json.encode(typed)
    body = asyncio.run(_ask(request, store, keys))
    answer = msgspec.json.decode(body)
    if as_json:
        sys.stdout.buffer.write(body + b"\n")
    else:
        _show(answer["answer"])
    raise typer.Exit(0 if answer["answer"].get("validity") in ("1", "6") else 1)


async def _ask(body: bytes, store: str, keys: Path) -> bytes:
    clock = SystemClock()
    async with local_answering(store, keys, clock) as (answering, peopled):
        _say_if_empty(peopled)
        answered, _ = await check(answering, Asker(LOCAL_CLIENT, _TEST_FACILITY, "local"), body)
        return answered


def _show(answer: dict[str, object]) -> None:
    words = msgspec.convert(answer["words"], dict[str, str])
    share = msgspec.convert(answer["share"], dict[str, object])
    typer.echo(f"{words['title']}  {share['text']}")
    typer.echo(words["staff"])
    for number, step in enumerate(msgspec.convert(answer["steps"], list[dict[str, str]]), start=1):
        typer.echo(f"{number}. {step['text']}")
    for advisory in msgspec.convert(answer.get("advisories", []), list[dict[str, str]]):
        typer.echo(f"△ {advisory['text']}")


@oqs_app.command("answer")
def answer_message(
    store: StoreOption = "kaihoken-store",
    keys: KeysOption = Path("kaihoken-keys"),
    receipt: Annotated[
        Path | None, typer.Option("--receipt", help="受領証を書くファイル / where to write the receipt")
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """標準入力の資格確認要求に答える / answer the request on standard input (XML, or JSON by its first character).

    Exit code 1 where the message was refused (SegmentOfResult 9). With --json one object holds the response as text,
    its character set, the problem of a refusal and the receipt.
    """
    body = sys.stdin.buffer.read()
    carrier: OqsCarrier = "oqs-json" if body.removeprefix(_MARK).lstrip()[:1] == b"{" else "oqs-xml"
    message = asyncio.run(_answered(body, carrier, store, keys))
    if receipt is not None and message.receipt:
        receipt.write_bytes(message.receipt)
    if as_json:
        sys.stdout.buffer.write(_object(message) + b"\n")
    else:
        sys.stdout.buffer.write(message.reply.content)
    return 0 if message.refused is None else _REFUSED


@dataclass(frozen=True, slots=True)
class _Message:
    """What goes to standard output, and what stands beside it."""

    reply: OqsReply
    refused: Problem | None = None
    receipt: bytes = b""


async def _answered(body: bytes, carrier: OqsCarrier, store: str, keys: Path) -> _Message:
    clock = SystemClock()
    async with local_answering(store, keys, clock) as (answering, peopled):
        _say_if_empty(peopled)
        try:
            asker = Asker(LOCAL_CLIENT, facility_of(carrier, body), "local")
            reply = await answer_oqs(answering, asker, carrier, body)
        except Problem as problem:
            typer.echo(f"{problem.code}: {problem.title('ja')} / {problem.title('en')}", err=True)
            return _Message(refuse_oqs(problem, carrier, body, clock.now(), ""), problem)
    return _Message(reply, receipt=reply.answered.committed.receipt() if reply.answered is not None else b"")


def _object(message: _Message) -> bytes:
    reply, refused = message.reply, message.refused
    return msgspec.json.encode(
        {
            "response": reply.content.decode(reply.encoding.codec),
            "encoding": reply.encoding,
            "problem": refused.as_rfc9457() if refused is not None else None,
            "receipt": msgspec.Raw(message.receipt or b"null"),
        }
    )


def _say_if_empty(peopled: bool) -> None:
    if not peopled:
        typer.echo("保管庫にはまだ誰も登録されていません / nobody is registered in this store yet", err=True)
