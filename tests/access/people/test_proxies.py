"""Proxies: who gives them, how long they last, what each use must pass, and that both stand in the log."""

import json
from datetime import date, timedelta

import pytest

from kaihoken.access.people import Account, Proxies, Proxy, Role, Scope, Wish, proxy_terms
from kaihoken.access.people.proxy import (
    Basis,
    checked_document,
    checked_scopes,
    day_before_age,
    holds,
    last_day_of,
)
from kaihoken.access.people.recorded import PROXY_GIVEN, PROXY_REVOKED, PROXY_SEEN
from kaihoken.audit import Entry
from kaihoken.problems import Problem

from .house import INSURER, NOW, OTHER_INSURER, House

TODAY = NOW.date()
AGENT, PERSON, ELSEWHERE = "a" * 32, "b" * 32, "f" * 32
CHILD = date(2020, 5, 5)


def a_proxy(**more: object) -> Proxy:
    values: dict[str, object] = {
        "proxy_id": "p",
        "person": PERSON,
        "agent": AGENT,
        "scopes": "coverage seen",
        "basis": "parent",
        "document": "戸籍 1",
        "first_day": TODAY.toordinal(),
        "last_day": TODAY.toordinal() + 10,
        "given_by": "o",
        "status": "given",
        "created_ms": 0,
        **more,
    }
    return Proxy(**values)


# What a proxy for coverage and seen, of AGENT for PERSON, today and ten days on, lets through: each row one change.
USES = {
    "as given": (True, {}, {}),
    "on its last day": (True, {}, {"on": TODAY + timedelta(days=10)}),
    "after its end": (False, {}, {"on": TODAY + timedelta(days=11)}),
    "before it begins": (False, {}, {"on": TODAY - timedelta(days=1)}),
    "revoked": (False, {"status": "revoked"}, {}),
    "outside its scope": (False, {}, {"scope": Scope.CONSENTS}),
    "another scope that is in it": (True, {}, {"scope": Scope.SEEN}),
    "by somebody else": (False, {}, {"agent": "c" * 32}),
    "for somebody else": (False, {}, {"person": "d" * 32}),
    "a scope that only begins alike": (False, {"scopes": "coverages"}, {}),
}


@pytest.mark.parametrize("name", USES)
def test_a_proxy_holds_for_what_was_given_and_for_nothing_else(name: str) -> None:
    expected, given, used = USES[name]
    use = {"agent": AGENT, "person": PERSON, "scope": Scope.COVERAGE, "on": TODAY, **used}

    assert holds(a_proxy(**given), **use) is expected


# Coming of age at 18: on the birthday itself one is of age (年齢計算ニ関スル法律), so the last day is the one before.
@pytest.mark.parametrize(
    ("born", "last"),
    [
        (date(2020, 5, 5), date(2038, 5, 4)),
        (date(2020, 4, 1), date(2038, 3, 31)),
        (date(2020, 1, 1), date(2037, 12, 31)),
        (date(2020, 2, 29), date(2038, 2, 28)),
        (date(2008, 2, 29), date(2026, 2, 28)),
        (date(2012, 3, 1), date(2030, 2, 28)),
    ],
)
def test_a_childs_proxy_ends_the_day_before_it_comes_of_age(born: date, last: date) -> None:
    assert day_before_age(born, 18) == last


def test_somebody_born_on_a_leap_day_who_turns_20_in_a_leap_year_has_that_birthday() -> None:
    assert day_before_age(date(2004, 2, 29), 20) == date(2024, 2, 28)


def basis(**more: object) -> Basis:
    values: dict[str, object] = {
        "ends_at_age": None,
        "most_days": None,
        "scopes": (Scope.COVERAGE,),
        "by_person": True,
        "source": "",
        **more,
    }
    return Basis(**values)


def test_the_last_day_is_the_earliest_of_what_ends_it() -> None:
    wanted = TODAY + timedelta(days=9999)

    assert last_day_of(basis(), TODAY, wanted, None) == wanted
    assert last_day_of(basis(most_days=1), TODAY, wanted, None) == TODAY
    assert last_day_of(basis(ends_at_age=18), TODAY, wanted, CHILD) == date(2038, 5, 4)
    assert last_day_of(basis(ends_at_age=18), TODAY, TODAY, CHILD) == TODAY
    for wrong in (
        (basis(), TODAY - timedelta(days=1), None),
        (basis(ends_at_age=18), wanted, date(2000, 1, 1)),
    ):
        with pytest.raises(Problem) as refused:
            last_day_of(wrong[0], TODAY, wrong[1], wrong[2])
        assert refused.value.where == "last_day"
    with pytest.raises(Problem) as refused:
        last_day_of(basis(ends_at_age=18), TODAY, wanted, None)
    assert refused.value.where == "birthdate"


def test_scopes_and_documents_are_as_the_basis_has_them() -> None:
    assert checked_scopes(basis(), frozenset({Scope.COVERAGE})) == {Scope.COVERAGE}
    for scopes in (frozenset(), frozenset({Scope.SEEN}), frozenset({Scope.COVERAGE, Scope.SEEN})):
        with pytest.raises(Problem, match=r"access.proxy-invalid"):
            checked_scopes(basis(), scopes)
    assert checked_document(" 戸籍 1 ") == "戸籍 1"
    for document in ("", " ", "a\nb", "x" * 101):
        with pytest.raises(Problem, match=r"access.proxy-invalid"):
            checked_document(document)


def test_the_bases_that_the_law_knows_have_ends_and_sources() -> None:
    bases = proxy_terms(TODAY).bases

    assert set(bases) == {"parent", "guardian", "mandate"}
    assert bases["parent"].ends_at_age == 18
    assert [name for name, one in bases.items() if one.by_person] == ["mandate"]
    assert all("民法" in one.source and one.scopes for one in bases.values())


async def people(house: House) -> tuple[Proxies, Account, Account, Account]:
    """The proxies of a house, an officer, a parent and an elderly person."""
    officer, _ = await house.somebody(Role.OFFICER, INSURER)
    parent, _ = await house.somebody(Role.PATIENT, person="aa" * 16)
    elder, _ = await house.somebody(Role.PATIENT, person="ee" * 16)
    return Proxies(house.store, house.committer, house.clock, insured), officer, parent, elder


async def insured(person: str, insurer: str) -> bool:
    """With the insurer of the house: everybody but one."""
    return insurer == INSURER and person != ELSEWHERE


def wish(whom: Account, basis: str = "mandate", /, **more: object) -> Wish:
    values: dict[str, object] = {
        "agent": whom.account_id,
        "basis": basis,
        "scopes": frozenset({Scope.COVERAGE}),
        "until": TODAY + timedelta(days=30),
        "document": "戸籍 1",
        "birthdate": CHILD,
        **more,
    }
    return Wish(**values)


async def test_a_person_gives_and_takes_back_and_it_ends_by_itself(house: House) -> None:
    proxies, _, parent, elder = await people(house)
    given = await proxies.give(elder, elder.person, wish(parent))

    assert given.document == ""
    assert (await proxies.used(given.proxy_id, parent, Scope.COVERAGE)).person == elder.person
    assert [one.proxy_id for one in await proxies.held_by(parent)] == [given.proxy_id]
    for agent, scope in ((parent, Scope.SEEN), (elder, Scope.COVERAGE)):
        with pytest.raises(Problem, match=r"access.proxy-refused"):
            await proxies.used(given.proxy_id, agent, scope)
    house.wait(days=31)
    with pytest.raises(Problem, match=r"access.proxy-refused"):
        await proxies.used(given.proxy_id, parent, Scope.COVERAGE)
    assert await proxies.held_by(parent) == []
    assert len(await proxies.given_for(elder.person)) == 1


async def test_either_side_and_an_officer_end_it_at_once_and_nobody_else(house: House) -> None:
    proxies, officer, parent, elder = await people(house)
    stranger, _ = await house.somebody(Role.PATIENT, person="cc" * 16)
    operator, _ = await house.somebody(Role.OPERATOR)
    for by in (elder, parent, officer):
        given = await proxies.give(elder, elder.person, wish(parent))
        for nobody, code in ((stranger, "access.proxy-refused"), (operator, "access.right-missing")):
            with pytest.raises(Problem, match=code):
                await proxies.revoke(nobody, given.proxy_id)
        await proxies.revoke(by, given.proxy_id)
        assert (await proxies.revoke(by, given.proxy_id)).status == "revoked"
        with pytest.raises(Problem, match=r"access.proxy-refused"):
            await proxies.used(given.proxy_id, parent, Scope.COVERAGE)
    for gone in (proxies.revoke(elder, "nothing"), proxies.used("nothing", parent, Scope.COVERAGE)):
        with pytest.raises(Problem, match=r"access.proxy-refused"):
            await gone
    assert (await house.kinds()).count(PROXY_REVOKED) == 3


async def test_an_officer_speaks_for_the_insured_of_the_own_insurer_alone(house: House) -> None:
    proxies, officer, parent, elder = await people(house)
    other, _ = await house.somebody(Role.OFFICER, OTHER_INSURER)
    given = await proxies.give(elder, elder.person, wish(parent))

    for by, person in ((officer, ELSEWHERE), (other, elder.person)):
        for refused in (proxies.give(by, person, wish(parent, "guardian")), proxies.seen_by(by, person)):
            with pytest.raises(Problem, match=r"access.proxy-invalid") as told:
                await refused
            assert told.value.where == "person"
    with pytest.raises(Problem, match=r"access.proxy-refused"):
        await proxies.revoke(other, given.proxy_id)
    for nobody in (parent, elder):
        with pytest.raises(Problem, match=r"access.right-missing"):
            await proxies.seen_by(nobody, elder.person)

    assert await proxies.seen_by(officer, elder.person) == [given]
    entry = await house.committer.log.record(house.committer.committed_seq, 0)
    assert (entry.kind, json.loads(entry.body)["person"]) == (PROXY_SEEN, elder.person)
    assert json.loads(entry.body)["by"] == officer.account_id


async def test_an_officer_records_a_parent_by_a_document_until_the_child_comes_of_age(house: House) -> None:
    proxies, officer, parent, _ = await people(house)

    given = await proxies.give(officer, PERSON, wish(parent, "parent", until=TODAY + timedelta(days=9999)))

    assert given.document == "戸籍 1"
    assert date.fromordinal(given.last_day) == date(2038, 5, 4)
    record = json.loads((await _last(house)).body)
    assert (await _last(house)).kind == PROXY_GIVEN
    assert (record["account"], record["by"], record["person"]) == (
        parent.account_id,
        officer.account_id,
        PERSON,
    )


async def _last(house: House) -> Entry:
    return await house.committer.log.record(house.committer.committed_seq, 0)


async def test_what_cannot_be_given_is_refused_with_its_field(house: House) -> None:
    proxies, officer, parent, elder = await people(house)
    staff, _ = await house.somebody(Role.STAFF)
    gone, _ = await house.somebody(Role.PATIENT, person="dd" * 16)
    await house.accounts.disable(None, gone.account_id)
    refused = (
        (elder, elder.person, wish(parent, "parent"), "basis"),  # a person gives a mandate alone
        (elder, elder.person, wish(parent, "nothing"), "basis"),
        (elder, elder.person, wish(elder), "agent"),
        (elder, elder.person, wish(staff), "agent"),
        (elder, elder.person, wish(gone), "agent"),
        (elder, elder.person, wish(parent, agent="nobody"), "agent"),
        (elder, elder.person, wish(parent, scopes=frozenset()), "scopes"),
        (elder, elder.person, wish(parent, until=TODAY - timedelta(days=1)), "last_day"),
        (officer, PERSON, wish(parent, "parent", document=""), "document"),
        (officer, PERSON, wish(parent, "parent", birthdate=None), "birthdate"),
    )
    for by, person, wanted, field in refused:
        with pytest.raises(Problem) as told:
            await proxies.give(by, person, wanted)
        assert (told.value.code, told.value.where) == ("access.proxy-invalid", field)
    for by in (parent, staff):  # neither the person nor an officer
        with pytest.raises(Problem, match=r"access.right-missing"):
            await proxies.give(by, elder.person, wish(gone))
    assert PROXY_GIVEN not in await house.kinds()
