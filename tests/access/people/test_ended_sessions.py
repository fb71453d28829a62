"""Which sessions end with what somebody changes, and that each end is a record."""

import pytest

from kaihoken.access.people import Account, Role
from kaihoken.access.people.recorded import (
    AUTHENTICATOR_ADDED,
    AUTHENTICATOR_REMOVED,
    DISABLED,
    OPENED,
    SIGNED_IN,
    SIGNED_OUT,
)
from kaihoken.problems import Problem

from .house import House, a_passkey


async def alive(house: House, *cookies: str) -> list[bool]:
    return [await house.door.find(cookie) is not None for cookie in cookies]


async def test_somebody_ends_one_of_their_sessions(house: House) -> None:
    account, passkey = await house.somebody()
    here, there = await house.sign_in(passkey), await house.sign_in(passkey)

    ended = await house.door.end_session(account, there.session.session_id)

    assert ended is there.session
    assert await alive(house, here.cookie, there.cookie) == [True, False]
    assert (await house.kinds())[-2:] == [SIGNED_IN, SIGNED_OUT]
    with pytest.raises(Problem, match=r"access.session-unknown"):
        await house.door.end_session(account, there.session.session_id)


async def test_nobody_ends_anothers_session(house: House) -> None:
    account, _ = await house.somebody()
    _, passkey = await house.somebody(Role.OPERATOR)
    theirs = await house.sign_in(passkey)
    before = await house.kinds()

    for name in (theirs.session.session_id, theirs.cookie, theirs.session.digest.hex(), ""):
        with pytest.raises(Problem, match=r"access.session-unknown"):
            await house.door.end_session(account, name)

    assert await alive(house, theirs.cookie) == [True]
    assert await house.kinds() == before


async def test_all_others_end_at_once_each_with_its_record(house: House) -> None:
    account, passkey = await house.somebody()
    _, of_another = await house.somebody(Role.OPERATOR)
    theirs = await house.sign_in(of_another)
    first, here, third = [await house.sign_in(passkey) for _ in range(3)]

    assert await house.door.end_others(here.session, account) == 2
    assert await house.door.end_others(here.session, account) == 0

    assert await alive(house, first.cookie, here.cookie, third.cookie, theirs.cookie) == [
        False,
        True,
        False,
        True,
    ]
    assert (await house.kinds())[-3:] == [SIGNED_IN, SIGNED_OUT, SIGNED_OUT]


async def test_removing_an_authenticator_ends_every_other_session(house: House) -> None:
    account, passkey = await house.somebody()
    lost, third = a_passkey(), a_passkey()
    await house.add(account, lost)
    await house.add(account, third)
    here, by_lost, by_third = [await house.sign_in(one) for one in (passkey, lost, third)]

    await house.accounts.remove_authenticator(account, lost.passkey_id, here.session)

    assert await alive(house, here.cookie, by_lost.cookie, by_third.cookie) == [True, False, False]
    assert (await house.kinds())[-3:] == [AUTHENTICATOR_REMOVED, SIGNED_OUT, SIGNED_OUT]


async def test_a_session_does_not_outlive_the_removal_of_what_began_it(house: House) -> None:
    account, passkey = await house.somebody()
    await house.add(account, a_passkey())
    here = await house.sign_in(passkey)

    await house.accounts.remove_authenticator(account, passkey.passkey_id, here.session)

    assert await alive(house, here.cookie) == [False]
    assert (await house.kinds())[-2:] == [AUTHENTICATOR_REMOVED, SIGNED_OUT]


async def test_a_session_that_ends_while_its_account_is_read_is_over(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, passkey = await house.somebody()
    here = await house.sign_in(passkey)
    read = house.accounts.account

    async def meanwhile(account_id: str) -> Account | None:
        house.sessions.end(here.session)
        return await read(account_id)

    monkeypatch.setattr(house.accounts, "account", meanwhile)

    assert await house.door.find(here.cookie) is None


async def test_a_removal_that_is_refused_ends_no_session(house: House) -> None:
    account, passkey = await house.somebody()
    here, there = await house.sign_in(passkey), await house.sign_in(passkey)

    with pytest.raises(Problem, match=r"access.authenticator-last"):
        await house.accounts.remove_authenticator(account, passkey.passkey_id, here.session)

    assert await alive(house, here.cookie, there.cookie) == [True, True]


async def test_a_new_authenticator_ends_no_session_by_itself(house: House) -> None:
    account, passkey = await house.somebody()
    here, there = await house.sign_in(passkey), await house.sign_in(passkey)

    await house.add(account, a_passkey())

    assert await alive(house, here.cookie, there.cookie) == [True, True]
    assert (await house.kinds())[-1] == AUTHENTICATOR_ADDED


async def test_a_new_code_that_is_accepted_ends_what_still_ran(house: House) -> None:
    account, stolen = await house.somebody()
    running = await house.sign_in(stolen)
    code = await house.accounts.invite_again(None, account.account_id)
    assert await alive(house, running.cookie) == [True]

    await house.accept(account, code, a_passkey())

    assert await alive(house, running.cookie) == [False]
    assert (await house.kinds())[-2:] == [OPENED, SIGNED_OUT]


async def test_disabling_records_each_session_that_it_ends(house: House) -> None:
    account, passkey = await house.somebody()
    signed_in = [await house.sign_in(passkey) for _ in range(2)]

    await house.accounts.disable(None, account.account_id)

    assert await alive(house, *(one.cookie for one in signed_in)) == [False, False]
    assert (await house.kinds())[-3:] == [DISABLED, SIGNED_OUT, SIGNED_OUT]
