"""The routes of the system-failure mode: who lets a facility in, questions by four items, reports."""

import msgspec

from kaihoken.access import IN_FAILURE, Caller, Kind, Registry, Scope
from kaihoken.coverage import CheckAnswer, Found, check_in_failure
from kaihoken.coverage.failure import (
    FailureCheck,
    FailureModeClosing,
    FailureModeOpening,
    FailureModeSaid,
    FailureModesSaid,
    FailureReport,
    FailureReportAnswer,
    OwnFailureMode,
    read_closing,
    read_failure_report,
    read_opening,
)
from kaihoken.hub.exchange import TOO_LARGE, Reply, Request, asker_of, refuse_plainly, require_json
from kaihoken.hub.machine import Machine
from kaihoken.hub.refusals import BODY, CALLER, FAILURE_CHECK, FAILURE_MODE, FAILURE_REPORT, RECORD
from kaihoken.hub.routes import Body, Route
from kaihoken.problems import Problem

_JSON = "application/json"
_MODES = "/v1/failure-modes"
_OPENINGS, _CLOSINGS = f"{_MODES}/openings", f"{_MODES}/closings"
_OWN = "/v1/failure-mode"
_CHECKS, _REPORTS = "/v1/failure-checks", "/v1/failure-reports"


def require_facility(registry: Registry, code: str) -> None:
    """Problem `access.client-unknown` where no facility of that code is enrolled: the operator mistyped it."""
    if registry.name_of(Kind.FACILITY, code) is None:
        raise Problem("access.client-unknown", where="facility")


class FailureRoutes:
    """Handlers of the routes."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    async def modes(self, _: Request) -> Reply:
        """GET /v1/failure-modes."""
        return _said(await self._machine.failure.modes())

    async def open(self, request: Request) -> Reply:
        """POST /v1/failure-modes/openings."""
        require_json(request)
        opening = read_opening(request.body)
        require_facility(self._machine.gate.registry, opening.facility)
        return _said(await self._machine.failure.open(opening, request.authenticated.actor))

    async def close(self, request: Request) -> Reply:
        """POST /v1/failure-modes/closings."""
        require_json(request)
        closing = read_closing(request.body)
        return _said(await self._machine.failure.close(closing, request.authenticated.actor))

    async def own(self, request: Request) -> Reply:
        """GET /v1/failure-mode."""
        return _said(await self._machine.failure.own(asker_of(request.authenticated).facility))

    async def check(self, request: Request) -> Reply:
        """POST /v1/failure-checks."""
        caller, machine = request.authenticated, self._machine
        require_json(request)
        machine.gate.admit_question(caller, IN_FAILURE)
        body, answered = await check_in_failure(
            machine.failure,
            machine.answering,
            machine.store,
            asker_of(caller),
            request.body,
            lambda found: self._guard(caller, found),
        )
        machine.metrics.answered("json", answered.found.answer.validity)
        return Reply(body)

    async def report(self, request: Request) -> Reply:
        """POST /v1/failure-reports."""
        require_json(request)
        report = read_failure_report(request.body)
        return _said(await self._machine.failure.report(report, asker_of(request.authenticated)))

    def _guard(self, caller: Caller, found: Found) -> None:
        """Four items that do not lead to one person are counted, whether they fit nobody or several."""
        if found.verdict.person is None:
            self._machine.gate.not_found(caller, IN_FAILURE)


def _said(answer: object) -> Reply:
    return Reply(msgspec.json.encode(answer))


def failure_rows(machine: Machine) -> tuple[Route, ...]:
    """Let in, see, shut, see one's own, ask, report."""
    failure = FailureRoutes(machine)
    return (
        Route(
            "GET",
            _MODES,
            "システム障害時モードの一覧（未提出の利用報告書つき）",
            "The facilities in system-failure mode, and the reports that they owe",
            failure.modes,
            refuse_plainly,
            Scope.FAILURE_MODE_WRITE,
            answers=(Body(_JSON, FailureModesSaid),),
            problems=(*CALLER, *RECORD, "hub.internal"),
        ),
        Route(
            "POST",
            _OPENINGS,
            "システム障害時モードを開く（届け出た電話に折り返したあと）",
            "Open the system-failure mode for a facility whose registered telephone was called back",
            failure.open,
            refuse_plainly,
            Scope.FAILURE_MODE_WRITE,
            reads=(Body(_JSON, FailureModeOpening),),
            answers=(Body(_JSON, FailureModeSaid),),
            problems=(*CALLER, *FAILURE_MODE, TOO_LARGE, *BODY, *RECORD),
        ),
        Route(
            "POST",
            _CLOSINGS,
            "システム障害時モードを閉じる（何度送っても安全）",
            "Close it before its time; safe to repeat",
            failure.close,
            refuse_plainly,
            Scope.FAILURE_MODE_WRITE,
            reads=(Body(_JSON, FailureModeClosing),),
            answers=(Body(_JSON, FailureModeSaid),),
            problems=(
                *CALLER,
                "coverage.request-json",
                "coverage.request-shape",
                "coverage.request-repeated",
                "identity.digits",
                "coverage.failure-not-open",
                TOO_LARGE,
                *BODY,
                *RECORD,
            ),
        ),
        Route(
            "GET",
            _OWN,
            "システム障害時モードが、この医療機関で開いているか（未提出の利用報告書つき）",
            "Whether the mode is open for the facility that asks, and the reports that it owes",
            failure.own,
            refuse_plainly,
            Scope.ELIGIBILITY_ASK,
            answers=(Body(_JSON, OwnFailureMode),),
            problems=(*CALLER, *RECORD, "hub.internal"),
        ),
        Route(
            "POST",
            _CHECKS,
            "システム障害時の資格確認: 氏名・生年月日・性別・住所または保険者名",
            "Is this person covered, by four items, while the mode is open for the facility",
            failure.check,
            refuse_plainly,
            Scope.ELIGIBILITY_ASK,
            reads=(Body(_JSON, FailureCheck),),
            answers=(Body(_JSON, CheckAnswer),),
            problems=(*CALLER, *FAILURE_CHECK, TOO_LARGE, *BODY, *RECORD),
        ),
        Route(
            "POST",
            _REPORTS,
            "システム障害時モードの利用報告書（何度送っても安全）",
            "The report on the use of the mode; safe to repeat",
            failure.report,
            refuse_plainly,
            Scope.ELIGIBILITY_ASK,
            reads=(Body(_JSON, FailureReport),),
            answers=(Body(_JSON, FailureReportAnswer),),
            problems=(*CALLER, *FAILURE_REPORT, TOO_LARGE, *BODY, *RECORD),
        ),
    )
