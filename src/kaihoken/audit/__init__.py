"""監査: the tamper-evident log, the one writer that feeds it, and the receipts that prove what it holds.

The names are imported when they are first used, so that `python -m kaihoken.audit.verifier` stands alone.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kaihoken.audit import api as public
    from kaihoken.audit.batch import Entry
    from kaihoken.audit.committer import LARGEST_BATCH, Committed, Committer, Writes
    from kaihoken.audit.extension import witness_of
    from kaihoken.audit.head import Head, Key, check_head, public_keys
    from kaihoken.audit.kept_answer import check_answer, check_message
    from kaihoken.audit.log import NOTHING_KNOWN, Log, log_of
    from kaihoken.audit.person_index import PersonIndex
    from kaihoken.audit.pulse import Histogram, Pulse
    from kaihoken.audit.receipt import checked_receipt
    from kaihoken.audit.recorded import require_own_store
    from kaihoken.audit.search import KINDS, KindReader, Match, Search, Wanted, wanted
    from kaihoken.audit.terminal import keys_of, public_keys_at
    from kaihoken.audit.verification import Verification
    from kaihoken.audit.verifier import RefusedError, receipt_from_json
    from kaihoken.audit.witness import FileWitness, Witness, witness_at
    from kaihoken.audit.writing import written

_HOMES = {
    "Entry": "batch",
    "LARGEST_BATCH": "committer",
    "Committed": "committer",
    "Committer": "committer",
    "Writes": "committer",
    "Head": "head",
    "Key": "head",
    "check_answer": "kept_answer",
    "check_message": "kept_answer",
    "keys_of": "terminal",
    "public_keys_at": "terminal",
    "check_head": "head",
    "public_keys": "head",
    "NOTHING_KNOWN": "log",
    "Log": "log",
    "log_of": "log",
    "Histogram": "pulse",
    "Pulse": "pulse",
    "require_own_store": "recorded",
    "PersonIndex": "person_index",
    "KINDS": "search",
    "KindReader": "search",
    "RefusedError": "verifier",
    "receipt_from_json": "verifier",
    "Match": "search",
    "Search": "search",
    "Wanted": "search",
    "wanted": "search",
    "public": "api",
    "checked_receipt": "receipt",
    "FileWitness": "witness",
    "Witness": "witness",
    "witness_at": "witness",
    "witness_of": "extension",
    "written": "writing",
    "Verification": "verification",
}

__all__ = [
    "KINDS",
    "LARGEST_BATCH",
    "NOTHING_KNOWN",
    "Committed",
    "Committer",
    "Entry",
    "FileWitness",
    "Head",
    "Histogram",
    "Key",
    "KindReader",
    "Log",
    "Match",
    "PersonIndex",
    "Pulse",
    "RefusedError",
    "Search",
    "Verification",
    "Wanted",
    "Witness",
    "Writes",
    "check_answer",
    "check_head",
    "check_message",
    "checked_receipt",
    "keys_of",
    "log_of",
    "public",
    "public_keys",
    "public_keys_at",
    "receipt_from_json",
    "require_own_store",
    "wanted",
    "witness_at",
    "witness_of",
    "written",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.{_HOMES[name]}")
    value: object = module if name == "public" else getattr(module, name)
    globals()[name] = value
    return value
