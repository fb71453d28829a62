"""出産: how far it is to where births are handled, and what the aid for a far way comes to."""
