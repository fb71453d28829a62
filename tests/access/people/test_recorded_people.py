"""A row of people that was changed by other means than ours is told: it is not what the log says."""

from datetime import date

import pytest
from sqlalchemy import column, delete, table, update

from kaihoken.access.people import Role, check_accounts
from kaihoken.audit import Entry
from kaihoken.audit.retention import destroy_bodies
from kaihoken.store import Finding, Statement, Write, statement

from .house import FACILITY, House


async def told(house: House) -> list[tuple[str, str]]:
    found = [one async for one in check_accounts(house.store)]
    return [(one.where if isinstance(one, Finding) else "note", one.english) for one in found]


async def by_hand(house: House, name: str, **values: object) -> None:
    row = table(name, *map(column, values))
    await house.store.transaction([Write(statement("by hand", update(row).values(values)), [()])])


async def test_what_our_own_pages_did_is_in_order(house: House) -> None:
    account, passkey = await house.somebody()
    await house.sign_in(passkey)
    await house.accounts.rename_authenticator(account, passkey.passkey_id, "台所")
    await house.accounts.disable(None, account.account_id)

    assert await told(house) == []


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("account", {"role": "operator"}),
        ("account", {"status": "invited"}),
        ("account", {"organisation": "1312345678"}),
        ("authenticator", {"account_id": "00" * 16}),
        ("authenticator", {"status": "removed"}),
        ("invitation", {"status": "open"}),
        ("invitation", {"ends_ms": 1 << 50}),
    ],
)
async def test_a_row_that_was_changed_by_hand_is_told(
    house: House, name: str, values: dict[str, object]
) -> None:
    await house.somebody()

    await by_hand(house, name, **values)

    ((where, words),) = await told(house)
    assert where.startswith(f"{name} ")
    assert words == "the row is not what the log records"


async def test_a_row_that_is_gone_or_that_nobody_recorded_is_told(house: House) -> None:
    account, _ = await house.somebody()
    await house.store.transaction([Write(statement("by hand", delete(table("invitation"))), [()])])
    await by_hand(house, "account", account_id="00" * 16)

    assert sorted(words for _, words in await told(house)) == [
        "the log does not know this row",
        "the row is gone",
        "the row is gone",
    ]
    assert account.account_id


async def test_a_row_that_cannot_be_read_is_told(house: House) -> None:
    await house.somebody()
    await by_hand(house, "account", role="emperor")

    assert ("account", "the log does not know this row") in await told(house)


async def test_a_record_that_cannot_be_read_is_told(house: House) -> None:
    await house.committer.commit([Entry("account.invited", b'{"x":1}')])

    ((_, words),) = await told(house)
    assert words == "a record cannot be read"


async def test_a_batch_that_cannot_be_read_is_told(house: House) -> None:
    await house.committer.commit([Entry("account.disabled", b"{}"), Entry("account.disabled", b"{}")])
    torn = "UPDATE log_batch SET leaves = batch_root WHERE seq = 1"
    await house.store.transaction([Write(Statement("by hand", torn, torn), [()])])

    assert [words for _, words in await told(house)] == ["a record cannot be read"]


async def test_where_records_were_destroyed_what_they_said_is_not_missed(house: House) -> None:
    await house.accounts.invite(None, Role.STAFF, FACILITY, "", "名前")
    house.wait(days=6 * 366)
    await house.accounts.invite(None, Role.STAFF, FACILITY, "", "名前")
    await destroy_bodies(house.committer, date(2027, 1, 1), house.clock.today())

    ((where, words),) = await told(house)
    assert where == "note"
    assert words.endswith(": 2")


async def test_a_store_without_a_log_has_nothing_to_compare(tmp_path) -> None:
    from kaihoken.clock import FixedClock
    from kaihoken.store import create_store

    from .house import NOW

    store = await create_store(tmp_path / "bare", purpose="production", clock=FixedClock(NOW))
    assert [one async for one in check_accounts(store)] == []
    await store.close()
