"""Who looked, in words: a record of the log as somebody reads it who is no programmer. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from kaihoken.audit import Match
from kaihoken.store import instant
from kaihoken.web import Language, messages

LOG_VIEW = "person.log-view"
_OWN_VIEW, _LOOKED_UP = "person.own-view", "person.looked-up"
_CONSENTS, _PROXIES, _ACCOUNT = "consent.seen", "proxy.seen", "account.seen"
_SEARCHES = ("log.searched", "log.exported")
KINDS = ("eligibility.answer", _LOOKED_UP, _OWN_VIEW, _CONSENTS, _PROXIES, _ACCOUNT, *_SEARCHES)
"""Which kinds of record say that somebody saw something of a person. `LOG_VIEW` says it too, of a proxy: that somebody
looked at this list themselves is on record and would fill it."""

_GROUPS = {
    "name": ("name", "kana", "name_reading", "name_flagged", "other_name", "other_kana", _ACCOUNT),
    "birthdate": ("birthdate", "preschool"),
    "address": ("address", "postal_code"),
    "sex": ("sex", "sex_other"),
    "insurer": ("insurer_name", "insurer_number", "coverage"),
    "number": ("symbol", "number", "branch", "reference_number"),
    "period": ("acquired", "lost", "loss_reason", "issued", "valid_from", "valid_to"),
    "share": ("share_percent", "elderly", "share"),
    "limit": ("limit", "limit_consent"),
    "disease": ("diseases", "disease_consent"),
    "ticket": ("tickets",),
    "subsidies": ("subsidies",),
    "relation": ("relation", "insured_name", "classification"),
    "situation": ("situation",),
    "seen": (LOG_VIEW, *_SEARCHES),
    "consents": (_CONSENTS,),
    "proxies": (_PROXIES,),
}
_GROUP_OF = {field: group for group, fields in _GROUPS.items() for field in fields}


@dataclass(frozen=True, slots=True)
class Seen:
    """One look: when, who (a name and a code), how asked (the message `seen.how.<how>`), which groups of fields left
    (`seen.field.<group>`; none: only that somebody asked), and where its record stands."""

    at: datetime
    who: str
    code: str
    how: str
    fields: tuple[str, ...]
    batch: int
    index: int

    def as_json(self, language: Language) -> dict[str, object]:
        """The same as data, with the words beside it."""
        said = messages("hub")
        return {
            "at": self.at.isoformat(),
            "who": self.who,
            "code": self.code,
            "how": self.how,
            "how_said": said.text(f"seen.how.{self.how}", language),
            "fields": list(self.fields),
            "fields_said": [said.text(f"seen.field.{field}", language) for field in self.fields],
            "record": f"{self.batch}/{self.index}",
        }


def seen_of(match: Match, name_of: Callable[[str, str], str]) -> Seen:
    """A record as a look. `name_of` knows the name of a client of a facility."""
    body = match.body
    how = _how(match.kind, body)
    unnamed = how in _UNNAMED
    named = (match.kind, *match.fields)
    seen = {_GROUP_OF[field] for field in named if field in _GROUP_OF}
    return Seen(
        at=instant(match.at_ms),
        who="" if unnamed else name_of(str(body.get("client", "")), str(body.get("by", ""))),
        code=str(body.get("organisation", "") if unnamed else body.get("by", "")),
        how=how,
        fields=tuple(group for group in _GROUPS if group in seen),
        batch=match.batch,
        index=match.index,
    )


def _how(kind: str, body: Mapping[str, object]) -> str:
    if kind in (_OWN_VIEW, LOG_VIEW):
        return "proxy" if body.get("proxy") else "self"
    if kind == _CONSENTS:  # a person's own page has no facility; there the key is the proxy
        return "consents" if body.get("by") else "proxy" if body.get("key") else "self"
    if kind == _PROXIES:
        return "officer"
    if kind == _ACCOUNT:
        return "operator"
    if kind in _SEARCHES:
        return "log"
    if kind == _LOOKED_UP:
        return "auditor"
    asked = str(body.get("kind", ""))
    return asked if asked in _WAYS else "other"


_UNNAMED = ("self", "proxy", "officer", "operator", "log")
"""Who is told by the message `seen.who.<how>` alone."""

_WAYS = ("number", "certificate", "reference", "bulk", "standing", "failure", "claims", "care-day")
