"""The pages on which people come in: signing in, an invitation, what they sign in with, a fresh proof."""

from collections.abc import Sequence

from kaihoken.access.people import Account, Authenticator, CardProof, Right
from kaihoken.hub.exchange import Reply
from kaihoken.hub.pages.page import see_other
from kaihoken.hub.pages.people import HOME, SIGN_IN, PeoplePages, Row
from kaihoken.hub.pages.sessions import after_a_new_factor
from kaihoken.hub.pages.visit import Visit
from kaihoken.problems import Problem
from kaihoken.web import path_in


async def sign_in_page(pages: PeoplePages, visit: Visit) -> Reply:
    """GET /sign-in: the way in, by passkey."""
    if visit.session is not None:
        return see_other(path_in(visit.language, HOME))
    asked = pages.door.ask("sign-in", visit.bound_to)
    cards = pages.wallet.cards if pages.wallet is not None else ()
    return pages.page("account/sign_in.html", visit, asked=asked, cards=cards)


async def sign_in(pages: PeoplePages, visit: Visit) -> Reply:
    """POST /sign-in: the answer of a passkey."""
    signed_in = await pages.door.with_passkey(
        visit.form.get("challenge", ""), visit.form.get("answer", ""), visit.bound_to
    )
    return pages.begun(visit, signed_in)


async def sign_in_with_card(pages: PeoplePages, visit: Visit) -> Reply:
    """POST /sign-in/card: a card of the demonstration's wallet is laid on the reader."""
    challenge = visit.form.get("challenge", "")
    proof = _card_proof(pages, visit.form.get("card", ""), challenge)
    return pages.begun(visit, await pages.door.with_card(challenge, proof, visit.bound_to))


async def sign_out(pages: PeoplePages, visit: Visit) -> Reply:
    """POST /sign-out: the session ends."""
    session, account = visit.somebody
    await pages.door.sign_out(session, account)
    return pages.left(visit)


async def invitation_page(pages: PeoplePages, visit: Visit) -> Reply:
    """GET /invitation: the form for a code."""
    return pages.page("account/invitation.html", visit, asked=None, code="", wrong=None)


async def invitation(pages: PeoplePages, visit: Visit) -> Reply:
    """POST /invitation: a code, answered with the question for a passkey."""
    code = visit.form.get("code", "")
    try:
        account = await pages.accounts.invited_by(code)
    except Problem as problem:
        return pages.page(
            "account/invitation.html", visit, problem.entry.status, asked=None, code=code, wrong=problem
        )
    asked = await pages.door.ask_to_enrol(account, visit.bound_to)
    return pages.page("account/invitation.html", visit, asked=asked, code=code, invited=account, wrong=None)


async def accept(pages: PeoplePages, visit: Visit) -> Reply:
    """POST /invitation/passkey: the code once more, and the passkey that was made."""
    code = visit.form.get("code", "")
    account = await pages.accounts.invited_by(code)
    passkey = _brought(pages, visit, account)
    await pages.accounts.accept(code, passkey)
    return see_other(path_in(visit.language, SIGN_IN))


async def home(pages: PeoplePages, visit: Visit) -> Reply:
    """GET /me: what somebody may do here."""
    doors = [(name, path) for name, path, right in DOORS if right is None or visit.has(right)]
    return pages.page("account/home.html", visit, doors=doors)


DOORS: tuple[tuple[str, str, Right | None], ...] = (
    ("coverage", "/me/coverage", Right.OWN_RECORD),
    ("seen", "/me/seen", Right.OWN_RECORD),
    ("consents", "/me/consents", Right.OWN_CONSENTS),
    ("proxies", "/me/proxies", Right.OWN_PROXIES),
    ("desk", "/desk/consents", Right.RECORD_CONSENT),
    ("settings", "/desk/settings", Right.CHANGE_SETTINGS),
    ("staff", "/staff", Right.MANAGE_STAFF),
    ("proxies-by-document", "/proxies", Right.RECORD_PROXY),
    ("own-log", "/log/own", Right.OWN_LOG),
    ("log", "/log", Right.SEARCH_LOG),
    ("receipt", "/receipt", Right.VERIFY_RECEIPT),
    ("devices", "/me/devices", None),
    ("sessions", "/me/sessions", None),
)
"""What one's own page leads to: name, path, the right that it takes."""


async def devices_page(pages: PeoplePages, visit: Visit) -> Reply:
    """GET /me/devices: what somebody signs in with."""
    session, account = visit.somebody
    return pages.page(
        "account/devices.html",
        visit,
        devices=await pages.accounts.authenticators_of(account.account_id),
        current=session.authenticator_id,
        asked=await pages.door.ask_to_enrol(account, session.digest),
    )


async def add_device(pages: PeoplePages, visit: Visit) -> Reply:
    """POST /me/devices/add: another passkey; whoever has other sessions is asked whether they end."""
    _, account = visit.somebody
    await pages.accounts.add_authenticator(account, _brought(pages, visit, account))
    return after_a_new_factor(pages, visit)


async def rename_device(pages: PeoplePages, visit: Visit) -> Reply:
    """POST /me/devices/rename: another name for one."""
    _, account = visit.somebody
    await pages.accounts.rename_authenticator(
        account, visit.form.get("device", ""), visit.form.get("name", "")
    )
    return see_other(path_in(visit.language, "/me/devices"))


async def remove_device(pages: PeoplePages, visit: Visit) -> Reply:
    """POST /me/devices/remove: one is shut out, with every other session."""
    session, account = visit.somebody
    await pages.accounts.remove_authenticator(account, visit.form.get("device", ""), session)
    return see_other(path_in(visit.language, "/me/devices"))


async def confirm_page(pages: PeoplePages, visit: Visit) -> Reply:
    """GET /me/confirm: a fresh proof is asked."""
    session, account = visit.somebody
    own = await pages.accounts.authenticators_of(account.account_id)
    return pages.page(
        "account/confirm.html",
        visit,
        asked=pages.door.ask("confirm", session.digest, tuple(own)),
        has_passkey=any(one.kind == "passkey" for one in own),
        card=_card_among(pages, own),
    )


async def confirm(pages: PeoplePages, visit: Visit) -> Reply:
    """POST /me/confirm: a fresh proof with a passkey."""
    session, _ = visit.somebody
    challenge, answer = visit.form.get("challenge", ""), visit.form.get("answer", "")
    return _back(pages, visit, await pages.door.confirm_with_passkey(session, challenge, answer))


async def confirm_with_card(pages: PeoplePages, visit: Visit) -> Reply:
    """POST /me/confirm/card: a fresh proof with a card of the demonstration."""
    session, account = visit.somebody
    own = await pages.accounts.authenticators_of(account.account_id)
    challenge = visit.form.get("challenge", "")
    proof = _card_proof(pages, _card_among(pages, own), challenge)
    return _back(pages, visit, await pages.door.confirm_with_card(session, challenge, proof))


def _back(pages: PeoplePages, visit: Visit, cookie: str) -> Reply:
    """To the page on which a fresh proof was wanted, with the session's new cookie."""
    session, _ = visit.somebody
    there, session.wanted = session.wanted or HOME, ""
    return pages.with_session(see_other(path_in(visit.language, there)), cookie)


def _card_among(pages: PeoplePages, own: Sequence[Authenticator]) -> str:
    """The name of somebody's own card in the wallet, "" where there is none."""
    if pages.wallet is None:
        return ""
    names = (pages.wallet.card_of(one.authenticator_id) for one in own if one.kind == "card")
    return next(filter(None, names), "")


def _card_proof(pages: PeoplePages, name: str, challenge: str) -> CardProof:
    if pages.wallet is None:
        raise Problem("access.sign-in-refused")
    return pages.wallet.sign(name, pages.door.message_for_card(challenge))


def _brought(pages: PeoplePages, visit: Visit, account: Account) -> Authenticator:
    form = visit.form
    return pages.door.new_passkey(
        account, form.get("name", ""), form.get("challenge", ""), form.get("answer", ""), visit.bound_to
    )


SIGN_IN_ROWS = (
    Row("GET", SIGN_IN, sign_in_page, "anybody"),
    Row("POST", SIGN_IN, sign_in, "anybody", counted=True, records=("session.began",)),
    Row("POST", "/sign-in/card", sign_in_with_card, "anybody", counted=True, records=("session.began",)),
    Row("POST", "/sign-out", sign_out, records=("session.ended",)),
    Row("GET", "/invitation", invitation_page, "anybody"),
    Row("POST", "/invitation", invitation, "anybody", counted=True),
    Row(
        "POST",
        "/invitation/passkey",
        accept,
        "anybody",
        counted=True,
        records=("account.opened", "session.ended"),
    ),
    Row("GET", HOME, home),
    Row("GET", "/me/devices", devices_page),
    Row("POST", "/me/devices/add", add_device, fresh=True, records=("account.authenticator-added",)),
    Row("POST", "/me/devices/rename", rename_device, records=("account.authenticator-renamed",)),
    Row(
        "POST",
        "/me/devices/remove",
        remove_device,
        fresh=True,
        records=("account.authenticator-removed", "session.ended"),
    ),
    Row("GET", "/me/confirm", confirm_page),
    Row("POST", "/me/confirm", confirm, counted=True, records=("session.confirmed",)),
    Row("POST", "/me/confirm/card", confirm_with_card, counted=True, records=("session.confirmed",)),
)
"""Coming in, and what one comes in with."""
