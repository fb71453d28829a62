"""A verdict in words, for staff and for the patient, in Japanese, やさしい日本語 and English.

The words are entries of the room's catalogue (locale/), chosen by situation; nothing is composed here but dates and
shares. The patient's words never name a reason.
"""

from datetime import date, timedelta
from functools import lru_cache

import msgspec

from kaihoken import rules
from kaihoken.coverage.answer import (
    AdvisorySaid,
    Answer,
    DifferenceSaid,
    DueSaid,
    Result,
    ShareSaid,
    StepSaid,
    Words,
)
from kaihoken.coverage.due import Due, DueBasis, steps_for
from kaihoken.coverage.inquiry import QuestionKind
from kaihoken.coverage.lag import RegistrationLag
from kaihoken.coverage.verdict import Advisory, ShareBasis, Situation, StepKind, Verdict
from kaihoken.identity import shown
from kaihoken.payment import Share, ShareKind, ShareQuestion
from kaihoken.web import LANGUAGES, Language, day_in_easy_text, messages

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def words_for(verdict: Verdict, kind: QuestionKind, language: Language) -> Words:
    """Title and sentences for the situation and the way of asking."""
    coverage = verdict.coverages[0] if verdict.coverages else None
    lost = coverage.lost if coverage is not None else None
    return _situation(verdict.situation, kind, lost, verdict.since, language)


def share_said(share: Share, basis: ShareBasis, language: Language) -> ShareSaid:
    """The share with its text: 「3割」, 「1割から3割」, or that it is not known."""
    return _share(share, basis, language)


def due_said(due: Due | None, language: Language) -> DueSaid | None:
    """What the patient pays in place of the share, with its text: 「1日 200 円まで」."""
    if due is None:
        return None
    return DueSaid(basis=due.basis.value, text=_due_text(due, language), yen=due.yen)


def steps_said(verdict: Verdict, due: Due | None, language: Language) -> tuple[StepSaid, ...]:
    """The next steps in order."""
    return _steps(steps_for(verdict.steps, due), verdict.share, due, language)


def advisories_said(
    verdict: Verdict, advisories: tuple[Advisory, ...], language: Language
) -> tuple[AdvisorySaid, ...]:
    """What to watch, with the dates and days that belong to it."""
    if not advisories:
        return ()
    coverage = verdict.coverages[0] if verdict.coverages else None
    # Only what is said in them, or nearly nobody's would be in the cache.
    valid_to = coverage.valid_to if coverage is not None and Advisory.DOCUMENT_EXPIRED in advisories else None
    name = shown(coverage.name) if coverage is not None and Advisory.NAME_EXTERNAL in advisories else ""
    return tuple(_advisory(kind, valid_to, name, verdict.on, language) for kind in advisories)


def differences_said(verdict: Verdict, language: Language) -> tuple[DifferenceSaid, ...]:
    """How the register differs from what was asked."""
    text = messages("coverage").text
    return tuple(
        DifferenceSaid(
            kind=difference.kind.value,
            field=difference.field,
            asked=difference.asked,
            text=text(f"difference.{difference.kind.value}", language),
        )
        for difference in verdict.differences
    )


def retold(answer: Answer, language: Language) -> Answer:
    """An answer that is kept, told in another language than that in which it was asked. What cannot be told anew from
    the facts of the answer, word for word as it stands there, stays as it is: words of an earlier version, a fact that
    the answer does not hold."""
    asked_in = next((one for one in LANGUAGES if one == answer.language), language)
    if asked_in == language:
        return answer
    try:
        before, after = (_parts(answer, asked_in, one) for one in (asked_in, language))
    except ValueError:  # a code of another version
        return answer
    anew = {name: part for name, part in after.items() if before[name] == getattr(answer, name)}
    return msgspec.structs.replace(answer, language=language, **anew)


def _parts(answer: Answer, asked_in: Language, language: Language) -> dict[str, object]:
    """All that is said in an answer that was asked in one language, in another, by field."""
    first = answer.results[0] if answer.results else Result()
    share, due = _share_in(answer, asked_in), _due_in(answer)
    text = messages("coverage").text
    return {
        "words": _situation(
            Situation(answer.situation), QuestionKind(answer.kind), first.lost, answer.since, language
        ),
        "share": _share(share, ShareBasis(answer.share.basis), language),
        "due": due_said(due, language),
        "steps": _steps(tuple(StepKind(one.kind) for one in answer.steps), share, due, language),
        "advisories": tuple(
            _advisory(Advisory(one.kind), first.valid_to, shown(first.name or ""), answer.on, language)
            for one in answer.advisories
        ),
        "differences": tuple(
            msgspec.structs.replace(one, text=text(f"difference.{one.kind}", language))
            for one in answer.differences
        ),
    }


def _share_in(answer: Answer, asked_in: Language) -> Share:
    said = answer.share
    asks = (one for one in ShareQuestion if messages("payment").text(one.value, asked_in) == said.ask)
    return Share(ShareKind(said.kind), said.percent, said.low, said.high, next(asks, None))


def _due_in(answer: Answer) -> Due | None:
    if answer.due is None:
        return None
    schemes = "、".join(dict.fromkeys(one.scheme for one in answer.subsidies))
    return Due(DueBasis(answer.due.basis), answer.due.yen, schemes)


@lru_cache(maxsize=4096)
def day_said(day: date | None, language: Language) -> str:
    """A day as people read it: 2026年10月31日, 31 October 2026."""
    if day is None:
        return ""
    if language == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    if language == "ja@easy":
        return day_in_easy_text(day)
    return f"{day.year}年{day.month}月{day.day}日"


@lru_cache(maxsize=8192)
def _situation(
    situation: Situation, kind: QuestionKind, lost: date | None, since: date | None, language: Language
) -> Words:
    text = messages("coverage").text
    last = day_said(lost - timedelta(days=1) if lost is not None else None, language)
    facts = {"last": last, "since": day_said(since, language)}
    stem = f"situation.{situation.value}"
    return Words(
        title=text(f"{stem}.title", language),
        staff=text(f"{stem}.staff{_variant(situation, kind, since)}", language, **facts),
        patient=text(f"{stem}.patient", language),
    )


def _variant(situation: Situation, kind: QuestionKind, since: date | None) -> str:
    if situation is Situation.PENDING and since is None:
        return ".undated"
    if situation is Situation.MULTIPLE and kind is QuestionKind.CERTIFICATE:
        return ".by-card"
    if situation in (Situation.NOT_FOUND, Situation.MULTIPLE) and kind is QuestionKind.REFERENCE:
        return ".by-reference"
    if situation in (Situation.NOT_FOUND, Situation.MULTIPLE) and kind is QuestionKind.FAILURE:
        return ".by-items"
    return ""


@lru_cache(maxsize=256)
def _share(share: Share, basis: ShareBasis, language: Language) -> ShareSaid:
    return ShareSaid(
        kind=share.kind.value,
        basis=basis.value,
        text=_share_text(share, language),
        ask=_ask_text(share, language) or None,
        percent=share.percent,
        low=share.low,
        high=share.high,
    )


@lru_cache(maxsize=256)
def _share_text(share: Share, language: Language) -> str:
    text = messages("coverage").text
    if share.kind is ShareKind.VALUE:
        percent = share.percent or 0
        return text("share.value", language, tenths=percent // 10, percent=percent)
    if share.kind is ShareKind.RANGE:
        low, high = share.low or 0, share.high or 0
        return text(
            "share.range",
            language,
            low=low // 10,
            high=high // 10,
            low_percent=low,
            high_percent=high,
        )
    return text(f"share.{share.kind.value}", language)


def _ask_text(share: Share, language: Language) -> str:
    return messages("payment").text(share.question.value, language) if share.question is not None else ""


@lru_cache(maxsize=256)
def _due_text(due: Due, language: Language) -> str:
    text = messages("coverage").text
    if due.yen is None:
        return text(f"due.{due.basis.value}.asking", language)
    if due.yen == 0:
        return text("due.free", language)
    return text(f"due.{due.basis.value}", language, yen=f"{due.yen:,}")


@lru_cache(maxsize=2048)
def _steps(
    steps: tuple[StepKind, ...], share: Share, due: Due | None, language: Language
) -> tuple[StepSaid, ...]:
    text = messages("coverage").text
    facts = {
        "share": _share_text(share, language),
        "ask": _ask_text(share, language),
        "due": _due_text(due, language) if due is not None else "",
        "scheme": due.scheme if due is not None else "",
    }
    return tuple(
        StepSaid(kind=step.value, text=text(f"step.{_told_as(step, share, due)}", language, **facts))
        for step in steps
    )


def _told_as(step: StepKind, share: Share, due: Due | None) -> str:
    """A share or a sum that is not settled is told with what settles it."""
    if step is StepKind.RECEIVE and share.kind is ShareKind.RANGE:
        return "receive.seen"  # a step in front of it says where to see it
    settled = (
        due is not None and due.yen is not None if step in _DUE else share.kind not in _ASKING.get(step, ())
    )
    return step.value if settled else f"{step.value}.asking"


_DUE = (StepKind.RECEIVE_WITH_SUBSIDY, StepKind.RECEIVE_BY_TICKET)

_ASKING = {
    StepKind.RECEIVE: (ShareKind.UNKNOWN,),
    StepKind.RECEIVE_BY_CONFIRMATION: (ShareKind.UNKNOWN, ShareKind.RANGE),
    StepKind.DECLARATION: (ShareKind.UNKNOWN, ShareKind.RANGE),
    StepKind.DECLARATION_IF_CARD_UNREADABLE: (ShareKind.UNKNOWN, ShareKind.RANGE),
    StepKind.DECLARATION_WITH_CARD: (ShareKind.UNKNOWN, ShareKind.RANGE),
}


@lru_cache(maxsize=2048)
def _advisory(kind: Advisory, valid_to: date | None, name: str, on: date, language: Language) -> AdvisorySaid:
    days = rules.load(RegistrationLag, on=on).usual_days if kind is Advisory.LAG_LIKELY else 0
    text = messages("coverage").text(
        f"advisory.{kind.value}", language, days=days, valid_to=day_said(valid_to, language), name=name
    )
    return AdvisorySaid(kind=kind.value, text=text)
