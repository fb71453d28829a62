"""What goes wrong on claims, each with its lawful twin. Nothing here knows of any check."""
