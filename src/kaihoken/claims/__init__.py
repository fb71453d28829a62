"""レセプト: the month's claims, read before they are sent: what would come back, why, and where to mend it."""
