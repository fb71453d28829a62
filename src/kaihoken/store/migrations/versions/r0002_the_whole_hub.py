"""What the whole hub keeps beside the answers of the first: see the tables of `schema` that are named here."""

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Nothing yet: each room that keeps something adds its tables here, as `schema` has them."""
