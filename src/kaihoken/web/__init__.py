"""What pages are made of: words in three languages, layout and parts, static files, the headers of a page."""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.web.assets import PAGE_HEADERS, Assets
    from kaihoken.web.catalogues import (
        LANGUAGES,
        Language,
        Messages,
        messages,
        read_aloud,
        readings_in_brackets,
        with_readings,
    )
    from kaihoken.web.days import day_in_easy_text, day_in_words, day_on_page, time_in_words
    from kaihoken.web.forms import HERE, FilledForm, host_of, read_body, read_form, require_own_form
    from kaihoken.web.pages import Pages, State, path_in, split_language

__all__ = [
    "HERE",
    "LANGUAGES",
    "PAGE_HEADERS",
    "Assets",
    "FilledForm",
    "Language",
    "Messages",
    "Pages",
    "State",
    "day_in_easy_text",
    "day_in_words",
    "day_on_page",
    "host_of",
    "messages",
    "path_in",
    "read_aloud",
    "read_body",
    "read_form",
    "readings_in_brackets",
    "require_own_form",
    "split_language",
    "time_in_words",
    "with_readings",
]

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
