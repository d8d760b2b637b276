"""Readiness of a distribution plan: plain facts in, reasons out. No ORM, no Django, no sentences."""
