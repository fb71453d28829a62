"""Writes the collection for Postman from the one for Bruno: `collection/*.bru` is the source (`make docs`).

Reads of the format what the files use: blocks `name { … }` with a brace alone at the end, of pairs `name: value` or of
text that is indented by two spaces.
"""

import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "collection"
POSTMAN = FOLDER / "kaihoken.postman_collection.json"
SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
SHARED = "// What follows is the same in Postman.\n"

Json = dict[str, Any]
"""A piece of a Postman collection: its shape is Postman's, not ours."""

_BLOCK = re.compile(r"^([\w:-]+) \{\n(.*?)^\}$", re.DOTALL | re.MULTILINE)
_METHODS = ("get", "post", "put", "delete")

# The key of each client stands in a secret variable: Postman reads no files.
_PRELUDE = """\
const hub = pm.variables.replaceIn("{{hub}}");
const variables = pm.collectionVariables;
const keyOf = (file) => JSON.parse(pm.variables.get(`${file}_key`));
const get = async (url) => (await pm.sendRequest({ url, method: "GET" })).json();
const post = async (url, form) => {
  const urlencoded = Object.entries(form).map(([key, value]) => ({ key, value }));
  return (await pm.sendRequest({ url, method: "POST", body: { mode: "urlencoded", urlencoded } })).json();
};
await prepare(pm.variables.replaceIn(pm.request.url.toString()), hub, crypto, variables, keyOf, get, post);

"""


@dataclass(frozen=True)
class Request:
    """One request of the collection. `body` is text, or for a form its pairs; variables stand as `{{name}}`."""

    folder: str
    name: str
    place: int
    method: str
    url: str
    headers: Mapping[str, str]
    body: str | Mapping[str, str] | None
    after: Mapping[str, str]
    status: int
    docs: str


def blocks(text: str) -> dict[str, str]:
    """The blocks of a file by name, without the indentation of what is in them."""
    return {name: re.sub(r"(?m)^  ", "", inside).rstrip("\n") for name, inside in _BLOCK.findall(text)}


def pairs(block: str) -> dict[str, str]:
    """The pairs in a block. A name may hold dots but no colon."""
    return dict(line.split(": ", 1) for line in block.splitlines())


def requests() -> list[Request]:
    """Every request, in the order in which they are sent."""
    found = (_request(file) for file in FOLDER.glob("*/*.bru") if file.parent.name != "environments")
    return sorted(found, key=lambda request: request.place)


def script() -> str:
    """What runs before each request, in Bruno."""
    return blocks((FOLDER / "collection.bru").read_text(encoding="utf-8"))["script:pre-request"]


def postman_script() -> str:
    """The same for Postman."""
    return _PRELUDE + SHARED + script().split(SHARED)[1]


def _request(file: Path) -> Request:
    there = blocks(file.read_text(encoding="utf-8"))
    (method,) = (name for name in _METHODS if name in there)
    body: str | Mapping[str, str] | None = None
    for name, inside in there.items():
        if name == "body:form-urlencoded":
            body = pairs(inside)
        elif name.startswith("body:"):
            body = inside
    headers = pairs(there.get("headers", ""))
    if "body:json" in there:
        headers.setdefault("Content-Type", "application/json")
    meta = pairs(there["meta"])
    return Request(
        folder=file.parent.name,
        name=meta["name"],
        place=int(meta["seq"]),
        method=method.upper(),
        url=pairs(there[method])["url"],
        headers=headers,
        body=body,
        after=pairs(there.get("vars:post-response", "")),
        status=int(pairs(there["assert"])["res.status"].removeprefix("eq ")),
        docs=there.get("docs", ""),
    )


def postman() -> Json:
    """The collection as Postman 2.1 imports it."""
    folders: dict[str, list[Json]] = {}
    for request in requests():
        folders.setdefault(request.folder, []).append(_item(request))
    docs = blocks((FOLDER / "collection.bru").read_text(encoding="utf-8"))["docs"].splitlines()[0]
    return {
        "info": {"name": "Kaihoken 皆保険", "description": docs, "schema": SCHEMA},
        "item": [{"name": name, "item": items} for name, items in folders.items()],
        "event": [_event("prerequest", postman_script())],
        "variable": [
            {"key": "hub", "value": "http://127.0.0.1:8000"},
            *({"key": f"{name}_key", "value": ""} for name in ("facility", "insurer", "review", "operator")),
        ],
    }


def _item(request: Request) -> Json:
    asked: Json = {
        "method": request.method,
        "header": [{"key": key, "value": value} for key, value in request.headers.items()],
        "url": request.url,
        "description": request.docs,
    }
    if isinstance(request.body, str):
        asked["body"] = {"mode": "raw", "raw": request.body}
    elif request.body is not None:
        form = [{"key": key, "value": value} for key, value in request.body.items()]
        asked["body"] = {"mode": "urlencoded", "urlencoded": form}
    lines = [f'pm.test("status", () => pm.response.to.have.status({request.status}));']
    for name, path in request.after.items():
        value = path.replace("res.body", "pm.response.json()", 1)
        lines.append(f'pm.collectionVariables.set("{name}", {value});')
    return {"name": request.name, "request": asked, "event": [_event("test", "\n".join(lines))]}


def _event(when: str, lines: str) -> Json:
    return {"listen": when, "script": {"type": "text/javascript", "exec": lines.splitlines()}}


def written() -> str:
    """The file's text."""
    return json.dumps(postman(), ensure_ascii=False, indent=1) + "\n"


def main() -> None:
    if not POSTMAN.is_file() or POSTMAN.read_text(encoding="utf-8") != written():
        POSTMAN.write_text(written(), encoding="utf-8")
        sys.stdout.write(f"collection/{POSTMAN.name} written\n")


if __name__ == "__main__":
    main()
