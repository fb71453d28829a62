"""監査: the tamper-evident log, the one writer that feeds it, and the receipts that prove what it holds.

The names are imported when they are first used, so that `python -m kaihoken.audit.verifier` stands alone.
"""

from typing import TYPE_CHECKING

from kaihoken.faces import lazily

if TYPE_CHECKING:
    from kaihoken.audit import api as public
    from kaihoken.audit.batch import Entry
    from kaihoken.audit.committer import LARGEST_BATCH, Committed, Committer, Writes
    from kaihoken.audit.extension import witness_of
    from kaihoken.audit.head import Head, Key, check_head, public_keys
    from kaihoken.audit.kept_answer import check_answer, check_message
    from kaihoken.audit.key_files import keys_of, public_keys_at
    from kaihoken.audit.log import NOTHING_KNOWN, Log, log_of
    from kaihoken.audit.person_index import PersonIndex, check_index
    from kaihoken.audit.pulse import Histogram, Pulse
    from kaihoken.audit.receipt import checked_receipt
    from kaihoken.audit.recorded import check_log, require_own_store
    from kaihoken.audit.search import KINDS, KindReader, Match, Search, Wanted, wanted
    from kaihoken.audit.verification import Verification
    from kaihoken.audit.verifier import RefusedError, receipt_from_json
    from kaihoken.audit.witness import FileWitness, Witness, witness_at
    from kaihoken.audit.writing import written

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
    "check_index",
    "check_log",
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

if not TYPE_CHECKING:
    __getattr__ = lazily(__name__)
