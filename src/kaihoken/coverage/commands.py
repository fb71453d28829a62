"""`kaihoken eligibility check|whose` and `kaihoken oqs answer`: a question from the command line."""

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from kaihoken.clock import SystemClock
from kaihoken.coverage.api import check
from kaihoken.coverage.local import Local, local_operator, opened_locally
from kaihoken.coverage.oqs import SETTING, unconfirmed_messages
from kaihoken.coverage.oqs_api import OqsCarrier, OqsReply, answer_oqs, facility_of, refuse_oqs
from kaihoken.coverage.question import Answered
from kaihoken.coverage.terminal import lines_of
from kaihoken.coverage.whose import Known, read_wanted, whose
from kaihoken.identity import parse_iso_date
from kaihoken.options import KEYS, STORE, AsJson, WitnessAt
from kaihoken.problems import Problem
from kaihoken.rules import Status

app = typer.Typer(help="資格確認 / ask whether a person is covered", no_args_is_help=True)
oqs_app = typer.Typer(help="OQS (XmlMsg) を読み書きする / answer OQS messages", no_args_is_help=True)

StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        envvar="KAIHOKEN_STORE",
        show_default=STORE,
        help="保管庫 / the store's folder or address",
    ),
]
KeysOption = Annotated[
    Path | None,
    typer.Option(
        "--keys",
        envvar="KAIHOKEN_KEYS",
        show_default=str(KEYS),
        help="鍵のフォルダー / the folder of keys",
    ),
]
InsurerOption = Annotated[str | None, typer.Option("--insurer", help="保険者番号")]
NumberOption = Annotated[str | None, typer.Option("--number", help="番号")]
BirthdateOption = Annotated[str | None, typer.Option("--birthdate", metavar="yyyy-MM-dd", help="生年月日")]
ReferenceOption = Annotated[
    str | None, typer.Option("--reference", help="照会番号 / the facility's own number for the patient")
]
SymbolOption = Annotated[str, typer.Option("--symbol", help="記号")]
BranchOption = Annotated[str, typer.Option("--branch", help="枝番")]

_USUAL_REQ, _USUAL_RES = "C:\\OQS\\req (Windows)", "C:\\OQS\\res (Windows)"
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
    insurer_number: InsurerOption = None,
    number: NumberOption = None,
    birthdate: BirthdateOption = None,
    symbol: SymbolOption = "",
    branch: BranchOption = "",
    reference_number: ReferenceOption = None,
    on: Annotated[str | None, typer.Option("--on", metavar="yyyy-MM-dd", help="資格確認日")] = None,
    limit_consent: Annotated[
        bool, typer.Option("--limit", help="限度額の同意あり / consent to 限度額")
    ] = False,
    language: Annotated[str, typer.Option("--language", help="ja, ja@easy, en")] = "ja",
    store: StoreOption = None,
    keys: KeysOption = None,
    witness: WitnessAt = "",
    as_json: AsJson = False,
) -> None:
    """記号番号か照会番号で資格を確認する / ask by number, or by 照会番号. Exit code 1 where the answer is not "valid".

    何も書かなければ標準入力の JSON で聞く / without a number, standard input holds the question: the body of
    POST /v1/eligibility-checks. What is typed as an option stays in the history of the shell.
    """
    by_number = (insurer_number, number, symbol, branch)
    if not any((*by_number, reference_number, birthdate, on, limit_consent)):
        request = sys.stdin.buffer.read()
    else:
        typed = {
            **_typed(by_number, reference_number, birthdate),
            "consents": ["limit"] if limit_consent else [],
            "language": language,
            **({"on": parse_iso_date(on, "--on")} if on is not None else {}),
        }
        request = msgspec.json.encode(typed)
    body, answered = asyncio.run(_ask(request, store, keys, witness))
    answer = answered.found.answer
    if as_json:
        sys.stdout.buffer.write(body + b"\n")
    else:
        typer.echo("\n".join(lines_of(answer)))
    raise typer.Exit(0 if answer.validity in ("1", "6") else 1)


def _typed(
    by_number: tuple[str | None, str | None, str, str], reference_number: str | None, birthdate: str | None
) -> dict[str, object]:
    """By what is asked, from the options."""
    insurer_number, number, symbol, branch = by_number
    if reference_number is not None:
        if any(by_number) or birthdate is None:
            raise typer.BadParameter("--reference, --birthdate")
        asked: dict[str, object] = {"by": "reference", "reference_number": reference_number}
    elif insurer_number is None or number is None or birthdate is None:
        raise typer.BadParameter("--insurer, --number, --birthdate")
    else:
        asked = {
            "by": "number",
            "insurer_number": insurer_number,
            "symbol": symbol,
            "number": number,
            "branch": branch,
        }
    return {**asked, "birthdate": parse_iso_date(birthdate, "--birthdate")}


async def _ask(body: bytes, store: str | None, keys: Path | None, witness: str) -> tuple[bytes, Answered]:
    async with opened_locally(store, keys, SystemClock(), witness) as local:
        _say_if_empty(local)
        return await check(local.answering, local_operator(), body)


@app.command("whose")
def find_whose(
    insurer_number: InsurerOption = None,
    number: NumberOption = None,
    birthdate: BirthdateOption = None,
    symbol: SymbolOption = "",
    branch: BranchOption = "",
    store: StoreOption = None,
    keys: KeysOption = None,
    witness: WitnessAt = "",
    as_json: AsJson = False,
) -> None:
    """番号から、ログの中で本人を指す ID をしらべる（記録に残る） / which ids stand for a person in the log (on record).

    何も書かなければ標準入力の JSON で聞く / without a number, standard input holds it: insurer_number, number and where
    known symbol, branch, birthdate. Exit code 1 where nobody is found.
    """
    if not any((insurer_number, number, birthdate, symbol, branch)):
        request = sys.stdin.buffer.read()
    elif insurer_number is None or number is None:
        raise typer.BadParameter("--insurer, --number")
    else:
        typed = {"insurer_number": insurer_number, "number": number, "symbol": symbol, "branch": branch}
        born = {"birthdate": parse_iso_date(birthdate, "--birthdate")} if birthdate is not None else {}
        request = msgspec.json.encode(typed | born)
    people, batch, receipt = asyncio.run(_find(request, store, keys, witness))
    if as_json:
        told = {"people": people, "batch": batch, "receipt": msgspec.Raw(receipt)}
        sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
    else:
        for one in people:
            since = "今の番号 / has this number" if one.now else "前の番号 / had this number"
            typer.echo(f"{one.person}  {since}")
        if not people:
            typer.echo("だれの番号でもありません / nobody has or had this number")
        typer.echo(f"記録: バッチ {batch} / on record: batch {batch}", err=True)
    raise typer.Exit(0 if people else 1)


async def _find(
    body: bytes, store: str | None, keys: Path | None, witness: str
) -> tuple[list[Known], int, bytes]:
    wanted = read_wanted(body)
    async with opened_locally(store, keys, SystemClock(), witness) as local:
        _say_if_empty(local)
        people, committed = await whose(local, local_operator(), wanted)
        return people, committed.seq, committed.receipt()


@oqs_app.command("answer")
def answer_message(
    store: StoreOption = None,
    keys: KeysOption = None,
    witness: WitnessAt = "",
    receipt: Annotated[
        Path | None, typer.Option("--receipt", help="受領証を書くファイル / where to write the receipt")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """標準入力の資格確認要求に答える / answer the request on standard input (XML, or JSON by its first character).

    Exit code 1 where the message was refused (SegmentOfResult 9). With --json one object holds the response as text,
    its character set, the problem of a refusal and the receipt.
    """
    body = sys.stdin.buffer.read()
    carrier: OqsCarrier = "oqs-json" if body.removeprefix(_MARK).lstrip()[:1] == b"{" else "oqs-xml"
    message = asyncio.run(_answered(body, carrier, store, keys, witness))
    sys.stdout.buffer.write(_object(message) + b"\n" if as_json else message.reply.content)
    sys.stdout.buffer.flush()
    if receipt is not None and message.receipt:
        _keep(message.receipt, receipt)
    return 0 if message.refused is None else _REFUSED


@oqs_app.command("unconfirmed")
def list_unconfirmed(as_json: AsJson = False) -> int:
    """形が公表されていない電文と、想定している形 / messages whose layout is not public, and what is assumed of each.

    既定ではどれも止めてあります。ハブの設定 oqs_unconfirmed に名前を書くと使えます。
    """
    messages = unconfirmed_messages()
    if as_json:
        listed = [
            {"name": stem, "status": Status.UNCONFIRMED, "can_be_turned_on": message.function is not None}
            | msgspec.to_builtins(message)
            for stem, message in messages.items()
        ]
        typer.echo(msgspec.json.encode(listed).decode())
        return 0
    for stem, message in messages.items():
        typer.echo(f"{stem}  {message.ja} / {message.en}  ({Status.UNCONFIRMED})")
        typer.echo(
            f"    known: {message.known}\n    assumed: {message.assumed}\n    source: {message.source}"
        )
        for element in message.question:
            codes = f" ({element.codes})" if element.codes else ""
            typer.echo(f"      {element.name}{codes} = {element.holds}{'' if element.required else '?'}")
        if message.function is None:
            typer.echo(f"    使えません: {message.missing_ja} / cannot be turned on: {message.missing_en}")
        else:
            typer.echo(f'    使うには / to turn it on: {SETTING} = "{stem}"')
    return 0


@oqs_app.command("folder")
def watch_folder(
    hub: Annotated[str, typer.Option("--hub", help="ハブの URL / the hub's URL")],
    client: Annotated[str, typer.Option("--client", help="クライアントの ID / the client's id")],
    key: Annotated[Path, typer.Option("--key", help="秘密鍵の JWK のファイル / the private key, a JWK file")],
    req: Annotated[
        Path | None,
        typer.Option("--req", show_default=_USUAL_REQ, help="要求が置かれるフォルダー / where requests come"),
    ] = None,
    res: Annotated[
        Path | None,
        typer.Option("--res", show_default=_USUAL_RES, help="結果を置くフォルダー / where results go"),
    ] = None,
    work: Annotated[
        Path | None,
        typer.Option(
            "--work", help="作業用。既定は res の隣の oqs-work / the agent's own, beside res by default"
        ),
    ] = None,
    archive: Annotated[
        Path | None,
        typer.Option(
            "--archive", help="済んだ要求を移す。なければ消す / keep answered requests here, else delete"
        ),
    ] = None,
    face: Annotated[
        Path | None,
        typer.Option(
            "--face",
            help="カードリーダーの結果を置くフォルダー。req の OQSsiquc01req_face_….json にも答える"
            " / where results of a card reader go: answers OQSsiquc01req_face_….json too",
        ),
    ] = None,
    certificate: Annotated[
        Path | None,
        typer.Option(
            "--certificate", help="クライアント証明書と鍵の PEM / client certificate with its key, PEM"
        ),
    ] = None,
    authority: Annotated[
        Path | None,
        typer.Option(
            "--authority", help="ハブの証明書を発行した CA の PEM / CA of the hub's certificate, PEM"
        ),
    ] = None,
    every: Annotated[
        float, typer.Option("--every", min=0.05, help="見にいく間隔（秒） / seconds between looks")
    ] = 0.2,
    stay: Annotated[
        int,
        typer.Option(
            "--stay",
            min=1,
            help="結果が取り出されないまま残ってよい分数。過ぎたら知らせる（消さない）"
            " / minutes that a result may wait to be fetched; then it is told, never deleted",
        ),
    ] = 1440,
    once: Annotated[bool, typer.Option("--once", help="いまある要求だけ / what is there, and end")] = False,
    as_json: AsJson = False,
) -> int:
    """req の要求をハブにたずね、結果を res に置く / ask a hub what comes into req, put results into res.

    止めても、電源が切れても、取りこぼさず、結果は一度だけ出します。
    With --once exit code 1 where something could not be asked. With --json what it says are lines of JSON.
    """
    from kaihoken.coverage.folder.watching import Watching, folders_for, watch

    folders = folders_for(sys.platform, req, res, work, archive, face)
    watching = Watching(folders, hub, client, key, certificate, authority, every, stay, once, as_json)
    return 0 if asyncio.run(watch(watching, SystemClock())) else _REFUSED


def _keep(receipt: bytes, file: Path) -> None:
    """The receipt in its file; where that cannot be written, on standard error: it is made once. Problem
    `store.path`."""
    try:
        file.write_bytes(receipt)
    except OSError as error:
        typer.echo(receipt.decode(), err=True)
        raise Problem("store.path", where=str(file), reason=error.strerror or type(error).__name__) from None


@dataclass(frozen=True, slots=True)
class _Message:
    """What goes to standard output, and what stands beside it."""

    reply: OqsReply
    refused: Problem | None = None
    receipt: bytes = b""


async def _answered(
    body: bytes, carrier: OqsCarrier, store: str | None, keys: Path | None, witness: str
) -> _Message:
    clock = SystemClock()
    facility = None
    try:
        facility = facility_of(carrier, body)
        async with opened_locally(store, keys, clock, witness) as local:
            _say_if_empty(local)
            reply = await answer_oqs(local.answering, local_operator(facility), carrier, body)
    except Problem as problem:
        where = f" [{problem.where}]" if problem.where else ""
        typer.echo(f"{problem.code}: {problem.title('ja')} / {problem.title('en')}{where}", err=True)
        typer.echo(f"  → {problem.mend('ja')} / {problem.mend('en')}", err=True)
        return _Message(refuse_oqs(problem, carrier, body, clock.now(), facility), problem)
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


def _say_if_empty(local: Local) -> None:
    if local.made:
        typer.echo(
            f"空の保管庫を作りました（だれも登録されていません）: {local.place}（鍵: {local.keys_place}）"
            f" / made an empty store in which nobody is registered: {local.place} (keys: {local.keys_place})\n"
            "  → 別の保管庫は --store と --keys で / name another store with --store and --keys",
            err=True,
        )
    elif not local.peopled:
        typer.echo(
            f"だれも登録されていません: {local.place} / nobody is registered in {local.place}", err=True
        )
