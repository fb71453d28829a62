"""What the TEST authority serves: its responder (OCSP over HTTP, RFC 6960 appendix A), its lists, its roots.

All of that is signed or public, so it needs neither TLS nor a sign-in; it takes nothing in. Beside it stands the
holder service (`holding`), which is asked over TLS or on one machine.
"""

import base64
import binascii

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kaihoken.card.authority.answering import LARGEST
from kaihoken.card.authority.authority import TestAuthority
from kaihoken.card.authority.holding import HolderService, holder_routes
from kaihoken.problems import Problem
from kaihoken.web import read_body

_OCSP = "application/ocsp-response"
_FRESH = {"cache-control": "no-store"}


def responder_app(authority: TestAuthority) -> Starlette:
    """`POST /ocsp`, `GET /ocsp/{question in base64}`, `GET /crl/{key of the issuer}.crl`, `GET /roots.json`, and
    `POST /holders`, `POST /renewals`."""
    lists = authority.lists()

    async def posted(request: Request) -> Response:
        try:
            question = await read_body(request.stream(), LARGEST)
        except Problem:
            question = b""  # answered as what it is: no question
        return answered(question)

    async def asked(request: Request) -> Response:
        try:
            question = base64.b64decode(request.path_params["question"], validate=True)
        except (binascii.Error, ValueError):
            question = b""
        return answered(question)

    async def listed(request: Request) -> Response:
        known_as = lists.get(request.path_params["name"])
        if known_as is None:
            return Response(status_code=404)
        return Response(authority.list_of(known_as), media_type="application/pkix-crl", headers=_FRESH)

    async def roots(request: Request) -> Response:
        return Response(authority.roots_file(), media_type="application/json", headers=_FRESH)

    def answered(question: bytes) -> Response:
        return Response(authority.answer(question), media_type=_OCSP, headers=_FRESH)

    return Starlette(
        routes=[
            Route("/ocsp", posted, methods=["POST"]),
            Route("/ocsp/{question:path}", asked),
            Route("/crl/{name}", listed),
            Route("/roots.json", roots),
            *holder_routes(HolderService(authority)),
        ]
    )
