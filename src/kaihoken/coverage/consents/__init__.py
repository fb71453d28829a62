"""Consents at a facility's desk, and asking again on one that stands."""
