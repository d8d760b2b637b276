"""Signing: what is signed, by whom, and whether it still is what was signed."""
