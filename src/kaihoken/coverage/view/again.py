"""An answer that is kept, shown to who reads another language."""

from kaihoken.coverage.answer import Answer
from kaihoken.web import Language


def retold(answer: Answer, language: Language) -> Answer:
    """The answer in that language, as far as what it holds tells it (`coverage.words.retold`)."""
    if answer.language == language:
        return answer
    from kaihoken.coverage import words  # the rules behind the words are for who changes the language

    return words.retold(answer, language)
