"""The signed head of the log: what the log promises to hold, at an instant.

A head is signed over a text of fixed lines (`Head.signed_bytes`, docs/audit.md): the domain, the log, its size in
batches, the size and root of its newest batch, the root of the whole tree, the time, the key. Every field has an
alphabet without line breaks, so two different heads never have the same bytes.
"""

import json
from collections.abc import Mapping

from kaihoken.audit.verifier import Head, Key, RefusedError, head_from_object, verify_head
from kaihoken.problems import Problem
from kaihoken.store import KeyProvider, SigningKey

__all__ = ["Head", "Key", "check_head", "head_json", "head_of_json", "public_keys", "signed_head"]


def public_keys(provider: KeyProvider) -> dict[str, Key]:
    """Every log key that ever signed, by its id: earlier ones still verify what they signed in their time."""
    return {
        key.key_id: Key(key.key_id, key.public, key.valid_from, key.valid_to) for key in provider.log_keys()
    }


def signed_head(
    signer: SigningKey,
    *,
    log_id: str,
    size: int,
    batch_size: int,
    batch_root: bytes,
    tree_root: bytes,
    time_ms: int,
) -> Head:
    """The head over these values, signed now."""
    unsigned = Head(log_id, size, batch_size, batch_root, tree_root, time_ms, signer.key_id, b"")
    signature = signer.sign(unsigned.signed_bytes())
    return Head(log_id, size, batch_size, batch_root, tree_root, time_ms, unsigned.key_id, signature)


def head_json(head: Head) -> str:
    """The JSON form, on one line and always with the same bytes."""
    return (
        f'{{"log_id":"{head.log_id}","size":{head.size},"batch_size":{head.batch_size},'
        f'"batch_root":"{head.batch_root.hex()}","tree_root":"{head.tree_root.hex()}",'
        f'"time_ms":{head.time_ms},"key_id":"{head.key_id}","signature":"{head.signature.hex()}"}}'
    )


def head_of_json(value: object) -> Head:
    """A head out of parsed JSON. Problem `audit.head_refused` when it is malformed."""
    try:
        return head_from_object(value)
    except RefusedError as refused:
        raise Problem("audit.head_refused", reason=refused.detail) from refused


def witnessed_head(data: bytes) -> Head:
    """A head as a witness keeps it. Problem `audit.witness_unreadable`."""
    try:
        return head_of_json(json.loads(data))
    except (ValueError, Problem) as error:
        raise Problem("audit.witness_unreadable") from error


def check_head(head: Head, keys: Mapping[str, Key]) -> None:
    """Problem `audit.head_refused` unless a known key, valid at the head's time, signed exactly this head."""
    try:
        verify_head(head, keys)
    except RefusedError as refused:
        raise Problem("audit.head_refused", reason=refused.detail) from refused
