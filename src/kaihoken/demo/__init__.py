"""The one-machine demonstration: a fictional nation, its hub and a start page (`kaihoken demo`)."""

from kaihoken.demo.commands import app

__all__ = ["app"]
