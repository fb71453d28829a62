"""利用登録 over HTTP: a card is linked to the one person whom its holder's four items fit, at the holder's signed
wish; a renewed one without a question; whatever is not certain links nothing, and is on record."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest

from kaihoken.card.authority import NewCertificate, Order, TestAuthority, TestPerson
from kaihoken.card.authority.responder import responder_app
from kaihoken.card.presence import Agreement
from kaihoken.clock import FixedClock
from kaihoken.coverage.recorded import check_registrations
from kaihoken.hub.settings import HubSettings
from kaihoken.problems import Problem

from ..card.authorities import an_authority
from ..card.papers import key
from ..serving import served
from .cards import ADDRESS, Terminal, a_holder_service, linked, records
from .hub import NOW, Hub, a_hub, a_row, problem_in

WHO = TestPerson("山田　太郎", "1", date(1980, 1, 1), ADDRESS)
KEY = key("card").public_key()


@dataclass
class Linking:
    """A hub that asks the holder service of a TEST authority, and that authority."""

    hub: Hub
    authority: TestAuthority

    def card(self, holder: TestPerson | None = WHO, **more: object) -> NewCertificate:
        return self.authority.issue(KEY, Order(holder=holder, **more))

    def terminal(self, card: NewCertificate, **more: object) -> Terminal:
        return Terminal(self.hub, der=card.certificate, **more)

    async def register(
        self, card: NewCertificate, agreement: Agreement | None = None, **more: object
    ) -> httpx.Response:
        """Challenge, signature, wish."""
        reader = self.terminal(card, purpose="registration", **more)
        challenge = await reader.challenge()
        signed = {} if agreement is None else {"agreement": agreement}
        return await reader.send_wish(reader.wish(challenge, **signed))

    async def situation(self, card: NewCertificate) -> str:
        """What a question by that card is answered."""
        return str((await self.asked(card))["situation"])

    async def asked(self, card: NewCertificate) -> dict[str, object]:
        """The answer to a question by that card."""
        reader = self.terminal(card)
        asked = await reader.ask(await reader.presence())
        return dict(asked.json()["answer"])

    async def somebody_else(self) -> None:
        """There is another person."""
        other = a_row(name="鈴木　花子", kana="ｽｽﾞｷ ﾊﾅｺ", sex="2", number="61", link="link-61")
        assert (await self.hub.register(other, key="other")).json()["refused"] == 0

    async def linked(self) -> list[dict[str, object]]:
        return await records(self.hub, "coverage.card-link")


def held(card: NewCertificate, link: str = "link-yamada", **more: object) -> dict[str, object]:
    """A row that says whose card it is."""
    issuer, serial = card.number
    return {**linked(serial=serial, link=link), "issuer": issuer, **more}


@asynccontextmanager
async def a_linking_hub(folder: Path, holders: str | None = None) -> AsyncIterator[Linking]:
    """`holders`: another holder service than the authority's own, "" for none."""
    authority = an_authority(folder / "authority", FixedClock(NOW))
    (folder / "roots.json").write_bytes(authority.roots_file())
    async with served(responder_app(authority)) as address:
        settings = {
            "card_roots": str(folder / "roots.json"),
            "card_revocation": f"ocsp+{address}/ocsp",
            "card_holders": address if holders is None else holders,
        }
        async with a_hub(folder / "store", folder, FixedClock(NOW), more=settings) as hub:
            assert (await hub.register(a_row(address=ADDRESS), key="patient")).json()["refused"] == 0
            yield Linking(hub, authority)


async def test_a_card_is_registered_and_answers_from_then_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with a_linking_hub(tmp_path) as here:
        card = here.card()
        assert await here.situation(card) == "card-not-linked"
        reader = here.terminal(card, purpose="registration")
        body = reader.wish(await reader.challenge())

        first = await reader.send_wish(body)
        again = await reader.send_wish(body)  # its answer was lost

        assert first.json() == {"status": "linked"}
        assert again.content == first.content
        assert await here.situation(card) == "valid"
        (link,) = await here.linked()
        assert (link["why"], link["rows"], link["terminal"], link["client"], link["by"]) == (
            "wish", 1, "reader-1", "clinic", "9910000007",
        )  # fmt: skip
        (proved,) = [
            one for one in await records(here.hub, "card.proved") if one["purpose"] == "registration"
        ]
        assert proved["challenge"] == link["challenge"] == body["challenge"]
        assert [one async for one in check_registrations(here.hub.machine.store)] == []
        assert (await here.register(card)).json() == {"status": "unchanged"}
        assert len(await here.linked()) == 1
        told = caplog.text + repr(await records(here.hub, "coverage.card-link", "card.proved"))
        assert not [one for one in (str(card.number[1]), "山田", ADDRESS) if one in told]


ELSEWHERE = "架空県試験市見本一丁目１番２号"
FITTING_NOBODY = (
    TestPerson("山田　太郎", "1", date(1980, 1, 1), ELSEWHERE),
    TestPerson("山田　次郎", "1", date(1980, 1, 1), ADDRESS),
    TestPerson("山田　太郎", "1", date(1980, 1, 2), ADDRESS),
    TestPerson("山田　太郎", "2", date(1980, 1, 1), ADDRESS),
    TestPerson("山田　太郎", "1", date(1980, 1, 1), " "),
)


async def test_what_does_not_fit_exactly_one_person_links_nothing(tmp_path: Path) -> None:
    async with a_linking_hub(tmp_path) as here:
        for number in ("61", "62"):
            twin = a_row(
                address=ADDRESS, name="双子　一", kana="ﾌﾀｺﾞ ﾊｼﾞﾒ", number=number, link=f"link-{number}"
            )
            await here.hub.register(twin, key=number)
        twins = TestPerson("双子　一", "1", date(1980, 1, 1), ADDRESS)
        expected = {
            **dict.fromkeys(FITTING_NOBODY, "card.link-nobody"),
            twins: "card.link-several",
            None: "card.holder-refused",
        }
        cards = {holder: here.card(holder) for holder in expected}

        assert {holder: problem_in(await here.register(card)) for holder, card in cards.items()} == expected
        refused = [one["problem"] for one in await records(here.hub, "card.refused")]
        assert refused == list(expected.values())
        assert {await here.situation(card) for card in cards.values()} == {"card-not-linked"}
        assert await here.linked() == []


async def test_whose_address_is_not_disclosed_is_registered_too(tmp_path: Path) -> None:
    async with a_linking_hub(tmp_path) as here:
        await here.hub.register(a_row(address=ADDRESS, non_disclosure=True), key="hidden")

        assert (await here.register(here.card())).json() == {"status": "linked"}


async def test_a_wish_that_is_not_the_holder_s_own_links_nothing(tmp_path: Path) -> None:
    async with a_linking_hub(tmp_path) as here:
        card = here.card()
        reader = here.terminal(card, purpose="registration")
        challenge = await reader.challenge()
        asked_for_no_more = reader.wish(challenge, agreed=False)
        assert problem_in(await reader.send_wish(asked_for_no_more)) == "coverage.request-shape"
        thief = here.terminal(card, purpose="registration", client="other-clinic")
        elsewhere = here.terminal(card, purpose="registration", name="reader-2")
        for other in (thief, elsewhere, reader):  # the last one comes after it was used up
            assert problem_in(await other.send_wish(other.wish(challenge))) == "card.challenge-ended"
        for_a_question = Agreement(frozenset({"medicine"}))
        assert problem_in(await here.register(card, for_a_question)) == "card.signature-refused"
        assert problem_in(await here.register(card, method="face")) == "card.link-unsigned"
        assert problem_in(await here.register(card, key="other")) == "card.signature-refused"
        presence = reader.answered(await reader.challenge())
        assert problem_in(await reader.send(presence)) == "coverage.request-shape"

        assert await here.linked() == []
        assert await here.situation(card) == "card-not-linked"


async def test_a_card_that_is_over_is_not_registered(tmp_path: Path) -> None:
    async with a_linking_hub(tmp_path) as here:
        revoked, in_grace = here.card(), here.card(begins=NOW - timedelta(900), ends=NOW - timedelta(3))
        here.authority.revoke(revoked.number)

        assert problem_in(await here.register(revoked)) == "card.certificate-revoked"
        assert problem_in(await here.register(in_grace)) == "card.certificate-expired"
        assert await here.linked() == []


async def test_a_hub_without_a_holder_service_says_so_before_anything_is_signed(tmp_path: Path) -> None:
    async with a_linking_hub(tmp_path, holders="") as here:
        body = {"terminal": "reader-1", "purpose": "registration"}
        reader = here.terminal(here.card())
        never_asked = reader.wish(await reader.challenge())

        assert problem_in(await here.hub.post("/v1/card-challenges", body)) == "card.holders-off"
        assert problem_in(await reader.send_wish(never_asked)) == "card.holders-off"


async def test_a_renewed_card_is_followed_without_a_question(tmp_path: Path) -> None:
    async with a_linking_hub(tmp_path) as here:
        old = here.card(serial=1_000_001)
        await here.register(old)
        between = here.authority.renew(old.number, KEY, Order(serial=1_000_002))
        new = here.authority.renew(between.number, KEY, Order(serial=1_000_003))
        phone = here.card(serial=1_000_004)

        assert await here.situation(new) == "valid"
        assert await here.situation(new) == "valid"
        assert await here.situation(phone) == "card-not-linked"  # of the same person, but no renewal
        assert [(one["why"], one["rows"]) for one in await here.linked()] == [("wish", 1), ("renewal", 2)]
        assert [one async for one in check_registrations(here.hub.machine.store)] == []


async def test_a_renewed_card_whose_forerunner_nobody_has_is_not_followed(tmp_path: Path) -> None:
    async with a_linking_hub(tmp_path) as here:
        new = here.authority.renew(here.card().number, KEY)

        assert await here.situation(new) == "card-not-linked"
        assert await here.linked() == []


async def test_a_renewal_is_followed_from_a_pinned_root_and_moves_no_end_that_was_known(
    tmp_path: Path,
) -> None:
    before: list[tuple[str, str]] = []
    async with a_holder_service(before=before) as at, a_linking_hub(tmp_path, at) as here:
        old, new = here.card(), here.card()
        await here.somebody_else()
        elsewhere = held(old, "link-61", issuer="CN=elsewhere", serial="7")
        await here.hub.register(held(old, revoked="2026-11-01"), elsewhere, key="old")
        before += [("CN=elsewhere", "7"), (old.number[0], str(old.number[1]))]

        asked = await here.asked(new)

        assert asked["results"][0]["name"] == "山田　太郎"
        assert [(one["why"], one["rows"]) for one in await here.linked()] == [("renewal", 1)]


async def test_what_was_linked_while_the_service_was_asked_stays_as_it_is(tmp_path: Path) -> None:
    before: list[tuple[str, str]] = []
    cards: list[NewCertificate] = []

    async def linked_elsewhere() -> None:
        said = await here.hub.register(held(cards[-1], "link-61"), key=str(len(cards)))
        assert said.json()["refused"] == 0

    async with (
        a_holder_service(before=before, meanwhile=linked_elsewhere) as at,
        a_linking_hub(tmp_path, at) as here,
    ):
        await here.somebody_else()
        old = here.card()
        await here.hub.register(held(old), key="old")
        before.append((old.number[0], str(old.number[1])))

        cards.append(here.card())
        assert (await here.register(cards[-1])).json() == {"status": "unchanged"}
        assert (await here.asked(cards[-1]))["results"][0]["name"] == "鈴木　花子"
        cards.append(here.card())
        assert (await here.asked(cards[-1]))["results"][0]["name"] == "鈴木　花子"
        assert await here.linked() == []


async def test_a_card_that_was_linked_to_two_people_is_registered_for_neither(tmp_path: Path) -> None:
    async with a_linking_hub(tmp_path) as here:
        card = here.card()
        await here.somebody_else()
        await here.hub.register(held(card), held(card, "link-61"), key="two")

        assert problem_in(await here.register(card)) == "card.link-several"
        assert [one["problem"] for one in await records(here.hub, "card.refused")] == ["card.link-several"]
        assert await here.linked() == []


async def test_what_cannot_be_written_links_nobody_and_is_no_refusal_of_the_card(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_linking_hub(tmp_path) as here:
        card = here.card()

        async def full(*_: object) -> object:
            monkeypatch.undo()
            raise Problem("store.full")

        monkeypatch.setattr(here.hub.machine.committer, "commit", full)
        told = await here.register(card)

        assert problem_in(told) == "store.full"
        assert await records(here.hub, "card.refused", "coverage.card-link") == []
        assert await here.situation(card) == "card-not-linked"


async def test_a_service_that_does_not_answer_stops_no_question(tmp_path: Path) -> None:
    async with a_linking_hub(tmp_path, holders="http://127.0.0.1:9") as here:
        card = here.card()

        assert await here.situation(card) == "card-not-linked"
        assert problem_in(await here.register(card)) == "card.holders-silent"


@pytest.mark.parametrize(
    "wrong",
    [
        {"card_holders": "https://authority.example"},
        {"card_roots": "r", "card_revocation": "l", "card_holders": "http://authority.example"},
        {"card_roots": "r", "card_revocation": "l", "card_holders": "folder"},
    ],
)
def test_a_holder_service_is_asked_over_tls_or_on_this_machine(wrong: dict[str, object]) -> None:
    near = {"card_roots": "r", "card_revocation": "l", "card_holders": "http://127.0.0.1:8002"}

    with pytest.raises(ValueError, match="card_holders"):
        HubSettings(**wrong)
    assert HubSettings(**near).card_holders
