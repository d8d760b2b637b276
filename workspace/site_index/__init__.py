"""The directory in memory.

`cache` keeps `columns` up to date; `abilities`, `bits` and `names` filter, count and search them.
"""
