"""The pages of a hub: what a browser is shown, behind the route table."""
