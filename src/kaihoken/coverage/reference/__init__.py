"""照会番号: a facility's own numbers for its patients, linked and taken back."""
