"""Sheets of profile records: one kind of record of many sites in one file."""
