"""One person in every carrier, side by side, as docs/carriers.md shows it.

`python -m tests.hub.carriers` at the root writes the page's examples anew.
"""

import asyncio
import json
import re
import sys
import unicodedata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

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


FACTS = {
    "資格有効性": ("validity", "QualificationValidity", "extension[validity].valueCoding.code"),
    "氏名": ("results[0].name", "Name", "contained[Patient].name[0].text"),
    "カナ": ("results[0].kana", "NameKana", "contained[Patient].name[1].text"),
    "性別": ("results[0].sex", "Sex1", "contained[Patient].gender"),
    "生年月日": ("results[0].birthdate", "Birthdate", "contained[Patient].birthDate"),
    "郵便番号": ("results[0].postal_code", "PostNumber", "contained[Patient].address[0].postalCode"),
    "住所": ("results[0].address", "Address", "contained[Patient].address[0].text"),
    "保険者番号": (
        "results[0].insurer_number",
        "InsurerNumber",
        "contained[Coverage].payor[0].identifier.value",
    ),
    "保険者名": ("results[0].insurer_name", "InsurerName", "contained[Coverage].payor[0].display"),
    "記号": (
        "results[0].symbol",
        "InsuredCardSymbol",
        "contained[Coverage].extension[JP_Coverage_InsuredPersonSymbol].valueString",
    ),
    "番号": (
        "results[0].number",
        "InsuredIdentificationNumber",
        "contained[Coverage].extension[JP_Coverage_InsuredPersonNumber].valueString",
    ),
    "枝番": (
        "results[0].branch",
        "InsuredBranchNumber",
        "contained[Coverage].extension[JP_Coverage_InsuredPersonSubNumber].valueString",
    ),
    "本人・家族": (
        "results[0].relation",
        "PersonalFamilyClassification",
        "contained[Coverage].relationship.coding[0].code",
    ),
    "資格取得日": (
        "results[0].acquired",
        "QualificationDate",
        "contained[Coverage].extension[acquired].valueDate",
    ),
    "有効期限": ("results[0].valid_to", "InsuredCardExpirationDate", "contained[Coverage].period.end"),
    "限度額の区分": (
        "results[0].limit.category",
        "LimitApplicationCertificateClassificationFlag",
        "contained[Coverage].extension[limit-certificate].extension[category].valueCoding.code",
    ),
    "限度額の終わり": (
        "results[0].limit.valid_to",
        "LimitApplicationCertificateValidEndDate",
        "contained[Coverage].extension[limit-certificate].extension[validTo].valueDate",
    ),
    "負担割合": ("share.percent", "", "insurance[0].item[0].benefit[0].allowedUnsignedInt"),
}
"""Where each carrier holds a fact: below `answer` in our JSON, the element in OQS, the place in the FHIR response. OQS
tells a share only where an insurer registered one."""

_SAME = {"male": "1", "female": "2"}
_STEP = re.compile(r"(\w+)(?:\[([\w-]+)\])?")
Told = dict[str, str]


def value_at(body: Any, path: str) -> str:
    """What stands at a place; a part of a list is named by its number, its type, or the end of its URL."""
    for name, key in _STEP.findall(path):
        body = body[name]
        if key:
            body = body[int(key)] if key.isdigit() else next(one for one in body if _is_called(one, key))
    return str(body)


def _is_called(one: Any, key: str) -> bool:
    return key in (one.get("resourceType"), one.get("url", "").rpartition("/")[2])


def leaf_of(tree: Any, element: str) -> str:
    """The first value of an element in the tree of a message as JSON."""
    if isinstance(tree, dict):
        if isinstance(found := tree.get(element), str):
            return found
        tree = list(tree.values())
    found = (leaf_of(one, element) for one in tree) if isinstance(tree, list) else iter(())
    return next((value for value in found if value), "")


def plain(value: str) -> str:
    """A value without what carriers write differently: width, and how days are parted."""
    narrow = unicodedata.normalize("NFKC", _SAME.get(value, value))
    return narrow.replace("-", "") if re.fullmatch(r"\d{4}-\d\d-\d\d", narrow) else narrow


def side_by_side(told: Told) -> list[tuple[str, str, str, str, str]]:
    """Each fact with what our JSON, OQS as XML and as JSON, and FHIR say of it; OQS without its echo."""
    plain_json, xml, tree, fhir = told.values()
    root = etree.fromstring(xml.encode())
    message = json.loads(tree)
    for echoed in root.iter("QualificationConfirmSearchInfo"):
        echoed.getparent().remove(echoed)
    del message["XmlMsg"]["MessageBody"]["QualificationConfirmSearchInfo"]
    return [
        (
            fact,
            value_at(json.loads(plain_json)["answer"], ours),
            root.findtext(f".//{element}") or "" if element else "",
            leaf_of(message, element) if element else "",
            value_at(json.loads(fhir), place),
        )
        for fact, (ours, element, place) in FACTS.items()
    ]


def table(told: Told) -> str:
    """The facts with their places, and what stands there, side by side."""
    lines = ["| | JSON, below `answer` | OQS, in both forms | FHIR |", "|---|---|---|---|"]
    for (fact, ours, xml, _, fhir), places in zip(side_by_side(told), FACTS.values(), strict=True):
        cells = (
            f"`{place}`<br>{value}" if place else "—"
            for place, value in zip(places, (ours, xml, fhir), strict=True)
        )
        lines.append(" | ".join((f"| {fact}", *cells)) + " |")
    return "\n".join(lines)


async def asked_in_each(hub: Hub) -> Told:
    """The answers of one hub to one question, as they come."""
    asked = asked_of(WALK)
    sent = for_oqs(asked, WALK.consents)
    plain = await hub.post("/v1/eligibility-checks", a_question(**asked, consents=WALK.consents))
    fhir = await hub.post("/fhir/CoverageEligibilityRequest", a_request(**asked, consents=WALK.consents))
    xml = await hub.ask_oqs(a_message(**sent))
    tree = await hub.ask_oqs(a_tree(**sent), content_type="application/json")
    return {
        "JSON (`POST /v1/eligibility-checks`)": plain.text,
        "OQS as XML (`POST /oqs/search`)": xml.text,
        "OQS as JSON (`POST /oqs/search`)": tree.text,
        "FHIR (`POST /fhir/CoverageEligibilityRequest`)": fhir.text,
    }


def written(text: str) -> str:
    """An answer indented, and what differs from run to run cut short."""
    if text.startswith("<"):
        tree = etree.fromstring(text.encode())
        return _fenced("xml", etree.tostring(tree, pretty_print=True, encoding="unicode").strip())
    return _fenced("json", _indented(json.loads(text)))


async def told_of_him() -> Told:
    """The answers of a fresh hub in which he is registered."""
    with TemporaryDirectory() as folder:
        async with a_hub(Path(folder) / "store", Path(folder)) as hub:
            await hub.register(*WALK.rows)
            return await asked_in_each(hub)


async def page() -> str:
    """The examples of the page."""
    told = await told_of_him()
    parts = [f"## {title}\n\n{written(text)}" for title, text in told.items()]
    return "\n\n".join((f"## Fact by fact\n\n{table(told)}", *parts))


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
