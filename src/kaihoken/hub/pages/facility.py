"""環境設定 on pages: which items of consent a facility uses and how it handles prescriptions, what each means at its
desk, and changing one of them.

A change is shown beside what holds now, then saved by the function of the JSON route under the account of who signed
in.
"""

from typing import Final

import msgspec

from kaihoken.access.people import Right
from kaihoken.consent import COVERAGE_ITEMS, Actor
from kaihoken.coverage.facility import FacilitySettingsChange, differences, read_change
from kaihoken.hub.exchange import Reply
from kaihoken.hub.pages.people import PeoplePages, Row
from kaihoken.hub.pages.visit import Visit
from kaihoken.rules import code_list

SETTINGS: Final = "/desk/settings"
CHANGE: Final = "/desk/settings/change"

_CODED: Final = {"prescriptions": "OQSCD038", "prescription_timing": "OQSCD039"}
"""The settings that are a code, with its list; every other one is an item of consent."""

_USED: Final = {"1": True, "0": False}  # OQSCD037


async def settings(pages: PeoplePages, visit: Visit, told: str = "") -> Reply:
    """GET /desk/settings: what the facility uses, and who changed what last. `told` says what a form came to."""
    _, account = visit.somebody
    book, organisation = pages.machine.facilities, account.organisation
    last = await book.last_change(organisation)
    now = book.of(organisation)
    by = ""
    if last is not None:
        by = await pages.colleague(last.client, organisation) or pages.client_name(last.client, "")
    coded = {name: tuple(code_list(codes).codes) for name, codes in _CODED.items()}
    return pages.page(
        "account/settings.html",
        visit,
        place=pages.place(visit),
        now=now,
        groups=(
            ("medical", [item for item in now.items if item not in COVERAGE_ITEMS]),
            ("coverage", [item for item in now.items if item in COVERAGE_ITEMS]),
        ),
        coded=coded,
        last=last,
        by=by,
        told=told,
    )


async def preview(pages: PeoplePages, visit: Visit) -> Reply:
    """POST /desk/settings: what a change would change, before it is saved."""
    _, account = visit.somebody
    book, wanted = pages.machine.facilities, _wanted(visit)
    after = await book.previewed(account.organisation, wanted)
    changed = differences(book.of(account.organisation), after)
    if not changed:
        return await settings(pages, visit, "same")
    chosen = {name: visit.form.get(name, "") for name in ("setting", "to")}
    return pages.page(
        "account/settings_change.html",
        visit,
        again={**chosen, "token": visit.form_token(SETTINGS)},
        place=pages.place(visit),
        changed=changed,
        chosen=chosen,
        coded=_CODED,
        asks_prescription=after.asks_prescription,
    )


async def change(pages: PeoplePages, visit: Visit) -> Reply:
    """POST /desk/settings/change: one setting, saved."""
    session, account = visit.somebody
    actor = Actor(account.account_id, account.organisation, session.authenticator_id)
    await pages.machine.facilities.change(_wanted(visit), actor)
    return await settings(pages, visit, "changed")


def _wanted(visit: Visit) -> FacilitySettingsChange:
    """The change that a form names, read as the JSON route reads it. Problems of `read_change`."""
    setting, to = visit.form.get("setting", ""), visit.form.get("to", "")
    said = {setting: to} if setting in _CODED else {"items": {setting: _USED.get(to)}}
    return read_change(msgspec.json.encode(said))


FACILITY_ROWS = (
    Row("GET", SETTINGS, settings, right=Right.CHANGE_SETTINGS),
    Row("POST", SETTINGS, preview, right=Right.CHANGE_SETTINGS, fresh=True),
    Row(
        "POST",
        CHANGE,
        change,
        right=Right.CHANGE_SETTINGS,
        fresh=True,
        records=("facility.settings",),
    ),
)
"""What a facility uses."""
