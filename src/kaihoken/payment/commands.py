"""`kaihoken payment …`: the verbs of each room of payment."""

import typer

from kaihoken.payment.fees.commands import addons

app = typer.Typer(help="患者の支払い・加算 / what a patient pays, add-ons", no_args_is_help=True)


@app.callback()
def _payment() -> None:
    """患者の支払い・加算 / what a patient pays, add-ons."""


app.command("addons")(addons)
