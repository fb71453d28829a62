"""What the log answers to everybody: heads, proofs, keys. There is no personal data in any of it.

Pure of HTTP: each function gives the bytes of a JSON body; the hub routes them to
GET /v1/log/head, /v1/log/inclusion?batch=N[&size=M], /v1/log/consistency?from=N[&to=M] and
/.well-known/kaihoken-log-keys.json.
"""

import base64
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from kaihoken.audit.committer import Committer
from kaihoken.audit.head import head_json, public_keys
from kaihoken.store import KeyProvider

KEYS_PATH = "/.well-known/kaihoken-log-keys.json"


def head(committer: Committer) -> bytes:
    """The newest signed head."""
    return head_json(committer.head).encode()


async def inclusion(committer: Committer, batch: int, size: int | None = None) -> bytes:
    """The proof that a batch stands in the log of `size` batches (default: now), with the signed head of that size.

    Problem `audit.no_batch`."""
    at = committer.head if size is None else (await committer.log.batch(size - 1)).head
    path = await committer.log.inclusion(batch, at.size)
    root = (await committer.log.batch(batch)).head.batch_root
    return (
        f'{{"batch":{batch},"batch_root":"{root.hex()}","size":{at.size},"path":{_path(path)},'
        f'"head":{head_json(at)}}}'
    ).encode()


async def consistency(committer: Committer, old: int, new: int | None = None) -> bytes:
    """The proof that the log of `new` batches (default: now) extends that of `old`, with the signed head of `new`.

    Problem `audit.no_batch`."""
    at = committer.head if new is None else (await committer.log.batch(new - 1)).head
    path = await committer.log.consistency(old, at.size)
    return f'{{"from":{old},"to":{at.size},"path":{_path(path)},"head":{head_json(at)}}}'.encode()


def keys(provider: KeyProvider) -> bytes:
    """Every public log key with its validity, as a JSON Web Key Set (RFC 8037 OKP keys; `valid_from` and `valid_to`
    are ours)."""
    return msgspec.json.encode(
        {
            "keys": [
                {
                    "kty": "OKP",
                    "crv": "Ed25519",
                    "kid": key.key_id,
                    "x": base64.urlsafe_b64encode(key.public).rstrip(b"=").decode(),
                    "valid_from": _instant(key.valid_from),
                    "valid_to": _instant(key.valid_to) if key.valid_to else None,
                }
                for key in public_keys(provider).values()
            ]
        }
    )


def _path(hashes: Sequence[bytes]) -> str:
    return "[" + ",".join(f'"{hash_.hex()}"' for hash_ in hashes) + "]"


def _instant(when: datetime) -> str:
    return when.astimezone(UTC).isoformat()
