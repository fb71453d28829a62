"""Who looked, in words: whoever saw something of a person is told, by the right name."""

from collections.abc import Mapping

import pytest

from kaihoken.audit import Match
from kaihoken.hub.pages.seen_view import KINDS, LOG_VIEW, seen_of
from kaihoken.web import LANGUAGES, messages

PERSON = "a" * 32


def a_look(kind: str, body: Mapping[str, object]) -> Match:
    assert kind in (*KINDS, LOG_VIEW)
    return Match(batch=3, index=1, at_ms=1_763_000_000_000, kind=kind, body=body, sound=True)


@pytest.mark.parametrize(
    ("kind", "body", "who", "code", "how", "fields"),
    [
        (
            "eligibility.answer",
            {"client": "clinic", "by": "9910000007", "kind": "number", "fields": ["name", "limit"]},
            "医院 clinic",
            "9910000007",
            "number",
            ("name", "limit"),
        ),
        (
            "consent.seen",
            {"client": "clinic", "by": "9910000007", "key": "k", "people": [PERSON], "consents": 2},
            "医院 clinic",
            "9910000007",
            "consents",
            ("consents",),
        ),
        ("consent.seen", {"client": "an account", "by": "", "key": ""}, "", "", "self", ("consents",)),
        ("consent.seen", {"client": "an account", "by": "", "key": "p"}, "", "", "proxy", ("consents",)),
        (
            "proxy.seen",
            {"account": "o", "by": "o", "organisation": "01139906", "person": PERSON},
            "",
            "01139906",
            "officer",
            ("proxies",),
        ),
        ("eligibility.answer", {"client": "c", "by": "1", "fields": "name"}, "医院 c", "1", "other", ()),
        ("eligibility.answer", {"client": "c", "by": "1", "fields": [["name"]]}, "医院 c", "1", "other", ()),
        ("person.own-view", {"proxy": "p", "organisation": ""}, "", "", "proxy", ()),
        ("person.looked-up", {"client": "ops", "by": ""}, "医院 ops", "", "auditor", ()),
        ("person.log-view", {"account": "m", "person": PERSON, "proxy": "p"}, "", "", "proxy", ("seen",)),
        (
            "account.seen",
            {"account": "o", "by": "o", "organisation": "", "person": PERSON},
            "",
            "",
            "operator",
            ("name",),
        ),
        ("log.searched", {"account": "a", "person": PERSON, "facility": "1"}, "", "", "log", ("seen",)),
        ("log.exported", {"account": "a", "person": PERSON, "facility": "1"}, "", "", "log", ("seen",)),
    ],
)
def test_each_look_is_told_by_who_looked_and_at_what(
    kind: str, body: Mapping[str, object], who: str, code: str, how: str, fields: tuple[str, ...]
) -> None:
    seen = seen_of(a_look(kind, body), lambda client, facility: f"医院 {client}")

    assert (seen.who, seen.code, seen.how, seen.fields) == (who, code, how, fields)
    assert bool(who) or f"seen.who.{how}" in messages("hub").names("ja")
    for language in LANGUAGES:
        assert "seen." not in str(seen.as_json(language))
