"""Registration rows as insurers send them: one JSON object each, checked field by field before anything is kept.

A row is a coverage, a subsidy or a certificate, under the `link` of its person: the opaque code by which the
registering side knows one person across insurers (as 連携符号 are; never the 個人番号, which enters nowhere).
"""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

import msgspec

from kaihoken.coverage.answer import DiseaseShown, ElderlyShown, LimitShown, TicketShown
from kaihoken.coverage.history import (
    Certificate,
    Coverage,
    ElderlyCertificate,
    Fact,
    LimitCertificate,
    MatchState,
    MedicalTicket,
    PublicExpense,
    SpecificDisease,
)
from kaihoken.coverage.matching import WELFARE
from kaihoken.coverage.names_once import repeated_name
from kaihoken.coverage.registration.row_checks import (
    check_code,
    check_first_day,
    check_kana,
    check_link,
    check_order,
    check_postal_code,
    check_required,
    check_texts,
    check_yen,
)
from kaihoken.coverage.registration.row_parts import (
    check_classification,
    check_diseases,
    check_elderly,
    check_late_share,
    check_limits,
    check_tickets,
)
from kaihoken.coverage.shape import misshapen
from kaihoken.identity import (
    LONGEST_SERIAL,
    FacilityCode,
    InsurerNumber,
    PayerNumber,
    RecipientNumber,
    canonical_issuer,
    canonical_number,
    canonical_serial,
    kana_half,
)
from kaihoken.problems import Problem


class ElderlyRow(ElderlyShown, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """高齢受給者証 in a row: the fields of the answer, and no other."""


class LimitRow(LimitShown, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """限度額適用認定証 in a row."""


class DiseaseRow(DiseaseShown, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """特定疾病療養受療証 in a row."""


class TicketRow(TicketShown, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """医療券・調剤券 in a row."""


class _Row(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    link: str
    withdrawn: bool = False


class CoverageRow(_Row, frozen=True, tag="coverage"):
    """One coverage period. Codes as in OQSCD; texts verbatim; `lost` is the first day without."""

    insurer_number: str
    insurer_name: str
    number: str
    name: str
    kana: str
    birthdate: date
    acquired: date
    symbol: str = ""
    branch: str = ""
    classification: str = "01"
    relation: str = ""
    insured_name: str = ""
    sex: str = "3"
    postal_code: str = ""
    address: str = ""
    lost: date | None = None
    loss_reason: str = ""
    issued: date | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    share_percent: int | None = None
    match: MatchState | None = None
    non_disclosure: bool = False
    received: date | None = None
    other_name: str = ""
    other_kana: str = ""
    sex_other: str = ""
    elderly: ElderlyRow | None = None
    limits: tuple[LimitRow, ...] = ()
    diseases: tuple[DiseaseRow, ...] = ()
    tickets: tuple[TicketRow, ...] = ()


class SubsidyRow(_Row, frozen=True, tag="subsidy"):
    """公費・地方単独. `end` is the first day without."""

    payer_number: str
    recipient_number: str
    scheme: str
    start: date
    end: date | None = None
    self_pay_yen: int | None = None


class CertificateRow(_Row, frozen=True, tag="certificate"):
    """利用者証明用電子証明書 of a person, kept under the one form of its issuer and serial."""

    issuer: str
    serial: str
    not_before: date
    not_after: date
    revoked: date | None = None


Row = CoverageRow | SubsidyRow | CertificateRow

_decode_row = msgspec.json.Decoder(Row).decode

_NAMES = frozenset(
    name
    for kind in (CoverageRow, SubsidyRow, CertificateRow, ElderlyRow, LimitRow, DiseaseRow, TicketRow)
    for name in ("kind", *kind.__struct_fields__)
)


def read_row(raw: msgspec.Raw, where: str) -> tuple[Row, Fact]:
    """One row and the fact that it states. Raises a Problem whose `where` is the path of the field."""
    try:
        row: Row = _decode_row(raw)
        repeated = repeated_name(bytes(raw), _NAMES)
    except msgspec.ValidationError as error:
        path, reason = misshapen(error)
        raise Problem("coverage.row-shape", where=f"{where}{path}", reason=reason) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # What carries the rows only skips over them: their texts are read here first.
        raise Problem("coverage.row-shape", where=where, reason="not JSON in UTF-8") from None
    if repeated is not None:
        raise Problem("coverage.row-repeated", where=f"{where}.{repeated}")
    check_link(row.link, f"{where}.link")
    if isinstance(row, CoverageRow):
        return row, _coverage(row, where)
    if isinstance(row, SubsidyRow):
        return row, _subsidy(row, where)
    return row, _certificate(row, where)


def _coverage(row: CoverageRow, where: str) -> Coverage:
    insurer = _insurer(row, where)
    scheme = insurer.scheme
    if not canonical_number(row.number):
        raise Problem("coverage.row-number", where=f"{where}.number")
    if row.branch and not (len(row.branch) == 2 and row.branch.isascii() and row.branch.isdigit()):
        raise Problem("coverage.row-branch", where=f"{where}.branch")
    check_code("OQSCD010", row.classification, f"{where}.classification")
    check_classification(row.classification, scheme, f"{where}.classification")
    check_code("OQSCD007", row.sex, f"{where}.sex")
    check_code("OQSCD007", row.sex_other, f"{where}.sex_other", empty=True)
    check_code("OQSCD009", row.relation, f"{where}.relation", empty=True)
    check_code("OQSCD008", row.loss_reason, f"{where}.loss_reason", empty=True)
    check_first_day(row.birthdate, f"{where}.birthdate")
    check_order(row.birthdate, row.acquired, f"{where}.acquired")
    check_order(row.acquired, row.lost, f"{where}.lost")
    check_order(row.valid_from, row.valid_to, f"{where}.valid_to")
    check_texts(row, where)
    check_kana(row.kana, f"{where}.kana")
    if row.other_kana:
        check_kana(row.other_kana, f"{where}.other_kana")
    if row.postal_code:
        check_postal_code(row.postal_code, f"{where}.postal_code")
    if row.share_percent is not None:
        check_late_share(row.share_percent, scheme, f"{where}.share_percent")
    if row.elderly is not None:
        check_elderly(row.elderly, row.birthdate, scheme, f"{where}.elderly")
    if row.limits:
        check_limits(row.limits, row.birthdate, scheme, f"{where}.limits")
    if row.diseases:
        check_diseases(row.diseases, f"{where}.diseases")
    if row.tickets:
        check_tickets(row.tickets, row.classification, f"{where}.tickets")
    return Coverage(
        insurer_number=insurer.canonical,
        insurer_name=row.insurer_name,
        symbol=row.symbol,
        number=row.number,
        branch=row.branch,
        classification=row.classification,
        relation=row.relation,
        insured_name=row.insured_name,
        name=row.name,
        kana=kana_half(row.kana),
        sex=row.sex,
        birthdate=row.birthdate,
        postal_code=row.postal_code,
        address=row.address,
        acquired=row.acquired,
        lost=row.lost,
        loss_reason=row.loss_reason,
        issued=row.issued,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        share_percent=row.share_percent,
        match=row.match or "pending",
        non_disclosure=row.non_disclosure,
        received=row.received,
        other_name=row.other_name,
        other_kana=kana_half(row.other_kana),
        sex_other=row.sex_other,
        elderly=_same(ElderlyCertificate, row.elderly) if row.elderly is not None else None,
        limits=tuple(_same(LimitCertificate, limit) for limit in row.limits),
        diseases=tuple(_same(SpecificDisease, disease) for disease in row.diseases),
        tickets=tuple(map(_ticket, row.tickets)),
        withdrawn=row.withdrawn,
    )


def insurer_field(row: Row) -> str:
    """The field that says for whom a row speaks; of a certificate its kind, because no insurer speaks of those."""
    if isinstance(row, CoverageRow):
        return "insurer_number"
    return "payer_number" if isinstance(row, SubsidyRow) else "kind"


def _insurer(row: CoverageRow, where: str) -> InsurerNumber:
    at = f"{where}.insurer_number"
    if row.classification == WELFARE:
        return InsurerNumber(PayerNumber.parse(row.insurer_number, at).canonical)
    return InsurerNumber.parse(row.insurer_number, at)


def _ticket(ticket: TicketShown) -> MedicalTicket:
    # A question names its facility in canonical form, and a ticket is for one facility.
    canonical = FacilityCode.parse(ticket.facility).canonical
    return msgspec.structs.replace(_same(MedicalTicket, ticket), facility=canonical)


def _subsidy(row: SubsidyRow, where: str) -> PublicExpense:
    check_first_day(row.start, f"{where}.start")
    check_order(row.start, row.end, f"{where}.end")
    check_yen(row.self_pay_yen, f"{where}.self_pay_yen")
    check_required(row.scheme, f"{where}.scheme")
    return PublicExpense(
        payer_number=PayerNumber.parse(row.payer_number, f"{where}.payer_number").canonical,
        recipient_number=RecipientNumber.parse(row.recipient_number, f"{where}.recipient_number").canonical,
        scheme=row.scheme,
        start=row.start,
        end=row.end,
        self_pay_yen=row.self_pay_yen,
        withdrawn=row.withdrawn,
    )


def _certificate(row: CertificateRow, where: str) -> Certificate:
    serial = canonical_serial(row.serial)
    if not serial:
        raise Problem("coverage.row-serial", where=f"{where}.serial", most=LONGEST_SERIAL)
    check_required(row.issuer, f"{where}.issuer")
    issuer = canonical_issuer(row.issuer)
    if not issuer:
        raise Problem("coverage.row-issuer", where=f"{where}.issuer")
    check_first_day(row.not_before, f"{where}.not_before")
    check_order(row.not_before, row.not_after, f"{where}.not_after")
    return Certificate(
        issuer=issuer,
        serial=serial,
        not_before=row.not_before,
        not_after=row.not_after,
        revoked=row.revoked,
        withdrawn=row.withdrawn,
    )


T = TypeVar("T")


def _same(kind: Callable[..., T], named: msgspec.Struct) -> T:
    return kind(**msgspec.structs.asdict(named))
