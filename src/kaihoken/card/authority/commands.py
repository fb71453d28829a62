"""`kaihoken card authority init|issue|renew|revoke|hold|release|show|crl|serve`: the TEST authority of an installation.

A responder may run meanwhile: it follows what the other verbs write.
"""

import sys
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from kaihoken.card.authority.authority import NEWEST, ROOTS, NewCertificate, Order, TestAuthority
from kaihoken.card.authority.ledger import Entry, Number
from kaihoken.card.authority.profile import Carrier, Purpose, TestPerson
from kaihoken.card.authority.roots import USERS_KNOWN_AS
from kaihoken.clock import TOKYO, SystemClock
from kaihoken.options import AsJson
from kaihoken.problems import Problem
from kaihoken.store import path_problems

app = typer.Typer(help="試験用の認証局 / the TEST authority of virtual cards", no_args_is_help=True)

_FOLDER = Path("kaihoken-card-authority")
_DAYS = ["%Y-%m-%d"]

FolderAt = Annotated[Path, typer.Option("--folder", help="認証局のフォルダー / folder of the authority")]
PublicKey = Annotated[Path, typer.Argument(help="公開鍵（RSA-2048 の PEM） / a public key, PEM")]
OutTo = Annotated[
    Path, typer.Option("--out", help="電子証明書を書くファイル / where the certificate goes, DER")
]
Serial = Annotated[int, typer.Argument(help="シリアル番号 / the serial")]
Wished = Annotated[
    int | None, typer.Option("--serial", help="シリアル番号 / this serial, not the next free one")
]
Generation = Annotated[
    int,
    typer.Option(min=1, max=NEWEST, help="認証局の世代、3 が新しい / generation of the root, 3 the newest"),
]
CarriedBy = Annotated[Carrier, typer.Option(help="カードかスマホか / where the key lives")]
Born = Annotated[
    datetime,
    typer.Option(
        formats=_DAYS, help="生年月日。5 回めの誕生日まで有効 / valid to the fifth birthday from now"
    ),
]
Since = Annotated[
    datetime | None, typer.Option(formats=_DAYS, help="この日から有効 / valid from this day, not from now")
]
Until = Annotated[datetime | None, typer.Option(formats=_DAYS, help="この日まで有効 / valid to this day")]
On = Annotated[
    datetime | None,
    typer.Option("--on", formats=_DAYS, help="この日から。なければいま / from this day, not from now"),
]
HeldBy = Annotated[
    Path | None,
    typer.Option(
        "--holder",
        help="だれのものか: name, gender, born, address の JSON（架空の4情報） / whose it is, in JSON (fictional)",
    ),
]
_BORN = datetime(1980, 1, 1, tzinfo=TOKYO)


@app.command()
def init(folder: FolderAt = _FOLDER, as_json: AsJson = False) -> int:
    """認証局を作る（鍵はこのフォルダーの外に出さない） / make an authority; its keys stay in the folder."""
    authority = TestAuthority.made(folder, SystemClock())
    known_as = [root.known_as for root in authority.roots]
    if as_json:
        return _print({"roots": str(folder / ROOTS), "known_as": known_as})
    sys.stdout.write(f"{folder / ROOTS}: ハブと受付が信頼する認証局 / what a hub and a desk pin\n")
    sys.stdout.writelines(f"    {name}\n" for name in known_as)
    return 0


@app.command()
def issue(
    key: PublicKey,
    out: OutTo,
    serial: Wished = None,
    born: Born = _BORN,
    since: Since = None,
    until: Until = None,
    carrier: CarriedBy = Carrier.CARD,
    generation: Generation = NEWEST,
    purpose: Annotated[
        Purpose, typer.Option(help="利用者証明用か署名用か / what for")
    ] = Purpose.AUTHENTICATION,
    holder: HeldBy = None,
    folder: FolderAt = _FOLDER,
    as_json: AsJson = False,
) -> int:
    """電子証明書を発行する / issue a certificate to a public key."""
    authority, order = _open(folder), _order(serial, born, since, until, carrier, generation, _holder(holder))
    issuing = authority.issue if purpose is Purpose.AUTHENTICATION else authority.issue_for_signatures
    return _written(issuing(_key(key), order), out, as_json)


@app.command()
def renew(
    old: Serial,
    key: PublicKey,
    out: OutTo,
    old_generation: Annotated[
        int, typer.Option(min=1, max=NEWEST, help="古いほうの世代 / generation of the old one")
    ] = NEWEST,
    serial: Wished = None,
    born: Born = _BORN,
    since: Since = None,
    until: Until = None,
    carrier: CarriedBy = Carrier.CARD,
    folder: FolderAt = _FOLDER,
    as_json: AsJson = False,
) -> int:
    """電子証明書を更新する（新旧の番号を結ぶ） / issue another in its place; old and new are linked."""
    order = _order(serial, born, since, until, carrier, NEWEST, None)
    return _written(_open(folder).renew(_number(old, old_generation), _key(key), order), out, as_json)


@app.command()
def revoke(
    serial: Serial,
    generation: Generation = NEWEST,
    reason: Annotated[
        x509.ReasonFlags, typer.Option(help="理由（RFC 5280） / why")
    ] = x509.ReasonFlags.unspecified,
    on: On = None,
    folder: FolderAt = _FOLDER,
    as_json: AsJson = False,
) -> int:
    """電子証明書を失効させる（元に戻せない） / take a certificate back. There is no way back."""
    authority, number = _open(folder), _number(serial, generation)
    authority.revoke(number, reason, _morning(on))
    return _show(authority.entry(number), as_json)


@app.command()
def hold(
    serial: Serial,
    generation: Generation = NEWEST,
    on: On = None,
    folder: FolderAt = _FOLDER,
    as_json: AsJson = False,
) -> int:
    """電子証明書を一時停止する / put a certificate on hold."""
    authority, number = _open(folder), _number(serial, generation)
    authority.hold(number, _morning(on))
    return _show(authority.entry(number), as_json)


@app.command()
def release(
    serial: Serial, generation: Generation = NEWEST, folder: FolderAt = _FOLDER, as_json: AsJson = False
) -> int:
    """一時停止を終える / end a hold."""
    authority, number = _open(folder), _number(serial, generation)
    authority.release(number)
    return _show(authority.entry(number), as_json)


@app.command()
def show(
    serial: Serial, generation: Generation = NEWEST, folder: FolderAt = _FOLDER, as_json: AsJson = False
) -> int:
    """電子証明書のいまの状態 / what became of a certificate."""
    return _show(_open(folder).entry(_number(serial, generation)), as_json)


@app.command()
def crl(
    to: Annotated[Path, typer.Argument(help="書くフォルダー / folder for the lists")],
    folder: FolderAt = _FOLDER,
    as_json: AsJson = False,
) -> int:
    """失効リストを世代ごとに書く / write the list of each root, as a hub reads them from a folder."""
    authority = _open(folder)
    lists = authority.lists()
    with path_problems(to):
        authority.write_lists(to)
    if as_json:
        return _print(lists)
    sys.stdout.writelines(f"{to / name}  {known_as}\n" for name, known_as in lists.items())
    return 0


@app.command()
def serve(
    folder: FolderAt = _FOLDER,
    host: Annotated[str, typer.Option(help="アドレス / address")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="ポート / port")] = 8002,
    as_json: AsJson = False,
) -> None:
    """OCSP・失効リスト・認証局の証明書・4情報を出す / serve /ocsp, /crl/, /roots.json, /holders until interrupted."""
    import uvicorn

    from kaihoken.card.authority.responder import responder_app

    application = responder_app(_open(folder))
    address = f"http://{host}:{port}"
    if as_json:
        _print(
            {
                "ocsp": f"{address}/ocsp",
                "crl": f"{address}/crl",
                "roots": f"{address}/roots.json",
                "holders": address,
            }
        )
    else:
        sys.stderr.write(
            f"{address}/ocsp  {address}/crl  {address}/roots.json  {address}/holders  (Ctrl+C)\n"
        )
    uvicorn.run(application, host=host, port=port, log_level="warning", access_log=False, server_header=False)


def _open(folder: Path) -> TestAuthority:
    return TestAuthority(folder, SystemClock())


def _number(serial: int, generation: int) -> Number:
    return USERS_KNOWN_AS[generation - 1], serial


def _order(
    serial: int | None,
    born: datetime,
    since: datetime | None,
    until: datetime | None,
    carrier: Carrier,
    generation: int,
    holder: TestPerson | None,
) -> Order:
    after = None if until is None else _morning(until + timedelta(days=1))
    return Order(
        born=born.date(),
        serial=serial,
        begins=_morning(since),
        ends=None if after is None else after - timedelta(seconds=1),
        carrier=carrier,
        generation=generation,
        holder=holder,
    )


def _morning(day: datetime | None) -> datetime | None:
    """The first instant of a day in Japan."""
    return None if day is None else datetime.combine(day.date(), time(), TOKYO)


def _holder(file: Path | None) -> TestPerson | None:
    """Whose it is, as a file says it. Problem `card.authority-order`."""
    if file is None:
        return None
    with path_problems(file):
        content = file.read_bytes()
    try:
        return msgspec.json.decode(content, type=TestPerson)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise Problem("card.authority-order", reason="the holder is no JSON of four items") from None


def _key(file: Path) -> rsa.RSAPublicKey:
    with path_problems(file):
        content = file.read_bytes()
    try:
        key = serialization.load_pem_public_key(content)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, rsa.RSAPublicKey):
        raise Problem("card.authority-order", reason="the key is no RSA public key in PEM")
    return key


def _written(new: NewCertificate, out: Path, as_json: bool) -> int:
    with path_problems(out):
        out.write_bytes(new.certificate)
    known_as, serial = new.number
    if as_json:
        return _print({"issuer": known_as, "serial": str(serial), "certificate": str(out)})
    sys.stdout.write(f"{out}: {serial}  {known_as}\n")
    return 0


def _show(entry: Entry, as_json: bool) -> int:
    known_as, serial = entry.number
    by = entry.renewed_by
    said = {
        "issuer": known_as,
        "serial": str(serial),
        "state": entry.state.value,
        "reason": "" if entry.at is None else entry.reason.value,
        "since": "" if entry.at is None else entry.at.isoformat(),
        "begins": entry.begins.isoformat(),
        "ends": entry.ends.isoformat(),
        "renewed_by": "" if by is None else str(by[1]),
    }
    if as_json:
        return _print(said)
    sys.stdout.writelines(f"{name:<10}  {value}\n" for name, value in said.items() if value)
    return 0


def _print(value: object) -> int:
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
    return 0
