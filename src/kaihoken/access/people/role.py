"""Roles of people (役割) and what each may do: one table, least privilege.

A role is held by an account for one organisation (or, a patient's or participant's, for one person); a right is asked
for by a page.
Source: 医療情報システムの安全管理に関するガイドライン 第6.0版: access rights by 職種・役割, and only as far as the
work needs."""

from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum

from kaihoken.identity import FacilityCode, InsurerNumber
from kaihoken.problems import Problem


class Role(StrEnum):
    """Who somebody is to the hub."""

    STAFF = "staff"  # 医療機関・薬局の職員
    MANAGER = "manager"  # その管理者
    OFFICER = "officer"  # 保険者の担当者
    SUPERVISOR = "supervisor"  # その管理者
    OPERATOR = "operator"  # ハブの運用者
    AUDITOR = "auditor"  # 監査人
    PATIENT = "patient"  # 本人
    COORDINATOR = "coordinator"  # 地域医療支援センターでキャリアを支援する担当者
    PLANNER = "planner"  # 医師確保計画の担当者
    PARTICIPANT = "participant"  # キャリア形成プログラムに参加する医師


class Right(StrEnum):
    """One thing that somebody may do."""

    ASK = "ask"  # 資格確認をする
    RECORD_CONSENT = "record-consent"  # 口頭の同意を本人に代わって記録する
    CHANGE_SETTINGS = "change-settings"  # 環境設定を変える
    OWN_LOG = "own-log"  # 自分の組織の記録を見る
    MANAGE_STAFF = "manage-staff"  # 招待し、止める
    REGISTER = "register"  # 加入者を登録する
    RECORD_PROXY = "record-proxy"  # 書類で代理を登録し、取り消す
    OPERATE = "operate"  # ハブを運用する
    SEARCH_LOG = "search-log"  # 記録を調べる
    VERIFY_RECEIPT = "verify-receipt"  # 受領証を検証する
    OWN_RECORD = "own-record"  # 自分の資格と、だれが見たかを見る
    OWN_CONSENTS = "own-consents"  # 自分の同意を見る、取り消す
    OWN_PROXIES = "own-proxies"  # 代理をたのむ、やめる
    KEEP_CAREERS = "keep-careers"  # キャリアの記録を書く
    OPEN_CAREERS = "open-careers"  # 名前の入ったキャリアの記録を、理由を述べて開く
    OWN_CAREER = "own-career"  # 自分のキャリアの記録を開く
    COUNT_CAREERS = "count-careers"  # 病院・診療科・年ごとの人数を出す


MAY: Mapping[Role, frozenset[Right]] = {
    Role.STAFF: frozenset({Right.ASK, Right.RECORD_CONSENT}),
    Role.MANAGER: frozenset(
        {Right.ASK, Right.RECORD_CONSENT, Right.CHANGE_SETTINGS, Right.OWN_LOG, Right.MANAGE_STAFF}
    ),
    Role.OFFICER: frozenset({Right.REGISTER, Right.RECORD_PROXY}),
    Role.SUPERVISOR: frozenset({Right.REGISTER, Right.RECORD_PROXY, Right.OWN_LOG, Right.MANAGE_STAFF}),
    Role.OPERATOR: frozenset({Right.OPERATE, Right.MANAGE_STAFF, Right.SEARCH_LOG, Right.VERIFY_RECEIPT}),
    Role.AUDITOR: frozenset({Right.SEARCH_LOG, Right.VERIFY_RECEIPT}),
    Role.PATIENT: frozenset({Right.OWN_RECORD, Right.OWN_CONSENTS, Right.OWN_PROXIES}),
    Role.COORDINATOR: frozenset({Right.KEEP_CAREERS, Right.OPEN_CAREERS, Right.COUNT_CAREERS}),
    Role.PLANNER: frozenset({Right.COUNT_CAREERS}),
    Role.PARTICIPANT: frozenset({Right.OWN_CAREER}),
}
"""What each role may do. Nobody may do everything: who operates the hub asks about nobody, who plans sees no name."""

MANAGES: Mapping[Role, frozenset[Role]] = {
    Role.MANAGER: frozenset({Role.STAFF, Role.MANAGER}),
    Role.SUPERVISOR: frozenset({Role.OFFICER, Role.SUPERVISOR}),
    Role.OPERATOR: frozenset(
        {
            Role.MANAGER,
            Role.SUPERVISOR,
            Role.OPERATOR,
            Role.AUDITOR,
            Role.PATIENT,
            Role.COORDINATOR,
            Role.PLANNER,
            Role.PARTICIPANT,
        }
    ),
}
"""Which roles somebody who may manage staff invites and disables: a manager and a supervisor those of their own
organisation, an operator the first of each organisation."""

OF_ONE_PERSON = frozenset({Role.PATIENT, Role.PARTICIPANT})
"""Roles whose account stands for one person: a patient of the hub, a participant of the book of careers."""

_FACILITY = frozenset({Role.STAFF, Role.MANAGER})
_INSURER = frozenset({Role.OFFICER, Role.SUPERVISOR})


def may(role: Role, right: Right) -> bool:
    """Whether a role has a right."""
    return right in MAY[role]


def require_right(role: Role, right: Right) -> None:
    """Problem `access.right-missing` where the role has not the right."""
    if not may(role, right):
        raise Problem("access.right-missing")


def organisation_named(code: str) -> str:
    """The organisation that a number names, of whichever kind, in canonical form. Problem `access.account-invalid`."""
    for role in (Role.MANAGER, Role.SUPERVISOR):
        with suppress(Problem):
            return organisation_of(role, code)
    raise Problem("access.account-invalid", where="organisation")


def organisation_of(role: Role, code: str) -> str:
    """The organisation that an account of that role belongs to, in canonical form: a 医療機関コード, a 保険者番号,
    or "" for roles that belong to none. Problem `access.account-invalid`, or what `identity` says of the code."""
    if role in _FACILITY:
        return FacilityCode.parse(code, "organisation").canonical
    if role in _INSURER:
        insurer = InsurerNumber.parse(code, "organisation")
        if insurer.is_unknown:
            raise Problem("access.account-invalid", where="organisation")
        return insurer.canonical
    if code:
        raise Problem("access.account-invalid", where="organisation")
    return ""
