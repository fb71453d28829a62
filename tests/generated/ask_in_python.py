"""Asks one question with the client that was made from /openapi.json. Run by test_generated_clients; arguments: the
hub's URL; standard input: a client assertion."""

import sys
from datetime import date

from hub_client import AuthenticatedClient, Client
from hub_client.api.default import post_oauth_token, post_v1_eligibility_checks
from hub_client.models import CheckAnswer, Item, NumberCheck, NumberCheckBy, Problem, TokenForm, TokenGranted

hub, assertion = sys.argv[1], sys.stdin.read()

form = TokenForm(
    grant_type="client_credentials",
    client_assertion_type="urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion=assertion,
)
granted = post_oauth_token.sync(client=Client(hub), body=form)
assert isinstance(granted, TokenGranted), granted

question = NumberCheck(
    by=NumberCheckBy.NUMBER,
    insurer_number="01139906",
    symbol="99000003",
    number="1061",
    branch="00",
    birthdate=date(1970, 7, 7),
    consents=[Item.LIMIT],
)
asking = AuthenticatedClient(hub, granted.access_token)
checked = post_v1_eligibility_checks.sync(client=asking, body=question)
assert isinstance(checked, CheckAnswer), checked
answer = checked.answer
sys.stdout.write(f"{answer.validity} {answer.words.title} {answer.results[0].limit.category}\n")

refused = post_v1_eligibility_checks.sync(client=AuthenticatedClient(hub, "no token"), body=question)
assert isinstance(refused, Problem), refused
sys.stdout.write(f"{refused.code}\n")
