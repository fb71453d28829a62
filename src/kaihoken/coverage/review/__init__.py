"""What a 審査支払機関 asks of the claims that it holds."""
