"""Kaihoken (皆保険): an open system for universal health coverage as Japan practises it."""

__version__ = "0.2.0"
