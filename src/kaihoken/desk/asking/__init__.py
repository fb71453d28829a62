"""Asking the hub for a visit of today's list, and keeping what it answered before anybody sees it."""

from kaihoken.desk.asking.asking import Asking, check_of_file, checked_of

__all__ = ["Asking", "check_of_file", "checked_of"]
