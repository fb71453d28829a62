"""Managing people: who works here, inviting, disabling."""

import re

from kaihoken.access.people import MANAGES, Account, Right, Role, organisation_named
from kaihoken.hub.exchange import Reply
from kaihoken.hub.pages.page import see_other
from kaihoken.hub.pages.people import PeoplePages, Row
from kaihoken.hub.pages.visit import Visit
from kaihoken.problems import Problem
from kaihoken.web import path_in

_PERSON = re.compile(r"[0-9a-f]{32}", re.ASCII)
_FIELDS = ("role", "organisation", "name", "person")


async def staff(
    pages: PeoplePages,
    visit: Visit,
    code: str = "",
    invited: str = "",
    wrong: Problem | None = None,
    found: list[Account] | None = None,
) -> Reply:
    """GET /staff: whom somebody manages. `code` is shown this once, to hand over; `found` in place of those who stand
    there unasked."""
    _, account = visit.somebody
    roles = MANAGES[account.role]
    people = _managed(
        account, await pages.accounts.accounts_of(account.organisation) if found is None else found
    )
    return pages.page(
        "account/staff.html",
        visit,
        wrong.entry.status if wrong else 200,
        people_here=people,
        roles=[role for role in Role if role in roles],
        everywhere=account.role is Role.OPERATOR,
        code=code,
        invited=invited,
        hours=pages.door.terms.invitation_hours,
        form=visit.form,
        wrong=wrong,
        found=found is not None,
    )


async def find(pages: PeoplePages, visit: Visit) -> Reply:
    """POST /staff: an operator looks for who works for an organisation, or for a patient's account."""
    _, account = visit.somebody
    if account.role is not Role.OPERATOR:
        raise Problem("access.right-missing")
    wanted = visit.form.get("wanted", "").strip()
    if _PERSON.fullmatch(wanted.lower()):
        return await staff(pages, visit, found=await pages.accounts.seen_by(account, wanted.lower()))
    try:
        organisation = organisation_named(wanted)
    except Problem as problem:
        return await staff(pages, visit, wrong=Problem(problem.code, where="wanted"))
    return await staff(pages, visit, found=await pages.accounts.accounts_of(organisation))


async def invite(pages: PeoplePages, visit: Visit) -> Reply:
    """POST /staff/invite: a new account and its code."""
    _, account = visit.somebody
    form = visit.form
    try:
        role = Role(form.get("role", ""))
    except ValueError:
        return await staff(pages, visit, wrong=Problem("access.account-invalid", where="role"))
    organisation = form.get("organisation", "").strip()
    if account.role is not Role.OPERATOR:
        organisation = account.organisation
    person = form.get("person", "").strip()
    try:
        made, code = await pages.accounts.invite(account, role, organisation, person, form.get("name", ""))
    except Problem as problem:
        if problem.where not in _FIELDS:
            raise
        return await staff(pages, visit, wrong=problem)
    return await staff(pages, visit, code, made.name)


async def invite_again(pages: PeoplePages, visit: Visit) -> Reply:
    """POST /staff/invite-again: a new code for who lost everything."""
    _, account = visit.somebody
    account_id = visit.form.get("account", "")
    code = await pages.accounts.invite_again(account, account_id)
    again = await pages.accounts.account(account_id)
    return await staff(pages, visit, code, again.name if again is not None else "")


async def disable(pages: PeoplePages, visit: Visit) -> Reply:
    """POST /staff/disable: their sessions are over before this answers."""
    _, account = visit.somebody
    await pages.accounts.disable(account, visit.form.get("account", ""))
    return see_other(path_in(visit.language, "/staff"))


def _managed(by: Account, accounts: list[Account]) -> list[Account]:
    """Those of some accounts whom somebody manages."""
    managed = [one for one in accounts if one.role in MANAGES[by.role] and one.account_id != by.account_id]
    return sorted(managed, key=lambda one: (one.status == "disabled", one.organisation, one.created_ms))


STAFF_ROWS = (
    Row("GET", "/staff", staff, right=Right.MANAGE_STAFF),
    Row("POST", "/staff", find, right=Right.MANAGE_STAFF, records=("account.seen",)),
    Row("POST", "/staff/invite", invite, right=Right.MANAGE_STAFF, fresh=True, records=("account.invited",)),
    Row(
        "POST",
        "/staff/invite-again",
        invite_again,
        right=Right.MANAGE_STAFF,
        fresh=True,
        records=("account.invited",),
    ),
    Row(
        "POST",
        "/staff/disable",
        disable,
        right=Right.MANAGE_STAFF,
        fresh=True,
        records=("account.disabled", "session.ended"),
    ),
)
"""Managing people."""
