"""`kaihoken payment …`: the verbs of each room of payment."""

import typer

from kaihoken.payment.ceiling.commands import ceiling, household
from kaihoken.payment.fees.commands import addons
from kaihoken.payment.pages.commands import pay

app = typer.Typer(
    help="患者の支払い・高額療養費・加算 / what a patient pays, ceilings, add-ons", no_args_is_help=True
)


@app.callback()
def _payment() -> None:
    """患者の支払い・高額療養費・加算 / what a patient pays, ceilings, add-ons."""


app.command("pay")(pay)
app.command("ceiling")(ceiling)
app.command("household")(household)
app.command("addons")(addons)
