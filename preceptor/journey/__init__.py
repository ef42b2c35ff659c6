"""The corridor: list and activity pages, participation, what was seen, the step ledger, doors and the next page."""
