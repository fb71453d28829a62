"""The routes of a facility's own settings (環境設定情報): see and change."""

from kaihoken.access import Scope
from kaihoken.consent import Actor
from kaihoken.coverage.facility import (
    FacilitySettingsAnswer,
    FacilitySettingsChange,
    read_change,
    said_of_settings,
)
from kaihoken.hub.exchange import TOO_LARGE, Reply, Request, refuse_plainly, require_json
from kaihoken.hub.machine import Machine
from kaihoken.hub.refusals import BODY, CALLER, JSON_OBJECT, RECORD
from kaihoken.hub.routes import Body, Route

_JSON = "application/json"
_SEE, _CHANGE = "/v1/facility-settings", "/v1/facility-settings/changes"


class FacilityRoutes:
    """Handlers of the routes."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    async def see(self, request: Request) -> Reply:
        """GET /v1/facility-settings."""
        return Reply(said_of_settings(self._machine.facilities.of(request.authenticated.code)))

    async def change(self, request: Request) -> Reply:
        """POST /v1/facility-settings/changes."""
        caller = request.authenticated
        require_json(request)
        actor = Actor(caller.actor, caller.code, caller.key_id)
        return Reply(
            said_of_settings(await self._machine.facilities.change(read_change(request.body), actor))
        )


def facility_rows(machine: Machine) -> tuple[Route, ...]:
    """See and change."""
    settings = FacilityRoutes(machine)
    return (
        Route(
            "GET",
            _SEE,
            "環境設定の照会: 利用する同意項目、処方箋の扱い",
            "The facility's own settings: which items of consent are asked, how prescriptions are handled",
            settings.see,
            refuse_plainly,
            Scope.FACILITY_SETTINGS,
            answers=(Body(_JSON, FacilitySettingsAnswer),),
            problems=(*CALLER, "hub.internal"),
        ),
        Route(
            "POST",
            _CHANGE,
            "環境設定の更新（書いたものだけ変わる。何度送っても安全）",
            "Change the facility's own settings: what is left out stays; safe to repeat",
            settings.change,
            refuse_plainly,
            Scope.FACILITY_SETTINGS,
            reads=(Body(_JSON, FacilitySettingsChange),),
            answers=(Body(_JSON, FacilitySettingsAnswer),),
            problems=(
                *CALLER,
                *JSON_OBJECT,
                "consent.item-unknown",
                "oqs.unknown-code",
                TOO_LARGE,
                *BODY,
                *RECORD,
            ),
        ),
    )
