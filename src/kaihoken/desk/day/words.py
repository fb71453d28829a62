"""An answer in one line of a list."""

from markupsafe import Markup

from kaihoken.coverage import Answer, Situation
from kaihoken.coverage.view import retold, state_of
from kaihoken.web import Language, messages, read_aloud


def in_short(answer: Answer, language: Language) -> Markup:
    """The state with its share: 有効 2割 ＋公費, or 要確認."""
    words = messages("desk")
    if state_of(Situation(answer.situation)) == "clarify":
        return words.html("state.clarify", language)
    answer = retold(answer, language)
    title = read_aloud(answer.words.title, language)
    said = read_aloud(answer.share.text, language) if answer.share.kind in ("value", "range") else Markup()
    with_subsidy = words.html("state.with-subsidy", language) if answer.subsidies else Markup()
    return Markup(" ").join(part for part in (title, said, with_subsidy) if part)
