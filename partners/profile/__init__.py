"""The profile of a site: every kind of record declared once, and one mechanism that keeps them all."""
