"""What pages are made of: words in three languages, layout and parts, static files, the headers of a page."""

from kaihoken.web.assets import PAGE_HEADERS, Assets
from kaihoken.web.days import day_in_easy_text, day_in_words, day_on_page, time_in_words
from kaihoken.web.messages import LANGUAGES, Language, Messages, messages, read_aloud, with_readings
from kaihoken.web.pages import Pages, State, path_in, split_language

__all__ = [
    "LANGUAGES",
    "PAGE_HEADERS",
    "Assets",
    "Language",
    "Messages",
    "Pages",
    "State",
    "day_in_easy_text",
    "day_in_words",
    "day_on_page",
    "messages",
    "path_in",
    "read_aloud",
    "split_language",
    "time_in_words",
    "with_readings",
]
