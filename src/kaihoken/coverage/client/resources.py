"""FHIR R4 (docs/fhir.md): resources as they are, without types of ours."""

import re
from collections.abc import Mapping

import msgspec

from kaihoken.audit import check_message
from kaihoken.coverage.client.calls import RECEIPT, Call, LogKeys, got, reader, searched
from kaihoken.coverage.client.exchange import Received

Resource = dict[str, object]

_FHIR = "application/fhir+json"
_META = b',"meta":'
_OPEN = frozenset({"CodeSystem", "StructureDefinition"})
_ANSWERS = frozenset({"Coverage", "Patient"})
"""Resources of which a read or a search is a question with a receipt of its own."""

_QUEUED = 202
_tells = re.compile(rb'"contained"|"insurance"|\\u').search


def fhir(resource: Mapping[str, object], path: str = "/fhir/CoverageEligibilityRequest") -> Call[Resource]:
    """A FHIR resource as it is, and the one that answers it; at `…/$submit` also a `Parameters` with it."""
    content = msgspec.json.encode(resource)
    return Call("POST", path, reader(Resource), content, _FHIR, verify=_proven_inside)


def fhir_read(sort: str, id_: str) -> Call[Resource]:
    """GET /fhir/{sort}/{id}: a Coverage or a Patient that was answered, a Consent, an Organization, a CodeSystem, a
    StructureDefinition."""
    return Call(
        "GET",
        f"/fhir/{sort}/{id_}",
        reader(Resource),
        authorised=sort not in _OPEN,
        verify=_proven_beside if sort in _ANSWERS else None,
    )


def fhir_search(sort: str, parameters: Mapping[str, str]) -> Call[Resource]:
    """POST /fhir/{sort}/_search: a Bundle. Nothing of a person stands in the address."""
    verify = _proven_beside if sort in _ANSWERS else None
    return searched(f"/fhir/{sort}/_search", parameters, Resource, verify)


def fhir_page(link: str) -> Call[Resource]:
    """The next page of a search for consents or of an export of AuditEvent: the `url` of the page's link `next`; of an
    export also what stands in it behind `cursor=`."""
    path, _, cursor = link.rpartition("?cursor=")
    sort = "Consent" if path.endswith("/Consent") else "AuditEvent"
    return got(f"/fhir/{sort}?cursor={cursor}", Resource, authorised=True)


class _Proof(msgspec.Struct, frozen=True, rename={"url": "url", "value": "valueString"}):
    url: str = ""
    value: str = ""


class _Meta(msgspec.Struct, frozen=True):
    extension: tuple[_Proof, ...] = ()


def _proven_inside(received: Received, keys: LogKeys) -> None:
    """A response holds its receipt in `meta`, and nothing stands behind that; one that is queued has none yet, and
    tells nothing."""
    if received.status == _QUEUED and not _tells(received.content):
        return
    payload, _, rest = received.content.rpartition(_META)
    try:
        proofs = msgspec.json.decode(rest[:-1], type=_Meta).extension
    except msgspec.DecodeError:
        proofs = ()
    receipt = next((proof.value for proof in proofs if proof.url.endswith("/receipt")), "")
    check_message(payload + b"}", receipt, keys)


def _proven_beside(received: Received, keys: LogKeys) -> None:
    check_message(received.content, received.header(RECEIPT), keys)
