"""The clinic's PC: the card reader's screen for patients, the reception's screen, papers, and what goes on when the
line is down. One process beside the レセコン; it asks a hub over HTTP and keeps its own small sealed store."""
