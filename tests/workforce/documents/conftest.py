"""The chapter of one prefecture, made once for the tests of documents."""

from datetime import date

import pytest

from kaihoken.web import messages
from kaihoken.workforce.documents import Document, chapter_of
from kaihoken.workforce.plan import Spread, plan_of
from kaihoken.workforce.portrait import Atlas

CAUTION = messages("workforce").text("caution", "ja")
DAY = date(2026, 11, 22)


@pytest.fixture(scope="session")
def chapter() -> Document:
    return chapter_of(plan_of("岩手県", on=DAY, spread=Spread.PROPORTIONAL), Atlas.shipped(), caution=CAUTION)
