"""What stands inside a coverage row, and whether it can stand there: classification, shares, certificates and tickets
against the insurer's law and the person's age. Each check raises the Problem of the field at its path.

Days decide by the certificate's own period, never by today: insurers send a certificate before it begins.
"""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from kaihoken.coverage.answer import DiseaseShown, ElderlyShown, LimitShown, TicketShown
from kaihoken.coverage.matching import WELFARE
from kaihoken.coverage.registration.row_checks import (
    check_code,
    check_order,
    check_percent,
    check_required,
    check_text,
    check_yen,
)
from kaihoken.identity import FacilityCode, Scheme, elderly_from, late_elderly_from
from kaihoken.problems import Problem

_SCHEMES = {"06": Scheme.SPECIAL_RETIREE, "07": Scheme.SELF_DEFENCE, WELFARE: Scheme.PUBLIC_EXPENSE}
"""The 被保険者証区分 that name their scheme: 特例退職, 自衛官, 医療扶助. All others stand with any insurance."""

_BELOW_70 = "A"
"""First letter of the bands (適用区分) of those below 70; all other bands are for 70 and over."""

_LATE_ELDERLY_ONLY = frozenset(("B09", "B10"))
"""一般Ⅱ and 一般Ⅰ: bands of 後期高齢者医療 alone."""

_WITHOUT_ELDERLY_CERTIFICATE = frozenset((Scheme.LATE_ELDERLY, Scheme.PUBLIC_EXPENSE))


def check_classification(classification: str, scheme: Scheme, where: str) -> None:
    """被保険者証区分 against the law of the insurer number."""
    wanted = _SCHEMES.get(classification)
    if scheme is wanted or (wanted is None and scheme is not Scheme.PUBLIC_EXPENSE):
        return
    raise Problem("coverage.row-classification", where=where)


def check_late_share(percent: int, scheme: Scheme, where: str) -> None:
    """一部負担金割合: registered for 後期高齢者 only."""
    check_percent(percent, where)
    if scheme is not Scheme.LATE_ELDERLY:
        raise Problem("coverage.row-late-share", where=where)


def check_elderly(elderly: ElderlyShown, birthdate: date, scheme: Scheme, where: str) -> None:
    """高齢受給者証: for those of 70 to 74 while it is valid, with an insurance that gives one."""
    check_percent(elderly.share_percent, f"{where}.share_percent")
    check_order(elderly.valid_from, elderly.valid_to, f"{where}.valid_to")
    if scheme in _WITHOUT_ELDERLY_CERTIFICATE:
        raise Problem("coverage.row-elderly", where=where)
    end = late_elderly_from(birthdate)
    if not elderly_from(birthdate) <= elderly.valid_from < end:
        raise Problem("coverage.row-elderly", where=f"{where}.valid_from")
    if elderly.valid_to is not None and elderly.valid_to >= end:
        raise Problem("coverage.row-elderly", where=f"{where}.valid_to")


def check_limits(limits: Sequence[LimitShown], birthdate: date, scheme: Scheme, where: str) -> None:
    """限度額適用認定証: each by itself and for the person's age, and one at a time."""
    for index, limit in enumerate(limits):
        at = f"{where}[{index}]"
        check_code("OQSCD011", limit.classification, f"{at}.classification")
        check_code("OQSCD012", limit.category, f"{at}.category")
        check_order(limit.valid_from, limit.valid_to, f"{at}.valid_to")
        if not _band_applies(limit, birthdate, scheme):
            raise Problem("coverage.row-limit", where=f"{at}.category")
    _check_apart(list(enumerate(limits)), where)


def _band_applies(limit: LimitShown, birthdate: date, scheme: Scheme) -> bool:
    """Whether the person is of the band's age on a day of the certificate. Where no last day is known the first one
    decides, because a certificate without an end reaches every age."""
    late = scheme is Scheme.LATE_ELDERLY
    if limit.category in _LATE_ELDERLY_ONLY:
        return late
    first = elderly_from(birthdate)
    if limit.category.startswith(_BELOW_70):
        return not late and limit.valid_from < first
    return late or (limit.valid_to or limit.valid_from) >= first


def check_diseases(diseases: Sequence[DiseaseShown], where: str) -> None:
    """特定疾病療養受療証: each by itself, and of a disease one at a time."""
    by_category: dict[str, list[tuple[int, DiseaseShown]]] = {}
    for index, disease in enumerate(diseases):
        at = f"{where}[{index}]"
        check_code("OQSCD013", disease.category, f"{at}.category")
        check_order(disease.valid_from, disease.valid_to, f"{at}.valid_to")
        check_yen(disease.monthly_limit_yen, f"{at}.monthly_limit_yen")
        by_category.setdefault(disease.category, []).append((index, disease))
    for numbered in by_category.values():
        _check_apart(numbered, where)


def _check_apart(numbered: Sequence[tuple[int, LimitShown | DiseaseShown]], where: str) -> None:
    """Certificates that take each other's place: none begins before the one before it has ended."""
    for (one, earlier), (other, later) in pairwise(sorted(numbered, key=_first_day)):
        if earlier.valid_to is None or later.valid_from <= earlier.valid_to:
            raise Problem("coverage.row-overlap", where=f"{where}[{max(one, other)}].valid_from")


def _first_day(numbered: tuple[int, LimitShown | DiseaseShown]) -> date:
    return numbered[1].valid_from


def check_tickets(tickets: Sequence[TicketShown], classification: str, where: str) -> None:
    """医療券・調剤券: of 医療扶助 only."""
    if classification != WELFARE:
        raise Problem("coverage.row-ticket", where=where)
    for index, ticket in enumerate(tickets):
        _check_ticket(ticket, f"{where}[{index}]")


def _check_ticket(ticket: TicketShown, at: str) -> None:
    check_code("OQSCD018", ticket.ticket_type, f"{at}.ticket_type")
    check_code("OQSCD019", ticket.treatment_type, f"{at}.treatment_type")
    check_code("OQSCD020", ticket.single_or_combined, f"{at}.single_or_combined")
    check_code("OQSCD021", ticket.social_insurance, f"{at}.social_insurance")
    FacilityCode.parse(ticket.facility, f"{at}.facility")
    check_order(ticket.valid_from, ticket.valid_to, f"{at}.valid_to")
    check_yen(ticket.self_pay_yen, f"{at}.self_pay_yen")
    check_required(ticket.facility_name, f"{at}.facility_name")
    check_required(ticket.issue_number, f"{at}.issue_number")
    check_text(ticket.district_contact, f"{at}.district_contact")
