"""システム障害時モード at the desk: the call, the call-back, who was looked at, and the 利用報告書."""

from kaihoken.desk.failuremode.use import USE, CalledBack, Looked, Telephoned, Use, UseEvent, UseState
from kaihoken.desk.failuremode.uses import Uses

__all__ = ["USE", "CalledBack", "Looked", "Telephoned", "Use", "UseEvent", "UseState", "Uses"]
