"""Signing in: what opens the door, what does not, and that nobody learns who has an account."""

import json
from pathlib import Path

import pytest

from kaihoken.access import Limit, Limits
from kaihoken.access.people import Role
from kaihoken.access.people.passkey import LONGEST_ANSWER, RelyingParty
from kaihoken.access.people.recorded import CONFIRMED, INVITED, OPENED, SIGNED_IN, SIGNED_OUT
from kaihoken.problems import Problem

from .house import BROWSER, FACILITY, House, a_house, a_passkey
from .passkeys import SoftPasskey


async def test_who_was_invited_signs_in_with_a_passkey_and_all_of_it_is_on_record(house: House) -> None:
    account, passkey = await house.somebody()

    signed_in = await house.sign_in(passkey)
    found = await house.door.find(signed_in.cookie)

    assert found is not None
    assert found[1].account_id == account.account_id
    await house.door.sign_out(*found)
    assert await house.door.find(signed_in.cookie) is None
    assert (await house.kinds())[1:] == [INVITED, OPENED, SIGNED_IN, SIGNED_OUT]


async def test_a_passkey_that_verified_nobody_is_not_taken_in(house: House) -> None:
    account, code = await house.accounts.invite(None, Role.MANAGER, FACILITY, "", "青空 花子")

    with pytest.raises(Problem, match=r"access.passkey-unverified"):
        await house.accept(account, code, a_passkey(verifies=False))

    assert await house.accounts.authenticators_of(account.account_id) == []


async def test_no_single_factor_signs_in(house: House) -> None:
    account, passkey = await house.somebody()
    other = a_passkey()
    await house.add(account, other)
    passkey.verifies = other.verifies = False  # found, and touched: its PIN is not known

    for touched in (passkey, other, passkey):
        with pytest.raises(Problem, match=r"access.passkey-unverified"):
            await house.sign_in(touched)

    assert len(house.sessions) == 0
    assert SIGNED_IN not in await house.kinds()


async def test_only_who_holds_the_key_learns_that_it_verified_nobody(house: House) -> None:
    _, passkey = await house.somebody()
    forged = SoftPasskey(passkey.rp_id, passkey.origin, verifies=False, raw_id=passkey.raw_id)

    for nobody in (forged, a_passkey(verifies=False)):
        with pytest.raises(Problem, match=r"access.sign-in-refused"):
            await house.sign_in(nobody)


async def test_every_passkey_is_asked_to_verify_its_user(house: House) -> None:
    account, _ = await house.somebody()

    made = (await house.door.ask_to_enrol(account, BROWSER)).options
    signs = house.door.ask("sign-in", BROWSER).options

    selection = made["authenticatorSelection"]
    assert isinstance(selection, dict)
    assert (selection["userVerification"], signs["userVerification"]) == ("required", "required")


BROKEN = {
    "no JSON": lambda answer: "{",
    "no id": lambda answer: "{}",
    "another id": lambda answer: json.dumps({**json.loads(answer), "id": "AAAA", "rawId": "AAAA"}),
    "ids that differ": lambda answer: json.dumps({**json.loads(answer), "rawId": "AAAA"}),
    "no response": lambda answer: json.dumps({**json.loads(answer), "response": {}}),
    "response no object": lambda answer: json.dumps({**json.loads(answer), "response": [1]}),
    "another type": lambda answer: json.dumps({**json.loads(answer), "type": "password"}),
    "too long": lambda answer: answer + " " * LONGEST_ANSWER,
    "an id that is no text of a store": lambda answer: json.dumps({**json.loads(answer), "id": "\0"}),
    "nested too deep": lambda answer: f'{{"deep":{DEEP},{answer[1:]}',
}
DEEP = "[" * 6000 + "]" * 6000


@pytest.mark.parametrize("name", BROKEN)
async def test_a_broken_answer_signs_nobody_in(house: House, name: str) -> None:
    _, passkey = await house.somebody()
    asked = house.door.ask("sign-in", BROWSER)

    with pytest.raises(Problem, match=r"access.sign-in-refused"):
        await house.door.with_passkey(asked.challenge, BROKEN[name](passkey.answer(asked.challenge)), BROWSER)
    assert len(house.sessions) == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": "https://hub.example.evil"},
        {"origin": "http://hub.example"},
        {"type": "webauthn.create"},
        {"challenge": "AAAA"},
    ],
)
async def test_what_was_signed_for_elsewhere_or_something_else_opens_nothing(
    house: House, changes: dict[str, str]
) -> None:
    _, passkey = await house.somebody()
    asked = house.door.ask("sign-in", BROWSER)

    with pytest.raises(Problem, match=r"access.sign-in-refused"):
        await house.door.with_passkey(asked.challenge, passkey.answer(asked.challenge, **changes), BROWSER)


async def test_another_site_another_key_or_a_counter_that_went_back_opens_nothing(house: House) -> None:
    _, passkey = await house.somebody()
    passkey.counter = 5
    await house.sign_in(passkey)
    elsewhere = SoftPasskey(
        "other.example", passkey.origin, counter=9, key=passkey.key, raw_id=passkey.raw_id
    )
    forged = SoftPasskey(passkey.rp_id, passkey.origin, counter=9, raw_id=passkey.raw_id)
    copied = SoftPasskey(passkey.rp_id, passkey.origin, counter=2, key=passkey.key, raw_id=passkey.raw_id)

    for wrong in (elsewhere, forged, copied):
        with pytest.raises(Problem, match=r"access.sign-in-refused"):
            await house.sign_in(wrong)


async def test_a_passkey_that_was_made_for_another_account_opens_nothing(house: House) -> None:
    account, passkey = await house.somebody()
    other, _ = await house.somebody(Role.OPERATOR)

    for holder in (other.account_id, "00"):
        passkey.holder = holder
        with pytest.raises(Problem, match=r"access.sign-in-refused"):
            await house.sign_in(passkey)
    passkey.holder = account.account_id
    assert (await house.sign_in(passkey)).account.account_id == account.account_id


async def test_who_was_disabled_or_removed_reads_like_who_never_was(house: House) -> None:
    account, passkey = await house.somebody()
    other = a_passkey()
    await house.add(account, other)
    await house.accounts.remove_authenticator(account, other.passkey_id)
    _, disabled = await house.somebody(Role.OPERATOR)
    gone = await house.accounts.account((await house.sign_in(disabled)).account.account_id)
    assert gone is not None
    await house.accounts.disable(None, gone.account_id)

    told = []
    for nobody in (other, disabled, a_passkey()):
        with pytest.raises(Problem) as refused:
            await house.sign_in(nobody)
        told.append(refused.value.as_rfc9457())

    assert told[0] == told[1] == told[2]
    assert await house.door.find((await house.sign_in(passkey)).cookie) is not None


async def test_a_challenge_is_for_one_answer_one_browser_one_purpose_and_three_minutes(house: House) -> None:
    _, passkey = await house.somebody()

    asked = house.door.ask("sign-in", BROWSER)
    await house.door.with_passkey(asked.challenge, passkey.answer(asked.challenge), BROWSER)
    with pytest.raises(Problem, match=r"access.challenge-ended"):
        await house.door.with_passkey(asked.challenge, passkey.answer(asked.challenge), BROWSER)

    asked = house.door.ask("sign-in", BROWSER)
    with pytest.raises(Problem, match=r"access.challenge-ended"):
        await house.door.with_passkey(asked.challenge, passkey.answer(asked.challenge), b"o" * 32)

    asked = house.door.ask("confirm", BROWSER)
    with pytest.raises(Problem, match=r"access.challenge-ended"):
        await house.door.with_passkey(asked.challenge, passkey.answer(asked.challenge), BROWSER)

    asked = house.door.ask("sign-in", BROWSER)
    house.wait(seconds=180)
    with pytest.raises(Problem, match=r"access.challenge-ended"):
        await house.door.with_passkey(asked.challenge, passkey.answer(asked.challenge), BROWSER)


async def test_a_wrong_answer_uses_the_challenge_up(house: House) -> None:
    _, passkey = await house.somebody()
    asked = house.door.ask("sign-in", BROWSER)
    with pytest.raises(Problem, match=r"access.sign-in-refused"):
        await house.door.with_passkey(asked.challenge, "{}", BROWSER)

    with pytest.raises(Problem, match=r"access.challenge-ended"):
        await house.door.with_passkey(asked.challenge, passkey.answer(asked.challenge), BROWSER)


async def test_attempts_are_counted_by_address_and_over_all(tmp_path: Path) -> None:
    limits = Limits(
        sign_in_source=Limit(count=1, seconds=60, burst=2),
        sign_in_overall=Limit(count=1, seconds=60, burst=3),
    )
    async with a_house(tmp_path / "other", tmp_path / "other-keys", limits) as narrow:
        narrow.door.admit("192.0.2.1")
        narrow.door.admit("192.0.2.1")
        with pytest.raises(Problem, match=r"access.too-many-requests") as refused:
            narrow.door.admit("192.0.2.1")
        assert refused.value.facts["retry_after"] == 60
        narrow.door.admit("192.0.2.2")
        with pytest.raises(Problem, match=r"access.too-many-requests"):
            narrow.door.admit("192.0.2.3")


async def test_what_one_person_asks_is_counted_for_them_alone(tmp_path: Path) -> None:
    limits = Limits(person=Limit(count=1, seconds=60, burst=2))
    async with a_house(tmp_path / "other", tmp_path / "other-keys", limits) as narrow:
        (busy, _), (other, _) = await narrow.somebody(), await narrow.somebody(Role.AUDITOR)
        narrow.door.admit_somebody(busy)
        narrow.door.admit_somebody(busy)
        with pytest.raises(Problem, match=r"access.too-many-requests") as refused:
            narrow.door.admit_somebody(busy)
        assert refused.value.facts["retry_after"] == 60
        narrow.door.admit_somebody(other)
        narrow.wait(seconds=60)
        narrow.door.admit_somebody(busy)


async def test_one_network_of_the_new_protocol_is_one_address(tmp_path: Path) -> None:
    limits = Limits(sign_in_source=Limit(count=1, seconds=60, burst=2))
    async with a_house(tmp_path / "other", tmp_path / "other-keys", limits) as narrow:
        narrow.door.admit("2001:db8::1")
        narrow.door.admit("2001:db8::2")
        with pytest.raises(Problem, match=r"access.too-many-requests"):
            narrow.door.admit("2001:db8::3")
        narrow.door.admit("2001:db8:0:1::1")


async def test_a_fresh_proof_counts_for_five_minutes(house: House) -> None:
    _, passkey = await house.somebody()
    signed_in = await house.sign_in(passkey)
    session = signed_in.session
    house.door.require_fresh(session)
    house.wait(minutes=5)
    with pytest.raises(Problem, match=r"access.proof-old"):
        house.door.require_fresh(session)

    asked = house.door.ask("confirm", session.digest)
    await house.door.confirm_with_passkey(session, asked.challenge, passkey.answer(asked.challenge))

    house.door.require_fresh(session)
    assert (await house.kinds())[-1] == CONFIRMED


async def test_a_touch_or_somebody_else_confirms_nothing(house: House) -> None:
    account, passkey = await house.somebody()
    session = (await house.sign_in(passkey)).session
    touched = a_passkey()
    await house.add(account, touched)
    touched.verifies = False
    _, foreign = await house.somebody(Role.OPERATOR)

    for wrong, code in ((touched, "access.passkey-unverified"), (foreign, "access.sign-in-refused")):
        asked = house.door.ask("confirm", session.digest)
        with pytest.raises(Problem, match=code):
            await house.door.confirm_with_passkey(session, asked.challenge, wrong.answer(asked.challenge))


@pytest.mark.parametrize(
    ("url", "rp_id", "origin"),
    [
        ("https://hub.example", "hub.example", "https://hub.example"),
        ("https://hub.example:8443/base", "hub.example", "https://hub.example:8443"),
        ("http://127.0.0.1:8000", "localhost", "http://localhost:8000"),
    ],
)
def test_the_site_is_the_public_address(url: str, rp_id: str, origin: str) -> None:
    assert RelyingParty.at(url) == RelyingParty(rp_id, origin)


async def test_a_passkey_made_for_something_else_is_not_taken_in(house: House) -> None:
    account, _ = await house.somebody()
    passkey = a_passkey()
    for wrong in ({"origin": "https://evil.example"}, {"type": "webauthn.get"}, {"challenge": "AAAA"}):
        asked = await house.door.ask_to_enrol(account, BROWSER)
        with pytest.raises(Problem, match=r"access.passkey-refused"):
            house.door.new_passkey(
                account, "x", asked.challenge, passkey.created(asked.challenge, **wrong), BROWSER
            )
    asked = await house.door.ask_to_enrol(account, BROWSER)
    with pytest.raises(Problem, match=r"access.passkey-refused"):
        house.door.new_passkey(account, "x", asked.challenge, " " * (LONGEST_ANSWER + 1), BROWSER)
    asked = await house.door.ask_to_enrol(account, BROWSER)
    with pytest.raises(Problem, match=r"access.passkey-refused"):
        house.door.new_passkey(account, "x", asked.challenge, DEEP, BROWSER)


async def test_a_browser_is_told_which_authenticators_it_must_not_use_again(house: House) -> None:
    account, passkey = await house.somebody()

    asked = await house.door.ask_to_enrol(account, BROWSER)
    allowed = house.door.ask(
        "confirm", BROWSER, tuple(await house.accounts.authenticators_of(account.account_id))
    )

    assert [one["id"] for one in asked.options["excludeCredentials"]] == [passkey.passkey_id]
    assert [one["id"] for one in allowed.options["allowCredentials"]] == [passkey.passkey_id]
    assert house.door.ask("sign-in", BROWSER).options["allowCredentials"] == []
