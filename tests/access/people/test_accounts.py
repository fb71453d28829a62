"""Accounts: who invites whom, codes that work once, authenticators that come and go, and what disabling ends."""

import math
import secrets
from pathlib import Path
from typing import Literal

import pytest
from sqlalchemy import func, select

from kaihoken.access.people import MANAGES, Account, Right, Role, may
from kaihoken.access.people.account import MOST_AUTHENTICATORS, Shown
from kaihoken.access.people.accounts import BY_COMMAND
from kaihoken.access.people.role import MAY, OF_ONE_PERSON, organisation_named, organisation_of, require_right
from kaihoken.clock import FixedClock
from kaihoken.problems import Problem
from kaihoken.store import create_store, open_store, schema, statement

from .house import FACILITY, INSURER, NOW, OTHER_FACILITY, House, a_house, a_house_on, a_passkey

# Who may do what, written out by hand: every cell that is not here must be refused.
ALLOWED = {
    "staff": "ask record-consent",
    "manager": "ask record-consent change-settings own-log manage-staff",
    "officer": "register record-proxy",
    "supervisor": "register record-proxy own-log manage-staff",
    "operator": "operate manage-staff search-log verify-receipt",
    "auditor": "search-log verify-receipt",
    "patient": "own-record own-consents own-proxies",
    "coordinator": "keep-careers open-careers count-careers",
    "planner": "count-careers",
    "participant": "own-career",
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("right", Right)
def test_each_role_has_its_rights_and_no_other(role: Role, right: Right) -> None:
    expected = right.value in ALLOWED[role.value].split()

    assert may(role, right) is expected
    if expected:
        require_right(role, right)
    else:
        with pytest.raises(Problem, match=r"access.right-missing"):
            require_right(role, right)


def test_nobody_may_do_everything_and_no_right_is_nobodys() -> None:
    assert set(MAY) == set(Role)
    assert {right for rights in MAY.values() for right in rights} == set(Right)
    assert not MAY[Role.OPERATOR] & {Right.ASK, Right.OWN_RECORD, Right.RECORD_CONSENT}


@pytest.mark.parametrize("purpose", ["production", "demo"])
async def test_a_new_store_has_no_account_and_no_client(
    tmp_path: Path, purpose: Literal["production", "demo"]
) -> None:
    store = await create_store(tmp_path / "new", purpose=purpose, clock=FixedClock(NOW))
    counts = [
        await store.fetch(statement(f"count {one.name}", select(func.count()).select_from(one)))
        for one in (schema.account, schema.authenticator, schema.invitation, schema.client)
    ]
    await store.close()

    assert counts == [[(0,)]] * 4


INVITES = {
    "manager": "staff manager",
    "supervisor": "officer supervisor",
    "operator": "manager supervisor operator auditor patient coordinator planner participant",
}


def _place(role: Role) -> tuple[str, str]:
    """An organisation of that role's kind, and a person where it takes one."""
    if role in (Role.STAFF, Role.MANAGER):
        return FACILITY, ""
    if role in (Role.OFFICER, Role.SUPERVISOR):
        return INSURER, ""
    return "", "cd" * 16 if role in OF_ONE_PERSON else ""


@pytest.mark.parametrize("by", Role)
@pytest.mark.parametrize("role", Role)
async def test_each_role_invites_and_disables_whom_it_manages_and_nobody_else(
    house: House, by: Role, role: Role
) -> None:
    manager, _ = await house.somebody(by, _place(by)[0])
    organisation, person = _place(role)
    existing, _ = await house.accounts.invite(None, role, organisation, person, "はじめ")
    await house.accounts.disable(None, existing.account_id)

    if role.value in INVITES.get(by.value, "").split():
        invited, _ = await house.accounts.invite(manager, role, organisation, person, "名前")
        assert (await house.accounts.disable(manager, invited.account_id)).status == "disabled"
    else:
        with pytest.raises(Problem, match=r"access.right-missing"):
            await house.accounts.invite(manager, role, organisation, person, "名前")
        with pytest.raises(Problem, match=r"access.right-missing"):
            await house.accounts.disable(manager, existing.account_id)


def test_the_table_of_managers_is_that_of_these_tests() -> None:
    assert {by.value: {role.value for role in roles} for by, roles in MANAGES.items()} == {
        by: set(roles.split()) for by, roles in INVITES.items()
    }


async def test_a_manager_stays_in_their_own_house(house: House) -> None:
    manager, _ = await house.somebody()
    foreign, _ = await house.accounts.invite(None, Role.STAFF, OTHER_FACILITY, "", "よその人")

    for change in (
        house.accounts.invite(manager, Role.STAFF, OTHER_FACILITY, "", "名前"),
        house.accounts.invite_again(manager, foreign.account_id),
        house.accounts.disable(manager, foreign.account_id),
        house.accounts.disable(manager, manager.account_id),
    ):
        with pytest.raises(Problem, match=r"access.right-missing"):
            await change


async def test_the_code_of_an_invitation_has_128_bits_from_the_machine(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []

    def choice(letters: str) -> str:
        drawn.append(letters)
        return letters[len(drawn) % len(letters)]

    monkeypatch.setattr(secrets, "choice", choice)
    _, code = await house.accounts.invite(None, Role.OPERATOR, "", "", "運用")

    assert math.prod(len(set(letters)) for letters in drawn) >= 2**128
    assert code.replace("-", "") == "".join(
        letters[place % len(letters)] for place, letters in enumerate(drawn, start=1)
    )


async def test_a_code_opens_once_however_it_is_typed(house: House) -> None:
    account, code = await house.accounts.invite(None, Role.STAFF, FACILITY, "", "名前")
    assert (await house.accounts.invited_by(f"  {code.lower().replace('-', ' ')} ")).status == "invited"

    await house.accept(account, code, a_passkey())

    with pytest.raises(Problem, match=r"access.invitation-refused"):
        await house.accounts.invited_by(code)
    with pytest.raises(Problem, match=r"access.invitation-refused"):
        await house.accept(account, code, a_passkey())


async def test_codes_that_ended_were_replaced_or_never_were_read_alike(house: House) -> None:
    replaced, first = await house.accounts.invite(None, Role.STAFF, FACILITY, "", "名前")
    second = await house.accounts.invite_again(None, replaced.account_id)
    disabled, of_disabled = await house.accounts.invite(None, Role.STAFF, FACILITY, "", "名前")
    await house.accounts.disable(None, disabled.account_id)
    told = [await _refusal(house, code) for code in (first, of_disabled, "ABCD", "")]
    assert (await house.accounts.invited_by(second)).account_id == replaced.account_id
    house.wait(hours=72)
    told.append(await _refusal(house, second))

    assert all(one == told[0] for one in told)


async def _refusal(house: House, code: str) -> object:
    with pytest.raises(Problem) as refused:
        await house.accounts.invited_by(code)
    return refused.value.as_rfc9457()


async def test_who_lost_everything_is_invited_anew_and_nothing_old_is_deleted(house: House) -> None:
    account, lost = await house.somebody()

    code = await house.accounts.invite_again(None, account.account_id)
    found = a_passkey()
    await house.accept(account, code, found)

    assert (await house.sign_in(found)).account.account_id == account.account_id
    (held,) = await house.accounts.authenticators_of(account.account_id)
    assert held.authenticator_id == found.passkey_id
    kept = await house.accounts.authenticator(lost.passkey_id)
    assert kept is not None
    assert kept.status == "removed"
    with pytest.raises(Problem, match=r"access.sign-in-refused"):
        await house.sign_in(lost)


async def test_disabling_ends_every_session_at_once_and_for_good(house: House) -> None:
    account, passkey = await house.somebody()
    first, second = await house.sign_in(passkey), await house.sign_in(passkey)

    await house.accounts.disable(None, account.account_id)
    await house.accounts.disable(None, account.account_id)

    assert await house.door.find(first.cookie) is None
    assert await house.door.find(second.cookie) is None
    with pytest.raises(Problem, match=r"access.sign-in-refused"):
        await house.sign_in(passkey)
    with pytest.raises(Problem, match=r"access.account-unknown"):
        await house.accounts.invite_again(None, account.account_id)
    with pytest.raises(Problem, match=r"access.account-unknown"):
        await house.add(account, a_passkey())
    assert (await house.kinds()).count("account.disabled") == 1


async def test_whoever_is_disabled_while_they_sign_in_is_not_signed_in(house: House) -> None:
    account, _ = await house.somebody()
    (held,) = await house.accounts.authenticators_of(account.account_id)
    shown = Shown(held, held.counter + 1)
    await house.accounts.disable(None, account.account_id)

    with pytest.raises(Problem, match=r"access.sign-in-refused"):
        await house.accounts.shown("session.began", account, shown)


async def test_a_proof_that_was_put_on_record_meanwhile_does_not_count_twice(house: House) -> None:
    account, _ = await house.somebody()
    (held,) = await house.accounts.authenticators_of(account.account_id)
    shown = Shown(held, held.counter + 1)

    await house.accounts.shown("session.began", account, shown)

    with pytest.raises(Problem, match=r"access.sign-in-refused"):
        await house.accounts.shown("session.began", account, shown)


async def test_a_session_does_not_outlive_a_change_of_its_account(house: House) -> None:
    _, passkey = await house.somebody()
    signed_in = await house.sign_in(passkey)
    signed_in.session.role = Role.OPERATOR  # as if the account had had another role when it signed in

    assert await house.door.find(signed_in.cookie) is None
    assert len(house.sessions) == 0


async def test_the_last_authenticator_stays_and_a_removed_one_is_gone_with_its_sessions(house: House) -> None:
    account, passkey = await house.somebody()
    with pytest.raises(Problem, match=r"access.authenticator-last"):
        await house.accounts.remove_authenticator(account, passkey.passkey_id)
    other = a_passkey()
    await house.add(account, other)
    by_first, by_other = await house.sign_in(passkey), await house.sign_in(other)

    await house.accounts.remove_authenticator(account, passkey.passkey_id, by_other.session)

    assert await house.door.find(by_first.cookie) is None
    assert await house.door.find(by_other.cookie) is not None
    for change in (
        house.accounts.remove_authenticator(account, passkey.passkey_id),
        house.accounts.rename_authenticator(account, passkey.passkey_id, "名前"),
        house.accounts.rename_authenticator(account, "nothing", "名前"),
    ):
        with pytest.raises(Problem, match=r"access.authenticator-unknown"):
            await change


async def test_nobody_touches_anothers_authenticator_or_takes_it_over(house: House) -> None:
    account, passkey = await house.somebody()
    other, _ = await house.somebody(Role.OPERATOR)

    with pytest.raises(Problem, match=r"access.authenticator-unknown"):
        await house.accounts.remove_authenticator(other, passkey.passkey_id)
    with pytest.raises(Problem, match=r"access.authenticator-taken"):
        await house.add(other, passkey)
    code = await house.accounts.invite_again(None, other.account_id)
    with pytest.raises(Problem, match=r"access.authenticator-taken"):
        await house.accept(other, code, passkey)
    assert (await house.sign_in(passkey)).account.account_id == account.account_id


async def test_an_authenticator_is_called_as_its_holder_likes(house: House) -> None:
    account, passkey = await house.somebody()

    await house.accounts.rename_authenticator(account, passkey.passkey_id, "  台所のパソコン ")

    (one,) = await house.accounts.authenticators_of(account.account_id)
    assert one.name == "台所のパソコン"
    for wrong in ("", " ", "a\nb", "x" * 101):
        with pytest.raises(Problem, match=r"access.account-invalid"):
            await house.accounts.rename_authenticator(account, passkey.passkey_id, wrong)


async def test_so_many_authenticators_and_no_more(house: House) -> None:
    account, _ = await house.somebody()
    for _ in range(MOST_AUTHENTICATORS - 1):
        await house.add(account, a_passkey())

    with pytest.raises(Problem, match=r"access.authenticators-many"):
        await house.add(account, a_passkey())
    one, *_ = held = await house.accounts.authenticators_of(account.account_id)
    assert len(held) == MOST_AUTHENTICATORS

    await house.accounts.remove_authenticator(account, one.authenticator_id)
    await house.add(account, a_passkey())
    code = await house.accounts.invite_again(None, account.account_id)
    await house.accept(account, code, a_passkey())

    assert len(await house.accounts.authenticators_of(account.account_id)) == 1


@pytest.mark.parametrize(
    ("role", "organisation", "person", "name"),
    [
        (Role.PATIENT, "", "", "名前"),
        (Role.PATIENT, "", "xy" * 16, "名前"),
        (Role.PATIENT, FACILITY, "ab" * 16, "名前"),
        (Role.STAFF, FACILITY, "ab" * 16, "名前"),
        (Role.OPERATOR, FACILITY, "", "名前"),
        (Role.OFFICER, "77777777", "", "名前"),
        (Role.STAFF, FACILITY, "", ""),
    ],
)
async def test_an_account_that_fits_no_role_is_not_made(
    house: House, role: Role, organisation: str, person: str, name: str
) -> None:
    with pytest.raises(Problem, match=r"access.account-invalid|identity"):
        await house.accounts.invite(None, role, organisation, person, name)


@pytest.mark.parametrize("role", [Role.STAFF, Role.OFFICER])
def test_an_organisation_has_the_number_of_its_kind(role: Role) -> None:
    with pytest.raises(Problem, match=r"identity"):
        organisation_of(role, "12")


@pytest.mark.parametrize(
    ("typed", "organisation"),
    [
        (FACILITY, FACILITY),
        (" １３１０１１２３４５ ", FACILITY),
        (INSURER, INSURER),
        ("138016", "00138016"),
    ],
)
def test_an_organisation_is_found_however_its_number_is_written(typed: str, organisation: str) -> None:
    assert organisation_named(typed) == organisation


@pytest.mark.parametrize("typed", ["", "12", "77777777", "病院"])
def test_what_numbers_no_organisation_is_said_so(typed: str) -> None:
    with pytest.raises(Problem, match=r"access.account-invalid"):
        organisation_named(typed)


async def test_a_person_has_one_account(house: House) -> None:
    account, _ = await house.somebody(Role.PATIENT)
    with pytest.raises(Problem, match=r"access.account-exists"):
        await house.accounts.invite(None, Role.PATIENT, "", account.person, "名前")

    await house.accounts.disable(None, account.account_id)

    await house.accounts.invite(None, Role.PATIENT, "", account.person, "名前")


async def test_nobody_is_disabled_who_is_not_there(house: House) -> None:
    with pytest.raises(Problem, match=r"access.account-unknown"):
        await house.accounts.disable(None, "00" * 16)


async def test_a_restart_keeps_accounts_and_ends_every_session(tmp_path: Path) -> None:
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        _, passkey = await house.somebody()
        before = await house.sign_in(passkey)

        again = a_house_on(house.store, house.committer, house.clock, house.ticks)

        assert await again.door.find(before.cookie) is None
        assert await again.door.find((await again.sign_in(passkey)).cookie) is not None


async def test_offline_there_is_no_session_to_end(house: House) -> None:
    from kaihoken.access.people import Accounts

    account, passkey = await house.somebody()
    await house.add(account, a_passkey())
    offline = Accounts(house.store, house.committer, house.clock)

    await offline.remove_authenticator(account, passkey.passkey_id)
    assert (await offline.disable(None, account.account_id)).status == "disabled"


async def test_the_log_names_no_name_and_no_code(house: House) -> None:
    account, code = await house.accounts.invite(None, Role.STAFF, FACILITY, "", "青空 花子")
    await house.accept(account, code, a_passkey())
    log = house.committer.log
    bodies = b"".join((await log.bodies(0, await log.size())).values())

    assert account.account_id.encode() in bodies
    assert BY_COMMAND.encode() in bodies
    assert "青空".encode() not in bodies
    assert "スマホ".encode() not in bodies
    assert code.encode() not in bodies
    assert code.replace("-", "").encode() not in bodies


async def test_accounts_of_an_organisation_are_listed(house: House) -> None:
    one, _ = await house.somebody()
    two, _ = await house.accounts.invite(one, Role.STAFF, FACILITY, "", "職員")
    await house.accounts.invite(None, Role.STAFF, OTHER_FACILITY, "", "よその人")

    listed: list[Account] = await house.accounts.accounts_of(FACILITY)

    assert {account.account_id for account in listed} == {one.account_id, two.account_id}


async def test_a_patient_is_listed_nowhere_and_found_by_an_operator_on_record(house: House) -> None:
    patient, _ = await house.accounts.invite(None, Role.PATIENT, "", "ab" * 16, "患者")
    operator, _ = await house.accounts.invite(None, Role.OPERATOR, "", "", "運用")
    manager, _ = await house.accounts.invite(None, Role.MANAGER, FACILITY, "", "管理者")

    assert await house.accounts.accounts_of("") == [operator]
    assert await house.accounts.seen_by(operator, "ab" * 16) == [patient]
    with pytest.raises(Problem, match=r"access.right-missing"):
        await house.accounts.seen_by(manager, "ab" * 16)


async def test_a_killed_hub_left_either_all_of_an_acceptance_or_nothing(tmp_path: Path) -> None:
    """The code is used up, the account opened and the passkey kept in one transaction: a copy of the disk at any moment
    between two commits holds all three or none."""
    async with a_house(tmp_path / "store", tmp_path / "keys") as house:
        account, code = await house.accounts.invite(None, Role.STAFF, FACILITY, "", "名前")
        size = await house.committer.log.size()
        await house.accept(account, code, a_passkey())
        assert await house.committer.log.size() == size + 1
    store = await open_store(tmp_path / "store", read_only=True)
    try:
        from kaihoken.access.people import check_accounts

        assert [told async for told in check_accounts(store)] == []
    finally:
        await store.close()
