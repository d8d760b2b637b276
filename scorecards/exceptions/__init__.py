"""Exceptions to floors: written on what is documented, signed by two people, in force, withdrawn."""
