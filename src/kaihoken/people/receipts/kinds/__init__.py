"""The other kinds of claims in a simple form: dentists, pharmacies, visiting nurses, DPC hospitals."""
