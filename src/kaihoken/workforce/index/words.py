"""An explanation in plain words, in Japanese, やさしい日本語 and English."""

from collections.abc import Sequence

from kaihoken.web import Language, messages
from kaihoken.workforce.index.explanation import Bar, Explanation

_SAID = messages("workforce")


def reading(explanation: Explanation, language: Language) -> str:
    """One sentence, what makes it differ, each bar with its amount as printed; bars that print 0.0 are left out."""
    printed = explanation.printed()
    bars = [bar for bar in explanation.bars if printed[bar.factor]]
    if not bars:
        same = "index.explain.same" if explanation.against == "nation" else "index.explain.unchanged"
        return _SAID.text(same, language)
    return _SAID.text(
        f"index.explain.{explanation.against}",
        language,
        clauses=_joined([_clause(explanation, bar, printed[bar.factor], language) for bar in bars], language),
    )


def label(factor: str, language: Language) -> str:
    """The name of a factor, to stand beside its bar."""
    return _SAID.text(f"index.factor.{factor}", language)


def signed(amount: float, decimals: int = 1) -> str:
    """An amount with its sign, as people write it: −107.7, +40.1."""
    sign = "−" if round(amount, decimals) < 0 else "+"
    return f"{sign}{abs(amount):.{decimals}f}"


def _clause(explanation: Explanation, bar: Bar, printed: float, language: Language) -> str:
    if explanation.against == "nation":
        way = "up" if printed > 0 else "down"
        words = _SAID.text(f"index.factor.{bar.factor}.{way}", language)
    else:
        words = _SAID.text("index.explain.change", language, label=label(bar.factor, language))
    return _SAID.text("index.explain.clause", language, words=words, amount=signed(printed))


def _joined(clauses: Sequence[str], language: Language) -> str:
    return _SAID.text("index.explain.and", language).join(clauses)
