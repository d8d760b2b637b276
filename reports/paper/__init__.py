"""Figures to HTML to PDF. `child` and `fetcher` run in a process of their own and know nothing of Django."""
