"""Evidence to score on one criterion: plain facts in, results out; no database, no web framework."""
