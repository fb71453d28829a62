"""One person in every carrier, side by side, as docs/carriers.md shows it.

`python -m tests.hub.carriers` at the root writes the page's examples anew.
"""

import asyncio
import json
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from lxml import etree

from .fhir import a_request
from .hub import Hub, a_hub, a_message, a_question, a_tree
from .walks import WALKS, asked_of, for_oqs

PAGE = Path(__file__).resolve().parents[2] / "docs" / "carriers.md"
BEGIN, END = "<!-- written by tests/hub/carriers.py -->", "<!-- end -->"
WALK = WALKS["valid with 限度額"]

_CHANGING = re.compile(
    r'"(receipt|answer_hash|id|reference|valueString)": ?'
    r'("(?:[^"\\]|\\.){43,}"|\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})'
)

_COUNTED = re.compile(r'(facts_known_at": |facts-known-at",\s*"valueInteger": )[0-9]+')
_DIGEST = re.compile('"[0-9a-f]{16}-[0-9a-f]{16}"')


async def answers(hub: Hub) -> dict[str, str]:
    """The answers of one hub to one question: indented, and what differs from run to run cut short."""
    asked = asked_of(WALK)
    sent = for_oqs(asked, WALK.consents)
    plain = await hub.post("/v1/eligibility-checks", a_question(**asked, consents=WALK.consents))
    fhir = await hub.post("/fhir/CoverageEligibilityRequest", a_request(**asked, consents=WALK.consents))
    xml = await hub.ask_oqs(a_message(**sent))
    tree = await hub.ask_oqs(a_tree(**sent), content_type="application/json")
    written = etree.tostring(etree.fromstring(xml.content), pretty_print=True, encoding="unicode")
    return {
        "JSON (`POST /v1/eligibility-checks`)": _fenced("json", _indented(plain.json())),
        "OQS as XML (`POST /oqs/search`)": _fenced("xml", written.strip()),
        "OQS as JSON (`POST /oqs/search`)": _fenced("json", _indented(tree.json())),
        "FHIR (`POST /fhir/CoverageEligibilityRequest`)": _fenced("json", _indented(fhir.json())),
    }


async def page() -> str:
    """The examples of the page."""
    with TemporaryDirectory() as folder:
        async with a_hub(Path(folder) / "store", Path(folder)) as hub:
            await hub.register(*WALK.rows)
            told = await answers(hub)
    return "\n\n".join(f"## {title}\n\n{text}" for title, text in told.items())


def _indented(body: object) -> str:
    text = _CHANGING.sub(r'"\1": "…"', json.dumps(body, ensure_ascii=False, indent=1))
    return _COUNTED.sub(r"\1…", _DIGEST.sub('"…"', text))


def _fenced(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```"


def main() -> None:
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{asyncio.run(page())}\n\n{END}{after}", encoding="utf-8")
    sys.stdout.write(f"{PAGE.name} written\n")


if __name__ == "__main__":
    main()
