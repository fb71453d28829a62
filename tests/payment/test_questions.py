"""Every question that settles a share can be asked in every language."""

import pytest

from kaihoken.payment import ShareQuestion
from kaihoken.web import messages


@pytest.mark.parametrize("language", ["ja", "ja@easy", "en"])
def test_every_question_has_words_and_no_words_are_left_over(language):
    words = messages("payment")

    asked = {name for name in words.names(language) if name.startswith("share.")}
    assert asked == {question.value for question in ShareQuestion}
    for question in ShareQuestion:
        assert words.text(question, language)
        assert not words.facts(question, language)
