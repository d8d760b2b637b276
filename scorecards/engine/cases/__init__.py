"""The calculator behind `python -m scorecards.engine CASE.json …`: methods by name, JSON in and out."""
