"""`kaihoken card`: makes virtual cards, offers one to a PC/SC daemon, tells what lies on a reader; the TEST authority.

Nothing here asks for a PIN of a card on a reader, and nothing prints whose it is.
"""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer

from kaihoken.card.authority import TestAuthority
from kaihoken.card.authority.authority import ROOTS
from kaihoken.card.authority.commands import app as authority_app
from kaihoken.card.certificate import Trust, Validity, read_roots
from kaihoken.card.examination import examine
from kaihoken.card.jpki import JpkiClient
from kaihoken.card.layout import TokenKind
from kaihoken.card.readers import InProcessReader, PcscReaders, VpcdBridge, reader_named
from kaihoken.card.readers.bridge import HOST, PORT
from kaihoken.card.readers.reader import CardReader
from kaihoken.card.virtual import PIN, KeptCard, Profile, make_card
from kaihoken.clock import SystemClock
from kaihoken.options import AsJson
from kaihoken.problems import Problem
from kaihoken.store import path_problems

app = typer.Typer(
    help="仮想カードと試験用の認証局 / virtual cards, their TEST authority", no_args_is_help=True
)
app.add_typer(authority_app, name="authority")

_AUTHORITY: Final = Path("kaihoken-card-authority")
_KINDS: Final = {
    TokenKind.CARD: "マイナンバーカード / a card",
    TokenKind.ANDROID: "スマートフォン（Android） / an Android phone",
    TokenKind.IPHONE: "スマートフォン（iPhone） / an iPhone",
}
_VALIDITIES: Final = {
    Validity.NOT_YET: "まだ有効期間ではない / not yet valid",
    Validity.GOOD: "有効 / good",
    Validity.EXPIRES_SOON: "有効（まもなく期限） / good, expires soon",
    Validity.IN_GRACE: "期限切れ（資格情報のみ） / expired, coverage only",
    Validity.EXPIRED: "期限切れ / expired",
}

AuthorityAt = Annotated[
    Path,
    typer.Option("--authority", help="試験用認証局のフォルダー / folder of the TEST authority"),
]


@app.callback()
def _card() -> None:
    """カード / cards."""


@app.command("make")
def make(
    out: Annotated[Path, typer.Option(help="書き出すファイル（0600） / file to write, 0600")],
    profile: Annotated[Profile, typer.Option(help="どんなカードか / what kind of card")] = Profile.CARD,
    authority: AuthorityAt = _AUTHORITY,
    born: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="生年月日。有効期限が決まる / birthday, decides the last day"
        ),
    ] = None,
    serial: Annotated[
        int | None, typer.Option(min=1, help="証明書のシリアル番号 / serial of the certificate")
    ] = None,
    pin: Annotated[str, typer.Option(help="暗証番号（4 けた） / PIN of four digits")] = PIN,
    as_json: AsJson = False,
) -> None:
    """仮想カードを作る。認証局がなければ作る / make a virtual card, and the TEST authority if there is none."""
    clock = SystemClock()
    if len(pin) != len(PIN) or not (pin.isascii() and pin.isdigit()):
        raise Problem("card.pin-shape")
    made = make_card(
        profile,
        TestAuthority.at(authority, clock),
        clock,
        born=born.date() if born else None,
        serial=serial,
        pin=pin,
    )
    KeptCard.made(out, made.card)
    issuer, number = made.number or ("", 0)
    if as_json:
        told = {"file": str(out), "profile": profile.value, "issuer": issuer, "serial": str(number or "")}
        _say(_json(told))
        return
    _say(f"✓ {out}（{profile.value}）")
    if made.number:
        _say(f"  発行者 / issuer  {issuer}\n  シリアル / serial {number}")


@app.command("serve")
def serve(
    file: Annotated[Path, typer.Argument(help="カードのファイル / file of a card")],
    host: Annotated[str, typer.Option(help="vpcd のホスト / host of vpcd")] = HOST,
    port: Annotated[int, typer.Option(min=1, max=65535, help="vpcd のポート / port of vpcd")] = PORT,
    as_json: AsJson = False,
) -> None:
    """仮想カードを PC/SC の仮想リーダー（vpcd）に置く / put a virtual card into the reader of a PC/SC daemon."""
    bridge = VpcdBridge.connected(KeptCard.read(file), host, port)
    told = f"✓ カードを置きました / the card is on the reader ({host}:{port}). Ctrl-C で取り出します"
    _say(_json({"host": host, "port": port}) if as_json else told)
    bridge.serve()


@app.command("read")
def read(
    reader: Annotated[str, typer.Option(help="カードリーダーの名前 / name of the reader")] = "",
    card: Annotated[
        Path | None, typer.Option(help="リーダーの代わりに仮想カードのファイル / a virtual card instead")
    ] = None,
    trusted: Annotated[
        Path, typer.Option("--roots", help="信頼するルート証明書のファイル / file of the roots to be trusted")
    ] = _AUTHORITY / ROOTS,
    as_json: AsJson = False,
) -> None:
    """カードの種類、電子証明書の状態、暗証番号の残り回数 / what card it is, its certificate's state, tries left."""
    clock = SystemClock()
    trust = _trust_in(trusted)
    with (_with(card) if card else reader_named(PcscReaders(), reader)).open() as transport:
        found = examine(JpkiClient(transport), trust, clock.now())
    if as_json:
        _say(_json({"kind": found.kind, "validity": found.validity, "tries_left": found.tries_left}))
        return
    _say(f"カード / card: {_KINDS[found.kind]}")
    state = _VALIDITIES[found.validity] if found.validity else "暗証番号のあとで読めます / read after the PIN"
    _say(f"電子証明書 / certificate: {state}（失効は調べません / revocation is not asked）")
    _say(f"暗証番号 / PIN: あと {found.tries_left} 回 / {found.tries_left} tries left")


def _with(card: Path) -> CardReader:
    """A reader in memory, with the card of a file on it."""
    reader = InProcessReader()
    reader.put(KeptCard.read(card))
    return reader


def _trust_in(file: Path) -> Trust:
    with path_problems(file):
        return Trust(read_roots(file.read_bytes()))


def _json(told: object) -> str:
    return msgspec.json.encode(told).decode()


def _say(text: str) -> None:
    typer.echo(text)
