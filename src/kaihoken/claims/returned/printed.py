"""Returned receipts and re-claims as lines for the terminal and as data."""

from collections.abc import Iterator, Sequence

import msgspec

from kaihoken.claims.checks import checks_of
from kaihoken.claims.report import Told, in_words
from kaihoken.claims.returned.edits import Change
from kaihoken.claims.returned.making import Claim
from kaihoken.claims.returned.told import ToldFile, ToldReason, ToldReceipt

UNSURE = " [未確認 / unconfirmed]"


class ClaimData(msgspec.Struct, frozen=True, kw_only=True):
    """A re-claim without its content. `left` are the places of the receipts that are not in it."""

    file: str
    changes: tuple[Change, ...]
    dropped: tuple[str, ...]
    kept: int
    diff: tuple[str, ...]
    findings: tuple[Told, ...]
    left: tuple[int, ...]


def file_lines(file: ToldFile) -> Iterator[str]:
    """The list of a returned file, in Japanese and English."""
    yield (
        f"{file.month} 返戻 / returned: {len(file.receipts)} 件 / receipts, {file.yen:,} 円 / yen"
        f" (審査支払機関 / house {file.house})"
    )
    for receipt in file.receipts:
        yield from _receipt_lines(receipt)
    for finding in file.findings:
        yield from finding_lines(finding)


def _receipt_lines(receipt: ToldReceipt) -> Iterator[str]:
    yield (
        f"[{receipt.place}] レセプト {receipt.receipt} 診療 {receipt.month} カルテ {receipt.chart or '-'}"
        f" {receipt.yen:,} 円 / yen"
    )
    for one in receipt.confirmations:
        unsure = UNSURE if one.unconfirmed else ""
        insurer = f" → {one.insurer}" if one.insurer else ""
        yield f"    資格確認 / insurance found: {one.payer_kind} {one.code} {one.name}{insurer}{unsure}"
    for reason in receipt.reasons:
        yield from _reason_lines(reason)
    for finding in receipt.findings:
        yield from finding_lines(finding)
    yield (
        "    → 直してから再請求できます / correct it, then claim it again"
        if receipt.can_reclaim
        else "    → 再請求はできません。月遅れの新しい請求になります / not as a re-claim: only as a new, late claim"
    )


def _reason_lines(reason: ToldReason) -> Iterator[str]:
    unsure = UNSURE if reason.unconfirmed else ""
    yield f"    {reason.code or '-'} {reason.kind_ja} / {reason.kind_en}"
    yield f"    「{reason.text}」{reason.more}"
    yield f"    {reason.why_ja}{unsure}"
    yield f"    {reason.why_en}"
    if reason.corrected_ja:
        yield f"    {reason.corrected_ja} / {reason.corrected_en}"
    yield f"    → {reason.remedy}"
    yield f"    → {reason.remedy_en}"


def finding_lines(finding: Told) -> Iterator[str]:
    """A finding for a terminal, in Japanese and English."""
    yield f"  ! {finding.line}行 / line: {finding.id}"
    yield f"    {finding.message_ja}"
    yield f"    {finding.message_en}"
    yield f"    → {finding.remedy}"
    yield f"    → {finding.remedy_en}"


def claim_lines(claim: Claim, left: Sequence[int] = ()) -> Iterator[str]:
    """What was made, changed, left out and kept; `left` are the places of the receipts that are not in it."""
    yield f"{claim.file_name}: 送る前に見てください / look at it before it is sent"
    for change in claim.changes:
        before, after = change.before or "（空）", change.after or "（空）"
        yield f"  {change.receipt}: {change.record}[{change.nth}].{change.field} {change.name}: {before} → {after}"
    yield f"  外した記録 / left out: {' '.join(claim.dropped)}"
    yield f"  そのままの履歴 / history kept: {claim.kept} 行 / lines"
    if left:
        yield f"  入れなかったレセプト / receipts not in it: {', '.join(f'[{place}]' for place in left)}"
    for finding in claim_data(claim).findings:
        yield from finding_lines(finding)


def claim_data(claim: Claim, left: Sequence[int] = ()) -> ClaimData:
    """The re-claim for programs."""
    checks = checks_of(None)
    return ClaimData(
        file=claim.file_name,
        changes=claim.changes,
        dropped=claim.dropped,
        kept=claim.kept,
        diff=claim.diff,
        findings=tuple(in_words(finding, checks[finding.check]) for finding in claim.findings),
        left=tuple(left),
    )
