"""Whose a certificate is, told by the TEST authority at the holder's own signed wish alone; and which one it came in
the place of."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import httpx
import msgspec
import pytest

from kaihoken.card.authority import LIFE, Order, State, TestAuthority, TestPerson
from kaihoken.card.authority.authority import LEDGER
from kaihoken.card.authority.responder import responder_app
from kaihoken.card.holders import HolderLine, HolderRequest, Replaced
from kaihoken.card.presence import LINKING, Agreement, AnsweredBy, Bound, Challenge, Purpose, message_of
from kaihoken.clock import FixedClock
from kaihoken.problems import Problem

from .authorities import an_authority
from .papers import NOW, key
from .presence.cards import signed

KEY = key("card").public_key()
WHO = TestPerson("試験　花子", "2", date(1985, 5, 5), "架空県試験市見本二丁目２番２号")
HUB, NONCE = "https://hub.example", bytes(range(32))


@pytest.fixture
async def line(authority: TestAuthority) -> AsyncIterator[HolderLine]:
    transport = httpx.ASGITransport(app=responder_app(authority))
    async with httpx.AsyncClient(transport=transport) as client:
        yield HolderLine("http://authority.test/", client)


BY_GUARDIAN = replace(LINKING, by=AnsweredBy.GUARDIAN)


def wish(
    certificate: bytes,
    purpose: Purpose = Purpose.REGISTRATION,
    agreement: Agreement = LINKING,
    with_key: str = "card",
    hub: str = HUB,
    answered_by: AnsweredBy = AnsweredBy.PERSON,
) -> HolderRequest:
    """What a hub brings, where its terminal had the card sign that."""
    bound = Bound("9910000007", "reader-1", purpose)
    message = message_of(hub, bound, Challenge("c" * 32, NONCE), agreement)
    return HolderRequest(
        hub=HUB,
        facility=bound.facility,
        terminal=bound.terminal,
        challenge="c" * 32,
        nonce=NONCE,
        certificate=certificate,
        signature=signed(message, with_key),
        answered_by=answered_by,
    )


async def test_the_four_items_are_told_at_the_holder_s_signed_wish(
    authority: TestAuthority, line: HolderLine
) -> None:
    new = authority.issue(KEY, Order(holder=WHO))

    items = await line.four_items(wish(new.certificate))
    for_a_child = wish(new.certificate, agreement=BY_GUARDIAN, answered_by=AnsweredBy.GUARDIAN)
    assert await line.four_items(for_a_child) == items

    assert (items.name, items.birthdate, items.sex, items.address) == (
        WHO.name, WHO.born, WHO.gender, WHO.address
    )  # fmt: skip
    assert "花子" not in repr(items) + repr(WHO) + repr(authority.entry(new.number))


@pytest.mark.parametrize(
    "asked",
    [
        partial(wish, purpose=Purpose.ELIGIBILITY),
        partial(wish, agreement=Agreement(frozenset({"medicine"}))),
        partial(wish, with_key="other"),
        partial(wish, hub="https://elsewhere.example"),
        partial(wish, answered_by=AnsweredBy.GUARDIAN),
        partial(wish, agreement=BY_GUARDIAN),
    ],
)
async def test_what_was_signed_for_something_else_tells_nothing(
    authority: TestAuthority, line: HolderLine, asked: Callable[[bytes], HolderRequest]
) -> None:
    new = authority.issue(KEY, Order(holder=WHO))

    with pytest.raises(Problem, match=r"card\.holder-refused"):
        await line.four_items(asked(new.certificate))


async def test_a_certificate_that_does_not_stand_tells_nothing(
    authority: TestAuthority, line: HolderLine
) -> None:
    held, unknown, over = (
        authority.issue(KEY, order)
        for order in (
            Order(holder=WHO),
            Order(),
            Order(holder=WHO, begins=NOW - timedelta(9), ends=NOW - timedelta(1)),
        )
    )
    authority.hold(held.number)
    for new in (held, unknown, over):
        with pytest.raises(Problem, match=r"card\.holder-refused"):
            await line.four_items(wish(new.certificate))
    with pytest.raises(Problem, match=r"card\.holder-refused"):
        await line.replaced_by(held.certificate)
    authority.release(held.number)

    assert (await line.four_items(wish(held.certificate))).name == WHO.name


async def test_a_renewed_certificate_names_those_before_it_and_keeps_its_holder(
    authority: TestAuthority, line: HolderLine
) -> None:
    first = authority.issue(KEY, Order(serial=1_000_001, holder=WHO))
    second = authority.renew(first.number, KEY, Order(serial=1_000_002))
    third = authority.renew(second.number, KEY, Order(serial=1_000_003))
    known_as = first.number[0]

    assert (await line.replaced_by(third.certificate)).before == (
        Replaced(known_as=known_as, serial="1000002"),
        Replaced(known_as=known_as, serial="1000001"),
    )
    assert (await line.four_items(wish(third.certificate))).name == WHO.name
    assert (await line.replaced_by(authority.issue(KEY).certificate)).before == ()


async def test_a_service_that_says_something_else_is_silent() -> None:
    for answer in (
        httpx.Response(200, content=b"{}"),
        httpx.Response(200, content=b'{"name": "' + b"x" * 20_000 + b'"}'),
        httpx.Response(500),
        httpx.Response(302, headers={"Location": "http://elsewhere.example"}),
    ):
        transport = httpx.MockTransport(lambda _, answer=answer: answer)
        async with httpx.AsyncClient(transport=transport) as client:
            with pytest.raises(Problem, match=r"card\.holders-silent"):
                await HolderLine("http://authority.test", client).four_items(wish(b"x"))


async def test_the_service_takes_no_more_than_a_wish(authority: TestAuthority) -> None:
    transport = httpx.ASGITransport(app=responder_app(authority))
    async with httpx.AsyncClient(transport=transport, base_url="http://authority.test") as client:
        assert (await client.post("/holders", content=b"x" * 20_000)).status_code == 413
        assert (await client.post("/holders", content=b"{}")).status_code == 400
        assert (await client.post("/renewals", content=b"\xff")).status_code == 400


def test_a_book_of_before_holders_were_known_is_read(tmp_path: Path) -> None:
    authority = an_authority(tmp_path / "authority", FixedClock(NOW))
    new = authority.issue(KEY)
    book = tmp_path / "authority" / LEDGER
    lines = [json.loads(line) for line in book.read_bytes().splitlines()]
    for line in lines:
        line.pop("holder")
    book.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))

    entry = TestAuthority(tmp_path / "authority", FixedClock(NOW)).entry(new.number)

    assert (entry.state, entry.holder) == (LIFE.first, None)
    assert entry.state is State.GOOD
