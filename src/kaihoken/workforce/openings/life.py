"""The procedure of an opening in a 外来医師過多区域 as a table of states and events (医療法第30条の18の6).

Pure: no clock, no store, no days. Every step is the prefecture's, but for the designation, which is the 地方厚生局's.
Source: 厚生労働省 2025-09-11 and the reports on the act of 2025; the text of the act was not read.
"""

from enum import StrEnum
from typing import Final

from kaihoken.transitions import Transitions


class State(StrEnum):
    """Where a notice stands."""

    NOTIFIED = "notified"  # 届出
    INVITED = "invited"  # 協議の場への参加の求め
    CLOSED = "closed"  # 協議の結果、要請なし
    REQUESTED = "requested"  # 要請
    ACCEPTED = "accepted"  # 要請に応じる
    REFUSED = "refused"  # 要請に応じない
    EXPLAINED = "explained"  # 都道府県医療審議会での理由の説明
    RECOMMENDED = "recommended"  # 勧告
    PUBLISHED = "published"  # 公表
    DESIGNATION_SHORTENED = "designation-shortened"  # 保険医療機関の指定期間を短縮
    WITHDRAWN = "withdrawn"  # 開業の取りやめ


class Event(StrEnum):
    """What happens to it."""

    INVITE = "invite"
    CLOSE = "close"
    REQUEST = "request"
    ACCEPT = "accept"
    REFUSE = "refuse"
    EXPLAIN = "explain"
    RECOMMEND = "recommend"
    PUBLISH = "publish"
    SHORTEN = "shorten"
    WITHDRAW = "withdraw"


_WITHDRAW: Final = {Event.WITHDRAW: State.WITHDRAWN}
_AGREE: Final = {Event.ACCEPT: State.ACCEPTED}

LIFE: Final = Transitions(
    State.NOTIFIED,
    {
        State.NOTIFIED: {Event.INVITE: State.INVITED, **_WITHDRAW},
        State.INVITED: {Event.REQUEST: State.REQUESTED, Event.CLOSE: State.CLOSED, **_WITHDRAW},
        State.CLOSED: {},
        State.REQUESTED: {**_AGREE, Event.REFUSE: State.REFUSED, **_WITHDRAW},
        State.ACCEPTED: {},
        State.REFUSED: {**_AGREE, Event.EXPLAIN: State.EXPLAINED, **_WITHDRAW},
        State.EXPLAINED: {**_AGREE, Event.RECOMMEND: State.RECOMMENDED, **_WITHDRAW},
        State.RECOMMENDED: {**_AGREE, Event.PUBLISH: State.PUBLISHED, **_WITHDRAW},
        State.PUBLISHED: {**_AGREE, Event.SHORTEN: State.DESIGNATION_SHORTENED, **_WITHDRAW},
        State.DESIGNATION_SHORTENED: {},
        State.WITHDRAWN: {},
    },
)
"""From where to where, and by what. Who opens may accept at every step until the
designation, and withdraw; that they may is our reading."""
