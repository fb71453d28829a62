"""What the token endpoints read and answer, as JSON Schema: generated clients get their tokens by it."""

from collections.abc import Mapping

from kaihoken.access.assertion import LONGEST_ASSERTION
from kaihoken.access.token_endpoint import ASSERTION_TYPE, GRANT_TYPE

Schema = Mapping[str, object]
"""A piece of JSON Schema: its shape is the standard's, not ours."""

_ASSERTION: Schema = {
    "type": "string",
    "maxLength": LONGEST_ASSERTION,
    "description": "JWT signed with the client's key (RFC 7523), good once: docs/access.md",
}

TOKEN_FORM: Schema = {
    "title": "TokenForm",
    "type": "object",
    "required": ["grant_type", "client_assertion_type", "client_assertion"],
    "properties": {
        "grant_type": {"type": "string", "const": GRANT_TYPE},
        "client_assertion_type": {"type": "string", "const": ASSERTION_TYPE},
        "client_assertion": _ASSERTION,
        "client_id": {"type": "string"},
        "scope": {
            "type": "string",
            "description": "words with spaces between; all that are held, where left out",
        },
    },
}
TOKEN_ANSWER: Schema = {
    "title": "TokenGranted",
    "type": "object",
    "required": ["access_token", "token_type", "expires_in", "scope"],
    "properties": {
        "access_token": {"type": "string"},
        "token_type": {"type": "string"},
        "expires_in": {"type": "integer", "description": "seconds"},
        "scope": {"type": "string"},
    },
}
OQS_CREDENTIALS: Schema = {
    "title": "OqsCredentials",
    "type": "object",
    "required": ["client_assertion"],
    "properties": {"client_assertion": _ASSERTION},
    "additionalProperties": False,
}
OQS_TOKEN: Schema = {
    "title": "OqsToken",
    "type": "object",
    "required": ["idToken"],
    "properties": {"idToken": {"type": "string"}},
}
