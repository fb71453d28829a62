"""`kaihoken card …`: what is done with virtual cards, and the TEST authority that issues them."""

import typer

from kaihoken.card.authority.commands import app as authority

app = typer.Typer(
    help="仮想カードと試験用の認証局 / virtual cards, and their TEST authority", no_args_is_help=True
)
app.add_typer(authority, name="authority")
