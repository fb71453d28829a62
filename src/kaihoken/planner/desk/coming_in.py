"""The pages on which people come in: signing in with a passkey, an invitation, a fresh proof."""

from starlette.responses import Response

from kaihoken.access.people import Right
from kaihoken.planner.desk.frame import CONFIRM, HOME, SIGN_IN, Desk, Row, Visit
from kaihoken.problems import Problem


async def sign_in_page(desk: Desk, visit: Visit) -> Response:
    """GET /sign-in: the way in."""
    if visit.session is not None:
        return desk.see(visit, HOME)
    return desk.page("desk/sign_in.html", visit, asked=desk.door.ask("sign-in", visit.bound_to))


async def sign_in(desk: Desk, visit: Visit) -> Response:
    """POST /sign-in: the answer of a passkey."""
    form = visit.form
    signed_in = await desk.door.with_passkey(
        form.get("challenge", ""), form.get("answer", ""), visit.bound_to
    )
    visit.is_over = False
    return desk.with_session(desk.see(visit, HOME), signed_in.cookie)


async def sign_out(desk: Desk, visit: Visit) -> Response:
    """POST /sign-out: the session ends."""
    session, account = visit.somebody
    await desk.door.sign_out(session, account)
    visit.is_over = True
    return desk.see(visit, SIGN_IN)


async def invitation_page(desk: Desk, visit: Visit) -> Response:
    """GET /invitation: the form for a code."""
    return desk.page("desk/invitation.html", visit, asked=None, code="", wrong=None)


async def invitation(desk: Desk, visit: Visit) -> Response:
    """POST /invitation: a code, answered with the question for a passkey."""
    code = visit.form.get("code", "")
    try:
        account = await desk.accounts.invited_by(code)
    except Problem as problem:
        status = problem.entry.status
        return desk.page("desk/invitation.html", visit, status, asked=None, code=code, wrong=problem)
    asked = await desk.door.ask_to_enrol(account, visit.bound_to)
    return desk.page("desk/invitation.html", visit, asked=asked, code=code, invited=account, wrong=None)


async def accept(desk: Desk, visit: Visit) -> Response:
    """POST /invitation/passkey: the code once more, and the passkey that was made."""
    form = visit.form
    account = await desk.accounts.invited_by(form.get("code", ""))
    passkey = desk.door.new_passkey(
        account, form.get("name", ""), form.get("challenge", ""), form.get("answer", ""), visit.bound_to
    )
    await desk.accounts.accept(form.get("code", ""), passkey)
    return desk.see(visit, SIGN_IN)


async def home(desk: Desk, visit: Visit) -> Response:
    """GET /: to what somebody may do here. Problem `access.right-missing` where that is nothing."""
    for right, path in DOORS:
        if visit.has(right):
            return desk.see(visit, path)
    raise Problem("access.right-missing")


DOORS = (
    (Right.OPEN_CAREERS, "/people"),
    (Right.OWN_CAREER, "/own"),
    (Right.COUNT_CAREERS, "/counts"),
)
"""Where somebody goes who has signed in: the first for which they have the right."""


async def confirm_page(desk: Desk, visit: Visit) -> Response:
    """GET /confirm: a fresh proof is asked."""
    session, account = visit.somebody
    own = await desk.accounts.authenticators_of(account.account_id)
    return desk.page("desk/confirm.html", visit, asked=desk.door.ask("confirm", session.digest, tuple(own)))


async def confirm(desk: Desk, visit: Visit) -> Response:
    """POST /confirm: a fresh proof with a passkey."""
    session, _ = visit.somebody
    challenge, answer = visit.form.get("challenge", ""), visit.form.get("answer", "")
    cookie = await desk.door.confirm_with_passkey(session, challenge, answer)
    return desk.with_session(desk.see(visit, HOME), cookie)


COMING_IN = (
    Row("GET", SIGN_IN, sign_in_page, "anybody"),
    Row("POST", SIGN_IN, sign_in, "anybody", counted=True),
    Row("POST", "/sign-out", sign_out),
    Row("GET", "/invitation", invitation_page, "anybody"),
    Row("POST", "/invitation", invitation, "anybody", counted=True),
    Row("POST", "/invitation/passkey", accept, "anybody", counted=True),
    Row("GET", HOME, home),
    Row("GET", CONFIRM, confirm_page),
    Row("POST", CONFIRM, confirm, counted=True),
)
