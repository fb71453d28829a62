"""A returned file as a list: the largest amount first, each receipt with why it came back and what is to be done."""

from collections.abc import Iterable, Iterator

import msgspec

from kaihoken.claims.checks import checks_of
from kaihoken.claims.month import asked_yen
from kaihoken.claims.receipt import Receipt
from kaihoken.claims.records import Meaning, code_tables
from kaihoken.claims.report import Told, in_words
from kaihoken.claims.returned.parts import Reason, Returned, ReturnedEnd, ReturnedHead, Step
from kaihoken.claims.returned.reasons import why_back


class ToldReason(msgspec.Struct, frozen=True, kw_only=True):
    """One reason. `text` and `more` are as the 審査支払機関 wrote them; `unconfirmed` says that our words for the
    code rest on no official list."""

    line: int
    code: str
    id: str
    month: str
    section: str
    kind: str
    kind_ja: str
    kind_en: str
    why_ja: str
    why_en: str
    text: str
    more: str
    corrected: str
    corrected_ja: str
    corrected_en: str
    remedy: str
    remedy_en: str
    known: bool
    unconfirmed: bool


class ToldConfirmation(msgspec.Struct, frozen=True, kw_only=True):
    """What the 審査支払機関 or an insurer found of the insurance (資格確認): 確認区分 with its name, of which payer,
    and the insurer that is registered, "" where it is not told."""

    payer_kind: str
    code: str
    name: str
    insurer: str
    unconfirmed: bool


class ToldReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """A receipt that came back. `place` counts in the file from 1 and is what a re-claim is asked for by."""

    place: int
    receipt: str
    month: str
    chart: str
    search: str
    points: int | None
    yen: int
    can_reclaim: bool
    confirmations: tuple[ToldConfirmation, ...]
    reasons: tuple[ToldReason, ...]
    findings: tuple[Told, ...]


class ToldFile(msgspec.Struct, frozen=True, kw_only=True):
    """A returned file: the receipts, largest amount first."""

    house: str
    month: str
    receipts: tuple[ToldReceipt, ...]
    yen: int
    findings: tuple[Told, ...]


def files_told(steps: Iterable[Step]) -> tuple[ToldFile, ...]:
    """Every file among the steps."""
    files: list[ToldFile] = []
    heads: list[ReturnedHead] = []
    receipts: list[ToldReceipt] = []
    for step in steps:
        if isinstance(step, ReturnedHead):
            heads.append(step)
        elif isinstance(step, Returned):
            receipts.append(_receipt(step))
        else:
            files.append(_file(heads[-1], receipts, step))
            receipts = []
    return tuple(files)


def _file(head: ReturnedHead, receipts: list[ToldReceipt], end: ReturnedEnd) -> ToldFile:
    checks = checks_of(head.terms.claimed)
    return ToldFile(
        house=head.terms.house,
        month=f"{head.terms.claimed:%Y-%m}" if head.terms.claimed else "",
        receipts=tuple(sorted(receipts, key=lambda one: (-one.yen, one.place))),
        yen=sum(one.yen for one in receipts),
        findings=tuple(
            in_words(finding, checks[finding.check]) for finding in (*head.findings, *end.findings)
        ),
    )


def _receipt(returned: Returned) -> ToldReceipt:
    receipt = returned.receipt
    payer = receipt.insurance or next(iter(receipt.publics), None)
    checks = checks_of(None)
    return ToldReceipt(
        place=receipt.place,
        receipt=returned.number,
        month=f"{receipt.month:%Y-%m}" if receipt.month else "",
        chart=receipt.chart,
        search=receipt.search,
        points=payer.points if payer else None,
        yen=asked_yen(receipt),
        can_reclaim=returned.can_reclaim,
        confirmations=tuple(_confirmations(receipt)),
        reasons=tuple(_reason(reason) for reason in returned.reasons),
        findings=tuple(in_words(finding, checks[finding.check]) for finding in returned.findings),
    )


def _confirmations(receipt: Receipt) -> Iterator[ToldConfirmation]:
    """Those that others wrote; a code that there is not is left to the checks."""
    if receipt.month is None:
        return
    kinds = code_tables(receipt.month)["confirmation"]
    for told in receipt.confirmations:
        kind = kinds.named(told.confirmation, receipt.month)
        if kind is not None and kind.means is not Meaning.FIRST_CLAIM:
            yield ToldConfirmation(
                payer_kind=told.payer_kind,
                code=kind.code,
                name=kind.name,
                insurer=receipt.text(told.line, "insurer").strip(),
                unconfirmed=not kind.sure,
            )


def _reason(reason: Reason) -> ToldReason:
    why = why_back(reason, reason.month)
    return ToldReason(
        line=reason.line.number,
        code=reason.code,
        id=why.id,
        month=f"{reason.month:%Y-%m}" if reason.month else "",
        section=reason.section,
        kind=reason.kind,
        kind_ja=why.kind_said("ja"),
        kind_en=why.kind_said("en"),
        why_ja=why.said("ja"),
        why_en=why.said("en"),
        text=reason.text,
        more=reason.more,
        corrected=reason.corrected,
        corrected_ja=why.corrected_said("ja"),
        corrected_en=why.corrected_said("en"),
        remedy=why.mended("ja"),
        remedy_en=why.mended("en"),
        known=why.known,
        unconfirmed=not why.confirmed,
    )
