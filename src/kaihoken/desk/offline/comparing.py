"""What an answer says otherwise than what was taken down. Pure.

Silence differs from nothing: what the answer does not show, or what was not taken down, is no difference."""

from collections.abc import Iterator

from kaihoken.coverage import Answer, Situation
from kaihoken.coverage.view import state_of
from kaihoken.desk.day import TypedNumbers
from kaihoken.desk.offline.entry import Difference, TakenDown
from kaihoken.desk.patients import same_insurer
from kaihoken.identity import canonical_number, may_be_same_name

_AS_EXPECTED = "valid"
_BY_NUMBER = ("symbol", "number", "branch")


def differences(taken: TakenDown, name: str, answer: Answer) -> tuple[Difference, ...]:
    """Every way in which an answer differs from an entry about somebody of that name: the standing is not simply valid,
    another share, another person, other numbers."""
    return (
        *_standing(answer),
        *_share(taken, answer),
        *_person(name, answer),
        *_numbers(taken.numbers, answer),
    )


def between(first: Answer, second: Answer) -> tuple[Difference, ...]:
    """How two answers about one visit differ in what is taken at the counter."""
    said = [(one.words.title, one.share.text) for one in (first, second)]
    (title, share), (other_title, other_share) = said
    found = []
    if first.situation != second.situation:
        found.append(Difference("situation", title, other_title))
    if first.share.percent != second.share.percent:
        found.append(Difference("share", share, other_share))
    return tuple(found)


def _standing(answer: Answer) -> Iterator[Difference]:
    if state_of(Situation(answer.situation)) != _AS_EXPECTED:
        yield Difference("situation", "", answer.words.title)


def _share(taken: TakenDown, answer: Answer) -> Iterator[Difference]:
    paid, said = taken.share_percent, answer.share
    if paid is None or said.kind == "unknown":
        return
    lowest, highest = (said.percent, said.percent) if said.percent is not None else (said.low, said.high)
    if lowest is not None and highest is not None and not lowest <= paid <= highest:
        yield Difference("share", f"{paid // 10}割", said.text)


def _person(name: str, answer: Answer) -> Iterator[Difference]:
    registered = answer.results[0].name if answer.results else None
    if name and registered and not may_be_same_name(name, registered):
        yield Difference("name", name, registered)


def _numbers(numbers: TypedNumbers | None, answer: Answer) -> Iterator[Difference]:
    """What the register says otherwise of the numbers that were asked by; of an answer by card, of those taken down."""
    for one in answer.differences:
        if one.field in _BY_NUMBER:
            registered = getattr(answer.results[0], one.field, None) if answer.results else None
            yield Difference(one.field, one.asked, registered or one.text)
    told = {one.field for one in answer.differences}
    if numbers is None or not answer.results or answer.kind == "number":
        return
    registered = answer.results[0].insurer_number
    if registered and not same_insurer(numbers.insurer_number, registered):
        yield Difference("insurer_number", numbers.insurer_number, registered)
    known = answer.results[0].number
    if "number" not in told and known and canonical_number(known) != canonical_number(numbers.number):
        yield Difference("number", numbers.number, known)
