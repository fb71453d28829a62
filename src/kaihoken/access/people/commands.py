"""`kaihoken accounts invite|invite-again|disable|list`: people of a store whose hub does not run.

The first operator of a store, and the first manager of an organisation, are invited here; after that the pages do it. A
running hub is the only writer of its store, so the writing verbs find the store locked then; `list` reads beside it.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
import typer

from kaihoken.access.people import account_table
from kaihoken.access.people.account import Account
from kaihoken.access.people.accounts import Accounts
from kaihoken.access.people.role import Role
from kaihoken.audit import written
from kaihoken.clock import SystemClock
from kaihoken.options import KEYS, STORE, AsJson, KeysAt, StoreAt, WitnessAt
from kaihoken.store import open_store

app = typer.Typer(help="利用者: 招待・停止・一覧 / people: invite, disable, list", no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="ACCOUNT_ID", help="一覧にある id / the id in the list")]


T = TypeVar("T")


@app.command()
def invite(
    role: Annotated[Role, typer.Option(help="役割 / the role")],
    name: Annotated[str, typer.Option(help="名前 / the name that the pages show")],
    organisation: Annotated[str, typer.Option(help="医療機関コード・保険者番号 / code or number")] = "",
    person: Annotated[
        str, typer.Option(help="本人の id（eligibility whose） / a patient's id, by eligibility whose")
    ] = "",
    store: StoreAt = STORE,
    keys: KeysAt = KEYS,
    witness: WitnessAt = "",
    as_json: AsJson = False,
) -> int:
    """利用者を招待し、一度だけ使えるコードを出す / invite somebody; prints a code that works once."""

    async def invited(accounts: Accounts) -> tuple[Account, str]:
        return await accounts.invite(None, role, organisation, person, name)

    account, code = asyncio.run(_changed(store, keys, witness, invited))
    return _say_code(account.account_id, code, as_json)


@app.command("invite-again")
def invite_again(
    account_id: Id,
    store: StoreAt = STORE,
    keys: KeysAt = KEYS,
    witness: WitnessAt = "",
    as_json: AsJson = False,
) -> int:
    """新しいコードを出す（前のコードは使えなくなる） / a new code; earlier ones end."""
    code = asyncio.run(
        _changed(store, keys, witness, lambda accounts: accounts.invite_again(None, account_id))
    )
    return _say_code(account_id, code, as_json)


@app.command()
def disable(
    account_id: Id,
    store: StoreAt = STORE,
    keys: KeysAt = KEYS,
    witness: WitnessAt = "",
    as_json: AsJson = False,
) -> int:
    """利用者を止める / shut somebody out. There is no way back."""
    account = asyncio.run(_changed(store, keys, witness, lambda accounts: accounts.disable(None, account_id)))
    return _show([account], as_json)


@app.command("list")
def list_accounts(store: StoreAt = STORE, as_json: AsJson = False) -> int:
    """利用者の一覧 / everybody, with role, organisation and state."""
    return _show(asyncio.run(_listed(store)), as_json)


async def _changed(location: str, keys: Path, witness: str, change: Callable[[Accounts], Awaitable[T]]) -> T:
    """Run one change on a store of which this process is the writer meanwhile."""
    clock = SystemClock()
    async with written(location, keys, clock, witness) as (store, committer):
        return await change(Accounts(store, committer, clock))


async def _listed(location: str) -> list[Account]:
    store = await open_store(location, read_only=True)
    try:
        return await account_table.every(store, Account)
    finally:
        await store.close()


def _say_code(account_id: str, code: str, as_json: bool) -> int:
    if as_json:
        _say(msgspec.json.encode({"account_id": account_id, "code": code}).decode())
    else:
        _say(code)
        sys.stderr.write(
            "このコードは一度だけ使えます。本人にだけ渡してください / works once: give it to them alone\n"
        )
    return 0


def _show(accounts: list[Account], as_json: bool) -> int:
    if as_json:
        _say(msgspec.json.encode(accounts).decode())
        return 0
    for account in accounts:
        place = account.organisation or "-"
        _say(f"{account.account_id}  {account.role:<10} {place:<10} {account.status:<8} {account.name}")
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
