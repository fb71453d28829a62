"""What is wrong with the shape of a JSON message, said without a word of what was sent.

A decoder quotes keys and values in its complaints; those can be personal (a name typed as a key), and a problem's facts
reach logs. What it says of our own types and fields is kept.
"""

import msgspec

_OWN_WORDS = ("Expected ", "Object missing required field ")


def misshapen(error: msgspec.ValidationError) -> tuple[str, str]:
    """The path of the field ("" for the message itself, else ".chart.kana", "[2]") and the reason."""
    reason, _, path = str(error).partition(" - at `$")
    if reason.startswith(_OWN_WORDS):
        return path.rstrip("`"), reason.split(", got ")[0]
    return path.rstrip("`"), reason.replace("'", "`").split("`")[0].strip()
