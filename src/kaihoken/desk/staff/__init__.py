"""Who works at this desk: their signs and passwords, and who is signed in on which screen."""

from kaihoken.desk.staff.sessions import Session, Sessions
from kaihoken.desk.staff.staff import Member, Staff

__all__ = ["Member", "Session", "Sessions", "Staff"]
