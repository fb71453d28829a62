"""The papers of an answer that is not "valid": 被保険者資格申立書 where the steps have it, 預り証 for 後日精算."""

from starlette.responses import Response

from kaihoken.claims.month import claim_day_of
from kaihoken.coverage import Answer
from kaihoken.desk.day import Visit
from kaihoken.desk.followup import is_unclear, may_declare
from kaihoken.desk.frame import Frame, Row, Visitor
from kaihoken.desk.papers import Declaration, Deposit, Left, declaration, deposit_receipt
from kaihoken.desk.printing import person_of, printing_of
from kaihoken.paper import Paper
from kaihoken.problems import Problem

VISIT = "/visit/{visit}"
_MOST_YEN = 9_999_999


async def print_declaration(frame: Frame, visitor: Visitor) -> Response:
    """POST /visit/{visit}/declaration: the paper, where the law knows it for what was presented. Problem
    `desk.declaration-not-here`."""
    visit = frame.desk.day.get(visitor.named["visit"])
    answer = _unclear_answer(visit)
    has_card = visitor.form.get("card") == "yes"
    if not may_declare(answer, has_card=has_card):
        raise Problem("desk.declaration-not-here")
    shares = shares_of(answer)
    stated = Declaration(
        person_of(frame, visit),
        reason=_reason(answer),
        shares=shares,
        share=shares[0] if len(shares) == 1 else None,
    )
    paper = declaration(stated, printing_of(frame, visitor))
    frame.desk.follow_ups.declared(visit)
    return _file(frame, paper)


async def print_deposit(frame: Frame, visitor: Visitor) -> Response:
    """POST /visit/{visit}/deposit: the 預り証. Without a sum it is written by hand. Problem `desk.amount`."""
    visit = frame.desk.day.get(visitor.named["visit"])
    _unclear_answer(visit)
    yen = _yen(visitor.form.get("yen", ""))
    paper = deposit_receipt(
        Deposit(
            person_of(frame, visit),
            (Left("本日の診療費として", yen),),
            number=visit.visit[:6],
            visited=visit.day,
            until=claim_day_of(visit.day),
            bring=("マイナンバーカードか資格確認書", "この預り証"),
        ),
        printing_of(frame, visitor),
    )
    frame.desk.follow_ups.left(visit, yen)
    return _file(frame, paper)


def shares_of(answer: Answer) -> tuple[int, ...]:
    """The shares in tenths that the answer says are lawful; none where they are not known."""
    share = answer.share
    if share.kind == "value" and share.percent is not None:
        return (share.percent // 10,)
    if share.kind == "range" and share.low is not None and share.high is not None:
        return tuple(range(share.low // 10, share.high // 10 + 1))
    return ()


def _unclear_answer(visit: Visit) -> Answer:
    """The newest answer, which leaves the coverage open. Problem `desk.nothing-unclear`."""
    if visit.last is None or not is_unclear(visit):
        raise Problem("desk.nothing-unclear")
    return visit.last.answer


def _reason(answer: Answer) -> str:
    return "certificate" if answer.situation.startswith("certificate-") else "not-visible"


def _yen(text: str) -> int | None:
    plain = text.replace(",", "").strip()
    if not plain:
        return None
    if not (plain.isascii() and plain.isdigit() and 0 < int(plain) <= _MOST_YEN):
        raise Problem("desk.amount", where="yen", most=f"{_MOST_YEN:,}")
    return int(plain)


def _file(frame: Frame, paper: Paper) -> Response:
    return frame.file(paper.content, "application/pdf", paper.file_name)


ROWS = (
    Row("POST", f"{VISIT}/declaration", print_declaration),
    Row("POST", f"{VISIT}/deposit", print_deposit),
)
"""Papers."""
