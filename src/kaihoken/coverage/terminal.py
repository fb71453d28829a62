"""An answer as lines of text for a person at a terminal: the words, then what the register says, in short."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Literal

from rich.cells import cell_len, set_cell_size

from kaihoken import rules
from kaihoken.coverage.answer import Answer, Result
from kaihoken.coverage.verdict import Situation, Validity
from kaihoken.identity import InsurerNumber
from kaihoken.web import messages

Tongue = Literal["ja", "en"]

_LABELS = {
    "insurer_number": ("保険者", "Insurer"),
    "symbol": ("記号", "Symbol"),
    "number": ("番号", "Number"),
    "branch": ("枝番", "Branch"),
    "reference_number": ("照会番号", "Reference no."),
    "name": ("氏名", "Name"),
    "kana": ("カナ", "Kana"),
    "relation": ("本人・家族", "Relation"),
    "sex": ("性別", "Sex"),
    "share_percent": ("負担割合", "Share"),
    "acquired": ("資格取得日", "Covered from"),
    "lost": ("資格喪失日", "Not covered from"),
    "loss_reason": ("喪失の事由", "Reason"),
    "valid": ("有効期間", "Valid"),
    "elderly": ("高齢受給者証", "70 to 74"),
    "limit": ("限度額", "Ceiling"),
    "disease": ("特定疾病", "Specific disease"),
    "ticket": ("医療券・調剤券", "Ticket"),
    "subsidy": ("公費", "Subsidy"),
    "since": ("届け出・開始", "Since"),
    "asked": ("質問", "Asked"),
    "registered": ("登録", "Register"),
}

_PLAIN = (
    "symbol", "number", "branch", "reference_number", "name", "kana", "relation", "share_percent", "acquired", "lost",
    "loss_reason",
)  # fmt: skip

_COVERED = (Validity.VALID, Validity.VALID_UNREGISTERED)

Row = tuple[str, ...]


def lines_of(answer: Answer) -> Iterator[str]:
    """The answer line by line: what it means, what to do, one table for each coverage, one for what differs."""
    tongue: Tongue = "en" if answer.language == "en" else "ja"
    yield _headline(answer, tongue)
    yield answer.words.staff
    for number, step in enumerate(answer.steps, start=1):
        yield f"{number}. {step.text}"
    for advisory in answer.advisories:
        yield f"△ {advisory.text}"
    for result in answer.results:
        yield from _table(_coverage(result, tongue))
    yield from _table(_beside(answer, tongue))
    yield from _table(_differences(answer, tongue))


def _headline(answer: Answer, tongue: Tongue) -> str:
    """The word and what is taken today. Of a coverage that is to be clarified the official word stands there, and the
    share only in the step that says how it is taken."""
    if answer.validity in _COVERED or answer.situation == Situation.PENDING:
        due = answer.due.text if answer.due is not None else ""
        return _joined(answer.words.title, due, answer.share.text)
    if answer.validity is None:
        return answer.words.title
    return _joined(answer.words.title, rules.code_list("OQSCD006").shown(answer.validity, tongue))


def _coverage(result: Result, tongue: Tongue) -> Iterator[Row]:
    insurer = _as_read("insurer_number", result.insurer_number, tongue)
    yield _fact("insurer_number", _joined(insurer, result.insurer_name), tongue)
    for name in _PLAIN:
        yield _fact(name, _as_read(name, getattr(result, name), tongue), tongue)
    yield _fact("valid", _span(result.valid_from, result.valid_to), tongue)
    if (elderly := result.elderly) is not None:
        share = _as_read("share_percent", elderly.share_percent, tongue)
        yield _fact("elderly", _joined(share, _span(elderly.valid_from, elderly.valid_to)), tongue)
    if (limit := result.limit) is not None:
        category = rules.code_list("OQSCD012").shown(limit.category, tongue)
        yield _fact("limit", _joined(category, _span(limit.valid_from, limit.valid_to)), tongue)
    for disease in result.diseases:
        category = rules.code_list("OQSCD013").shown(disease.category, tongue)
        yield _fact("disease", _joined(category, _span(disease.valid_from, disease.valid_to)), tongue)
    for ticket in result.tickets:
        sort = rules.code_list("OQSCD018").shown(ticket.ticket_type, tongue)
        yield _fact("ticket", _joined(sort, _span(ticket.valid_from, ticket.valid_to)), tongue)


def _beside(answer: Answer, tongue: Tongue) -> Iterator[Row]:
    """What stands beside the coverages: subsidies, and since when the situation is as it is."""
    for subsidy in answer.subsidies:
        last = subsidy.end - timedelta(days=1) if subsidy.end is not None else None
        numbers = f"{subsidy.payer_number} {subsidy.recipient_number}"
        yield _fact("subsidy", _joined(subsidy.scheme, numbers, _span(subsidy.start, last)), tongue)
    yield _fact("since", _as_read("since", answer.since, tongue), tongue)


def _differences(answer: Answer, tongue: Tongue) -> Iterator[Row]:
    if answer.differences:
        yield "", _label("asked", tongue), _label("registered", tongue), ""
    registered = answer.results[0] if answer.results else None
    for difference in answer.differences:
        name = difference.field
        stands = getattr(registered, name, None)
        if name == "share_percent":
            stands = answer.share.percent  # what the law makes of it, which the field alone does not say
        asked = _as_read(name, difference.asked, tongue)
        yield _label(name, tongue), asked or "–", _as_read(name, stands, tongue) or "–", difference.text


def _table(rows: Iterable[Row]) -> Iterator[str]:
    """The rows that say something, under an empty line, with columns as wide as what stands in them."""
    filled = [row for row in rows if row[1]]
    if not filled:
        return
    widths = [max(map(cell_len, column)) for column in zip(*filled, strict=True)]
    yield ""
    for row in filled:
        cells = (set_cell_size(cell, width) for cell, width in zip(row, widths, strict=True))
        yield f"  {'  '.join(cells)}".rstrip()


def _fact(name: str, value: str, tongue: Tongue) -> Row:
    return _label(name, tongue), value


def _label(name: str, tongue: Tongue) -> str:
    return _LABELS[name][tongue == "en"]


def _as_read(name: str, value: object, tongue: Tongue) -> str:
    """A field as people read it: codes as their labels, numbers as on paper. Empty where there is nothing."""
    if not value:
        return ""
    text = str(value)
    match name:
        case "insurer_number":
            return InsurerNumber.as_written(text).unpadded
        case "relation":
            return rules.code_list("OQSCD009").shown(text, tongue)
        case "sex":
            return rules.code_list("OQSCD007").shown(text, tongue)
        case "loss_reason":
            return rules.code_list("OQSCD008").shown(text, tongue)
        case "share_percent":
            percent = int(text)
            return messages("coverage").text("share.value", tongue, tenths=percent // 10, percent=percent)
        case _:
            return text


def _span(first: date | None, last: date | None) -> str:
    return f"{first or ''} – {last or ''}".strip() if first or last else ""


def _joined(*parts: str | None) -> str:
    return "  ".join(part for part in parts if part)
