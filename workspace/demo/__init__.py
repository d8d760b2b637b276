"""Fictional data: a small, rich set for looking around, and bulk rows of any size for measuring.

Every company, site and record here is invented. FEIs start with 99 and have eleven digits, which no real
one does, so that real imports never touch them.
"""
