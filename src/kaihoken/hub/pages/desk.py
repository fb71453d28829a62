"""Consents at a facility's desk, on pages: recorded, seen and withdrawn by who works there, and asked again on one that
stands.

Everything passes the functions of the JSON routes, with their records and their limit of patients who are nobody,
under the account of who signed in and for the facility where they work. A patient is named anew by each form: the
pages keep nobody.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from kaihoken import rules
from kaihoken.access import Caller, Kind
from kaihoken.access.people import Right
from kaihoken.audit import checked_receipt, public_keys
from kaihoken.consent import LONGEST_DAYS, Care, CareTerms, Item, State
from kaihoken.coverage import ConsentSaid, ConsentsAnswer
from kaihoken.coverage.view import EMPTY, PATIENT, Typed, asked_facts, check_of, typed, view_of
from kaihoken.hub.consent_routes import guards
from kaihoken.hub.exchange import Reply, asker_of
from kaihoken.hub.pages.consents import Given, Line
from kaihoken.hub.pages.people import PeoplePages, Row
from kaihoken.hub.pages.visit import Visit
from kaihoken.problems import Problem
from kaihoken.store import Write
from kaihoken.web import messages

DESK, CARD = "/desk/consents", "/desk/consents/card"

MOST_STANDING = 100
"""So many the list without a patient shows: each is named in the record of the look; a large house has thousands."""

_CARD_FIELDS = ("issuer", "serial", "care", "items", "examined_on")
_FIELD_OF = {"consents": "items"}


@dataclass(frozen=True, slots=True)
class CareChoice:
    """A form of care as the page offers it: how long consents to the coverage's own items live (the message
    `desk.life.<kind>`) and to medical ones, with the hours where it is hours."""

    care: Care
    coverage: str
    medical: str
    hours: int


async def standing(pages: PeoplePages, visit: Visit, form: Typed = EMPTY) -> Reply:
    """GET /desk/consents: the form for a patient, and what was given here lately and still stands."""
    today = pages.machine.clock.today()
    since = today - timedelta(days=LONGEST_DAYS - 1)
    standing_now = {"given_from": since, "given_to": today, "standing": True}
    found = await _search(pages, visit, standing_now, MOST_STANDING)
    return pages.page(
        "account/desk.html",
        visit,
        422 if form.faults else 200,
        given=tuple(one for one in found if one.alive),
        most=MOST_STANDING if len(found) == MOST_STANDING else 0,
        form=form,
        days=LONGEST_DAYS,
    )


async def of_patient(pages: PeoplePages, visit: Visit) -> Reply:
    """POST /desk/consents: what one patient consented to here."""
    patient = _patient(pages, visit)
    if patient.faults:
        return await standing(pages, visit, patient)
    return await _shown(pages, visit, patient)


async def spoken(pages: PeoplePages, visit: Visit) -> Reply:
    """POST /desk/consents/spoken: the patient said that their 限度額 may be seen. The sign of who recorded it is their
    account."""
    patient = _patient(pages, visit)
    if patient.faults:
        return await standing(pages, visit, patient)
    caller = _caller(visit)
    body = msgspec.json.encode(
        {**_named(patient), "consents": [Item.LIMIT], "spoken": {"staff": caller.actor}}
    )
    try:
        await _give(pages, visit, caller, body)
    except Problem as problem:
        return await _shown(pages, visit, patient, wrong=_of_consents(problem, visit))
    return await _shown(pages, visit, patient, told="recorded")


async def withdraw(pages: PeoplePages, visit: Visit) -> Reply:
    """POST /desk/consents/withdraw: one item, at the patient's word."""
    patient = _patient(pages, visit)
    if patient.faults:
        return await standing(pages, visit, patient)
    ending = {
        "id": visit.form.get("consent", ""),
        "items": [visit.form.get("item", "")],
        "reason": "patient",
    }
    await pages.machine.consents.withdraw(asker_of(_caller(visit)), msgspec.json.encode(ending))
    return await _shown(pages, visit, patient, told="withdrawn")


async def ask_again(pages: PeoplePages, visit: Visit) -> Reply:
    """POST /desk/consents/ask: 再照会, without the card, as far as the consents stand."""
    patient = _patient(pages, visit)
    if patient.faults:
        return await standing(pages, visit, patient)
    caller, language = _caller(visit), visit.language
    care = visit.form.get("care", "")
    asked = {"patient": _named(patient), "care": care, "language": language}
    try:
        _, answered = await pages.machine.consents.ask_again(
            asker_of(caller), msgspec.json.encode(asked), *guards(pages.machine, caller), "page"
        )
    except Problem as problem:
        return await _shown(pages, visit, patient, wrong=_of_consents(problem, visit))
    checked_receipt(answered.committed.receipt().decode(), public_keys(pages.machine.keys))
    answer = answered.found.answer
    pages.machine.metrics.answered("page", answer.validity)
    limit = any(result.limit_consent is not None for result in answer.results)
    check = msgspec.structs.replace(check_of(patient, language), consents=(Item.LIMIT,) if limit else ())
    return pages.page(
        "account/desk_answer.html",
        visit,
        again={**patient.again, "care": care, "token": visit.form_token("/desk/consents/ask")},
        view=view_of(answer, check, has_card=False),
        answer=answer,
        asked_facts=asked_facts(check, language),
        answered_at=answered.found.answered_at,
        head=answered.committed.head,
        place=pages.place(visit),
        patient=patient,
    )


async def card_page(
    pages: PeoplePages,
    visit: Visit,
    wrong: Mapping[str, Problem] | None = None,
    recorded: tuple[Given, ...] | None = None,
    problem: Problem | None = None,
) -> Reply:
    """GET /desk/consents/card: the form for what somebody agrees to whose card the reader has checked."""
    _, account = visit.somebody
    terms = rules.load(CareTerms, on=pages.machine.clock.today())
    status = 422 if wrong else problem.entry.status if problem else 200
    return pages.page(
        "account/desk_card.html",
        visit,
        status,
        cares=[_choice(terms, care) for care in Care],
        items=pages.machine.facilities.of(account.organisation).asked,
        form=visit.form,
        wrong=wrong or {},
        problem=problem,
        recorded=recorded,
        once=secrets.token_urlsafe(16),
    )


async def by_card(pages: PeoplePages, visit: Visit) -> Reply:
    """POST /desk/consents/card: keep what somebody agreed to at the reader."""
    form = visit.form
    wanted = [item for item in Item if form.get(f"item-{item}")]
    missing = {name: Problem("hub.form-missing", where=name) for name in ("issuer", "serial", "care")
               if not form.get(name, "").strip()}  # fmt: skip
    if not wanted:
        missing["items"] = Problem("consent.no-item", where="items")
    if missing:
        return await card_page(pages, visit, missing)
    said = {
        "by": "certificate",
        "issuer": form["issuer"].strip(),
        "serial": form["serial"].strip(),
        "care": form["care"],
        "consents": wanted,
        **({"examined_on": day} if (day := form.get("examined_on", "")) else {}),
    }
    body = msgspec.json.encode(said)
    caller = _caller(visit)
    try:
        kept = await _give(pages, visit, caller, body)
    except Problem as refused:
        field = _FIELD_OF.get(refused.where, refused.where)
        if field in _CARD_FIELDS:
            return await card_page(pages, visit, {field: _in_words(refused, visit)})
        return await card_page(pages, visit, problem=_of_consents(refused, visit))
    return await card_page(pages, visit, recorded=await _said(pages, visit, kept))


async def _shown(
    pages: PeoplePages, visit: Visit, patient: Typed, told: str = "", wrong: Problem | None = None
) -> Reply:
    """One patient's consents here, with what can be done; first what was just done, or why it was not."""
    _, account = visit.somebody
    given = await _search(pages, visit, {"patient": _named(patient)})
    terms = rules.load(CareTerms, on=pages.machine.clock.today())
    alive = {one.care for one in given if one.alive}
    visit.path = DESK  # what is shown now, in whichever language
    return pages.page(
        "account/desk_patient.html",
        visit,
        wrong.entry.status if wrong else 200,
        again={**patient.again, "token": visit.form_token(DESK)},
        given=given,
        asked_facts=asked_facts(check_of(patient, visit.language), visit.language),
        hidden=patient.again,
        asks_again=[care for care in Care if care.value in alive and terms.of(care).asks_again],
        takes_limit=Item.LIMIT in pages.machine.facilities.of(account.organisation).used,
        told=told,
        wrong=wrong,
        once=secrets.token_urlsafe(16),
    )


async def _give(pages: PeoplePages, visit: Visit, caller: Caller, body: bytes) -> bytes:
    """Keep what somebody agreed to, once for each form that was shown. Problems of `Idempotency.once` and
    `ConsentDesk.give`."""
    machine, asked = pages.machine, visit.path.encode() + b"\n" + body
    async with machine.idempotency.once(caller.actor, visit.form.get("once", ""), asked) as attempt:
        if attempt.answer is not None:
            return attempt.answer

        def keep(answer: bytes) -> tuple[Write, ...]:
            return (attempt.keep(answer),)

        return await machine.consents.give(asker_of(caller), body, *guards(machine, caller), keep)


async def _search(
    pages: PeoplePages, visit: Visit, wanted: Mapping[str, object], newest: int | None = None
) -> tuple[Given, ...]:
    """Consents given here, the newest first. On record before they are shown."""
    caller, machine = _caller(visit), pages.machine
    body = msgspec.json.encode(wanted)
    said = await machine.consents.search(asker_of(caller), body, *guards(machine, caller), newest)
    return await _said(pages, visit, said)


async def _said(pages: PeoplePages, visit: Visit, said: bytes) -> tuple[Given, ...]:
    """Consents as the page shows them, with the names of colleagues where their accounts are the signs."""
    consents = msgspec.json.decode(said, type=ConsentsAnswer).consents
    _, account = visit.somebody
    signs = {one.staff for one in consents if one.staff}
    names = {sign: await pages.colleague(sign, account.organisation) or sign for sign in signs}
    return tuple(_given(one, names.get(one.staff, "")) for one in reversed(consents))


def _given(said: ConsentSaid, staff: str) -> Given:
    once = said.until == said.given_at
    return Given(
        consent=said.id,
        facility="",
        name="",
        care=said.care.value,
        means=said.means.value,
        at=said.given_at,
        until=said.until,
        lines=tuple(
            Line(item.item.value, item.state.value, item.state is State.STANDING and not once)
            for item in said.items
        ),
        staff=staff,
    )


def _patient(pages: PeoplePages, visit: Visit) -> Typed:
    """Whom a form names."""
    return typed(visit.form, pages.machine.clock.today(), PATIENT)


def _named(patient: Typed) -> dict[str, object]:
    """A patient as the messages of the routes name them."""
    check = msgspec.to_builtins(check_of(patient, "ja"))
    return {name: value for name, value in check.items() if name == "by" or name in PATIENT}


def _caller(visit: Visit) -> Caller:
    """Who signed in, as records name them: the account, its facility, what it signed in with. Patients who are nobody
    are counted with those of the programs of the same facility."""
    session, account = visit.somebody
    return Caller(
        actor=account.account_id,
        kind=Kind.FACILITY,
        code=account.organisation,
        scopes=frozenset(),
        key_id=session.authenticator_id,
        metered_as=account.organisation,
    )


def _choice(terms: CareTerms, care: Care) -> CareChoice:
    form = terms.of(care)
    coverage, medical = form.coverage.value, form.medical.value
    return CareChoice(care, coverage.kind.value, medical.kind.value, medical.hours or 0)


def _of_consents(problem: Problem, visit: Visit) -> Problem:
    """A problem of consents, shown where the patient stands; any other goes on."""
    if not problem.code.startswith("consent."):
        raise problem
    return _in_words(problem, visit)


def _in_words(problem: Problem, visit: Visit) -> Problem:
    """The problem with its item as the form calls it, where it names one."""
    if "item" not in problem.facts:
        return problem
    item = messages("hub").text(f"consents.item.{problem.facts['item']}", visit.language)
    return Problem(problem.code, where=problem.where, **{**problem.facts, "item": item})


DESK_ROWS = (
    Row("GET", DESK, standing, right=Right.RECORD_CONSENT, records=("consent.seen",)),
    Row("POST", DESK, of_patient, right=Right.RECORD_CONSENT, records=("consent.seen",)),
    Row(
        "POST",
        "/desk/consents/spoken",
        spoken,
        right=Right.RECORD_CONSENT,
        records=("consent.given", "consent.refused", "consent.seen"),
    ),
    Row(
        "POST",
        "/desk/consents/withdraw",
        withdraw,
        right=Right.RECORD_CONSENT,
        records=("consent.ended", "consent.seen"),
    ),
    Row(
        "POST",
        "/desk/consents/ask",
        ask_again,
        right=Right.ASK,
        records=("eligibility.answer", "consent.refused", "consent.seen"),
    ),
    Row("GET", CARD, card_page, right=Right.RECORD_CONSENT),
    Row("POST", CARD, by_card, right=Right.RECORD_CONSENT, records=("consent.given", "consent.refused")),
)
"""Consents at a facility's desk."""
